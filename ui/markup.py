"""Text to markup that shows it literally: everything from documents, files and people passes through here."""

import html
import re
from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from kb.types import Span

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=\"'/@])")
_PHONE = re.compile(r"(?<![\d-])(?:1-)?[2-9]\d\d-\d{3}-\d{4}(?![\d-])")
_WEB = re.compile(r"https?://[^\s<>\"]+")


def text_html(text: str) -> str:
    """`text` as HTML that shows it letter for letter; line breaks become character references (st.html dedents)."""
    return html.escape(text, quote=True).replace("\r", "").replace("\n", "&#10;")


def words_html(text: str) -> str:
    """`text` literally, its telephone numbers kept on one line and ready to be called at a touch."""
    out: list[str] = []
    at = 0
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        number = digits if len(digits) == 11 else f"1{digits}"
        out += [text_html(text[at : match.start()]), f'<a class="phone" href="tel:+{number}">{match.group()}</a>']
        at = match.end()
    return "".join([*out, text_html(text[at:])])


def marked_html(text: str, offset: int, marks: Sequence[tuple[Span, str, str]]) -> str:
    """`text`, which begins at `offset` of its document, with tags put around spans of the document.

    marks: (span, opening tag, closing tag); what lies outside the text is cut off, and of two that overlap the
    second is left out.
    """
    out: list[str] = []
    at = 0
    for (start, end), opening, closing in sorted(marks, key=lambda mark: mark[0]):
        first, last = max(start - offset, 0), min(end - offset, len(text))
        if first < at or last <= first:
            continue
        out += [text_html(text[at:first]), opening, text_html(text[first:last]), closing]
        at = last
    return "".join([*out, text_html(text[at:])])


def official_link(url: str, words: str) -> str:
    """A link that opens another site in a new tab; "" for anything but http and https."""
    if not _WEB.fullmatch(url):
        return ""
    return f'<a href="{html.escape(url)}" target="_blank" rel="noopener noreferrer">{text_html(words)}</a>'


def linked_html(text: str, words: str) -> str:
    """`text` literally, but for web addresses, which become links called `words`."""
    out: list[str] = []
    at = 0
    for match in _WEB.finditer(text):
        out += [text_html(text[at : match.start()]), official_link(match.group(), words)]
        at = match.end()
    return "".join([*out, text_html(text[at:])])


def page_address(path: str, **params: str) -> str:
    """An address inside the app, escaped for an attribute: ``look-up?cite=HSC+1383.15%28c%29``."""
    return html.escape(f"{path}?{urlencode(params)}")


def literal(text: str) -> str:
    """`text` for a widget's label, which Streamlit reads as Markdown: every sign that could mean something escaped."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def panel(kind: str, body: str, role: str = "note") -> None:
    """A box on the page. `body` is HTML; kind: "alert", "calm", "good" or "plain"."""
    st.html(f'<div class="panel {kind}" role="{role}">{body}</div>')
