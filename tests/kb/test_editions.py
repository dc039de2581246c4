"""What is said of a contract's editions, and of law that goes with our summary of it."""

from dataclasses import replace
from datetime import date

import pytest

from kb.base import KnowledgeBase
from kb.editions import edition_notices, refusal_elsewhere
from kb.named import without_names
from kb.scope import Scope
from kb.types import Filters, Hit, Passage, Query, Quote, Section, Source

PLAN = "Cedar Coast Health Plan (sample)"
BOOK = Source(
    "b25", "p", "0", "Cedar Coast 2025", "contract", plan=PLAN, edition="2025", effective_to=date(2025, 12, 31)
)
WITHIN = Scope(Filters(plan=PLAN, edition="2026"), (), (), ())


def hit(label: str, page: int | None) -> Hit:
    pages = None if page is None else (page, page)
    return Hit(Passage("b25", "v", (0, 5), "Words", label, pages), 0.9, 1, "fused")


def test_a_refusal_names_where_another_edition_speaks() -> None:
    said = refusal_elsewhere("other_edition", WITHIN, [hit("Benefits > Doula Visits", 12)], {"b25@v": BOOK})
    assert said.endswith("It stands in Cedar Coast 2025, \u201cDoula Visits\u201d, page 12.")
    assert said.startswith(f"The 2026 edition of {PLAN} does not answer that")
    missing = refusal_elsewhere("other_edition", replace(WITHIN, missing="2023"), [], {})
    assert missing == f"No 2023 edition of {PLAN} is here."
    assert refusal_elsewhere("needs_plan", WITHIN, [], {}).startswith("That depends on your plan's contract.")


def test_a_quoted_edition_that_is_over_and_two_plans_meant_are_said() -> None:
    quote = Quote(1, "b25", "v", BOOK.title, "contract", "L", (0, 5), "Words", edition="2025", plan=PLAN)
    sections = (Section("contract", "Your plan's contract", (quote,)),)
    (over,) = edition_notices(WITHIN, sections, {"b25@v": BOOK}, date(2026, 6, 1))
    assert (over.kind, "was in force until 2025-12-31" in over.text) == ("older_edition", True)
    assert edition_notices(WITHIN, sections, {"b25@v": BOOK}, date(2025, 6, 1)) == ()
    (both,) = edition_notices(replace(WITHIN, named_plan="Blue Harbor"), (), {}, date(2026, 6, 1))
    assert (both.kind, "Blue Harbor" in both.text) == ("choose_plan", True)


@pytest.mark.parametrize(
    ("question", "names", "periods", "expected"),
    [
        ("what does an MRI cost with Cedar Coast in 2025?", [PLAN], ["2025"], "what does an MRI cost?"),
        ("what does my 2026 book say about dental", [], ["2026"], "what does say about dental"),
        ("Cedar Coast's dental rules", [PLAN], [], "dental rules"),
        ("Cedar Coast dental", [PLAN], [], "Cedar Coast dental"),
        ("is dental covered", [PLAN], ["2025"], "is dental covered"),
    ],
)
def test_plan_and_year_are_taken_out_of_a_question(
    question: str, names: list[str], periods: list[str], expected: str
) -> None:
    assert without_names(question, names, periods) == expected


def test_a_year_that_is_not_held_is_refused_with_the_place_elsewhere(corpus_kb: KnowledgeBase) -> None:
    answer = corpus_kb.ask(Query("what does my 2023 Cedar Coast book say about an MRI"))
    assert (answer.status, answer.reason) == ("abstained", "other_edition")
    assert answer.lead.startswith(f"No 2023 edition of {PLAN} is here.")
    assert answer.hits
    assert {hit.passage.doc_id for hit in answer.hits} <= {"cedar-coast-2025", "cedar-coast-2026"}
    assert not answer.quotes
