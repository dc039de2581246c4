"""A run of a question set in a thread of its own: it goes on when the page is left, and can be stopped."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from evals.measured import Part, measure
from evals.questions import Question
from evals.run import Base


class _Stopped(Exception):
    """The reader wants no more."""


class Measuring:
    """`done` of `total` questions are answered so far; `total` is 0 until the file is read."""

    def __init__(self, base: Base, file: Path, part: Part, out: Path) -> None:
        self.out = out
        self.done, self.total = 0, 0
        self.stopped = False
        self.error: BaseException | None = None
        self._base, self._file, self._part = base, file, part
        self._stop, self._ended = threading.Event(), threading.Event()
        threading.Thread(target=self._run, name="recourse-measure", daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether it is over, well or not."""
        return self._ended.is_set()

    def stop(self) -> None:
        """End it after the question that is being answered; nothing is kept of it."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, waiting at most so long for that."""
        return self._ended.wait(seconds)

    def _run(self) -> None:
        try:
            measure(self._base, [self._file], self._part, self.out, self._watched)
        except _Stopped:
            self.stopped = True
        except BaseException as exc:  # shown by the page, or raised there where it is a fault of the program
            self.error = exc
        finally:
            if not (self.out / "run.json").exists():
                with suppress(OSError):
                    self.out.rmdir()
            self._ended.set()

    def _watched(self, questions: Sequence[Question]) -> Iterator[Question]:
        self.total = len(questions)
        for question in questions:
            if self._stop.is_set():
                raise _Stopped
            yield question
            self.done += 1
