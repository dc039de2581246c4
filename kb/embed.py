"""Text to vector without torch: the question path loads in a quarter of a second.

The model is all-MiniLM-L6-v2 with what `ingest.training` learned for it (`encoder.npz`). Its graph is exported once by
`ingest.model`; this module only runs it.
"""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kb.catalog import Vectors
from kb.errors import ModelError
from kb.late import Tokens

BASE_NAME = "all-MiniLM-L6-v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BASE_ID = f"{BASE_NAME}-{BASE_SHA256[:12]}"
NAME = "recourse-minilm"
DIMENSIONS = 384
PIECE_DIMENSIONS = 96
MAX_TOKENS = 256

LEARNED = Path(__file__).resolve().parent / "encoder.npz"
"""What was learned: changes of weights, the projection of word pieces, the importance of a question's pieces."""

MODELS_FOLDER = Path(__file__).resolve().parent.parent / ".models"
_GRAPH_VERSION = 2  # raised when the graph of the same weights gives other outputs

_BATCH = 32


class Embedder(Protocol):
    """Turns texts into unit vectors; `model_id` names the exact weights."""

    @property
    def model_id(self) -> str:
        """Name and weights of the model: vectors of different ids never meet."""

    @property
    def token_model_id(self) -> str:
        """The same for the vectors of word pieces."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dim), in the order of `texts`; shape (0, dim) for none."""

    def embed_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The word pieces of each text, with its vector, in the order of `texts`."""


class MiniLm:
    """The encoder as an ONNX graph; texts are cut at 256 tokens. With `base`, all-MiniLM-L6-v2 as it was (Wang et al.
    2020, sentence-transformers): a peer to measure against."""

    def __init__(self, folder: Path | None = None, threads: int = 2, base: bool = False) -> None:
        self.model_id = BASE_ID if base else learned_id()
        self.token_model_id = f"{self.model_id}+{learned_id()}" if base else self.model_id
        self._folder = folder or graph_folder(self.model_id)
        self._maker = "model --peer" if base else "build"
        self._threads = threads
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def _load(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> tuple[Any, Any]:
        # Set before the import: the library else keeps a device number and reports its use to its maker.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from threadpoolctl import threadpool_limits
        from tokenizers import Tokenizer

        # numpy's small products gain nothing from threads, and threads that wait for more take the encoder's cores.
        threadpool_limits(limits=1, user_api="blas")
        graph, vocabulary = self._folder / "model.onnx", self._folder / "tokenizer.json"
        if not graph.is_file() or not vocabulary.is_file():
            raise ModelError(
                f"no embedding model in {self._folder}: run `python -m ingest {self._maker}`, which makes it"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(vocabulary))
        except Exception as exc:  # both libraries raise bare Exception subclasses of their own
            raise ModelError(f"the embedding model in {self._folder} is damaged ({exc}): delete that folder") from exc
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.enable_padding()
        return tokenizer, session

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384), in the order of `texts`."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for batch, _, found, _ in self._run(texts, ["vector"]):
            vectors[batch] = found
        return vectors

    def embed_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The word pieces of each text, projected to 96 dimensions, with its vector; [CLS] and [SEP] are left out."""
        result: dict[int, Tokens] = {}
        for batch, encoded, vectors, hidden in self._run(texts, ["vector", "tokens"]):
            for row, index in enumerate(batch):
                result[index] = self._tokens(encoded[row], vectors[row], hidden[row])
        return [result[index] for index in range(len(texts))]

    def _tokens(self, encoding: Any, vector: Vectors, hidden: Vectors) -> Tokens:
        projection, importance = _projection()
        real = np.array(encoding.special_tokens_mask) == 0
        words = hidden[real]
        projected = words @ projection.T
        length = np.linalg.norm(projected, axis=1, keepdims=True)
        weights = np.exp(words @ importance)
        spans = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)[real]
        return Tokens(projected / np.maximum(length, 1e-9), spans, weights / max(float(weights.sum()), 1e-9), vector)

    def _run(self, texts: Sequence[str], outputs: list[str]) -> Iterator[tuple[list[int], Any, Any, Any]]:
        """(indices, encodings, vectors, hidden states or None) of batches of `texts` of like length."""
        if not texts:
            return
        tokenizer, session = self._load()
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            encoded = tokenizer.encode_batch([texts[i] for i in batch])
            inputs = {
                "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
                "attention_mask": np.array([e.attention_mask for e in encoded], dtype=np.int64),
            }
            try:
                found = session.run(outputs, inputs)
            except Exception as exc:  # onnxruntime has an error tree of its own
                raise ModelError(f"the embedding model in {self._folder} fails ({exc}): delete that folder") from exc
            yield batch, encoded, found[0], found[1] if len(found) > 1 else None


def base_model() -> Embedder:
    """all-MiniLM-L6-v2 as it was."""
    return MiniLm(base=True)


def graph_folder(model_id: str) -> Path:
    """Where the exported graph of a model stands."""
    return MODELS_FOLDER / f"{model_id}-{_GRAPH_VERSION}"


@lru_cache(maxsize=1)
def learned_id() -> str:
    """Name of the model, and the hash of what was learned for it."""
    return f"{NAME}-{hashlib.sha256(LEARNED.read_bytes()).hexdigest()[:12]}"


@lru_cache(maxsize=1)
def _projection() -> tuple[Vectors, Vectors]:
    """Matrix, shape (96, 384), that projects word pieces, and vector, shape (384,), of the log of their weight."""
    with np.load(LEARNED) as arrays:
        return arrays["projection"].astype(np.float32), arrays["importance"].astype(np.float32)
