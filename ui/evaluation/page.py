"""The Evaluate page: ask a question set, and read, compare and take away what came of it."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from evals.report import counts_of
from ui.desk import Desk, Pages
from ui.evaluation.curves import show_curves
from ui.evaluation.export import measures_csv, questions_csv, record_json, report_page
from ui.evaluation.measures import measures_html, origin_html
from ui.evaluation.questions import show_questions
from ui.evaluation.runs import Shelf, Stored, shelf, stored
from ui.evaluation.said import show_said
from ui.evaluation.start import start
from ui.evaluation.versus import show_versus
from ui.language import say, say_html
from ui.markup import panel, text_html
from ui.problem import plain_errors

_VIEWS = ("measures", "charts", "questions", "versus", "take")


def evaluate_page(desk: Desk, pages: Pages) -> None:
    """The page itself; `run` in the address names the run that is shown."""
    st.title(say("evaluate.title"), anchor=False)
    st.html(f'<p class="intro">{say_html("evaluate.intro")}</p>')
    runs = desk.evals / "runs"
    known = shelf(runs)
    st.session_state["runs-known"] = bool(known.names)
    start(desk)
    with st.container(key="evaluate-page"):
        if known.names:
            with plain_errors():
                _run(desk, runs, known)
        elif desk.measuring is None:
            panel("plain", f"<h2>{say_html('evaluate.no-runs-title')}</h2><p>{say_html('evaluate.no-runs')}</p>")
        _broken(known)
    show_said(desk.folder)


def _run(desk: Desk, runs: Path, known: Shelf) -> None:
    """One stored run in one of its views."""
    state = st.session_state
    asked = st.query_params.get("run", "")
    if asked and asked != state.get("run-in-address"):
        state["run-in-address"] = asked
        state["run-name"] = asked if asked in known.names else known.names[0]
        if asked not in known.names:
            panel("calm", f"<p>{say_html('evaluate.unknown-run', name=asked[:80])}</p>")
    if state.get("run-name") not in known.names:
        state["run-name"] = known.names[0]
    name = st.selectbox(
        say("evaluate.stored"), known.names, key="run-name", format_func=_named(runs), on_change=_remember_run
    )
    run = _read(str(runs), name, _changed(runs / name))
    _facts(run)
    view = st.segmented_control(
        say("evaluate.view"),
        _VIEWS,
        default=_VIEWS[0],
        required=True,
        format_func=lambda one: say(f"evaluate.view-{one}"),
        key="view",
        label_visibility="collapsed",
    )
    if view == "charts":
        show_curves(run)
    elif view == "questions":
        show_questions(desk.base.catalog, run)
    elif view == "versus":
        show_versus(desk.base.catalog, runs, run, known.names)
    elif view == "take":
        _take(run)
    else:
        _measures(run)


def _remember_run() -> None:
    st.query_params["run"] = st.session_state["run-name"]
    st.session_state["run-in-address"] = st.session_state["run-name"]


def _named(runs: Path) -> Callable[[str], str]:
    """``20261122T094213Z`` as a date and time; a folder of another name as it is."""

    def words(name: str) -> str:
        if len(name) == 16 and name[8] == "T" and name.endswith("Z") and name[:8].isdecimal():
            return f"{name[:4]}-{name[4:6]}-{name[6:8]} {name[9:11]}:{name[11:13]}:{name[13:15]} UTC"
        return name

    return words


def _changed(folder: Path) -> tuple[int, ...]:
    """When the files of a run were written, in nanoseconds: another answer where one was touched or lost."""
    return tuple(file.stat().st_mtime_ns for file in (folder / "run.json", folder / "rows.jsonl") if file.is_file())


def _read_stored(runs: str, name: str, changed: tuple[int, ...]) -> Stored:
    return stored(Path(runs), name)


_read: Callable[[str, str, tuple[int, ...]], Stored] = st.cache_resource(max_entries=16, show_spinner=False)(
    _read_stored
)


def _facts(run: Stored) -> None:
    counts = counts_of(run.run.rows, len(run.report.problems))
    facts = origin_html(run)
    counted = say_html(
        "evaluate.counts",
        questions=counts["questions"],
        answered=counts["answered"] + counts["partial"],
        refused=counts["abstained"] + counts["rejected"],
        unanswerable=counts["unanswerable"],
    )
    st.html(f'<p class="facts">{facts}</p><p class="facts">{counted}</p>')


def _measures(run: Stored) -> None:
    st.html(f'<div class="wide" tabindex="0">{measures_html(run, run.halves)}</div>')
    if run.report.problems:
        lines = "".join(
            f"<li>{text_html(f'{one.question}: {one.doc_id}: {one.text}')}</li>" for one in run.report.problems
        )
        panel("calm", f"<p>{say_html('evaluate.problems', number=len(run.report.problems))}</p><ul>{lines}</ul>")


def _take(run: Stored) -> None:
    """The run as files; each is made when its button is drawn, from the same rows."""
    st.html(f'<p class="facts">{say_html("evaluate.take-note")}</p>')
    with st.container(key="take", horizontal=True, gap="small"):
        for name, ending, kind, made in (
            ("measures-csv", "measures.csv", "text/csv", measures_csv),
            ("questions-csv", "questions.csv", "text/csv", questions_csv),
            ("json", "run.json", "application/json", record_json),
            ("html", "report.html", "text/html", report_page),
        ):
            st.download_button(
                say(f"evaluate.take-{name}"),
                made(run),
                file_name=f"recourse-{run.name}-{ending}",
                mime=kind,
                key=f"take-{name}",
                on_click="ignore",
            )


def _broken(known: Shelf) -> None:
    if known.broken:
        lines = "".join(f"<li>{text_html(name)}: {text_html(reason)}</li>" for name, reason in known.broken)
        with st.expander(say("evaluate.broken", number=len(known.broken)), key="broken-runs"):
            st.html(f'<ul class="facts">{lines}</ul>')
