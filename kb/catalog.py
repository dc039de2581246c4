"""Reading the catalog: the current generation's sources, texts, outlines, passages and cached vectors."""

import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from kb.cached import PIECES, VECTORS, cached, refused
from kb.errors import IndexNotReady
from kb.late import Array, Offsets
from kb.rows import PASSAGE_COLUMNS, passage_of, provision_of
from kb.schema import catalog_errors, connect
from kb.types import Document, OutlineEntry, Page, Passage, Provision, Source

Vectors = np.ndarray[Any, np.dtype[np.float32]]

_DATES = ("effective_from", "effective_to", "retrieved", "written")
_DOCUMENTS = 64


@dataclass(frozen=True, slots=True)
class Made:
    """What the index rows of a generation were made with, and the folders of the knowledge base that hold them."""

    model: str = ""
    dense: str = "dense"
    lexical: str = "lexical"


@dataclass(frozen=True, slots=True)
class Generation:
    """An immutable list of document versions: the whole knowledge base at one moment. Keys are ``doc_id@version``.

    `words_only` are those that are found by words and citations alone, since nothing of them is embedded.
    """

    id: int
    created: str
    note: str
    sources: dict[str, Source]
    words_only: frozenset[str] = frozenset()
    made: Made = field(default_factory=Made)


def source_to_json(source: Source) -> str:
    """A Source as one JSON object; dates as ISO 8601."""
    return json.dumps(asdict(source), default=str, ensure_ascii=False, sort_keys=True)


def source_from_json(text: str) -> Source:
    """The Source that `source_to_json` wrote; unknown members are ignored."""
    row: dict[str, Any] = json.loads(text)
    known = {f.name for f in fields(Source)}
    values = {name: value for name, value in row.items() if name in known}
    for name in _DATES:
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    return Source(**values)


class Catalog:
    """The reader of one catalog file. Safe to share between threads; each thread has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._local = threading.local()
        self._generation: Generation | None = None
        self._documents = lru_cache(maxsize=_DOCUMENTS)(self._load_document)
        self._connection()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self.folder, write=False)
        return connection

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        """What an SQL query gives. Raises IndexNotReady where the catalog cannot be read."""
        with catalog_errors(self.folder):
            return self._connection().execute(sql, arguments).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within the context this thread reads the catalog as it was at its first query there."""
        self.rows("BEGIN")
        try:
            yield
        finally:
            if self._connection().in_transaction:
                self.rows("ROLLBACK")

    def stands(self, generation: int) -> bool:
        """Whether a generation is kept: its rows stand in the indexes, and none of them is being deleted."""
        return bool(self.rows("SELECT 1 FROM generation WHERE id = ?", (generation,)))

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def meta(self, name: str) -> str:
        """A setting recorded when the knowledge base was built ("" where it was not), such as the model's id."""
        rows = self.rows("SELECT value FROM meta WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def generation(self) -> Generation:
        """The current generation. Raises IndexNotReady when none was ever published."""
        found = self.rows(
            "SELECT id, created, note, model, dense, lexical FROM generation"
            " WHERE id = (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'generation')"
        )
        if not found:
            raise IndexNotReady(f"the knowledge base in {self.folder} is empty: run `python -m ingest build`")
        number, created, note, *made = found[0]
        cached = self._generation
        if cached is None or (cached.id, cached.made) != (number, Made(*made)):
            cached = self._generation = self._load_generation(number, created, note, Made(*made))
        return cached

    def _load_generation(self, number: int, created: str, note: str, made: Made) -> Generation:
        rows = self.rows(
            "SELECT key, source, embedded FROM document JOIN generation_document USING (key)"
            " WHERE generation = ? ORDER BY doc_id",
            (number,),
        )
        sources = {key: source_from_json(text) for key, text, _ in rows}
        words_only = frozenset(key for key, _, embedded in rows if not embedded)
        return Generation(number, created, note, sources, words_only, made)

    def document(self, key: str) -> Document:
        """The document version `key` with text, pages and outline. Raises IndexNotReady when it is gone.

        The last few are kept in memory: what a key names never changes.
        """
        return self._documents(key)

    def _load_document(self, key: str) -> Document:
        rows = self.rows("SELECT doc_id, version, text FROM document WHERE key = ?", (key,))
        if not rows:
            raise IndexNotReady(f"document {key} is no longer in the catalog: ask again")
        doc_id, version, text = rows[0]
        pages = self.rows("SELECT number, printed, start FROM page WHERE key = ? ORDER BY number", (key,))
        provisions = self.provisions("key = ?", (key,))
        return Document(
            doc_id,
            version,
            text,
            tuple(Page(*row) for row in pages),
            self.outline(key),
            tuple(provision for _, provision in provisions),
        )

    def provisions(self, condition: str, arguments: Sequence[Any]) -> list[tuple[str, Provision]]:
        """(document key, section of law) of those rows of any generation that fit an SQL condition, in text order."""
        rows = self.rows(
            "SELECT key, label, start, end, heading, above, status, effective_from, effective_to, history, url"
            f" FROM provision WHERE {condition} ORDER BY key, ordinal",
            arguments,
        )
        return [(row[0], provision_of(row[1:])) for row in rows]

    def source(self, key: str) -> Source:
        """The source of a document version, in whatever generation."""
        rows = self.rows("SELECT source FROM document WHERE key = ?", (key,))
        if not rows:
            raise IndexNotReady(f"document {key} is no longer in the catalog: ask again")
        return source_from_json(rows[0][0])

    def outline(self, key: str) -> tuple[OutlineEntry, ...]:
        """The labelled stretches of a document version, in text order."""
        rows = self.rows(
            "SELECT start, end, label, heading, level, lead_start, lead_end, url, kind FROM outline"
            " WHERE key = ? ORDER BY ordinal",
            (key,),
        )
        return tuple(
            OutlineEntry((start, end), label, heading, level, None if a is None else (a, b), url, kind)
            for start, end, label, heading, level, a, b, url, kind in rows
        )

    def file(self, key: str) -> Path:
        """The original file of a document version, kept in the knowledge base."""
        rows = self.rows("SELECT file FROM document WHERE key = ?", (key,))
        if not rows:
            raise IndexNotReady(f"document {key} is no longer in the catalog: ask again")
        return self.folder / str(rows[0][0])

    def has_file(self, key: str) -> bool:
        """Whether the original file is where the catalog says; documents out of an archive have none of their own."""
        return not self.rows("SELECT 1 FROM document WHERE key = ? AND file != ''", (key,)) or self.file(key).is_file()

    def passages(self, key: str) -> tuple[Passage, ...]:
        """All passages of a document version, in text order."""
        rows = self.rows(f"SELECT {PASSAGE_COLUMNS} FROM passage WHERE key = ? ORDER BY ordinal", (key,))
        return tuple(passage_of(row) for row in rows)

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of `ids` that exist, by id."""
        found: dict[str, Passage] = {}
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = self.rows(f"SELECT {PASSAGE_COLUMNS} FROM passage WHERE passage_id IN ({marks})", part)
            found.update((passage.passage_id, passage) for passage in map(passage_of, rows))
        return found

    def passages_at(self, label: str) -> tuple[Passage, ...]:
        """The passages of the current generation that stand at a citation label or below it, in text order."""
        places = self.rows(
            "SELECT DISTINCT key, start, end FROM outline JOIN generation_document USING (key)"
            " WHERE generation = ? AND label = ? AND outline.kind = 'body' ORDER BY key, start",
            (self.generation().id, label),
        )
        return tuple(
            passage
            for key, start, end in places
            for passage in self._passages_where("key = ? AND start >= ? AND start < ?", (key, start, end))
        )

    def passages_about(self, section: str) -> tuple[Passage, ...]:
        """The passages of the current generation whose source line names `section`, such as our digest of it."""
        exact = re.compile(re.escape(section) + r"(?![\d.]*\d)")
        others = [key for key, source in self.generation().sources.items() if source.authority != "law"]
        found = (
            passage for key in others for passage in self._passages_where("key = ? AND label LIKE '%(on %'", (key,))
        )
        return tuple(passage for passage in found if exact.search(passage.label.partition("(on ")[2]))

    def _passages_where(self, condition: str, arguments: Sequence[Any]) -> tuple[Passage, ...]:
        rows = self.rows(
            f"SELECT {PASSAGE_COLUMNS} FROM passage WHERE kind = 'body' AND {condition} ORDER BY key, ordinal",
            arguments,
        )
        return tuple(passage_of(row) for row in rows)

    def embedded_texts(self, ids: Sequence[str]) -> dict[str, str]:
        """Passage id -> the text that was embedded for it."""
        found: dict[str, str] = {}
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ",".join("?" * len(part))
            found.update(
                self.rows(f"SELECT passage_id, embedded_text FROM passage WHERE passage_id IN ({marks})", part)
            )
        return found

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Document key -> numbers of its passages and pages, for the current generation."""
        number = (self.generation().id,)
        members = "FROM generation_document LEFT JOIN {} USING (key) WHERE generation = ? GROUP BY key"
        passages = dict(self.rows(f"SELECT key, count(passage_id) {members.format('passage')}", number))
        pages = dict(self.rows(f"SELECT key, count(number) {members.format('page')}", number))
        return {key: (count, pages[key]) for key, count in passages.items()}

    def counts(self) -> tuple[int, int]:
        """Numbers of passages and of pages in the current generation."""
        sizes = self.sizes().values()
        return sum(passages for passages, _ in sizes), sum(pages for _, pages in sizes)

    def vectors(self, model: str, texts: Iterable[str], *, refuse: bool = True) -> dict[str, Vectors]:
        """The cached vectors, shape (dim,), of those `texts` that have one for `model`.

        Of damaged ones IndexNotReady says what to run; without `refuse` they are left out as if they were not there.
        """
        found, damaged = cached(self.rows, VECTORS, model, texts)
        if damaged and refuse:
            raise refused(self.folder, damaged)
        return found

    def tokens(self, model: str, texts: Iterable[str], *, refuse: bool = True) -> dict[str, tuple[Array, Offsets]]:
        """The cached word pieces (vectors, spans) of those `texts` that have them for `model`; `refuse` as above."""
        found, damaged = cached(self.rows, PIECES, model, texts)
        if damaged and refuse:
            raise refused(self.folder, damaged)
        return found
