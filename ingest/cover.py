"""The lines of a document that may tell what it is: titles, running heads, first pages, and the file's name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.blocks import assemble
from ingest.pdf.furniture import strip_furniture
from ingest.pdf.layout import layout
from ingest.pdf.lines import lines_of
from ingest.pdf.reading import read_pdf
from ingest.read import read
from kb.types import Document, Source

PAGES = 12
"""Pages read of a PDF: covers, letters and notices come before the first chapter."""

_CHARACTERS = 30_000  # read of a document without pages


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A paragraph, title or running head. `page` from 1, None where there are none; `where`: "running head" or
    "file name" for what is no part of the text."""

    text: str
    page: int | None = None
    is_title: bool = False
    where: str = ""


def cover_lines(name: str, data: bytes) -> tuple[CoverLine, ...]:
    """The lines of a file in reading order, then its running heads, then its name.

    Raises ParseError where the file cannot be read.
    """
    heads: list[CoverLine] = []
    if data.lstrip()[:5] == b"%PDF-":
        pdf = read_pdf(data, name, PAGES)
        dropped = [line for page in strip_furniture(lines_of(pdf.pages)).furniture for line in page]
        heads = [CoverLine(text, where="running head") for text in dict.fromkeys(line.text for line in dropped)]
        blocks, printed = layout(pdf)
        document = assemble("cover", "", name, blocks, printed)
    else:
        document, _ = read(Source("cover", name, "", name, "guide"), data)
    stem = re.sub(r"[_\s-]+", " ", name.rpartition(".")[0] or name).strip()
    return (*_lines(document), *heads, CoverLine(stem, where="file name"))


def _lines(document: Document) -> list[CoverLine]:
    titles = {entry.span[0] for entry in document.outline if entry.heading}
    starts = [(page.start, page.number) for page in document.pages]
    found: list[CoverLine] = []
    for match in re.finditer(r"[^\n]+", document.text[:_CHARACTERS] if not starts else document.text):
        text = " ".join(match[0].split())
        page = max((number for start, number in starts if start <= match.start()), default=None) if starts else None
        found.append(CoverLine(text, page, match.start() in titles or _is_short(text, page, found)))
    return found


def _is_short(text: str, page: int | None, before: Sequence[CoverLine]) -> bool:
    """Whether a line that is no heading looks like one: on a cover, short, and no sentence."""
    on_cover = page == 1 or (page is None and len(before) < 8)
    return on_cover and len(text.split()) <= 30 and not text.endswith((".", ",", ";")) and text[:1] not in "-\u2022"
