"""Sources into the knowledge base: read what changed, embed what is new, index it, then switch in one step.

The old generation answers until the switch, and stays for `rollback`; a failure on the way leaves it in place.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.bounded import Worker
from ingest.index import fill_vectors, index
from ingest.law.bulk import read_archive
from ingest.manifest import read_manifest
from ingest.read import version_of
from ingest.split import embedded_text, split
from ingest.store import At, Progress, Store, silent, unwatched, writing
from ingest.upkeep import collect_garbage
from kb.catalog import Generation
from kb.embed import Embedder
from kb.errors import IndexNotReady, KbError, SourceError
from kb.schema import FILES_NAME as FILES
from kb.types import Document, Passage, Source

MAX_BYTES = 200_000_000
"""The largest file that is read; an archive of law has limits of its own."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest run did: doc_ids by outcome, failures and warnings as sentences, totals of the knowledge base."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    documents: int = 0
    passages: int = 0
    pages: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Item:
    """A source with the file that holds it, or the file or folder of an archive of law."""

    source: Source
    file: Path
    is_archive: bool = False


def corpus_items(corpus: Path) -> list[Item]:
    """The sources of a corpus folder, in the manifest's order."""
    return [Item(source, corpus / source.path) for source in read_manifest(corpus)]


def is_current(corpus: Path, generation: Generation) -> bool:
    """Whether a generation holds exactly the corpus as it is now; uploads do not matter."""
    held = {key for key, source in generation.sources.items() if source.origin == "corpus"}
    try:
        wanted = {_key(item, item.file.read_bytes()) for item in corpus_items(corpus)}
    except OSError:
        return False
    return held == wanted


def build(corpus: Path, folder: Path, embedder: Embedder, progress: Progress = silent, at: At = unwatched) -> Report:
    """Bring the knowledge base to what the corpus says; uploads stay. A file that fails keeps its old version."""
    items = corpus_items(corpus)
    wanted = {item.source.doc_id for item in items}
    return _update(
        folder, embedder, items, lambda s: s.origin == "corpus" and s.doc_id not in wanted, "build", progress, at
    )


def add(
    items: Sequence[Item], folder: Path, embedder: Embedder, progress: Progress = silent, at: At = unwatched
) -> Report:
    """Add or replace single documents."""
    return _update(folder, embedder, items, lambda s: False, "add", progress, at)


def remove(doc_id: str, folder: Path, embedder: Embedder, at: At = unwatched) -> Report:
    """Take a document, or all of an archive, out of the current generation. Raises SourceError when it is not in it."""
    report = _update(folder, embedder, (), lambda s: doc_id in (s.doc_id, s.collection), f"remove {doc_id}", silent, at)
    if not report.removed:
        raise SourceError(f"no document {doc_id!r} in {folder}: `python -m ingest list` shows what is there")
    return report


def _update(
    folder: Path,
    embedder: Embedder,
    items: Sequence[Item],
    gone: Callable[[Source], bool],
    note: str,
    progress: Progress,
    at: At,
) -> Report:
    begun = time.monotonic()
    with writing(folder, embedder, at=at) as store, Worker() as worker:
        reader = store.reader()
        held = reader.generation().sources if store.catalog.current() else {}
        run = _Run(store, worker, held, progress)
        for number, item in enumerate(items):
            progress("read", number, len(items))
            run.take(item)
        progress("read", len(items), len(items))
        run.drop(s.doc_id for s in held.values() if gone(s))
        store.at("read")
        keys = set(run.keys.values())
        added = index(store, keys, progress)
        if note == "build":
            fill_vectors(store, keys, progress)
        if keys != set(held) or store.catalog.current() == 0 or added or store.is_moved():
            store.publish(keys, note)
            collect_garbage(store)
        passages, pages = reader.counts()
        reader.close()
    return replace(
        run.report(),
        documents=len(keys),
        passages=passages,
        pages=pages,
        seconds=time.monotonic() - begun,
    )


class _Run:
    """The documents of the generation that is being made, and what became of each item."""

    def __init__(self, store: Store, worker: Worker, held: dict[str, Source], progress: Progress) -> None:
        self._store = store
        self._worker = worker
        self._progress = progress
        self._held = {source.doc_id: key for key, source in held.items()}
        self._of_archives = {source.doc_id: source.collection for source in held.values() if source.collection}
        self._words_only = store.catalog.words_only()
        self.keys = dict(self._held)
        self._outcomes: dict[str, list[str]] = {
            name: [] for name in ("added", "changed", "unchanged", "removed", "failed", "warnings")
        }

    def take(self, item: Item) -> None:
        """Read one item into the catalog; on failure the version held before stays in the generation."""
        try:
            if item.is_archive:
                self._take_archive(item)
                return
            data = _bytes(item)
            key = _key(item, data)
            if not self._store.catalog.has_document(key):
                self._store_document(item, data)
            else:  # the original may have been lost or changed since
                _keep_file(self._store.folder, hashlib.sha256(data).hexdigest(), item.file.suffix.lower(), data)
        except IndexNotReady:  # not this file's fault: no other would fare better
            raise
        except KbError as exc:
            self._outcomes["failed"].append(str(exc))
            return
        self._note(item.source.doc_id, key)

    def drop(self, doc_ids: Iterable[str]) -> None:
        """Leave documents out of the generation."""
        for doc_id in doc_ids:
            del self.keys[doc_id]
            self._outcomes["removed"].append(doc_id)

    def _note(self, doc_id: str, key: str) -> None:
        outcome = "unchanged" if self._held.get(doc_id) == key else "changed" if doc_id in self._held else "added"
        self._outcomes[outcome].append(doc_id)
        self.keys[doc_id] = key

    def _take_archive(self, item: Item) -> None:
        """The documents of an archive; those that it held before and holds no more go.

        Its sections are found by citation and by their words. A new version of what was embedded is embedded again.
        """
        seen: set[str] = set()
        warn = self._outcomes["warnings"].append
        for source, document in read_archive(item.source, item.file, lambda n, of: self._progress("read", n, of), warn):
            seen.add(source.doc_id)
            before = self._held.get(source.doc_id, "")
            if not self._store.catalog.has_document(document.key):
                self._add(source, document, "", words_only=not before or before in self._words_only)
            self._note(source.doc_id, document.key)
        collection = item.source.collection
        self.drop([d for d, archive in self._of_archives.items() if archive == collection and d not in seen])

    def _store_document(self, item: Item, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        if item.source.sha256 and item.source.sha256 != digest:
            self._outcomes["warnings"].append(
                f"{item.source.path}: differs from the SHA-256 in the manifest and was taken as it is; "
                "`python -m ingest seal` records the new one"
            )
        parsed = self._worker.parse(item.source, data)
        self._outcomes["warnings"] += parsed.warnings
        file = _keep_file(self._store.folder, digest, item.file.suffix.lower(), data)
        self._store.at("file kept")
        self._add(parsed.source, parsed.document, file, parsed.passages)

    def _add(
        self,
        source: Source,
        document: Document,
        file: str,
        passages: Sequence[Passage] = (),
        *,
        words_only: bool = False,
    ) -> None:
        passages = passages or split(document)
        embedded = [embedded_text(source, document, passage) for passage in passages]
        self._store.catalog.add_document(source, document, file, passages, embedded, words_only=words_only)
        self._store.at("stored document")

    def report(self) -> Report:
        return Report(**{name: tuple(values) for name, values in self._outcomes.items()})  # type: ignore[arg-type]


def _bytes(item: Item) -> bytes:
    try:
        if item.file.stat().st_size > MAX_BYTES:
            raise SourceError(f"{item.source.path}: larger than {MAX_BYTES // 1_000_000} MB; split it")
        data = item.file.read_bytes()
    except (OSError, ValueError) as exc:
        raise SourceError(f"{item.source.path}: cannot be read ({exc})") from exc
    if not data:
        raise SourceError(f"{item.source.path}: the file is empty; get it again")
    return data


def _key(item: Item, data: bytes) -> str:
    return f"{item.source.doc_id}@{version_of(item.source, data)}"


def _keep_file(folder: Path, digest: str, suffix: str, data: bytes) -> str:
    """Keep the original beside the catalog, named by its hash; the path relative to `folder`."""
    suffix = suffix if suffix in (".pdf", ".md", ".txt", ".html", ".htm", ".xml", ".docx") else ".bin"
    target = folder / FILES / f"{digest}{suffix}"
    if not target.is_file() or hashlib.sha256(target.read_bytes()).hexdigest() != digest:
        target.parent.mkdir(exist_ok=True, mode=0o700)
        part = target.with_suffix(".part")
        part.write_bytes(data)
        part.replace(target)
    return f"{FILES}/{target.name}"
