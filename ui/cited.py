"""The text at a citation: what introduces it, the words in focus, what stands beside it, and what it refers to."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from kb.catalog import Catalog
from kb.cite import Cited, Reference
from kb.types import Source
from ui.markup import literal, marked_html, official_link, page_address, panel, text_html

GoTo = Callable[[str], None]


def show_cited(catalog: Catalog, cited: Cited, go_to: GoTo) -> None:
    """One cited text with its surroundings. `go_to` makes the address that of another label."""
    above = _above(catalog, cited)
    lead_ins = "".join(
        f'<div class="lead-in" dir="auto">{text_html(words)}</div>'
        for _, _, words in cited.lead_ins
        if words not in cited.text
    )
    references = [(r.span, *_anchor(r)) for r in cited.references if r.is_here and r.label != cited.label]
    words = marked_html(cited.text, cited.span[0], references)
    link = official_link(cited.url, "Official text")
    facts = " · ".join(part for part in (f"<bdi>{text_html(cited.source.title)}</bdi>", link) if part)
    with st.container(key=f"cited-{cited.key}-{cited.label}"):
        st.html(
            f'<article class="quote law focus"><h2 class="where"><bdi>{text_html(cited.label)}</bdi></h2>{lead_ins}'
            f'<div class="words" dir="auto">{words}</div><p class="facts">{facts}</p></article>'
        )
        _neighbours(cited, above, go_to)
        _row("Subdivisions", cited.children, cited, go_to)
        _references(cited, go_to)
        known = " ".join(part for part in (dates_words(cited.source), cited.source.note) if part)
        panel("plain", f"<p>{text_html(known)}</p>")


def dates_words(source: Source) -> str:
    """From when a source is in force, and when its text was taken; unknown dates are said to be unknown."""
    if source.authority not in ("law", "contract", "agency"):
        return f"Written {day(source.written)}." if source.written else ""
    if source.note and not (source.effective_from or source.effective_to or source.retrieved):
        return ""  # the note says what is unknown
    until = f" until {day(source.effective_to)}" if source.effective_to else ""
    in_force = f"In force from {day(source.effective_from)}{until}."
    if source.authority == "contract" and source.retrieved is None:
        return in_force
    return f"{in_force} Text taken from its source on {day(source.retrieved)}."


def day(when: date | None) -> str:
    """``22 November 2026``."""
    return f"{when.day} {when:%B %Y}" if when else "an unknown date"


def _anchor(reference: Reference) -> tuple[str, str]:
    return f'<a href="{page_address("look-up", cite=reference.label)}" target="_self">', "</a>"


def _above(catalog: Catalog, cited: Cited) -> str:
    """The label of the stretch that `cited` is a part of, or ""."""
    outline = catalog.outline(cited.key)
    own = next(entry for entry in outline if entry.label == cited.label)
    around = [e for e in outline if e.level < own.level and e.span[0] <= own.span[0] and own.span[1] <= e.span[1]]
    return max(around, key=lambda entry: entry.level).label if around else ""


def _neighbours(cited: Cited, above: str, go_to: GoTo) -> None:
    """Buttons to the text before, the one that this is part of, and the text after, in this order."""
    steps = (("Before", cited.previous), ("Part of", above), ("After", cited.following))
    with st.container(key=f"steps-{cited.key}-{cited.label}", horizontal=True, gap="small"):
        for name, label in steps:
            if label:
                words = literal(f"{name}: {label}")
                st.button(words, key=f"{name}-{cited.key}-{cited.label}", on_click=go_to, args=(label,))


def _row(heading: str, labels: tuple[str, ...], cited: Cited, go_to: GoTo) -> None:
    if not labels:
        return
    st.html(f'<h3 class="row-heading">{heading}</h3>')
    with st.container(key=f"row-{heading}-{cited.key}-{cited.label}", horizontal=True, gap="small"):
        for label in labels:
            short = label.removeprefix(cited.label) or label
            st.button(literal(short), key=f"{heading}-{cited.key}-{label}", help=None, on_click=go_to, args=(label,))


def _references(cited: Cited, go_to: GoTo) -> None:
    """The citations inside the text: buttons to those that are here, and the others by name."""
    others = [r for r in cited.references if r.label != cited.label]
    here = tuple(dict.fromkeys(r.label for r in others if r.is_here))
    _row("Cited in this text", here, cited, go_to)
    away = dict.fromkeys(r.text for r in others if not r.is_here)
    if away:
        items = "".join(f"<li>{text_html(' '.join(text.split()))}</li>" for text in away)
        st.html(
            f'<h3 class="row-heading">Cited in this text, not in this knowledge base</h3><ul class="away">{items}</ul>'
        )
