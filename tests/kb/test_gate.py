"""The gate: what differs by one character from its document is not shown."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.build import build
from kb.catalog import Catalog
from kb.errors import IndexNotReady
from kb.gate import gated, numbered, stands
from kb.types import Quote, Span
from tests.corpora import Corpus
from tests.fakes import HashEmbedder

TEXT = (
    "The plan shall answer within 72 hours, not to exceed five days, whenever possible.\n\n"
    "It shall not charge a fee of $25 before January 1, 2026, and may never charge more than 1.5 percent.\n\n"
    "No enrollee shall be denied a review unless the request of 07/01/2000 is incomplete. The plan shall answer again."
)
OTHER = TEXT.replace("72 hours", "30 days").replace("2026", "2025")
TEXTS = {"law@v1": TEXT, "law@v2": OTHER, "empty@v1": ""}

FACTS = re.compile(
    r"\d[\d./,]*\d|\d|\b(?:not|never|no|unless|before|may|shall|hours|days|five|January|charge|denied)\b", re.I
)
REPLACEMENTS = ("", "30", "73", "7", "not", "after", "February", "ten", "must", "\u0662", "days", " not", "sixty")


def quote(span: Span, text: str | None = None, **fields: object) -> Quote:
    made = Quote(0, "law", "v1", "Law", "law", "HSC 1", span, TEXT[slice(*span)] if text is None else text)
    return replace(made, **fields)  # type: ignore[arg-type]


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """A stretch of TEXT with at least one word in it."""
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, len(TEXT)))
    assume(TEXT[start:end].strip())
    return (start, end)


def kept(item: Quote) -> bool:
    return gated([item], TEXTS.__getitem__) == (item,)


@given(spans())
def test_exact_words_are_kept(span: Span) -> None:
    assert kept(quote(span))


@given(spans(), spans())
def test_exact_words_with_an_exact_lead_in_are_kept(span: Span, lead: Span) -> None:
    assert kept(quote(span, lead_in=lead, lead_in_text=TEXT[slice(*lead)]))


@given(spans(), st.data())
def test_a_changed_number_date_or_negation_is_dropped(span: Span, data: st.DataObject) -> None:
    words = TEXT[slice(*span)]
    facts = list(FACTS.finditer(words))
    assume(facts)
    fact = data.draw(st.sampled_from(facts))
    new = data.draw(st.sampled_from([r for r in REPLACEMENTS if r != fact.group()]))
    assert not kept(quote(span, words[: fact.start()] + new + words[fact.end() :]))


@given(spans(), st.data())
def test_a_word_put_in_is_dropped(span: Span, data: st.DataObject) -> None:
    words = TEXT[slice(*span)]
    place = data.draw(st.integers(0, len(words)))
    added = data.draw(st.sampled_from(["not ", "0", " ", "\u200b", "\u00ad", "\n"]))
    assert not kept(quote(span, words[:place] + added + words[place:]))


@given(spans(), st.sampled_from(["upper", "lower", "title", "swapcase"]))
def test_another_case_is_dropped(span: Span, change: str) -> None:
    words = TEXT[slice(*span)]
    other = getattr(words, change)()
    assume(other != words)
    assert not kept(quote(span, other))


@given(spans(), st.integers(-200, 200), st.integers(-200, 200))
def test_a_shifted_span_is_kept_only_where_the_same_words_stand(span: Span, left: int, right: int) -> None:
    moved = (span[0] + left, span[1] + right)
    words = TEXT[slice(*span)]
    same = moved[0] >= 0 and moved[1] - moved[0] == len(words) and TEXT.startswith(words, moved[0])
    assert kept(quote(moved, words)) == same


@given(spans())
def test_another_version_is_dropped_unless_it_says_the_same_there(span: Span) -> None:
    swapped = quote(span, version="v2")
    assert kept(swapped) == (OTHER[slice(*span)] == TEXT[slice(*span)])


@given(spans(), spans(), st.data())
def test_a_wrong_lead_in_drops_a_right_quote(span: Span, lead: Span, data: st.DataObject) -> None:
    words = TEXT[slice(*lead)]
    wrong = data.draw(st.sampled_from([words + "x", words[:-1], "", words.swapcase() + "0"]))
    assert not kept(quote(span, lead_in=lead, lead_in_text=wrong))


@pytest.mark.parametrize(
    "span", [(-5, 10), (-10, -1), (10, 10), (10, 5), (0, len(TEXT) + 1), (len(TEXT), len(TEXT) + 3), (82, 84)]
)
def test_a_span_out_of_order_out_of_range_or_blank_is_dropped(span: Span) -> None:
    assert not kept(quote(span, TEXT[slice(*span)]))


def test_nothing_stands_in_an_empty_document() -> None:
    assert not stands(quote((0, 0), ""), "")
    assert gated([quote((0, 3), "The", doc_id="empty")], TEXTS.__getitem__) == ()


def test_the_good_are_kept_in_order_when_others_are_dropped() -> None:
    good = [quote((0, 8)), quote((9, 14)), quote((20, 40))]
    bad = [quote((0, 8), "the plan"), quote((1, 9), "The plan")]
    assert gated([good[0], bad[0], good[1], bad[1], good[2]], TEXTS.__getitem__) == tuple(good)


def test_a_document_that_is_gone_is_an_error_not_a_drop(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    catalog = Catalog(folder)
    with pytest.raises(IndexNotReady, match=r"document law@v1 is no longer in the catalog"):
        gated([quote((0, 8))], lambda key: catalog.document(key).text)


@given(st.lists(spans(), max_size=8))
def test_marks_count_from_one(found: list[Span]) -> None:
    marked = numbered(quote(span) for span in found)
    assert [q.n for q in marked] == list(range(1, len(found) + 1))
    assert [replace(q, n=0) for q in marked] == [quote(span) for span in found]


@given(spans(), st.integers(-40, 40), st.integers(-40, 40))
def test_a_core_must_be_words_of_its_quote(span: Span, left: int, right: int) -> None:
    core = (span[0] + left, span[1] + right)
    inside = span[0] <= core[0] < core[1] <= span[1]
    assert stands(quote(span, core=(core,)), TEXT) == (stands(quote(span), TEXT) and inside)
