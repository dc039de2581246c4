"""A run's folder: rows.jsonl, one question a line, and run.json, where it comes from and what it sums up to."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.gold import Problem
from evals.jsonl import Record, read_lines, read_object
from evals.origin import Origin
from evals.rows import Row, row_line, row_of
from evals.summary import Latency, Score
from kb.errors import EvalDataError


@dataclass(frozen=True, slots=True)
class Report:
    """What run.json holds: counts by name, scores and latencies by group, and the gold that could not be placed."""

    origin: Origin
    counts: dict[str, int]
    scores: tuple[Score, ...]
    latencies: tuple[Latency, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is read back for comparison."""

    origin: Origin
    rows: tuple[Row, ...]


def claim(folder: Path) -> None:
    """Make the folder of a new run. Raises EvalDataError where it holds a run already, or cannot be made."""
    if (folder / "run.json").exists():
        raise EvalDataError(f"{folder} holds a run already: choose another --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise EvalDataError(f"{folder}: cannot be made ({exc.strerror or exc}): choose another --out") from exc


def write_run(folder: Path, rows: Sequence[Row], report: Report) -> None:
    """Write rows.jsonl, then run.json: a folder with run.json is a whole run."""
    lines = "".join(f"{row_line(row)}\n" for row in rows)
    try:
        (folder / "rows.jsonl").write_text(lines, encoding="utf-8")
        (folder / "run.json").write_text(f"{report_json(report)}\n", encoding="utf-8")
    except OSError as exc:
        raise EvalDataError(f"{folder}: cannot be written ({exc.strerror or exc}): choose another --out") from exc


def report_json(report: Report) -> str:
    """The document of run.json."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=1, allow_nan=False)


def read_run(folder: Path) -> Run:
    """The run in a folder. Raises EvalDataError where a file is missing or damaged, or an id comes twice."""
    origin = _origin_of(read_object(folder / "run.json"))
    rows = tuple(row_of(line) for line in read_lines(folder / "rows.jsonl"))
    _check_ids(folder, (row.id for row in rows))
    return Run(origin, rows)


def read_report(folder: Path) -> Report:
    """What run.json holds. Raises EvalDataError where it is missing or damaged."""
    record = read_object(folder / "run.json")
    counts = record.record("counts")
    return Report(
        _origin_of(record),
        {name: counts.whole(name) for name in counts.members},
        tuple(_score_of(one) for one in record.records("scores")),
        tuple(
            Latency(one.text("group"), _maybe(one, "median_ms"), _maybe(one, "p95_ms"), one.whole("n"))
            for one in record.records("latencies")
        ),
        tuple(
            Problem(one.text("question"), one.text("doc_id"), one.text("text")) for one in record.records("problems")
        ),
    )


def _origin_of(whole: Record) -> Origin:
    record = whole.record("origin")
    settings = record.record("settings")
    return Origin(
        created=record.text("created"),
        commit=record.text("commit"),
        corpus_hash=record.text("corpus_hash"),
        documents=record.whole("documents"),
        questions=record.texts("questions"),
        questions_hash=record.text("questions_hash"),
        split=record.text("split"),
        settings={name: settings.text(name, "") for name in settings.members},
    )


def _score_of(one: Record) -> Score:
    value, low, high = (_maybe(one, name) for name in ("value", "low", "high"))
    return Score(one.text("group"), one.text("measure"), value, low, high, one.whole("n"))


def _maybe(record: Record, name: str) -> float | None:
    return record.number(name) if record.has(name) else None


def _check_ids(folder: Path, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for row_id in ids:
        if row_id in seen:
            raise EvalDataError(f"{folder / 'rows.jsonl'}: id {row_id!r} comes twice: run it again")
        seen.add(row_id)
