"""Small working stand-ins: embedders that need no model."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from kb.catalog import Vectors
from kb.dense import DenseIndex
from kb.errors import ModelError
from kb.late import Tokens
from kb.lexical import stems

DIMENSIONS = 384
TOKEN_DIMENSIONS = 96


@cache
def stem_vector(stem: str) -> Vectors:
    """The unit vector of a stem: fixed for ever, and nearly at right angles to every other stem's."""
    seed = int.from_bytes(hashlib.sha256(stem.encode("utf-8", "surrogatepass")).digest()[:8], "little")
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


class HashEmbedder:
    """Texts that share stems lie near each other; a text without a stem gets a place of its own. Counts its calls."""

    def __init__(self, model_id: str = "hashed-stems-1") -> None:
        self.model_id = model_id
        self.calls = 0
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384)."""
        self.calls += 1
        self.texts += texts
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            total = sum((stem_vector(stem) for stem in stems(text)), np.zeros(DIMENSIONS, dtype=np.float32))
            length = float(np.linalg.norm(total))
            vectors[row] = total / length if length > 1e-6 else stem_vector("")
        return vectors

    @property
    def token_model_id(self) -> str:
        """The same weights make the word pieces."""
        return f"{self.model_id}+words"

    def embed_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Every word of a text with its stem's vector, all of equal weight."""
        return [self._tokens(text, vector) for text, vector in zip(texts, self.embed(texts), strict=True)]

    def _tokens(self, text: str, vector: Vectors) -> Tokens:
        words = [match for match in re.finditer(r"[^\W_]+", text) if stems(match.group())]
        vectors = [stem_vector(stems(word.group())[0])[:TOKEN_DIMENSIONS] for word in words]
        stacked = np.array(vectors, dtype=np.float32).reshape(-1, TOKEN_DIMENSIONS)
        unit = stacked / np.maximum(np.linalg.norm(stacked, axis=1, keepdims=True), 1e-9)
        spans = np.array([word.span() for word in words], dtype=np.int32).reshape(-1, 2)
        weights = np.full(len(words), 1 / max(len(words), 1), dtype=np.float32)
        return Tokens(unit, spans, weights, vector)


class FailingEmbedder(HashEmbedder):
    """Works for `good` calls, then fails as a model that runs out of memory would."""

    def __init__(self, good: int = 0) -> None:
        super().__init__()
        self._good = good

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As HashEmbedder; ModelError once the good calls are used up."""
        if self.calls >= self._good:
            raise ModelError("the embedding model failed: out of memory")
        return super().embed(texts)


def lose_rows(index: DenseIndex, key: str) -> None:
    """Delete the rows of one document version behind the back of everybody: the program itself never deletes rows."""
    index._collection.delete(where={"key": key})
