"""Vectors and word pieces of stored texts: the catalog's, and for the few that it lacks made at once.

Law that is found by its words alone has none in the catalog; what a question meets of it is embedded then.
"""

import threading
from collections.abc import Sequence
from typing import Any

from kb.catalog import Catalog, Vectors
from kb.embed import Embedder
from kb.late import Array, Offsets, packed, unpacked

AT_ONCE = 12
"""Passages that are embedded for one question."""

SENTENCES_AT_ONCE = 4 * AT_ONCE
_KEPT = 4000  # texts whose vectors stay in memory


class Embedded:
    """Reads vectors and word pieces by text. Safe for threads."""

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._guard = threading.Lock()
        self._vectors: dict[str, Vectors] = {}
        self._tokens: dict[str, tuple[Array, Offsets]] = {}

    def sentence_vectors(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Text -> vector, shape (dim,); of sentences that have none stored the first SENTENCES_AT_ONCE get one."""
        wanted = list(dict.fromkeys(texts))
        found = self._catalog.vectors(self._embedder.model_id, wanted)
        lacking = [text for text in wanted if text not in found][:SENTENCES_AT_ONCE]
        with self._guard:
            new = [text for text in lacking if text not in self._vectors]
            _make_room(self._vectors)
            self._vectors |= zip(new, self._embedder.embed(new), strict=True) if new else ()
            return found | {text: self._vectors[text] for text in lacking if text in self._vectors}

    def vectors(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Passage's text -> vector, shape (dim,); of those that have none stored the first AT_ONCE get one."""
        wanted = list(dict.fromkeys(texts))
        found = self._catalog.vectors(self._embedder.model_id, wanted)
        self.tokens([text for text in wanted if text not in found][:AT_ONCE])
        return found | {text: self._vectors[text] for text in wanted if text not in found and text in self._vectors}

    def tokens(self, texts: Sequence[str]) -> dict[str, tuple[Array, Offsets]]:
        """Text -> word pieces (vectors, spans); of texts that have none stored the first AT_ONCE get them."""
        wanted = list(dict.fromkeys(texts))
        found = self._catalog.tokens(self._embedder.token_model_id, wanted)
        lacking = [text for text in wanted if text not in found][:AT_ONCE]
        with self._guard:
            new = [text for text in lacking if text not in self._tokens]
            _make_room(self._tokens)
            for text, tokens in zip(new, self._embedder.embed_tokens(new) if new else (), strict=True):
                self._tokens[text] = unpacked(*packed(tokens))
                self._vectors[text] = tokens.vector
            return found | {text: self._tokens[text] for text in lacking if text in self._tokens}


def _make_room(kept: dict[str, Any]) -> None:
    if len(kept) > _KEPT:
        kept.clear()
