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
from ui.markup import error_panel, literal
from ui.plan_name import plan_name
from ui.remember import remember_plan

EXAMPLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "If you are a patient",
        (
            "Can I get a second opinion about my diagnosis?",
            "How long can the plan make me wait to see a specialist?",
            "What number do I call for Member Services?",
        ),
    ),
    (
        "If you help someone else",
        (
            "When may a plan deny a request for a second opinion?",
            "Who may deny care as not medically necessary?",
            "HSC 1383.15(c)",
        ),
    ),
)


def ask_page(desk: Desk, pages: Pages) -> None:
    """The page itself."""
    base = desk.base
    generation = base.catalog.generation()
    asked = current(generation)
    with st.container(key="title-asked" if asked.question else "title-new"):
        st.title("What do you need to know?", anchor=False)
    offer = (
        "" if asked.question else "Type your question, and read what the law, contracts and guides say, word for word. "
    )
    st.html(f'<p class="intro">{offer}This is information, not legal or medical advice.</p>')
    _question_form()
    _choosers(generation)
    remember_plan(asked)
    if not asked.question:
        _examples()
        return
    offer_changes(generation, pages, asked)
    show_edition(generation, asked)
    with st.spinner("Reading the documents"):
        answer = _answer(base, generation, asked)
    if answer is not None:
        show_answer(base, pages, answer, asked)
    st.button("Start over", type="tertiary", key="start-over", on_click=_start_over)


def _question_form() -> None:
    with st.form("ask-form", border=False):
        box, button = st.columns([5, 1], vertical_alignment="bottom")
        with box:
            st.text_input("Your question, or a citation such as HSC 1383.15(c)", key="question")
        with button:
            st.form_submit_button("Ask", type="primary", width="stretch", on_click=_submit)


def _submit() -> None:
    state = st.session_state
    put(Asked(state["question"].strip(), state.get("plan") or "", state.get("edition") or ""))


def _choosers(generation: Generation) -> None:
    """The plan, and its edition once there is a choice."""
    known = plans(generation.sources.values())
    state = st.session_state
    if state["plan"] not in known:
        state["plan"] = ""
    left, right = st.columns(2)
    with left:
        names = {plan: plan_name(plan, generation.sources.values()) for plan in known}
        st.selectbox(
            "Your plan",
            ["", *known],
            key="plan",
            format_func=lambda plan: names.get(plan, "No plan chosen"),
            on_change=_choose_plan,
            disabled=not known,
        )
    editions = [edition for edition in known.get(state["plan"], ()) if edition]
    if state["edition"] not in editions:
        state["edition"] = ""
    if not editions:
        return
    now = scope(generation, Filters(state["plan"]), "", date.today()).filters.edition
    with right:
        st.selectbox(
            "Edition",
            ["", *editions],
            key="edition",
            format_func=lambda edition: edition or (f"In force today ({now})" if now else "In force today"),
            on_change=_choose_edition,
        )


def _choose_plan() -> None:
    put(replace(st.session_state["asked"], plan=st.session_state["plan"], edition=""))
    st.session_state["edition"] = ""


def _choose_edition() -> None:
    put(replace(st.session_state["asked"], edition=st.session_state["edition"]))


def _examples() -> None:
    for column, (audience, questions) in zip(st.columns(len(EXAMPLES)), EXAMPLES, strict=True):
        with column, st.container(key=f"examples-{audience.split()[-1]}", gap="small"):
            st.html(f'<h2 class="examples-heading">{audience}</h2>')
            for question in questions:
                st.button(
                    literal(question), key=f"example-{question}", width="stretch", on_click=_ask, args=(question,)
                )


def _ask(question: str) -> None:
    put(replace(st.session_state["asked"], question=question))
    st.session_state["question"] = question


def _start_over() -> None:
    asked = Asked(plan=st.session_state["asked"].plan, edition=st.session_state["asked"].edition)
    put(asked)
    st.session_state["question"] = ""


def _answer(base: KnowledgeBase, generation: Generation, asked: Asked) -> Answer | None:
    """The answer, kept in the session until question or documents change; None after an error, which is shown."""
    state = st.session_state
    if state.get("answered") != (asked, generation.id):
        try:
            state["answer"] = base.ask(asked.query())
        except KbError as exc:
            error_panel(str(exc))
            return None
        state["answered"] = (asked, generation.id)
    answer: Answer = state["answer"]
    return answer
