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
_GAP = 6
"""Places that a label may come after the one before it, where those between are repealed. (SSA 1906 has (a), (e).)"""


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it stands, without its parentheses.

    italic: its letters are. through: the last of a range ("(c)-(e) [Reserved]"), or "". led: what stands before it may
    introduce items (a colon, a dash, another label). definition: the number, from 1, of the last unlabelled definition
    before it. The labels after a definition belong to it, and open no level of the section, up to one that goes on
    with an open level of the section.
    """

    name: str
    italic: bool = False
    through: str = ""
    led: bool = True
    definition: int = 0


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
        return label.italic == self.italic and any(_step(rank, label.name, before, 1) for rank in self.alphabets)

    def skips(self, label: Label, before: str) -> bool:
        """Whether `label` comes a few places after `before`: those between may be repealed."""
        return label.italic == self.italic and any(_step(rank, label.name, before, _GAP) for rank in self.alphabets)


def _step(rank: Callable[[str], float], label: str, before: str, most: int) -> bool:
    old, new = rank(before), rank(label)
    return 0 < old < new <= int(old) + most


Order = tuple[Level, ...]

_COMMON = tuple(Level((rank,)) for rank in (_letter, _number, _upper(_letter), _roman, _upper(_roman)))
CALIFORNIA: Order = (*_COMMON, Level((_after_i, _double)), Level((_upper(_after_i), _upper(_double))))
US_CODE: Order = (*_COMMON, Level((_double,)), Level((_upper(_double),)))
FEDERAL_REGULATION: Order = (
    *(Level((rank,)) for rank in (_letter, _number, _roman, _upper(_letter))),
    Level((_number,), italic=True),
    Level((_roman,), italic=True),
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a reading stands: the path of the last label placed, and the last definition that a label ended.

    hollow: the label ends a reserved range, so nothing stands inside it.
    """

    path: Path
    ended: int = 0
    hollow: bool = False

    def choices(self, label: Label, order: Order) -> list["_Place"]:
        """Where `label` may stand, the deepest first: as a first child, or as the next of an open level."""
        found: list[Path] = []
        free = label.definition in (0, self.ended) and not self.hollow
        if free and len(self.path) < len(order) and order[len(self.path)].opens(label):
            found.append((*self.path, label.name))
        for level in range(len(self.path) - 1, -1, -1):
            if order[level].follows(label, self.path[level]):
                found.append((*self.path[:level], label.name))
        return [_Place(path, label.definition) for path in found]

    def skips(self, label: Label, order: Order) -> list["_Place"]:
        """Where `label` may stand if places before it are empty, the deepest first."""
        levels = range(len(self.path) - 1, -1, -1)
        found = [(*self.path[:level], label.name) for level in levels if order[level].skips(label, self.path[level])]
        return [_Place(path, label.definition) for path in found]

    def beyond(self, label: Label, order: Order) -> "_Place":
        """The place that the next label follows: this one, or the end of the range that `label` begins."""
        ranks = order[len(self.path) - 1].alphabets
        runs = any(0 < rank(label.name) < rank(label.through) for rank in ranks)
        return _Place((*self.path[:-1], label.through), self.ended, hollow=True) if runs else self


def paths(labels: Sequence[Label], order: Order = CALIFORNIA) -> list[Path | None]:
    """The path of each label of a section, in order; None for a label that fits nowhere (it is then plain text).

    Where two readings are possible ("(i)" after "(h)", or as the first roman under it), the one that lets more of
    the next labels fit is taken; on a tie the deeper one, but no first child of words that introduce none. A label
    that skips some places is one only if more of the next labels fit after it than otherwise. A section whose labels
    all begin a level lower, "(1) ... (2) ...", has no letters.
    """
    found = _placed(labels, order)
    if not any(found) and len(labels) > 1:
        lower = _placed(labels, order[1:])
        return lower if all(lower) else found
    return found


def _placed(labels: Sequence[Label], order: Order) -> list[Path | None]:
    found: list[Path | None] = []
    place = _Place(())
    for index, label in enumerate(labels):
        best = _best(label, labels[index + 1 : index + 1 + _AHEAD], place, order)
        found.append(best.path if best else None)
        place = best.beyond(label, order) if best else place
    return found


def _best(label: Label, ahead: Sequence[Label], place: _Place, order: Order) -> _Place | None:
    """Where `label` stands after `place`, given some labels after it; None where it is plain text."""
    choices = place.choices(label, order)
    depth = len(place.path)
    rated = [(_fit(ahead, c, label, order), label.led or len(c.path) <= depth, c) for c in choices]
    best = max(rated, key=lambda r: r[:2], default=None)
    otherwise = best[0] if best else _fit(ahead, place, None, order)
    skips = place.skips(label, order) if otherwise < len(ahead) else []
    for skip in skips:
        if _fit(ahead, skip, label, order) > otherwise:
            return skip
    return best[2] if best else None


def _fit(labels: Sequence[Label], place: _Place, before: Label | None, order: Order) -> int:
    """How many of `labels`, from the first, can follow `place` (where `before` stands) without a gap."""
    place = place.beyond(before, order) if before else place
    for count, label in enumerate(labels):
        choices = place.choices(label, order)
        if not choices:
            return count
        place = choices[0].beyond(label, order)
    return len(labels)
