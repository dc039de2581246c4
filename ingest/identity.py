"""What a plan document says it is: kind, plan, edition and days, each with the words and the page they were read from.

Read are the title lines, running heads and first pages, and the file's name last. Nothing is decided here: a person
sees the proposal, and what the person says goes before it.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.cover import CoverLine
from kb.types import Authority


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with the words that say it. `page` counts from 1; None: not on a page, but `where` says it."""

    value: str
    words: str
    page: int | None
    where: str = ""

    def source(self) -> str:
        """The place and the words, for people."""
        place = f"page {self.page}" if self.page else self.where or "the text"
        return f"{place}: \u201c{self.words}\u201d"


@dataclass(frozen=True, slots=True)
class Identity:
    """A proposal; None where nothing says it. Dates are ISO 8601, the last day included. A guide has a kind at most."""

    authority: Authority = "guide"
    kind: Reading | None = None
    plan: Reading | None = None
    edition: Reading | None = None
    effective_from: Reading | None = None
    effective_to: Reading | None = None

    @property
    def title(self) -> str:
        """Plan, kind and edition: "AnyHealth Plus: Evidence of Coverage 2026"; "" unless plan and kind were read."""
        return title_of(self, self.plan.value, self.edition.value if self.edition else "") if self.plan else ""

    def said(self, *given: str) -> tuple[str, ...]:
        """A line for each field read, but for those `given` otherwise: its value, place and words."""
        read = ((name, getattr(self, name)) for name in _FIELDS if name not in given)
        return tuple(f"{_FIELDS[name]} {one.value}, read on {one.source()}" for name, one in read if one is not None)


_FIELDS = {
    "kind": "kind",
    "plan": "plan",
    "edition": "edition",
    "effective_from": "in force from",
    "effective_to": "in force to",
}


def title_of(identity: Identity, plan: str, edition: str) -> str:
    """A title of a plan, the kind read and an edition; "" where no kind was read."""
    return " ".join(part for part in (f"{plan}: {identity.kind.value}", edition) if part) if identity.kind else ""


_KINDS: tuple[tuple[str, str], ...] = (
    ("Annual Notice of Changes", r"annual\s+notice\s+of\s+changes?"),
    ("Evidence of Coverage", r"evidence\s+of\s+coverage"),
    ("Certificate of Insurance", r"certificate\s+of\s+(?:insurance|coverage)"),
    ("Summary of Benefits and Coverage", r"summary\s+of\s+benefits\s+(?:and|&)\s+coverage"),
    ("Summary of Benefits", r"summary\s+of\s+benefits"),
    ("Summary Plan Description", r"summary\s+plan\s+description"),
    ("Disclosure Form", r"disclosure\s+form"),
    ("Membership Agreement", r"membership\s+agreement"),
    ("Member Handbook", r"member\s+handbook"),
    ("Benefit Details", r"benefits?\s+(?:details|booklet)"),
)
_ANY_KIND = "|".join(pattern for _, pattern in _KINDS)
_SAYS_SO = re.compile(
    r"\b(?:this|the following)\s+(?:(?:booklet|document|book|handbook|combined)\s+)*(?:is\s+(?:your|the|an?)\s+)?"
    rf"(?:{_ANY_KIND})",
    re.I,
)
_GUIDE = re.compile(r"\b(?:guide|how to|understanding|frequently asked|faqs?|tips|options|newsletter|overview)\b", re.I)

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = rf"(?:{_MONTH}\s+\d{{1,2}}(?:,?\s+20\d\d)?|\d{{1,2}}/\d{{1,2}}/20\d\d|20\d\d-\d\d-\d\d)"
_RANGE = re.compile(rf"({_DAY})\s*(?:-|\u2013|\u2014|\bto\b|\bthrough\b|\bthru\b|\buntil\b)\s*({_DAY})", re.I)
_SINCE = re.compile(
    rf"\b(?:effective(?:\s+date)?|(?:beginning|begins|starting)\s+on(?:\s+or\s+after)?|in\s+effect\s+(?:on|from))"
    rf"\s*(?::|as\s+of|on|from)?\s*({_DAY})",
    re.I,
)
_CONTRACT_YEAR = re.compile(r"\b(?:plan|contract|benefit|coverage|calendar)\s+year:?\s+(20[0-4]\d)\b", re.I)
_YEARS = re.compile(r"(?<![\d/.-])(20[0-4]\d(?:\s*[-\u2013/]\s*20[0-4]\d)?)(?![\d/]|[-.]\d)")
_OTHER_YEAR = re.compile(r"\b(?:act|law|section|revised|rev|printed|copyright|issued|since)\b|\u00a9", re.I)
_COVER_WORDS = 8  # a title on a cover is no longer; a longer line speaks of something else
_LEAST_DAYS = 150  # a shorter range on the first pages is an enrollment period, not the days of a contract


def identify(lines: Sequence[CoverLine], known: Collection[str] = ()) -> Identity:
    """The identity that `lines`, in reading order, tell. A plan read that is one of `known` is spelt as there."""
    kind = _kind(lines)
    if kind is None or kind.value == "Guide":
        return Identity(kind=kind)
    since, until = _days(lines)
    edition = _edition(lines, since)
    return Identity("contract", kind, _plan(lines, known), edition, since, until)


def _reading(value: str, line: CoverLine) -> Reading:
    words = line.text if len(line.text) <= 160 else f"{line.text[:157]}..."
    return Reading(value, words, line.page, line.where)


def _kind(lines: Sequence[CoverLine]) -> Reading | None:
    """The kind that a title line names, or a sentence such as "This Evidence of Coverage ...", or the file's name."""
    for line in lines:
        if not (line.is_title or line.where or _SAYS_SO.search(line.text)):
            continue
        for name, pattern in _KINDS:
            if re.search(pattern, line.text, re.I):
                guide = line.is_title and _GUIDE.search(line.text)
                return _reading("Guide" if guide else name, line)
    titles = [line for line in lines if line.is_title and line.page in (None, 1)][:2]
    named = [line for line in lines if line.where == "file name"]
    return next((_reading("Guide", line) for line in (*titles, *named) if _GUIDE.search(line.text)), None)


def _days(lines: Iterable[CoverLine]) -> tuple[Reading | None, Reading | None]:
    """First and last day: a range of at least five months, else a first day that is called so."""
    single: Reading | None = None
    for line in lines:
        for match in _RANGE.finditer(line.text):
            last = _date(match[2], 0)
            first = _date(match[1], last.year if last else 0)
            if first and last and (last - first).days >= _LEAST_DAYS:
                return _reading(first.isoformat(), line), _reading(last.isoformat(), line)
        found = _SINCE.search(line.text)
        if single is None and found and (day := _date(found[1], 0)):
            single = _reading(day.isoformat(), line)
    return single, None


def _date(words: str, year: int) -> date | None:
    """The day written in `words`, of `year` where they name none; None where it is not in the calendar."""
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    if named := re.match(r"[A-Za-z]{3}", words):
        month, day = _MONTHS.index(named[0].lower()) + 1, numbers[0]
        year = numbers[1] if len(numbers) > 1 else year
    elif "-" in words:
        year, month, day = numbers
    else:
        month, day, year = numbers
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _edition(lines: Sequence[CoverLine], since: Reading | None) -> Reading | None:
    """The year in the line that names the kind, else of the first day, else a named contract year, else a file's."""
    for line in lines:
        if (line.is_title or line.where) and re.search(_ANY_KIND, line.text, re.I):
            years = dict.fromkeys(_YEARS.findall(line.text))
            if len(years) == 1:
                return _reading(re.sub(r"\s*[-\u2013/]\s*", "-", next(iter(years))), line)
    if since is not None:
        return Reading(since.value[:4], since.words, since.page, since.where)
    for line in lines:
        if found := _CONTRACT_YEAR.search(line.text):
            return _reading(found[1], line)
    covers = (line for line in lines if (line.is_title and line.page in (None, 1)) or line.where)
    alone = ((line, _YEARS.findall(line.text)) for line in covers if not _OTHER_YEAR.search(line.text))
    few = ((line, years) for line, years in alone if len(line.text.split()) <= _COVER_WORDS or line.where)
    return next((_reading(years[0], line) for line, years in few if len(years) == 1), None)


_WORD = r"(?:[A-Z0-9][\w&'\u2019.+/-]*|\([A-Za-z][\w /-]*\))"
_NAME = rf"({_WORD}(?:\s+(?:of\s+|the\s+|and\s+|&\s+|for\s+)?{_WORD}){{0,7}})"
_MEMBER_OF = re.compile(rf"\b(?i:as\s+a\s+(?:member|enrollee)\s+(?:of|in))\s+(?:the\s+)?{_NAME}")
_KIND_FOR = re.compile(rf"\b(?i:{_ANY_KIND})\s*(?:(?i:for)|:|-|\u2013)\s+(?:the\s+|your\s+)?{_NAME}")
_WELCOME = re.compile(rf"\b(?i:welcome\s+to)\s+(?:the\s+)?{_NAME}")
_PLAN_WORD = re.compile(
    r"(?:health|care)(?:\b|$)|\b(?:plan|hmo|ppo|epo|pos|medicare|advantage|medical|dental|insurance|standard|plus|premium|"
    r"premier|basic|gold|silver|bronze|platinum|choice|select|complete|value|preferred|classic|essential)\b",
    re.I,
)
_NO_NAME = re.compile(
    r"\b(?:you|your|how|what|when|where|why|who|we|our|member services|important|information|notices?|contents|"
    r"options|packages|costs?|comparison|getting|legal|chapter|section|form|enrolled|department|services?)\b",
    re.I,
)
_TITLE_PAGES = 3


def _plan(lines: Sequence[CoverLine], known: Collection[str]) -> Reading | None:
    """The plan's name: said outright, else the title line that the first pages repeat most."""
    for pattern in (_MEMBER_OF, _KIND_FOR, _WELCOME):
        for line in lines:
            found = pattern.search(line.text)
            if found and _PLAN_WORD.search(name := _trimmed(found[1])):
                return _reading(_as_known(name, known), line)
    titles = [line for line in lines if line.is_title and (line.page or 1) <= _TITLE_PAGES]
    names = [(name, line) for line in titles for name in [_trimmed(line.text)] if _is_name(name)]
    same = next((pair for pair in names if _as_known(pair[0], known) in known), None)
    text = " ".join(line.text for line in lines).casefold()
    best = same or max(names, key=lambda pair: _mentions(pair[0], text), default=None)
    return None if best is None else _reading(_as_known(best[0], known), best[1])


def _is_name(name: str) -> bool:
    words = re.findall(r"[^\W_]+", name)
    proper = len(words) > 1 and name[:1].isalnum() and not name[:1].islower()
    return proper and len(words) <= 8 and bool(_PLAN_WORD.search(name)) and not _NO_NAME.search(name)


def _mentions(name: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text))


def _trimmed(words: str) -> str:
    """A name without the kind, years, marks and loose words around it."""
    bare = re.sub("[\u00ae\u2122\u2120]", "", words)
    bare = _YEARS.sub(" ", re.sub(rf"\b(?:{_ANY_KIND})\b", " ", bare, flags=re.I))
    bare = re.split(r"\.(?:\s|$)|;|\s[-\u2013\u2014]\s|[!?:]", bare.strip(" -\u2013\u2014:,."))[0]
    bare = re.sub(r"^(?:for|the|your)\s+|\s+(?:for|the|of|and|this|it|is)$", "", bare.strip(" ,"), flags=re.I)
    return re.sub(r"\s+(?:This|It|The|You|Your|We|Effective|From|In|For)\b.*$", "", " ".join(bare.split()))


def _as_known(name: str, known: Collection[str]) -> str:
    """The known plan of this name, ignoring case and what stands in brackets; else the name."""

    def plain(text: str) -> str:
        return " ".join(re.sub(r"\(sample\)", "", text.casefold()).split())

    return next((plan for plan in known if plain(plan) == plain(name)), name)
