"""The measures of a run as tables of HTML: value, interval and number of questions, over all or by kind with bars."""

from collections.abc import Sequence
from pathlib import Path

from evals.scores import MEASURES
from evals.summary import Score
from ui.evaluation.runs import Stored
from ui.language import say_html
from ui.markup import text_html

WORDS = {measure.name: measure.words for measure in MEASURES}
LOW_IS_BETTER = {measure.name for measure in MEASURES if measure.better == "low"}


def measures_html(run: Stored, groups: Sequence[str]) -> str:
    """Measures down, groups across; the words of each measure under its name."""
    cells = {(score.group, score.measure): score for group in groups for score in run.scores(group)}
    names = dict.fromkeys(score.measure for score in run.scores("all"))
    head = "".join(f'<th scope="col">{group_html(group)}</th>' for group in groups)
    rows = "".join(
        f'<tr><th scope="row">{name_html(name)}</th>'
        + "".join(f"<td>{value_html(cells.get((group, name)))}</td>" for group in groups)
        + "</tr>"
        for name in names
    )
    latencies = {latency.group: latency for latency in run.report.latencies}
    spent = "".join(
        f"<td>{latency.median_ms:.0f} / {latency.p95_ms:.0f}</td>"
        if (latency := latencies.get(group)) and latency.median_ms is not None and latency.p95_ms is not None
        else "<td>\u2013</td>"
        for group in groups
    )
    return (
        f'<table class="measures"><caption>{say_html("evaluate.table-caption")}</caption>'
        f'<thead><tr><th scope="col">{say_html("evaluate.measure")}</th>{head}</tr></thead><tbody>{rows}'
        f'<tr><th scope="row">{say_html("evaluate.latency")}</th>{spent}</tr></tbody></table>'
    )


def bars_html(run: Stored, measure: str) -> str:
    """One measure for each kind of question: a bar, a line for the interval, and the numbers themselves."""
    scores = [score for score in run.report.scores if score.measure == measure and score.group.startswith("kind ")]
    rows = "".join(
        f'<tr><th scope="row">{group_html(score.group)}</th><td class="bar-cell">{_bar_html(score)}</td>'
        f"<td>{value_html(score)}</td></tr>"
        for score in scores
        if score.n
    )
    return (
        f'<table class="measures bars"><caption>{name_html(measure)}</caption><thead><tr>'
        f'<th scope="col">{say_html("evaluate.kind")}</th><th scope="col">{say_html("evaluate.bar")}</th>'
        f'<th scope="col">{say_html("evaluate.value")}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _bar_html(score: Score) -> str:
    """The bar, which says nothing that the numbers beside it do not."""
    value, low, high = (100 * (part or 0.0) for part in (score.value, score.low, score.high))
    return (
        f'<div class="bar-track" aria-hidden="true"><div class="bar-fill" style="width:{value:.1f}%"></div>'
        f'<div class="bar-range" style="left:{low:.1f}%;width:{max(high - low, 0.4):.1f}%"></div></div>'
    )


def value_html(score: Score | None) -> str:
    """``0.812 [0.774, 0.848] 311``; a dash where nothing was counted."""
    if score is None or score.value is None or score.low is None or score.high is None:
        return "\u2013"
    return (
        f"<strong>{score.value:.3f}</strong> "
        f'<span class="interval">[{score.low:.3f}, {score.high:.3f}] {score.n}</span>'
    )


def name_html(measure: str) -> str:
    """A measure's name, what it counts, and whether less of it is better."""
    words = WORDS.get(measure, "")
    less = f" {say_html('evaluate.less-is-better')}" if measure in LOW_IS_BETTER else ""
    return f'{text_html(measure)}<span class="facts"> {text_html(words)}{less}</span>'


def group_html(group: str) -> str:
    """``kind may_i`` as ``may_i``; the halves in words."""
    if group.startswith("kind "):
        return text_html(group.removeprefix("kind "))
    return say_html({"all": "evaluate.part-all", "split dev": "evaluate.part-dev"}.get(group, "evaluate.part-test"))


def origin_html(run: Stored) -> str:
    """Where a run's scores come from, in one sentence, as HTML."""
    origin = run.report.origin
    return say_html(
        "evaluate.origin",
        created=origin.created,
        questions=", ".join(Path(one).name for one in origin.questions),
        part=origin.split,
        corpus=origin.corpus_hash[:12],
        documents=origin.documents,
        commit=origin.commit[:12],
    )
