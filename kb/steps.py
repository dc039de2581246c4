"""What a member can do next: steps, each with the sentence that it rests on and the day that this sentence gives.

A step without a sentence in the knowledge base is not shown. Days are computed from the member's own dates by the
period that the quoted sentence states; nothing of that stands in this program.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

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
from kb.types import AUTHORITIES, Document, Passage, Quote, Source, Span
from kb.understand import Understanding

When = Literal["", "by", "from", "expect"]
_FILE = Path(__file__).parent / "steps.toml"
_NEVER = re.compile(r"(?!)")
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
class _Row:
    """One row of steps.toml."""

    id: str
    plan_types: frozenset[str]
    matter: str
    says: tuple[re.Pattern[str], ...]
    never: re.Pattern[str]
    is_list: bool
    plans: tuple[str, ...]
    urgent: bool
    phase: str
    show: str
    topics: frozenset[str]
    start: str
    when: When
    note: str
    prefer: re.Pattern[str]
    safe: tuple[str, ...]
    safe_if_unknown: tuple[str, ...]


@cache
def _rows() -> tuple[_Row, ...]:
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["step"]
    return tuple(
        _Row(
            row["id"],
            frozenset(row["plan_types"]),
            row.get("matter", ""),
            tuple(re.compile(pattern) for pattern in row.get("says", ())),
            re.compile(row["never"]) if "never" in row else _NEVER,
            row.get("list", False),
            tuple(row["plans"]),
            row.get("urgent", False),
            row.get("phase", ""),
            row.get("show", "always"),
            frozenset(row.get("topics", ())),
            row.get("from", ""),
            cast(When, row.get("when", "")),
            row.get("note", ""),
            re.compile(row.get("prefer", "")),
            tuple(row.get("safe", ())),
            tuple(row.get("safe_if_unknown", ())),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that a step can rest on, and the period that it gives, if any."""

    passage: Passage
    source: Source
    span: Span
    period: Quantity | None
    plan: PlanKind


class Stepper:
    """Finds the steps in one catalog. `differ` keeps what the documents say."""

    def __init__(self, engines: Engines, differ: Differ, sources: dict[str, Source], keys: Iterable[str]) -> None:
        self._engines, self._differ, self._sources = engines, differ, sources
        self._keys = tuple(key for key in keys if not sources[key].collection)

    def steps(self, asked: Understanding, said: Circumstances, language: Language) -> tuple[Step, ...]:
        """The steps for a question in order; their quotes are gated, and numbered only by `numbered_steps`."""
        found: list[Step] = []
        is_here = asked.region in ("", "California") and not asked.state
        for row in _rows():
            if asked.plan_type in row.plan_types and _is_for(row, asked) and (is_here or row.plans[0] != "california"):
                step = self._step(row, asked, said, language)
                if step is not None:
                    found.append(step)
        return tuple(found)

    def _step(self, row: _Row, asked: Understanding, said: Circumstances, language: Language) -> Step | None:
        candidates = self._ranked(row, self._on_matter(row, (row.matter,)) if row.matter else self._saying(row))
        quotes = ((found, self._quote(found, row.is_list)) for found in candidates)
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
        return self._with_safe(step, row, found, start, asked)

    def _with_safe(self, step: Step, row: _Row, found: Found, start: date, asked: Understanding) -> Step:
        """The step with the earliest day that another document gives, where that is earlier than its own."""
        others = self._on_matter(row, row.safe)
        if not asked.plan_type and row.safe_if_unknown:
            anything = replace(row, plans=("california", "", "medi-cal", "medicare", "federal"))
            others = [*others, *self._on_matter(anything, row.safe_if_unknown)]
        days = [(last_day(start, other.period), other) for other in others if other.period]
        earlier = [
            (day, AUTHORITIES.index(other.source.authority), n, other)
            for n, (day, other) in enumerate(days)
            if day is not None and step.due is not None and day < step.due and other.passage.key != found.passage.key
        ]
        for day, _, _, other in sorted(earlier, key=lambda one: one[:3]):
            quote = self._quote(other, False)
            if quote is not None:
                kind: Literal["source", "plan"] = "source" if other.plan in row.plans else "plan"
                return replace(step, safe_due=day, safe_quote=quote, safe_for=kind)
        return step

    def _on_matter(self, row: _Row, names: Sequence[str]) -> list[Found]:
        """Statements on the named matters for the plans of a row, but those that deny what they name."""
        found = []
        for key in self._keys:
            document = self._engines.catalog.document(key)
            for s in self._differ.said(key):
                period = s.quantities[0] if s.quantities else None
                fits = s.plan in row.plans and s.urgent == row.urgent and (not row.phase or s.phase == row.phase)
                if s.matter.id in names and fits and period is not None and not period.denied:
                    place = (s.span[0] + period.span[0], s.span[0] + period.span[1])
                    told = replace(period, text=document.text[slice(*place)])
                    if told.unit != "unlimited":
                        found.append(Found(s.passage, self._sources[key], s.span, told, s.plan))
        return found

    def _saying(self, row: _Row) -> list[Found]:
        """Sentences in which all patterns of a row stand, with the first period of each."""
        found = []
        for key in self._keys:
            source = self._sources[key]
            for passage in self._differ.passages(key):
                if passage.kind != "body" or not all(p.search(plain(passage.text)) for p in row.says):
                    continue
                for first, last in sentences(passage.text):
                    words = plain(passage.text[first:last])
                    if not _WHOLE.search(words) or not all(pattern.search(words) for pattern in row.says):
                        continue
                    plan = plan_kind(words, (plain(f"{passage.label} {source.title}"),))
                    span = (passage.span[0] + first, passage.span[0] + last)
                    urgent = row.show == "calm" and is_urgent(words, "", "")
                    if plan in row.plans and not urgent and not row.never.search(words):
                        found.append(Found(passage, source, span, _period(passage.text[first:last]), plan))
        return found

    def _ranked(self, row: _Row, found: Sequence[Found]) -> list[Found]:
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

    def _quote(self, found: Found, is_list: bool) -> Quote | None:
        document = self._engines.catalog.document(found.passage.key)
        span, lead = found.span, lead_in(document, found.span)
        if is_list:
            span, lead = _list_span(document, found.span), None
        quote = quote_of(self._engines, self._sources, found.passage, span, lead)
        return next(iter(gated([quote], lambda key: self._engines.catalog.document(key).text)), None)


_STARTS: dict[str, tuple[str, ...]] = {
    "denial": ("notice", "decision", "receipt", "incident"),
    "grievance": ("receipt", "request"),
}
"""What a period may run from, the nearest to the member's date first."""


def _is_for(row: _Row, asked: Understanding) -> bool:
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
