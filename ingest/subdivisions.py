"""Where the subdivisions of a section of law stand: (a)(1)(A)(i)(I), settled by sequence.

California's drafting order is letter, number, capital, roman, capital roman. A label is read only at the start of a
paragraph; several may stand together there: "(b) (1) (A) text". A paragraph without a label continues the
subdivision before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.law import Subdivision
from kb.types import Span

_LABELS = re.compile(r"\s*((?:\([A-Za-z0-9]{1,7}\)\s*)+)")
_LABEL = re.compile(r"\(([A-Za-z0-9]{1,7})\)")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def _letter(label: str) -> int:
    """Ordinal of a letter label from 1 ("a", ..., "z", "aa"); 0 when it is none."""
    if not label.isalpha() or not label.islower() or len(set(label)) != 1:
        return 0
    return ord(label[0]) - 96 + 26 * (len(label) - 1)


def _number(label: str) -> int:
    return int(label) if label.isdecimal() else 0


def _roman(label: str) -> int:
    """Value of a lower-case roman numeral; 0 when it is none or not in its usual form."""
    if not label or any(c not in _ROMAN for c in label):
        return 0
    values = [_ROMAN[c] for c in label]
    total = sum(-v if v < n else v for v, n in zip(values, [*values[1:], 0], strict=True))
    return total if _to_roman(total) == label else 0


def _to_roman(number: int) -> str:
    parts = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    out = ""
    for value, numeral in parts:
        while number >= value:
            out, number = out + numeral, number - value
    return out


def _ordinal(label: str, level: int) -> int:
    """Place of `label` in the sequence of its level (0 letters, 1 numbers, 2 capitals, 3 roman, 4 capital roman)."""
    if level in (2, 4):
        if not label.isupper():
            return 0
        return _letter(label.lower()) if level == 2 else _roman(label.lower())
    return (_letter, _number, _number, _roman)[level](label)


def _placements(label: str, path: Sequence[str]) -> list[tuple[str, ...]]:
    """Paths that `label` may have after `path`, the deepest first: a first child, or the next of an open level."""
    found: list[tuple[str, ...]] = []
    if len(path) < 5 and _ordinal(label, len(path)) == 1:
        found.append((*path, label))
    for level in range(len(path) - 1, -1, -1):
        before, here = _ordinal(path[level], level), _ordinal(label, level)
        if before and here == before + 1:
            found.append((*path[:level], label))
    return found


def paths(labels: Sequence[str]) -> list[tuple[str, ...] | None]:
    """The path of each label of a section, in order; None for a label that fits nowhere (it is then plain text).

    Where two readings are possible ("(i)" after "(h)", or as the first roman under it), the one that lets more of
    the next labels fit is taken; on a tie the deeper one.
    """
    found: list[tuple[str, ...] | None] = []
    path: tuple[str, ...] = ()
    for index, label in enumerate(labels):
        choices = _placements(label, path)
        if len(choices) > 1:
            ahead = labels[index + 1 : index + 5]
            choices.sort(key=lambda choice: -_fit(ahead, choice))
        if choices:
            path = choices[0]
        found.append(path if choices else None)
    return found


def _fit(labels: Sequence[str], path: tuple[str, ...]) -> int:
    """How many of `labels`, from the first, can follow `path` without a gap."""
    for count, label in enumerate(labels):
        choices = _placements(label, path)
        if not choices:
            return count
        path = choices[0]
    return len(labels)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A label found at the start of a paragraph: its path, and where it begins and its words begin."""

    path: tuple[str, ...]
    start: int
    words: int


def _marks(text: str) -> list[_Mark]:
    spots: list[tuple[str, int, int]] = []
    for paragraph in re.finditer(r"[^\n]+", text):
        head = _LABELS.match(paragraph.group())
        for label in _LABEL.finditer(paragraph.group(), 0, head.end()) if head else ():
            spots.append((label.group(1), paragraph.start() + label.start(), paragraph.start() + label.end()))
    return [
        _Mark(path, start, end)
        for path, (_, start, end) in zip(paths([label for label, _, _ in spots]), spots, strict=True)
        if path is not None
    ]


def subdivisions(text: str) -> tuple[Subdivision, ...]:
    """The subdivisions of a section's `text`, in text order.

    A subdivision reaches to the next one that is not inside it; its lead-in is what stands before its first child,
    where that ends in a colon, dash, semicolon or comma.
    """
    marks = _marks(text)
    found: list[Subdivision] = []
    for index, mark in enumerate(marks):
        child = marks[index + 1] if index + 1 < len(marks) and marks[index + 1].path[:-1] == mark.path else None
        span = (mark.start, _end(marks, index, len(text)))
        found.append(Subdivision(mark.path, span, "", _lead_in(text, mark, child)))
    return tuple(found)


def _end(marks: list[_Mark], index: int, length: int) -> int:
    """Where the stretch of mark `index` ends: at the next mark that is not inside it."""
    path = marks[index].path
    return next((m.start for m in marks[index + 1 :] if m.path[: len(path)] != path), length)


def _lead_in(text: str, mark: _Mark, child: _Mark | None) -> Span | None:
    if child is None:
        return None
    end = mark.start + len(text[mark.start : child.start].rstrip())
    return (mark.start, end) if text[mark.words : end].rstrip().endswith((":", "\u2014", "-", ";", ",")) else None
