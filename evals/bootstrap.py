"""Bootstrap intervals: how far a score could be off because these questions and not others were asked.

Percentile bootstrap (Efron, 1979) over questions: as many questions are drawn, with replacement, as there are, and
the score is taken again; the interval holds the middle 95 % of 2,000 such scores. A score is the sum of tops over
the sum of bottoms, so shares of quotes or of refusals are resampled by question too. Draws in which nothing can be
counted (a bottom of 0) are left out. The seed is fixed: the same rows give the same interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals.answers import Ratio

RESAMPLES = 2_000
LEVEL = 0.95
SEED = 20_261_122

_Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its interval. All three are None where nothing can be counted; `n` questions have something."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The second run's score minus the first's, with its interval. None where either score has nothing to count.

    `n` pairs have something to count in either run.
    """

    first: float | None
    second: float | None
    value: float | None
    low: float | None
    high: float | None
    n: int


def estimate(ratios: Sequence[Ratio]) -> Estimate:
    """The pooled ratio with its interval, in any order of the questions it applies to (each draw depends on it)."""
    tops, bottoms = _columns(ratios)
    n = int(np.count_nonzero(bottoms))
    if not n:
        return Estimate(None, None, None, 0)
    drawn = _draws(len(ratios))
    scores, defined = _scores(tops, bottoms, drawn)
    low, high = _interval(scores[defined])
    return Estimate(float(tops.sum() / bottoms.sum()), low, high, n)


def difference(first: Sequence[Ratio], second: Sequence[Ratio]) -> Difference:
    """The paired difference of two runs' pooled ratios: item i of both is the same question, and is drawn with both.

    The two must be of one length.
    """
    tops_a, bottoms_a = _columns(first)
    tops_b, bottoms_b = _columns(second)
    n = int(np.count_nonzero(bottoms_a + bottoms_b))
    value_a = float(tops_a.sum() / bottoms_a.sum()) if bottoms_a.any() else None
    value_b = float(tops_b.sum() / bottoms_b.sum()) if bottoms_b.any() else None
    if value_a is None or value_b is None:
        return Difference(value_a, value_b, None, None, None, n)
    drawn = _draws(len(first))
    scores_a, defined_a = _scores(tops_a, bottoms_a, drawn)
    scores_b, defined_b = _scores(tops_b, bottoms_b, drawn)
    both = defined_a & defined_b
    low, high = _interval((scores_b - scores_a)[both])
    return Difference(value_a, value_b, value_b - value_a, low, high, n)


def _columns(ratios: Sequence[Ratio]) -> tuple[_Numbers, _Numbers]:
    """Tops and bottoms, each of shape (n,)."""
    tops = np.array([ratio.top for ratio in ratios], dtype=np.float64)
    return tops, np.array([ratio.bottom for ratio in ratios], dtype=np.float64)


def _draws(n: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Positions of the questions drawn, shape (RESAMPLES, n)."""
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))


def _scores(
    tops: _Numbers, bottoms: _Numbers, drawn: np.ndarray[Any, np.dtype[np.int64]]
) -> tuple[_Numbers, np.ndarray[Any, np.dtype[np.bool_]]]:
    """The score of each draw, shape (RESAMPLES,), and whether it has anything to count (where not, it is 0)."""
    bottom = bottoms[drawn].sum(axis=1)
    defined = bottom > 0
    return np.where(defined, tops[drawn].sum(axis=1) / np.where(defined, bottom, 1.0), 0.0), defined


def _interval(scores: _Numbers) -> tuple[float | None, float | None]:
    """The middle LEVEL of the scores; None where no draw had anything to count."""
    if not scores.size:
        return None, None
    low, high = np.percentile(scores, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)
