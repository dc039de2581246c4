"""Writing the catalog. A new document version is stored beside the old one; `publish` switches in one transaction."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from kb.cached import text_digest
from kb.catalog import Made, Vectors, source_to_json
from kb.dense import SEAL
from kb.errors import IndexNotReady
from kb.late import Tokens, packed
from kb.law import split_label
from kb.schema import catalog_errors, connect
from kb.types import Document, Passage, Source


class CatalogWriter:
    """The one writer of a catalog; the caller holds the knowledge base's lock."""

    def __init__(self, folder: Path) -> None:
        self._connection = connect(folder, write=True)
        self._folder = folder

    def close(self) -> None:
        """Close the connection; what was not published stays invisible."""
        self._connection.close()

    def current(self) -> int:
        """The current generation's number, 0 when none was published."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
        return int(row[0]) if row else 0

    def previous(self) -> int:
        """The generation that answered before the current one, 0 when there is none to go back to."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = 'previous'").fetchone()
        return int(row[0]) if row and row[0] and int(row[0]) in self.generations() else 0

    def has_document(self, key: str) -> bool:
        """Whether this document version is stored, in whatever generation."""
        return self._connection.execute("SELECT 1 FROM document WHERE key = ?", (key,)).fetchone() is not None

    def add_document(
        self,
        source: Source,
        document: Document,
        file: str,
        passages: Sequence[Passage],
        embedded: Sequence[str],
        *,
        words_only: bool = False,
    ) -> None:
        """Store a document version with its passages and what is embedded for each, in one transaction.

        Of a document that is found by `words_only` nothing is embedded until a `publish` says so.
        """
        key = document.key
        outline = [
            (key, n, *e.span, e.label, e.heading, e.level, *(e.lead_in or (None, None)), e.url, e.kind)
            for n, e in enumerate(document.outline)
        ]
        rows = [
            (p.passage_id, key, n, *p.span, p.text, p.label, *(p.pages or (None, None)), p.printed_page,
             *(p.lead_in or (None, None)), p.url, p.kind, text)
            for n, (p, text) in enumerate(zip(passages, embedded, strict=True))
        ]  # fmt: skip
        with self._transaction() as c:
            c.execute(
                "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, document.doc_id, document.version, source_to_json(source), file, document.text, not words_only),
            )
            c.executemany(
                "INSERT INTO page VALUES (?, ?, ?, ?)", [(key, p.number, p.printed, p.start) for p in document.pages]
            )
            c.executemany(f"INSERT INTO outline VALUES ({','.join('?' * 11)})", outline)
            c.executemany(f"INSERT INTO provision VALUES ({','.join('?' * 14)})", _provisions(document))
            c.executemany(f"INSERT INTO passage VALUES ({','.join('?' * 15)})", rows)

    def words_only(self) -> set[str]:
        """The keys of stored document versions that are found by words alone."""
        return {row[0] for row in self._connection.execute("SELECT key FROM document WHERE NOT embedded")}

    def embedded_texts(self, keys: Iterable[str]) -> list[tuple[str, str]]:
        """(passage id, embedded text) of the searchable passages of document versions `keys`."""
        found: list[tuple[str, str]] = []
        for key in keys:
            found += self._connection.execute(
                "SELECT passage_id, embedded_text FROM passage WHERE key = ? AND kind = 'body' ORDER BY ordinal", (key,)
            ).fetchall()
        return found

    def add_vectors(self, model: str, vectors: Mapping[str, Vectors]) -> None:
        """Cache vectors by the text they were made from."""
        rows = [(model, text_digest(text), np.asarray(v, dtype=np.float32).tobytes()) for text, v in vectors.items()]
        with self._transaction() as c:
            c.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)

    def add_tokens(self, model: str, tokens: Mapping[str, Tokens]) -> None:
        """Cache word pieces by the text they were made from."""
        rows = [(model, text_digest(text), *packed(found)) for text, found in tokens.items()]
        with self._transaction() as c:
            c.executemany("INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?)", rows)

    def publish(
        self, keys: Iterable[str], note: str, made: Made | None = None, embedded: Iterable[str] = (), seal: str = ""
    ) -> int:
        """Make a new generation of document versions `keys` current; all readers see it from their next question.

        From then on `embedded` are embedded as others are. `seal` is that of the dense folder in `made`, "" where it
        was published before. A generation of the same documents as the one before takes its place: what can be
        rolled back to stays.
        """
        now, made, wanted = datetime.now(UTC).isoformat(timespec="seconds"), made or self.made(), set(keys)
        with self._transaction() as c:
            before = self.previous() if self.members(self.current()) == wanted else self.current()
            cursor = c.execute(
                "INSERT INTO generation (created, note, model, dense, lexical) VALUES (?, ?, ?, ?, ?)",
                (now, note, made.model, made.dense, made.lexical),
            )
            number = int(cursor.lastrowid or 0)
            c.executemany("INSERT INTO generation_document VALUES (?, ?)", [(number, key) for key in sorted(wanted)])
            c.executemany("UPDATE document SET embedded = 1 WHERE key = ?", [(key,) for key in embedded])
            self._switch(number, str(before or ""), made, seal)
        return number

    def _switch(self, current: int, previous: str, made: Made, seal: str) -> None:
        rows = [("generation", str(current)), ("previous", previous), ("model", made.model)]
        rows += [(SEAL + made.dense, seal)] if seal else []
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    def seal(self, folder: str) -> str:
        """The digest of a published dense folder's files; "" where an older program published it."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (SEAL + folder,)).fetchone()
        return str(row[0]) if row else ""

    def made(self) -> Made:
        """What the rows of the current generation were made with, and where they are."""
        row = self._connection.execute(
            "SELECT model, dense, lexical FROM generation WHERE id = ?", (self.current(),)
        ).fetchone()
        return Made(*row) if row else Made()

    def index_folders(self) -> set[str]:
        """Names of the index folders that the generations kept have their rows in."""
        rows = self._connection.execute("SELECT dense, lexical FROM generation").fetchall()
        return {name for row in rows for name in row}

    def members(self, generation: int) -> set[str]:
        """The keys of a generation's document versions."""
        rows = self._connection.execute("SELECT key FROM generation_document WHERE generation = ?", (generation,))
        return {row[0] for row in rows}

    def generations(self) -> list[int]:
        """Numbers of all generations kept, oldest first."""
        return [row[0] for row in self._connection.execute("SELECT id FROM generation ORDER BY id")]

    def roll_back(self, made: Made | None = None, seal: str = "") -> int:
        """Make the generation that answered before current again, with its rows where `made` says; `seal` as publish's.

        Raises IndexNotReady when there is none.
        """
        before, made = self.previous(), made or self.made()
        if not before:
            raise IndexNotReady(f"the knowledge base in {self._folder} has no earlier generation to go back to")
        with self._transaction() as c:
            c.execute(
                "UPDATE generation SET model = ?, dense = ?, lexical = ? WHERE id = ?",
                (made.model, made.dense, made.lexical, before),
            )
            self._switch(before, "", made, seal)
        return before

    def forget_generations(self, keep: Iterable[int]) -> None:
        """Delete all generations but `keep`: from now on no answer is given from them, and their rows may go."""
        with self._transaction() as c:
            for number in set(self.generations()) - set(keep):
                c.execute("DELETE FROM generation WHERE id = ?", (number,))
            gone = {row[0] for row in c.execute("SELECT name FROM meta") if row[0].startswith(SEAL)}
            gone -= {SEAL + name for name in self.index_folders()}
            c.executemany("DELETE FROM meta WHERE name = ?", [(name,) for name in gone])

    def unused(self, keep: Iterable[int]) -> set[str]:
        """Keys of stored document versions that stand in none of the generations `keep`."""
        stored = {row[0] for row in self._connection.execute("SELECT key FROM document")}
        return stored - set().union(*(self.members(number) for number in keep))

    def drop(self, keys: Iterable[str], keep: Iterable[int]) -> list[str]:
        """Delete document versions `keys` and all generations but `keep`; the files that nothing uses any more."""
        doomed, kept = set(keys), set(keep)
        with self._transaction() as c:
            for number in set(self.generations()) - kept:
                c.execute("DELETE FROM generation WHERE id = ?", (number,))
            files = {c.execute("SELECT file FROM document WHERE key = ?", (key,)).fetchone()[0] for key in doomed}
            for key in doomed:
                c.execute("DELETE FROM document WHERE key = ?", (key,))
        used = {row[0] for row in self._connection.execute("SELECT file FROM document")}
        return sorted(files - used)

    def forget_vectors(self, model: str, needed: Collection[bytes]) -> int:
        """Delete cached vectors that are not of `model` or whose text's digest is not `needed`; how many went."""
        return self._forget("vector", model, needed)

    def forget_tokens(self, model: str, needed: Collection[bytes]) -> int:
        """Delete cached word pieces that are not of `model` or whose text's digest is not `needed`; how many went."""
        return self._forget("token", model, needed)

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file; nothing where it is whole."""
        with catalog_errors(self._folder):
            found = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check(20)")]
        return [] if found == ["ok"] else found

    def _forget(self, table: str, model: str, needed: Collection[bytes]) -> int:
        stored = self._connection.execute(f"SELECT model, digest FROM {table}").fetchall()
        doomed = [(m, digest) for m, digest in stored if m != model or digest not in needed]
        with self._transaction() as c:
            c.executemany(f"DELETE FROM {table} WHERE model = ? AND digest = ?", doomed)
        return len(doomed)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection: commits at the context's end, rolls back on an error."""
        with catalog_errors(self._folder), self._connection:
            yield self._connection


def _provisions(document: Document) -> list[tuple[object, ...]]:
    """The rows of a document's sections of law."""
    return [
        (document.key, n, *p.span, p.label, *split_label(p.label), p.heading,
         json.dumps(p.above, ensure_ascii=False), p.status, p.effective_from and p.effective_from.isoformat(),
         p.effective_to and p.effective_to.isoformat(), p.history, p.url)
        for n, p in enumerate(document.provisions)
    ]  # fmt: skip
