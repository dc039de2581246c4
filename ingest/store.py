"""One writer at a time on a knowledge base: the lock, the catalog, and both indexes opened together."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from kb.catalog import Catalog
from kb.catalog_writer import CatalogWriter
from kb.dense import DenseIndex
from kb.embed import Embedder
from kb.errors import IndexNotReady
from kb.lexical import LexicalIndex
from kb.schema import CATALOG_NAME

Stage = Literal["read", "embed", "index"]
Progress = Callable[[Stage, int, int], None]
"""Called with the stage, how many of its units are done, and how many there are."""

At = Callable[[str], None]
"""Called with the name of each step of a change before the next one begins."""

_LOCK_WAIT = 10.0  # seconds
_BATCH = 64


def silent(stage: Stage, done: int, total: int) -> None:
    """A Progress that shows nothing."""


def unwatched(step: str) -> None:
    """An At that does nothing."""


class Store:
    """A knowledge base opened for writing."""

    def __init__(self, folder: Path, embedder: Embedder, at: At = unwatched) -> None:
        self.folder = folder
        self.embedder = embedder
        self.at = at
        self.catalog = CatalogWriter(folder)
        self.dense = DenseIndex(folder, embedder.model_id, create=True)
        self.lexical = LexicalIndex(folder, create=True)
        self.catalog.set_meta("model", embedder.model_id)

    def close(self) -> None:
        """Release the catalog and the dense index."""
        self.dense.close()
        self.catalog.close()

    def reader(self) -> Catalog:
        """A reader of the same catalog."""
        return Catalog(self.folder)

    def embed(self, texts: list[str], sentences: list[str], progress: Progress) -> None:
        """Cache what is missing, in batches that are kept as they are done.

        Passages' `texts` get a vector and word pieces, `sentences` a vector.
        """
        reader, model = self.reader(), self.embedder.model_id
        known, pieces = reader.vectors(model, {*texts, *sentences}), reader.tokens(self.embedder.token_model_id, texts)
        short = sorted({text for text in sentences if text not in known}, key=len)
        long = sorted({text for text in texts if text not in known or text not in pieces}, key=len)
        total = len(short) + len(long)
        reader.close()
        if not total:
            return
        for start in range(0, len(short), _BATCH):
            progress("embed", start, total)
            batch = short[start : start + _BATCH]
            self.catalog.add_vectors(model, dict(zip(batch, self.embedder.embed(batch), strict=True)))
            self.at("embedded batch")
        for start in range(0, len(long), _BATCH):
            progress("embed", len(short) + start, total)
            batch = long[start : start + _BATCH]
            tokens = dict(zip(batch, self.embedder.embed_tokens(batch), strict=True))
            self.catalog.add_tokens(self.embedder.token_model_id, tokens)
            self.catalog.add_vectors(model, {text: found.vector for text, found in tokens.items()})
            self.at("embedded batch")
        progress("embed", total, total)


@contextmanager
def writing(folder: Path, embedder: Embedder, *, create: bool = True, at: At = unwatched) -> Iterator[Store]:
    """The knowledge base in `folder`, locked for this process; created if missing, unless `create` is off.

    Raises IndexNotReady when another process holds the lock for 10 seconds, or the folder cannot be written. The
    lock is the operating system's: it goes with a crashed holder.
    """
    if not create and not (folder / CATALOG_NAME).is_file():
        raise IndexNotReady(f"no knowledge base in {folder}: run `python -m ingest build --kb {folder}` first")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(folder, 0o700)
        lock = FileLock(folder / "write.lock", timeout=_LOCK_WAIT)
        lock.acquire()
    except Timeout as exc:
        raise IndexNotReady(f"another program is writing to {folder}: wait until it ends and try again") from exc
    except OSError as exc:
        raise IndexNotReady(
            f"{folder} cannot be written ({exc.strerror or exc}): choose another folder with --kb"
        ) from exc
    try:
        store = Store(folder, embedder, at)
        try:
            yield store
        finally:
            store.close()
    finally:
        lock.release()
