"""Rows of the tables in the Legislature's bulk archive.

Tabs between fields, a line feed after a row; text stands in backticks, numbers and dates stand bare, so does NULL. A
backslash gives the character after it, or names one (`\\n`). A backtick closes a field only before a tab or a line end:
elsewhere it is text. Rows that break these rules are told and left out, the rows after them are read.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator

Row = tuple[str | None, ...]

_FIELD = re.compile(
    rb"`(?P<text>(?:[^`\\]+|\\.|`(?!\t|\r?\n|\Z))*+)`(?P<end>\t|\r?\n\Z|\Z)|(?P<bare>[^`\t\r\n][^\t\r\n]*|)(?P<stop>\t|\r?\n\Z|\Z)",
    re.S,
)
_ESCAPE = re.compile(rb"\\(.)", re.S)
_NAMED = {b"0": b"", b"b": b" ", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b""}
_LINES, _BYTES = 50, 1_000_000  # no row is longer: one that seems to be has lost a backtick
_BROKEN = 1000  # so many broken rows are no table


def read_rows(lines: Iterable[bytes], width: int, member: str, on_problem: Callable[[str], None]) -> Iterator[Row]:
    """The rows of a table that have `width` fields; None is NULL. What could not be read goes to `on_problem`."""
    source = _Lines(lines)
    broken = latin = 0
    while (line := source.next()) is not None:
        at = source.number
        if not line.strip():
            continue
        fields = _row(line, source, width)
        if fields is None:
            broken += 1
            on_problem(f"{member}, line {at}: this row does not have the {width} fields of its table; it is left out")
            if broken == _BROKEN:
                on_problem(f"{member}: {_BROKEN} rows could not be read, so the rest of the table is left out")
                return
            continue
        try:
            yield tuple(None if field is None else field.decode("utf-8") for field in fields)
        except UnicodeDecodeError:
            latin += 1
            yield tuple(None if field is None else field.decode("latin-1") for field in fields)
    if latin:
        on_problem(f"{member}: {latin} row(s) are not UTF-8 and were read as Latin-1; look at their accents")


class _Lines:
    """The lines of a table one by one, some of them to be had again; `number` counts them from 1."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._again: deque[bytes] = deque()
        self.number = 0

    def next(self) -> bytes | None:
        line = self._again.popleft() if self._again else next(self._lines, None)
        self.number += line is not None
        return line

    def put_back(self, lines: list[bytes]) -> None:
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)


def _row(line: bytes, source: _Lines, width: int) -> list[bytes | None] | None:
    """The fields of the row that begins with `line`, or None; the lines that it does not need are put back."""
    text, more = line, list[bytes]()
    while True:
        fields, is_open = _fields(text)
        if not is_open:
            if len(fields) == width:
                return fields
            break
        following = source.next() if len(more) < _LINES and len(text) < _BYTES else None
        if following is None:
            break
        more.append(following)
        if len(_fields(following)[0]) == width and following.startswith(b"`"):
            break  # a row of its own: the one before has lost a backtick
        text += following
    source.put_back(more)
    return None


def _fields(text: bytes) -> tuple[list[bytes | None], bool]:
    """The fields of a row, and whether `text` ends inside one of them; no fields where it is no row."""
    fields: list[bytes | None] = []
    at = 0
    while True:
        match = _FIELD.match(text, at)
        if match is None:
            return [], text[at : at + 1] == b"`"
        if match["text"] is not None:
            fields.append(_unescaped(match["text"]).replace(b"\0", b""))
        else:
            bare = match["bare"]
            fields.append(None if bare in (b"NULL", b"\\N") else _unescaped(bare).replace(b"\0", b""))
        if (match["end"] or match["stop"]) != b"\t":
            return fields, False
        at = match.end()


def _unescaped(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: _NAMED.get(match[1], match[1]), text) if b"\\" in text else text
