"""The catalog checked against itself and both indexes: what is missing, what is left over, what does not fit."""

from dataclasses import dataclass
from pathlib import Path

from ingest.build import sentence_texts
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
    wanted = {p.passage_id for key in reader.generation().sources for p in reader.passages(key) if p.kind == "body"}
    kept = {
        p
        for number in store.catalog.generations()
        for p, _ in store.catalog.embedded_texts(store.catalog.members(number))
    }
    found: list[Finding] = []
    for name, rows in (("dense", store.dense.ids()), ("lexical", store.lexical.ids())):
        found += _finding(f"passages missing in the {name} index", sorted(wanted - rows), "python -m ingest build")
        found += _finding(f"rows of no living document in the {name} index", sorted(rows - kept), "python -m ingest gc")
    return found


def _vectors(store: Store, reader: Catalog) -> list[Finding]:
    texts = [
        t
        for key in reader.generation().sources
        for p in reader.passages(key)
        if p.kind == "body"
        for t in sentence_texts(p)
    ]
    known = reader.vectors(store.embedder.model_id, texts)
    return _finding(
        "sentences without a vector", [t for t in dict.fromkeys(texts) if t not in known], "python -m ingest build"
    )


def _files(reader: Catalog) -> list[Finding]:
    lost = [key for key in reader.generation().sources if not reader.file(key).is_file()]
    return _finding("original files missing", lost, "add the document again")


def _finding(where: str, rows: list[str], remedy: str) -> list[Finding]:
    return [Finding(where, len(rows), rows[0], remedy)] if rows else []
