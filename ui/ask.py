"""The Ask page: the question box, the plan and its edition, examples, and the answer."""

from dataclasses import replace
from datetime import date

import streamlit as st

from kb.base import KnowledgeBase
from kb.catalog import Generation
from kb.errors import KbError
from kb.scope import plans, scope
from kb.types import Answer, Filters
from ui.answer import show_answer
from ui.asked import Asked, current, put
from ui.compared import offer_changes
from ui.desk import Desk, Pages
from ui.edition import show_edition
from ui.feedback import ask_feedback
from ui.history import remember_question, show_history
from ui.language import say, say_html
from ui.markup import literal
from ui.plan_name import plan_name
from ui.problem import error_panel
from ui.remember import remember_plan
from ui.tools import tools

EXAMPLES: dict[str, tuple[str, ...]] = {
    "member": ("second-opinion", "wait", "number"),
    "advocate": ("deny", "who-denies", "citation"),
    "evaluator": ("off-topic", "no-such-place", "no-such-year"),
}
"""What each audience may try first; the sentences are in `ui_ask.toml`."""


def ask_page(desk: Desk, pages: Pages) -> None:
    """The page itself."""
    base = desk.base
    generation = base.catalog.generation()
    asked = current(generation)
    with st.container(key="title-asked" if asked.question else "title-new"):
        st.title(say("ask.title"), anchor=False)
    offer = "" if asked.question else f"{say_html('ask.offer')} "
    st.html(f'<p class="intro">{offer}{say_html("ask.no-advice")}</p>')
    _question_form()
    _choosers(generation)
    remember_plan(asked)
    if not asked.question:
        show_history(asked)
        _examples(pages)
        return
    offer_changes(generation, pages, asked)
    show_edition(generation, asked)
    with st.container(key="answer", gap="small"):
        with st.spinner(say("ask.reading")):
            answer = _answer(base, generation, asked)
        if answer is not None:
            show_answer(base, pages, answer, asked)
            remember_question(asked)
    if answer is not None:
        tools(asked)
        ask_feedback(desk.folder, answer)
    with st.container(key="again", horizontal=True, gap="small"):
        st.button(say("ask.start-over"), type="tertiary", key="start-over", on_click=_start_over)
    show_history(asked)


def _question_form() -> None:
    with st.form("ask-form", border=False):
        box, button = st.columns([5, 1], vertical_alignment="bottom")
        with box:
            st.text_input(say("ask.box"), key="question")
        with button:
            st.form_submit_button(say("ask.button"), type="primary", width="stretch", on_click=_submit)


def _submit() -> None:
    """Ask what was typed, after what was asked before it in this session."""
    state = st.session_state
    before: Asked = state.get("asked") or Asked()
    put(
        replace(
            before.then(state["question"].strip()), plan=state.get("plan") or "", edition=state.get("edition") or ""
        )
    )


def _choosers(generation: Generation) -> None:
    """The plan, and its edition once there is a choice."""
    known = plans(generation.sources.values())
    state = st.session_state
    if state["plan"] not in known:
        state["plan"] = ""
    left, right = st.columns(2)
    with left:
        names = {plan: plan_name(plan, generation.sources.values()) for plan in known} | {"": say("ask.no-plan")}
        st.selectbox(
            say("ask.plan"),
            ["", *known],
            key="plan",
            format_func=lambda plan: names.get(plan, names[""]),
            on_change=_choose_plan,
            disabled=not known,
        )
    editions = [edition for edition in known.get(state["plan"], ()) if edition]
    if state["edition"] not in editions:
        state["edition"] = ""
    if not editions:
        return
    now = _in_force(scope(generation, Filters(state["plan"]), "", date.today()).filters.edition)
    with right:
        st.selectbox(
            say("ask.edition"),
            ["", *editions],
            key="edition",
            format_func=lambda edition: edition or now,
            on_change=_choose_edition,
        )


def _in_force(edition: str) -> str:
    return say("ask.in-force-edition", edition=edition) if edition else say("ask.in-force")


def _choose_plan() -> None:
    put(replace(st.session_state["asked"], plan=st.session_state["plan"], edition=""))
    st.session_state["edition"] = ""


def _choose_edition() -> None:
    put(replace(st.session_state["asked"], edition=st.session_state["edition"]))


def _examples(pages: Pages) -> None:
    """Questions to begin with, for each audience; a touch asks them."""
    for column, (audience, names) in zip(st.columns(len(EXAMPLES)), EXAMPLES.items(), strict=True):
        with column, st.container(key=f"examples-{audience}", gap="small"):
            st.html(f'<h2 class="examples-heading">{say_html(f"ask.{audience}")}</h2>')
            for question in (say(f"ask.example-{name}") for name in names):
                st.button(
                    literal(question), key=f"example-{question}", width="stretch", on_click=_ask, args=(question,)
                )
            if audience == "evaluator":
                st.page_link(pages.evaluate, label=say("ask.to-evaluate"))


def _ask(question: str) -> None:
    put(replace(st.session_state["asked"], question=question, after=""))
    st.session_state["question"] = question


def _start_over() -> None:
    put(replace(st.session_state["asked"], question="", after=""))
    st.session_state["question"] = ""


def _answer(base: KnowledgeBase, generation: Generation, asked: Asked) -> Answer | None:
    """The answer, kept in the session until question or documents change; None after an error, which is shown."""
    state = st.session_state
    if state.get("answered") != (asked, generation.id):
        try:
            state["answer"] = base.ask(asked.query())
        except KbError as exc:
            error_panel(exc.message)
            return None
        state["answered"] = (asked, generation.id)
    answer: Answer = state["answer"]
    return answer
