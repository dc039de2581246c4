"""`python -m evals plans`: which questions, of which knowledge base, and where the rows go."""

import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from evals.plan_questions import Asked, read_asked, read_northwind
from evals.plans import Places, PlanRow, built, measured, score_rows, scores, scores_text
from evals.record import claim
from kb.errors import EvalDataError

SETS = {
    "editions": Path("evals/questions/editions.jsonl"),
    "anyhealth": Path("evals/questions/anyhealth.jsonl"),
    "northwind": Path("qa/northwind_qa.jsonl"),
}
"""The question sets; that of northwind lies in the samples' folder."""

_FILES = {"anyhealth": Path("plans/aws_anyhealth"), "northwind": Path("plans/northwind")}
"""Folders of sample plans, below --path."""


def plans(options: Namespace) -> int:
    """Run the command; prints a table, or with --json one JSON document."""
    with ExitStack() as stack:
        folder = _folder(options, stack)
        base = options.open_base(folder)
        places = Places(base.catalog)
        questions = [q for q in _questions(options, places) if options.split in ("all", q.split)]
        if not questions:
            raise EvalDataError(f"no question is of split {options.split!r}")
        if options.out:
            claim(options.out)
        rows = list(measured(base, places, _bar(questions)))
    found = scores(rows)
    document = {"dataset": options.dataset, "settings": base.settings(), "scores": score_rows(found)}
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    if options.out:
        _write(options.out, rows, text)
    print(text if options.json else scores_text(found))
    return 0


def _folder(options: Namespace, stack: ExitStack) -> Path:
    """The knowledge base: the one given, or one built from the sample plans, in a folder that goes if none is given."""
    given: Path | None = options.kb
    files = _FILES.get(options.dataset)
    if files is None:
        return given or Path(".kb")
    if given is not None and (given / "catalog.sqlite3").is_file():
        return given
    if options.path is None or not (options.path / files).is_dir():
        raise EvalDataError(f"{options.dataset}: give --path, the folder that holds {files}, or --kb, built from it")
    folder = given or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="recourse-evals-")))
    built(options.path / files, folder)
    return folder


def _questions(options: Namespace, places: Places) -> tuple[Asked, ...]:
    if options.dataset != "northwind":
        return read_asked(options.questions or SETS[options.dataset])
    if options.questions is None and options.path is None:
        raise EvalDataError("northwind: give --path, the folder of the samples, or --questions")
    of_plan = {Path(s.path).name: s.plan for s in places.sources.values() if s.authority == "contract" and s.plan}
    return read_northwind(options.questions or options.path / SETS["northwind"], of_plan)


def _bar(questions: list[Asked]) -> Iterator[Asked]:
    """The questions, with a bar on stderr where somebody looks at it."""
    from tqdm import tqdm

    yield from tqdm(questions, desc="questions", unit="", file=sys.stderr, disable=not sys.stderr.isatty())


def _write(folder: Path, rows: list[PlanRow], text: str) -> None:
    lines = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    try:
        (folder / "rows.jsonl").write_text(lines, encoding="utf-8")
        (folder / "run.json").write_text(f"{text}\n", encoding="utf-8")
    except OSError as exc:
        raise EvalDataError(f"{folder}: cannot be written ({exc.strerror or exc}): choose another --out") from exc
