"""The catalog checked against itself and both indexes: what is missing, what is left over, what does not fit."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.index import heading, sentence_texts
from ingest.store import Store, writing
from kb.catalog import Catalog
from kb.embed import Embedder
from kb.lexical import fold, row_digest

_ANEW = "move the folder away, python -m ingest build, and add your files again"
_ADD = "python -m ingest build, and add the document again if it is not of the corpus"
_REMAKE = "python -m ingest rebuild-index {}"
_CLOSE = 1e-4  # of unit vectors in single precision; a changed byte that matters moves one further
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: where, how many rows, an example id, and the command that heals it."""

    where: str
    count: int
    example: str
    remedy: str


def verify(folder: Path, embedder: Embedder) -> list[Finding]:
    """Every difference between the catalog and what is derived from it; empty when all is well.

    Raises IndexNotReady, which names the command that heals it, where the catalog or an index cannot be opened.
    """
    with writing(folder, embedder, create=False) as store:
        reader = store.reader()
        found = [
            *_damage(store),
            *_texts(reader),
            *_indexes(store, reader),
            *_vectors(store, reader),
            *_files(reader),
        ]
        reader.close()
    return found


def _damage(store: Store) -> list[Finding]:
    """What SQLite and the checksums of the lexical index say of their own files."""
    return [
        *_finding("faults in the catalog's file", store.catalog.faults(), _ANEW),
        *_finding("damaged files of the lexical index", store.lexical.damaged(), _REMAKE.format("lexical")),
    ]


def _texts(reader: Catalog) -> list[Finding]:
    wrong, unlike = list[str](), list[str]()
    for key in reader.generation().sources:
        document, passages = reader.document(key), reader.passages(key)
        wrong += [p.passage_id for p in passages if document.text[slice(*p.span)] != p.text]
        embedded = reader.embedded_texts([p.passage_id for p in passages])
        unlike += [p.passage_id for p in passages if not embedded[p.passage_id].endswith(fold(p.text))]
    return [
        *_finding("passages that differ from their document's text", wrong, _ANEW),
        *_finding("passages that are not in the text embedded for them", unlike, _ANEW),
    ]


def _indexes(store: Store, reader: Catalog) -> list[Finding]:
    sources, words_only = set(reader.generation().sources), store.catalog.words_only()
    kept = {
        p
        for number in store.catalog.generations()
        for p, _ in store.catalog.embedded_texts(store.catalog.members(number))
    }
    found: list[Finding] = []
    for name, rows, keys, unlike in (
        ("dense", store.dense.ids(), sources - words_only, _unlike_dense(store, reader, sources - words_only)),
        ("lexical", store.lexical.ids(), sources, _unlike_lexical(store, reader, sources)),
    ):
        wanted = {row for row, _ in store.catalog.embedded_texts(keys)}
        found += _finding(f"passages missing in the {name} index", sorted(wanted - rows), "python -m ingest build")
        found += _finding(f"rows of no living document in the {name} index", sorted(rows - kept), "python -m ingest gc")
        found += _finding(f"rows of other content in the {name} index", unlike, _REMAKE.format(name))
    return found


def _unlike_dense(store: Store, reader: Catalog, keys: Collection[str]) -> list[str]:
    """Passages whose row has another text, document or vector than the catalog."""
    unlike: list[str] = []
    for key in sorted(keys):
        passages = [p for p in reader.passages(key) if p.kind == "body"]
        for start in range(0, len(passages), _ROWS):
            part = {p.passage_id: p for p in passages[start : start + _ROWS]}
            texts = reader.embedded_texts(list(part))
            vectors = reader.vectors(store.embedder.model_id, texts.values(), refuse=False)
            for row, (held, text, vector) in store.dense.rows(list(part)).items():
                known = vectors.get(texts[row])
                same = known is None or (vector.shape == known.shape and np.allclose(vector, known, atol=_CLOSE))
                if (held, text) != (part[row].key, part[row].text) or not same:
                    unlike.append(row)
    return unlike


def _unlike_lexical(store: Store, reader: Catalog, keys: Collection[str]) -> list[str]:
    """Passages whose row was made from another text or heading than the catalog has."""
    rows = store.lexical.rows()
    wanted = {
        p.passage_id: row_digest(p, heading(reader.source(key).title, p))
        for key in keys
        for p in reader.passages(key)
        if p.kind == "body"
    }
    return sorted(row for row, digest in wanted.items() if rows.get(row, digest) != digest)


def _vectors(store: Store, reader: Catalog) -> list[Finding]:
    no_vector, no_pieces = list[str](), list[str]()
    for key in sorted(set(reader.generation().sources) - store.catalog.words_only()):
        texts = [text for _, text in store.catalog.embedded_texts([key])]
        sentences = [t for p in reader.passages(key) if p.kind == "body" for t in sentence_texts(p)]
        vectors = reader.vectors(store.embedder.model_id, [*texts, *sentences], refuse=False)
        pieces = reader.tokens(store.embedder.token_model_id, texts, refuse=False)
        no_vector += [text for text in dict.fromkeys([*texts, *sentences]) if text not in vectors]
        no_pieces += [text for text in dict.fromkeys(texts) if text not in pieces]
    return [
        *_finding("texts without a sound vector", no_vector, "python -m ingest build"),
        *_finding("passages without sound word pieces", no_pieces, "python -m ingest build"),
    ]


def _files(reader: Catalog) -> list[Finding]:
    keys = list(reader.generation().sources)
    lost = [key for key in keys if not reader.has_file(key)]
    there = [key for key in keys if key not in lost and reader.file(key).is_file()]
    changed = [key for key in there if _sha256(reader.file(key)) != reader.file(key).stem]
    return [
        *_finding("original files missing", lost, _ADD),
        *_finding("original files that are not as they were", changed, _ADD),
    ]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _finding(where: str, rows: list[str], remedy: str) -> list[Finding]:
    return [Finding(where, len(rows), " ".join(rows[0].split())[:80], remedy)] if rows else []
