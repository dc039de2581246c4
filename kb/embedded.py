"""Vectors and word pieces of stored texts: the catalog's, and for the few that it lacks made at once.

Law that is found by its words alone has none in the catalog; what a question meets of it is embedded then.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from kb.catalog import Catalog, Vectors
from kb.embed import Embedder
from kb.late import Array, Offsets, packed, unpacked

AT_ONCE = 12
"""Passages that are embedded for one question."""

SENTENCES_AT_ONCE = 4 * AT_ONCE
_KEPT = 4000  # texts of each kind that stay in memory

T = TypeVar("T")


class Embedded:
    """Reads vectors and word pieces by text. Safe for threads.

    Raises IndexNotReady where what the catalog has of a text is damaged.
    """

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._guard = threading.Lock()
        self._passages: dict[str, tuple[Array, Offsets, Vectors]] = {}
        self._sentences: dict[str, Vectors] = {}

    def sentence_vectors(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Text -> vector, shape (dim,); of sentences that have none stored the first SENTENCES_AT_ONCE get one."""
        wanted = list(dict.fromkeys(texts))
        found = self._catalog.vectors(self._embedder.model_id, wanted)
        lacking = [text for text in wanted if text not in found][:SENTENCES_AT_ONCE]
        return found | self._made(self._sentences, lacking, self._embedder.embed)

    def vectors(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Passage's text -> vector, shape (dim,); of those that have none stored the first AT_ONCE get one."""
        wanted = list(dict.fromkeys(texts))
        found = self._catalog.vectors(self._embedder.model_id, wanted)
        made = self._passages_of([text for text in wanted if text not in found])
        return found | {text: vector for text, (_, _, vector) in made.items()}

    def tokens(self, texts: Sequence[str]) -> dict[str, tuple[Array, Offsets]]:
        """Text -> word pieces (vectors, spans); of texts that have none stored the first AT_ONCE get them."""
        wanted = list(dict.fromkeys(texts))
        found = self._catalog.tokens(self._embedder.token_model_id, wanted)
        made = self._passages_of([text for text in wanted if text not in found])
        return found | {text: (vectors, spans) for text, (vectors, spans, _) in made.items()}

    def _passages_of(self, lacking: Sequence[str]) -> dict[str, tuple[Array, Offsets, Vectors]]:
        def make(texts: list[str]) -> list[tuple[Array, Offsets, Vectors]]:
            return [(*unpacked(*packed(found)), found.vector) for found in self._embedder.embed_tokens(texts)]

        return self._made(self._passages, lacking[:AT_ONCE], make)

    def _made(self, kept: dict[str, T], texts: Sequence[str], make: Callable[[list[str]], Iterable[T]]) -> dict[str, T]:
        """Text -> what `make` gives for it, now or before; all of `texts`, whatever else is kept or forgotten."""
        with self._guard:
            new = [text for text in texts if text not in kept]
            if len(kept) + len(new) > _KEPT:
                kept.clear()
                new = list(texts)
            if new:
                kept.update(zip(new, make(new), strict=True))
            return {text: kept[text] for text in texts}
