"""What a member can do next: steps, each with the sentence that it rests on and the day that this sentence gives.

A step without a sentence in the knowledge base is not shown. Days are computed from the member's own dates by the
period that the quoted sentence states; nothing of that stands in this program.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from kb.answer import quote_of
from kb.circumstances import Circumstances
from kb.conflicts import Differ
from kb.dates import counting_rule, last_day
from kb.evidence import LIST_LIMIT, lead_in
from kb.gate import gated
from kb.matters import PlanKind, is_urgent, plan_kind
from kb.phrases import Language, phrase
from kb.quantities import Quantity, plain, quantities
from kb.search import Engines
from kb.sentences import sentences
from kb.step_rows import Row, When, rows
from kb.types import AUTHORITIES, Document, Passage, Quote, Source, Span
from kb.understand import Understanding

_KEPT = 2048
"""Readings of a document for a step that are kept in memory."""

_WHOLE = re.compile(r"[.!?:;][\"')*]*$")  # what ends so is a sentence, and no heading


@dataclass(frozen=True, slots=True)
class Step:
    """One step in our words and the quote that it rests on.

    `due` is the day computed from the member's date, None without one; `when` says what it is: the member's last day
    ("by"), the first day ("from") or the last day of the other side ("expect"). `rule` tells how it was counted. Where
    another source gives less time, `safe_due` is its day and `safe_quote` its sentence; `safe_for` says whether that
    is on the same kind of plan, or on another that the member, who did not say which, may have.
    """

    id: str
    text: str
    quote: Quote
    due: date | None = None
    when: When = ""
    rule: str = ""
    safe_due: date | None = None
    safe_quote: Quote | None = None
    safe_for: Literal["source", "plan"] = "source"


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that a step can rest on, and the period that it gives, if any."""

    passage: Passage
    source: Source
    span: Span
    period: Quantity | None
    plan: PlanKind


@dataclass(frozen=True, slots=True)
class Scene:
    """What a question may be answered from: the engines, the sources, and the keys of the documents in scope."""

    engines: Engines
    sources: dict[str, Source]
    keys: tuple[str, ...]


class Stepper:
    """Finds the steps in one catalog, and keeps what its documents say of them. Threads may share it."""

    def __init__(self, differ: Differ) -> None:
        self._differ = differ
        self._said = lru_cache(maxsize=_KEPT)(self._read_saying)

    def steps(self, scene: Scene, asked: Understanding, said: Circumstances, language: Language) -> tuple[Step, ...]:
        """The steps for a question in order; their quotes are gated, and numbered only by `numbered_steps`."""
        found: list[Step] = []
        is_here = asked.region in ("", "California") and not asked.state
        for row in rows():
            if asked.plan_type in row.plan_types and _is_for(row, asked) and (is_here or row.plans[0] != "california"):
                step = self._step(scene, row, asked, said, language)
                if step is not None:
                    found.append(step)
        return tuple(found)

    def _step(
        self, scene: Scene, row: Row, asked: Understanding, said: Circumstances, language: Language
    ) -> Step | None:
        found_here = self._on_matter(scene, row, (row.matter,)) if row.matter else self._saying(scene, row)
        quotes = ((found, _quote(scene, found, row.is_list)) for found in _ranked(row, found_here))
        chosen = next(((found, quote) for found, quote in quotes if quote is not None), None)
        if chosen is None:
            return None
        found, quote = chosen
        step = Step(row.id, phrase(f"steps.{row.id}", language), quote, when=row.when)
        start = {"denial": said.denial_date, "grievance": said.grievance_date}.get(row.start)
        due = last_day(start, found.period) if start and found.period else None
        if start is None or due is None or found.period is None:
            return step
        rule = counting_rule(start, found.period, row.start, language)
        note = f" {phrase(f'steps.{row.note}', language)}" if row.note else ""
        step = replace(step, due=due, rule=rule + note)
        return self._with_safe(scene, step, row, found, start, asked)

    def _with_safe(self, scene: Scene, step: Step, row: Row, found: Found, start: date, asked: Understanding) -> Step:
        """The step with the earliest day that another document gives, where that is earlier than its own."""
        others = self._on_matter(scene, row, row.safe)
        if not asked.plan_type and row.safe_if_unknown:
            anything = replace(row, plans=("california", "", "medi-cal", "medicare", "federal"))
            others = [*others, *self._on_matter(scene, anything, row.safe_if_unknown)]
        days = [(last_day(start, other.period), other) for other in others if other.period]
        earlier = [
            (day, AUTHORITIES.index(other.source.authority), n, other)
            for n, (day, other) in enumerate(days)
            if day is not None and step.due is not None and day < step.due and other.passage.key != found.passage.key
        ]
        for day, _, _, other in sorted(earlier, key=lambda one: one[:3]):
            quote = _quote(scene, other, False)
            if quote is not None:
                kind: Literal["source", "plan"] = "source" if other.plan in row.plans else "plan"
                return replace(step, safe_due=day, safe_quote=quote, safe_for=kind)
        return step

    def _on_matter(self, scene: Scene, row: Row, names: Sequence[str]) -> list[Found]:
        """Statements on the named matters for the plans of a row, but those that deny what they name."""
        found = []
        for key in scene.keys:
            for s in self._differ.said(key):
                if s.matter.id not in names or s.plan not in row.plans or s.urgent != row.urgent or not s.quantities:
                    continue
                period = s.quantities[0]
                if period.denied or period.unit == "unlimited" or (row.phase and s.phase != row.phase):
                    continue
                text = scene.engines.catalog.document(key).text
                told = replace(period, text=text[s.span[0] + period.span[0] : s.span[0] + period.span[1]])
                found.append(Found(s.passage, scene.sources[key], s.span, told, s.plan))
        return found

    def _saying(self, scene: Scene, row: Row) -> list[Found]:
        """Sentences in which all patterns of a row stand, with the first period of each."""
        return [
            Found(passage, scene.sources[key], span, period, plan)
            for key in scene.keys
            for passage, span, period, plan in self._said(key, scene.sources[key].title, row)
        ]

    def _read_saying(
        self, key: str, title: str, row: Row
    ) -> tuple[tuple[Passage, Span, Quantity | None, PlanKind], ...]:
        found = []
        for passage in self._differ.passages(key):
            if passage.kind != "body" or not all(p.search(plain(passage.text)) for p in row.says):
                continue
            for first, last in sentences(passage.text):
                words = plain(passage.text[first:last])
                if not _WHOLE.search(words) or not all(pattern.search(words) for pattern in row.says):
                    continue
                plan = plan_kind(words, (plain(f"{passage.label} {title}"),))
                span = (passage.span[0] + first, passage.span[0] + last)
                urgent = row.show == "calm" and is_urgent(words, "", "")
                if plan in row.plans and not urgent and not row.never.search(words):
                    found.append((passage, span, _period(passage.text[first:last]), plan))
        return tuple(found)


def _ranked(row: Row, found: Sequence[Found]) -> list[Found]:
    """By rank, sentences with the preferred words first, then by plan in the order of the row.

    Then come periods that run from the member's own date, and documents that say most on the matter.
    """
    starts = _STARTS.get(row.start, ())
    homes = Counter(one.passage.key for one in found)

    def order(one: Found) -> tuple[int, bool, bool, int, int, int]:
        start = one.period.start if one.period else ""
        nearness = starts.index(start) if start in starts else len(starts)
        offset = one.passage.span[0]
        words = plain(one.passage.text[one.span[0] - offset : one.span[1] - offset])
        return (
            AUTHORITIES.index(one.source.authority),
            one.source.sample,
            row.prefer.search(words) is None,
            row.plans.index(one.plan),
            nearness,
            -homes[one.passage.key],
        )

    return sorted(found, key=order)


def _quote(scene: Scene, found: Found, is_list: bool) -> Quote | None:
    document = scene.engines.catalog.document(found.passage.key)
    span, lead = found.span, lead_in(document, found.span)
    if is_list:
        span, lead = _list_span(document, found.span), None
    quote = quote_of(scene.engines, scene.sources, found.passage, span, lead)
    return next(iter(gated([quote], lambda key: scene.engines.catalog.document(key).text)), None)


_STARTS: dict[str, tuple[str, ...]] = {
    "denial": ("notice", "decision", "receipt", "incident"),
    "grievance": ("receipt", "request"),
}
"""What a period may run from, the nearest to the member's date first."""


def _is_for(row: Row, asked: Understanding) -> bool:
    shown = row.show == "always" or (row.show == "urgent") == asked.urgent
    on_topic = not row.topics or asked.topic in row.topics or not asked.topic
    sides = row.phase == "" or asked.phase in ("", row.phase)
    return shown and on_topic and sides


def _period(text: str) -> Quantity | None:
    timed = [q for q in quantities(text) if q.kind == "duration" and q.unit != "unlimited" and not q.denied]
    return timed[0] if timed else None


def _list_span(document: Document, span: Span) -> Span:
    """The list that the sentence at `span` introduces, with it; the sentence alone where it is long or no list."""
    lists = [
        entry.span for entry in document.outline
        if entry.lead_in is not None and span[0] <= entry.lead_in[1] and entry.lead_in[0] <= span[0] < entry.lead_in[1]
    ]  # fmt: skip
    if not lists:
        return span
    end = max(last for _, last in lists)
    words = document.text[span[0] : end].rstrip()
    return (span[0], span[0] + len(words)) if len(words) <= LIST_LIMIT else span


def numbered_steps(steps: Sequence[Step], quotes: Sequence[Quote]) -> tuple[Step, ...]:
    """The steps with marks: a sentence that `quotes` show already has their mark, others count on from the last."""
    marks: dict[tuple[str, Span], int] = {}
    following = len(quotes) + 1

    def marked(quote: Quote) -> Quote:
        nonlocal following
        shown = next(
            (q.n for q in quotes if q.key == quote.key and q.span[0] <= quote.span[0] and quote.span[1] <= q.span[1]), 0
        )
        n = shown or marks.get((quote.key, quote.span), 0)
        if not n:
            n, following = following, following + 1
            marks[(quote.key, quote.span)] = n
        return replace(quote, n=n)

    return tuple(
        replace(step, quote=marked(step.quote), safe_quote=marked(step.safe_quote) if step.safe_quote else None)
        for step in steps
    )
