"""Two runs compared, paired by question: what changed, by how much, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.answers import Ratio
from evals.bootstrap import Difference, difference
from evals.origin import Origin
from evals.record import Run
from evals.retrieval import RANKED
from evals.rows import Row
from evals.scores import MEASURES
from evals.summary import Latency, latency_of
from kb.errors import EvalDataError

Pair = tuple[Row, Row]

COMPARED = {ranked.name: "high" for ranked in RANKED} | {measure.name: measure.better for measure in MEASURES}
"""Measures of either kind of run, of retrieval or of answers, and which way is better."""


@dataclass(frozen=True, slots=True)
class Change:
    """A measure in both runs. `won` and `lost` are the ids of questions where the second is better and worse.

    `verdict` is "better" or "worse" for the second run where the interval leaves out 0, else "".
    """

    measure: str
    result: Difference
    won: tuple[str, ...]
    lost: tuple[str, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the questions that both asked in the same words; `notes` say what else differs."""

    first: Origin
    second: Origin
    pairs: int
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    latencies: tuple[Latency, Latency]


def compare(first: Run, second: Run) -> Comparison:
    """The second run against the first. Raises EvalDataError where they have no question in common.

    A measure is compared over the pairs that it applies to in both runs. A question is won or lost only where it
    has something to count in both.
    """
    ours = {row.id: row for row in first.rows}
    shared = [(ours[row.id], row) for row in second.rows if row.id in ours]
    pairs = [(a, b) for a, b in shared if a.question == b.question]
    if not pairs:
        raise EvalDataError("the two runs have no question in common: compare runs of one question file")
    changes = tuple(_change(name, better, pairs) for name, better in COMPARED.items())
    latencies = (latency_of("first", [a for a, _ in pairs]), latency_of("second", [b for _, b in pairs]))
    notes = _notes(first, second, len(shared), len(pairs))
    return Comparison(first.origin, second.origin, len(pairs), notes, changes, latencies)


def _change(name: str, better: str, pairs: Sequence[Pair]) -> Change:
    both: list[tuple[str, Ratio, Ratio]] = []
    for a, b in pairs:
        ratio_a, ratio_b = a.scores.get(name), b.scores.get(name)
        if ratio_a is not None and ratio_b is not None:
            both.append((a.id, ratio_a, ratio_b))
    result = difference([a for _, a, _ in both], [b for _, _, b in both])
    sign = 1 if better == "high" else -1
    gains = {row: sign * (b.value - a.value) for row, a, b in both if a.value is not None and b.value is not None}
    won = tuple(row for row, gain in gains.items() if gain > 0)
    lost = tuple(row for row, gain in gains.items() if gain < 0)
    return Change(name, result, won, lost, _verdict(result, sign))


def _verdict(result: Difference, sign: int) -> str:
    if result.low is None or result.high is None or result.low <= 0 <= result.high:
        return ""
    return "better" if sign * result.low > 0 else "worse"


def _notes(first: Run, second: Run, shared: int, pairs: int) -> tuple[str, ...]:
    a, b = first.origin, second.origin
    notes = []
    if a.questions_hash != b.questions_hash:
        notes.append("the question files differ")
    if a.corpus_hash != b.corpus_hash:
        notes.append("the documents differ")
    for run, name in ((first, "first"), (second, "second")):
        if len(run.rows) > shared:
            notes.append(f"{len(run.rows) - shared} questions are in the {name} run only, and left out")
    if shared > pairs:
        notes.append(f"{shared - pairs} questions with the same id have other words, and are left out")
    names = sorted(set(a.settings) | set(b.settings))
    notes += [
        f"{name}: {a.settings.get(name, '-')} -> {b.settings.get(name, '-')}"
        for name in names
        if a.settings.get(name) != b.settings.get(name)
    ]
    return tuple(notes)


def comparison_text(comparison: Comparison) -> str:
    """The comparison for people: measures down; first, second, difference with interval, n, won, lost across."""
    width = max(map(len, COMPARED)) + 2
    lines = [f"{comparison.pairs} questions in both; second minus first [95 % interval]", *comparison.notes, ""]
    lines.append(f"{'':<{width}}{'first':>7}{'second':>8}  {'difference':<26}{'n':>5}{'won':>5}{'lost':>5}")
    for change in comparison.changes:
        result = change.result
        if result.n:
            numbers = f"{_number(result.first):>7}{_number(result.second):>8}  {_difference(result):<26}{result.n:>5}"
            counts = f"{len(change.won):>5}{len(change.lost):>5}  {change.verdict}"
            lines.append(f"{change.measure:<{width}}{numbers}{counts}".rstrip())
    for name, spent in (("first", comparison.latencies[0]), ("second", comparison.latencies[1])):
        lines.append(f"{name}: median {_number(spent.median_ms, 1)} ms, p95 {_number(spent.p95_ms, 1)} ms")
    return "\n".join(lines)


def _number(value: float | None, digits: int = 3) -> str:
    return "n/a" if value is None else f"{value:.{digits}f}"


def _difference(result: Difference) -> str:
    if result.value is None or result.low is None or result.high is None:
        return "n/a"
    return f"{result.value:+.3f} [{result.low:+.3f}, {result.high:+.3f}]"
