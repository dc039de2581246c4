"""The frame around every page: style, navigation, language, the emergency line, first start, and errors as one line."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from kb.errors import KbError
from kb.phrases import LANGUAGES
from ui.announce import live_region
from ui.ask import ask_page
from ui.changes import changes_page
from ui.desk import Desk, MakeEmbedder, Pages
from ui.differences import differences_page
from ui.evaluation.page import evaluate_page
from ui.language import NAMES, adopt_language, language, say, say_html, switch
from ui.library import library_page
from ui.look_up import look_up_page
from ui.markup import panel
from ui.problem import error_panel, plain_errors
from ui.work import follow

_HERE = Path(__file__).parent
_STYLE = _HERE / "style.css"
_SCRIPT = _HERE / "page.js"

Show = Callable[[Desk, Pages], None]


def run(folder: Path, corpus: Path, make_embedder: MakeEmbedder, evals: Path | None = None) -> None:
    """The whole app, once through."""
    spoken = adopt_language()
    with st.container(key="behind", gap=None):
        st.html(_STYLE)
        st.html(f"<script>{_SCRIPT.read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)
        st.html(f'<script>document.documentElement.lang = "{spoken}";</script>', unsafe_allow_javascript=True)
        live_region()
        st.html(f'<a class="skip" href="#content">{say_html("frame.skip")}</a>')
    desk = _shared_desk(str(folder), str(corpus), make_embedder, evals)
    pages = Pages()
    pages.ask = _page_of(ask_page, desk, pages, "ask", default=True)
    pages.look_up = _page_of(look_up_page, desk, pages, "look-up")
    pages.library = _page_of(library_page, desk, pages, "library")
    pages.differences = _page_of(differences_page, desk, pages, "differences")
    pages.changes = _page_of(changes_page, desk, pages, "changes")
    pages.evaluate = _page_of(evaluate_page, desk, pages, "evaluate")
    current = st.navigation(
        [pages.ask, pages.look_up, pages.library, pages.differences, pages.changes, pages.evaluate], position="hidden"
    )
    _masthead(pages, current.url_path or "ask")
    current.run()


def _page_of(show: Show, desk: Desk, pages: Pages, path: str, *, default: bool = False) -> object:
    title = f"{say(f'frame.{path}')} - Recourse"
    return st.Page(partial(_page, show, desk, pages), title=title, url_path=path, default=default)


def _desk(folder: str, corpus: str, _make_embedder: MakeEmbedder, _evals: Path | None) -> Desk:
    return Desk(Path(folder), Path(corpus), _make_embedder, _evals)


_shared_desk: Callable[[str, str, MakeEmbedder, Path | None], Desk] = st.cache_resource(show_spinner=False)(_desk)


def _masthead(pages: Pages, current: str) -> None:
    """Name, language and the five pages; "What changed" stands inside Differences."""
    shown = "differences" if current == "changes" else current
    with st.container(key="masthead", horizontal=True, vertical_alignment="center", gap="small"):
        st.html('<span class="brand">Recourse</span>', width="content")
        with st.container(key=f"nav-{shown}", horizontal=True, vertical_alignment="center", gap="small"):
            for page, name in (
                (pages.ask, "ask"),
                (pages.look_up, "look-up"),
                (pages.library, "library"),
                (pages.differences, "differences"),
                (pages.evaluate, "evaluate"),
            ):
                st.page_link(page, label=say(f"frame.{name}"))
        other = next(one for one in LANGUAGES if one != language())
        st.button(NAMES[other], key=f"speak-{other}", type="tertiary", on_click=switch, args=(other,))
    st.html(
        f'<p class="emergency-line"><strong>{say_html("frame.emergency-before")} <a href="tel:911">911</a>'
        f'{say_html("frame.emergency-after")}</strong></p><div id="content" tabindex="-1"></div>'
    )


def _page(show: Show, desk: Desk, pages: Pages) -> None:
    """One page, once the knowledge base is open; a KbError becomes one line."""
    if not _opened(desk):
        return
    with plain_errors():
        show(desk, pages)
    st.session_state["page"] = show.__name__


def _opened(desk: Desk) -> bool:
    try:
        report = follow(desk.opening(), say("frame.opening"), say("frame.building"))
    except KbError as exc:
        error_panel(exc.message)
        desk.close_failed()
        st.button(say("frame.again"))
        return False
    except Exception:  # a fault of the program: the log has it, and loading the page again tries again
        desk.close_failed()
        raise
    if report.failed:
        number = len(report.failed)
        panel(
            "calm", f"<p>{say_html('frame.failed-one') if number == 1 else say_html('frame.failed', number=number)}</p>"
        )
    return True
