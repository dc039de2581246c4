"""`python -m evals retrieval`: systems over one data set, in one table, with a run of each for `compare`."""

import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from evals.compare import compare, comparison_text
from evals.near_misses import Area, areas, areas_text, told
from evals.origin import origin_of
from evals.record import Report, Run, claim, write_run
from evals.retrieval import DEPTH, RANKED, asked, scores_of, spent
from evals.retrieval_sets import Task, task
from evals.rows import Row
from evals.summary import Score
from evals.systems import PEER, SYSTEMS, names, opened

_CELL = 26
_Item = TypeVar("_Item")


def retrieval(options: Namespace) -> int:
    """Run the command; prints tables, or with --json one JSON document. 2 where gold could not be placed."""
    from kb.embed import MiniLm

    wanted = names(options.systems)
    work = task(options, MiniLm())
    if options.out:
        for name in wanted:
            claim(options.out / name)
    rows = _asked(options, work, wanted)
    reports = {name: _report(options, work, name, found) for name, found in rows.items()}
    known = areas(list(told(work.base, _bar(work.told, "near misses")))) if work.told else ()
    if options.out:
        for name, report in reports.items():
            write_run(options.out / name, rows[name], report)
    if options.json:
        document = {
            "systems": {name: asdict(r) for name, r in reports.items()},
            "near_misses": list(map(asdict, known)),
        }
        print(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        print(_text(options, work, reports, rows, known))
    if work.problems:
        print(
            f"evals: {len(work.problems)} gold passages were not placed; their questions are left out", file=sys.stderr
        )
    return 2 if work.problems else 0


def _asked(options: Namespace, work: Task, wanted: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of every system. LlamaIndex's own store stands beside a data set's indexes; over a knowledge base that
    others use it is made in a folder that goes."""
    with ExitStack() as stack:
        keep = options.dataset in ("training", "obliqa")
        peer = work.base.folder / PEER
        if not keep and "llamaindex" in wanted:
            peer = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=PEER, ignore_cleanup_errors=True)))
        searches = stack.enter_context(opened(work.base, wanted, peer))
        return {name: list(asked(search, _bar(work.questions, name))) for name, search in searches.items()}


def _bar(items: Sequence[_Item], name: str) -> Sequence[_Item]:
    from tqdm import tqdm

    bar: Sequence[_Item] = tqdm(items, desc=name, unit="", file=sys.stderr, disable=not sys.stderr.isatty())
    return bar


def _report(options: Namespace, work: Task, name: str, rows: Sequence[Row]) -> Report:
    keys = work.base.catalog.generation().sources.keys()
    settings = {
        **work.base.settings(),
        "system": name,
        "dataset": options.dataset,
        "limit": str(options.limit or "none"),
        "passages": str(work.base.catalog.counts()[0]),
        "places": str(DEPTH),
    }
    origin = origin_of(work.files, options.split, keys, settings)
    counts = {"questions": len(rows), "found nothing": sum(not row.hits for row in rows)}
    return Report(origin, counts, scores_of(rows), (spent(rows),), work.problems)


def _text(
    options: Namespace,
    work: Task,
    reports: Mapping[str, Report],
    rows: Mapping[str, Sequence[Row]],
    known: Sequence[Area],
) -> str:
    passages = work.base.catalog.counts()[0]
    limit = f", a sample of {options.limit}" if options.limit else ""
    commit = next(iter(reports.values())).origin.commit
    lines = [
        f"{options.dataset} {options.split}: {len(work.questions)} questions{limit} over {passages:,} passages",
        f"commit {commit[:12]}{'-dirty' if commit.endswith('-dirty') else ''}; value [95 % interval]",
        *(f"  {name}: {SYSTEMS[name]}" for name in reports),
        "",
        table(reports),
    ]
    others = [name for name in reports if name != "recourse"]
    if "recourse" in reports:
        runs = {name: Run(report.origin, tuple(rows[name])) for name, report in reports.items()}
        for name in others:
            text = comparison_text(compare(runs[name], runs["recourse"]))
            lines += ["", f"recourse (second) against {name} (first)", *_numbers(text)]
    if known:
        lines += ["", areas_text(known)]
    return "\n".join(lines)


def _numbers(text: str) -> list[str]:
    """The rows of a comparison: not its notes on settings, which say only that the systems differ."""
    return text.split("\n\n", 1)[1].split("\n")


def table(reports: Mapping[str, Report]) -> str:
    """Measures down, systems across; last the milliseconds a question, median and 95th percentile."""
    cells = {(name, s.measure): s for name, report in reports.items() for s in report.scores if s.group == "all"}
    lines = [f"{'':<14}" + "".join(f"{name:<{_CELL}}" for name in reports)]
    for measure in RANKED:
        lines.append(f"{measure.name:<14}" + "".join(f"{_cell(cells[n, measure.name]):<{_CELL}}" for n in reports))
    times = [report.latencies[0] for report in reports.values()]
    spent_cells = [f"{t.median_ms or 0:.1f}, {t.p95_ms or 0:.1f}" for t in times]
    lines.append(f"{'p50, p95 ms':<14}" + "".join(f"{cell:<{_CELL}}" for cell in spent_cells))
    return "\n".join(line.rstrip() for line in lines)


def _cell(score: Score) -> str:
    if score.value is None or score.low is None or score.high is None:
        return "n/a"
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"
