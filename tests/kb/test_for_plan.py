"""What is said of another kind of plan than the member's counts less."""

import pytest

from kb.base import KnowledgeBase
from kb.circumstances import Circumstances, PlanType
from kb.matters import PlanKind, plan_kind
from kb.types import Query, Quote

APPEAL = "my plan said no to my surgery, how long do i have to appeal"


def first(base: KnowledgeBase, plan_type: PlanType) -> tuple[Quote, PlanKind]:
    quote = base.ask(Query(APPEAL, circumstances=Circumstances(plan_type))).quotes[0]
    return quote, plan_kind(quote.text, (quote.label, quote.title))


@pytest.mark.parametrize(
    ("plan_type", "kinds"),
    [
        ("commercial", {"", "california"}),
        ("individual", {"", "california"}),
        ("erisa", {"", "federal"}),
        ("medi-cal", {"", "medi-cal"}),
        ("medicare", {"", "medicare"}),
    ],
)
def test_a_member_reads_first_what_is_said_of_their_kind_of_plan(
    corpus_kb: KnowledgeBase, plan_type: PlanType, kinds: set[PlanKind]
) -> None:
    quote, kind = first(corpus_kb, plan_type)
    assert kind in kinds, quote.text
