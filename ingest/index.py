"""The indexes filled from the catalog: what has no vector is embedded, what an index lacks is added."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ingest.store import At, Progress, Store, silent, unwatched, writing
from kb.catalog import Catalog
from kb.embed import Embedder
from kb.errors import SourceError
from kb.sentences import embedded_sentence, sentences
from kb.types import Passage

GROUP = 4_000
"""Passages that are embedded and indexed at a time."""


def index(store: Store, keys: Iterable[str], progress: Progress, embedded: Collection[str] = ()) -> bool:
    """Bring both indexes to hold every passage of `keys`: what is missing in one of them is added. Whether any was.

    Of documents that are found by words alone nothing is embedded, but for those of `embedded`. The dense index is
    not written once it is published: where rows are to be added, another one is filled, with what is kept and no more.
    """
    reader = store.reader()
    keys = set(keys)
    words_only, in_lexical = store.catalog.words_only() - set(embedded), store.lexical.ids()
    lacking = _lacking(store, keys, words_only, store.dense.ids(), in_lexical)
    if lacking and store.renew_published_dense():
        lacking = _lacking(store, _kept(store, keys), words_only, set(), in_lexical)
    done, total = 0, sum(count for _, count in lacking)
    for group in _groups(lacking):
        progress("index", done, total)
        _index_group(store, reader, group, words_only, progress)
        done += sum(count for key, count in lacking if key in group)
    progress("index", total, total)
    reader.close()
    return bool(lacking)


def _lacking(
    store: Store, keys: set[str], words_only: set[str], in_dense: Collection[str], in_lexical: Collection[str]
) -> list[tuple[str, int]]:
    """The documents of `keys` that an index lacks passages of, each with the number of its passages."""
    lacking: list[tuple[str, int]] = []
    for key in sorted(keys):
        ids = [row for row, _ in store.catalog.embedded_texts([key])]
        if any(row not in in_lexical or (row not in in_dense and key not in words_only) for row in ids):
            lacking.append((key, len(ids)))
    return lacking


def _kept(store: Store, keys: set[str]) -> set[str]:
    """What somebody needs once `keys` are published: these, and the generation that is then the one before."""
    current = store.catalog.members(store.catalog.current())
    return keys | current | (store.catalog.members(store.catalog.previous()) if keys == current else set())


def _groups(documents: Sequence[tuple[str, int]]) -> Iterator[set[str]]:
    """The keys of `documents` in groups of about GROUP passages, so that memory stays bounded."""
    group, size = set[str](), 0
    for key, count in documents:
        if group and size + count > GROUP:
            yield group
            group, size = set(), 0
        group.add(key)
        size += count
    if group:
        yield group


def _index_group(store: Store, reader: Catalog, keys: set[str], words_only: set[str], progress: Progress) -> None:
    passages = [p for key in sorted(keys) for p in reader.passages(key) if p.kind == "body"]
    titles = {key: reader.source(key).title for key in keys}
    dense = [p for p in passages if p.key not in words_only]
    if dense:
        texts = dict(store.catalog.embedded_texts(sorted(keys - words_only)))
        store.embed(list(texts.values()), [t for p in dense for t in sentence_texts(p)], progress)
        vectors = reader.vectors(store.embedder.model_id, texts.values())
        store.dense.add(dense, np.stack([vectors[texts[p.passage_id]] for p in dense]))
        store.at("dense added")
    if passages:
        store.lexical.add(passages, [heading(titles[p.key], p) for p in passages])
        store.at("lexical added")


def fill_vectors(store: Store, keys: Iterable[str], progress: Progress) -> None:
    """Embed again what should have a vector and has none."""
    reader = store.reader()
    for key in sorted(set(keys) - store.catalog.words_only()):
        passages = [p for p in reader.passages(key) if p.kind == "body"]
        texts = [text for _, text in store.catalog.embedded_texts([key])]
        store.embed(texts, [text for p in passages for text in sentence_texts(p)], progress)
    reader.close()


def embed(
    names: Sequence[str], folder: Path, embedder: Embedder, progress: Progress = silent, at: At = unwatched
) -> list[str]:
    """Embed documents of law that were found by their words alone; the titles of those that it was done for.

    `names` are authorities ("HSC") or doc_ids. Raises SourceError for a name that no such document has. What was
    done before an interruption stays, and is not done again.
    """
    with writing(folder, embedder, create=False, at=at) as store:
        reader = store.reader()
        generation = reader.generation()
        authority = dict(reader.rows("SELECT DISTINCT key, authority FROM provision"))
        waiting = {key: source for key, source in generation.sources.items() if key in generation.words_only}
        chosen: dict[str, str] = {}
        for name in names:
            fitting = {key: s.title for key, s in waiting.items() if name in (s.doc_id, authority.get(key))}
            if not fitting:
                raise SourceError(f"no document that is found by words alone is called {name!r}")
            chosen |= fitting
        if chosen:
            index(store, set(generation.sources), progress, chosen)
            store.publish(generation.sources, f"embed {' '.join(names)}", sorted(chosen))
        reader.close()
    return sorted(chosen.values())


def sentence_texts(passage: Passage) -> list[str]:
    """What is embedded for each sentence of a passage."""
    return [embedded_sentence(passage.label, passage.text[start:end]) for start, end in sentences(passage.text)]


def heading(title: str, passage: Passage) -> str:
    """What is indexed as the heading of a passage of a document."""
    return f"{title} {passage.label}"
