"""The tables of the bulk archive in a temporary database: sections come out in the order of the table of contents."""

import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kb.errors import SourceError

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE node (code TEXT, path TEXT, key TEXT, columns TEXT, holds INTEGER, heading TEXT, PRIMARY KEY (code, path));
CREATE TABLE place (version TEXT PRIMARY KEY, code TEXT, path TEXT, key TEXT, rank INTEGER);
CREATE TABLE section (
    id TEXT, code_rank INTEGER, number_key TEXT, built_key TEXT, version TEXT PRIMARY KEY, code TEXT, written TEXT,
    columns TEXT, built TEXT, article TEXT, effective TEXT, history TEXT, lob TEXT, size INTEGER
);
"""
# Where the table of sections gives no place, the only node that has the row's own columns is one.
_ORDERED = """
WITH lone AS (
    SELECT code, columns, min(path) AS path, min(key) AS key FROM node WHERE holds GROUP BY code, columns
    HAVING count(*) = 1
)
SELECT s.id, s.code_rank, s.version, s.code, s.written, s.columns, s.built, s.article, s.effective, s.history, s.lob,
       s.size, coalesce(p.path, l.path, '')
FROM section s
LEFT JOIN place p ON p.version = s.version AND p.code = s.code
LEFT JOIN lone l ON p.path IS NULL AND l.code = s.code AND l.columns = s.columns
ORDER BY s.code_rank, s.code, coalesce(p.key, l.key, '~' || s.built_key), p.rank IS NULL, p.rank, s.number_key, s.id
"""
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Node:
    """A heading of the table of contents. path: dotted, "9.3.1"; holds: sections stand right under it."""

    code: str
    path: str
    columns: str
    holds: bool
    heading: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a version of a section stands: under the node `path`, the `rank`th there."""

    version: str
    code: str
    path: str
    rank: int


@dataclass(frozen=True, slots=True)
class Row:
    """A version of a section. columns: its division, title, ... as the table has them, tabs between; built: the same in
    the order in which its code is built. rank: the place of its code among the codes.

    effective: "YYYY-MM-DD ..." or ""; size: bytes of its lob; path: of its node, "" where the archive tells none.
    """

    id: str
    rank: int
    version: str
    code: str
    written: str
    columns: str
    built: str
    article: str
    effective: str
    history: str
    lob: str
    size: int
    path: str = ""


class Spool:
    """A database in a temporary folder, gone at the end of the ``with`` statement. Twins of a key are left out."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="recourse-", ignore_cleanup_errors=True)
        try:
            self._db = sqlite3.connect(Path(self._folder.name) / "spool.sqlite3", isolation_level=None)
            self._db.executescript(_TABLES)
        except sqlite3.Error as exc:
            self._folder.cleanup()
            raise _full(exc) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._db.close()
        self._folder.cleanup()

    def add_nodes(self, nodes: Iterable[Node]) -> int:
        """How many of `nodes` are new."""
        return self._add("node", ((n.code, n.path, path_key(n.path), n.columns, n.holds, n.heading) for n in nodes))

    def add_places(self, places: Iterable[Place]) -> int:
        """How many of `places` are new."""
        return self._add("place", ((p.version, p.code, p.path, path_key(p.path), p.rank) for p in places))

    def add_sections(self, rows: Iterable[Row]) -> int:
        """How many of `rows` are new."""
        return self._add("section", (_values(row) for row in rows))

    def _add(self, table: str, rows: Iterable[tuple[str | int, ...]]) -> int:
        batch: list[tuple[str | int, ...]] = []
        before = self._db.total_changes
        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH:
                self._write(table, batch)
        self._write(table, batch)
        return self._db.total_changes - before

    def _write(self, table: str, batch: list[tuple[str | int, ...]]) -> None:
        if not batch:
            return
        try:
            self._db.execute("BEGIN")
            self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({','.join('?' * len(batch[0]))})", batch)
            self._db.execute("COMMIT")
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as exc:
            raise _full(exc) from exc
        batch.clear()

    def count(self) -> int:
        """The number of sections."""
        return int(self._db.execute("SELECT count(*) FROM section").fetchone()[0])

    def headings(self, code: str) -> dict[str, str]:
        """The headings of a code by the path of their node."""
        return dict(self._db.execute("SELECT path, heading FROM node WHERE code = ?", (code,)))

    def sections(self) -> Iterator[Row]:
        """All sections: by code, then as the table of contents has them; those without a place there come last."""
        try:
            for row in self._db.execute(_ORDERED):
                yield Row(*row)
        except sqlite3.Error as exc:
            raise _full(exc) from exc


def _values(r: Row) -> tuple[str | int, ...]:
    keys = (r.id, r.rank, number_key(r.written), number_key(r.built))
    return (*keys, r.version, r.code, r.written, r.columns, r.built, r.article, r.effective, r.history, r.lob, r.size)


def path_key(path: str) -> str:
    """A key that puts "9.2" before "9.10"."""
    return re.sub(r"\d+", lambda match: match.group().zfill(8), path)


def number_key(number: str) -> str:
    """A key that puts "1367.41" before "1367.5", as sections are numbered, and "99" before "1367"."""
    return re.sub(r"(?<![\d.])\d+", lambda match: match.group().zfill(8), number)


def _full(exc: Exception) -> SourceError:
    return SourceError(f"the tables of the archive do not fit into a temporary file ({exc}); free some disk space")
