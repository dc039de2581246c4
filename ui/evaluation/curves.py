"""The charts of a run on the page, each with its numbers as a table."""

from collections.abc import Callable, Sequence

import streamlit as st

from evals.curves import Depth, Refusing, as_it_is, by_depth, by_threshold
from ui.evaluation.charts import depth_chart, refusing_chart
from ui.evaluation.measures import bars_html
from ui.evaluation.runs import Stored
from ui.language import say, say_html
from ui.markup import panel, text_html

_FIRST = "all_key_facts"


def show_curves(run: Stored) -> None:
    """What is found at each depth, what refusing costs, and one measure by kind of question."""
    depths = _depths(str(run.folder), run.report.origin.created, run)
    if depths:
        st.html(f'<div class="chart-block">{depth_chart(depths)}{depth_table(depths)}</div>')
    here = as_it_is(run.run.rows)
    if here is None:
        panel("plain", f"<p>{say_html('evaluate.no-refusing')}</p>")
    else:
        curve = by_threshold(run.run.rows)
        drawing = refusing_chart(curve, [(say("evaluate.this-run"), here)])
        st.html(f'<div class="chart-block">{drawing}{refusing_table(curve, here)}</div>')
    measures = list(dict.fromkeys(s.measure for s in run.report.scores if s.group.startswith("kind ") and s.n))
    if measures:
        chosen = st.selectbox(
            say("evaluate.by-kind"), measures, index=measures.index(_FIRST) if _FIRST in measures else 0, key="bars-of"
        )
        st.html(f'<div class="wide" tabindex="0">{bars_html(run, chosen)}</div>')


def _read_depths(folder: str, created: str, _run: Stored) -> tuple[Depth, ...]:
    return by_depth(_run.run.rows)


_depths: Callable[[str, str, Stored], tuple[Depth, ...]] = st.cache_resource(max_entries=32, show_spinner=False)(
    _read_depths
)
"""Taken from 2,000 draws at each depth, so kept; a run's rows never change."""


def depth_table(depths: Sequence[Depth]) -> str:
    """The numbers of `depth_chart`."""
    rows = "".join(
        f'<tr><th scope="row">{depth.k}</th><td>{_number(depth.success.value)}</td>'
        f"<td>{_number(depth.recall.value)}</td></tr>"
        for depth in depths
    )
    return (
        f"<details><summary>{say_html('evaluate.numbers')}</summary>"
        f'<table class="measures"><thead><tr><th scope="col">k</th><th scope="col">{say_html("evaluate.success")}</th>'
        f'<th scope="col">{say_html("evaluate.recall")}</th></tr></thead><tbody>{rows}</tbody></table></details>'
    )


def refusing_table(curve: Sequence[Refusing], here: Refusing) -> str:
    """Where the run stands, and the points of the curve that answer as much, or refuse as much."""
    as_answered = max((one.refused for one in curve if one.answered >= here.answered), default=0.0)
    as_refused = max((one.answered for one in curve if one.refused >= here.refused), default=0.0)
    rows = (
        ("evaluate.this-run", here.answered, here.refused),
        ("evaluate.same-answered", here.answered, as_answered),
        ("evaluate.same-refused", as_refused, here.refused),
    )
    body = "".join(
        f'<tr><th scope="row">{say_html(name)}</th><td>{answered:.3f}</td><td>{refused:.3f}</td></tr>'
        for name, answered, refused in rows
    )
    head = "".join(f'<th scope="col">{say_html(name)}</th>' for name in ("evaluate.refusing-x", "evaluate.refusing-y"))
    return (
        f"<details open><summary>{say_html('evaluate.numbers')}</summary>"
        f'<table class="measures"><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></details>'
    )


def _number(value: float | None) -> str:
    return "\u2013" if value is None else text_html(f"{value:.3f}")
