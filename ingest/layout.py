"""Lines to blocks: paragraphs rebuilt, headings told by size and weight, table rows kept whole."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.blocks import Block
from ingest.lines import Line, lines_of, strip_furniture
from ingest.pdf import PdfText
from kb.sentences import ROW

_BULLET = re.compile(r"^[\x7f\u2022\u25cf\u25aa\u25e6\u2023\u00b7\uf0b7\uf0a7*\u2013-]\s+(?=\S)")
_BARE_BULLET = re.compile(r"^[\x7f\u2022\u25cf\u25aa\u25e6\u2023\u00b7\uf0b7\uf0a7]$")
_HYPHENATED = re.compile(r"[^\W_]-$")
_ENDS = (".", "!", "?", ":", ";")


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, all of one column of one kind of text."""

    lines: list[Line] = field(default_factory=list)
    cells: list[list[Line]] = field(default_factory=list)


def layout(pdf: PdfText) -> tuple[list[Block], list[str]]:
    """Blocks of a PDF in reading order, and the printed number of each page."""
    pages, printed = strip_furniture(lines_of(pdf.pages))
    lines = [line for page in pages for line in page]
    if not lines:
        return [], printed
    body = _body_size(lines)
    spacing = _spacing(lines, body)
    levels = _heading_levels(lines, body)
    words = Counter(re.findall(r"[\w-]+", " ".join(line.text for line in lines).lower()))
    blocks = [_block(p, body, levels, words) for p in _paragraphs(lines, spacing)]
    return _join_over_pages(_tidy(blocks), words), printed


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _spacing(lines: Sequence[Line], body: float) -> float:
    """Usual distance of baselines within a paragraph, in points."""
    steps = [
        a.y - b.y
        for a, b in pairwise(lines)
        if a.page == b.page and a.size == b.size == body and 0 < a.y - b.y < 3 * body
    ]
    return float(median(steps)) if steps else 1.2 * body


def _style(line: Line) -> tuple[float, bool]:
    return (line.size, line.bold)


def _heading_levels(lines: Sequence[Line], body: float) -> dict[tuple[float, bool], int]:
    """Level, from 1, of each style that marks headings: larger than the body, or bold at its size; largest first."""
    styles = {
        _style(x) for x in lines if not x.is_contents and (x.size > 1.08 * body or (x.bold and x.size >= 0.95 * body))
    }
    ranked = sorted(styles, key=lambda style: (-style[0], not style[1]))
    return {style: min(rank, 6) for rank, style in enumerate(ranked, 1)}


def _paragraphs(lines: Sequence[Line], spacing: float) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and line.column > 0 and last.lines[0].page == line.page:
            while len(last.cells) < line.column:
                last.cells.append([])
            last.cells[line.column - 1].append(line)
        elif last is not None and not last.cells and _continues(last.lines[-1], line, spacing):
            last.lines.append(line)
        elif last is not None and _BARE_BULLET.match(last.lines[-1].text) and len(last.lines) == 1:
            last.lines[0] = Line(line.page, line.x, line.y, line.size, line.bold, f"{last.lines[0].text} {line.text}")
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
    return not (_BULLET.match(line.text) or _BARE_BULLET.match(line.text) or line.is_contents or previous.is_contents)


def _block(paragraph: _Paragraph, body: float, levels: dict[tuple[float, bool], int], words: Counter[str]) -> Block:
    first = paragraph.lines[0]
    if paragraph.cells and not any(
        line.is_contents for line in (first, *(x for cell in paragraph.cells for x in cell))
    ):
        cells = [paragraph.lines, *paragraph.cells]
        text = ROW.join(_joined(cell, words)[0] for cell in cells)
        header = all(line.bold for cell in cells for line in cell)
        return Block("row", text, page_starts=((0, first.page),), header=header)
    lines = [*paragraph.lines, *(line for cell in paragraph.cells for line in cell)]
    text, starts = _joined(lines, words)
    if any(line.is_contents for line in lines):
        return Block("contents", text, page_starts=starts)
    bullet = _BULLET.match(text)
    if bullet:
        return Block("item", text[bullet.end() :], page_starts=starts)
    bold = all(line.bold for line in paragraph.lines)
    level = levels.get((first.size, bold), 0)
    if level and len(text) <= 140 and not text.endswith((".", ",", ";")) and any(c.isalpha() for c in text):
        return Block("heading", text, level, starts)
    return Block("paragraph", text, page_starts=starts)


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
    tail, head = re.split(r"[^\w-]", left)[-1].lower(), re.match(r"[\w-]+", right.lower())
    closed, open_ = tail[:-1] + (head.group() if head else ""), tail + (head.group() if head else "")
    return left[:-1] + right if words[closed] and not words[open_] else left + right


def _tidy(blocks: Sequence[Block]) -> list[Block]:
    """Blocks without header rows that only repeat the table's own on a new page; a table of contents as one block."""
    kept: list[Block] = []
    current = ""
    for block in blocks:
        if block.header and block.text == current:
            continue
        if block.kind == "contents" and kept and kept[-1].kind == "contents":
            kept[-1] = _one_below(kept[-1], block)
            continue
        if block.header:
            current = block.text
        elif block.kind == "heading":
            current = ""
        kept.append(block)
    return kept


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
        ):
            text = _glue(last.text, block.text, words)
            shift = len(text) - len(block.text)
            starts = (*last.page_starts, *((offset + shift, page) for offset, page in block.page_starts))
            joined[-1] = Block(last.kind, text, last.level, starts)
        else:
            joined.append(block)
    return joined
