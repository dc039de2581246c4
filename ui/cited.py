"""The text at a citation: where it stands, the words in focus in their section, what is beside them, what they cite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from kb.browse import shortened
from kb.catalog import Catalog
from kb.cite import Cited, Reference, references_in
from kb.law import split_label
from kb.official import full_name, official_url
from kb.types import Document, Span
from ui.address import Place, address, link
from ui.desk import Pages
from ui.language import say, say_html
from ui.markup import official_link, text_html
from ui.outline import Marks, mark, outline_html
from ui.quote import badge_html
from ui.versions import status_html

_WHOLE = 7_000  # characters of a section that is shown whole around the text in focus
_LONGEST = 30_000  # characters of a text in focus that is shown at once


@dataclass(frozen=True, slots=True)
class _Shown:
    """What of a document is on the page: the whole section, or the focus alone with what introduces it."""

    span: Span
    whole: bool
    cut: bool
    references: tuple[Reference, ...]


def show_cited(catalog: Catalog, pages: Pages, cited: Cited, place: Place) -> None:
    """One cited text with its surroundings; `place` is where the reader is, as of whatever day."""
    document = catalog.document(cited.key)
    shown = _shown(catalog, document, cited)
    _crumbs(pages, cited, place)
    is_long = cited.span[1] - cited.span[0] > _WHOLE
    with st.container(key=f"cited-{cited.key}-{cited.label}", gap="small"):
        st.html(_head_html(cited, place.day))
        if is_long and cited.children:
            with st.expander(
                say("look_up.subdivisions"), key=f"contents-{cited.key}-{cited.label}", expanded=shown.cut
            ):
                _contents(pages, document, cited, place)
        st.html(_words_html(document, cited, shown, place))
    _neighbours(pages, cited, place)
    if cited.children and not is_long:
        st.html(f'<h3 class="row-heading">{say_html("look_up.subdivisions")}</h3>')
        label_links(pages, cited.children, f"{cited.key}-{cited.label}", place, within=cited.label)


def _shown(catalog: Catalog, document: Document, cited: Cited) -> _Shown:
    section = cited.section
    if section is not None and section.span[1] - section.span[0] <= _WHOLE:
        references = _references(str(catalog.folder), catalog.generation().id, document.key, section.span, catalog)
        return _Shown(section.span, True, False, references)
    start, end = cited.span
    cut = end - start > _LONGEST
    if cut:
        end = document.text.rfind("\n", start, start + _LONGEST) + 1 or start + _LONGEST
    return _Shown((start, end), False, cut, cited.references)


def _read_references(folder: str, generation: int, key: str, span: Span, _catalog: Catalog) -> tuple[Reference, ...]:
    return references_in(_catalog, _catalog.document(key), span)


_references: Callable[[str, int, str, Span, Catalog], tuple[Reference, ...]] = st.cache_data(
    max_entries=500, show_spinner=False
)(_read_references)
"""The citations in a stretch of a document; which of them are here can change with the generation."""


def _crumbs(pages: Pages, cited: Cited, place: Place) -> None:
    """The headings that the text stands under, each a link to what else stands there."""
    if cited.section is None:
        return
    authority = split_label(cited.section.label)[0]
    with st.container(key=f"crumbs-{cited.key}-{cited.label}", horizontal=True, gap=None):
        link(pages, say("look_up.law-here"), Place())
        link(pages, full_name(authority), Place(browse=authority))
        for depth, heading in enumerate(cited.section.above, 1):
            link(pages, heading, Place(browse=authority, at=cited.section.above[:depth]))
        if cited.label != cited.section.label:
            link(pages, cited.section.label, place.to(cited.section.label))


def _head_html(cited: Cited, day: date | None) -> str:
    title = cited.section.heading if cited.section else ""
    heading = f'<p class="section-title" dir="auto">{text_html(title)}</p>' if title else ""
    return (
        f'<header class="law"><p class="rank">{badge_html("law")}</p>'
        f'<h2 class="where"><bdi>{text_html(cited.label)}</bdi></h2>{heading}{status_html(cited, day)}</header>'
    )


def _words_html(document: Document, cited: Cited, shown: _Shown, place: Place) -> str:
    here = {cited.label, cited.section.label if cited.section else ""}
    links: Marks = [
        (r.span, f'<a href="{text_html(address(place.to(r.label)))}" target="_self">', "</a>")
        for r in shown.references
        if r.is_here and r.label not in here
    ]
    lead_ins = ""
    focus: Span | None = cited.span
    if not shown.whole:
        focus = None
        introduced = "".join(
            outline_html(document, span) for _, span, words in cited.lead_ins if words not in cited.text
        )
        lead_ins = f'<div class="lead-in">{introduced}</div>' if introduced else ""
    elif cited.section is not None and cited.label == cited.section.label:
        focus = None
    words = outline_html(document, shown.span, links, focus, cited.label)
    more = f'<p class="cut">{say_html("look_up.cut")}</p>' if shown.cut else ""
    kind = " around" if focus else ""
    return f'<article class="outline{kind}" dir="auto">{lead_ins}{words}</article>{more}'


def _neighbours(pages: Pages, cited: Cited, place: Place) -> None:
    """Links to the text before, the one that this is part of, and the text after, in this order."""
    part_of = cited.parent if cited.parent != cited.label else ""
    steps = (("before", cited.previous), ("part-of", part_of), ("after", cited.following))
    if any(label for _, label in steps):
        with st.container(key=f"steps-{cited.key}-{cited.label}", horizontal=True, gap="small"):
            for name, label in steps:
                if label:
                    link(pages, say(f"look_up.{name}", label=label), place.to(label))


def _contents(pages: Pages, document: Document, cited: Cited, place: Place) -> None:
    """The subdivisions of a long text, each with the words that it begins with."""
    entries = {e.label: e for e in document.outline if e.label in cited.children and e.kind == "body"}
    with st.container(key=f"rows-below-{cited.key}-{cited.label}", gap=None):
        for label in cited.children:
            entry = entries[label]
            sign = mark(entry) or label
            words = entry.heading or document.text[slice(*entry.span)].strip().removeprefix(sign)
            link(pages, sign, place.to(label), bold=True, then=shortened(words))


def label_links(pages: Pages, labels: Sequence[str], name: str, place: Place, within: str = "") -> None:
    """A link for each label, in a row that wraps; of those `within` another only what comes after it is written."""
    with st.container(key=f"labels-{name}", horizontal=True, gap="small"):
        for label in labels:
            link(pages, label.removeprefix(within) or label, place.to(label))


def show_references(pages: Pages, cited: Cited, place: Place) -> None:
    """The citations inside the text: links to those that are here, and to official pages of the others."""
    others = [r for r in cited.references if r.label != cited.label]
    here = tuple(dict.fromkeys(r.label for r in others if r.is_here))
    if here:
        st.html(f'<h3 class="row-heading">{say_html("look_up.cites")}</h3>')
        label_links(pages, here, f"cites-{cited.key}-{cited.label}", place)
    away = {r.label: " ".join(r.text.split()) for r in reversed(others) if not r.is_here}
    if away:
        items = "".join(f"<li>{_away_html(label, away[label])}</li>" for label in sorted(away))
        st.html(f'<h3 class="row-heading">{say_html("look_up.cites-away")}</h3><ul class="away">{items}</ul>')


def _away_html(label: str, words: str) -> str:
    page = official_link(official_url(label), say("look_up.official-page"))
    name = "" if label in words else f"{text_html(label)}: "
    return f"{name}\u201c{text_html(words)}\u201d{f' ({page})' if page else ''}"
