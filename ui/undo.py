"""Taking back a removal: the documents of the generation before are made current again, if nothing came after it."""

from dataclasses import dataclass

import streamlit as st

from ingest.store import Progress
from ingest.upkeep import roll_back
from kb.embed import Embedder
from kb.errors import IndexNotReady
from kb.phrases import Sentence
from ui.desk import Desk
from ui.language import say, say_html
from ui.markup import panel
from ui.problem import plain_errors
from ui.work import follow

_REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, and the number of the generation that the removal made."""

    title: str
    generation: int


def note_removal(desk: Desk, title: str) -> None:
    """Offer to take this removal back, which has just been done."""
    st.session_state[_REMOVED] = Removed(title, desk.base.catalog.generation().id)


def offer_undo(desk: Desk) -> None:
    """What was removed last in this session, with a button that takes it back while nothing else has changed."""
    removed: Removed | None = st.session_state.get(_REMOVED)
    if removed is None:
        return
    panel("good", f"<p>{say_html('library.removed', title=removed.title)}</p>", "status")
    if desk.base.catalog.generation().id != removed.generation:
        st.session_state.pop(_REMOVED)
        return
    with st.container(key="undo", horizontal=True, gap="small"):
        undo = st.button(say("library.undo"), key="undo-removal", type="primary")
        st.button(say("library.undo-not"), key="keep-removed", on_click=_forget)
    if undo:
        with plain_errors():
            _undo(desk, removed)
            _forget()
            st.session_state["told"] = say("library.undone", title=removed.title)
            st.rerun()


def _forget() -> None:
    st.session_state.pop(_REMOVED, None)


def _undo(desk: Desk, removed: Removed) -> None:
    """Roll back. Raises IndexNotReady where another session has changed the documents since."""

    def task(embedder: Embedder, progress: Progress) -> int:
        if desk.base.catalog.generation().id != removed.generation:
            raise IndexNotReady(Sentence("ui_library.changed-since"))
        return roll_back(desk.folder, embedder, progress)

    follow(desk.write(task), say("library.undoing"), say("library.undoing"))
