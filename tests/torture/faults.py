"""Faults of disk and files: what is said, what heals it, and whether the answers are then what they were."""

import os
import random
import re
import resource
import shlex
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from kb.schema import CATALOG_NAME
from tests.corpora import Corpus
from tests.torture.kill import NOTHING, heard
from tests.torture.processes import Child, Crash, command, in_child
from tests.torture.scenes import MODEL, Answers, built, passages_of_length, prepare

Trouble = Callable[[Path], AbstractContextManager[None]]
"""Does its harm to a knowledge base folder; what passes by itself passes at the context's end."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the fault, what was said of it in one line, what healed it, and the answers."""

    fault: str
    message: str
    healed_by: str
    during: str
    after: str

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost: no wrong answer, no crash, and the old answers in the end."""
        return self.during in ("as before", "says what to run") and self.after == "as before"


def flip(file: Path, share: float = 0.01, skip: int = 0) -> None:
    """Turn over bits of a share of a file's bytes, at least 8, from byte `skip` on; always the same ones."""
    data, chance = bytearray(file.read_bytes()), random.Random(7)
    for _ in range(max(8, int(len(data) * share))):
        data[chance.randrange(min(skip, len(data) - 1), len(data))] ^= 1 << chance.randrange(8)
    file.write_bytes(data)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.name[0] != ".")


def _flip_all(folder: Path) -> None:
    for file in _files(folder):
        if file.stat().st_size:
            flip(file)


def _drop_half(folder: Path) -> None:
    for file in _files(folder)[::2]:
        file.unlink()


def _cut_graph(folder: Path) -> None:
    for file in folder.glob("dense/*/data_level0.bin"):
        os.truncate(file, file.stat().st_size // 2)


def _once(harm: Callable[[Path], object]) -> Trouble:
    def trouble(folder: Path) -> AbstractContextManager[None]:
        harm(folder)
        return nullcontext()

    return trouble


def _sql(file: str, *statements: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        connection = sqlite3.connect(folder / file)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return harm


def _half_copied(folder: Path) -> None:
    """As a copy that broke off: the indexes' files come in half, the catalog without its last pages."""
    _drop_half(folder / "dense")
    shutil.rmtree(folder / "lexical")
    file = folder / CATALOG_NAME
    os.truncate(file, file.stat().st_size // 2)


@contextmanager
def _busy(folder: Path) -> Iterator[None]:
    """Another process holds a write transaction on the catalog."""

    def hold() -> None:
        connection = sqlite3.connect(folder / CATALOG_NAME)
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(60)

    holder = Child(hold)
    time.sleep(0.3)
    try:
        yield
    finally:
        holder.kill()
        holder.wait()
        holder.forget()


@contextmanager
def _clock_back(folder: Path) -> Iterator[None]:
    """Twenty years earlier, in this process and its children."""
    plain = time.time
    time.time = lambda: plain() - 20 * 365.25 * 86_400
    try:
        yield
    finally:
        time.time = plain


def can_mount() -> bool:
    """Whether a small file system may be mounted here."""
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True)
        if done.returncode == 0:
            subprocess.run(["umount", place], check=True)
    return done.returncode == 0


@contextmanager
def _on_a_disk_of_its_own(folder: Path, options: str, after: str = "") -> Iterator[None]:
    """The folder on a small file system; it comes back to where it was, as it is then."""
    away = folder.with_name(f"{folder.name}-away")
    folder.rename(away)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        shutil.copytree(away, folder, dirs_exist_ok=True)
        if after:
            subprocess.run(["mount", "-o", after, str(folder)], check=True)
        yield
    finally:
        shutil.rmtree(away)
        shutil.copytree(folder, away)
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()
        away.rename(folder)


def _full_disk(folder: Path) -> AbstractContextManager[None]:
    used = sum(-(-file.stat().st_size // 4096) * 4096 + 4096 for file in folder.rglob("*"))
    return _on_a_disk_of_its_own(folder, f"size={used + 300_000}")


def _read_only(folder: Path) -> AbstractContextManager[None]:
    return _on_a_disk_of_its_own(folder, "size=64m", "remount,ro")


@contextmanager
def _no_longer_file(folder: Path) -> Iterator[None]:
    """No file may grow beyond 64 kB: a disk that is full, for where nothing can be mounted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


FAULTS: dict[str, Trouble] = {
    "disk full (a small tmpfs)": _full_disk,
    "disk full (RLIMIT_FSIZE)": _no_longer_file,
    "read-only folder": _read_only,
    "catalog busy": _busy,
    "dense index deleted": _once(lambda folder: shutil.rmtree(folder / "dense")),
    "dense index: bytes flipped": _once(lambda folder: _flip_all(folder / "dense")),
    "dense index: vectors' bytes flipped": _once(
        lambda folder: list(map(flip, (folder / "dense").rglob("data_level0.bin")))
    ),
    "dense index: graph's bytes flipped": _once(
        lambda folder: list(map(flip, (*folder.glob("dense/*/header.bin"), *folder.glob("dense/*/link_lists.bin"))))
    ),
    "dense index: graph cut short": _once(_cut_graph),
    "dense index: half missing": _once(lambda folder: _drop_half(folder / "dense")),
    "dense index: another text": _once(
        _sql(
            "dense/chroma.sqlite3",
            "UPDATE embedding_metadata SET string_value = 'other' WHERE key = 'chroma:document' AND id % 3 = 0",
        )
    ),
    "lexical index deleted": _once(lambda folder: shutil.rmtree(folder / "lexical")),
    "lexical index: bytes flipped": _once(lambda folder: _flip_all(folder / "lexical")),
    "lexical index: words' bytes flipped": _once(lambda folder: list(map(flip, (folder / "lexical").glob("*.idx")))),
    "lexical index: half missing": _once(lambda folder: _drop_half(folder / "lexical")),
    "catalog: bytes flipped": _once(lambda folder: flip(folder / CATALOG_NAME, 0.001, 100)),
    "catalog: header flipped": _once(
        lambda folder: (folder / CATALOG_NAME).write_bytes(b"?" * 100 + (folder / CATALOG_NAME).read_bytes()[100:])
    ),
    "catalog: a passage's text changed": _once(
        _sql(CATALOG_NAME, "UPDATE passage SET text = replace(text, '72 hours', '30 days')")
    ),
    "catalog: cached vectors lost": _once(_sql(CATALOG_NAME, "DELETE FROM vector")),
    "catalog: cached vectors zeroed": _once(_sql(CATALOG_NAME, "UPDATE vector SET vector = zeroblob(1536)")),
    "catalog: cached vectors cut short": _once(_sql(CATALOG_NAME, "UPDATE vector SET vector = substr(vector, 1, 70)")),
    "catalog: cached word pieces zeroed": _once(
        _sql(CATALOG_NAME, "UPDATE token SET vectors = zeroblob(length(vectors))")
    ),
    "original file changed": _once(lambda folder: flip(_files(folder / "files")[0])),
    "stale lock file": _once(lambda folder: (folder / "write.lock").write_text("4711\n")),
    "clock moved back": _clock_back,
    "half copied": _once(_half_copied),
    "half copied: catalog alone": _once(
        lambda folder: list(map(shutil.rmtree, (folder / name for name in ("dense", "lexical", "files"))))
    ),
}


PASSING = (
    "disk full (a small tmpfs)", "disk full (RLIMIT_FSIZE)", "read-only folder", "catalog busy", "stale lock file",
    "clock moved back",
)  # fmt: skip
"""Faults that do no harm by themselves: a document is added while they last."""


def try_fault(name: str, home: Path, place: Path) -> Row:
    """The fault on a copy of the knowledge base in `home`: reading, then adding while it lasts, then healing."""
    corpus, folder = Corpus(place / "corpus"), place / "kb"
    shutil.copytree(home / "corpus", corpus.folder)
    shutil.copytree(home / "kb", folder)
    whole, code, said = in_child(lambda: gist(heard(folder, MODEL))), 0, ""
    with FAULTS[name](folder):
        during, heard_of_it = _hear(folder, whole)
        if name in PASSING:
            file = corpus.folder.parent / "matters.txt"
            file.write_text(passages_of_length("matters", 150), encoding="utf-8")
            code, said = _say(lambda: command(["add", str(file), "--kb", str(folder)], MODEL))
            if code and during == "as before":
                during = _hear(folder, whole)[0]
    if name in PASSING and not code:
        _say(lambda: command(["remove", "added-matters", "--kb", str(folder)], MODEL))
    done, found = heal(folder, corpus)
    try:
        after = in_child(lambda: gist(heard(folder, MODEL)))
    except Crash as exc:
        return Row(name, found, ", ".join(done), during, f"died: {_last(str(exc))}")
    message = (_one_line(said) if code else "") or heard_of_it or found
    kind = "as before" if after == whole else "none" if after == NOTHING else "OTHERS"
    return Row(name, message or "-", ", ".join(done) or "nothing to heal", during, kind)


def gist(said: Answers) -> Answers:
    """Status, lead and quotes. The hits are left out: of over 1,000 passages Chroma's graph finds nearly the best 100,
    and a graph made again finds others among equals."""
    return tuple(answer[:3] for answer in said)


def _hear(folder: Path, whole: object) -> tuple[str, str]:
    """What a reader gets (the answers as before, an error of ours that names a command, or what must not be), and
    the error's words."""

    def listen() -> tuple[str, str]:
        from kb.base import KnowledgeBase
        from kb.errors import KbError
        from tests.fakes import HashEmbedder
        from tests.torture.scenes import answers

        try:
            same = gist(answers(KnowledgeBase.open(folder, HashEmbedder(MODEL)))) == whole
            return "as before" if same else "OTHERS", ""
        except KbError as exc:
            clear = "\n" not in str(exc) and (_commands(str(exc)) or "try again" in str(exc))
            return "says what to run" if clear else "unclear", str(exc)

    try:
        return in_child(listen, 60)
    except Crash as exc:
        return f"died: {_last(str(exc))}", ""


def _say(work: Callable[[], tuple[int, str]]) -> tuple[int, str]:
    try:
        return in_child(work, 60)
    except Crash as exc:
        return 99, f"died: {_last(str(exc))}"


def _last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]


def _one_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith("ingest: ")]
    return lines[-1].removeprefix("ingest: ") if lines else _last(text)


def _commands(text: str) -> list[str]:
    """The commands that a message names, and `move` and `add` for what a person does by hand."""
    if "move that folder away" in text or "move the folder away" in text:
        return ["move it away, build, add again"]
    if "add the document again" in text:
        return ["add the document again"]
    return re.findall(r"python -m ingest [a-z-]+(?: (?:dense|lexical))?", text)


def heal(folder: Path, corpus: Corpus) -> tuple[list[str], str]:
    """What was done until verify was clean, in order, and the first message."""
    done, first = list[str](), ""
    for _ in range(5):
        code, said = _say(lambda: command(["verify", "--kb", str(folder)], MODEL))
        if code == 0:
            return done, first
        first = first or _one_line(said)
        commands = list(dict.fromkeys(_commands(said)))
        if not commands:
            return [*done, f"NOT HEALED: {_one_line(said)}"], first
        for text in commands:
            done.append(text)
            outcome = _say(lambda text=text: _do(text, folder, corpus))  # type: ignore[misc]
            if outcome[0]:
                first = first or _one_line(outcome[1])
            if "move" in text:
                break
    return [*done, "NOT HEALED"], first


def _do(text: str, folder: Path, corpus: Corpus) -> tuple[int, str]:
    build = ["build", "--corpus", str(corpus.folder), "--kb", str(folder)]
    if text.startswith("move"):
        folder.rename(folder.with_name(f"away-{time.monotonic_ns()}"))
        return command(build, MODEL)
    if text == "add the document again":
        return command(build, MODEL)
    words = shlex.split(text)[3:]
    return command(build if words == ["build"] else [*words, "--kb", str(folder)], MODEL)


def table(names: Sequence[str], sections: int) -> list[Row]:
    """A row for each of the faults `names`, on a knowledge base whose long document has so many sections.

    From 1,000 passages on Chroma keeps vectors in files of their own.
    """
    with tempfile.TemporaryDirectory(prefix="torture-") as root:
        home = Path(root) / "home"

        def begin() -> None:
            corpus = prepare(home / "corpus")
            corpus.put("long", passages_of_length("long", sections))
            built(corpus, home / "kb")

        in_child(begin, 300)
        rows = []
        for name in names:
            with tempfile.TemporaryDirectory(dir=root) as place:
                rows.append(try_fault(name, home, Path(place)))
        return rows
