"""What a score carries: settings, commit, corpus and question file, so that it can be made again."""

import hashlib
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a run's scores come from. `created` is ISO 8601 UTC; `questions` are the paths as they were given."""

    created: str
    commit: str
    corpus_hash: str
    documents: int
    questions: tuple[str, ...]
    questions_hash: str
    split: str
    settings: dict[str, str]


def commit_of(folder: Path) -> str:
    """The git commit of the folder, with ``-dirty`` where tracked files were changed; "unknown" without git."""
    command = ["git", "--no-optional-locks", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip() or "unknown"


def corpus_hash(keys: Iterable[str]) -> str:
    """SHA-256 over the sorted document keys ``doc_id@version``, one a line: names what was searched."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()
