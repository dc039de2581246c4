"""One writer at a time on a knowledge base: the lock, the catalog, and both indexes opened together."""

import os
import secrets
import shutil
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from kb import dense, lexical
from kb.catalog import Catalog
from kb.catalog_writer import CatalogWriter
from kb.dense import DenseIndex
from kb.embed import Embedder
from kb.errors import IndexNotReady
from kb.lexical import LexicalIndex
from kb.schema import CATALOG_NAME, catalog_errors

Stage = Literal["read", "embed", "index"]
Progress = Callable[[Stage, int, int], None]
"""Called with the stage, how many of its units are done, and how many there are."""

At = Callable[[str], None]
"""Called with the name of each step of a change before the next one begins."""

LOCK_NAME = "write.lock"
_LOCK_WAIT = 10.0  # seconds
_BATCH = 64


def silent(stage: Stage, done: int, total: int) -> None:
    """A Progress that shows nothing."""


def unwatched(step: str) -> None:
    """An At that does nothing."""


class Store:
    """A knowledge base opened for writing."""

    def __init__(self, folder: Path, embedder: Embedder, at: At = unwatched, *, heal: bool = False) -> None:
        """Open the catalog and both indexes.

        An index that is missing, damaged, or of another model is with `heal` made anew in another folder, empty at
        first; the old one answers until `publish` names the new one. Without `heal` it raises IndexNotReady.
        """
        self.folder = folder
        self.embedder = embedder
        self.at = at
        self._heal = heal
        self.catalog = CatalogWriter(folder)
        self.made = replace(self.catalog.made(), model=embedder.model_id)
        self._sweep()
        self.dense, self.lexical = self._open_dense(), self._open_lexical()

    def _open_dense(self) -> DenseIndex:
        if self.catalog.made().model == self.embedder.model_id:
            try:
                index = DenseIndex(
                    self.folder, self.embedder.model_id, name=self.made.dense, seal=self.catalog.seal(self.made.dense)
                )
                index.ids()
                return index
            except IndexNotReady:
                if not self._heal:
                    raise
        return self._new_dense()

    def _open_lexical(self) -> LexicalIndex:
        if self.catalog.current():
            try:
                index = LexicalIndex(self.folder, name=self.made.lexical)
                index.ids()
                return index
            except IndexNotReady:
                if not self._heal:
                    raise
        return self._new_lexical()

    def _new_dense(self) -> DenseIndex:
        if not self._heal and self.catalog.current():
            raise IndexNotReady(
                f"{self.folder} was built with {self.catalog.made().model}, this program has "
                f"{self.embedder.model_id}: run `python -m ingest build --kb {self.folder}`"
            )
        self.made = replace(self.made, dense=self._new_name(dense.FOLDER))
        return DenseIndex(self.folder, self.embedder.model_id, create=True, name=self.made.dense)

    def _new_lexical(self) -> LexicalIndex:
        self.made = replace(self.made, lexical=self._new_name(lexical.FOLDER))
        return LexicalIndex(self.folder, create=True, name=self.made.lexical)

    def _new_name(self, kind: str) -> str:
        """A folder that was never there: open clients of a folder by the same name would see neither old nor new."""
        taken = self.catalog.index_folders() or (self.folder / kind).exists()
        return f"{kind}-{secrets.token_hex(4)}" if taken else kind

    def renew(self, kinds: Collection[str]) -> None:
        """Begin the indexes of `kinds` ("dense", "lexical") anew, empty, in other folders."""
        self._heal = True
        if "dense" in kinds:
            self.dense.close()
            self.dense = self._new_dense()
        if "lexical" in kinds:
            self.lexical = self._new_lexical()

    def renew_published_dense(self) -> bool:
        """Begin the dense index anew, empty, in another folder, where this one is published; whether that was so.

        Chroma is not made for one process to write what another one reads: with readers that opened a folder in the
        midst of a change, 2 in 100 answers lacked passages. Nor can a folder be copied while readers have it open,
        who write there too: in such a copy Chroma failed to delete rows, once in some 120 changes (2026-11-22).
        """
        if self.made.dense not in self.catalog.index_folders():
            return False
        self.renew({"dense"})
        return True

    def publish(self, keys: Iterable[str], note: str, embedded: Iterable[str] = ()) -> int:
        """Switch to document versions `keys`, with their rows in the indexes as they are open here."""
        self.at("before publish")
        number = self.catalog.publish(keys, note, self.made, embedded, self.seal())
        self.at("published")
        return number

    def seal(self) -> str:
        """A digest of the dense index's files, for the catalog to keep: once published nobody writes them again."""
        return self.catalog.seal(self.made.dense) or dense.seal_of(self.folder / self.made.dense)

    def is_moved(self) -> bool:
        """Whether an index here is not the one that the current generation names."""
        return self.made != self.catalog.made()

    def _sweep(self) -> None:
        """Delete index folders that no generation names: what an interrupted change left, and replaced ones."""
        used = self.catalog.index_folders() or {dense.FOLDER, lexical.FOLDER}
        for path in self.folder.iterdir():
            if path.name.partition("-")[0] in (dense.FOLDER, lexical.FOLDER) and path.name not in used:
                shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Release the catalog and the dense index, and delete index folders that nothing names."""
        self.dense.close()
        self._sweep()
        self.catalog.close()

    def reader(self) -> Catalog:
        """A reader of the same catalog."""
        return Catalog(self.folder)

    def embed(self, texts: list[str], sentences: list[str], progress: Progress) -> None:
        """Cache what is missing, in batches that are kept as they are done.

        Passages' `texts` get a vector and word pieces, `sentences` a vector.
        """
        reader, model = self.reader(), self.embedder.model_id
        known = reader.vectors(model, {*texts, *sentences}, refuse=False).keys()
        pieces = reader.tokens(self.embedder.token_model_id, texts, refuse=False)
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
    """The knowledge base in `folder`, locked for this process and readable for its owner alone.

    It is created if missing, and damaged indexes are begun anew, unless `create` is off. Raises IndexNotReady when
    another process holds the lock for 10 seconds, when the folder cannot be written, or the disk is full.
    """
    if not create and not (folder / CATALOG_NAME).is_file():
        raise IndexNotReady(f"no knowledge base in {folder}: run `python -m ingest build --kb {folder}` first")
    with locked(folder), catalog_errors(folder):
        store = Store(folder, embedder, at, heal=create)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """`folder` for this process alone. The lock is the operating system's: it goes with a crashed holder."""
    mask = os.umask(0o077)
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(folder / LOCK_NAME, timeout=_LOCK_WAIT, mode=0o600)
            lock.acquire()
        except Timeout as exc:
            raise IndexNotReady(f"another program is writing to {folder}: wait until it ends and try again") from exc
        except OSError as exc:
            raise IndexNotReady(
                f"{folder} cannot be written ({exc.strerror or exc}): choose another folder with --kb"
            ) from exc
        try:
            _close_to_others(folder)
            yield
        finally:
            lock.release()
    finally:
        os.umask(mask)


def _close_to_others(folder: Path) -> None:
    """Take the rights of others from all that an earlier program, or another one, left there."""
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):  # a reader that ends takes its own away
            mode = path.lstat().st_mode
            if mode & 0o077 and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & 0o700)
