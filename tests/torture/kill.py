"""Writers killed at random moments and at every named step, while a reader asks all the time."""

import os
import random
import shlex
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.verify import verify
from kb.base import KnowledgeBase
from kb.errors import IndexNotReady
from tests.corpora import Corpus
from tests.fakes import HashEmbedder
from tests.torture.processes import Child, Crash, command, in_child
from tests.torture.scenes import MODEL, MOVES, QUESTIONS, Answers, Move, answer, answers, copy, prepare

STEPS = (
    "file kept", "stored document", "read", "embedded batch", "dense added", "lexical added", "before publish",
    "published", "garbage dense", "garbage lexical", "garbage catalog",
)  # fmt: skip
NOTHING: Answers = (("not ready",),)


@dataclass(slots=True)
class Tally:
    """Trials and what became of them; `losses` and `mixtures` name what was seen."""

    trials: int = 0
    killed: int = 0
    old: int = 0
    new: int = 0
    asked: int = 0
    healed: Counter[str] = field(default_factory=Counter)
    losses: list[str] = field(default_factory=list)
    mixtures: list[str] = field(default_factory=list)

    @property
    def survivors(self) -> int:
        """Trials after which the old or the new version answered."""
        return self.old + self.new


@dataclass(frozen=True, slots=True)
class Stage:
    """A move made ready: its corpus and knowledge base before it, and what is said before and after it."""

    move: Move
    home: Path
    old: Answers
    new: Answers
    seconds: float

    def scene(self, place: Path) -> tuple[Corpus, Path]:
        """The corpus and the knowledge base before the move once more, below `place`."""
        corpus = _corpus(self.home, place / "corpus")
        copy(self.home / "kb", place / "kb")
        return corpus, place / "kb"


def _corpus(home: Path, folder: Path) -> Corpus:
    import yaml

    shutil.copytree(home / "corpus", folder)
    rows = yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))["documents"]
    return Corpus(folder, {row["doc_id"]: row for row in rows})


def make_ready(move: Move, home: Path) -> Stage:
    """The move's state before, and what a serial run without a kill answers before and after it."""

    def before() -> Answers:
        move.before(prepare(home / "corpus"), home / "kb")
        return heard(home / "kb", MODEL)

    old = in_child(before)
    stage = Stage(move, home, old, (), 0.0)

    def after() -> tuple[Answers, float]:
        corpus, folder = stage.scene(home / "serial")
        move.become_its_program()
        begun = time.monotonic()
        move.act(corpus, folder, lambda step: None)
        return heard(folder, move.model), time.monotonic() - begun

    new, seconds = in_child(after)
    return Stage(move, home, old, new, seconds)


def heard(folder: Path, model: str) -> Answers:
    """The answers of the knowledge base, NOTHING where it says that it is not ready."""
    try:
        return answers(KnowledgeBase.open(folder, HashEmbedder(model)))
    except IndexNotReady:
        return NOTHING


@dataclass(slots=True)
class Reading:
    """What a reader process saw: questions answered by the old and the new version, and what was neither."""

    old: int = 0
    new: int = 0
    odd: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def read_until(stop: Path, ready: Path, folder: Path, stage: Stage, pause: float) -> Reading:
    """Ask the questions in turn, `pause` seconds apart, until the file `stop` is there.

    `ready` is made after the first answer. The new version may follow the old one, and never the other way round.
    """
    seen, base, turn = Reading(), None, 0
    while not stop.exists() or not turn:
        number = turn % len(QUESTIONS)
        try:
            base = base or KnowledgeBase.open(folder, HashEmbedder(MODEL))
            said = answer(base, QUESTIONS[number])
        except IndexNotReady as exc:
            may = (stage.old == NOTHING and not seen.new) or (
                "was built with" in str(exc) and stage.move.model != MODEL
            )
            if not may:
                seen.failed.append(str(exc))
        except Exception as exc:
            seen.failed.append(repr(exc))
        else:
            if stage.old != NOTHING and said == stage.old[number] and (not seen.new or said == stage.new[number]):
                seen.old += 1
            elif said == stage.new[number]:
                seen.new += 1
            else:
                seen.odd.append(f"{QUESTIONS[number]}: {_difference(said, stage, number)}")
        turn += 1
        ready.touch()
        time.sleep(pause)
    return seen


def _difference(said: tuple[object, ...], stage: Stage, number: int) -> str:
    """Which parts of an answer are those of neither version."""
    old = stage.old[number] if stage.old != NOTHING else (None,) * 4
    parts = ("status", "lead", "quotes", "hits")
    wrong = [part for part, s, o, n in zip(parts, said, old, stage.new[number], strict=True) if s not in (o, n)]
    return f"neither version's {', '.join(wrong)}" if wrong else "parts of both versions"


def trial(
    stage: Stage, place: Path, kill: Callable[[Child[None]], None] | str, nth: int, tally: Tally, pause: float
) -> None:
    """One move, killed by `kill` or at the `nth` call of a named step, and what the knowledge base is then."""
    move = stage.move
    corpus, folder = stage.scene(place)
    stop, ready = place / "stop", place / "ready"
    reader = Child(lambda: read_until(stop, ready, folder, stage, pause))
    while not ready.exists():
        time.sleep(0.002)
    calls: Counter[str] = Counter()

    def at(step: str) -> None:
        calls[step] += 1
        if step == kill and calls[step] == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def act() -> None:
        move.become_its_program()
        move.act(corpus, folder, at)

    writer = Child(act)
    if callable(kill):
        kill(writer)
    tally.trials += 1
    status = writer.wait()
    tally.killed += status == -signal.SIGKILL
    writer.forget()
    time.sleep(0.02)
    stop.touch()
    name = f"{move.name}, {f'{kill} {nth}' if isinstance(kill, str) else 'random'}"
    if status not in (0, -signal.SIGKILL):
        tally.losses.append(f"{name}: the writer ended with {status}")
    _note_reader(reader, name, tally)
    _examine(stage, corpus, folder, name, tally)


def _note_reader(reader: Child[Reading], name: str, tally: Tally) -> None:
    try:
        seen = reader.result()
    except Crash as exc:
        tally.losses.append(f"{name}: the reader died: {exc}")
        return
    tally.asked += seen.old + seen.new
    tally.losses += [f"{name}: the reader got: {text}" for text in seen.failed[:1]]
    tally.mixtures += [f"{name}: the reader got: {text}" for text in seen.odd[:1]]


def _examine(stage: Stage, corpus: Corpus, folder: Path, name: str, tally: Tally) -> None:
    """Which version answers after the kill; verify, its remedies, and the move again after them."""
    move = stage.move
    try:
        left = in_child(lambda: [heard(folder, model) for model in dict.fromkeys((MODEL, move.model))])
        if stage.new in left:
            tally.new += 1
        elif stage.old in left:
            tally.old += 1
        else:
            kind = tally.losses if set(left) == {NOTHING} else tally.mixtures
            kind.append(f"{name}: after the kill neither version answers")
        remedies, after = in_child(lambda: (healing(stage, corpus, folder), _finish(stage, corpus, folder)))
        tally.healed.update(remedies)
        if after != stage.new:
            tally.losses.append(f"{name}: the move done again does not give the new version")
    except Crash as exc:
        tally.losses.append(f"{name}: {str(exc).strip().splitlines()[-1]}")


def healing(stage: Stage, corpus: Corpus, folder: Path) -> list[str]:
    """The remedies that verify named and that were run, until it had none to name. Raises where they do not heal."""
    stage.move.become_its_program()
    done: list[str] = []
    for _ in range(3):
        try:
            remedies = list(dict.fromkeys(f.remedy for f in verify(folder, HashEmbedder(stage.move.model))))
        except IndexNotReady as exc:
            if "run `python -m ingest build" not in str(exc):
                raise
            remedies = ["python -m ingest build"]
        if not remedies:
            return done
        for remedy in remedies:
            words = shlex.split(remedy)[3:]
            extra = ["--corpus", str(corpus.folder)] if words[0] == "build" else []
            code, said = command([*words, "--kb", str(folder), *extra], stage.move.model)
            if code:
                raise RuntimeError(f"{remedy}: {said}")
            done.append(remedy)
    raise RuntimeError(f"verify is not clean after {done}: {verify(folder, HashEmbedder(stage.move.model))}")


def _finish(stage: Stage, corpus: Corpus, folder: Path) -> Answers:
    """The answers after the move was done again, if it had not been done."""
    if (now := heard(folder, stage.move.model)) == stage.new:
        return now
    stage.move.become_its_program()
    stage.move.act(corpus, folder, lambda step: None)
    return heard(folder, stage.move.model)


def steps_of(stage: Stage, place: Path) -> list[tuple[str, int]]:
    """The named steps that the move passes: the first and the last call of each."""

    def passed() -> Counter[str]:
        corpus, folder = stage.scene(place)
        stage.move.become_its_program()
        calls: Counter[str] = Counter()
        stage.move.act(corpus, folder, lambda step: calls.update([step]))
        return calls

    calls = in_child(passed)
    return [(step, nth) for step in STEPS for nth in sorted({1, calls[step]}) if calls[step]]


def torment(
    trials: int, moves: Sequence[Move] = MOVES, *, steps: bool = True, seed: int = 1, pause: float = 0.001
) -> Tally:
    """`trials` kills at random moments, spread over the moves, and one at every step that each of them passes.

    A writer that was done before its moment does not count, and its move is taken for shorter; after three times as
    many tries it is enough.
    """
    tally, chance = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="torture-") as root:
        stages = [make_ready(move, Path(root) / move.name.replace(" ", "-")) for move in moves]
        for stage in stages:
            for step, nth in steps_of(stage, stage.home / "steps") if steps else ():
                _in_place(stage, step, nth, tally, pause)
        length = {stage.move.name: stage.seconds * 1.1 for stage in stages}
        killed, number = tally.killed, 0
        while tally.killed - killed < trials and number < 3 * trials:
            stage, before = stages[number % len(stages)], tally.killed
            moment = chance.uniform(0.0, length[stage.move.name])
            number += 1

            def after_a_while(child: Child[None], moment: float = moment) -> None:
                time.sleep(moment)
                child.kill()

            _in_place(stage, after_a_while, 0, tally, pause)
            if tally.killed == before:
                length[stage.move.name] *= 0.9
    return tally


def _in_place(stage: Stage, kill: Callable[[Child[None]], None] | str, nth: int, tally: Tally, pause: float) -> None:
    with tempfile.TemporaryDirectory(dir=stage.home, prefix="trial-") as place:
        trial(stage, Path(place), kill, nth, tally, pause)
