"""What a sentence is about: the matters of matters.toml, the kind of plan, the urgency and the side of the service."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from kb.phrases import Language, phrase
from kb.quantities import Kind, plain

Actor = Literal["member", "plan", "agency"]
PlanKind = Literal["", "california", "medi-cal", "medicare", "federal", "dental", "elsewhere"]
"""Which plans a sentence speaks of; "" where nothing says it."""
Phase = Literal["", "before", "after"]
"""Whether a rule is for care not yet received, care already received, or both ("")."""

_FILE = Path(__file__).parent / "matters.toml"
_NEVER = re.compile(r"(?!)")
_PLANS: tuple[tuple[PlanKind, re.Pattern[str]], ...] = (
    ("dental", re.compile(r"\bdental plans?\b")),
    ("elsewhere", re.compile(r"\boutside california\b")),
    ("medi-cal", re.compile(r"\bmedi-cal\b|\bmedicaid\b")),
    ("medicare", re.compile(r"\bmedicare\b|\bpart c\b")),
    (
        "federal",
        re.compile(r"\berisa\b|\bfederal (?:rules?|process|law|claims)|\bgrandfathered\b|\baffordable care act\b"),
    ),
    (
        "california",
        re.compile(r"\bdmhc\b|\bdepartment of managed\b|\bknox-keene\b|\bcalifornia\b|\bhsc \d|\bsafety code\b"),
    ),
)
_CALIFORNIA = _PLANS[-1][1]
_NOT_THESE = re.compile(
    r"\b(?:outside|except|other than|leaving out|not apply to|excluding|not) (?:medi-cal|medicaid|medicare|erisa)\b"
)
_STANDARD = re.compile(r"\bnon-?urgent\b|\bnot urgent\b|\bstandard\b|\broutine\b|\bordinary\b|\botherwise\b")
_URGENT = re.compile(
    r"\burgent(?:ly)?\b|\bexpedit\w+|\bimminent\b|\bserious(?:ly)? (?:threat|danger|jeopard\w+)|\bemergenc(?:y|ies)\b"
    r"|\bfast (?:grievance|appeal)|\bability to regain\b"
)
_AFTER = re.compile(
    r"\b(?:care|services?|treatment) [^.]{0,30}(?:already )?(?:been )?received\b|\bpost-?service\b"
    r"|\bpast (?:care|services)\b|\bafter (?:the )?(?:care|service)\b|\babout payment\b|\balready (?:received|had)\b"
)
_BEFORE = re.compile(r"\bnot yet (?:been )?received\b|\bpre-?service\b|\bbefore (?:the )?(?:care|service)\b")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the things that can be said on a matter of words."""

    name: str
    says: tuple[re.Pattern[str], ...]
    never: re.Pattern[str]

    def is_said(self, words: str) -> bool:
        """Whether `words` (see `plain`) say this."""
        return all(pattern.search(words) for pattern in self.says) and not self.never.search(words)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that sources can disagree on; matters.toml explains the patterns. No `choices`: a quantity.

    `topic` is a name; for people there are `topic_words`, `about` and `value_words`.
    """

    id: str
    topic: str
    kind: Kind
    actor: Actor
    plans: frozenset[str]
    by_urgency: bool
    by_phase: bool
    noun: re.Pattern[str]
    act: re.Pattern[str]
    heading: re.Pattern[str]
    never: re.Pattern[str]
    elsewhere: re.Pattern[str]
    choices: tuple[Choice, ...]
    opposed: frozenset[frozenset[str]]

    def topic_words(self, language: Language = "en") -> str:
        """What its topic is called."""
        return phrase(f"matters.topic.{self.topic}", language)

    def about(self, language: Language = "en") -> str:
        """What it is about, in words."""
        return phrase(f"matters.about.{self.id}", language)

    def value_words(self, choice: str, language: Language = "en") -> str:
        """What is said, in words, where this choice is."""
        return phrase(f"matters.value.{self.id}.{choice}", language)


@cache
def matters() -> tuple[Matter, ...]:
    """All matters in the order of the file, read once."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["matter"]
    return tuple(_matter(row) for row in rows)


def _matter(row: dict[str, object]) -> Matter:
    def text(name: str, default: str = "") -> str:
        return str(row.get(name, default))

    def pattern(name: str, default: re.Pattern[str]) -> re.Pattern[str]:
        return re.compile(text(name)) if name in row else default

    anything = re.compile("")
    return Matter(
        id=text("id"),
        topic=text("topic"),
        kind=cast(Kind, text("kind", "duration")),
        actor=cast(Actor, text("actor")),
        plans=frozenset(str(kind) for kind in _list(row, "plans")),
        by_urgency=bool(row.get("urgency")),
        by_phase=bool(row.get("phase")),
        noun=pattern("noun", anything),
        act=pattern("act", anything),
        heading=pattern("heading", _NEVER),
        never=pattern("never", _NEVER),
        elsewhere=pattern("elsewhere", _NEVER),
        choices=tuple(_choice(value) for value in _list(row, "value")),
        opposed=frozenset(frozenset(cast("list[str]", pair)) for pair in _list(row, "opposed")),
    )


def _list(row: dict[str, object], name: str) -> list[object]:
    return cast("list[object]", row.get(name, []))


def _choice(value: object) -> Choice:
    row = cast("dict[str, object]", value)
    never = re.compile(str(row["never"])) if "never" in row else _NEVER
    says = tuple(re.compile(str(pattern)) for pattern in _list(row, "says"))
    return Choice(str(row["name"]), says, never)


def speaks_of_california(text: str) -> bool:
    """Whether a text (see `plain`) names California or what its plans are under."""
    return _CALIFORNIA.search(text) is not None


def plan_kind(sentence: str, around: Iterable[str]) -> PlanKind:
    """The plans that a sentence speaks of: it says so itself, or else the words around it, the nearest first.

    A sentence of California in a text on Medi-Cal is on Medi-Cal, which is Californian too.
    """
    near = [_named(text) for text in around]
    own = _named(sentence)
    if own in ("", "california") and "medi-cal" in near:
        return "medi-cal"
    return own or next((kind for kind in near if kind), "")


def _named(text: str) -> PlanKind:
    words = _NOT_THESE.sub(" ", plain(text))
    return next((kind for kind, pattern in _PLANS if pattern.search(words)), "")


def is_urgent(clause: str, head: str, around: str) -> bool:
    """Whether a clause (see `plain`) is on urgent cases: by itself, by the words before it, or by its heading."""
    for words in (clause, head, around):
        calm = _STANDARD.search(words) is not None
        if calm or _URGENT.search(_STANDARD.sub(" ", words)):
            return not calm
    return False


def phase(clause: str, head: str) -> Phase:
    """Which side of the service a clause (see `plain`) is on."""
    for words in (clause, head):
        if _BEFORE.search(words):
            return "before"
        if _AFTER.search(words):
            return "after"
    return ""
