"""Lines to blocks: paragraphs rebuilt, headings told by size and weight, table rows kept whole."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest
from statistics import median

from ingest.blocks import Block
from ingest.pdf.chart import with_rows
from ingest.pdf.furniture import mark_contents, strip_furniture
from ingest.pdf.headings import body_size, bookmark_depths, heading_levels, number_rank, plain
from ingest.pdf.lines import BARE_BULLET, Line, lines_of
from ingest.pdf.reading import PdfText
from kb.lexical import fold
from kb.sentences import ROW

_BULLET = re.compile(r"^[\x7f\u2022\u25cf\u25aa\u25a0\u25e6\u2023\u00b7\ue000-\uf8ff*\u2013-]\s+(?=\S)")
_HYPHENATED = re.compile(r"[^\W_][-\u2010\u2011]$")
_HEAD_LENGTH = 60  # shorter text without a full stop, before a capital, is a line of its own and not cut by the page
_ENDS = (".", "!", "?", ":", ";")
_CONTINUED = re.compile(r"^(.*?\S)\s*[(\[-]?\s*(?:continued|cont\.?|cont['\u2019]d)\s*[)\]]?:?$", re.I)


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together: one kind of text, or a table row with the lines of each column in `cells`."""

    lines: list[Line] = field(default_factory=list)
    cells: dict[int, list[Line]] = field(default_factory=dict)

    @property
    def page(self) -> int:
        return self.lines[-1].page if self.lines else max(cell[-1].page for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class _Style:
    """What the whole document tells about its headings and words."""

    body: float
    levels: dict[tuple[float, bool], int]
    words: Counter[str]
    bookmarks: dict[tuple[int, str], int]


def layout(pdf: PdfText) -> tuple[list[Block], list[str]]:
    """Blocks of a PDF in reading order, and the printed number of each page."""
    stripped = strip_furniture(lines_of(pdf.pages))
    pages = with_rows(mark_contents(stripped.pages))
    printed = [number or label for number, label in zip_longest(stripped.printed, pdf.labels, fillvalue="")]
    lines = [line for page in pages for line in page]
    if not lines:
        return [], printed
    body = body_size(lines)
    words = Counter(re.findall(r"[\w-]+", fold(" ".join(line.text for line in lines)).lower()))
    style = _Style(body, heading_levels(lines, body), words, bookmark_depths(pdf.bookmarks, pages))
    made = [(_block(p, style), p) for p in _paragraphs(lines, _spacing(lines, body))]
    return _join_over_pages(_tidy(made, words), words), printed


def _spacing(lines: Sequence[Line], body: float) -> float:
    """Usual distance of baselines within a paragraph, in points."""
    steps = [
        a.y - b.y
        for a, b in pairwise(lines)
        if a.page == b.page and a.size == b.size == body and 0 < a.y - b.y < 3 * body
    ]
    return float(median(steps)) if steps else 1.2 * body


def _paragraphs(lines: Sequence[Line], spacing: float) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    row = (-1, 0)
    for line in lines:
        last = found[-1] if found else None
        if line.row:
            if (line.page, line.row) != row or last is None:
                found.append(_Paragraph())
            row = (line.page, line.row)
            found[-1].cells.setdefault(line.column, []).append(line)
        elif last is None or last.cells:
            found.append(_Paragraph([line]))
        elif _continues(last.lines[-1], line, spacing):
            last.lines.append(line)
        elif BARE_BULLET.match(last.lines[-1].text) and len(last.lines) == 1:
            last.lines[0] = replace(line, text=f"{last.lines[0].text} {line.text}")
        else:
            found.append(_Paragraph([line]))
    return found


def _continues(previous: Line, line: Line, spacing: float) -> bool:
    """Whether `line` goes on with the paragraph of `previous` (on the same page)."""
    step = previous.y - line.y
    if previous.page != line.page or not -0.1 < step <= 1.3 * spacing + max(0.0, previous.size - 11):
        return False
    if abs(previous.size - line.size) > 0.3 or previous.bold != line.bold:
        return False
    if number_rank(line.text) and previous.text.endswith(_ENDS):
        return False
    return not (_BULLET.match(line.text) or BARE_BULLET.match(line.text) or line.is_contents or previous.is_contents)


def _block(paragraph: _Paragraph, style: _Style) -> Block:
    if paragraph.cells:
        return _row_block(paragraph, style.words)
    first = paragraph.lines[0]
    text, starts = _joined(paragraph.lines, style.words)
    if any(line.is_contents for line in paragraph.lines):
        return Block("contents", text, page_starts=starts)
    bullet = _BULLET.match(text)
    if bullet:
        return Block("item", text[bullet.end() :], page_starts=starts)
    bold = all(line.bold for line in paragraph.lines)
    level = style.levels.get((first.size, bold), 0)
    if len(text) <= 140 and not text.endswith((".", ",", ";")) and any(c.isalpha() for c in text):
        if not level and (rank := number_rank(text)):
            level = len(style.levels) + rank
        if not level and (depth := style.bookmarks.get((first.page, plain(text)))) is not None:
            level = len(style.levels) + 1 + depth
        if level:
            return Block("heading", text, min(level, 6), starts)
    return Block("paragraph", text, page_starts=starts)


def _row_block(paragraph: _Paragraph, words: Counter[str]) -> Block:
    """A row: its cells in order, an empty one kept where another follows."""
    text, starts = "", list[tuple[int, int]]()
    for column in range(max(paragraph.cells) + 1):
        cell = paragraph.cells.get(column, [])
        joined, inside = _joined(cell, words) if cell else ("", ())
        text += ROW if column else ""
        starts += [(offset + len(text), page) for offset, page in inside]
        text += joined
    first = {page: min(o for o, p in starts if p == page) for page in sorted({p for _, p in starts})}
    begin = min(first)
    header = all(line.bold for cell in paragraph.cells.values() for line in cell)
    return Block(
        "row", text, page_starts=((0, begin), *((o, p) for p, o in first.items() if p != begin)), header=header
    )


def _joined(lines: Sequence[Line], words: Counter[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One paragraph's text and where its pages begin. A line-end hyphen stays: it nearly always is the word's."""
    text, starts = lines[0].text, [(0, lines[0].page)]
    for previous, line in pairwise(lines):
        text = _glue(text, line.text, words)
        if line.page != previous.page:
            starts.append((len(text) - len(line.text), line.page))
    return text, tuple(starts)


def _glue(left: str, right: str, words: Counter[str]) -> str:
    """`left` and `right` as one text: a blank between, or none after a hyphen at the line's end.

    The hyphen goes only where the document has the closed form elsewhere and not the hyphenated one.
    """
    if not _HYPHENATED.search(left) or not right[:1].isalnum():
        return f"{left} {right}"
    tail, head = re.split(r"[^\w-]", fold(left))[-1].lower(), re.match(r"[\w-]+", fold(right).lower())
    closed, open_ = tail[:-1] + (head.group() if head else ""), tail + (head.group() if head else "")
    return left[:-1] + right if words[closed] and not words[open_] else left + right


def _tidy(made: Sequence[tuple[Block, _Paragraph]], words: Counter[str]) -> list[Block]:
    """Blocks without header rows that only repeat the table's own on a new page; a table of contents as one block.

    A row that goes on on the next page is one row.
    """
    kept: list[Block] = []
    current: list[str] = []
    open_row: _Paragraph | None = None
    for block, paragraph in made:
        if block.header and block.text in current:
            continue
        if block.kind == "contents" and kept and kept[-1].kind == "contents":
            kept[-1] = _one_below(kept[-1], block)
            continue
        if open_row is not None and block.kind == "row" and not block.header:
            rest = _rest_of(open_row, paragraph, words)
            if rest is not None:
                for column, lines in rest.items():
                    open_row.cells.setdefault(column, []).extend(lines)
                kept[-1] = _row_block(open_row, words)
                continue
        if block.header:
            current = [*current, block.text] if kept and kept[-1].header else [block.text]
        elif block.kind == "heading":
            current = []
        open_row = paragraph if block.kind == "row" and not block.header else None
        kept.append(block)
    return kept


def _rest_of(upper: _Paragraph, lower: _Paragraph, words: Counter[str]) -> dict[int, list[Line]] | None:
    """The cells of `lower` where it goes on with the row `upper` of the page before; None where it is a row itself.

    It does when it has no name, when its name begins in mid-sentence, or is that of `upper`, "(continued)".
    """
    if lower.page != upper.page + 1:
        return None
    name = lower.cells.get(0, [])
    if not name or name[0].text[0].islower():
        return lower.cells
    whole = plain(_joined(upper.cells[0], words)[0]) if 0 in upper.cells else ""
    for count in range(1, min(3, len(name)) + 1):
        again = _CONTINUED.match(_joined(name[:count], words)[0])
        if again and whole.startswith(plain(again[1])):
            return {column: lines[count:] if column == 0 else lines for column, lines in lower.cells.items()}
    return None


def _one_below(upper: Block, lower: Block) -> Block:
    """Two contents blocks as one, a line each."""
    shift = len(upper.text) + 1
    starts = ((offset + shift, page) for offset, page in lower.page_starts if page != upper.page_starts[-1][1])
    return Block("contents", f"{upper.text}\n{lower.text}", page_starts=(*upper.page_starts, *starts))


def _join_over_pages(blocks: Sequence[Block], words: Counter[str]) -> list[Block]:
    """Blocks with a paragraph or item that was cut by a page break made one again."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if (
            last is not None
            and block.kind == "paragraph"
            and last.kind in ("paragraph", "item")
            and last.page_starts[-1][1] != block.page_starts[0][1]
            and not last.text.endswith(_ENDS)
            and (len(last.text) > _HEAD_LENGTH or not block.text[0].isupper())
        ):
            text = _glue(last.text, block.text, words)
            shift = len(text) - len(block.text)
            starts = (*last.page_starts, *((offset + shift, page) for offset, page in block.page_starts))
            joined[-1] = Block(last.kind, text, last.level, starts)
        else:
            joined.append(block)
    return joined
