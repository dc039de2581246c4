"""A run as a plain-text table: value [low, high] n, over all questions, by split and by kind."""

from collections import Counter
from collections.abc import Sequence

from evals.gold import Problem
from evals.origin import Origin
from evals.record import Report
from evals.rows import Row
from evals.scores import MEASURES
from evals.summary import Latency, Score, group, latency_of, scores_of

_NAME = max(len(measure.name) for measure in MEASURES) + 2
_CELL = 28
_COLUMNS = 3


def report_of(origin: Origin, rows: Sequence[Row], problems: Sequence[Problem]) -> Report:
    """The rows summed up over every group, with what they come from."""
    groups = group(rows)
    scores = tuple(score for name, members in groups.items() for score in scores_of(name, members))
    latencies = tuple(latency_of(name, members) for name, members in groups.items())
    return Report(origin, counts_of(rows, len(problems)), scores, latencies, tuple(problems))


def counts_of(rows: Sequence[Row], problems: int) -> dict[str, int]:
    """How many questions there are, of what kind, with what outcome, and how much of the gold was not placed."""
    statuses = Counter(row.status for row in rows)
    return {
        "questions": len(rows),
        "answerable": sum(row.answerable for row in rows),
        "unanswerable": sum(not row.answerable for row in rows),
        **{status: statuses[status] for status in ("answered", "partial", "abstained", "rejected")},
        "quotes": sum(len(row.quotes) for row in rows),
        "problems": problems,
    }


def report_text(report: Report) -> str:
    """The report for people: where it comes from, tables of three groups side by side, then every problem."""
    names = [latency.group for latency in report.latencies]
    overall = [name for name in names if not name.startswith("kind ")]
    kinds = [name for name in names if name.startswith("kind ")]
    blocks = [_heading(report), _table(report, overall)]
    blocks += [_table(report, kinds[start : start + _COLUMNS]) for start in range(0, len(kinds), _COLUMNS)]
    if report.problems:
        blocks.append("\n".join(["gold that could not be placed:", *map(_problem, report.problems)]))
    return "\n\n".join(blocks)


def _heading(report: Report) -> str:
    origin = report.origin
    lines = [
        ", ".join(f"{name} {number}" for name, number in report.counts.items()),
        f"corpus {origin.corpus_hash[:12]} ({origin.documents} documents), commit {origin.commit[:12]}"
        f"{'-dirty' if origin.commit.endswith('-dirty') else ''}, {origin.created}",
        f"questions {', '.join(origin.questions)} ({origin.questions_hash[:12]}), split {origin.split}",
        "; ".join(f"{name} {value}" for name, value in origin.settings.items()),
        "value [95 % interval] n; n/a: nothing to count",
    ]
    return "\n".join(lines)


def _table(report: Report, names: Sequence[str]) -> str:
    """Measures down, the named groups across; a measure that none of them has is left out."""
    cells = {(score.group, score.measure): score for score in report.scores}
    lines = [" " * _NAME + "".join(f"{name:<{_CELL}}" for name in names)]
    for measure in MEASURES:
        row = [cells[name, measure.name] for name in names]
        if any(score.n for score in row):
            lines.append(f"{measure.name:<{_NAME}}" + "".join(f"{_cell(score):<{_CELL}}" for score in row))
    latencies = {latency.group: latency for latency in report.latencies}
    spent = [latencies[name] for name in names]
    lines.append(f"{'median, p95 ms':<{_NAME}}" + "".join(f"{_spent(latency):<{_CELL}}" for latency in spent))
    return "\n".join(line.rstrip() for line in lines)


def _cell(score: Score) -> str:
    if score.value is None or score.low is None or score.high is None:
        return "n/a"
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}] {score.n}"


def _spent(latency: Latency) -> str:
    if latency.median_ms is None or latency.p95_ms is None:
        return "n/a"
    return f"{latency.median_ms:.1f}, {latency.p95_ms:.1f}"


def _problem(problem: Problem) -> str:
    return f"  {problem.question}: {problem.doc_id}: {problem.text}"
