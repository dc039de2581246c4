"""Vectors and word pieces of stored texts: the catalog's, and for the few that it lacks made at once.

Law that is found by its words alone has none in the catalog; what a question meets of it is embedded then.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from kb.catalog import Catalog, Vectors
from kb.embed import Embedder
from kb.late import Array, Offsets, packed, unpacked

AT_ONCE = 12
"""Passages that are embedded for one question."""

SENTENCES_AT_ONCE = 4 * AT_ONCE
_KEPT = 4000  # texts of each kind that stay in memory
_RECENT_VECTORS, _RECENT_PIECES = 8_000, 1_000
"""Stored texts whose vectors and word pieces stay in memory: about 12 and 60 MB."""

T = TypeVar("T")


class _Recent(Generic[T]):
    """What was read for texts of late. A text's vectors never change, so nothing here is ever out of date."""

    def __init__(self, most: int, read: Callable[[Sequence[str]], dict[str, T]]) -> None:
        self._most, self._read = most, read
        self._guard = threading.Lock()
        self._kept: dict[str, T] = {}

    def of(self, texts: Sequence[str]) -> dict[str, T]:
        """Text -> what is kept or read for it; texts that have nothing stored are left out."""
        with self._guard:
            known = {text: self._kept.pop(text) for text in texts if text in self._kept}
            self._kept.update(known)  # now the last to go
        read = self._read([text for text in texts if text not in known]) if len(known) < len(texts) else {}
        with self._guard:
            self._kept.update(read)
            for text in list(self._kept)[: max(0, len(self._kept) - self._most)]:
                del self._kept[text]
        return known | read


class Embedded:
    """Reads vectors and word pieces by text. Safe for threads.

    Raises IndexNotReady where what the catalog has of a text is damaged.
    """

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._embedder = embedder
        self._guard = threading.Lock()
        self._passages: dict[str, tuple[Array, Offsets, Vectors]] = {}
        self._sentences: dict[str, Vectors] = {}
        self._vectors = _Recent(_RECENT_VECTORS, lambda texts: catalog.vectors(embedder.model_id, texts))
        self._pieces = _Recent(_RECENT_PIECES, lambda texts: catalog.tokens(embedder.token_model_id, texts))

    def sentence_vectors(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Text -> vector, shape (dim,); of sentences that have none stored the first SENTENCES_AT_ONCE get one."""
        wanted = list(dict.fromkeys(texts))
        found = self._vectors.of(wanted)
        lacking = [text for text in wanted if text not in found][:SENTENCES_AT_ONCE]
        return found | self._made(self._sentences, lacking, self._embedder.embed)

    def vectors(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Passage's text -> vector, shape (dim,); of those that have none stored the first AT_ONCE get one."""
        wanted = list(dict.fromkeys(texts))
        found = self._vectors.of(wanted)
        made = self._passages_of([text for text in wanted if text not in found])
        return found | {text: vector for text, (_, _, vector) in made.items()}

    def tokens(self, texts: Sequence[str]) -> dict[str, tuple[Array, Offsets]]:
        """Text -> word pieces (vectors, spans); of texts that have none stored the first AT_ONCE get them."""
        wanted = list(dict.fromkeys(texts))
        found = self._pieces.of(wanted)
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
