"""Quantities in a sentence, normalised: periods of time, money, percentages, telephone numbers and ages.

Every quantity keeps its exact span in the text it was read from. Conversions are made only where they are exact
(60 minutes are an hour, two weeks are 14 days, 12 months are a year); 72 hours and 3 days are "near"; business days
and calendar days of one number differ. Days without a word for their kind are calendar days.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.phrases import Language, phrase
from kb.types import Span

Kind = Literal["duration", "money", "percent", "phone", "age"]
Unit = Literal["minutes", "hours", "days", "business days", "months", "unlimited", ""]
Bound = Literal["", "at most", "at least", "about"]
Start = Literal["", "receipt", "notice", "incident", "decision", "request", "visit"]
Likeness = Literal["same", "near", "differs"]
Modality = Literal["", "must", "must not", "may", "need not", "binding"]

_CAPITALS = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}  # str.lower would move offsets
_PLAIN = _CAPITALS | {
    ord("\n"): " ", ord("\t"): " ", 0xA0: " ", 0x202F: " ", 0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"',
    0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2212: "-",
}  # fmt: skip
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_WORDS = {word: n for n, word in enumerate(_ONES)} | _TENS | {"hundred": 100}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|(?:one |a )?(?:{_WORD})(?:[ -](?:and )?(?:{_WORD}))*)"
_DURATION = re.compile(
    rf"(?<![\w$.,-])(?:between (?P<low>{_NUMBER}) and |(?P<from>\d+)(?: to | or |-))?(?P<number>{_NUMBER})"
    r"(?: ?\(\d+\))?[ -]+(?P<kind>business|working|calendar|consecutive|full|more)?[ -]*"
    r"(?P<unit>minute|hour|day|week|month|year)s?\b(?!,? (?:a|per|each) (?:day|week)\b)(?! (?:old|of age)\b)"
)
_UNLIMITED = re.compile(r"\bno (?:time )?(?:limit|deadline)s?\b(?! of)|\b(?:at )?any time\b|\bnever expires?\b")
_MONEY = re.compile(r"\$ ?(\d[\d,]*(?:\.\d\d)?)|(?<![\w.])(\d+) cents\b")
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ?(?:%|percent\b)")
_PHONE = re.compile(r"(?<![\d-])(?:1[-. ])?\(?([2-9]\d\d)\)?[-. ](\d{3})[-. ](\d{4})(?![\d-])")
_AGE = re.compile(r"\b(?:age|aged|ages) (?:of )?(\d{1,3})\b|(?<![\w.])(\d{1,3}) years? (?:old|of age)\b")

_LEAST = re.compile(
    r"(?:at least|no (?:less|fewer) than|not less than|(?:a )?minimum of|more than|longer than)(?: a)? ?$"
)
_MOST = re.compile(
    r"(?:within|no later than|not later than|not to exceed|(?:no|not) (?:more|longer) than|up to"
    r"|at most|(?:a )?maximum of|under|in) ?(?:the )?$"
)
_ABOUT = re.compile(r"(?:about|approximately|around|roughly|some) ?$")
_DENIED = re.compile(r"(?:,|\band|\bbut) not (?:within |in |the )?$|\bnot the (?:older )?$")
_OUTDATED = re.compile(
    r"\bout of date\b|\boutdated\b|\bolder figure\b|\bsuperseded\b|\bno longer (?:applies|right|true)\b"
)
_AFTER = re.compile(r"\b(?:from|after|of|following|since|date of)\b(?P<what>[^.;:]{0,60})")
_STARTS: tuple[tuple[Start, re.Pattern[str]], ...] = (
    ("receipt", re.compile(r"\breceipt\b|\breceiv\w+|\bgetting\b|\bgets?\b")),
    ("notice", re.compile(r"\bnotice\b|\bletter\b")),
    ("incident", re.compile(r"\bincident\b|\bevent\b|\boccurr\w+")),
    ("decision", re.compile(r"\bdecision\b|\bdenial\b|\bdetermination\b")),
    ("request", re.compile(r"\brequests?\b|\byou ask\b|\basked\b")),
    ("visit", re.compile(r"\bvisit\b|\bappointment\b")),
)
_MODALITIES: tuple[tuple[Modality, re.Pattern[str]], ...] = (
    ("must not", re.compile(r"\b(?:shall|must|may|can|will) not\b|\bnever\b|\bcannot\b")),
    (
        "need not",
        re.compile(r"\b(?:need|does|do|is|are) not (?:have to|need to|required to|obliged to)\b|\bneed not\b"),
    ),
    ("binding", re.compile(r"\bbind(?:s|ing)\b")),
    ("must", re.compile(r"\b(?:shall|must|is required to|has to|have to)\b")),
    ("may", re.compile(r"\b(?:may|can|might)\b")),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity and where it stands: `span` is in the text given, `text` its words there.

    `amount` is in `unit` (weeks are given in days, years in months, a telephone number as its ten digits); of a range
    it is the upper end and `low` the lower. `denied`: the text says that this is not the value.
    """

    kind: Kind
    amount: float
    unit: Unit
    span: Span
    text: str
    bound: Bound = ""
    start: Start = ""
    low: float | None = None
    denied: bool = False


def plain(text: str) -> str:
    """`text` of equal length for patterns: small letters, straight quotation marks, plain blanks and hyphens."""
    return text.translate(_PLAIN)


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a sentence in text order; what is read as a telephone number or an age is nothing else."""
    words = plain(text)
    found = [*_phones(words), *_ages(words), *_durations(words), *_amounts(words)]
    taken: list[Quantity] = []
    for quantity in found:  # the order above decides where two overlap
        if all(quantity.span[1] <= other.span[0] or other.span[1] <= quantity.span[0] for other in taken):
            taken.append(quantity)
    outdated = _OUTDATED.search(words) is not None
    placed = sorted(taken, key=lambda q: q.span)
    return tuple(_with(q, text[slice(*q.span)], q.denied or (outdated and q.kind == "duration")) for q in placed)


def modality(text: str) -> Modality:
    """The strongest modal word of a sentence; "must not" before "need not", and a prohibition before a permission."""
    words = plain(text)
    return next((name for name, pattern in _MODALITIES if pattern.search(words)), "")


def likeness(first: Quantity, second: Quantity) -> Likeness:
    """How two quantities of one kind agree; a value inside the other's range is the same."""
    if first.kind != second.kind:
        return "differs"
    if first.unit == second.unit:
        return "same" if _meet(first, second) else "differs"
    units = {first.unit, second.unit}
    if units == {"minutes", "hours"}:
        return "same" if first.amount * _MINUTES[first.unit] == second.amount * _MINUTES[second.unit] else "differs"
    if units == {"hours", "days"}:
        return "near" if first.amount * _MINUTES[first.unit] == second.amount * _MINUTES[second.unit] else "differs"
    return "differs"


def days(quantity: Quantity) -> tuple[float, float]:
    """The least and the most calendar days that a duration can come to; holidays are not counted. No limit: infinity.

    Of a range it is the lower end that counts, since that is what can be relied on.
    """
    amount = quantity.amount if quantity.low is None else quantity.low
    if quantity.unit == "unlimited":
        return (float("inf"), float("inf"))
    if quantity.unit == "business days":
        weeks, rest = divmod(int(amount), 5)
        return (weeks * 7 + rest, weeks * 7 + rest + (2 if rest else 0))
    if quantity.unit == "months":
        return _month_days(int(amount))
    length = amount * _MINUTES.get(quantity.unit, _MINUTES["days"]) / _MINUTES["days"]
    return (length, length)


def words(quantity: Quantity, language: Language = "en") -> str:
    """A quantity in few words, equal for equal values: ``30 days``, ``5 business days``, ``no time limit``."""
    if quantity.unit == "unlimited":
        return phrase("quantities.unlimited", language)
    if quantity.kind == "phone":
        digits = f"{quantity.amount:010.0f}"
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    if quantity.kind != "duration":
        return quantity.text
    unit, amount = quantity.unit.replace(" ", "_"), f"{quantity.amount:g}"
    if quantity.low is not None:
        amount = phrase("quantities.range", language, low=f"{quantity.low:g}", high=amount)
    number = "one" if amount == "1" else "many"
    return phrase(f"quantities.{unit}_{number}", language, amount=amount)


_MINUTES: dict[str, float] = {"minutes": 1, "hours": 60, "days": 1440}
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _month_days(months: int) -> tuple[int, int]:
    """Fewest and most days of so many calendar months in a row: 181 and 184 for six."""
    sums = [sum(_LENGTHS[(first + n) % 12] for n in range(months)) for first in range(12)]
    leap = 1 if months else 0
    return (min(sums), max(sums) + (leap if months >= 12 else 0))


def _meet(first: Quantity, second: Quantity) -> bool:
    low_a, low_b = (q.amount if q.low is None else q.low for q in (first, second))
    return low_a <= second.amount and low_b <= first.amount


def _with(quantity: Quantity, text: str, denied: bool) -> Quantity:
    return Quantity(
        quantity.kind, quantity.amount, quantity.unit, quantity.span, text,
        quantity.bound, quantity.start, quantity.low, denied,
    )  # fmt: skip


def _durations(words: str) -> list[Quantity]:
    found = [Quantity("duration", 0.0, "unlimited", m.span(), m.group()) for m in _UNLIMITED.finditer(words)]
    for match in _DURATION.finditer(words):
        number, low = _number(match["number"]), _number(match["low"] or match["from"] or "")
        if number is None:
            continue
        amount, unit = _normal(number, match["unit"], match["kind"] or "")
        before, after = words[max(0, match.start() - 32) : match.start()], words[match.end() : match.end() + 80]
        least = _normal(low, match["unit"], match["kind"] or "")[0] if low is not None else None
        found.append(
            Quantity(
                "duration", amount, unit, match.span(), match.group(), _bound(before, after), _start(after),
                least, _DENIED.search(before) is not None,
            )
        )  # fmt: skip
    return found


def _normal(number: float, unit: str, kind: str) -> tuple[float, Unit]:
    """The amount in the unit it is kept in."""
    if unit == "day":
        return number, "business days" if kind in ("business", "working") else "days"
    if unit == "week":
        return number * 7, "days"
    if unit == "month":
        return number, "months"
    if unit == "year":
        return number * 12, "months"
    return number, "minutes" if unit == "minute" else "hours"


def _bound(before: str, after: str) -> Bound:
    if _LEAST.search(before) or re.match(r"[ -]minimum\b", after):
        # "no more than" ends in "more than"
        return "at most" if re.search(r"\b(?:no|not) (?:more|longer) than ?$", before) else "at least"
    if _ABOUT.search(before):
        return "about"
    return "at most" if _MOST.search(before) else ""


def _start(after: str) -> Start:
    """What the period counts from, by the first word for it behind "from", "after" or "of"."""
    match = _AFTER.match(after.lstrip()) or _AFTER.search(after)
    if match is None:
        return ""
    hits = [(hit.start(), name) for name, pattern in _STARTS if (hit := pattern.search(match["what"]))]
    return min(hits)[1] if hits else ""


def _amounts(words: str) -> list[Quantity]:
    found = []
    for match in _MONEY.finditer(words):
        amount = float(match[1].replace(",", "")) if match[1] else float(match[2]) / 100
        found.append(Quantity("money", amount, "", match.span(), match.group()))
    found += [Quantity("percent", float(m[1]), "", m.span(), m.group()) for m in _PERCENT.finditer(words)]
    return found


def _phones(words: str) -> list[Quantity]:
    return [Quantity("phone", float(m[1] + m[2] + m[3]), "", m.span(), m.group()) for m in _PHONE.finditer(words)]


def _ages(words: str) -> list[Quantity]:
    return [Quantity("age", float(m[1] or m[2]), "", m.span(), m.group()) for m in _AGE.finditer(words)]


def _number(text: str) -> float | None:
    """A number in figures or words; None where the words make none ("two twenty")."""
    if not text:
        return None
    if text[0].isdigit():
        return float(text.replace(",", ""))
    return _spelled([word for word in re.split(r"[ -]+", text) if word not in ("and", "a")])


def _spelled(parts: Sequence[str]) -> float | None:
    total, last = 0, 1000
    for part in parts:
        value = _WORDS[part]
        if value == 100:
            total, last = max(total, 1) * 100, 100
        elif value >= last:
            return None
        else:
            total, last = total + value, 10 if value >= 20 else 1
    return float(total)
