"""When a section of California law is in force, read from the note on its history.

The Legislature writes the note in set forms, one sentence for each fact: "Amended by Stats. 2014, Ch. 26, Sec. 50.
(AB 1468) Effective June 20, 2014. Section operative April 1, 2015, by its own provisions. Repealed as of January 1,
2026, by its own provisions." A form that is not known here gives no date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from kb.types import ProvisionStatus

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?:Jan(?:uary|\.)|Feb(?:ruary|\.)|Mar(?:ch|\.)|Apr(?:il|\.)|May|June?\.?|July?\.?|Aug(?:ust|\.)|Sept?(?:ember|\.)"
    r"|Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.))"
)
_DATE = rf"(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}}),\s+(?P<year>\d{{4}})(?!\d)"
_CLAUSE = re.compile(
    r"(?:^|,\s+(?:and\s+)?|\s+and\s+)(?:(?:this\s+|entire\s+)?(?:section|amendment|article|chapter|part|division|title)"
    r",?\s+)?(?:(?:is|was|becomes|to\s+be|shall\s+be(?:come)?)\s+)?(?P<sure>(?:conditional|contingent)ly\s+)?"
    r"(?P<kind>effective|operative|inoperative|repealed|superseded)\b",
    re.I,
)
# What may stand between "repealed" and its date: by whose word, and "on" or "as of".
_BY = (
    r"(?:by\s+its\s+own\s+(?:provisions|terms)|(?:pursuant\s+to|by)\s+Sec(?:tion|\.)\s+[\w.]*\w"
    r"(?:\s+of\s+(?:Stats\.\s+\d{4},\s+)?Ch\.\s+\d+)?)"
)
_WHEN = re.compile(
    rf"(?:[\s,]+{_BY})?[\s,]*(?P<until>(?:only\s+)?until\s+)?(?:on\s+and\s+after|as\s+of|on|from)?\s*{_DATE}"
)
_UNTIL = re.compile(rf",?\s+(?:and\s+)?(?:only\s+)?until\s+{_DATE}")
_EVENT = re.compile(r"\b(?:or|unless|if|until|upon|whichever|conditional\w*|contingent\w*)\b", re.I)
_ANEW = re.compile(
    r"(?:\s+by\b.*?)?,?\s+and\s+(?:a\s+)?(?:new\s+)?(?:section\s+)?(?:re-?)?(?:added|enacted|amended)\b", re.I
)
_SKIPPED = re.compile(r"(?:see|sub-?div(?:ision)?s?|subds?|paragraphs?|pars?|provisions?|former|as)\b", re.I)
_ASIDE = re.compile(r"\b(?:Note|Other\s+Source)s?\s*:")
_MOVED = re.compile(r"(?:amended\s+and\s+)?renumbered\s+(?:as|to)\b", re.I)


@dataclass(frozen=True, slots=True)
class InForce:
    """From when to when a section is in force: first and last day, None where unknown or open.

    status is "conditional" where an event that no date tells decides, "repealed" where the note tells of the section's
    repeal and nothing else (effective_to is then the day before), "transferred" where it was given another number.
    """

    effective_from: date | None = None
    effective_to: date | None = None
    status: ProvisionStatus = "in_force"


@dataclass(slots=True)
class _Found:
    """What the clauses of a note say: dates by kind, and what stays open."""

    effective: list[date]
    operative: list[date]
    ends: list[date]
    event: bool = False
    undated_repeal: bool = False
    gone: bool = False
    moved: bool = False


def dates_of(history: str, effective: date | None = None) -> InForce:
    """When the section with this `history` is in force; blanks and parentheses in it may be as the source has them.

    `effective` is the effective date that a source gives beside the note; it counts where the note names none. First
    day: the later of effective and operative date. Last day: the day before the earlier of inoperative and repeal date.
    """
    found = _Found([], [], [])
    for index, sentence in enumerate(_sentences(history)):
        if index == 0:
            found.moved = _MOVED.match(sentence) is not None
        for clause in _clauses(sentence):
            _take(clause, found, index == 0)
    starts = found.operative + (found.effective or ([] if effective is None else [effective]))
    first = max(starts, default=None)
    if found.gone:
        return InForce(None, _day_before(first), "repealed")
    last = _day_before(min(found.ends, default=None))
    event = found.event or (found.undated_repeal and last is None)
    status: ProvisionStatus = "transferred" if found.moved else "conditional" if event else "in_force"
    return InForce(first, last, status)


def _day_before(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=1)


def _sentences(history: str) -> Iterator[str]:
    """The sentences that speak of the section itself: without what stands in parentheses, notes and references."""
    text = _outside(" ".join(history.split()))
    aside = _ASIDE.search(text)
    for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z])", text[: aside.start() if aside else len(text)].strip()):
        if not _SKIPPED.match(sentence):
            yield sentence


def _outside(text: str) -> str:
    """`text` without its parentheses, however deep; a pair around the whole note is only taken off."""
    if text.startswith("(") and text.endswith(")") and _closing(text) == len(text) - 1:
        text = text[1:-1]
    parts: list[str] = []
    depth = 0
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            parts.append(piece)
    return re.sub(r"\s+([,.;])", r"\1", re.sub(r"\s+", " ", " ".join(parts))).strip()


def _closing(text: str) -> int:
    """Where the parenthesis that opens `text` closes; -1 where it does not."""
    depth = 0
    for match in re.finditer(r"[()]", text):
        depth += 1 if match.group() == "(" else -1
        if depth == 0:
            return match.start()
    return -1


@dataclass(frozen=True, slots=True)
class _Clause:
    kind: str
    rest: str
    conditional: bool


def _clauses(sentence: str) -> Iterator[_Clause]:
    marks = list(_CLAUSE.finditer(sentence))
    for mark, after in zip_longest(marks, marks[1:]):
        rest = sentence[mark.end() : after.start() if after else len(sentence)]
        conditional = mark["sure"] is not None or re.match(r"\s+(?:conditional|contingent)", rest, re.I) is not None
        yield _Clause(mark["kind"].lower(), rest, conditional)


def _take(clause: _Clause, found: _Found, first_sentence: bool) -> None:
    """Put what `clause` says into `found`."""
    if clause.kind == "repealed" and _ANEW.match(clause.rest):
        return  # "Repealed and added by ...": this text is what was added
    when = None if clause.conditional else _WHEN.match(clause.rest)
    day = _day(when) if when else None
    if when is None or day is None:
        found.event |= clause.conditional or clause.kind in ("operative", "inoperative", "superseded")
        if clause.kind == "repealed" and not clause.conditional:
            found.gone |= first_sentence and not found.effective and not found.operative
            found.undated_repeal |= not first_sentence
        return
    ending = clause.kind in ("inoperative", "repealed", "superseded") or when["until"] is not None
    until = None if ending else _UNTIL.match(clause.rest, when.end())
    if _EVENT.search(clause.rest, until.end() if until else when.end()):
        found.event = True  # "July 1, 2026, or on the date that ...": which of them, no one can tell from here
        return
    (found.ends if ending else found.effective if clause.kind == "effective" else found.operative).append(day)
    if until and (last := _day(until)):
        found.ends.append(last)


def _day(match: re.Match[str]) -> date | None:
    """The date that `match` names; None for one that no calendar has."""
    try:
        day = date(int(match["year"]), _MONTHS.index(match["month"][:3].lower()) + 1, int(match["day"]))
    except ValueError:
        return None
    return day if 1849 <= day.year <= 2199 else None
