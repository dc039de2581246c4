"""The stored runs and question sets: what can be opened, and why the rest cannot."""

from dataclasses import dataclass
from pathlib import Path

from evals.judged import ENDING
from evals.questions import Question, read_questions
from evals.record import Report, Run, read_report, read_run
from evals.summary import Score
from kb.errors import EvalDataError


@dataclass(frozen=True, slots=True)
class Stored:
    """A run in its folder, with what it sums up to and its rows."""

    folder: Path
    report: Report
    run: Run

    @property
    def name(self) -> str:
        """What it is called: its folder's name."""
        return self.folder.name

    @property
    def halves(self) -> tuple[str, ...]:
        """The groups to show beside each other: all questions and both halves, or the one half that was asked."""
        groups = [one.group for one in self.report.latencies if not one.group.startswith("kind ")]
        return tuple(groups) if len(groups) != 2 else (groups[1],)

    def scores(self, group: str) -> tuple[Score, ...]:
        """Its scores over one group, such as "all" or "kind may_i", without measures that count nothing there."""
        return tuple(score for score in self.report.scores if score.group == group and score.n)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folders that hold a run, latest first, and those that do not: name and reason."""

    names: tuple[str, ...]
    broken: tuple[tuple[str, str], ...]


def shelf(runs: Path) -> Shelf:
    """What the folder of runs holds; a folder that is not there holds nothing.

    A run of another command (retrieval, plans) has a run.json of another form, and counts as broken with its reason.
    """
    names, broken = list[str](), list[tuple[str, str]]()
    folders = sorted((path for path in runs.iterdir() if path.is_dir()), reverse=True) if runs.is_dir() else []
    for folder in folders:
        if not (folder / "run.json").is_file():
            continue  # under way, or stopped: there is nothing to show
        try:
            read_report(folder)
        except EvalDataError as exc:
            broken.append((folder.name, str(exc)))
        else:
            names.append(folder.name)
    return Shelf(tuple(names), tuple(broken))


def stored(runs: Path, name: str) -> Stored:
    """One run. Raises EvalDataError where there is none of this name, or where it is damaged."""
    folder = runs / name
    if not name or Path(name).name != name or not folder.is_dir():
        raise EvalDataError(f"there is no run {name[:80]!r} in {runs}: choose one of the list")
    return Stored(folder, read_report(folder), read_run(folder))


def question_sets(folder: Path) -> tuple[dict[str, tuple[Question, ...]], tuple[tuple[str, str], ...]]:
    """The question files of `folder` by name with their questions, and those that cannot be asked, with the reason."""
    found, broken = dict[str, tuple[Question, ...]](), list[tuple[str, str]]()
    for file in sorted(folder.glob("*.jsonl")):
        if file.name.endswith(ENDING):
            continue
        try:
            found[file.name] = read_questions([file])
        except EvalDataError as exc:
            broken.append((file.name, str(exc)))
    return found, tuple(broken)
