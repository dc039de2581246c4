"""What marks the headings of a PDF: size and weight, numbers, and the file's own outline."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.pdf.lines import Line
from ingest.pdf.reading import Bookmark
from kb.lexical import fold

_NUMBERED = (
    re.compile(
        r"^(?:CHAPTER|Chapter|ARTICLE|Article|PART|Part) (?:\d{1,3}|[IVXL]+)(?:[.:]|\s[\u2013\u2014-])?(?:\s+[A-Z\d]|$)"
    ),
    re.compile(r"^(?:SECTION|Section) \d{1,3}(?:[.:]|\s[\u2013\u2014-])?(?:\s+[A-Z]|$)"),
    re.compile(r"^(?:SECTION|Section) \d{1,3}(?:\.\d{1,3})+[.:]?\s+[A-Z\u201c\"]"),
)
"""Numbered headings from the highest kind down; "Section 4 tells you" is none."""


def body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _style(line: Line) -> tuple[float, bool]:
    return (line.size, line.bold)


def heading_levels(lines: Sequence[Line], body: float) -> dict[tuple[float, bool], int]:
    """Level, from 1, of each style that marks headings: larger than the body, or bold at its size; largest first."""
    styles = {
        _style(x) for x in lines if not x.is_contents and (x.size > 1.08 * body or (x.bold and x.size >= 0.95 * body))
    }
    ranked = sorted(styles, key=lambda style: (-style[0], not style[1]))
    return {style: min(rank, 6) for rank, style in enumerate(ranked, 1)}


def number_rank(text: str) -> int:
    """1 for a chapter's heading, 2 for a section's, 3 for a part of one; 0 for anything else."""
    return next((rank for rank, pattern in enumerate(_NUMBERED, 1) if pattern.match(text)), 0)


def bookmark_depths(bookmarks: Sequence[Bookmark], pages: Sequence[Sequence[Line]]) -> dict[tuple[int, str], int]:
    """The depth of headings that the file's outline names, by page and words.

    Only where the outline is one of headings: not more than three a page, most of them lines of their page.
    """
    if not 0 < len(bookmarks) <= 3 * len(pages):
        return {}
    named = {(mark.page, plain(mark.title)): mark.depth for mark in bookmarks}
    standing = sum(
        any(title.startswith(plain(line.text)) or plain(line.text) == title for line in pages[page])
        for page, title in named
        if page < len(pages)
    )
    return named if standing >= 0.8 * len(named) else {}


def plain(text: str) -> str:
    return " ".join(fold(text).lower().split())
