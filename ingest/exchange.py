"""What goes between the program and the process that reads files: frames of JSON, checked on arrival.

JSON and not pickle, because a pickle runs what it says: were the reading process taken over by a file, its answer could
then take over the program too. Here an answer is numbers and words, and spans that do not fit the text are refused. The
words of a passage are cut from the text on arrival, so they cannot differ from it.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import date
from typing import Any, BinaryIO, get_args

from ingest.cover import CoverLine
from ingest.parse import Parsed
from kb.catalog import source_from_json, source_to_json
from kb.types import Document, OutlineEntry, Page, Passage, PassageKind, Provision, ProvisionStatus, Source, Span

_HEAD = struct.Struct(">QQ")


class BadAnswerError(Exception):
    """A frame that is cut off, too long, or does not hold what it should."""


def write_frame(stream: BinaryIO, message: bytes, data: bytes = b"") -> None:
    """Write a message and the bytes that belong to it."""
    stream.write(_HEAD.pack(len(message), len(data)))
    stream.write(message)
    stream.write(data)
    stream.flush()


def read_frame(stream: BinaryIO, most: int) -> tuple[bytes, bytes] | None:
    """The next message with its bytes; None at the end. Raises BadAnswerError above `most` bytes or where cut."""
    head = stream.read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise BadAnswerError("cut off")
    sizes = _HEAD.unpack(head)
    if sum(sizes) > most:
        raise BadAnswerError("too long")
    message, data = (stream.read(size) for size in sizes)
    if (len(message), len(data)) != sizes:
        raise BadAnswerError("cut off")
    return message, data


def packed(value: object) -> bytes:
    """A value of lists, numbers and words as JSON; lone surrogates pass."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpacked(message: bytes) -> Any:
    """The value of `packed`. Raises BadAnswerError."""
    try:
        return json.loads(message.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as exc:
        raise BadAnswerError("no JSON") from exc


def parsed_to_json(parsed: Parsed) -> dict[str, object]:
    """What `parsed_from_json` reads; a passage comes without its words."""
    document = parsed.document
    return {
        "source": source_to_json(parsed.source),
        "text": document.text,
        "pages": [astuple(page) for page in document.pages],
        "outline": [(e.span, e.label, e.heading, e.level, e.lead_in, e.url, e.kind) for e in document.outline],
        "provisions": [
            (
                p.label,
                p.span,
                p.heading,
                p.above,
                p.status,
                _iso(p.effective_from),
                _iso(p.effective_to),
                p.history,
                p.url,
            )
            for p in document.provisions
        ],
        "passages": [(p.span, p.label, p.pages, p.printed_page, p.lead_in, p.url, p.kind) for p in parsed.passages],
        "warnings": parsed.warnings,
    }


def parsed_from_json(value: Any, source: Source, version: str) -> Parsed:
    """What a reading process found in the file of `source`; it has no say in what the document is called here, nor in
    its version. Raises BadAnswerError where anything in it is not what it should be."""
    try:
        text = _words(value["text"])
        document = Document(
            source.doc_id,
            version,
            text,
            tuple(Page(_count(n), _words(printed), _count(start)) for n, printed, start in value["pages"]),
            tuple(_entry(row, len(text)) for row in value["outline"]),
            tuple(_provision(row, len(text)) for row in value["provisions"]),
        )
        passages = tuple(_passage(row, document) for row in value["passages"])
        named = _named(source, source_from_json(_words(value["source"])))
        return Parsed(named, document, passages, tuple(map(_words, value["warnings"])))
    except (KeyError, TypeError, ValueError) as exc:
        raise BadAnswerError(f"{type(exc).__name__}: {exc}") from exc


def cover_to_json(lines: Sequence[CoverLine]) -> list[object]:
    """What `cover_from_json` reads."""
    return [astuple(line) for line in lines]


def cover_from_json(value: Any) -> tuple[CoverLine, ...]:
    """The lines of a cover. Raises BadAnswerError."""
    try:
        return tuple(
            CoverLine(_words(text), None if page is None else _count(page), title is True, _words(where))
            for text, page, title, where in value
        )
    except (TypeError, ValueError) as exc:
        raise BadAnswerError(f"{type(exc).__name__}: {exc}") from exc


def _named(source: Source, said: Source) -> Source:
    """`source` with what a file may say of itself: title and day, and for a file of law whose law it is."""
    return replace(
        source,
        title=said.title,
        authority=said.authority,
        jurisdiction=said.jurisdiction,
        written=said.written,
        note=said.note,
    )


def _entry(row: Any, size: int) -> OutlineEntry:
    span, label, heading, level, lead, url, kind = row
    return OutlineEntry(
        _span(span, size),
        _words(label),
        _words(heading),
        _count(level),
        _maybe(lead, size),
        _words(url),
        _one_of(kind, PassageKind),
    )


def _provision(row: Any, size: int) -> Provision:
    label, span, heading, above, status, since, until, history, url = row
    return Provision(
        _words(label),
        _span(span, size),
        _words(heading),
        tuple(map(_words, above)),
        _one_of(status, ProvisionStatus),
        _day(since),
        _day(until),
        _words(history),
        _words(url),
    )


def _passage(row: Any, document: Document) -> Passage:
    span, label, pages, printed, lead, url, kind = row
    size = len(document.text)
    start, end = _span(span, size)
    on = None if pages is None else (_count(pages[0]), _count(pages[1]))
    return Passage(
        document.doc_id,
        document.version,
        (start, end),
        document.text[start:end],
        _words(label),
        on,
        _words(printed),
        _maybe(lead, size),
        _words(url),
        _one_of(kind, PassageKind),
    )


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("words expected")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**40:
        raise ValueError("a number expected")
    return value


def _span(value: Any, size: int) -> Span:
    start, end = map(_count, value)
    if not start <= end <= size:
        raise ValueError("a span outside the text")
    return start, end


def _maybe(value: Any, size: int) -> Span | None:
    return None if value is None else _span(value, size)


def _one_of(value: Any, kinds: Any) -> Any:
    if value not in get_args(kinds):
        raise ValueError("an unknown kind")
    return value


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(_words(value))
