"""A copy of a knowledge base with everything embedded by another embedder: the same passages, other vectors."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from kb.catalog import Catalog, Made
from kb.catalog_writer import CatalogWriter
from kb.dense import DenseIndex
from kb.embed import Embedder
from kb.sentences import embedded_sentence, sentences
from kb.types import Passage

_DENSE = "dense-anew"
_BATCH = 256


def embedded_anew(folder: Path, into: Path, embedder: Embedder) -> None:
    """Write the copy of `folder` into the folder `into`. Nothing may write to `folder` meanwhile.

    Documents that are found by words alone stay so.
    """
    shutil.copytree(folder, into, ignore=shutil.ignore_patterns("dense*", "files"), dirs_exist_ok=True)
    with closing(CatalogWriter(into)) as writer, closing(Catalog(into)) as reader:
        generation = reader.generation()
        keys = generation.sources.keys() - generation.words_only
        passages = [p for key in sorted(keys) for p in reader.passages(key) if p.kind == "body"]
        texts = reader.embedded_texts([p.passage_id for p in passages])
        for batch in _batches(sorted(set(texts.values()), key=len)):
            tokens = dict(zip(batch, embedder.embed_tokens(batch), strict=True))
            writer.add_tokens(embedder.token_model_id, tokens)
            writer.add_vectors(embedder.model_id, {text: found.vector for text, found in tokens.items()})
        for batch in _batches(sorted({text for p in passages for text in _sentences(p)}, key=len)):
            writer.add_vectors(embedder.model_id, dict(zip(batch, embedder.embed(batch), strict=True)))
        vectors = reader.vectors(embedder.model_id, set(texts.values()))
        with closing(DenseIndex(into, embedder.model_id, create=True, name=_DENSE)) as dense:
            dense.add(passages, np.stack([vectors[texts[p.passage_id]] for p in passages]))
        made = Made(embedder.model_id, _DENSE, generation.made.lexical)
        writer.publish(generation.sources, "embedded anew", made)


def _sentences(passage: Passage) -> list[str]:
    return [embedded_sentence(passage.label, passage.text[start:end]) for start, end in sentences(passage.text)]


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH))
