"""The questions that the project was first asked, on the real model: what each answer must show."""

import pytest

from kb.base import KnowledgeBase
from kb.types import Answer, Authority, Filters, Query, Quote

pytestmark = pytest.mark.model

CEDAR_2026 = Filters(plan="Cedar Coast", edition="2026")


def tier(answer: Answer, authority: Authority) -> tuple[Quote, ...]:
    """The quotes of one rank, strongest first."""
    return tuple(quote for quote in answer.quotes if quote.authority == authority)


def first(answer: Answer, authority: Authority) -> Quote:
    quotes = tier(answer, authority)
    assert quotes, (
        f"no {authority} in: {[(q.authority, q.label) for q in answer.quotes]} ({answer.status}, {answer.reason})"
    )
    return quotes[0]


@pytest.mark.parametrize(
    "question",
    [
        "how fast must they answer an urgent second opinion request",
        "can Kaiser make me wait weeks for a second opinion if it's urgent?",
    ],
)
def test_an_urgent_request_is_answered_in_72_hours_whenever_possible(real_kb: KnowledgeBase, question: str) -> None:
    quote = first(real_kb.ask(Query(question)), "law")
    assert quote.label == "HSC 1383.15(c)"
    assert "72 hours" in quote.text
    assert "whenever possible" in quote.text


def test_who_pays(real_kb: KnowledgeBase) -> None:
    assert first(real_kb.ask(Query("do I pay for a second opinion")), "law").label == "HSC 1383.15(d)"


def test_who_chooses(real_kb: KnowledgeBase) -> None:
    answer = real_kb.ask(Query("who picks the second doctor if I question my specialist"))
    assert first(answer, "law").label == "HSC 1383.15(f)"


def test_a_phone_number(real_kb: KnowledgeBase) -> None:
    assert "808-432-5955" in first(real_kb.ask(Query("kaiser hawaii phone number")), "guide").text


def test_the_plan_s_own_deadline(real_kb: KnowledgeBase) -> None:
    question = "how long do I have to appeal a denial"
    quote = first(real_kb.ask(Query(question, CEDAR_2026)), "contract")
    assert quote.pages is not None
    assert (quote.edition, quote.sample) == ("2026", True)
    assert not tier(real_kb.ask(Query(question)), "contract")


def test_what_to_bring(real_kb: KnowledgeBase) -> None:
    quote = first(real_kb.ask(Query("what must I bring when I file a grievance")), "guide")
    assert quote.doc_id in ("guide-patient-advocate", "guide-customer-care")
    shown = f"{quote.label} {quote.lead_in_text} {quote.text}".lower()
    assert any(word in shown for word in ("say", "include", "bring", "write down", "gather", "have ready", "state"))


def test_a_citation(real_kb: KnowledgeBase) -> None:
    (quote,) = real_kb.ask(Query("HSC 1383.15(i)")).quotes
    assert quote.label == "HSC 1383.15(i)"
    assert quote.text == (
        "(i) If the health care service plan denies a request by an enrollee for a second opinion, it shall notify the "
        "enrollee in writing of the reasons for the denial and shall inform the enrollee of the right to file a "
        "grievance with the plan. The notice shall comply with subdivision (b) of Section 1368.02."
    )


@pytest.mark.parametrize("filters", [Filters(), CEDAR_2026], ids=["no plan", "plan"])
def test_what_no_document_answers(real_kb: KnowledgeBase, filters: Filters) -> None:
    answer = real_kb.ask(Query("does it cover orthodontics for my cat", filters))
    assert (answer.status, answer.quotes) == ("abstained", ())
    assert answer.reason == "not_in_documents"
