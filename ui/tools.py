"""What one does with an answer: a link that asks the same question, and a printed page."""

from urllib.parse import urlencode

import streamlit as st

from ui.asked import Asked
from ui.language import in_language, say, say_html


def tools(asked: Asked) -> None:
    """The link and the print button."""
    with st.container(key="tools", horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(say("ask.tools.share"), key="share"):
            st.html(f'<p class="facts">{say_html("ask.tools.share-note")}</p>')
            st.code(shared_link(st.context.url or "", asked), language=None, wrap_lines=True)
        st.html(
            f'<button type="button" class="plain-button" data-print>{say_html("ask.tools.print")}</button>',
            width="content",
        )


def shared_link(page: str, asked: Asked) -> str:
    """The address of `page` with question, plan, edition and language, and nothing else that it may hold now."""
    return f"{page.partition('?')[0]}?{urlencode({**asked.params(), **in_language()})}"
