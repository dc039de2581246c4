"""Text to vector with all-MiniLM-L6-v2, without torch: the question path loads in a quarter of a second.

The graph is exported once from sentence-transformers' model by `ingest.model`; this module only runs it.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kb.catalog import Vectors
from kb.errors import ModelError

MODEL_NAME = "all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_ID = f"{MODEL_NAME}-{WEIGHTS_SHA256[:12]}"
DIMENSIONS = 384
MAX_TOKENS = 256
MODELS_FOLDER = Path(__file__).resolve().parent.parent / ".models"

_BATCH = 32


class Embedder(Protocol):
    """Turns texts into unit vectors; `model_id` names the exact weights."""

    @property
    def model_id(self) -> str:
        """Name and weights of the model: vectors of different ids never meet."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dim), in the order of `texts`; shape (0, dim) for none."""


class MiniLm:
    """all-MiniLM-L6-v2 (Wang et al. 2020, sentence-transformers) as an ONNX graph; texts are cut at 256 tokens."""

    model_id = MODEL_ID

    def __init__(self, folder: Path | None = None, threads: int = 2) -> None:
        self._folder = folder or MODELS_FOLDER / MODEL_ID
        self._threads = threads
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def _load(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> tuple[Any, Any]:
        import onnxruntime
        from tokenizers import Tokenizer

        graph, vocabulary = self._folder / "model.onnx", self._folder / "tokenizer.json"
        if not graph.is_file() or not vocabulary.is_file():
            raise ModelError(f"no embedding model in {self._folder}: run `python -m ingest build`, which makes it")
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
        if not texts:
            return vectors
        tokenizer, session = self._load()
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            encoded = tokenizer.encode_batch([texts[i] for i in batch])
            inputs = {
                "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
                "attention_mask": np.array([e.attention_mask for e in encoded], dtype=np.int64),
            }
            vectors[batch] = session.run(None, inputs)[0]
        return vectors
