"""Bootstrap intervals: fixed, honest about nothing to count, and about as wide as they should be."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.answers import Ratio
from evals.bootstrap import Difference, Estimate, difference, estimate

_RATIOS = st.lists(
    st.integers(0, 5).flatmap(lambda bottom: st.integers(0, bottom).map(lambda top: Ratio(top, bottom))), max_size=20
)


def _flags(*values: int) -> list[Ratio]:
    return [Ratio(value, 1) for value in values]


def test_nothing_to_count_gives_no_number() -> None:
    nothing = Estimate(None, None, None, 0)
    assert estimate([]) == nothing
    assert estimate([Ratio(0, 0)] * 3) == nothing
    assert difference([], []) == Difference(None, None, None, None, None, 0)
    assert difference(_flags(1, 0), [Ratio(0, 0)] * 2) == Difference(0.5, None, None, None, None, 2)


def test_a_constant_has_an_interval_without_width() -> None:
    assert estimate([Ratio(3, 4)] * 10) == Estimate(0.75, 0.75, 0.75, 10)
    assert estimate([Ratio(2, 2)]) == Estimate(1.0, 1.0, 1.0, 1)
    assert difference(_flags(*[0] * 9), _flags(*[1] * 9)) == Difference(0.0, 1.0, 1.0, 1.0, 1.0, 9)


def test_two_questions_one_right_may_be_anything() -> None:
    assert estimate(_flags(0, 1)) == Estimate(0.5, 0.0, 1.0, 2)


def test_ratios_are_pooled_not_averaged() -> None:
    result = estimate([Ratio(1, 1), Ratio(1, 9), Ratio(0, 0)])
    assert result.value == pytest.approx(0.2)
    assert result.n == 2


def test_width_is_that_of_the_normal_approximation() -> None:
    result = estimate(_flags(*[0, 1] * 200))
    assert result.low is not None and result.high is not None
    assert result.high - result.low == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 400), rel=0.08)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = random.Random(3)
    held = 0
    for _ in range(200):
        result = estimate(_flags(*(rng.random() < 0.4 for _ in range(60))))
        assert result.low is not None and result.high is not None
        held += result.low <= 0.4 <= result.high
    assert 0.89 <= held / 200 <= 0.99


def test_pairing_makes_the_difference_narrower_than_two_intervals() -> None:
    rng = random.Random(5)
    first = [rng.random() for _ in range(100)]
    result = difference([Ratio(v, 1) for v in first], [Ratio(v + 0.01, 1) for v in first])
    assert (result.value, result.low, result.high) == pytest.approx((0.01, 0.01, 0.01))


def test_a_draw_counts_only_where_both_runs_have_something_to_count() -> None:
    result = difference([Ratio(1, 1)] * 3, [Ratio(1, 1), Ratio(0, 0), Ratio(0, 0)])
    assert (result.value, result.low, result.high) == (0.0, 0.0, 0.0)
    result = difference([Ratio(1, 1), Ratio(0, 0), Ratio(0, 0)], [Ratio(1, 1)] * 3)
    assert (result.value, result.low, result.high) == (0.0, 0.0, 0.0)


@settings(max_examples=40)
@given(_RATIOS)
def test_estimates_repeat_and_stay_in_bounds(ratios: list[Ratio]) -> None:
    result = estimate(ratios)
    assert estimate(ratios) == result
    if result.value is not None and result.low is not None and result.high is not None:
        assert 0.0 <= result.low <= result.high <= 1.0
        assert result.value == pytest.approx(sum(r.top for r in ratios) / sum(r.bottom for r in ratios))
        same = difference(ratios, ratios)
        assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
