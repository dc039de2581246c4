"""A question set asked of a knowledge base, scored, and written as a run: by `evals run` and by the Evaluate page."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from evals.gold import Texts
from evals.judged import beside, read_judged
from evals.origin import origin_of
from evals.questions import Question, read_questions
from evals.record import Report, claim, write_run
from evals.report import report_of
from evals.run import Base, K, run
from kb.errors import EvalDataError

Part = Literal["dev", "test", "all"]
PARTS: tuple[Part, ...] = get_args(Part)
Watch = Callable[[Sequence[Question]], Iterable[Question]]


def unwatched(questions: Sequence[Question]) -> Iterable[Question]:
    """The questions as they are."""
    return questions


def measure(base: Base, files: Sequence[Path], part: Part, out: Path, watch: Watch = unwatched) -> Report:
    """The report of the questions of `files` that are of `part`; the run is written to the new folder `out`.

    `watch` hands the questions on one by one: the next is taken when the one before is answered, and what it raises
    ends the run, of which nothing is written. Raises EvalDataError for a bad question file or folder, and where no
    question is of `part`.
    """
    questions = of_part(read_questions(files), part)
    texts = Texts(base.catalog)
    judged = ", ".join(str(path) for path in map(beside, files) if path.is_file()) or "none"
    origin = origin_of(files, part, texts.keys, {**base.settings(), "hits": str(K), "judged": judged})
    claim(out)
    done = list(run(base, texts, watch(questions), read_judged(files, texts)))
    rows = [row for row, _ in done]
    report = report_of(origin, rows, [problem for _, problems in done for problem in problems])
    write_run(out, rows, report)
    return report


def new_folder(runs: Path) -> Path:
    """The folder of a run that begins now, named by the time in UTC; it is not made yet."""
    return runs / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def of_part(questions: Sequence[Question], part: Part) -> tuple[Question, ...]:
    """Those of one half, or all. Raises EvalDataError where there is none."""
    chosen = tuple(question for question in questions if part in ("all", question.split))
    if not chosen:
        raise EvalDataError(f"no question is of split {part!r}: make the file with `python -m evals split`")
    return chosen
