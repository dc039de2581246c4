"""Evidence for one kind of plan: what is said of another kind counts less."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.circumstances import PlanType
from kb.evidence import Evidence
from kb.matters import PlanKind, plan_kind
from kb.search import Engines
from kb.types import Source

_OTHER = 0.6  # what a sentence on a plan of another kind counts
_BESIDE = 0.8  # the same where both rules may bind one plan, or a member may take one for the other

_COUNTS: Mapping[PlanType, Mapping[PlanKind, float]] = {
    "commercial": {"medi-cal": _OTHER, "medicare": _OTHER, "federal": _BESIDE},
    "individual": {"medi-cal": _OTHER, "medicare": _OTHER, "federal": _BESIDE},
    "erisa": {"medi-cal": _OTHER, "medicare": _OTHER, "california": _BESIDE},
    "medi-cal": {"medicare": _OTHER, "federal": _OTHER, "california": _BESIDE},
    "medicare": {"medi-cal": _OTHER, "federal": _OTHER, "california": _BESIDE},
}


def for_plan(
    engines: Engines, found: Sequence[Evidence], plan_type: PlanType, sources: Mapping[str, Source]
) -> list[Evidence]:
    """`found`, strongest first, as it counts for a member of a plan of `plan_type`; "" changes nothing.

    A contract is read as it is: it was chosen.
    """
    counts = _COUNTS.get(plan_type)
    if counts is None:
        return list(found)
    weighed = [replace(e, score=e.score * counts.get(_kind(engines, e, sources[e.passage.key]), 1.0)) for e in found]
    return sorted(weighed, key=lambda e: (-e.score, e.passage.doc_id, e.span))


def _kind(engines: Engines, e: Evidence, source: Source) -> PlanKind:
    if source.authority == "contract":
        return ""
    words = engines.catalog.document(e.passage.key).text[slice(*e.span)]
    return plan_kind(words, (e.passage.label, source.title))
