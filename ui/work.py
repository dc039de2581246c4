"""Long work, done in a thread of its own and watched from a page: it goes on when the page is left."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import streamlit as st

from ingest.store import Progress, Stage
from ui.language import say

T = TypeVar("T")

STAGES: tuple[Stage, ...] = ("read", "embed", "index")
_LOOK_EVERY = 0.15  # seconds between two drawings of the bars


class Work(Generic[T]):
    """One ingest run with a result. Works that share a `turn` follow each other.

    `stages` is done and total, by stage, so far.
    """

    def __init__(self, task: Callable[[Progress], T], turn: threading.Lock) -> None:
        self._task = task
        self._turn = turn
        self._done = threading.Event()
        self._result: list[T] = []
        self._error: BaseException | None = None
        self.stages: dict[Stage, tuple[int, int]] = dict.fromkeys(STAGES, (0, 0))
        threading.Thread(target=self._run, name="recourse-work", daemon=True).start()

    def _run(self) -> None:
        try:
            with self._turn:
                self._result.append(self._task(self._note))
        except BaseException as exc:  # raised again by `result`, in the thread that asks for it
            self._error = exc
        finally:
            self._done.set()

    def _note(self, stage: Stage, done: int, total: int) -> None:
        self.stages[stage] = (done, total)

    @property
    def has_begun(self) -> bool:
        """Whether a stage has been reported."""
        return any(counts != (0, 0) for counts in self.stages.values())

    def ended(self, seconds: float) -> bool:
        """Whether it is over, waiting at most so long for that."""
        return self._done.wait(seconds)

    def result(self) -> T:
        """What the task returned, once it is over; raises what the task raised."""
        self._done.wait()
        if self._error is not None:
            raise self._error
        return self._result[0]


def follow(work: Work[T], before: str, heading: str) -> T:
    """The result of `work`; until it comes, the page says `before`, then `heading` over a bar for each stage.

    Raises what the task raised.
    """
    if work.ended(_LOOK_EVERY):
        return work.result()
    place = st.empty()
    place.html(f'<p class="work-heading" role="status">{before}</p>')
    while not work.has_begun and not work.ended(_LOOK_EVERY):
        pass
    if not work.ended(0):
        _draw_bars(work, place.container(key="work"), heading)
    place.empty()
    return work.result()


def _draw_bars(work: Work[T], area: Any, heading: str) -> None:
    area.html(f'<p class="work-heading" role="status">{heading}</p>')
    names = {stage: say(f"frame.stage-{stage}") for stage in STAGES}
    bars = {stage: area.progress(0.0, text=name) for stage, name in names.items()}
    while not work.ended(_LOOK_EVERY):
        for number, (stage, name) in enumerate(names.items(), 1):
            share, text = bar(stage, work.stages)
            bars[stage].progress(share, text=f"{number}. {name}{text}")


def bar(stage: Stage, stages: dict[Stage, tuple[int, int]]) -> tuple[float, str]:
    """How full a stage's bar is, in [0, 1], and what to say beside its name."""
    done, total = stages[stage]
    later = any(stages[name] != (0, 0) for name in STAGES[STAGES.index(stage) + 1 :])
    if total == 0:
        return (1.0, f": {say('frame.stage-done')}") if later else (0.0, "")
    return min(1.0, done / total), f": {say('frame.stage-counts', done=f'{done:,}', total=f'{total:,}')}"
