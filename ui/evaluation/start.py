"""Starting a run: question set, half, and the bar that fills while the questions are asked."""

from pathlib import Path

import streamlit as st

from evals.measured import PARTS, Part, new_folder
from evals.questions import Question
from kb.errors import KbError
from ui.announce import announce
from ui.desk import Desk
from ui.evaluation.measuring import Measuring
from ui.evaluation.runs import question_sets
from ui.language import say, say_html
from ui.markup import panel, text_html
from ui.problem import error_panel

_LOOK_EVERY = 0.5  # seconds between two drawings of the bar
_USUAL = "v1.jsonl"


def start(desk: Desk) -> None:
    """The form, or the bar of the run under way, which all sessions share."""
    if desk.measuring is None:
        _form(desk)
    else:
        st.fragment(_progress, run_every=_LOOK_EVERY)(desk)


def _form(desk: Desk) -> None:
    folder = desk.evals / "questions"
    sets, broken = question_sets(folder)
    _told()
    with st.expander(say("evaluate.new-run"), expanded=not st.session_state.get("runs-known"), key="new-run"):
        if not sets:
            panel("calm", f"<p>{say_html('evaluate.no-sets', folder=folder.name)}</p>")
        else:
            _fields(desk, folder, sets)
        if broken:
            lines = "".join(f"<li>{text_html(_within(folder, reason))}</li>" for _, reason in broken)
            st.html(f'<p class="facts">{say_html("evaluate.unusable-sets")}</p><ul class="facts">{lines}</ul>')


def _fields(desk: Desk, folder: Path, sets: dict[str, tuple[Question, ...]]) -> None:
    names = list(sets)
    left, right = st.columns([1, 1])
    with left:
        name = st.selectbox(
            say("evaluate.set"),
            names,
            index=names.index(_USUAL) if _USUAL in names else 0,
            format_func=lambda one: say("evaluate.set-size", name=one, number=len(sets[one])),
            key="question-set",
        )
    with right:
        parts = [part for part in PARTS if part == "all" or any(q.split == part for q in sets[name])]
        part: Part = st.selectbox(
            say("evaluate.part"), parts, format_func=lambda one: say(f"evaluate.part-{one}"), key="question-part"
        )
    st.button(say("evaluate.run"), type="primary", key="start-run", on_click=_begin, args=(desk, folder / name, part))
    st.html(f'<p class="facts">{say_html("evaluate.run-note")}</p>')


def _begin(desk: Desk, file: Path, part: Part) -> None:
    desk.measure(file, part, new_folder(desk.evals / "runs"))


def _progress(desk: Desk) -> None:
    """Drawn again by itself until the run is over; then the page is drawn anew."""
    run = desk.measuring
    if run is None:  # another session saw its end
        st.rerun()
        return
    if run.ended:
        _end(desk, run)
        st.rerun()
    share = run.done / run.total if run.total else 0.0
    st.progress(share, text=say("evaluate.progress", done=run.done, total=run.total))
    st.button(say("evaluate.stop"), key="stop-run", on_click=run.stop)


def _end(desk: Desk, run: Measuring) -> None:
    """Take note of what became of it, once, for the next drawing of the page."""
    desk.measuring = None
    state = st.session_state
    if run.error is not None and not isinstance(run.error, KbError):
        raise run.error
    if run.error is not None:
        state["run-told"] = ("alert", str(run.error))
    elif run.stopped:
        state["run-told"] = ("calm", say("evaluate.stopped"))
    else:
        state["run-told"] = ("good", say("evaluate.ended", number=run.total, name=run.out.name))
        state["run-name"] = run.out.name
        st.query_params["run"] = run.out.name


def _told() -> None:
    kind, words = st.session_state.pop("run-told", ("", ""))
    if kind == "alert":
        error_panel(words)
    elif words:
        panel(kind, f"<p>{text_html(words)}</p>", "status")
        announce(words)


def _within(folder: Path, reason: str) -> str:
    """The reason without the folder that every file of the list stands in."""
    return reason.replace(f"{folder}/", "")
