"""One change between two editions as markup: what it is about, and both sides word for word, changed words marked."""

from collections.abc import Sequence
from urllib.parse import urlencode

from kb.diff import Change, Side
from kb.figures import FigureChange
from ui.language import say, say_html
from ui.markup import marked_html, text_html
from ui.quote import page_words, words_param

GROUPS = ("money", "phone", "time", "number", "wording", "added", "removed", "moved")
"""The kinds of change in the order in which they are shown."""

_KIND_OF = {"percent": "money", "date": "number"}


def group_name(group: str) -> str:
    """What a kind of change is called."""
    return say(f"changes.group.{group}")


def group_of(change: Change) -> str:
    """The group of a change: that of its foremost figure, else what happened to it."""
    kinds = {_KIND_OF.get(figure.kind, figure.kind) for figure in change.figures}
    if change.before is None or change.after is None:
        return change.kind
    return next((group for group in GROUPS if group in kinds), "wording" if change.kind == "changed" else "moved")


def holds(change: Change, wanted: str) -> bool:
    """Whether every word of `wanted` stands in one side of the change, its heading included."""
    words = wanted.casefold().split()
    sides = [f"{side.label} {side.text}".casefold() for side in (change.before, change.after) if side]
    return any(all(word in text for word in words) for text in sides)


def change_html(change: Change, editions: tuple[str, str]) -> str:
    """A change as an article: heading, changed figures, and the sides, which stand under each other on a phone."""
    side = change.after or change.before
    above, _, name = side.label.rpartition(" > ") if side else ("", "", "")
    path = f'<p class="facts"><bdi>{text_html(above)}</bdi></p>' if above else ""
    return (
        f'<article class="change"><h3 class="where"><bdi>{text_html(name)}</bdi></h3>{path}{_figures(change.figures)}'
        f'<div class="sides">{_side(change.before, editions[0], "before")}{_side(change.after, editions[1], "after")}'
        "</div></article>"
    )


def _figures(figures: Sequence[FigureChange]) -> str:
    """``$500 -> $650`` for each figure that stands on both sides."""
    both = [figure for figure in figures if figure.before and figure.after]
    becomes = say_html("changes.becomes")
    arrow = f'<span aria-hidden="true"> \u2192 </span><span class="unseen"> {becomes} </span>'
    items = "".join(
        f"<li><bdi>{text_html(f.before)}</bdi>{arrow}<strong><bdi>{text_html(f.after)}</bdi></strong></li>"
        for f in both
    )
    return f'<ul class="figures">{items}</ul>' if items else ""


def _side(side: Side | None, edition: str, which: str) -> str:
    name = text_html(edition)
    if side is None:
        lacking = say_html("changes.not-here")
        return f'<section class="side {which}"><h4>{name}</h4><p class="facts">{lacking}</p></section>'
    tags = ('<mark class="gone">' if which == "before" else "<mark>", "</mark>")
    words = marked_html(side.text, 0, [(mark, *tags) for mark in side.marks])
    return (
        f'<section class="side {which}"><h4>{name}</h4><blockquote class="words" dir="auto">{words}</blockquote>'
        f'<p class="facts">{_link(side, edition)}</p></section>'
    )


def _link(side: Side, edition: str) -> str:
    """A link to the page that the words stand on, or to the document, with these words marked; it opens beside."""
    params = {"doc": side.key.rpartition("@")[0], "words": words_param(side.key, side.span)}
    if side.pages:
        params["page"] = str(side.pages[0])
    words = page_words(side)
    words = words[:1].upper() + words[1:]
    unseen = f'<span class="unseen"> {say_html("changes.new-tab", edition=edition)}</span>'
    address = text_html(f"look-up?{urlencode(params)}")
    name = text_html(words or say("changes.the-document"))
    return f'<a href="{address}" target="_blank" rel="noopener">{name}{unseen}</a>'
