"""What is said of another kind of plan than the member's counts less."""

from datetime import date

import pytest

from kb.base import KnowledgeBase
from kb.circumstances import PlanType
from kb.evidence import Evidence
from kb.for_plan import for_plan
from kb.matters import PlanKind, plan_kind
from kb.scope import scope
from kb.search import search
from kb.types import Filters
from kb.weights import Weights

APPEAL = "my plan said no to my surgery, how long do i have to appeal to medicare, medi-cal, or under ERISA"


def weighed(base: KnowledgeBase, plan_type: PlanType) -> list[tuple[Evidence, Evidence, PlanKind]]:
    """Evidence for an appeal: as found, as it counts for `plan_type`, and the kind of plan that it speaks of."""
    generation = base.catalog.generation()
    keys = scope(generation, Filters(), APPEAL, date.today()).keys
    with base.engines(generation) as engines:
        found = base.weigh(engines, search(engines, APPEAL, keys, 40, Weights()))[1]
        counted = for_plan(engines, found, plan_type, generation.sources)
    assert sorted(counted, key=lambda e: (-e.score, e.passage.doc_id, e.span)) == counted
    before = {(e.passage.passage_id, e.span): e for e in found}
    rows = []
    for e in counted:
        words = base.catalog.document(e.passage.key).text[slice(*e.span)]
        kind = plan_kind(words, (e.passage.label, generation.sources[e.passage.key].title))
        rows.append((before[e.passage.passage_id, e.span], e, kind))
    return rows


@pytest.mark.parametrize(
    ("plan_type", "own", "others"),
    [
        ("commercial", {"", "california"}, {"medi-cal", "medicare", "federal"}),
        ("individual", {"", "california"}, {"medi-cal", "medicare", "federal"}),
        ("erisa", {"", "federal"}, {"medi-cal", "medicare", "california"}),
        ("medi-cal", {"", "medi-cal"}, {"medicare", "federal", "california"}),
        ("medicare", {"", "medicare"}, {"medi-cal", "federal", "california"}),
    ],
)
def test_what_is_said_of_another_kind_counts_less(
    corpus_kb: KnowledgeBase, plan_type: PlanType, own: set[PlanKind], others: set[PlanKind]
) -> None:
    rows = weighed(corpus_kb, plan_type)
    assert {kind for _, _, kind in rows} >= others
    assert all(after.score == before.score for before, after, kind in rows if kind in own)
    assert all(after.score < before.score for before, after, kind in rows if kind in others and before.score)


def test_nothing_changes_where_the_kind_is_not_known(corpus_kb: KnowledgeBase) -> None:
    assert all(before == after for before, after, _ in weighed(corpus_kb, ""))
