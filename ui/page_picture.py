"""A PDF page as a picture, drawn by pypdfium2, with quoted words marked where they stand."""

import io
import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from kb.errors import ParseError
from kb.phrases import Sentence
from kb.types import Document, Span

_SCALE = 2.0  # 144 dots an inch: sharp on a phone, some 200 KB a page
_MARK = (255, 224, 102)
_NEXT_CELL = 300  # letters at most between two cells of one table row
_PDFIUM = threading.Lock()  # PDFium must not be entered by two threads

Box = tuple[float, float, float, float]  # left, bottom, right, top in points


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG; `marked` is whether all the words asked for are marked on it."""

    png: bytes
    marked: bool


def words_on_page(document: Document, number: int, span: Span) -> tuple[str, str]:
    """What stands before `span` on page `number` of the document, and the part of `span` that stands on it."""
    starts = [page.start for page in document.pages] + [len(document.text)]
    index = next(i for i, page in enumerate(document.pages) if page.number == number)
    first, last = starts[index], starts[index + 1]
    begin = min(max(span[0], first), last)
    return document.text[first:begin], document.text[begin : max(begin, min(span[1], last))]


def _draw(file: str, number: int, before: str, words: str) -> Picture:
    import pypdfium2

    with _PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(file)
            try:
                page = pdf[number - 1]
                boxes = _boxes(page, before, words) if words.strip() else []
                return Picture(_png(page, boxes), bool(boxes))
            finally:
                pdf.close()
        except (pypdfium2.PdfiumError, OSError, IndexError) as exc:
            raise ParseError(Sentence("ui_quote.not-drawn", page=number, why=str(exc))) from exc


page_picture: Callable[[str, int, str, str], Picture] = st.cache_data(max_entries=48, show_spinner=False)(_draw)
"""The picture of page `number` (from 1) of a PDF file, with `words` marked, which stand after `before` on that page."""


def _png(page: Any, boxes: Sequence[Box]) -> bytes:
    from PIL import Image, ImageChops, ImageDraw

    bitmap = page.render(scale=_SCALE)
    picture = bitmap.to_pil().convert("RGB")
    place = bitmap.get_posconv(page)
    marks = Image.new("RGB", picture.size, "white")
    pencil = ImageDraw.Draw(marks)
    for left, bottom, right, top in boxes:
        (x0, y0), (x1, y1) = place.to_bitmap(left, top), place.to_bitmap(right, bottom)
        pencil.rectangle((min(x0, x1) - 3, min(y0, y1) - 2, max(x0, x1) + 3, max(y0, y1) + 2), fill=_MARK)
    out = io.BytesIO()
    ImageChops.multiply(picture, marks).quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _boxes(page: Any, before: str, words: str) -> list[Box]:
    """A box for each line of `words` on the page; none where not all of them are found."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    codes = [raw.FPDFText_GetUnicode(textpage, i) for i in range(textpage.count_chars())]
    letters, places = _letters("".join(chr(code) if code else " " for code in codes))
    boxes: list[Box] = []
    for start, end in locate(letters, before, words):
        for index in dict.fromkeys(places[start:end]):
            _widen(boxes, textpage.get_charbox(index, loose=True))
    return boxes


def _widen(boxes: list[Box], box: Box) -> None:
    """Add a letter's box: to the last line's box where it stands on that line, else as a new one."""
    left, bottom, right, top = box
    if boxes:
        l0, b0, r0, t0 = boxes[-1]
        if min(top, t0) - max(bottom, b0) > 0.5 * min(top - bottom, t0 - b0) and -1 < left - r0 < 2.5 * (top - bottom):
            boxes[-1] = (min(left, l0), min(bottom, b0), max(right, r0), max(top, t0))
            return
    boxes.append(box)


def _letters(text: str) -> tuple[str, list[int]]:
    """What two ways of reading one page share: no blanks, hyphens, bullets or cell borders; and each letter's index."""
    out: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        for letter in unicodedata.normalize("NFKC", char):
            if letter.isalnum() or letter in "$%.,;:()/":
                out.append(letter)
                places.append(index)
    return "".join(out), places


def locate(letters: str, before: str, words: str) -> list[tuple[int, int]]:
    """Where `words` stand in a page's letters: one range, or one for each cell and line; none if any part is missing.

    Words that occur several times on a page are told apart by how often they occur in `before`.
    """
    whole = _letters(words)[0]
    ahead = _letters(before)[0]
    start = _nth(letters, whole, ahead.count(whole)) if whole else -1
    if start >= 0:
        return [(start, start + len(whole))]
    parts = [part for part in (_letters(piece)[0] for piece in re.split(r" \| |\n+", words)) if part]
    found: list[tuple[int, int]] = []
    for part in parts:
        if found:
            at = letters.find(part, found[-1][1], found[-1][1] + _NEXT_CELL + len(part))
        else:
            at = _nth(letters, part, ahead.count(part))
        if at < 0:
            return []
        found.append((at, at + len(part)))
    return found


def _nth(letters: str, part: str, n: int) -> int:
    """Where `part` begins for the n-th time, counted from 0; -1 where it does not."""
    at = -1
    for _ in range(n + 1):
        at = letters.find(part, at + 1)
        if at < 0:
            return -1
    return at
