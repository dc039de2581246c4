"""Document to passages: every non-blank character in exactly one, none crossing a subdivision or heading."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kb.lexical import fold
from kb.sentences import sentences
from kb.types import Document, OutlineEntry, Page, Passage, PassageKind, Source, Span

TARGET = 650
"""Characters that running text is packed up to: about 110 words, which MiniLM reads whole with the heading."""

LIMIT = 1100
"""Characters above which a single paragraph is cut at a sentence: MiniLM reads 256 word pieces."""

_WORD = re.compile(r"\S")


def split(document: Document) -> tuple[Passage, ...]:
    """The passages of a document in text order; their text is exactly ``document.text[span]``."""
    places = _Places(document)
    passages: list[Passage] = []
    for span in _spans(document, places):
        entry = places.innermost(span[0])
        pages = places.pages(span)
        passages.append(
            Passage(
                document.doc_id,
                document.version,
                span,
                document.text[span[0] : span[1]],
                entry.label,
                pages,
                places.printed(pages),
                places.lead_in(span),
                entry.url,
                places.kind(span[0]),
            )
        )
    return tuple(passages)


class _Places:
    """Look-ups by offset in one document: label, page, lead-in."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text_pages = [
            page for page, after in _with_next(document.pages) if after is None or after.start > page.start
        ]
        self._page_starts = [page.start for page in self._text_pages]
        is_law = bool(document.provisions)
        self.boundaries = sorted(
            {point for entry in document.outline for point in (entry.span if is_law else _edges(entry))}
        )
        self._starts: list[int] = []
        self._open: list[list[OutlineEntry]] = []
        for entry in sorted(document.outline, key=lambda e: e.span[0]):
            still = [e for e in self._open[-1] if e.span[1] > entry.span[0]] if self._open else []
            if self._starts and self._starts[-1] == entry.span[0]:
                self._open[-1].append(entry)
            else:
                self._starts.append(entry.span[0])
                self._open.append([*still, entry])

    def _around(self, offset: int) -> list[OutlineEntry]:
        """The entries that hold `offset`."""
        index = bisect_right(self._starts, offset) - 1
        return [e for e in self._open[index] if e.span[1] > offset] if index >= 0 else []

    def innermost(self, offset: int) -> OutlineEntry:
        """The smallest labelled stretch that holds `offset`."""
        around = [entry for entry in self._around(offset) if entry.kind == "body"]
        return min(around, key=lambda e: (e.span[1] - e.span[0], -e.level))

    def kind(self, offset: int) -> PassageKind:
        """Whether `offset` stands in the body, a contents line or a source line."""
        return min(self._around(offset), key=lambda e: (e.span[1] - e.span[0], -e.level)).kind

    def lead_in(self, span: Span) -> Span | None:
        """The words that introduce the list or row that `span` begins in, unless `span` holds them itself."""
        leads = [e.lead_in for e in self._around(span[0]) if e.lead_in is not None and e.lead_in[1] <= span[0]]
        return max(leads, default=None)

    def pages(self, span: Span) -> tuple[int, int] | None:
        """Numbers of the first and last page that `span` stands on."""
        if not self._text_pages:
            return None
        first = max(bisect_right(self._page_starts, span[0]) - 1, 0)
        last = max(bisect_left(self._page_starts, span[1]) - 1, first)
        return (self._text_pages[first].number, self._text_pages[last].number)

    def printed(self, pages: tuple[int, int] | None) -> str:
        """The printed number of the first page."""
        return "" if pages is None else self._document.pages[pages[0] - 1].printed


def _with_next(pages: Sequence[Page]) -> Iterator[tuple[Page, Page | None]]:
    for index, page in enumerate(pages):
        yield page, pages[index + 1] if index + 1 < len(pages) else None


def _edges(entry: OutlineEntry) -> tuple[int, ...]:
    """Offsets that no passage may cross: the edges of headed or labelled stretches. Lists may share a passage,
    but not in law, where every stretch has a label of its own."""
    if entry.heading or entry.kind != "body" or entry.lead_in is None:
        return entry.span
    return ()


def _spans(document: Document, places: _Places) -> Iterator[Span]:
    text = document.text
    points = sorted({0, len(text), *places.boundaries})
    for start, end in pairwise(points):
        yield from _pack(text, start, end)


def _pack(text: str, start: int, end: int) -> Iterator[Span]:
    """Paragraphs of one stretch packed up to TARGET characters, cut only between paragraphs or sentences."""
    current: Span | None = None
    for piece in _pieces(text, start, end):
        room = LIMIT if current is not None and _is_lead(text, current, start) else TARGET
        if current is not None and piece[1] - current[0] <= room:
            current = (current[0], piece[1])
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def _is_lead(text: str, span: Span, start: int) -> bool:
    """Whether `span` cannot stand alone: a heading with nothing under it yet, or a lead-in without its items."""
    words = text[span[0] : span[1]]
    return words.endswith(":") or (span[0] == start and "\n" not in words and not words.endswith((".", "?", "!")))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Lines of a stretch; one longer than LIMIT is cut at sentences, and a longer sentence at blanks."""
    for line in re.finditer(r"[^\n]+", text[start:end]):
        words = line.group()
        if not words.strip():
            continue
        left = start + line.start() + len(words) - len(words.lstrip())
        right = left + len(words.strip())
        if right - left <= LIMIT:
            yield (left, right)
        else:
            yield from _cut(text, left, right)


def _cut(text: str, left: int, right: int) -> Iterator[Span]:
    for a, b in sentences(text[left:right]):
        begin, stop = left + a, left + b
        while stop - begin > LIMIT:
            blank = text.rfind(" ", begin + 1, begin + LIMIT)
            middle = blank if blank > begin else begin + LIMIT
            yield (begin, begin + len(text[begin:middle].rstrip()))
            word = _WORD.search(text, middle, stop)
            begin = word.start() if word else stop
        if begin < stop:
            yield (begin, stop)


def embedded_text(source: Source, document: Document, passage: Passage) -> str:
    """What is embedded for a passage: title, plan and edition, label, a section's heading, lead-in, then its words."""
    about = " ".join(
        part for part in (source.title, source.edition if source.edition not in source.title else "") if part
    )
    lead = document.text[passage.lead_in[0] : passage.lead_in[1]] if passage.lead_in else ""
    place = f"{about} > {passage.label}" if passage.label != source.title else about
    parts = [f"{place} {_heading(document, passage)}".rstrip(), lead[-300:], passage.text]
    return fold("\n".join(part for part in parts if part))


def _heading(document: Document, passage: Passage) -> str:
    """The title of the section of law that a passage stands in, or ""."""
    index = bisect_right(document.provisions, passage.span[0], key=lambda provision: provision.span[0]) - 1
    return document.provisions[index].heading if index >= 0 else ""
