"""Retrieval measures over spans: what was found, best first, against gold spans.

Gold spans that overlap are merged first, so each stretch counts once. A found place is relevant to a gold span of
the same document when they share at least `ONE_WORD` characters, or the whole of a shorter gold span. A gold
span counts once, for the first place that is relevant to it. Where every gold span is exactly one found span the
measures are those of trec_eval (Success, R, RR, nDCG with linear gain), which the tests check.

All take places best first and return a number in [0, 1]; nothing found gives 0; no gold is an EvalDataError.
"""

import math
from collections.abc import Iterable, Sequence

from evals.gold import Gold
from kb.errors import EvalDataError
from kb.types import Span

Place = tuple[str, Span]
"""A doc_id and a span of that document."""

ONE_WORD = 5
"""Characters: the mean length of a word of English running text (4.7 letters) rounded up. Sharing less is a passage
boundary that cuts into a word or a full stop, not a finding."""


def merge(gold: Iterable[Gold]) -> tuple[Gold, ...]:
    """The gold with overlapping spans of a document joined, by doc_id and start; the higher relevance is kept.

    Spans that only touch do not overlap.
    """
    merged: list[Gold] = []
    for item in sorted(gold, key=lambda g: (g.doc_id, g.span)):
        last = merged[-1] if merged else None
        if last is not None and last.doc_id == item.doc_id and item.span[0] < last.span[1]:
            span = (last.span[0], max(last.span[1], item.span[1]))
            merged[-1] = Gold(item.doc_id, span, max(last.relevance, item.relevance))
        else:
            merged.append(item)
    return tuple(merged)


def is_relevant(found: Place, gold: Gold) -> bool:
    """Whether the place shares a word's length with the gold span (see the module)."""
    doc_id, (start, end) = found
    shared = min(end, gold.span[1]) - max(start, gold.span[0])
    return doc_id == gold.doc_id and shared >= min(ONE_WORD, gold.span[1] - gold.span[0])


def overlaps_any(found: Place, gold: Iterable[Gold]) -> bool:
    """Whether the place is relevant to one of the gold spans."""
    return any(is_relevant(found, item) for item in gold)


def first_ranks(found: Sequence[Place], gold: Iterable[Gold]) -> tuple[tuple[Gold, int], ...]:
    """Each merged gold span that was found, with the rank from 1 of the first relevant place, by that rank.

    Gold found at one rank comes by relevance, highest first, then by doc_id and start.
    """
    spans = merge(gold)
    if not spans:
        raise EvalDataError("a retrieval measure needs at least one gold span")
    ranks = [(item, rank) for item in spans if (rank := _first(found, item))]
    return tuple(sorted(ranks, key=lambda pair: (pair[1], -pair[0].relevance)))


def _first(found: Sequence[Place], gold: Gold) -> int:
    """The rank from 1 of the first place relevant to the gold span; 0 where there is none."""
    return next((rank for rank, one in enumerate(found, 1) if is_relevant(one, gold)), 0)


def success_at(k: int, found: Sequence[Place], gold: Iterable[Gold]) -> float:
    """1 if one of the first k places is relevant."""
    return float(bool(first_ranks(found[:k], gold)))


def recall_at(k: int, found: Sequence[Place], gold: Sequence[Gold]) -> float:
    """The share of merged gold spans, of either relevance, that one of the first k places is relevant to."""
    return len(first_ranks(found[:k], gold)) / len(merge(gold))


def reciprocal_rank_at(k: int, found: Sequence[Place], gold: Iterable[Gold]) -> float:
    """1 / rank of the first relevant place among the first k."""
    ranks = first_ranks(found[:k], gold)
    return 1 / ranks[0][1] if ranks else 0.0


def ndcg_at(k: int, found: Sequence[Place], gold: Sequence[Gold]) -> float:
    """Normalised discounted cumulative gain: relevance / log2(1 + position), over that of the ideal order.

    After Järvelin and Kekäläinen (2002), with linear gain. A gold span's position is the rank of the first place
    that is relevant to it. Where one place holds several, they take that position and the next ones, and what
    follows moves down: positions stay distinct, so the value is at most 1, and a long passage is not punished.
    """
    ideal = sorted((item.relevance for item in merge(gold)), reverse=True)
    gain, position = 0.0, 0
    for item, rank in first_ranks(found[:k], gold):
        position = max(rank, position + 1)
        if position <= k:
            gain += item.relevance / math.log2(1 + position)
    best = sum(relevance / math.log2(1 + n) for n, relevance in enumerate(ideal[:k], 1))
    return min(1.0, gain / best)
