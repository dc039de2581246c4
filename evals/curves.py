"""A run as curves: what is found at each depth, and what refusing by a score alone would cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.answers import Ratio
from evals.bootstrap import Estimate, estimate
from evals.measures import recall_at, success_at
from evals.rows import Row

DEEPEST = 10
"""Hits that a row keeps."""

_REFUSED = ("abstained", "rejected")


@dataclass(frozen=True, slots=True)
class Depth:
    """The first `k` hits: how often gold is among them, and what share of the gold."""

    k: int
    success: Estimate
    recall: Estimate


@dataclass(frozen=True, slots=True)
class Refusing:
    """The share of unanswerable questions that is refused, and of answerable ones that is answered, in [0, 1]."""

    refused: float
    answered: float


def by_depth(rows: Sequence[Row]) -> tuple[Depth, ...]:
    """Success and recall at 1 to `DEEPEST`, over the questions that retrieval measures apply to; () without any."""
    asked = [row for row in rows if row.gold and row.scores.get("recall@10") is not None]
    if not asked:
        return ()
    places = [tuple((hit.doc_id, hit.span) for hit in row.hits) for row in asked]
    return tuple(
        Depth(
            k,
            estimate([Ratio(success_at(k, found, row.gold), 1) for row, found in zip(asked, places, strict=True)]),
            estimate([Ratio(recall_at(k, found, row.gold), 1) for row, found in zip(asked, places, strict=True)]),
        )
        for k in range(1, DEEPEST + 1)
    )


def as_it_is(rows: Sequence[Row]) -> Refusing | None:
    """What the run did; None where it had only answerable or only unanswerable questions."""
    return _refusing(rows, [row.status in _REFUSED for row in rows])


def by_threshold(rows: Sequence[Row]) -> tuple[Refusing, ...]:
    """What refusing every question whose first hit scores below a threshold would do, for each threshold that the
    scores tell apart, the lowest first. A question without a hit is refused; () as for `as_it_is`."""
    tops = [row.hits[0].score if row.hits else 0.0 for row in rows]
    levels = [*sorted(set(tops)), max(tops, default=0.0) + 1]
    found = [
        _refusing(rows, [top < level or not row.hits for row, top in zip(rows, tops, strict=True)]) for level in levels
    ]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _refusing(rows: Sequence[Row], refused: Sequence[bool]) -> Refusing | None:
    answerable = [was for row, was in zip(rows, refused, strict=True) if row.answerable]
    unanswerable = [was for row, was in zip(rows, refused, strict=True) if not row.answerable]
    if not answerable or not unanswerable:
        return None
    return Refusing(sum(unanswerable) / len(unanswerable), 1 - sum(answerable) / len(answerable))
