"""The frame around every page: style, navigation, the emergency line, first start, and errors as one line."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from kb.errors import KbError
from ui.ask import ask_page
from ui.changes import changes_page
from ui.desk import Desk, MakeEmbedder, Pages
from ui.differences import differences_page
from ui.library import library_page
from ui.look_up import look_up_page
from ui.markup import error_panel, panel, plain_errors
from ui.work import follow

_STYLE = Path(__file__).parent / "style.css"
_OPENING = "Opening the documents. The very first time, setting up the language model takes some 15 seconds."
_BUILDING = "Preparing the documents. This is done once, and again when they change. It can take a minute or two."


def run(folder: Path, corpus: Path, make_embedder: MakeEmbedder) -> None:
    """The whole app, once through."""
    st.html(_STYLE)
    desk = _shared_desk(str(folder), str(corpus), make_embedder)
    pages = Pages()
    pages.ask = st.Page(partial(_page, ask_page, desk, pages), title="Ask - Recourse", url_path="ask", default=True)
    pages.look_up = st.Page(partial(_page, look_up_page, desk, pages), title="Look up - Recourse", url_path="look-up")
    pages.library = st.Page(partial(_page, library_page, desk, pages), title="Library - Recourse", url_path="library")
    pages.differences = st.Page(
        partial(_page, differences_page, desk, pages), title="Differences - Recourse", url_path="differences"
    )
    pages.changes = st.Page(
        partial(_page, changes_page, desk, pages), title="What changed - Recourse", url_path="changes"
    )
    current = st.navigation(
        [pages.ask, pages.look_up, pages.differences, pages.library, pages.changes], position="hidden"
    )
    _masthead(pages, current.title)
    current.run()


def _desk(folder: str, corpus: str, _make_embedder: MakeEmbedder) -> Desk:
    return Desk(Path(folder), Path(corpus), _make_embedder)


_shared_desk: Callable[[str, str, MakeEmbedder], Desk] = st.cache_resource(show_spinner=False)(_desk)


def _masthead(pages: Pages, current: str) -> None:
    name = current.split(" - ")[0].lower().replace(" ", "-")
    with (
        st.container(key="masthead"),
        st.container(key=f"nav-{name}", horizontal=True, vertical_alignment="center", gap="small"),
    ):
        st.html('<span class="brand">Recourse</span>', width="content")
        st.page_link(pages.ask, label="Ask")
        st.page_link(pages.look_up, label="Look up")
        st.page_link(pages.differences, label="Differences")
        st.page_link(pages.library, label="Library")
    st.html('<p class="emergency-line"><strong>In an emergency, call <a href="tel:911">911</a> first.</strong></p>')


def _page(show: Callable[[Desk, Pages], None], desk: Desk, pages: Pages) -> None:
    """One page, once the knowledge base is open; a KbError becomes one line."""
    if not _opened(desk):
        return
    with plain_errors():
        show(desk, pages)
    st.session_state["page"] = show.__name__


def _opened(desk: Desk) -> bool:
    try:
        report = follow(desk.opening(), _OPENING, _BUILDING)
    except KbError as exc:
        error_panel(str(exc))
        desk.close_failed()
        st.button("Try again")
        return False
    except Exception:  # a fault of the program: the log has it, and loading the page again tries again
        desk.close_failed()
        raise
    if report.failed:
        number = len(report.failed)
        what = "1 document" if number == 1 else f"{number} documents"
        panel("calm", f"<p>{what} could not be taken in; the others answer. The Library says why.</p>")
    return True
