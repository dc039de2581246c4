"""The process that reads files for the program, within limits of time, memory and output: ``python -m ingest.worker``.

It takes one request after the other from its input and answers each on its output. It can write no file, leaves no
core dump, and ends when its input does, which is when the program ends, however that came about.
"""

import io
import os
import queue
import sys
import threading
import time
from typing import Any, BinaryIO

from ingest.cover import cover_lines
from ingest.exchange import (
    BadAnswerError,
    cover_to_json,
    packed,
    parsed_to_json,
    read_frame,
    unpacked,
    write_frame,
)
from ingest.parse import parse
from kb.catalog import source_from_json
from kb.errors import KbError

READY = b"ready\n"
OUT_OF_MEMORY = 77
"""Exit code of a worker that had no memory left even to say so."""

_MOST = 1 << 32  # bytes of a request; the program has its own limit on files


def limit_process(memory: int) -> None:
    """Bound this process, and those that it starts: bytes of address space, no file written, no core dump.

    A system without such limits (Windows), or that refuses one, leaves the wall clock, which the program holds.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, value in (("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), ("RLIMIT_AS", memory)):
        _lower(resource, getattr(resource, kind, None), value)


def limit_cpu(seconds: float) -> None:
    """End this process by a signal once it has worked `seconds` more."""
    try:
        import resource
    except ImportError:
        return
    _lower(resource, resource.RLIMIT_CPU, int(time.process_time() + seconds) + 1)


def _lower(resource: Any, kind: int | None, value: int) -> None:
    if kind is None:
        return
    hard = resource.getrlimit(kind)[1]
    try:
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    except (ValueError, OSError):
        return


def serve(requests: BinaryIO, answers: BinaryIO, most: int) -> None:
    """Answer requests until they end; an answer has at most `most` bytes."""
    waiting: queue.SimpleQueue[tuple[bytes, bytes]] = queue.SimpleQueue()

    def take() -> None:
        # A thread of its own: the end of the input has to be seen while a file is being read.
        try:
            while frame := read_frame(requests, _MOST):
                waiting.put(frame)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except BadAnswerError:
            pass
        os._exit(0)

    threading.Thread(target=take, daemon=True).start()
    answers.write(READY)
    answers.flush()
    while True:
        message, data = waiting.get()
        answer = answer_to(unpacked(message), data, most)
        del message, data
        write_frame(answers, answer)


def answer_to(request: Any, data: bytes, most: int) -> bytes:
    """What was found in a file, or in words why nothing was; never an exception."""
    limit_cpu(request["cpu"])
    try:
        if request["task"] == "cover":
            found: object = cover_to_json(cover_lines(request["name"], data))
        else:
            found = parsed_to_json(parse(source_from_json(request["source"]), data))
        answer = packed({"found": found})
    except KbError as exc:
        return packed({"refused": str(exc)})
    except MemoryError:
        return packed({"contained": "memory"})
    except BaseException as exc:  # a fault of a reader, or of a library below it, is told and costs one file
        return packed({"contained": "fault", "fault": _where(exc)})
    return answer if len(answer) <= most else packed({"contained": "output"})


def _where(exc: BaseException) -> str:
    """The exception's type and where it was raised; not its words, which may be the file's."""
    trace = exc.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""
    return f"{type(exc).__name__}{place}"


def main(memory: str, most: str) -> None:
    """Take requests from standard input; standard output is kept for answers, so nothing else may print there."""
    answers = io.BufferedWriter(io.FileIO(os.dup(1), "wb"))
    requests = io.BufferedReader(io.FileIO(os.dup(0), "rb"))
    with open(os.devnull, "r+b") as nothing:
        for descriptor in (0, 1, 2):
            os.dup2(nothing.fileno(), descriptor)
    limit_process(int(memory))
    serve(requests, answers, int(most))


if __name__ == "__main__":
    main(*sys.argv[1:])
