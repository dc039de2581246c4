"""A period that depends on the kind of plan: what the sources give for each kind, and the one that is safe for all.

Every value comes with the sentence that gives it; contracts are left out, since each is of one plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.answer import quote_at
from kb.circumstances import PlanType
from kb.conflicts import Differ
from kb.evidence import lead_in
from kb.gate import gated
from kb.matters import Actor, PlanKind
from kb.quantities import days, words
from kb.statements import Statement
from kb.steps import Scene
from kb.types import AUTHORITIES, Quote
from kb.understand import Understanding

_FAMILIES: tuple[tuple[str, ...], ...] = (
    ("grievance.file", "appeal.file"),
    ("grievance.decide", "grievance.decide-public", "appeal.decide-public"),
    ("imr.apply", "external.ask", "hearing.ask"),
    ("imr.decide", "external.decide"),
    ("authorization.decide",),
)
"""Matters that are one thing to a member, and that the sources tell apart by the kind of plan."""

_TYPES: dict[PlanKind, PlanType] = {
    "": "commercial",
    "california": "commercial",
    "federal": "erisa",
    "medi-cal": "medi-cal",
    "medicare": "medicare",
}


@dataclass(frozen=True, slots=True)
class PlanPeriod:
    """What the sources give one kind of plan: the period in words, the sentence (n = 0), and who must keep to it."""

    plan_type: PlanType
    value: str
    quote: Quote
    actor: Actor


def by_plan(differ: Differ, scene: Scene, asked: Understanding, quotes: Sequence[Quote]) -> tuple[PlanPeriod, ...]:
    """The periods by kind of plan, the shortest first, where `quotes` show one of them and they differ; else none.

    The matter is the one asked about, or, in a question about time or a dispute, the first that the quotes speak of.
    """
    family = _family(differ, asked, quotes)
    if not family or asked.state:
        return ()
    best: dict[PlanType, Statement] = {}
    for key in scene.keys:
        if scene.sources[key].authority == "contract":
            continue
        for s in differ.said(key):
            if s.matter.id in family and s.plan in _TYPES and _fits(s, asked):
                kind = _TYPES[s.plan]
                if kind not in best or _order(scene, s) < _order(scene, best[kind]):
                    best[kind] = s
    if len({days(s.quantities[0])[0] for s in best.values()}) < 2:
        return ()
    ordered = sorted(best.items(), key=lambda one: (days(one[1].quantities[0]), one[0]))
    found = ((kind, s, _quote(scene, s)) for kind, s in ordered)
    return tuple(PlanPeriod(k, words(s.quantities[0]), q, s.matter.actor) for k, s, q in found if q is not None)


def safe(found: Sequence[PlanPeriod]) -> PlanPeriod | None:
    """The period to keep to where the kind of plan is not known: the shortest, where the member must act in time."""
    return found[0] if found and found[0].actor == "member" else None


def _family(differ: Differ, asked: Understanding, quotes: Sequence[Quote]) -> tuple[str, ...]:
    shown = [s.matter.id for quote in quotes for s in differ.in_quote(quote) if s.quantities]
    meant = next((family for family in _FAMILIES if asked.matter in family), ())
    if meant:
        return meant if any(name in meant for name in shown) else ()
    if not shown or (asked.kind != "how_long" and not (asked.kind == "" and asked.is_dispute)):
        return ()
    return next((family for family in _FAMILIES if shown[0] in family), ())


def _fits(s: Statement, asked: Understanding) -> bool:
    period = s.quantities[0] if s.quantities else None
    if period is None or period.kind != "duration" or period.denied or period.unit == "unlimited":
        return False
    if s.matter.by_urgency and s.urgent != asked.urgent:
        return False
    return not s.matter.by_phase or s.phase in ("", asked.phase or "before")


def _order(scene: Scene, s: Statement) -> tuple[int, bool, float]:
    """By rank; then rules for both sides of the service; then the shortest, or of what others must keep the longest."""
    length = days(s.quantities[0])[0]
    rank = AUTHORITIES.index(scene.sources[s.passage.key].authority)
    return (rank, bool(s.phase), length if s.matter.actor == "member" else -length)


def _quote(scene: Scene, s: Statement) -> Quote | None:
    document = scene.engines.catalog.document(s.passage.key)
    source = scene.sources[s.passage.key]
    quote = quote_at(document, source, s.passage, s.span, lead_in(document, s.span))
    return next(iter(gated([quote], lambda key: scene.engines.catalog.document(key).text)), None)
