"""Periods that depend on the kind of plan: each with its sentence, the safe one first, asked for only where shown."""

import pytest

from kb.base import KnowledgeBase
from kb.by_plan import PlanPeriod, safe
from kb.circumstances import Circumstances, PlanType
from kb.gate import stands
from kb.quantities import days, quantities
from kb.types import Answer, Query

FILE = "how many days do I have to file a grievance?"


def ask(base: KnowledgeBase, question: str, plan_type: PlanType = "") -> Answer:
    return base.ask(Query(question, circumstances=Circumstances(plan_type)))


def asks(answer: Answer) -> str:
    """The notice that asks for the kind of plan, or ""."""
    return next((notice.text for notice in answer.notices if notice.kind == "choose_plan_type"), "")


def test_each_kind_has_its_period_and_the_shortest_is_safe(corpus_kb: KnowledgeBase) -> None:
    answer = ask(corpus_kb, FILE)
    found = {period.plan_type: period.value for period in answer.by_plan}
    assert found == {"medi-cal": "60 days", "medicare": "60 days", "commercial": "180 days", "erisa": "180 days"}
    shortest = safe(answer.by_plan)
    assert shortest is not None and shortest.value == "60 days"
    assert "keep to the shortest time that these sources give: 60 days" in asks(answer)


@pytest.mark.parametrize(
    "question",
    [
        FILE,
        "how long does the plan have to decide my appeal about care I already received?",
        "how long do I have to appeal?",
    ],
)
def test_every_period_stands_in_its_sentence(corpus_kb: KnowledgeBase, question: str) -> None:
    for period in ask(corpus_kb, question).by_plan:
        assert stands(period.quote, corpus_kb.catalog.document(period.quote.key).text)
        number = period.value.split()[0]
        assert number in [f"{quantity.amount:g}" for quantity in quantities(period.quote.text)]


def test_they_are_in_order(corpus_kb: KnowledgeBase) -> None:
    def length(period: PlanPeriod) -> float:
        return min(days(q)[0] for q in quantities(period.quote.text) if f"{q.amount:g}" == period.value.split()[0])

    lengths = [length(period) for period in ask(corpus_kb, FILE).by_plan]
    assert lengths == sorted(lengths)


def test_what_others_must_keep_to_is_not_called_safe(corpus_kb: KnowledgeBase) -> None:
    answer = ask(corpus_kb, "how long does the plan have to decide my appeal about care I already received?")
    assert {period.actor for period in answer.by_plan} == {"plan"}
    assert safe(answer.by_plan) is None and "shortest" not in asks(answer)


@pytest.mark.parametrize(
    "question", ["who pays for a second opinion?", "HSC 1383.15(d)", "what is a copayment?", "zzzz"]
)
def test_nothing_is_asked_where_nothing_depends_on_it(corpus_kb: KnowledgeBase, question: str) -> None:
    answer = ask(corpus_kb, question)
    assert answer.by_plan == () and asks(answer) == ""


@pytest.mark.parametrize("plan_type", ["commercial", "erisa", "medi-cal", "medicare"])
def test_a_known_kind_is_not_asked_for(corpus_kb: KnowledgeBase, plan_type: PlanType) -> None:
    assert asks(ask(corpus_kb, FILE, plan_type)) == ""
    assert asks(ask(corpus_kb, f"{FILE} I have Medi-Cal")) == ""


def test_a_chosen_kind_finds_its_own_rule(corpus_kb: KnowledgeBase) -> None:
    answer = ask(corpus_kb, "how long do I have to appeal a denial?", "medi-cal")
    assert any("60 calendar days" in quote.text and "Medi-Cal" in quote.text for quote in answer.quotes)


def test_another_state_is_not_told_our_periods(corpus_kb: KnowledgeBase) -> None:
    assert ask(corpus_kb, f"{FILE} I live in Texas").by_plan == ()
