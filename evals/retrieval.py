"""How well a system finds: every question asked, its places measured against gold, rows that `compare` reads."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from evals import measures
from evals.answers import Ratio
from evals.bootstrap import estimate
from evals.gold import Gold
from evals.measures import Place
from evals.posed import Posed
from evals.rows import Found, Row
from evals.summary import Latency, Score, latency_of
from evals.systems import Search
from kb.errors import QueryError

DEPTH = 100
"""Places asked for: the deepest cut that a measure looks at."""

_SHOWN = 10  # places kept in a row


@dataclass(frozen=True, slots=True)
class Ranked:
    """A measure of places, best first, against gold: its stable name, and its value in [0, 1], high being better."""

    name: str
    of: Callable[[Sequence[Place], Sequence[Gold]], float]


RANKED: tuple[Ranked, ...] = (
    *(Ranked(f"success@{k}", partial(measures.success_at, k)) for k in (1, 3, 5)),
    *(Ranked(f"recall@{k}", partial(measures.recall_at, k)) for k in (5, 10, 100)),
    Ranked("mrr@10", partial(measures.reciprocal_rank_at, 10)),
    Ranked("ndcg@10", partial(measures.ndcg_at, 10)),
)


def asked(search: Search, questions: Iterable[Posed]) -> Iterator[Row]:
    """A row for each question, in order. A question that is refused (an unknown plan) found nothing."""
    for posed in questions:
        begun = time.perf_counter()
        try:
            found, refusal = search(posed, DEPTH), ""
        except QueryError as exc:
            found, refusal = [], str(exc)
        elapsed = (time.perf_counter() - begun) * 1000
        yield _row(posed, found, refusal, elapsed)


def _row(posed: Posed, found: Sequence[Place], refusal: str, elapsed_ms: float) -> Row:
    """Scores of hits are not kept (0): those of two systems are not of one scale."""
    return Row(
        id=posed.id,
        question=posed.question,
        kind=posed.kind,
        split=posed.split,
        answerable=True,
        status="rejected" if refusal else "found" if found else "nothing",
        reason=refusal or None,
        quotes=(),
        hits=tuple(Found(doc_id, span, "", 0.0) for doc_id, span in found[:_SHOWN]),
        notices=(),
        gold=posed.gold,
        scores={measure.name: Ratio(measure.of(found, posed.gold), 1) for measure in RANKED},
        elapsed_ms=round(elapsed_ms, 3),
    )


def scores_of(rows: Sequence[Row]) -> tuple[Score, ...]:
    """Every measure with its interval, over all rows and by kind where there are several."""
    groups = {"all": list(rows)}
    kinds = sorted({row.kind for row in rows})
    if len(kinds) > 1:
        groups |= {f"kind {kind}": [row for row in rows if row.kind == kind] for kind in kinds}
    scores = []
    for name, members in groups.items():
        for measure in RANKED:
            ratios = [ratio for row in members if (ratio := row.scores[measure.name]) is not None]
            result = estimate(ratios)
            scores.append(Score(name, measure.name, result.value, result.low, result.high, result.n))
    return tuple(scores)


def spent(rows: Sequence[Row]) -> Latency:
    """Median and 95th percentile of milliseconds a question, the first left out: it loads model and index."""
    return latency_of("all", rows[1:] if len(rows) > 1 else rows)
