"""The questions of this session, to be asked again; they are kept by the session alone and can be forgotten."""

import streamlit as st

from ui.asked import Asked, put
from ui.language import say, say_html
from ui.markup import literal

_MOST = 12
_SHOWN = 160  # characters of a question on its button
_KEPT = "asked-before"


def remember_question(asked: Asked) -> None:
    """Put what is asked first among the questions of this session."""
    state = st.session_state
    before: tuple[Asked, ...] = state.get(_KEPT, ())
    state[_KEPT] = (asked, *(one for one in before if one != asked))[:_MOST]


def show_history(now: Asked) -> None:
    """The other questions of this session, latest first; nothing where there are none."""
    before = [one for one in st.session_state.get(_KEPT, ()) if one.question and one != now]
    if not before:
        return
    with st.expander(say("ask.history.heading", number=len(before)), key="history"):
        for number, one in enumerate(before):
            words = one.question if len(one.question) <= _SHOWN else f"{one.question[:_SHOWN]} \u2026"
            after = say("follow.after", before=one.after[:_SHOWN]) if one.after else ""
            filters = ", ".join(part for part in (after, one.plan, one.edition) if part)
            st.button(
                literal(f"{words} ({filters})" if filters else words),
                key=f"again-{number}",
                type="tertiary",
                on_click=_ask_again,
                args=(one,),
            )
        st.html(f'<p class="facts">{say_html("ask.history.note")}</p>')
        st.button(say("ask.history.forget"), key="forget-questions", on_click=_forget, args=(now,))


def _ask_again(asked: Asked) -> None:
    put(asked)
    state = st.session_state
    state["question"], state["plan"], state["edition"] = asked.question, asked.plan, asked.edition


def _forget(now: Asked) -> None:
    st.session_state[_KEPT] = (now,) if now.question else ()
