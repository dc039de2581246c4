"""What a question names by itself: a plan, and the days that it speaks of."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_TYPES = frozenset("hmo ppo epo pos".split())
_TIERS = frozenset(
    "plus premium premier standard basic gold silver bronze platinum select choice complete value".split()
)
_GENERIC = _TYPES | frozenset("health plan plans insurance medical inc coverage".split())
_OTHER_KIND = _TYPES | frozenset("plus gold silver bronze platinum".split())
"""Words that make "Blue Harbor PPO" another plan than "Blue Harbor". "Premium" and "standard" have other meanings."""

_LEAST_LETTERS = 6  # a single shorter word ("Elm") is no name that stands out in a question


@dataclass(frozen=True, slots=True)
class _Match:
    """Where a plan's name stands in a question, in words, and how closely it fits: 2 whole, 1 core, 0 family."""

    plan: str
    first: int
    last: int
    fit: int


def named_plans(question: str, known: Collection[str]) -> tuple[str, ...]:
    """Those of the `known` plans whose name stands in `question`, in the order of `known`.

    A name counts whole or without words that any plan has ("health", "HMO"); of two names over the same words the
    longer counts, so "Northwind Health Plus" is not also "Northwind". The family alone ("Northwind") counts where one
    known plan has it and no tier follows. Two plans that fit the same words equally well are both given.
    """
    asked = _words(question)
    found = [match for plan in known for match in _matches(asked, plan, known)]
    best = [match for match in found if not any(_beats(other, match) for other in found)]
    return tuple(plan for plan in known if any(match.plan == plan for match in best))


def _words(text: str) -> list[str]:
    return [re.sub(r"['\u2019]s$", "", word) for word in re.findall(r"[^\W_]+(?:['\u2019]s\b)?", text.casefold())]


def _core(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _GENERIC]


def _family(words: Sequence[str]) -> list[str]:
    core = _core(words)
    while core and core[-1] in _TIERS:
        core.pop()
    return core


def _matches(asked: Sequence[str], plan: str, known: Collection[str]) -> Iterator[_Match]:
    full = [word for word in _words(plan) if word != "sample"]
    core, family = _core(full), _family(full)
    for fit, name in ((2, full), (1, core)):
        if _stands_out(name):
            for first, last in _runs(asked, name, skip=fit == 1):
                after = asked[last + 1] if last + 1 < len(asked) else ""
                if after not in _OTHER_KIND or after in full:
                    yield _Match(plan, first, last, fit)
    alone = all(other == plan or _family(_words(other))[:1] != family[:1] for other in known)
    if alone and family != core and _stands_out(family):
        for first, last in _runs(asked, family, skip=True):
            if not _TIERS & set(_core(asked[last + 1 :])[:1]):
                yield _Match(plan, first, last, 0)


def _stands_out(name: Sequence[str]) -> bool:
    return len(name) > 1 or (len(name) == 1 and len(name[0]) >= _LEAST_LETTERS and name[0] not in _TIERS | _GENERIC)


def _runs(asked: Sequence[str], name: Sequence[str], *, skip: bool) -> Iterator[tuple[int, int]]:
    """First and last index of every place where `name` stands in `asked`; with `skip` over generic words between."""
    places = [n for n, word in enumerate(asked) if not skip or word not in _GENERIC]
    for start in range(len(places) - len(name) + 1):
        run = places[start : start + len(name)]
        if [asked[n] for n in run] == list(name):
            yield run[0], run[-1]


def _beats(one: _Match, other: _Match) -> bool:
    """Whether `one` takes the words of `other`: it covers them and more, or fits the same words better."""
    if one.plan == other.plan or not (one.first <= other.first and other.last <= one.last):
        return False
    longer = one.last - one.first > other.last - other.first
    return longer or one.fit > other.fit


@dataclass(frozen=True, slots=True)
class Period:
    """Days, first to last, that a question speaks of, and its words for them. `relative`: counted from today."""

    words: str
    first: date
    last: date
    relative: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it is one whole calendar year."""
        return (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)


_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
_MONTH += r"nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR = r"(20[1-4]\d)(?![\d%]|[.,]\d)"
_PERIOD = re.compile(
    rf"\b(?P<aside>(?:since|born(?: in)?|before|after|until|till|by|act of|section|form|code)\s+)?"
    rf"(?:(?P<day>{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR})"
    rf"|(?P<turned>(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR})"
    rf"|(?P<slashes>(\d{{1,2}})/(\d{{1,2}})/{_YEAR})"
    rf"|(?P<dashes>{_YEAR}-(\d{{2}})-(\d{{2}}))"
    rf"|(?P<month>{_MONTH},?\s+(?:of\s+)?{_YEAR})"
    rf"|(?P<year>(?<![$.,\-/\d]){_YEAR}(?!\s*(?:dollars?|calories|mg|miles|visits|days|hours)\b)))",
    re.I,
)
_RELATIVE = re.compile(r"\b(last|previous|this|current|next)\s+(?:plan\s+|contract\s+)?year\b", re.I)
_STEPS = {"last": -1, "previous": -1, "this": 0, "current": 0, "next": 1}


def named_periods(question: str, today: date) -> tuple[Period, ...]:
    """The years and dates in `question`, in order, each once; "last year" is the day a year before `today`.

    A year that only tells since or until when something is so ("since 2022", "born in 2021") is none.
    """
    found = [
        (match.start(), period)
        for match in _PERIOD.finditer(question)
        if not match["aside"] and (period := _period(match)) is not None
    ]
    for match in _RELATIVE.finditer(question):
        day = _years_on(today, _STEPS[match[1].lower()])
        found.append((match.start(), Period(match[0], day, day, relative=True)))
    return tuple(dict.fromkeys(period for _, period in sorted(found, key=lambda pair: pair[0])))


def _years_on(day: date, years: int) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap else day.day)


def _period(match: re.Match[str]) -> Period | None:
    """The days of one match; None where they are not in the calendar."""
    kind = next(name for name in ("day", "turned", "slashes", "dashes", "month", "year") if match[name])
    words = match[kind]
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    year = next(n for n in numbers if n > 1000)
    if kind == "year":
        return Period(words, date(year, 1, 1), date(year, 12, 31))
    named = re.search(_MONTH, words, re.I)
    month = _MONTHS.index(named[1][:3].lower()) + 1 if named else numbers[1 if kind == "dashes" else 0]
    try:
        if kind == "month":
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            return Period(words, date(year, month, 1), last)
        day = numbers[{"day": 0, "turned": 0, "slashes": 1, "dashes": 2}[kind]]
        return Period(words, date(year, month, day), date(year, month, day))
    except ValueError:
        return None


_BEFORE = r"(?:\b(?:in|for|under|of|during|from|by|on|with|at|through)\s+)?(?:the\s+|my\s+)?"
_BOOK = r"plan|hmo|ppo|booklet|book|contract|edition|handbook|eoc|evidence of coverage|members?"
_AFTER = rf"(?:['\u2019]s)?\b(?:\s+(?:{_BOOK})\b)?"


def without_names(question: str, named: Sequence[str], periods: Sequence[str]) -> str:
    """`question` without the names of plans and the words for days in it, for ranking another edition's passages.

    There they would pull up the cover. A question of which less than two words are left is given back whole.
    """
    short = question
    for words in periods:
        short = re.sub(_BEFORE + r"\b" + re.escape(words) + _AFTER, " ", short, flags=re.I)
    for plan in named:
        full = [word for word in _words(plan) if word != "sample"]
        for form in (full, [word for word in full if word not in ("health", "plan")]):
            if form:
                name = r"\W+".join(map(re.escape, form))
                short = re.sub(_BEFORE + r"\b" + name + _AFTER, " ", short, flags=re.I)
    short = re.sub(r"\s+([?.,:])", r"\1", " ".join(short.split())).strip(" ,:")
    return short if len(short.split()) >= 2 else question
