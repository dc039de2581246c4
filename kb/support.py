"""Whether what was found answers the question at all: a probability from inspectable signs, and its threshold."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.evidence import Evidence, overlap
from kb.lexical import stems

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Signs:
    """What the decision rests on, each in [0, 1] but `words` (number of content words asked with).

    cosine: best sentence; passage: best passage cosine; overlap: best share of the question's idf mass in one
    sentence with its heading; pooled: the same over the three best passages together; unseen: share of the
    question's content words that stand in no document; margin: how far the best score is above the tenth.
    """

    cosine: float
    passage: float
    overlap: float
    pooled: float
    unseen: float
    margin: float
    words: int


def signs(
    evidence: Sequence[Evidence], weights: Mapping[str, float], unseen: float, cosines: Mapping[str, float]
) -> Signs:
    """The signs of a question's evidence (strongest first); all zero where there is none."""
    if not evidence:
        return Signs(0.0, 0.0, 0.0, 0.0, unseen, 0.0, len(weights))
    passages = list({e.passage.passage_id: e.passage for e in evidence[:12]}.values())[:3]
    pooled = overlap(weights, stems(" ".join(f"{p.label} {p.text}" for p in passages)))
    tenth = evidence[min(9, len(evidence) - 1)].score
    return Signs(
        max(e.cosine for e in evidence),
        max(cosines.values(), default=0.0),
        max(e.overlap for e in evidence[:10]),
        pooled,
        unseen,
        evidence[0].score - tenth,
        len(weights),
    )


_BIAS = -3.0
_WEIGHTS = {"cosine": 4.0, "passage": 2.0, "overlap": 1.5, "pooled": 2.0, "unseen": -3.0, "margin": 0.0}


def probability(s: Signs) -> float:
    """Probability that the evidence answers the question: a logistic model of the signs."""
    total = _BIAS + sum(weight * float(getattr(s, name)) for name, weight in _WEIGHTS.items())
    return 1.0 / (1.0 + math.exp(-total))
