"""What a score carries: settings, commit, corpus and question file, so that it can be made again."""

import hashlib
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evals.bootstrap import LEVEL, RESAMPLES, SEED
from evals.questions import questions_hash


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


def origin_of(files: Sequence[Path], split: str, keys: Collection[str], settings: Mapping[str, str]) -> Origin:
    """The origin of a run that is made now, of the question `files` over the documents `keys`."""
    return Origin(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit_of(Path(__file__).parent),
        corpus_hash=corpus_hash(keys),
        documents=len(keys),
        questions=tuple(str(path) for path in files),
        questions_hash=questions_hash(files),
        split=split,
        settings={**settings, "bootstrap": f"percentile, {RESAMPLES} resamples, seed {SEED}, level {LEVEL}"},
    )
