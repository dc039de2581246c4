"""Retrieval measures: against trec_eval where the definitions coincide, and by their properties where they do not."""

import random
from collections.abc import Callable, Sequence

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.gold import Gold
from evals.measures import (
    ONE_WORD,
    Place,
    first_ranks,
    is_relevant,
    merge,
    ndcg_at,
    recall_at,
    reciprocal_rank_at,
    success_at,
)
from kb.errors import EvalDataError

_SPANS = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))
_DOCS = st.sampled_from(["a", "b"])
_PLACES = st.lists(st.tuples(_DOCS, _SPANS), max_size=12)
_GOLD = st.lists(st.builds(Gold, _DOCS, _SPANS, st.integers(1, 2)), min_size=1, max_size=8)

_OURS: dict[str, tuple[Callable[[int, Sequence[Place], Sequence[Gold]], float], int]] = {
    **{f"Success@{k}": (success_at, k) for k in (1, 3, 5, 10)},
    **{f"R@{k}": (recall_at, k) for k in (5, 10)},
    "RR@10": (reciprocal_rank_at, 10),
    "nDCG@10": (ndcg_at, 10),
}


def _question(rng: random.Random) -> tuple[list[Place], list[Gold]]:
    """A ranking of disjoint spans, and gold each of which is exactly one of them or of those not found."""
    places: list[Place] = [(rng.choice("ab"), (n * 20, n * 20 + 10)) for n in range(25)]
    rng.shuffle(places)
    gold = [Gold(*place, rng.choice((1, 2))) for place in rng.sample(places, rng.randint(1, 8))]
    return places[: rng.randint(0, 15)], gold


def test_agrees_with_trec_eval_where_each_gold_span_is_one_hit() -> None:
    rng = random.Random(7)
    questions = {str(n): _question(rng) for n in range(300)}
    qrels = [
        ir_measures.Qrel(q, str((g.doc_id, g.span)), g.relevance) for q, (_, gold) in questions.items() for g in gold
    ]
    ranking = [
        ir_measures.ScoredDoc(q, str(place), 100.0 - rank)
        for q, (found, _) in questions.items()
        for rank, place in enumerate(found)
    ]
    theirs = list(ir_measures.iter_calc([ir_measures.parse_measure(name) for name in _OURS], qrels, ranking))
    assert len(theirs) == len(_OURS) * len(questions)
    for metric in theirs:
        measure, k = _OURS[str(metric.measure)]
        assert measure(k, *questions[metric.query_id]) == pytest.approx(metric.value), metric


@given(_GOLD)
def test_merging_keeps_the_characters_and_leaves_no_overlap(gold: list[Gold]) -> None:
    merged = merge(gold)
    assert merge(merged) == merged
    assert merge(reversed(gold)) == merged
    assert _characters(merged) == _characters(gold)
    assert sum(g.span[1] - g.span[0] for g in merged) == len(_characters(gold))
    for part in gold:
        (whole,) = [
            g for g in merged if g.doc_id == part.doc_id and g.span[0] <= part.span[0] and part.span[1] <= g.span[1]
        ]
        assert whole.relevance >= part.relevance


def _characters(gold: list[Gold] | tuple[Gold, ...]) -> set[tuple[str, int]]:
    return {(g.doc_id, n) for g in gold for n in range(*g.span)}


def test_touching_spans_stay_two_and_overlapping_ones_keep_the_higher_relevance() -> None:
    assert merge([Gold("a", (10, 20), 1), Gold("a", (0, 10), 2)]) == (Gold("a", (0, 10), 2), Gold("a", (10, 20), 1))
    assert merge([Gold("a", (0, 11), 1), Gold("a", (10, 20), 2)]) == (Gold("a", (0, 20), 2),)
    assert len(merge([Gold("a", (0, 11), 1), Gold("b", (10, 20), 2)])) == 2
    assert merge([]) == ()


@given(_PLACES, _GOLD)
def test_bounds_and_growth_with_k(found: list[Place], gold: list[Gold]) -> None:
    for measure in (success_at, recall_at, reciprocal_rank_at):
        values = [measure(k, found, gold) for k in range(1, 13)]
        assert values == sorted(values)
        assert all(0.0 <= value <= 1.0 for value in values)
    for k in range(1, 13):
        assert 0.0 <= ndcg_at(k, found, gold) <= 1.0
        assert success_at(k, found, gold) == float(recall_at(k, found, gold) > 0) == float(ndcg_at(k, found, gold) > 0)
    assert success_at(1, found, gold) == reciprocal_rank_at(1, found, gold)


@given(_PLACES, _GOLD)
def test_gold_counts_once(found: list[Place], gold: list[Gold]) -> None:
    assert first_ranks([*found, *found], gold) == first_ranks(found, gold)
    assert recall_at(10, found, gold) == recall_at(10, found, [*gold, *gold])
    assert len({item for item, _ in first_ranks(found, gold)}) == len(first_ranks(found, gold))


@given(_GOLD)
def test_perfect_orders_score_one(gold: list[Gold]) -> None:
    best_first: list[Place] = [(g.doc_id, g.span) for g in sorted(merge(gold), key=lambda g: -g.relevance)]
    assert ndcg_at(10, best_first, gold) == pytest.approx(1.0)
    whole = [Gold("a", g.span, g.relevance) for g in gold]
    assert ndcg_at(10, [("a", (0, 100))], whole) == pytest.approx(1.0)
    assert recall_at(1, [("a", (0, 100))], whole) == 1.0


def test_a_passage_with_two_gold_spans_takes_two_positions() -> None:
    gold = [Gold("a", (0, 10), 1), Gold("a", (20, 30), 1), Gold("b", (0, 10), 2)]
    found: list[Place] = [("a", (0, 30)), ("b", (0, 10))]
    ideal = 2 / 1 + 1 / 1.584962500721156 + 1 / 2
    assert ndcg_at(10, found, gold) == pytest.approx((1 / 1 + 1 / 1.584962500721156 + 2 / 2) / ideal)
    assert recall_at(1, found, gold) == pytest.approx(2 / 3)


def test_a_word_must_be_shared() -> None:
    gold = Gold("a", (100, 150), 2)
    assert is_relevant(("a", (0, 100 + ONE_WORD)), gold)
    assert not is_relevant(("a", (0, 100 + ONE_WORD - 1)), gold)
    assert is_relevant(("a", (150 - ONE_WORD, 300)), gold)
    assert not is_relevant(("b", (100, 150)), gold)
    assert is_relevant(("a", (0, 103)), Gold("a", (100, 103), 2))
    assert not is_relevant(("a", (0, 102)), Gold("a", (100, 103), 2))


def test_no_gold_is_an_error_and_nothing_found_is_nought() -> None:
    with pytest.raises(EvalDataError, match="at least one gold span"):
        recall_at(5, [("a", (0, 10))], [])
    for measure in (success_at, recall_at, reciprocal_rank_at, ndcg_at):
        assert measure(5, [], [Gold("a", (0, 10), 1)]) == 0.0
