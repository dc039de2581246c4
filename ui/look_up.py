"""The Look up page: a citation to its exact text as of a day, all law to walk through, or one document in full."""

from datetime import date

import streamlit as st

from kb.base import KnowledgeBase
from kb.cite import Cited, Lookup, look_up
from kb.errors import KbError
from kb.official import full_name
from ui.about import show_about
from ui.address import Place, here
from ui.asked import Asked
from ui.browse import browse
from ui.cited import label_links, show_cited, show_references
from ui.copy_as import copy_as
from ui.desk import Desk, Pages
from ui.language import language, say, say_html, to_address
from ui.markup import panel, text_html
from ui.problem import error_panel
from ui.scroll import show_focus
from ui.source import show_source
from ui.versions import show_versions, show_warning

_EARLIEST = date(1850, 1, 1)  # no code is older


def look_up_page(desk: Desk, pages: Pages) -> None:
    """The page itself: `doc` in the address opens a document, `cite` a citation, `browse` a body of law."""
    base = desk.base
    _show_address()
    if doc_id := st.query_params.get("doc", ""):
        show_source(base.catalog, doc_id, back=lambda _: _go(Place()))
        return
    try:
        place, problem = here(), ""
    except KbError as exc:
        place, problem = Place(), exc.message
    _tab(place)
    _follow_address(place)
    st.title(say("look_up.title"), anchor=False)
    _form()
    if problem:
        error_panel(problem)
    elif place.cite:
        _show(base, pages, look_up(base.catalog, place.cite, place.day), place)
    else:
        browse(base.catalog, pages, place)


def _go(place: Place) -> None:
    to_address(place.params())


def _show_address() -> None:
    """Make the browser show the address of this place: a link from this page to itself changes only what is shown."""
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    if st.session_state.get("page") == look_up_page.__name__ and st.session_state.get("look_up_address", now) != now:
        st.query_params.from_dict(now)
    st.session_state["look_up_address"] = now


def _tab(place: Place) -> None:
    """The name of the browser's tab: where one is, so that tabs and bookmarks can be told apart."""
    name = place.cite or (place.at[-1] if place.at else full_name(place.browse))
    st.set_page_config(page_title=f"{name[:80]} - Recourse" if name else f"{say('frame.look-up')} - Recourse")


def _follow_address(place: Place) -> None:
    """Put what the address says into the form where the address is new."""
    state = st.session_state
    if state.get("place") != place or "citation" not in state:
        state["place"] = place
        state["citation"], state["as_of"] = place.cite, place.day


def _form() -> None:
    with st.form("cite-form", border=False):
        box, day, button = st.columns([5, 2.4, 1.6], vertical_alignment="bottom")
        with box:
            st.text_input(say("look_up.box"), key="citation", placeholder="HSC 1383.15(c)")
        with day:
            st.date_input(
                say("look_up.day"),
                value=None,
                key="as_of",
                format="YYYY-MM-DD",
                min_value=_EARLIEST,
                max_value=date(date.today().year + 20, 12, 31),
            )
        with button:
            st.form_submit_button(say("look_up.button"), type="primary", width="stretch", on_click=_submit)


def _submit() -> None:
    state = st.session_state
    _go(Place(cite=state["citation"].strip(), day=state.get("as_of")))


def _show(base: KnowledgeBase, pages: Pages, lookup: Lookup, place: Place) -> None:
    if not lookup.found:
        _not_found(pages, lookup, place)
        return
    if lookup.reason:
        panel("calm", f"<p>{text_html(lookup.reason_in(language()))}</p>", "status")
    for cited in lookup.found:
        _one(base, pages, cited, place, alone=len(lookup.found) == 1)
    if len(lookup.found) == 1:
        show_focus(lookup.found[0].label)
    if len({cited.label for cited in lookup.found}) == 1:
        asked = st.session_state.get("asked") or Asked()
        show_about(base, pages, lookup.found[0], place.day, asked.plan)


def _one(base: KnowledgeBase, pages: Pages, cited: Cited, place: Place, *, alone: bool) -> None:
    """One text found; where there are several, each has the address of its own citation to copy."""
    today = date.today()
    show_warning(pages, cited, place, today)
    show_cited(base.catalog, pages, cited, place)
    copy_as(cited, place.to(cited.label))
    show_references(pages, cited, place)
    show_versions(pages, cited, place, today)
    if not alone:
        st.divider()


def _not_found(pages: Pages, lookup: Lookup, place: Place) -> None:
    panel("calm", f"<h2>{say_html('look_up.not-found')}</h2><p>{text_html(lookup.reason_in(language()))}</p>", "status")
    if lookup.candidates:
        st.html(f'<h2 class="next">{say_html("look_up.near")}</h2>')
        label_links(pages, lookup.candidates, "near", place)
    with st.container(key="labels-all", horizontal=True):
        st.page_link(pages.look_up, label=say("look_up.all-law"), query_params={})
