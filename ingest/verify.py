"""The catalog checked against itself and both indexes: what is missing, what is left over, what does not fit."""

from dataclasses import dataclass
from pathlib import Path

from ingest.index import sentence_texts
from ingest.store import Store, writing
from kb.catalog import Catalog
from kb.embed import Embedder


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: where, how many rows, an example id, and the command that heals it."""

    where: str
    count: int
    example: str
    remedy: str


def verify(folder: Path, embedder: Embedder) -> list[Finding]:
    """Every difference between the catalog and what is derived from it; empty when all is well."""
    with writing(folder, embedder, create=False) as store:
        reader = store.reader()
        found = [*_texts(reader), *_indexes(store, reader), *_vectors(store, reader), *_files(reader)]
        reader.close()
    return found


def _texts(reader: Catalog) -> list[Finding]:
    wrong = [
        passage.passage_id
        for key in reader.generation().sources
        for text in [reader.document(key).text]
        for passage in reader.passages(key)
        if text[slice(*passage.span)] != passage.text
    ]
    return _finding("passages that differ from their document's text", wrong, "delete the folder and build again")


def _indexes(store: Store, reader: Catalog) -> list[Finding]:
    sources, words_only = set(reader.generation().sources), store.catalog.words_only()
    kept = {
        p
        for number in store.catalog.generations()
        for p, _ in store.catalog.embedded_texts(store.catalog.members(number))
    }
    found: list[Finding] = []
    for name, rows, keys in (
        ("dense", store.dense.ids(), sources - words_only),
        ("lexical", store.lexical.ids(), sources),
    ):
        wanted = {row for row, _ in store.catalog.embedded_texts(keys)}
        found += _finding(f"passages missing in the {name} index", sorted(wanted - rows), "python -m ingest build")
        found += _finding(f"rows of no living document in the {name} index", sorted(rows - kept), "python -m ingest gc")
    return found


def _vectors(store: Store, reader: Catalog) -> list[Finding]:
    no_vector, no_pieces = list[str](), list[str]()
    for key in sorted(set(reader.generation().sources) - store.catalog.words_only()):
        texts = [text for _, text in store.catalog.embedded_texts([key])]
        sentences = [t for p in reader.passages(key) if p.kind == "body" for t in sentence_texts(p)]
        vectors = reader.vectors(store.embedder.model_id, [*texts, *sentences])
        pieces = reader.tokens(store.embedder.token_model_id, texts)
        no_vector += [text for text in dict.fromkeys([*texts, *sentences]) if text not in vectors]
        no_pieces += [text for text in dict.fromkeys(texts) if text not in pieces]
    return [
        *_finding("texts without a vector", no_vector, "python -m ingest build"),
        *_finding("passages without word pieces", no_pieces, "python -m ingest build"),
    ]


def _files(reader: Catalog) -> list[Finding]:
    lost = [key for key in reader.generation().sources if not reader.has_file(key)]
    return _finding("original files missing", lost, "add the document again")


def _finding(where: str, rows: list[str], remedy: str) -> list[Finding]:
    return [Finding(where, len(rows), rows[0], remedy)] if rows else []
