"""Curves over a run, and what went wrong with a question, on rows whose outcome is known by hand."""

from dataclasses import replace

import pytest

from evals.answers import Ratio
from evals.curves import DEEPEST, Refusing, as_it_is, by_depth, by_threshold
from evals.failures import FAILURES, failures_of
from evals.gold import Gold
from evals.rows import Found, Row

HIT = Found("law", (0, 100), "HSC 1", 0.9)
MISS = Found("law", (500, 600), "HSC 2", 0.8)
GOOD = Row(
    id="a",
    question="q",
    kind="may_i",
    split="dev",
    answerable=True,
    status="answered",
    reason=None,
    quotes=(),
    hits=(HIT, MISS),
    notices=(),
    gold=(Gold("law", (10, 60), 2),),
    scores={"recall@10": Ratio(1, 1), "success@10": Ratio(1, 1), "all_key_facts": Ratio(1, 1)},
    elapsed_ms=1.0,
)
LATE = replace(GOOD, id="b", hits=(MISS, HIT))
OFF = replace(GOOD, id="c", answerable=False, status="abstained", gold=(), scores={}, hits=(replace(MISS, score=0.2),))


def test_what_is_found_grows_with_depth() -> None:
    depths = by_depth([GOOD, LATE, OFF])
    assert [depth.k for depth in depths] == list(range(1, DEEPEST + 1))
    assert [depths[0].success.value, depths[1].success.value, depths[-1].recall.value] == [0.5, 1.0, 1.0]
    assert depths[0].success.n == 2
    values = [depth.recall.value or 0.0 for depth in depths]
    assert values == sorted(values)


def test_without_gold_there_is_no_curve() -> None:
    assert by_depth([OFF]) == ()


def test_a_threshold_trades_answers_for_refusals() -> None:
    rows = [GOOD, replace(GOOD, id="d", hits=(replace(HIT, score=0.1),)), OFF]
    curve = by_threshold(rows)
    assert curve[0] == Refusing(0.0, 1.0) and curve[-1] == Refusing(1.0, 0.0)
    assert Refusing(1.0, 0.5) in curve
    assert as_it_is(rows) == Refusing(1.0, 1.0)
    assert as_it_is([GOOD]) is None and by_threshold([GOOD]) == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (GOOD, ()),
        (OFF, ()),
        (replace(GOOD, status="abstained"), ("refused",)),
        (replace(OFF, status="answered"), ("answered",)),
        (replace(GOOD, scores={"success@10": Ratio(0, 1)}), ("not_found",)),
        (replace(GOOD, scores={"all_key_facts": Ratio(0, 1)}), ("fact_missing",)),
        (replace(GOOD, scores={"must_not_violations": Ratio(1, 1)}), ("forbidden",)),
        (replace(GOOD, scores={"wrong_document": Ratio(1, 1)}), ("wrong_document",)),
        (replace(GOOD, scores={"quote_exactness": Ratio(0, 3)}), ("not_verbatim",)),
        (replace(GOOD, scores={"quote_exactness": Ratio(0, 0), "success@10": None}), ()),
    ],
)
def test_each_failure_is_told_from_its_row(row: Row, expected: tuple[str, ...]) -> None:
    assert failures_of(row) == expected
    assert set(expected) <= set(FAILURES)
