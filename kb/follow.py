"""Whether a question leans on the one before it ("and if it's urgent?"), and the words to search for it then.

Only words decide, by the patterns of follow.toml; what the patterns do not tell stands on its own. Nothing of a story
is taken over but its subject, and what is asked of it where the new question does not say.
"""

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from kb.circumstances import Circumstances
from kb.labels import find_citations, parse_citation
from kb.lexical import STOP_WORDS, stems
from kb.lexicon import added_words
from kb.understand import Understanding, plain_words, tongue, understand

Because = Literal["opening", "pointing", "bare"]
"""Why a question leans: it opens like one that goes on, it points to what was named, or it names nothing at all."""

_FILE = Path(__file__).parent / "follow.toml"
_LONGEST = 18  # words; a longer question says by itself what it is about
_KEPT = 10  # words of the question before that are searched with the new one
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SENTENCE = re.compile(r"[^?.!;\n]+[?.!]*")


@dataclass(frozen=True, slots=True)
class Follow:
    """A question that leans on the one before: `words` are searched for it, `kept` those of them that it lacked."""

    words: str
    kept: str
    before: str
    because: Because


@dataclass(frozen=True, slots=True)
class _Rules:
    opening: re.Pattern[str]
    puts_case: re.Pattern[str]
    pointing: re.Pattern[str]
    persons: re.Pattern[str]
    nothing: re.Pattern[str]
    asking: re.Pattern[str]
    case: re.Pattern[str]
    kinds: dict[str, dict[str, str]]
    doing: frozenset[str]
    refusing: frozenset[str]
    things: frozenset[str]
    aspects: frozenset[str]


@cache
def _rules() -> _Rules:
    rows: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    opening, pointing, empty = rows["opening"], rows["pointing"], rows["empty"]
    return _Rules(
        re.compile(rf"(?:(?:{'|'.join(opening['says'])})[ ,]*)+"),
        re.compile(opening["case"]),
        re.compile("|".join(pointing["says"])),
        re.compile(pointing["persons"]),
        re.compile(pointing["nothing"]),
        re.compile(rows["asking"]["says"]),
        re.compile("|".join(rows["case"]["says"])),
        rows["kind"],
        frozenset(f"{empty['doing']} {empty['refusing']}".split()),
        frozenset(empty["refusing"].split()),
        frozenset(empty["things"].split()) | STOP_WORDS,
        frozenset(empty["aspects"].split()),
    )


def follow(question: str, after: str) -> Follow | None:
    """How `question` is read after the question `after`; None where it stands on its own.

    Pure: the same two texts always give the same. A question that cites law, or that names a subject of its own, never
    leans. Where the two are in different languages the lexicon's English words stand for the Spanish ones.
    """
    because = leans(question, after)
    if because is None:
        return None
    kept = _kept(question, after)
    if not kept:
        return None
    spoken, before = tongue(question), tongue(after)
    asked = question.strip()
    if spoken == "es" and before != "es":
        asked = " ".join(added_words(question)) or asked
    elif before == "es" and spoken != "es":
        kept = " ".join(added_words(f"\u00bf{kept}?")) or kept
    return Follow(f"{asked} ({kept})", kept, after.strip(), because)


def understand_after(found: Follow, question: str, said: Circumstances) -> Understanding:
    """What a leaning question asks: what it says itself, and else plan type, place, topic, matter of the one before."""
    now, before, whole = understand(question, said), understand(found.before), understand(found.words, said)
    read = _read(question)
    topic = before.topic if read.puts_case or not read.subject.topic else read.subject.topic
    same = not read.asks_anew and topic == before.topic
    return replace(
        now,
        question=found.words,
        kind=now.kind if read.asks_anew else (before.kind or now.kind),
        topic=topic,
        is_dispute=now.is_dispute or before.is_dispute,
        matter=before.matter if same and before.matter else whole.matter,
        plan_type=now.plan_type or before.plan_type,
        region=now.region or before.region,
        state=now.state or before.state,
        urgent=now.urgent or before.urgent,
        phase=now.phase or before.phase,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A question without its opening: what it is about, its own words for that, and how it goes on.

    `subject` is read without the case that the question puts; `asks_anew` tells whether it says what it asks.
    """

    opening: str
    rest: str
    subject: Understanding
    own: tuple[str, ...]
    puts_case: bool
    asks_anew: bool


def _read(question: str) -> _Read:
    rules, words = _rules(), _plain(question)
    found = rules.opening.match(words)
    opening = found.group() if found else ""
    rest = words[len(opening) :]
    bare = rules.case.sub(" ", rest)
    subject = understand(bare)
    puts_case = rules.puts_case.search(opening) is not None
    kinds = _ASKED if puts_case else (*_ASKED, "may_i", "compare")
    asks_anew = subject.kind in kinds or (not puts_case and rules.asking.match(rest) is not None)
    return _Read(opening, rest, subject, tuple(_own(rest)), puts_case, asks_anew)


_ASKED = ("how_long", "who_pays", "whom_to_call", "how_do_i")


def leans(question: str, after: str) -> Because | None:
    """Why `question` cannot be understood without `after`; None where it can, or where one of them has no words."""
    rules, words = _rules(), _plain(question)
    if not stems(after, keep_stop_words=True) or not 0 < len(words.split()) <= _LONGEST:
        return None
    if parse_citation(question) is not None or find_citations(question):
        return None
    read = _read(question)
    if read.opening and _goes_on(read):
        return "opening"
    if read.opening and read.own and read.subject.topic:
        return None
    pointed = rules.nothing.sub(" ", read.rest) if read.own else read.rest
    most = 0 if len(_SENTENCE.findall(question)) > 1 else 1 if read.subject.topic else _NAMED
    if rules.pointing.search(pointed) and len(read.own) <= most:
        return "pointing"
    if read.own or (read.subject.topic and read.subject.topic != understand(after).topic):
        return None
    return "pointing" if rules.persons.search(read.rest) else "bare"


def _goes_on(read: _Read) -> bool:
    """Whether a question with an opening goes on: it puts a case, or names a thing and asks nothing of it."""
    if read.puts_case:
        return len(read.own) <= (0 if read.subject.topic and not _points(read.rest) else _CASE)
    if read.subject.topic:
        return not read.asks_anew and len(read.own) <= _NAMED
    return len(read.own) <= _NAMED


_CASE, _NAMED = 3, 2
"""Words of its own that a case that is put, and a thing that is named, have at most."""


def _plain(text: str) -> str:
    return plain_words(text).lstrip("\u00bf\u00a1 \"'(").rstrip(" ?!.)")


def _own(words: str) -> list[str]:
    """The words that name a subject: neither empty, nor a case, nor a number, nor the kind of plan or the place."""
    rules = _rules()
    read = understand(words)
    empty = rules.doing | rules.things | rules.aspects | set(f"{read.state} {read.region}".lower().split())
    found = _WORD.findall(rules.case.sub(" ", words))
    return [w for w in found if w not in empty and not w.isdigit() and not understand(w).plan_type]


def _kept(question: str, after: str) -> str:
    """What the new question lacks: the subject of the one before, and what was asked where it asks nothing itself."""
    if parse_citation(after) is not None:
        return after.strip()
    read, before = _read(question), understand(after)
    spoken: Literal["en", "es"] = "es" if tongue(after) == "es" else "en"
    kind = "" if read.asks_anew else _rules().kinds[spoken].get(before.kind, "")
    if read.own and read.subject.topic not in ("", before.topic) and not read.puts_case and not _points(question):
        return kind
    plan_type = understand(question).plan_type
    with_doing = not read.asks_anew and before.kind != "who_pays"
    instead = bool(read.opening and read.own) and not read.puts_case and not _points(question)
    words = _of_subject(after, before, with_doing=with_doing, instead=instead)
    had = set(stems(kind, keep_stop_words=True))
    kept = [w for w in words if not (plan_type and understand(w).plan_type) and not had & set(stems(w))]
    return " ".join([*([kind] if kind else []), *kept[:_KEPT]])


def _points(text: str) -> bool:
    words = _plain(text)
    return _rules().pointing.search(words) is not None or _rules().persons.search(words) is not None


def _of_subject(after: str, before: Understanding, *, with_doing: bool, instead: bool) -> list[str]:
    """The words of content of a short question; of a story those of what it asks, of its topic and what that needs.

    What an earlier follow-up took over, which stands in brackets, goes first; where the new question names one thing
    `instead` of another, it alone.
    """
    rules = _rules()
    inside = [m.group(1) for m in _INSIDE.finditer(after)]
    sentences = [s for s in _SENTENCE.findall(_INSIDE.sub(" ", after)) if s.strip()]
    if inside and instead:
        sentences = []
    if sentences and len(after.split()) > _SHORT:
        asked = max((n for n, s in enumerate(sentences) if s.rstrip().endswith("?")), default=len(sentences) - 1)
        wanted = {asked}
        if before.topic and understand(sentences[asked]).topic != before.topic:
            wanted |= {n for n, s in enumerate(sentences) if understand(s).topic == before.topic and n < asked}
        if asked and (_points(sentences[asked]) or not _own(_plain(sentences[asked]))):
            wanted.add(asked - 1)
        sentences = [sentences[n] for n in sorted(wanted)[-2:]]
    left_out = rules.things if with_doing else rules.things | (rules.doing - rules.refusing)
    said = " ".join(sentences)
    if inside:  # what was put as a case is not what it is about
        said = rules.case.sub(" ", plain_words(said))
    plain = " ".join([*inside, said]).replace("'", "").replace("\u2019", "")
    kept = [word for word in _WORD.findall(plain) if plain_words(word) not in left_out]
    return list({word.casefold(): word for word in reversed(kept)}.values())[::-1]


_INSIDE = re.compile(r"\(([^()]*)\)")
_SHORT = 25  # words; a longer question is a story, of which only some sentences count
