"""Brings the words in focus into view, where a section is longer than the window."""

from zlib import crc32

import streamlit as st

_SCRIPT = """<script>
(() => {{
  let tries = 20;
  const show = () => {{
    const focus = document.querySelector(".{name}");
    if (!focus) {{ if (tries--) setTimeout(show, 100); return; }}
    if (focus.getBoundingClientRect().top > window.innerHeight * 0.75) focus.scrollIntoView({{ block: "center" }});
  }};
  show();
}})();
</script>"""
"""Waits up to two seconds for the marked words, which may reach the page after it. Holds no word of a document."""


def focus_class(label: str) -> str:
    """A class for the marked stretch of `label`, so that the one shown before it is not taken for it."""
    return f"focus-{crc32(label.encode())}"


def show_focus(label: str) -> None:
    """Scroll to the stretch that is marked on the page, if it begins below what the window shows."""
    st.html(_SCRIPT.format(name=focus_class(label)), unsafe_allow_javascript=True)
