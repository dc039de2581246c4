"""The dense index: passage vectors in Chroma, written through LlamaIndex's store and read directly.

Rows of all living generations stand side by side; a search names the document versions it may see.
"""

import hashlib
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from kb.catalog import Vectors
from kb.errors import IndexNotReady
from kb.faults import reported
from kb.offline import stay_offline
from kb.types import Passage

FOLDER = "dense"
SEAL = "seal of "
"""What the name of a folder's seal begins with among the catalog's settings."""

_MORE = 4
"""Times as many rows as wanted that are asked for before those of other document versions are left out."""

_REMEDY = "run `python -m ingest rebuild-index dense`, which makes it again from the catalog"

# Chroma counts the clients of a folder without a lock: opening one while another closes loses the folder.
_CLIENTS = threading.Lock()

# What was compared with its seal in this process; later opening trusts it.
_SOUND: set[tuple[Path, str]] = set()


def seal_of(folder: Path) -> str:
    """A digest of the graph files in a dense folder, for `DenseIndex` to compare before Chroma has them.

    They are mapped and followed as they are: a wrong number in them ends the process. Chroma reads a graph where it
    has written the graph's metadata; the files of others, and its SQLite file, which has errors of its own, change
    whenever they are opened.
    """
    whole = hashlib.sha256()
    for file in sorted(path for told in folder.glob("*/index_metadata.pickle") for path in told.parent.iterdir()):
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        whole.update(f"{file.parent.name}/{file.name} {digest}\n".encode())
    return whole.hexdigest()


class DenseIndex:
    """Vectors of one embedding model, one row a passage, addressed by passage id."""

    def __init__(
        self, kb_folder: Path, model_id: str, *, create: bool = False, name: str = FOLDER, seal: str = ""
    ) -> None:
        """Open the folder `name`. With a `seal`, as `seal_of` gave it, IndexNotReady where the files are no longer
        those; "" is for a folder that was never sealed."""
        stay_offline()
        import chromadb
        from chromadb.config import Settings

        self._folder = kb_folder / name
        if not create and not self._folder.is_dir():
            raise IndexNotReady(f"no dense index in {kb_folder}: run `python -m ingest build --kb {kb_folder}`")
        collection = f"passages-{model_id[:48].strip('.-_')}"
        self._compare(seal)
        with self._errors():
            with _CLIENTS:
                self._client: Any = chromadb.PersistentClient(
                    path=str(self._folder), settings=Settings(anonymized_telemetry=False)
                )
            if create:
                self._collection: Any = self._client.get_or_create_collection(
                    collection, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}
                )
            else:
                self._collection = self._client.get_collection(collection, embedding_function=None)

    def _compare(self, seal: str) -> None:
        if not seal or (self._folder, seal) in _SOUND:
            return
        with self._errors():
            found = seal_of(self._folder)
        if found != seal:
            raise IndexNotReady(
                f"the dense index in {self._folder} is damaged, its files are not as written: {_REMEDY}"
            )
        _SOUND.add((self._folder, seal))

    def _errors(self) -> AbstractContextManager[None]:
        """Errors of Chroma, and the panics of its Rust, come out as IndexNotReady."""
        return reported("the dense index", self._folder, _REMEDY)

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Add one row a passage; `vectors` has shape (len(passages), dim). Adding an existing id changes nothing."""
        if not passages:
            return
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.chroma import ChromaVectorStore

        rows = [
            TextNode(
                id_=passage.passage_id,
                text=passage.text,
                metadata={"key": passage.key, "doc_id": passage.doc_id, "label": passage.label},
                embedding=vector.tolist(),
            )
            for passage, vector in zip(passages, vectors, strict=True)
        ]
        with self._errors():
            known = set(self._collection.get(ids=[row.node_id for row in rows], include=[])["ids"])
            ChromaVectorStore(chroma_collection=self._collection).add([row for row in rows if row.node_id not in known])

    def ids(self) -> set[str]:
        """The passage ids of all rows."""
        with self._errors():
            return set(self._collection.get(include=[])["ids"])

    def rows(self, ids: Sequence[str]) -> dict[str, tuple[str, str, Vectors]]:
        """Passage id -> (key, text, vector) as the index has them; ids that it lacks are left out."""
        with self._errors():
            found = self._collection.get(ids=list(ids), include=["metadatas", "documents", "embeddings"])
        columns = (found[name] for name in ("ids", "metadatas", "documents", "embeddings"))
        return {
            row: (str((metadata or {}).get("key", "")), text or "", np.asarray(vector, dtype=np.float32))
            for row, metadata, text, vector in zip(*columns, strict=True)
        }

    def search(self, vector: Vectors, keys: Sequence[str], k: int) -> list[tuple[str, float]]:
        """The `k` nearest passages of the document versions `keys`: (passage id, cosine), best first.

        All rows are asked first, and those of other versions left out: Chroma looks at every row's metadata before it
        searches with a filter, which takes twenty times as long over 13,000 rows.
        """
        if not keys or k < 1:
            return []
        asked, admitted = k * _MORE, set(keys)
        nearest = self._nearest(vector, asked)
        found = [(row, cosine) for row, cosine in nearest if row.rpartition(":")[0] in admitted][:k]
        if len(found) < k and len(nearest) == asked:
            return self._nearest(vector, k, {"key": {"$in": list(keys)}})
        return found

    def _nearest(
        self, vector: Vectors, k: int, where: dict[str, dict[str, list[str]]] | None = None
    ) -> list[tuple[str, float]]:
        with self._errors():
            found = self._collection.query(
                query_embeddings=[vector.tolist()], n_results=k, where=where, include=["distances"]
            )
        return [(row, 1.0 - distance) for row, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def close(self) -> None:
        """Release the client; another process's later writes are seen only by an index opened after them."""
        with _CLIENTS:
            self._client.close()
