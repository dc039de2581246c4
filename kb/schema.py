"""The catalog file: its tables, and how it is opened. The catalog is the truth; every index is derived from it."""

import sqlite3
from pathlib import Path

from kb.errors import IndexNotReady

SCHEMA_VERSION = 1
CATALOG_NAME = "catalog.sqlite3"

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    key TEXT PRIMARY KEY, doc_id TEXT NOT NULL, version TEXT NOT NULL, source TEXT NOT NULL,
    file TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE page (
    key TEXT NOT NULL REFERENCES document ON DELETE CASCADE, number INTEGER NOT NULL,
    printed TEXT NOT NULL, start INTEGER NOT NULL, PRIMARY KEY (key, number)
) WITHOUT ROWID;
CREATE TABLE outline (
    key TEXT NOT NULL REFERENCES document ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, label TEXT NOT NULL, heading TEXT NOT NULL, level INTEGER NOT NULL,
    lead_start INTEGER, lead_end INTEGER, url TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (key, ordinal)
) WITHOUT ROWID;
CREATE INDEX outline_label ON outline (label);
CREATE TABLE passage (
    passage_id TEXT PRIMARY KEY, key TEXT NOT NULL REFERENCES document ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, label TEXT NOT NULL,
    first_page INTEGER, last_page INTEGER, printed TEXT NOT NULL, lead_start INTEGER, lead_end INTEGER,
    url TEXT NOT NULL, kind TEXT NOT NULL, embedded_text TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX passage_place ON passage (key, ordinal);
CREATE TABLE vector (
    model TEXT NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, digest)
) WITHOUT ROWID;
CREATE TABLE token (
    model TEXT NOT NULL, digest BLOB NOT NULL, vectors BLOB NOT NULL, spans BLOB NOT NULL, PRIMARY KEY (model, digest)
) WITHOUT ROWID;
CREATE TABLE generation (id INTEGER PRIMARY KEY AUTOINCREMENT, created TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE generation_document (
    generation INTEGER NOT NULL REFERENCES generation ON DELETE CASCADE,
    key TEXT NOT NULL REFERENCES document, PRIMARY KEY (generation, key)
) WITHOUT ROWID;
"""


def connect(folder: Path, *, write: bool) -> sqlite3.Connection:
    """An open connection to the catalog in `folder`, of this program's schema version.

    With `write` a missing catalog is created (WAL). Raises IndexNotReady where the catalog is missing for a
    reader, is not a catalog, or is of another schema version.
    """
    path = folder / CATALOG_NAME
    if not write and not path.is_file():
        raise IndexNotReady(f"no knowledge base in {folder}: run `python -m ingest build --kb {folder}` first")
    try:
        mode = "rwc" if write else "rw"
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA foreign_keys = ON")
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
        else:
            connection.execute("PRAGMA query_only = ON")
        _check_schema(connection, folder, write=write)
    except sqlite3.DatabaseError as exc:
        raise IndexNotReady(
            f"{path} cannot be read as a catalog ({exc}): move the folder away and build again"
        ) from exc
    return connection


def _check_schema(connection: sqlite3.Connection, folder: Path, *, write: bool) -> None:
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found == 0 and write:
        with connection:
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return
    if found == 0:
        raise IndexNotReady(f"the knowledge base in {folder} is half built: run `python -m ingest build` again")
    if found != SCHEMA_VERSION:
        raise IndexNotReady(
            f"the knowledge base in {folder} has schema {found}, this program needs {SCHEMA_VERSION}: "
            "use the matching program, or build into another folder with --kb"
        )
