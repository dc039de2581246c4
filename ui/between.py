"""Differences has two pages, between sources and between editions of a contract: the way from one to the other."""

import streamlit as st

from ui.desk import Pages
from ui.language import say


def between(pages: Pages, current: str) -> None:
    """Both names as links, the current one marked."""
    with st.container(key=f"between-{current}", horizontal=True, gap="small"):
        st.page_link(pages.differences, label=say("frame.between-sources"))
        st.page_link(pages.changes, label=say("frame.between-editions"))
