"""Many readers and one writer: threads and processes ask while documents come, change and go."""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ingest.build import add, remove
from ingest.upload import items_of
from kb.base import KnowledgeBase
from tests.fakes import HashEmbedder
from tests.torture.processes import Child, in_child
from tests.torture.scenes import QUESTIONS, Answers, answer, answers, built, prepare

HOURS = ("noon", "nine", "dusk")


@dataclass(slots=True)
class Talk:
    """What the readers got: answers by generation kind, and what no serial run gives."""

    asked: int = 0
    changes: int = 0
    by_state: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    mixtures: list[str] = field(default_factory=list)


def changes(folder: Path, home: Path) -> list[Callable[[], object]]:
    """The writer's round: each change leads to the state of its number, the last one back to the first."""

    def put(hour: str) -> Callable[[], object]:
        def change() -> object:
            file = home / "clinic.txt"
            file.write_text(f"The clinic on Elm Street opens at {hour}.\n", encoding="utf-8")
            return add(items_of([file]), folder, HashEmbedder())

        return change

    return [*(put(hour) for hour in HOURS), lambda: remove("added-clinic", folder, HashEmbedder())]


def serial(home: Path) -> list[Answers]:
    """The answers of every state, each read while nothing else is done. State 0 is the corpus alone."""
    corpus = prepare(home / "corpus")
    built(corpus, home / "kb")
    base = KnowledgeBase.open(home / "kb", HashEmbedder())
    found = [answers(base)]
    for change in changes(home / "kb", home)[:-1]:
        change()
        found.append(answers(base))
    return found


def listen(folder: Path, stop: Path, threads: int, states: list[Answers]) -> Talk:
    """What `threads` readers that share one KnowledgeBase get until the file `stop` is there."""
    base, talk, guard = KnowledgeBase.open(folder, HashEmbedder()), Talk(), threading.Lock()

    def ask(first: int) -> None:
        turn = first
        while not stop.exists():
            number = turn % len(QUESTIONS)
            turn += 1
            try:
                said = answer(base, QUESTIONS[number])
            except Exception as exc:
                with guard:
                    talk.errors.append(f"{QUESTIONS[number]}: {exc!r}")
                continue
            fitting = [state for state, known in enumerate(states) if known[number] == said]
            with guard:
                talk.asked += 1
                if fitting:
                    talk.by_state[fitting[0]] += 1
                else:
                    talk.mixtures.append(f"{QUESTIONS[number]}: {said[:3]}")

    workers = [threading.Thread(target=ask, args=(n,), daemon=True) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return talk


def write_until(folder: Path, home: Path, end: float) -> int:
    """Make the changes in turn until the moment `end`, whole rounds; how many."""
    done = 0
    while time.monotonic() < end:
        for change in changes(folder, home):
            change()
            done += 1
    return done


def talk(seconds: float, threads: int = 16, processes: int = 2) -> Talk:
    """One process with `threads` readers, `processes` readers of one thread, and a writer, all for `seconds`."""
    with tempfile.TemporaryDirectory(prefix="torture-") as root:
        home = Path(root)
        states = in_child(lambda: serial(home / "serial"))
        in_child(lambda: built(prepare(home / "corpus"), home / "kb"))
        stop, end = home / "stop", time.monotonic() + seconds
        counts = [threads, *[1] * processes]
        limit = seconds + 120
        readers = [Child(lambda n=n: listen(home / "kb", stop, n, states), limit) for n in counts]  # type: ignore[misc]
        try:
            done = in_child(lambda: write_until(home / "kb", home, end), limit)
        finally:
            stop.touch()
        whole = Talk(changes=done)
        for reader in readers:
            got = reader.result()
            whole.asked += got.asked
            whole.by_state += got.by_state
            whole.errors += got.errors
            whole.mixtures += got.mixtures
        return whole
