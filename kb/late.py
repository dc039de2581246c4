"""Late interaction: a question compared with a passage word piece by word piece (ColBERT, Khattab & Zaharia 2020).

Each piece of the question looks for its nearest piece of the passage; the score is the weighted mean of these cosines.
Restricted to the pieces of one sentence, it says how well that sentence, read in its passage, answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]
Offsets = np.ndarray[Any, np.dtype[np.int32]]

_SCALE = 127.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """The word pieces of one text: unit `vectors`, shape (n, dim); `spans`, character ranges in the text, shape (n, 2);
    `weights`, shape (n,), of sum 1, how much each piece counts in a question; `vector`, of the text as a whole."""

    vectors: Array
    spans: Offsets
    weights: Array
    vector: Array


def packed(tokens: Tokens) -> tuple[bytes, bytes]:
    """Vectors as signed bytes (127 = 1) and spans as 32-bit integers: what the catalog keeps."""
    return np.rint(tokens.vectors * _SCALE).astype(np.int8).tobytes(), tokens.spans.astype(np.int32).tobytes()


def unpacked(vectors: bytes, spans: bytes) -> tuple[Array, Offsets]:
    """Vectors, shape (n, dim), and spans, shape (n, 2), of what `packed` gave."""
    offsets = np.frombuffer(spans, dtype=np.int32).reshape(-1, 2)
    flat = np.frombuffer(vectors, dtype=np.int8).astype(np.float32) / _SCALE
    return flat.reshape(len(offsets), -1) if len(offsets) else flat.reshape(0, 1), offsets


def lessened(question: Tokens, start: int, share: float) -> Tokens:
    """`question` with the pieces from character `start` on counting `share` of what they did; as it is where none
    stand before it."""
    weights = np.where(question.spans[:, 0] < start, 1.0, share).astype(np.float32) * question.weights
    total = float(weights.sum())
    return replace(question, weights=weights / total) if total > 0 else question


def similarities(question: Tokens, vectors: Array) -> Array:
    """Cosines of every piece of the question with every piece of a passage, shape (pieces asked, pieces there)."""
    return question.vectors @ vectors.T if len(vectors) else np.zeros((len(question.vectors), 0), dtype=np.float32)


def score(question: Tokens, cosines: Array) -> float:
    """Weighted mean over the question's pieces of the best cosine, 0 where there is nothing to compare."""
    return float(question.weights @ cosines.max(axis=1)) if cosines.size else 0.0


def scores(question: Tokens, passages: Sequence[Array]) -> list[float]:
    """The `score` of each passage's pieces, in their order, by one multiplication."""
    sizes = [len(vectors) for vectors in passages]
    if not any(sizes):
        return [0.0] * len(sizes)
    cosines = similarities(question, np.concatenate([vectors for vectors in passages if len(vectors)]))
    starts = np.cumsum([0, *(size for size in sizes if size)])[:-1]
    found = iter((question.weights @ np.maximum.reduceat(cosines, starts, axis=1)).tolist())
    return [float(next(found)) if size else 0.0 for size in sizes]


def score_within(question: Tokens, cosines: Array, spans: Offsets, start: int, end: int) -> float:
    """`score` with the pieces between characters `start` and `end` alone."""
    inside = (spans[:, 0] < end) & (spans[:, 1] > start)
    return score(question, cosines[:, inside])
