"""What readers said of answers: JSON lines in a file of the knowledge base folder that only its owner can read."""

import json
import os
import threading
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args
from uuid import uuid4

from ingest.upkeep import FEEDBACK_NAME
from kb.errors import SourceError
from kb.phrases import Sentence

Verdict = Literal["useful", "wrong"]
_GUARD = threading.Lock()  # one writer of this process; a line is written at once, so that no other tears it


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's word on one answer. `when` is UTC to the minute.

    `question` and `shown` (citations) are there only if the reader agreed.
    """

    id: str
    when: str
    verdict: Verdict
    status: str
    note: str = ""
    question: str = ""
    shown: tuple[str, ...] = ()


def new_feedback(
    verdict: Verdict, status: str, note: str = "", question: str = "", shown: tuple[str, ...] = ()
) -> Feedback:
    """A word said now."""
    return Feedback(
        uuid4().hex[:12],
        datetime.now(UTC).isoformat(timespec="minutes"),
        verdict,
        status,
        note.strip(),
        question.strip(),
        shown,
    )


def keep(folder: Path, feedback: Feedback) -> None:
    """Add it to the file of `folder`, made with mode 0600. Raises SourceError where it cannot be written."""
    line = f"{json.dumps(asdict(feedback), ensure_ascii=False)}\n".encode()
    file = folder / FEEDBACK_NAME
    try:
        with _GUARD:
            handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line)
            finally:
                os.close(handle)
    except OSError as exc:
        raise SourceError(_failed("not-written", file, exc)) from exc


def kept(folder: Path) -> tuple[tuple[Feedback, ...], int]:
    """What the file holds, latest first, and the number of lines that are damaged. Raises SourceError as `keep`."""
    found, damaged = list[Feedback](), 0
    for line in _lines(folder / FEEDBACK_NAME):
        one = _feedback_of(line)
        if one is None:
            damaged += 1
        else:
            found.append(one)
    return tuple(reversed(found)), damaged


def forget(folder: Path, ids: Collection[str]) -> None:
    """Delete these from the file, and damaged lines with them; a file that holds nothing goes."""
    file = folder / FEEDBACK_NAME
    with _GUARD:
        read = [one for line in _lines(file) if (one := _feedback_of(line)) is not None]
        left = [one for one in read if one.id not in ids]
        try:
            if not left:
                file.unlink(missing_ok=True)
                return
            beside = file.with_suffix(".new")
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.writelines(f"{json.dumps(asdict(one), ensure_ascii=False)}\n" for one in left)
            beside.replace(file)
        except OSError as exc:
            raise SourceError(_failed("not-written", file, exc)) from exc


def _failed(how: str, file: Path, error: OSError) -> Sentence:
    return Sentence(f"ui_ask.feedback.{how}", file=str(file), why=str(error.strerror or error))


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8", errors="replace").split("\n") if line.strip()]
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise SourceError(_failed("not-read", file, exc)) from exc


def _feedback_of(line: str) -> Feedback | None:
    """The Feedback of a line that `keep` wrote; None for any other."""
    try:
        members = json.loads(line)
        one = Feedback(**{**members, "shown": tuple(members["shown"])})
    except (ValueError, TypeError, KeyError):
        return None
    texts = (one.id, one.when, one.status, one.note, one.question, *one.shown)
    return one if one.verdict in get_args(Verdict) and all(isinstance(text, str) for text in texts) else None
