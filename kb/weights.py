"""How the parts of search and answering are mixed: numbers found on development questions, in one place.

`python -m evals ablate` leaves out one part at a time.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What a sentence's score is made of: its vector's cosine, its word pieces, the question's words in it, and the
    score of its passage."""

    cosine: float = 0.15
    late: float = 0.4
    overlap: float = 0.15
    passage: float = 0.2


@dataclass(frozen=True, slots=True)
class Weights:
    """How the retrievers are mixed. Each score is divided by its best on this question before it is weighted.

    Only proportions count. Fusion uses the first two; reordering of its best adds `late`. `lexicon`: what a word piece
    that the lexicon added counts beside one of the question; at 0 the lexicon is not asked.
    """

    dense: float = 0.15
    lexical: float = 0.15
    late: float = 1.0
    lexicon: float = 0.5
    sentence: SentenceWeights = field(default_factory=SentenceWeights)
