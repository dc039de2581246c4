"""What the sentences of a document say on the matters that are compared: one statement for each value."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.evidence import lead_in
from kb.matters import Matter, Phase, PlanKind, is_urgent, matters, phase, plan_kind, speaks_of_california
from kb.quantities import Quantity, plain, quantities
from kb.sentences import sentences
from kb.types import Document, Passage, Source, Span

_BREAK = re.compile(r";|, (?=or |and |but |so |while |within |\d)|\((?=\d)| (?:and|or) (?=within |in |\d)")
_THING = re.compile(
    r"\b(?:grievance|complaint|appeal|claim|request|review|hearing|imr|appointment|reconsideration)s?\b"
)
_OPEN_END = re.compile(r"[^.!?:;]$")
_PROPOSED = re.compile(
    r"\bwould (?:set|require|give|allow|make|change|cut|shorten)\b|\bproposed\b|\bif enacted\b"
    r"|\bbill\b [^.]{0,30}\bpassed\b"
)

_EXTENSION = re.compile(r"\bgrow by\b|\bextension of\b|\bextend(?:ed|s)? (?:the|by)\b|\bmore days\b|\badditional \d")


@dataclass(frozen=True, slots=True)
class Statement:
    """One value that one sentence gives on one matter. `span` is the sentence in its document.

    Either `quantities` are given (several only for telephone numbers) or the name of a `choice`. `special` are the
    sides of the service for which the same section has a rule of its own, so that a general rule does not reach them.
    """

    matter: Matter
    passage: Passage
    span: Span
    plan: PlanKind
    urgent: bool
    phase: Phase
    quantities: tuple[Quantity, ...] = ()
    choice: str = ""
    special: frozenset[Phase] = frozenset()


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with what is read beside it; all texts but `title` are plain (see kb.quantities.plain)."""

    passage: Passage
    span: Span
    text: str
    lead: str
    path: str
    title: str

    @property
    def heading(self) -> str:
        return self.path.rpartition(" > ")[2]

    @property
    def context(self) -> str:
        return f"{self.path} | {self.lead}"


def statements(document: Document, source: Source, passages: Sequence[Passage]) -> tuple[Statement, ...]:
    """What the sentences of `passages`, which are of `document`, say on all matters, in text order."""
    found: list[Statement] = []
    unnamed = _unnamed_plan(document, source)
    for passage in passages:
        if passage.kind == "body":
            for sentence in _sentences(document, source, passage):
                found += _said(sentence, unnamed)
    return tuple(_with_special(found))


def _unnamed_plan(document: Document, source: Source) -> PlanKind:
    """The plans meant by sentences that name none: a contract's own, which is under California's law or is not."""
    if source.authority != "contract":
        return ""
    return "california" if speaks_of_california(plain(document.text)) else "elsewhere"


def _sentences(document: Document, source: Source, passage: Passage) -> Iterator[_Sentence]:
    above = source.title if source.authority == "law" else ""
    path = plain(f"{above} > {passage.label.partition(' (on ')[0]}" if above else passage.label.partition(" (on ")[0])
    title = f"{passage.label} {source.title}"
    for start, end in _whole(passage.text):
        span = (passage.span[0] + start, passage.span[0] + end)
        text = plain(passage.text[start:end])
        if not _PROPOSED.search(text) and _may_speak(text):
            lead = lead_in(document, span)
            words = plain(document.text[slice(*lead)]) if lead else ""
            yield _Sentence(passage, span, text, words, path, title)


def _whole(text: str) -> list[Span]:
    """The sentences of a passage; one that a heading cut in two, as bold type in a PDF can, is one again."""
    joined: list[Span] = []
    for span in sentences(text):
        if joined and text[span[0]].islower() and _OPEN_END.search(text[: joined[-1][1]]):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def _may_speak(text: str) -> bool:
    """A cheap test that leaves most sentences out: a figure, or a word that a matter of words turns on."""
    return _HINT.search(text) is not None


_HINT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|thirty|forty|sixty|ninety|hundred)\b"
    r"|\bno (?:time )?(?:limit|deadline)|\bany time\b|opinion|\bimr\b|review|\bdirector\b|\bdepartment\b|\bdmhc\b"
    r"|\breport\b|\bnetwork\b|\breferrals\b|\bparticipating\b|\bpending\b|\bfree\b"
)


def _said(sentence: _Sentence, unnamed: PlanKind) -> list[Statement]:
    numbers = quantities(sentence.text)
    clauses = _clauses(sentence.text, numbers)
    plan = plan_kind(sentence.text, (sentence.lead, sentence.title)) or unnamed
    found: list[Statement] = []
    for matter in matters():
        if matter.plans and plan not in matter.plans:
            continue
        if matter.choices:
            said = _choices(sentence, matter, plan)
        elif matter.kind == "duration":
            said = _values(sentence, matter, plan, clauses)
        else:
            said = _numbers(sentence, matter, plan, numbers)
        if said and not matter.elsewhere.search(sentence.path):
            found += said
    return found


def _clauses(text: str, numbers: Sequence[Quantity]) -> list[tuple[Quantity, str, str]]:
    """For each quantity of time its clause, and the words before the first one ("" for the first itself)."""
    timed = [number for number in numbers if number.kind == "duration"]
    result, begin = [], 0
    for at, quantity in enumerate(timed):
        end = len(text)
        if at + 1 < len(timed):
            breaks = list(_BREAK.finditer(text, quantity.span[1], timed[at + 1].span[0] + 1))
            end = breaks[0].start() if breaks else len(text)
        head = text[: timed[0].span[0]] if at else ""
        result.append((quantity, text[begin:end] if end > begin else text, head))
        begin = end if end < len(text) else begin
    return result


def _choices(sentence: _Sentence, matter: Matter, plan: PlanKind) -> list[Statement]:
    said = [choice.name for choice in matter.choices if choice.is_said(sentence.text)]
    if not said or not (matter.noun.search(sentence.text) or matter.noun.search(sentence.context)):
        return []
    return [Statement(matter, sentence.passage, sentence.span, plan, False, "", choice=name) for name in said]


def _numbers(sentence: _Sentence, matter: Matter, plan: PlanKind, numbers: Sequence[Quantity]) -> list[Statement]:
    given = tuple(number for number in numbers if number.kind == matter.kind)
    fits = matter.noun.search(sentence.text) and matter.act.search(sentence.text)
    if not given or not fits or matter.never.search(sentence.text):
        return []
    return [Statement(matter, sentence.passage, sentence.span, plan, False, "", given)]


def _values(
    sentence: _Sentence, matter: Matter, plan: PlanKind, clauses: Sequence[tuple[Quantity, str, str]]
) -> list[Statement]:
    by_heading = bool(clauses) and matter.heading.search(sentence.heading) is not None
    if not clauses or not (by_heading or matter.act.search(sentence.text)):
        return []
    found = []
    for quantity, clause, head in clauses:
        whole = f"{head} {clause}"
        if not (by_heading or matter.act.search(whole)) or matter.never.search(whole) or _EXTENSION.search(clause):
            continue
        if _is_on(matter, sentence, clause, whole):
            urgent = matter.by_urgency and is_urgent(clause, head, f"{sentence.lead} {sentence.heading}")
            side = phase(clause, head) if matter.by_phase else ""
            found.append(Statement(matter, sentence.passage, sentence.span, plan, urgent, side, (quantity,)))
    return found


def _is_on(matter: Matter, sentence: _Sentence, clause: str, whole: str) -> bool:
    """Whether a clause is on the thing of a matter: it names it, or names none and the words around it do."""
    if _THING.search(clause):
        return bool(matter.noun.search(clause) or matter.noun.search(sentence.path))
    return bool(matter.noun.search(whole) or matter.noun.search(sentence.context))


def _with_special(found: Sequence[Statement]) -> Iterator[Statement]:
    """The statements, general ones told which sides of the service their own section treats apart."""
    sides: dict[tuple[str, str, str, bool], set[Phase]] = {}
    for s in found:
        sides.setdefault((s.matter.id, s.passage.key, s.passage.label, s.urgent), set()).add(s.phase)
    for s in found:
        apart = sides[(s.matter.id, s.passage.key, s.passage.label, s.urgent)] - {""}
        yield replace(s, special=frozenset(apart)) if apart and not s.phase else s
