"""Two runs beside each other: measures with paired differences, and the questions that were won and lost."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from evals.compare import Change, Comparison, compare
from evals.rows import Row
from kb.catalog import Catalog
from ui.evaluation.measures import name_html
from ui.evaluation.questions import Shelf, question_html
from ui.evaluation.runs import Stored, stored
from ui.language import say, say_html
from ui.markup import literal, panel, text_html

_AT_ONCE = 10


def show_versus(catalog: Catalog, runs: Path, run: Stored, names: Sequence[str]) -> None:
    """The chosen run against another, which is chosen here. Raises EvalDataError where they share no question."""
    others = [name for name in names if name != run.name]
    if not others:
        panel("plain", f"<p>{say_html('evaluate.one-run')}</p>")
        return
    other = stored(runs, st.selectbox(say("evaluate.against"), others, key="other-run"))
    found = _compared(str(other.folder), str(run.folder), other, run)
    notes = "".join(f"<li>{text_html(note)}</li>" for note in found.notes)
    st.html(
        f'<p class="facts">{say_html("evaluate.pairs", number=found.pairs)}</p><ul class="facts">{notes}</ul>'
        f'<div class="wide" tabindex="0">{changes_html(found)}</div>'
    )
    _won_and_lost(catalog, found, other, run)


def _compare(first: str, second: str, _first: Stored, _second: Stored) -> Comparison:
    return compare(_first.run, _second.run)


_compared: Callable[[str, str, Stored, Stored], Comparison] = st.cache_resource(max_entries=16, show_spinner=False)(
    _compare
)


def changes_html(found: Comparison) -> str:
    """Measures down; the earlier and this run, the difference with its interval, won and lost across."""
    rows = "".join(_row_html(change) for change in found.changes if change.result.n)
    names = ("measure", "other-run", "this-run", "difference", "won", "lost")
    head = "".join(f'<th scope="col">{say_html(f"evaluate.{name}")}</th>' for name in names)
    return f'<table class="measures"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row_html(change: Change) -> str:
    result = change.result
    difference = "\u2013"
    if result.value is not None and result.low is not None and result.high is not None:
        verdict = change.verdict and (
            f' <strong class="verdict-{change.verdict}">{say_html(f"evaluate.{change.verdict}")}</strong>'
        )
        difference = (
            f"{result.value:+.3f} <span class='interval'>[{result.low:+.3f}, {result.high:+.3f}] {result.n}</span>"
            f"{verdict}"
        )
    return (
        f'<tr><th scope="row">{name_html(change.measure)}</th><td>{_number(result.first)}</td>'
        f"<td>{_number(result.second)}</td><td>{difference}</td><td>{len(change.won)}</td><td>{len(change.lost)}</td></tr>"
    )


def _number(value: float | None) -> str:
    return "\u2013" if value is None else f"{value:.3f}"


def _won_and_lost(catalog: Catalog, found: Comparison, other: Stored, run: Stored) -> None:
    """The questions on which the two differ in one measure, both outcomes of each side by side."""
    moved = {change.measure: change for change in found.changes if change.won or change.lost}
    if not moved:
        panel("plain", f"<p>{say_html('evaluate.no-difference')}</p>")
        return
    names = list(moved)
    usual = names.index("all_key_facts") if "all_key_facts" in moved else 0
    measure = st.selectbox(say("evaluate.differ-in"), names, index=usual, key="differ-in")
    before = {row.id: row for row in other.run.rows}
    after = {row.id: row for row in run.run.rows}
    shelves = Shelf(catalog, other), Shelf(catalog, run)
    for way, ids in (("lost", moved[measure].lost), ("won", moved[measure].won)):
        st.html(f'<h3 class="row-heading">{say_html(f"evaluate.{way}")}: {len(ids)}</h3>')
        shown = st.session_state.get(f"shown-{way}", _AT_ONCE)
        for row_id in ids[:shown]:
            _pair(before[row_id], after[row_id], shelves, way)
        if len(ids) > shown:
            st.button(
                say("evaluate.more", number=min(_AT_ONCE, len(ids) - shown)),
                key=f"more-{way}",
                on_click=lambda way=way, shown=shown: st.session_state.update({f"shown-{way}": shown + _AT_ONCE}),
            )


def _pair(before: Row, after: Row, shelves: tuple[Shelf, Shelf], way: str) -> None:
    with st.expander(literal(before.question), key=f"pair-{way}-{before.id}", on_change="rerun") as box:
        if box.open:
            for name, row, shelf in (("other-run", before, shelves[0]), ("this-run", after, shelves[1])):
                st.html(f'<h4 class="row-heading">{say_html(f"evaluate.{name}")}</h4>{question_html(row, shelf)}')
