"""The library checked on demand: whether every text, file and index is as it was when it was added."""

import streamlit as st

from ingest.store import Progress
from ingest.verify import Finding, verify
from kb.embed import Embedder
from ui.announce import announce
from ui.desk import Desk
from ui.language import say, say_html
from ui.markup import panel, text_html
from ui.problem import plain_errors
from ui.work import follow

_RESULT = "verified"


def check_library(desk: Desk) -> None:
    """The button, and below it what the last check of this session found."""
    with st.container(key="verify", gap="small"):
        pressed = st.button(say("library.verify"), key="verify-now")
        if pressed:
            st.session_state.pop(_RESULT, None)

            def task(embedder: Embedder, progress: Progress) -> tuple[Finding, ...]:
                return tuple(verify(desk.folder, embedder))

            with plain_errors():
                st.session_state[_RESULT] = follow(desk.write(task), say("library.verifying"), say("library.verifying"))
        found: tuple[Finding, ...] | None = st.session_state.get(_RESULT)
        if found is None:
            return
        _show(desk, found)
        if pressed:
            announce(say("library.well") if not found else say("library.faults", number=len(found)))


def _show(desk: Desk, found: tuple[Finding, ...]) -> None:
    if not found:
        documents = len(desk.base.catalog.generation().sources)
        panel(
            "good", f"<p>{say_html('library.well')} {say_html('library.well-how', documents=documents)}</p>", "status"
        )
        return
    lines = "".join(
        f"<li>{text_html(f'{one.where}: {one.count} ({one.example}). ')}<code>{text_html(one.remedy)}</code></li>"
        for one in found
    )
    panel("alert", f"<p>{say_html('library.faults', number=len(found))}</p><ul>{lines}</ul>", "alert")
