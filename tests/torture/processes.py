"""Work in processes of its own: forked from one that has imported all and opened nothing, so that each is fresh."""

import os
import pickle
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


class Child(Generic[T]):
    """`work`, at work in a process of its own from the moment that this is made."""

    def __init__(self, work: Callable[[], T], limit: float = 120.0) -> None:
        handle, name = tempfile.mkstemp(prefix="torture-")
        os.close(handle)
        self._result = Path(name)
        self._limit = limit
        sys.stdout.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads: pytest's own sleep
            self.pid = os.fork()
        if self.pid == 0:
            self._run(work)

    def _run(self, work: Callable[[], T]) -> None:
        code = 0
        try:
            _end_with_parent()
            self._result.write_bytes(pickle.dumps(work()))
        except BaseException:
            self._result.write_bytes(pickle.dumps(Crash(traceback.format_exc())))
            code = 1
        finally:
            os._exit(code)

    def kill(self) -> None:
        """End it as a power cut would; nothing if it ended before."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def wait(self) -> int:
        """Its exit status as the shell gives it: negative for a signal. Kills it after the limit."""
        end = time.monotonic() + self._limit
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > end:
                self.kill()
            time.sleep(0.005)

    def result(self) -> T:
        """What `work` gave. Raises Crash where it raised or was killed."""
        status = self.wait()
        data = self._result.read_bytes()
        self._result.unlink()
        if not data:
            raise Crash(f"ended with status {status} and no result")
        found = pickle.loads(data)
        if isinstance(found, Crash):
            raise found
        return found  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Remove what it may have left."""
        self._result.unlink(missing_ok=True)


def _end_with_parent() -> None:
    """Have the system kill this process when its parent ends (Linux; elsewhere it outlives a killed parent)."""
    import ctypes

    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Crash(Exception):
    """A child that raised, with its traceback, or died."""


def in_child(work: Callable[[], T], limit: float = 120.0) -> T:
    """What `work` gives, done in a process of its own."""
    return Child(work, limit).result()


def warm() -> None:
    """Import what is slow, so that no child has to; opens nothing and starts no thread."""
    import chromadb
    import llama_index.core.schema
    import llama_index.vector_stores.chroma
    import tantivy

    assert chromadb and llama_index and tantivy


def command(arguments: list[str], model: str) -> tuple[int, str]:
    """Exit code and output of `python -m ingest ARGUMENTS...` with the hashed embedder as its model."""
    from contextlib import redirect_stderr

    import ingest.model
    from ingest.__main__ import main
    from tests.fakes import HashEmbedder

    ingest.model.ready_model = lambda *_, **__: HashEmbedder(model)  # type: ignore[assignment]
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            code = main(arguments)
        except SystemExit as exc:
            code = int(exc.code or 0)
    return code, said.getvalue()
