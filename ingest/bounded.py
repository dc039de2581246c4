"""Files read in a process of its own, with bounds: a file made to do harm costs one message and leaves nothing behind.

One process serves many files of a run, and waits a short while for the next run. It is stopped, with what it started,
when a file exceeds a limit, and the next file gets a new one. Where no process can be started files are read in this
one, and a warning says so.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from ingest.cover import CoverLine, cover_lines
from ingest.exchange import (
    BadAnswerError,
    cover_from_json,
    packed,
    parsed_from_json,
    read_frame,
    unpacked,
    write_frame,
)
from ingest.parse import Parsed, parse
from ingest.read import version_of
from ingest.worker import OUT_OF_MEMORY, READY
from kb.catalog import source_to_json
from kb.errors import ParseError
from kb.types import Source

Reason = Literal["time", "memory", "output", "broke off", "fault"]

_START = 60  # seconds that a worker may take to start
_KEPT = 20  # seconds that an idle worker waits for the next run
_ROOT = Path(__file__).resolve().parents[1]
_SPLIT = "split it into smaller files, or print it to a new PDF, and add that"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: seconds of work, and more for each megabyte of it; bytes of memory; bytes of what
    is found. The wall clock may show `patience` times the seconds, since other programs work too."""

    seconds: float = 180
    seconds_per_mb: float = 20
    memory: int = 3_000_000_000
    output: int = 300_000_000
    patience: float = 3

    def for_file(self, size: int) -> float:
        """Seconds of work for a file of `size` bytes."""
        return self.seconds + self.seconds_per_mb * size / 1_000_000


class ContainedError(ParseError):
    """Reading a file exceeded a limit or broke off; `reason` says which way."""

    def __init__(self, message: str, reason: Reason) -> None:
        super().__init__(message)
        self.reason: Reason = reason


class Worker:
    """Reads files within `limits`; to be used in a ``with`` statement, by one thread."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._child: _Child | None = None
        self._refused = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if self._child is not None:
            _keep(self._child)
            self._child = None

    def parse(self, source: Source, data: bytes) -> Parsed:
        """As ingest.parse.parse; ContainedError where the limits end it."""
        request = {"task": "parse", "source": source_to_json(source)}
        found = self._ask(source.path, request, data)
        if found is None:
            parsed = parse(source, data)
            return replace(parsed, warnings=(*parsed.warnings, self._unbounded(source.path)))
        try:
            parsed = parsed_from_json(found, source, version_of(source, data))
        except BadAnswerError as exc:
            raise self._contained(source.path, "fault", f"its answer is wrong: {exc}", 0) from exc
        if parsed.source.authority != source.authority:
            raise self._contained(source.path, "fault", "it calls the file what it is not", 0)
        return parsed

    def cover(self, name: str, data: bytes) -> tuple[CoverLine, ...]:
        """As ingest.cover.cover_lines; ContainedError where the limits end it."""
        found = self._ask(name, {"task": "cover", "name": name}, data)
        if found is None:
            return cover_lines(name, data)
        try:
            return cover_from_json(found)
        except BadAnswerError as exc:
            raise self._contained(name, "fault", f"its answer is wrong: {exc}", 0) from exc

    def _unbounded(self, name: str) -> str:
        return (
            f"{name}: was read without limits on time and memory, because no other process could be started "
            f"({self._refused}); add only files that you trust on this computer"
        )

    def _ask(self, name: str, request: dict[str, Any], data: bytes) -> Any:
        """What a worker found in a file; None where no worker can be started. Raises ParseError and ContainedError."""
        try:
            self._child = self._child or _start(self._limits)
        except OSError as exc:
            self._refused = str(exc)
            return None
        seconds = self._limits.for_file(len(data))
        message = packed({**request, "cpu": seconds})
        try:
            answer = unpacked(self._child.ask(message, data, seconds * self._limits.patience))
        except BadAnswerError as exc:
            reason, said = self._child.end()
            if str(exc) == "too long":
                reason = "output"
            raise self._contained(name, reason, said or str(exc), seconds) from exc
        if not isinstance(answer, dict) or "contained" in answer:
            broken = answer if isinstance(answer, dict) else {}
            raise self._contained(name, broken.get("contained", "fault"), str(broken.get("fault", "")), seconds)
        if "refused" in answer:
            raise ParseError(str(answer["refused"]))
        return answer.get("found")

    def _contained(self, name: str, reason: Reason, said: str, seconds: float) -> ContainedError:
        """The error for a file that was given up; its worker goes."""
        if self._child is not None:
            self._child.end()
            self._child = None
        megabytes = 1_000_000
        what = {
            "time": f"reading it took more than the {seconds:.0f} seconds that a file of its size may take; {_SPLIT}",
            "memory": f"reading it took more than {self._limits.memory // megabytes:,} MB of memory; {_SPLIT}",
            "output": f"it unpacks to more than {self._limits.output // megabytes:,} MB of text; {_SPLIT}",
            "broke off": f"reading it broke off ({said}); the file is damaged: open and save it again and add that",
            "fault": f"it cannot be read ({said}); open and save it again, or print it to a new PDF, and add that",
        }
        if reason not in what:
            reason = "fault"
        return ContainedError(f"{name}: {what[reason]}", reason)


class _Child:
    """A worker process and the pipes to it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.idle_since = 0.0
        self._overdue = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.worker", str(limits.memory), str(limits.output)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a group of its own, to be ended as a whole
        )
        if self._timed(_START, lambda: self._out.read(len(READY))) != READY:
            _, said = self.end()
            raise OSError(f"the reading process did not start: {said or 'no answer'}")

    @property
    def _out(self) -> Any:
        return self._process.stdout

    def ask(self, message: bytes, data: bytes, seconds: float) -> bytes:
        """The answer to a request. Raises BadAnswerError where none comes within `seconds` or it is too long."""

        def exchange() -> bytes:
            try:
                write_frame(self._process.stdin, message, data)  # type: ignore[arg-type]
            except OSError as exc:
                raise BadAnswerError("cut off") from exc
            frame = read_frame(self._out, self.limits.output + 1000)
            if frame is None:
                raise BadAnswerError("cut off")
            return frame[0]

        answer: bytes = self._timed(seconds, exchange)
        return answer

    def _timed(self, seconds: float, action: Any) -> Any:
        """The result of `action`, which ends early, since the process does, when `seconds` are over."""

        def stop() -> None:
            self._overdue = True
            self._kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            return action()
        finally:
            timer.cancel()

    def _kill(self) -> None:
        try:
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        except (ProcessLookupError, PermissionError):
            self._process.kill()

    def end(self) -> tuple[Reason, str]:
        """Stop the process and what it started; why it had ended already, if it had, as a reason and in words."""
        try:
            code = self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            code = None
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()  # type: ignore[union-attr]
            except OSError:
                continue
        self._process.wait()
        if self._overdue or code == -getattr(signal, "SIGXCPU", 24):
            return "time", ""
        if code == OUT_OF_MEMORY:
            return "memory", ""
        if code is None:
            return "broke off", ""
        return "broke off", f"signal {-code}" if code < 0 else f"exit code {code}"

    def is_alive(self) -> bool:
        return self._process.poll() is None


_spare: list[_Child] = []
_spare_lock = threading.Lock()


def _start(limits: Limits) -> _Child:
    """The idle worker of an earlier run where it has the same limits, else a new one. Raises OSError."""
    with _spare_lock:
        child = _spare.pop() if _spare else None
    if child is not None and child.limits == limits and child.is_alive():
        return child
    if child is not None:
        child.end()
    return _Child(limits)


def _keep(child: _Child) -> None:
    """Let a worker wait for the next run; only one does."""
    atexit.unregister(_drop_idle)
    atexit.register(_drop_idle, 0)
    child.idle_since = time.monotonic()
    with _spare_lock:
        surplus, _spare[:] = _spare[:], [child]
    for other in surplus:
        other.end()
    timer = threading.Timer(_KEPT, _drop_idle)
    timer.daemon = True
    timer.start()


def _drop_idle(seconds: float = _KEPT - 1) -> None:
    """End the worker that has waited so long."""
    with _spare_lock:
        idle = [child for child in _spare if time.monotonic() - child.idle_since >= seconds]
        _spare[:] = [child for child in _spare if child not in idle]
    for child in idle:
        child.end()
