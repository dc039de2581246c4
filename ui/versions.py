"""Which version of a section is shown: from when to when it is in force, the others, its history, when it was read."""

from datetime import date

import streamlit as st

from kb.cite import Cited
from kb.law import Held, chosen, is_law_on, is_old
from kb.standing import day_of, in_words, not_today, read_when, standing
from ui.address import Place, link
from ui.desk import Pages
from ui.language import language, say, say_html
from ui.markup import literal, official_link, panel, text_html


def status_html(cited: Cited, day: date | None) -> str:
    """The line on whether the section is in force, seen from `day` (today)."""
    if cited.section is None:
        return ""
    told = standing(cited.section, day or date.today(), language())
    seen = say("look_up.seen", day=in_words(day, language()), standing=told) if day else told
    return f'<p class="standing">{text_html(seen)}</p>'


def show_warning(pages: Pages, cited: Cited, place: Place, today: date) -> None:
    """A clear word, before the text, where what is shown is not the law of today, with the way to that."""
    shown = _held(cited)
    if shown is None or not (why := not_today(cited.versions, shown, today, language())):
        return
    with st.container(key=f"warning-{cited.key}-{cited.label}"):
        panel("alert", f"<p><strong>{text_html(why)}</strong></p>")
        current = [held for held in chosen(cited.versions, today) if is_law_on(held.provision, today)]
        if current:
            link(pages, say("look_up.today"), Place(cite=cited.label))


def show_versions(pages: Pages, cited: Cited, place: Place, today: date) -> None:
    """The other versions held, the section's history word for word, and when this text was read."""
    others = [held for held in cited.versions if held != _held(cited)]
    if others:
        st.html(f'<h3 class="row-heading">{say_html("look_up.versions")}</h3>')
        with st.container(key=f"rows-versions-{cited.key}-{cited.label}", gap=None):
            for held in others:
                _version(pages, cited, held, today)
    if cited.section is not None and cited.section.history:
        with st.expander(say("look_up.history"), key=f"history-{cited.key}-{cited.label}", type="compact"):
            st.html(f'<p class="words history" dir="auto">{text_html(cited.section.history)}</p>')
    link_html = official_link(cited.url, say("quote.official"))
    facts = " \u00b7 ".join(part for part in (f"<bdi>{text_html(cited.source.title)}</bdi>", link_html) if part)
    old = "calm" if is_old(cited.source, today) else "plain"
    read = read_when(cited.source, today, language())
    panel(old, f'<p class="facts">{facts}</p><p class="facts">{text_html(read)}</p>')


def _version(pages: Pages, cited: Cited, held: Held, today: date) -> None:
    """A version as one row: what is known of its dates, which leads to it."""
    words = standing(held.provision, today, language()).rstrip(".")
    day = day_of(cited.versions, held)
    if day is not None:
        link(pages, words, Place(cite=cited.label, day=day), bold=True, then=held.source.title)
    else:  # no date leads to it: its document does
        label = f"**{literal(words)}**&ensp;{literal(held.source.title)}"
        params = {"doc": held.source.doc_id, "at": held.provision.label}
        st.page_link(pages.look_up, label=label, query_params=params)


def _held(cited: Cited) -> Held | None:
    """The version that is shown, among those held."""
    return next((h for h in cited.versions if h.key == cited.key and h.provision == cited.section), None)
