"""What a question asks, read by the patterns of understanding.toml: kind, topic, plan type, place, urgency, language.

Every reading can be traced to one pattern; no model takes part. What the patterns do not tell stays "".
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from kb.circumstances import Circumstances, PlanType
from kb.lexical import STOP_WORDS, fold
from kb.matters import Phase
from kb.phrases import Language

Kind = Literal["how_long", "who_pays", "may_i", "how_do_i", "whom_to_call", "what_does_it_say", "compare", ""]
Tongue = Literal["en", "es", "fr", "de", "pt", "tl", "vi", "other"]

_FILE = Path(__file__).parent / "understanding.toml"
_READ = 6000
"""Characters that are read: what is asked stands near the beginning or the end of a long question."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one question asks. `state` is a state other than California that it names, in small letters.

    `is_dispute`: it is about a decision or a wrong that a member can complain of. `tongue` is the language that it is
    written in, `language` the one of our own words for it.
    """

    question: str
    kind: Kind = ""
    topic: str = ""
    is_dispute: bool = False
    matter: str = ""
    plan_type: PlanType = ""
    region: str = ""
    state: str = ""
    urgent: bool = False
    phase: Phase = ""
    tongue: Tongue = "en"

    @property
    def language(self) -> Language:
        """The language of our own words: Spanish for a question in Spanish, else English."""
        return "es" if self.tongue == "es" else "en"


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    says: re.Pattern[str]
    dispute: bool = False
    plans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rules:
    """The file, compiled: rows in its order."""

    kinds: tuple[_Rule, ...]
    topics: tuple[_Rule, ...]
    matters: tuple[_Rule, ...]
    plan_types: tuple[_Rule, ...]
    regions: tuple[_Rule, ...]
    states: tuple[_Rule, ...]
    urgent: re.Pattern[str]
    after: re.Pattern[str]
    before: re.Pattern[str]
    small_words: dict[str, frozenset[str]]


@cache
def _rules() -> _Rules:
    rows: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))

    def rules(name: str) -> tuple[_Rule, ...]:
        return tuple(
            _Rule(row["name"], _any(row["says"]), row.get("dispute", False), tuple(row.get("plans", ())))
            for row in rows[name]
        )

    states = (name.replace("-", " ") for name in rows["state"]["names"].split())
    return _Rules(
        kinds=rules("kind"),
        topics=rules("topic"),
        matters=rules("matter"),
        plan_types=rules("plan_type"),
        regions=rules("region"),
        states=tuple(_Rule(state, re.compile(rf"\b{state}\b(?! hospital)")) for state in states),
        urgent=_any(rows["urgent"]["says"]),
        after=_any(rows["phase"]["after"]),
        before=_any(rows["phase"]["before"]),
        small_words={name: frozenset(words.split()) for name, words in rows["language"].items()},
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def plain_words(text: str) -> str:
    """`text` in small letters without accents and apostrophes, blanks as one: what the patterns are searched in."""
    bare = "".join(c for c in unicodedata.normalize("NFD", fold(text).casefold()) if not unicodedata.combining(c))
    return " ".join(bare.replace("'", "").split())


def understand(question: str, circumstances: Circumstances | None = None) -> Understanding:
    """What `question` asks; what the member says of themselves goes before what the question says."""
    rules, said = _rules(), circumstances or Circumstances()
    head = question if len(question) <= _READ else f"{question[: _READ // 2]} {question[-_READ // 2 :]}"
    words = plain_words(head)
    topic = next((rule for rule in rules.topics if rule.says.search(words)), None)
    plan_type = said.plan_type or cast(PlanType, _first(rules.plan_types, words))
    region, state = _place(rules, words)
    return Understanding(
        question,
        cast(Kind, _first(rules.kinds, words)),
        topic.name if topic else "",
        any(rule.dispute and rule.says.search(words) for rule in rules.topics),
        _matter(rules, words, plan_type),
        plan_type,
        _region(rules, said.region) or region,
        state,
        rules.urgent.search(words) is not None,
        "after" if rules.after.search(words) else "before" if rules.before.search(words) else "",
        tongue(question),
    )


def _first(rules: tuple[_Rule, ...], words: str) -> str:
    return next((rule.name for rule in rules if rule.says.search(words)), "")


def _region(rules: _Rules, said: str) -> str:
    """A region as the contact lists call it, from the member's words for it."""
    return _first(rules.regions, plain_words(said)) or said.strip()


def _matter(rules: _Rules, words: str, plan_type: PlanType) -> str:
    """The matter with a deadline that is meant. Outside California's plans one files an appeal, not a grievance."""
    for rule in rules.matters:
        if (not rule.plans or plan_type in rule.plans) and rule.says.search(words):
            return rule.name
    return ""


def _place(rules: _Rules, words: str) -> tuple[str, str]:
    """The region of the contact lists, and a state other than California, that the question names."""
    region = _first(rules.regions, words)
    here = re.search(r"\bcalifornia\b", words) is not None
    named = [rule.name for rule in rules.states if rule.says.search(words)]
    state = max(named, key=len, default="")
    return region, "" if here else state


def tongue(text: str) -> Tongue:
    """The language of `text` by its letters and small words; English where nothing speaks for another.

    Another language needs two of its small words, and more of them than English has.
    """
    letters = [c for c in text if c.isalpha()]
    if letters and sum(c > "\u024f" and not "\u1e00" <= c <= "\u1eff" for c in letters) > len(letters) / 2:
        return "other"
    words = re.findall(r"[a-z]+", plain_words(text[:_READ]))
    counts = {name: sum(word in small for word in words) for name, small in _rules().small_words.items()}
    best = max(counts, key=lambda name: (counts[name], name == "en", name == "es"))
    enough = counts[best] >= 2 or (best == "es" and ("\u00bf" in text or "\u00f1" in text))
    return cast(Tongue, best) if best != "en" and enough and counts[best] > counts["en"] else "en"


_BEFORE_IT = r"(?:and |so |but |also |then |y |e |pero |tambien )*"
_SUBJECT = r"(?:i|we|you|he|she|it|they|the|that|this|my|our|a|an|there|kaiser|somebody|anyone)\b"
_ASKS = re.compile(
    rf"{_BEFORE_IT}(?:(?:what|who|whom|whose|when|where|which|why|how)\b(?! (?:i|we|he|she|they) )|"
    rf"(?:can|could|may|do|does|is|are|am|will|would|should|must|has|have|shall) {_SUBJECT}|"
    r"(?:quien|quienes|cuando|cuanto|cuanta|cuantos|cuantas|donde|adonde|como|cual|cuales|que|puedo|puede|pueden|debo|"
    r"a quien|por que|en cuanto|hasta cuando)\b)"
)
_AND = re.compile(
    r"(?:,|;)?\s+(?:and|and also|also|plus|as well as|y|y tambien|tambi\u00e9n|y tambi\u00e9n|adem\u00e1s)\s+"
    r"(?=(?:what|who|whom|when|where|which|why|how|can i|may i|do i|does|must|qu\u00e9|qui\u00e9n|cu\u00e1ndo|"
    r"cu\u00e1nto\w*|d\u00f3nde|c\u00f3mo|cu\u00e1l|puedo|debo|a qui\u00e9n)\b)",
    re.I,
)
_MOST_PARTS = 4
_FEWEST_WORDS = 3
_STANDS_ALONE = 2  # words of content; a part with fewer ("and how much is it") is searched with the part before it


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions: its own words, and the words to search for, which say what it is about."""

    words: str
    asked: str


def parts(question: str) -> tuple[Part, ...]:
    """The questions inside a question; one alone, whole, where it is not several.

    Split at question marks and at "and how", "and who" between two questions. What is told before the first question
    is put before each part, since it says what all of them are about. More than four parts are not told apart.
    """
    whole = (Part(question, question),)
    if len(question) > _READ:
        return whole
    asked: list[str] = []
    told: list[str] = []
    for sentence in re.findall(r"(?:[^?.!\n]|\.(?=\w))+[?.!]*", question):  # a point inside "1383.15" ends nothing
        for piece in _AND.split(sentence):
            words = piece.strip(" \t\u00bf,;")
            is_question = _ASKS.match(plain_words(words)) is not None or piece.rstrip().endswith("?")
            if words:
                (asked if is_question else told).append(words)
    if not 2 <= len(asked) <= _MOST_PARTS or any(len(re.findall(r"\w+", words)) < _FEWEST_WORDS for words in asked):
        return whole
    found: list[Part] = []
    for words in asked:
        content = [word for word in re.findall(r"\w+", plain_words(words)) if word not in _EMPTY]
        before = [found[-1].words] if found and len(content) < _STANDS_ALONE else []
        found.append(Part(words, " ".join([*told, *before, words])))
    return tuple(found)


_EMPTY = STOP_WORDS | frozenset(
    "long many much soon days time next same first one ones then que quien cuando cuanto cuantos como donde puedo "
    "debo es el la los las un una de del en por para con mi me se lo y tengo tiempo dias".split()
)
