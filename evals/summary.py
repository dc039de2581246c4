"""Rows summed up: every measure with its interval, and latency, over all rows, by split and by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.bootstrap import estimate
from evals.rows import Row
from evals.scores import MEASURES


@dataclass(frozen=True, slots=True)
class Score:
    """A measure over a group of rows; all None where it has nothing to count, which is the case in `n` = 0 rows."""

    group: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds that the answers of a group took, as the knowledge base reports them; None without rows."""

    group: str
    median_ms: float | None
    p95_ms: float | None
    n: int


def group(rows: Sequence[Row]) -> dict[str, tuple[Row, ...]]:
    """The rows under "all", "split dev", "split test" (where splits are given) and "kind K", kinds by name."""
    groups = {"all": tuple(rows)}
    for split in ("dev", "test"):
        groups[f"split {split}"] = tuple(row for row in rows if row.split == split)
    for kind in sorted({row.kind for row in rows}):
        groups[f"kind {kind}"] = tuple(row for row in rows if row.kind == kind)
    return {name: members for name, members in groups.items() if members or name == "all"}


def scores_of(name: str, rows: Sequence[Row]) -> tuple[Score, ...]:
    """Every measure over the rows, in the order of the table of measures."""
    found = []
    for measure in MEASURES:
        ratios = [ratio for row in rows if (ratio := row.scores.get(measure.name)) is not None]
        result = estimate(ratios)
        found.append(Score(name, measure.name, result.value, result.low, result.high, result.n))
    return tuple(found)


def latency_of(name: str, rows: Sequence[Row]) -> Latency:
    """Median and 95th percentile (linear between rows) of the elapsed time."""
    if not rows:
        return Latency(name, None, None, 0)
    median, p95 = np.percentile([row.elapsed_ms for row in rows], [50, 95])
    return Latency(name, float(median), float(p95), len(rows))
