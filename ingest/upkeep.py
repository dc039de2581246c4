"""What is done to a knowledge base without reading a document: collecting, going back, indexes anew, the end."""

import shutil
from collections.abc import Collection
from pathlib import Path

from ingest.index import index, sentence_texts
from ingest.store import LOCK_NAME, At, Progress, Store, locked, silent, unwatched, writing
from kb import dense, lexical
from kb.cached import text_digest
from kb.embed import Embedder
from kb.errors import IndexNotReady
from kb.schema import CATALOG_NAME, FILES_NAME

INDEXES = (dense.FOLDER, lexical.FOLDER)
FEEDBACK_NAME = "feedback.jsonl"
"""What readers said of answers, which the page keeps here; it goes with the knowledge base."""


def collect_garbage(store: Store, *, previous: bool = True) -> int:
    """Delete document versions of neither the current generation nor (with `previous`) the one before; how many."""
    before = store.catalog.previous() if previous else 0
    keep = [store.catalog.current(), *([before] if before else [])]
    store.catalog.forget_generations(keep)  # first: a question that used one of them is then asked anew
    doomed = sorted(store.catalog.unused(keep))
    if {row.rpartition(":")[0] for row in store.dense.ids()} & set(doomed):
        store.renew({"dense"})
        index(store, set().union(*map(store.catalog.members, keep)), silent)
        store.publish(store.catalog.members(store.catalog.current()), "collect")
        keep = [store.catalog.current(), *keep[1:]]
        store.catalog.forget_generations(keep)
    store.at("garbage dense")
    store.lexical.remove(doomed)
    store.at("garbage lexical")
    files = store.catalog.drop(doomed, keep)
    store.at("garbage catalog")
    for file in files:
        (store.folder / file).unlink(missing_ok=True)
    return len(doomed)


def forget_unused_vectors(store: Store) -> int:
    """Delete the cached vectors and word pieces that no text of the current generation needs; how many."""
    reader = store.reader()
    keys = sorted(set(reader.generation().sources) - store.catalog.words_only())
    needed: set[bytes] = set()
    texts: set[bytes] = set()
    for key in keys:
        texts |= {text_digest(text) for _, text in store.catalog.embedded_texts([key])}
        passages = (p for p in reader.passages(key) if p.kind == "body")
        needed |= {text_digest(text) for p in passages for text in sentence_texts(p)}
    reader.close()
    vectors = store.catalog.forget_vectors(store.embedder.model_id, needed | texts)
    return vectors + store.catalog.forget_tokens(store.embedder.token_model_id, texts)


def roll_back(folder: Path, embedder: Embedder, progress: Progress = silent, at: At = unwatched) -> int:
    """Make the documents of the generation before current again; its number.

    Rows that the indexes lack of them, as after a change of the model, are made first. Raises IndexNotReady when
    there is none to go back to.
    """
    with writing(folder, embedder, create=False, at=at) as store:
        index(store, store.catalog.members(store.catalog.previous()), progress)
        store.at("before publish")
        number = store.catalog.roll_back(store.made, store.seal())
        store.at("published")
        return number


def rebuild_index(
    kinds: Collection[str], folder: Path, embedder: Embedder, progress: Progress = silent, at: At = unwatched
) -> int:
    """Make the indexes of `kinds` ("dense", "lexical") again from the catalog alone; how many rows each has then.

    No document is read; a text is embedded only where its cached vector is missing. The old index answers until the
    new one is whole.
    """
    if not (folder / CATALOG_NAME).is_file():
        raise IndexNotReady(f"no knowledge base in {folder}: run `python -m ingest build --kb {folder}` first")
    with writing(folder, embedder, at=at) as store:
        current = store.catalog.members(store.catalog.current())
        store.renew(kinds)
        index(store, current | store.catalog.members(store.catalog.previous()), progress)
        store.publish(current, f"rebuild-index {' '.join(sorted(kinds))}")
        collect_garbage(store)
        return store.lexical.size


def destroy(folder: Path) -> int:
    """Delete a knowledge base wholly: indexes, original files, cached vectors, catalog, folder; how many files.

    Raises IndexNotReady, with nothing deleted, for a folder that is none or that holds anything else. An interrupted
    deletion is finished by the next. Blocks of the disk are not overwritten.
    """
    if not (folder / CATALOG_NAME).is_file() or folder.is_symlink():
        raise IndexNotReady(f"{folder} is no knowledge base (it has no {CATALOG_NAME}): nothing was deleted")
    with locked(folder):
        strange = sorted(path.name for path in folder.iterdir() if not _is_ours(path))
        if strange:
            raise IndexNotReady(f"{folder} holds {strange[0]!r}, which is not of a knowledge base: nothing was deleted")
        count = sum(1 for path in folder.rglob("*") if path.is_file())
        for path in sorted(folder.iterdir(), key=_last_of_all):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    folder.rmdir()
    return count


def _is_ours(path: Path) -> bool:
    if path.is_symlink():
        return False
    if path.is_dir():
        return path.name == FILES_NAME or path.name.partition("-")[0] in INDEXES
    return path.name in (LOCK_NAME, FEEDBACK_NAME) or path.name.startswith(CATALOG_NAME)


def _last_of_all(path: Path) -> tuple[bool, bool, str]:
    """The catalog goes last but for the lock, so that a deletion that was interrupted is known for one."""
    return path.name == LOCK_NAME, path.name == CATALOG_NAME, path.name
