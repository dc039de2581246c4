"""A question set asked of a knowledge base, scored, and written as a run: by `evals run` and by the Evaluate page."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from evals.bootstrap import LEVEL, RESAMPLES, SEED
from evals.gold import Texts
from evals.judged import beside, read_judged
from evals.origin import Origin, commit_of, corpus_hash
from evals.questions import Question, questions_hash, read_questions
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
    origin = _origin(base, texts.keys, files, part)
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


def _origin(base: Base, keys: Sequence[str], files: Sequence[Path], part: Part) -> Origin:
    return Origin(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit_of(Path(__file__).parent),
        corpus_hash=corpus_hash(keys),
        documents=len(keys),
        questions=tuple(str(path) for path in files),
        questions_hash=questions_hash(files),
        split=part,
        settings={
            **base.settings(),
            "hits": str(K),
            "judged": ", ".join(str(path) for path in map(beside, files) if path.is_file()) or "none",
            "bootstrap": f"percentile, {RESAMPLES} resamples, seed {SEED}, level {LEVEL}",
        },
    )
