"""Whether what was found answers the question at all: a probability from inspectable signs, and its threshold."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kb.evidence import Evidence

THRESHOLD = 0.15
"""A question whose evidence is less likely to answer is refused."""

SURE = 0.5
"""Below it the answer says that it is not sure: of the development questions between both about half had an answer."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the decision rests on, each in [0, 1].

    cosine: of the best sentence; late: of the best passage, word piece by word piece;
    strange: share of a short question's content words that stand in no document at all, misspellings forgiven (0 for
    a question of more than six content words: a long story always has some).
    """

    cosine: float
    late: float
    strange: float


def signs(
    evidence: Sequence[Evidence],
    words: Sequence[str],
    is_strange: Callable[[str], bool],
    late: Mapping[str, float],
) -> Signs:
    """The signs of a question's evidence; all zero where there is none. `words` are the question's stems."""
    if not evidence:
        return Signs(0.0, 0.0, 0.0)
    asked = set(words)
    strange = sum(map(is_strange, asked)) / len(asked) if 0 < len(asked) <= _SHORT else 0.0
    return Signs(
        max(e.cosine for e in evidence),
        max(late.values(), default=0.0),
        strange,
    )


_SHORT = 6
# Fitted with class weights and an L2 penalty on the 293 development questions of 2026-11-22, 109 of them unanswerable
# (area under the curve 0.857 in cross-validation). At the threshold 1 in a hundred answerable questions was refused,
# and 38 in a hundred of the unanswerable; at 0.3 it would be 6 and 58, short questions on costs among the 6.
# The weight of "strange" was fitted as -2.39 and made stronger by hand: a word that no document has says much.
_BIAS = -8.33
_WEIGHTS = {"cosine": 4.96, "late": 11.43, "strange": -6.5}


def probability(s: Signs) -> float:
    """Probability that the evidence answers the question: a logistic model of the signs."""
    total = _BIAS + sum(weight * float(getattr(s, name)) for name, weight in _WEIGHTS.items())
    return 1.0 / (1.0 + math.exp(-total))
