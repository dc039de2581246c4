"""The catalog file: its tables, and how it is opened. The catalog is the truth; every index is derived from it."""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from kb.errors import IndexNotReady
from kb.faults import reported

SCHEMA_VERSION = 3
CATALOG_NAME = "catalog.sqlite3"
FILES_NAME = "files"

_PROVISION = """
CREATE TABLE provision (
    key TEXT NOT NULL REFERENCES document ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, label TEXT NOT NULL, authority TEXT NOT NULL,
    number TEXT NOT NULL COLLATE NOCASE, heading TEXT NOT NULL, above TEXT NOT NULL, status TEXT NOT NULL,
    effective_from TEXT, effective_to TEXT, history TEXT NOT NULL, url TEXT NOT NULL, PRIMARY KEY (key, ordinal)
) WITHOUT ROWID;
CREATE INDEX provision_label ON provision (label);
CREATE INDEX provision_number ON provision (number);
CREATE INDEX provision_authority ON provision (authority);
"""

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    key TEXT PRIMARY KEY, doc_id TEXT NOT NULL, version TEXT NOT NULL, source TEXT NOT NULL,
    file TEXT NOT NULL, text TEXT NOT NULL, embedded INTEGER NOT NULL
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
CREATE TABLE generation (
    id INTEGER PRIMARY KEY AUTOINCREMENT, created TEXT NOT NULL, note TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '', dense TEXT NOT NULL DEFAULT 'dense', lexical TEXT NOT NULL DEFAULT 'lexical'
);
CREATE TABLE generation_document (
    generation INTEGER NOT NULL REFERENCES generation ON DELETE CASCADE,
    key TEXT NOT NULL REFERENCES document, PRIMARY KEY (generation, key)
) WITHOUT ROWID;
"""

_STEPS = (
    "",
    """
ALTER TABLE document ADD COLUMN embedded INTEGER NOT NULL DEFAULT 1;
CREATE TABLE IF NOT EXISTS token (
    model TEXT NOT NULL, digest BLOB NOT NULL, vectors BLOB NOT NULL, spans BLOB NOT NULL, PRIMARY KEY (model, digest)
) WITHOUT ROWID;
"""
    + _PROVISION,
    """
ALTER TABLE generation ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE generation ADD COLUMN dense TEXT NOT NULL DEFAULT 'dense';
ALTER TABLE generation ADD COLUMN lexical TEXT NOT NULL DEFAULT 'lexical';
UPDATE generation SET model = coalesce((SELECT value FROM meta WHERE name = 'model'), '');
""",
)
"""What brings a catalog of schema n to n + 1, at index n."""


def connect(folder: Path, *, write: bool) -> sqlite3.Connection:
    """An open connection to the catalog in `folder`, of this program's schema version.

    With `write` a missing catalog is created (WAL) and one of an older schema is brought up to date. Raises
    IndexNotReady where the catalog is missing for a reader, is not a catalog, or is of another schema version.
    """
    path = folder / CATALOG_NAME
    if not write and not path.is_file():
        raise IndexNotReady(f"no knowledge base in {folder}: run `python -m ingest build --kb {folder}` first")
    with catalog_errors(folder):
        mode = "rwc" if write else "rw"
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA foreign_keys = ON")
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
        else:
            connection.execute("PRAGMA query_only = ON")
        _check_schema(connection, folder, write=write)
    return connection


def damaged(folder: Path, what: str) -> IndexNotReady:
    """The error for a catalog whose rows do not fit together."""
    return IndexNotReady(f"the catalog in {folder} is damaged, {what}: {_remedy(folder)}")


def _remedy(folder: Path) -> str:
    return (
        f"move that folder away, run `python -m ingest build --kb {folder}`, and add again what you had added "
        f"(the originals are in its {FILES_NAME}/)"
    )


def catalog_errors(folder: Path) -> AbstractContextManager[None]:
    """Errors of SQLite and of the system come out as IndexNotReady; see kb.faults."""
    ours = (sqlite3.IntegrityError, sqlite3.ProgrammingError)  # faults of this program, not of the file
    return reported("the catalog", folder, _remedy(folder), (sqlite3.Error, OSError), ours)


def _check_schema(connection: sqlite3.Connection, folder: Path, *, write: bool) -> None:
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > SCHEMA_VERSION:
        raise IndexNotReady(
            f"the knowledge base in {folder} has schema {found}, this program knows {SCHEMA_VERSION} at most: "
            "use the newer program that made it, or build into another folder with --kb"
        )
    if found < SCHEMA_VERSION and write:
        _make(connection, _TABLES + _PROVISION if found == 0 else "".join(_STEPS[found:]))
    elif found == 0:
        raise IndexNotReady(f"the knowledge base in {folder} is half built: run `python -m ingest build` again")
    elif found < SCHEMA_VERSION:
        raise IndexNotReady(
            f"the knowledge base in {folder} was made by an older program: run `python -m ingest build --kb {folder}`, "
            "which brings it up to date and keeps what you added"
        )


def _make(connection: sqlite3.Connection, statements: str) -> None:
    """Run `statements` and set the schema version, all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        for statement in statements.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
