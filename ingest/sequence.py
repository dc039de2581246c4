"""From the labels of a section, in order, to their paths: what "(i)" is, a letter or a roman, its neighbours tell.

Each order of law has its levels, outermost first:

    California          (a) (1) (A) (i) (I), then (ia) or (aa), then (IA) or (AA)
    U.S. Code, acts     (a) (1) (A) (i) (I) (aa) (AA)
    federal regulation  (a) (1) (i) (A), then italic (1) and italic (i)      [1 CFR 21.11]
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Path = tuple[str, ...]

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_AHEAD = 6
"""Labels looked at to settle what one is: enough to see past a first child with children of its own."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it stands, without its parentheses.

    italic: its letters are. through: the last of a range ("(c)-(e) [Reserved]"), or "". inner: it stands in a
    definition that has no label, so it can open no level of the section; it may end one.
    """

    name: str
    italic: bool = False
    through: str = ""
    inner: bool = False


def _letter(label: str) -> float:
    """Ordinal of a letter label from 1 ("a", ..., "z", "aa"); 0 when it is none."""
    if not re.fullmatch(r"([a-z])\1{0,6}", label):
        return 0
    return ord(label[0]) - 96 + 26 * (len(label) - 1)


def _number(label: str) -> float:
    """Value of "2" or of "2.5", which a later law put between 2 and 3."""
    return float(label) if re.fullmatch(r"\d{1,4}(?:\.\d)?", label) else 0


def _roman(label: str) -> float:
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


def _double(label: str) -> float:
    """Ordinal of "aa", "bb", ...: the letters of a level that begins with a double one."""
    return _letter(label[:1]) if len(label) == 2 and label[0] == label[1] else 0


def _after_i(label: str) -> float:
    """Ordinal of "ia", "ib", ...: California's level below a capital roman."""
    return _letter(label[1:]) if len(label) == 2 and label[0] == "i" else 0


def _upper(alphabet: Callable[[str], float]) -> Callable[[str], float]:
    return lambda label: alphabet(label.lower()) if label.isupper() else 0


@dataclass(frozen=True, slots=True)
class Level:
    """One level of an order: the alphabets that its labels may be of, and if they are in italics."""

    alphabets: tuple[Callable[[str], float], ...]
    italic: bool = False

    def opens(self, label: Label) -> bool:
        """Whether `label` is the first of this level."""
        return label.italic == self.italic and any(rank(label.name) == 1 for rank in self.alphabets)

    def follows(self, label: Label, before: str) -> bool:
        """Whether `label` is the next after `before` on this level."""
        return label.italic == self.italic and any(_next(rank, label.name, before) for rank in self.alphabets)


def _next(rank: Callable[[str], float], label: str, before: str) -> bool:
    old, new = rank(before), rank(label)
    return 0 < old < new <= int(old) + 1


Order = tuple[Level, ...]

_COMMON = tuple(Level((rank,)) for rank in (_letter, _number, _upper(_letter), _roman, _upper(_roman)))
CALIFORNIA: Order = (*_COMMON, Level((_after_i, _double)), Level((_upper(_after_i), _upper(_double))))
US_CODE: Order = (*_COMMON, Level((_double,)), Level((_upper(_double),)))
FEDERAL_REGULATION: Order = (
    *(Level((rank,)) for rank in (_letter, _number, _roman, _upper(_letter))),
    Level((_number,), italic=True),
    Level((_roman,), italic=True),
)


def _placements(label: Label, path: Path, order: Order) -> list[Path]:
    """Paths that `label` may have after `path`, the deepest first: a first child, or the next of an open level."""
    found: list[Path] = []
    if not label.inner and len(path) < len(order) and order[len(path)].opens(label):
        found.append((*path, label.name))
    for level in range(len(path) - 1, -1, -1):
        if order[level].follows(label, path[level]):
            found.append((*path[:level], label.name))
    return found


def _beyond(label: Label, path: Path, order: Order) -> Path:
    """The path that the next label follows: that of `label`, or of the end of the range that it begins."""
    ranks = order[len(path) - 1].alphabets
    runs = any(0 < rank(label.name) < rank(label.through) for rank in ranks)
    return (*path[:-1], label.through) if runs else path


def paths(labels: Sequence[Label], order: Order = CALIFORNIA) -> list[Path | None]:
    """The path of each label of a section, in order; None for a label that fits nowhere (it is then plain text).

    Where two readings are possible ("(i)" after "(h)", or as the first roman under it), the one that lets more of
    the next labels fit is taken; on a tie the deeper one.
    """
    found: list[Path | None] = []
    path: Path = ()
    for index, label in enumerate(labels):
        choices = _placements(label, path, order)
        if len(choices) > 1:
            ahead = labels[index + 1 : index + 1 + _AHEAD]
            choices.sort(key=lambda choice: -_fit(ahead, choice, order))
        if choices:
            path = _beyond(label, choices[0], order)
        found.append(choices[0] if choices else None)
    return found


def _fit(labels: Sequence[Label], path: Path, order: Order) -> int:
    """How many of `labels`, from the first, can follow `path` without a gap."""
    for count, label in enumerate(labels):
        choices = _placements(label, path, order)
        if not choices:
            return count
        path = _beyond(label, choices[0], order)
    return len(labels)
