"""Figures in running text: money, percentages, times, telephone numbers, dates and plain numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.types import Span

FigureKind = Literal["money", "percent", "phone", "date", "time", "number"]

_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
_UNITS += "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-(?:one|two|three|four|five|six|seven|eight|nine)"
_SPELT = rf"(?:{_TENS}|{'|'.join(_UNITS.split())})"
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_FIGURE = re.compile(
    rf"(?P<money>\$\s?{_DIGITS}(?<![,.]))"
    rf"|(?P<percent>\b{_DIGITS}\s?(?:%|percent\b))"
    rf"|(?P<phone>(?<![\w-])(?:1-)?\(?\d{{3}}\)?[-. ]\d{{3}}[-.]\d{{4}}\b)"
    rf"|(?P<date>\b{_MONTH}\s+\d{{1,2}}(?:,\s+\d{{4}})?\b|\b\d{{1,2}}/\d{{1,2}}/\d{{4}}\b|\b{_MONTH}\s+\d{{4}}\b)"
    rf"|(?P<time>\b(?:{_DIGITS}|{_SPELT})(?:-|\s+)(?:calendar\s+|business\s+|working\s+|consecutive\s+)*"
    rf"(?:minute|hour|day|week|month|year)s?\b|\b\d{{1,2}}(?::\d\d)?\s+[ap]\.m\.)"
    rf"|(?P<number>(?<!page )(?<!pages )\b{_DIGITS}(?<![,.])(?:st|nd|rd|th)?\b|\b(?!one\b){_SPELT}\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is written, and its place in the text."""

    kind: FigureKind
    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that is another in the later text. "" where one side has no figure at that place."""

    kind: FigureKind
    before: str
    after: str


def figures(text: str) -> tuple[Figure, ...]:
    """The figures of `text`, in order; none overlaps another. A page number and the word "one" alone are none."""
    found = []
    for match in _FIGURE.finditer(text):
        kind: FigureKind = match.lastgroup or "number"  # type: ignore[assignment]
        found.append(Figure(kind, match[0], match.span()))
    return tuple(found)


def figure_changes(before: Sequence[Figure], after: Sequence[Figure]) -> tuple[FigureChange, ...]:
    """Figures that were replaced, paired in order, those of one kind with each other first."""
    left, right = list(before), list(after)
    pairs: list[tuple[int, FigureChange]] = []
    for same in (True, False):
        for one in list(left):
            other = next((f for f in right if f.kind == one.kind or not same), None)
            if other is not None:
                left.remove(one)
                right.remove(other)
                if " ".join(one.words.casefold().split()) != " ".join(other.words.casefold().split()):
                    pairs.append((one.span[0], FigureChange(other.kind, one.words, other.words)))
    pairs += [(one.span[0], FigureChange(one.kind, one.words, "")) for one in left]
    pairs += [(one.span[0], FigureChange(one.kind, "", one.words)) for one in right]
    return tuple(change for _, change in sorted(pairs, key=lambda pair: pair[0]))
