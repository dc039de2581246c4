"""Whether an answer helped, asked below it; what is said stays on this computer, without the question unless agreed."""

from pathlib import Path

import streamlit as st

from kb.types import Answer
from ui.feedback_file import Verdict, keep, new_feedback
from ui.language import say, say_html
from ui.markup import panel
from ui.problem import plain_errors

_LONGEST = 2_000


def ask_feedback(folder: Path, answer: Answer) -> None:
    """Two buttons, then a note if one likes; drawn apart from the page, so that the answer stays as it is."""
    st.fragment(_asked)(folder, answer)


def _asked(folder: Path, answer: Answer) -> None:
    state, mark = st.session_state, f"feedback-{hash((answer.question, answer.status)) & 0xFFFFFF:x}"
    with st.container(key="feedback", gap="small"):
        said: Verdict | str = state.get(mark, "")
        if said == "kept":
            panel("good", f"<p>{say_html('ask.feedback.kept')}</p>", "status")
        elif said == "":
            with st.container(key="feedback-buttons", horizontal=True, vertical_alignment="center", gap="small"):
                st.html(f'<p class="row-heading">{say_html("ask.feedback.question")}</p>', width="content")
                for verdict in ("useful", "wrong"):
                    st.button(
                        say(f"ask.feedback.{verdict}"), key=f"feedback-{verdict}", on_click=_put, args=(mark, verdict)
                    )
        else:
            _details(folder, answer, "useful" if said == "useful" else "wrong", mark)


def _put(mark: str, said: str) -> None:
    st.session_state[mark] = said


def _details(folder: Path, answer: Answer, verdict: Verdict, mark: str) -> None:
    with st.form(f"form-{mark}", border=True):
        st.html(f'<p class="row-heading">{say_html(f"ask.feedback.{verdict}")}</p>')
        note = st.text_area(say("ask.feedback.note"), max_chars=_LONGEST, key=f"note-{mark}")
        agreed = st.checkbox(say("ask.feedback.with-question"), key=f"agreed-{mark}")
        st.html(f'<p class="facts">{say_html("ask.feedback.stays")}</p>')
        with st.container(horizontal=True, gap="small"):
            sent = st.form_submit_button(say("ask.feedback.keep"), type="primary")
            st.form_submit_button(say("ask.feedback.cancel"), on_click=_put, args=(mark, ""))
    if not sent:
        return
    question = answer.question if agreed else ""
    shown = tuple(quote.label for quote in answer.quotes) if agreed else ()
    with plain_errors():
        keep(folder, new_feedback(verdict, answer.status, note, question, shown))
        _put(mark, "kept")
        st.rerun(scope="fragment")
