"""What was learned, made small: changes of matrices as two thin factors (their leading singular vectors)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ingest.model import LEFT, RIGHT
from ingest.training.objective import Head


def changes(before: Mapping[str, Any], after: Mapping[str, Any], rank: int) -> dict[str, Any]:
    """Arrays, half precision, of every weight of torch's that differs, of matrices the best approximation of `rank`."""
    found: dict[str, Any] = {}
    for name, old in before.items():
        change = (after[name] - old).detach().numpy().astype(np.float64)
        if not change.any():
            continue
        if change.ndim < 2:
            found[name] = change
            continue
        left, size, right = np.linalg.svd(change, full_matrices=False)
        found[name + LEFT] = left[:, :rank] * np.sqrt(size[:rank])
        found[name + RIGHT] = np.sqrt(size[:rank])[:, None] * right[:rank]
    return {name: value.astype(np.float16) for name, value in found.items()}


def write(file: Path, learned: Mapping[str, Any], head: Head) -> None:
    """The changes with the head, as one file for `ingest.model` and `kb.embed`."""
    arrays = {
        **learned,
        "projection": head.projection.detach().numpy().astype(np.float16),
        "importance": head.importance.detach().numpy().astype(np.float16),
    }
    np.savez_compressed(file, **arrays)
