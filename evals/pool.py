"""The passages of a data set as a knowledge base of their own, made without ingest: written once, then only opened.

A data set brings its passages cut, so nothing is read or split; each is stored, embedded and indexed as `ingest` does
with its own. What was embedded before an interruption is not embedded again.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.measures import Place
from kb.catalog import Catalog, Made
from kb.catalog_writer import CatalogWriter
from kb.dense import DenseIndex
from kb.embed import Embedder
from kb.errors import EvalDataError
from kb.lexical import LexicalIndex
from kb.types import Document, Passage, Source

Progress = Callable[[int, int], None]
"""Called with the numbers of texts embedded and to embed."""

_BATCH = 256
_AT_A_TIME = 4_000  # passages whose vectors are in memory at once


@dataclass(frozen=True, slots=True)
class Item:
    """A passage as a data set has it. `embedded` is the text that every retriever is given for it; `heading` are words
    that the lexical index counts half; both may repeat the title and the label."""

    document: str
    label: str
    text: str
    embedded: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """Items laid out as documents: `passages`, `embedded` and `headings` run in step with the items."""

    titles: dict[str, str]
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    embedded: tuple[str, ...]
    headings: tuple[str, ...]

    def place(self, index: int) -> Place:
        """Where the item of that index stands."""
        return self.passages[index].doc_id, self.passages[index].span

    @property
    def keys(self) -> tuple[str, ...]:
        """The document keys, sorted."""
        return tuple(sorted(document.key for document in self.documents))


def pooled(items: Sequence[Item]) -> Pool:
    """The items as documents, in which they stand one after the other. Raises EvalDataError for a blank item."""
    blank = next((item for item in items if not item.text.strip()), None)
    if blank is not None:
        raise EvalDataError(f"{blank.document}, {blank.label}: the passage is blank: leave it out")
    members: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        members.setdefault(item.document, []).append(index)
    documents, titles = list[Document](), dict[str, str]()
    passages: dict[int, Passage] = {}
    for title, indexes in members.items():
        doc_id = f"set-{_digest([title])[:12]}"
        text = "\n\n".join(items[index].text for index in indexes)
        document = Document(doc_id, _digest([text])[:12], text)
        documents.append(document)
        titles[document.key] = title
        start = 0
        for index in indexes:
            item = items[index]
            end = start + len(item.text)
            passages[index] = Passage(doc_id, document.version, (start, end), item.text, item.label)
            start = end + 2
    return Pool(
        titles,
        tuple(documents),
        tuple(passages[index] for index in range(len(items))),
        tuple(item.embedded for item in items),
        tuple(item.heading for item in items),
    )


def made(folder: Path, pool: Pool, embedder: Embedder, progress: Progress) -> None:
    """Write the knowledge base of `pool` into `folder`, unless it stands there already.

    Raises EvalDataError where the folder holds another knowledge base.
    """
    mark = _digest([*pool.keys, *pool.embedded, *pool.headings, embedder.model_id, embedder.token_model_id])
    folder.mkdir(parents=True, exist_ok=True)
    writer = CatalogWriter(folder)
    reader = Catalog(folder)
    try:
        if writer.current() and reader.generation().note == mark:
            return
        if writer.current() and reader.generation().sources.keys() != set(pool.keys):
            raise EvalDataError(f"{folder} holds other documents: choose another folder with --kb")
        _store(writer, pool)
        _embed(writer, reader, pool, embedder, progress)
        _index(folder, reader, pool, embedder.model_id)
        writer.publish(pool.keys, mark, Made(embedder.model_id))
    finally:
        reader.close()
        writer.close()


def _store(writer: CatalogWriter, pool: Pool) -> None:
    members: dict[str, list[int]] = {}
    for index, passage in enumerate(pool.passages):
        members.setdefault(passage.key, []).append(index)
    for document in pool.documents:
        if not writer.has_document(document.key):
            indexes = members[document.key]
            writer.add_document(
                Source(document.doc_id, "", document.version, pool.titles[document.key], "guide"),
                document,
                "",
                [pool.passages[index] for index in indexes],
                [pool.embedded[index] for index in indexes],
            )


def _embed(writer: CatalogWriter, reader: Catalog, pool: Pool, embedder: Embedder, progress: Progress) -> None:
    """Vectors with word pieces for passages that have none, shortest first. Sentences are embedded when asked for."""
    pieces = reader.tokens(embedder.token_model_id, pool.embedded)
    vectors = reader.vectors(embedder.model_id, set(pool.embedded))
    lacking = sorted({text for text in pool.embedded if text not in pieces or text not in vectors}, key=len)
    for start in range(0, len(lacking), _BATCH):
        progress(start, len(lacking))
        batch = lacking[start : start + _BATCH]
        tokens = dict(zip(batch, embedder.embed_tokens(batch), strict=True))
        writer.add_tokens(embedder.token_model_id, tokens)
        writer.add_vectors(embedder.model_id, {text: found.vector for text, found in tokens.items()})
    progress(len(lacking), len(lacking))


def _index(folder: Path, reader: Catalog, pool: Pool, model: str) -> None:
    dense, lexical = DenseIndex(folder, model, create=True), LexicalIndex(folder, create=True)
    try:
        for start in range(0, len(pool.passages), _AT_A_TIME):
            part = slice(start, start + _AT_A_TIME)
            vectors = reader.vectors(model, pool.embedded[part])
            dense.add(pool.passages[part], np.stack([vectors[text] for text in pool.embedded[part]]))
        lexical.add(pool.passages, pool.headings)
    finally:
        dense.close()


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()
