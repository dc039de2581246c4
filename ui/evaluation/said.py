"""What readers said of answers, as it is kept on this computer, with the way to delete it."""

from pathlib import Path

import streamlit as st

from ui.feedback_file import Feedback, forget, kept
from ui.language import say, say_html
from ui.markup import text_html
from ui.problem import plain_errors

_SHOWN = 50


def show_said(folder: Path) -> None:
    """Counts, the latest words, and buttons that delete one or all."""
    with plain_errors():
        found, damaged = kept(folder)
        if not found and not damaged:
            return
        counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in ("useful", "wrong")}
        with st.expander(say("evaluate.said", number=len(found)), key="said"):
            st.html(f'<p class="facts">{say_html("evaluate.said-counts", **counts)}</p>')
            if damaged:
                st.html(f'<p class="facts">{say_html("evaluate.said-damaged", number=damaged)}</p>')
            for one in found[:_SHOWN]:
                with st.container(key=f"said-{one.id}", horizontal=True, vertical_alignment="center"):
                    st.html(_said_html(one))
                    name = say("evaluate.said-delete", when=one.when)
                    st.button(name, key=f"forget-{one.id}", type="tertiary", on_click=forget, args=(folder, {one.id}))
            st.button(
                say("evaluate.said-delete-all"),
                key="forget-all",
                on_click=forget,
                args=(folder, {one.id for one in found}),
            )


def _said_html(one: Feedback) -> str:
    parts = [
        f"<strong>{say_html(f'ask.feedback.{one.verdict}')}</strong> {text_html(one.when)}",
        text_html(one.question),
        text_html(", ".join(one.shown)),
        text_html(one.note),
    ]
    return f'<p class="facts">{"<br>".join(part for part in parts if part)}</p>'
