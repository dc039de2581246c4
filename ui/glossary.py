"""The words of an answer that need a plain explanation, below its quotes, marked as ours."""

import streamlit as st

from kb.glossary import glosses
from kb.phrases import phrase
from kb.types import Answer
from ui.markup import text_html


def show_glossary(answer: Answer) -> None:
    """A closed list of the words, if there are any."""
    language = answer.language
    found = glosses(answer.quotes, language)
    if not found:
        return
    rows = "".join(
        f'<dt lang="en">{text_html(gloss.words)}</dt><dd lang="{language}">{text_html(gloss.text)}</dd>'
        for gloss in found
    )
    st.html(
        f'<details class="glossary"><summary>{text_html(phrase("glossary.heading", language))}</summary>'
        f"<p>{text_html(phrase('glossary.ours', language))}</p><dl>{rows}</dl></details>"
    )
