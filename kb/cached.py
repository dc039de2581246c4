"""Cached vectors and word pieces as the catalog's rows hold them, and whether their bytes are what was written."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from kb.errors import IndexNotReady
from kb.late import Array, Offsets, unpacked

T = TypeVar("T")

_UNIT = 1e-3
_NEARLY_UNIT = 0.2  # of squares: 96 numbers, each rounded to a signed byte


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What is cached by text: its table and columns, and what reads them, None where they are damaged."""

    table: str
    columns: str
    read: Callable[..., T | None]


def text_digest(text: str) -> bytes:
    """SHA-256 of a text's UTF-8: the address of its cached vector, never an identity of a passage."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def vector_of(blob: bytes) -> Array | None:
    """A vector, shape (dim,); None where it is not of length 1, as every embedder gives it."""
    if len(blob) % 4:
        return None
    vector: Array = np.frombuffer(blob, dtype=np.float32)
    with np.errstate(all="ignore"):  # damaged bytes are any numbers
        return vector if abs(float(vector @ vector) - 1.0) < _UNIT else None


def pieces_of(vectors: bytes, spans: bytes) -> tuple[Array, Offsets] | None:
    """Word pieces (vectors, spans); None where a vector is not of length 1 or a span is no stretch of text."""
    try:
        found, places = unpacked(vectors, spans)
    except ValueError:
        return None
    squares = np.einsum("ij,ij->i", found, found)
    if len(places) and (np.abs(squares - 1.0).max() > _NEARLY_UNIT or (places[:, 0] >= places[:, 1]).any()):
        return None
    return found, places


VECTORS = Kind("vector", "vector", vector_of)
PIECES = Kind("token", "vectors, spans", pieces_of)


def cached(
    rows: Callable[[str, Sequence[Any]], list[Any]], kind: Kind[T], model: str, texts: Iterable[str]
) -> tuple[dict[str, T], int]:
    """What is cached for `texts`, by text, and how many more are damaged."""
    by_digest = {text_digest(text): text for text in texts}
    found: dict[str, T] = {}
    damaged = 0
    digests = list(by_digest)
    for start in range(0, len(digests), 500):
        part = digests[start : start + 500]
        marks = ",".join("?" * len(part))
        sql = f"SELECT digest, {kind.columns} FROM {kind.table} WHERE model = ? AND digest IN ({marks})"
        for digest, *columns in rows(sql, (model, *part)):
            value = kind.read(*columns)
            damaged += value is None
            if value is not None:
                found[by_digest[digest]] = value
    return found, damaged


def refused(folder: Path, damaged: int) -> IndexNotReady:
    """The error that says what to run where cached rows are damaged."""
    return IndexNotReady(
        f"{damaged} cached vectors in {folder} are damaged: run `python -m ingest build --kb {folder}`, "
        "which makes them again"
    )
