"""The command line of evals; `python -m evals --help` lists the commands."""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import EvalDataError, KbError

if TYPE_CHECKING:
    from evals.run import Base

QUESTIONS = Path("evals/questions/v1.jsonl")
CONFLICTS = Path("evals/questions/conflicts.jsonl")


def main(arguments: Sequence[str] | None = None, open_base: "Callable[[Path], Base] | None" = None) -> int:
    """Run one command; 0 on success, 2 on bad input or where gold could not be placed (the rest is still scored).

    `open_base` opens the knowledge base of a folder; without it that is `KnowledgeBase.open`.
    """
    options = _parser().parse_args(arguments)
    options.open_base = open_base or _open_base
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    try:
        return int(options.run(options))
    except KbError as exc:
        print(f"evals: {exc}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Hits and answers measured against gold.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="ask a question file and score hits and answers")
    run.add_argument(
        "--questions", nargs="+", type=Path, default=[QUESTIONS], metavar="FILE", help=f"question files ({QUESTIONS})"
    )
    run.add_argument("--split", choices=("dev", "test", "all"), default="all", help="which questions (all)")
    run.add_argument(
        "--kb", type=Path, default=Path(os.environ.get("KB_DIR") or ".kb"), metavar="DIR", help="knowledge base folder"
    )
    run.add_argument("--out", type=Path, metavar="DIR", help="folder for rows and scores (evals/runs/<time>)")
    run.add_argument("--json", action="store_true", help="one JSON document on stdout: that of run.json")
    run.set_defaults(run=_run)
    _add_plans(commands)
    _add_retrieval(commands)
    _add_bench(commands)
    _add_ablate(commands)
    compare = commands.add_parser("compare", help="two runs, paired by question")
    compare.add_argument("first", type=Path, metavar="RUN_A", help="folder of the run to compare with")
    compare.add_argument("second", type=Path, metavar="RUN_B", help="folder of the run that is judged")
    compare.add_argument("--json", action="store_true", help="one JSON document on stdout")
    compare.set_defaults(run=_compare)
    split = commands.add_parser("split", help="part files into one question file, half development, half test")
    split.add_argument("files", nargs="+", type=Path, metavar="FILE", help="part files, in order")
    split.add_argument("--out", type=Path, required=True, metavar="FILE", help="the question file to write")
    split.add_argument(
        "--join",
        choices=("any", "answers", "first"),
        default="first",
        help="what joins questions: any gold, any of relevance 2, or the first of relevance 2 (first)",
    )
    split.add_argument(
        "--seen", nargs="*", default=[], metavar="ID", help="questions looked at in development: they stay there"
    )
    split.set_defaults(run=_split)
    judge = commands.add_parser("judge", help="write, for each question, the quotes to judge right or wrong")
    judge.add_argument("--questions", type=Path, default=QUESTIONS, metavar="FILE", help=f"question file ({QUESTIONS})")
    judge.add_argument("--split", choices=("dev", "test", "all"), default="all", help="which questions (all)")
    judge.add_argument(
        "--kb", type=Path, default=Path(os.environ.get("KB_DIR") or ".kb"), metavar="DIR", help="knowledge base folder"
    )
    judge.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    judge.set_defaults(run=_judge)
    conflicts = commands.add_parser("conflicts", help="differences between sources found, against judged pairs")
    conflicts.add_argument("--gold", type=Path, default=CONFLICTS, metavar="FILE", help=f"judged pairs ({CONFLICTS})")
    conflicts.add_argument("--split", choices=("dev", "test", "all"), default="all", help="which pairs (all)")
    conflicts.add_argument(
        "--kb", type=Path, default=Path(os.environ.get("KB_DIR") or ".kb"), metavar="DIR", help="knowledge base folder"
    )
    conflicts.add_argument("--json", action="store_true", help="one JSON document on stdout")
    conflicts.set_defaults(run=_conflicts)
    return parser


def _add_plans(commands: Any) -> None:
    plans = commands.add_parser("plans", help="is the answer from the right plan, year and page")
    plans.add_argument(
        "--dataset", choices=("editions", "anyhealth", "northwind"), default="editions", help="which set (editions)"
    )
    plans.add_argument("--questions", type=Path, metavar="FILE", help="another question file of that set's form")
    plans.add_argument("--path", type=Path, metavar="DIR", help="folder of sample plans and questions")
    kb = Path(os.environ["KB_DIR"]) if os.environ.get("KB_DIR") else None
    plans.add_argument("--kb", type=Path, default=kb, metavar="DIR", help="knowledge base (.kb, or a temporary one)")
    plans.add_argument("--split", choices=("dev", "test", "all"), default="all", help="which questions (all)")
    plans.add_argument("--out", type=Path, metavar="DIR", help="folder for rows and scores")
    plans.add_argument("--json", action="store_true", help="one JSON document on stdout: that of run.json")
    plans.set_defaults(run=_plans)


def _add_retrieval(commands: Any) -> None:
    found = commands.add_parser("retrieval", help="what is found first, against other ways of searching")
    found.add_argument("--dataset", choices=("training", "obliqa", "northwind", "questions"), required=True)
    found.add_argument("--path", type=Path, metavar="PATH", help="the data set's folder (questions: its file)")
    found.add_argument("--split", choices=("dev", "test"), default="dev", help="which questions (dev)")
    found.add_argument(
        "--systems", default="bm25,minilm,llamaindex,encoder,recourse", metavar="A,B", help="which (all five)"
    )
    found.add_argument("--limit", type=int, default=0, metavar="N", help="a fixed sample of N questions (all)")
    found.add_argument(
        "--kb", type=Path, metavar="DIR", help="built (.kb); training, obliqa: where theirs is made (evals/runs/kb-...)"
    )
    found.add_argument("--out", type=Path, metavar="DIR", help="folder for a run of each system, for compare")
    found.add_argument("--json", action="store_true", help="one JSON document on stdout")
    found.set_defaults(run=_retrieval)


def _add_bench(commands: Any) -> None:
    bench = commands.add_parser("bench", help="speeds, each beside a peer's in the same run")
    kb = Path(os.environ.get("KB_DIR") or ".kb")
    bench.add_argument("--kb", type=Path, default=kb, metavar="DIR", help="knowledge base folder")
    bench.add_argument("--large", type=Path, metavar="DIR", help="that of retrieval --dataset obliqa (13,012 passages)")
    bench.add_argument("--json", action="store_true", help="one JSON document on stdout")
    bench.set_defaults(run=_bench)


def _add_ablate(commands: Any) -> None:
    ablate = commands.add_parser("ablate", help="what each part of the search is worth: one left out at a time")
    ablate.add_argument("--questions", nargs="+", type=Path, default=[QUESTIONS], metavar="FILE", help="question files")
    ablate.add_argument("--split", choices=("dev", "test", "all"), default="dev", help="which questions (dev)")
    ablate.add_argument("--only", default="", metavar="A,B", help="parts (all)")
    kb = Path(os.environ.get("KB_DIR") or ".kb")
    ablate.add_argument("--kb", type=Path, default=kb, metavar="DIR", help="knowledge base folder")
    ablate.add_argument(
        "--corpus", type=Path, default=Path("corpus"), metavar="DIR", help="for parts that need a build"
    )
    ablate.add_argument("--out", type=Path, metavar="DIR", help="folder for a run of each (evals/runs/<time>)")
    ablate.add_argument("--json", action="store_true", help="one JSON document on stdout")
    ablate.set_defaults(run=_ablate)


def _ablate(options: argparse.Namespace) -> int:
    from evals.ablate import ablate

    return ablate(options)


def _retrieval(options: argparse.Namespace) -> int:
    from evals.retrieval_command import retrieval

    return retrieval(options)


def _bench(options: argparse.Namespace) -> int:
    from evals.bench import bench

    return bench(options)


def _plans(options: argparse.Namespace) -> int:
    from evals.plans_command import plans

    return plans(options)


def _conflicts(options: argparse.Namespace) -> int:
    from evals.conflicts import found_pairs, read_gold, report, report_text, strict_precision
    from evals.gold import Texts
    from kb.catalog import Catalog
    from kb.conflicts import Differ

    catalog = Catalog(options.kb)
    gold = read_gold(options.gold, Texts(catalog))
    found = found_pairs(Differ(catalog).conflicts(catalog.generation().sources))
    splits = ("dev", "test") if options.split == "all" else (options.split,)
    reports = [report(gold, found, split) for split in splits]
    strict, unjudged = strict_precision(gold, found)
    if options.json:
        whole = {"splits": [asdict(one) for one in reports], "strict": asdict(strict), "unjudged": len(unjudged)}
        print(json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        print(report_text(reports, strict, unjudged))
    return 0


def _open_base(folder: Path) -> "Base":
    from kb.base import KnowledgeBase

    return KnowledgeBase.open(folder)


def _run(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from evals.measured import measure, new_folder, of_part
    from evals.questions import read_questions
    from evals.record import report_json
    from evals.report import report_text

    of_part(
        read_questions(options.questions), options.split
    )  # what is wrong with a file is said before a base is opened
    base = options.open_base(options.kb)
    out = options.out or new_folder(Path("evals/runs"))
    quiet = not sys.stderr.isatty()
    report = measure(
        base,
        options.questions,
        options.split,
        out,
        lambda questions: tqdm(questions, desc="questions", unit="", file=sys.stderr, disable=quiet),
    )
    print(report_json(report) if options.json else f"{report_text(report)}\n\nwritten to {out}")
    if report.problems:
        print(f"evals: {len(report.problems)} gold passages were not placed: see problems in {out}", file=sys.stderr)
    return 2 if report.problems else 0


def _judge(options: argparse.Namespace) -> int:
    from evals.judged import candidate_line, candidates
    from evals.measured import of_part
    from evals.questions import read_questions
    from kb.base import KnowledgeBase

    questions = of_part(read_questions([options.questions]), options.split)
    lines = [candidate_line(*found) for found in candidates(KnowledgeBase.open(options.kb), questions)]
    try:
        options.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as exc:
        raise EvalDataError(f"{options.out}: cannot be written ({exc}): choose another --out") from exc
    print(f"{len(lines)} questions, written to {options.out}")
    return 0


def _compare(options: argparse.Namespace) -> int:
    from evals.compare import compare, comparison_text
    from evals.record import read_run

    comparison = compare(read_run(options.first), read_run(options.second))
    as_json = json.dumps(asdict(comparison), ensure_ascii=False, indent=1, allow_nan=False) if options.json else ""
    print(as_json or comparison_text(comparison))
    return 0


def _split(options: argparse.Namespace) -> int:
    from evals.questions import read_questions, write_questions
    from evals.split import assign, groups

    questions = assign(read_questions(options.files), options.join, options.seen)
    write_questions(options.out, questions)
    sizes = sorted((len(members) for members in groups(questions, options.join).values()), reverse=True)
    for split in ("dev", "test"):
        kinds = Counter(question.kind for question in questions if question.split == split)
        print(f"{split:<5}{kinds.total():>5}  {', '.join(f'{kind} {n}' for kind, n in sorted(kinds.items()))}")
    print(f"{len(questions)} questions in {len(sizes)} groups, the largest {sizes[0]}, written to {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
