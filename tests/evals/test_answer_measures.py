"""Answer measures: exact quotes, key facts, citations, editions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.answers import (
    Ratio,
    citation_precision,
    citation_recall,
    fold,
    key_fact_coverage,
    must_not_violation,
    quote_exactness,
    says,
    top_citation_right,
    wrong_document,
)
from evals.gold import Gold, Texts
from kb.catalog import Generation
from kb.types import Answer, Authority, Document, Quote, Section, Source, Span

TEXT = "The plan shall decide within 72 hours. A member may file within 180 days."


class Shelf:
    """A catalog of one document."""

    def generation(self) -> Generation:
        return Generation(1, "2026-11-22", "", {"law-1@v1": Source("law-1", "law-1.txt", "0" * 64, "A law", "law")})

    def document(self, key: str) -> Document:
        return Document("law-1", "v1", TEXT)


def _quote(
    span: Span, text: str = "", doc_id: str = "law-1", authority: Authority = "law", edition: str = "", plan: str = ""
) -> Quote:
    return Quote(1, doc_id, "v1", "A law", authority, "", span, text or TEXT[slice(*span)], edition=edition, plan=plan)


def _answer(*quotes: Quote, lead: str = "") -> Answer:
    tiers = dict.fromkeys(quote.authority for quote in quotes)
    sections = tuple(Section(tier, "", tuple(q for q in quotes if q.authority == tier)) for tier in tiers)
    return Answer("?", "answered" if quotes else "abstained", None, lead, sections, (), (), 1.0)


def test_a_quote_is_exact_or_not() -> None:
    quotes = [
        _quote((0, 38)),
        _quote((0, 38), TEXT[:38].replace("72 hours", "30 days.")),
        _quote((0, 38), doc_id="law-2"),
        _quote((0, 0), "x"),
        Quote(1, "law-1", "v1", "", "law", "", (5, 5), ""),
    ]
    assert quote_exactness(quotes, Texts(Shelf())) == Ratio(1, 5)
    assert quote_exactness([], Texts(Shelf())) == Ratio(0, 0)


@pytest.mark.parametrize(
    ("text", "phrase", "there"),
    [
        ("within 3 days", "3 days", True),
        ("within 13 days", "3 days", False),
        ("pays $1,500 a year", "$1", False),
        ("pays $1.50", "$1", False),
        ("pays $1.", "$1", True),
        ("pays 1,500", "500", False),
        ("Section 1383.15(c)", "15", False),
        ("a notice", "no", False),
        ("within 180 days.", "180 days", True),
        ("the plan\u2019s \u201cdecision\u201d \u2013 in\u00a0writing", 'plan\'s "Decision" - in writing', True),
        ("seventy\u00adtwo", "seventytwo", True),
        ("anything", " ", False),
    ],
)
def test_a_phrase_stands_as_whole_words_and_numbers(text: str, phrase: str, there: bool) -> None:
    assert says(text, phrase) is there


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert once == " ".join(once.split())


def test_key_facts_need_one_alternative_in_one_quote() -> None:
    facts = (("72 hours", "3 days"), ("180 days",), ("in writing",))
    assert key_fact_coverage(facts, [_quote((0, 38)), _quote((39, len(TEXT)))]) == Ratio(2 / 3, 1)
    assert key_fact_coverage(facts, []) == Ratio(0, 1)
    assert key_fact_coverage((), [_quote((0, 38))]) == Ratio(0, 0)
    assert key_fact_coverage((("hours. A member",),), [_quote((0, 38)), _quote((39, len(TEXT)))]) == Ratio(0, 1)


def test_what_must_not_be_shown_is_looked_for_in_quotes_and_lead() -> None:
    assert must_not_violation(["72 hours"], _answer(_quote((0, 38)))) == Ratio(1, 1)
    assert must_not_violation(["90 days"], _answer(lead="You have 90 days.")) == Ratio(1, 1)
    assert must_not_violation(["90 days"], _answer(_quote((0, 38)))) == Ratio(0, 1)


def test_citations_overlap_gold() -> None:
    gold = [Gold("law-1", (0, 38), 2), Gold("law-1", (30, 40), 2), Gold("law-1", (50, 60), 1), Gold("law-3", (0, 9), 2)]
    quotes = [_quote((0, 20)), _quote((50, 60)), _quote((0, 20), "x" * 20, doc_id="law-2")]
    assert citation_precision(quotes, gold) == Ratio(2, 3)
    assert citation_recall(quotes, gold) == Ratio(1 / 2, 1)
    assert citation_recall([], gold) == Ratio(0, 1)
    assert citation_recall(quotes, [Gold("law-1", (50, 60), 1)]) == Ratio(0, 0)


def test_the_first_quote_of_each_tier_counts() -> None:
    gold = [Gold("law-1", (0, 38), 2)]
    answer = _answer(_quote((0, 20)), _quote((50, 60)), _quote((50, 60), authority="guide"))
    assert top_citation_right(answer, gold) == Ratio(1, 2)
    assert top_citation_right(_answer(), gold) == Ratio(0, 0)


def test_the_first_contract_quote_must_be_of_the_edition_asked() -> None:
    law, old, new = (
        _quote((0, 20)),
        _quote((0, 20), authority="contract", edition="2025", plan="Cedar Coast HMO"),
        _quote((0, 20), authority="contract", edition="2026", plan="Cedar Coast HMO"),
    )
    assert wrong_document([law, old, new], "cedar coast", ["2026"]) == Ratio(1, 1)
    assert wrong_document([law, new, old], "cedar coast", ["2026"]) == Ratio(0, 1)
    assert wrong_document([new], "Pine Valley", ["2026"]) == Ratio(1, 1)
    assert wrong_document([new], "", ["2025", "2026"]) == Ratio(0, 1)
    assert wrong_document([law], "", ["2026"]) == Ratio(0, 0)
