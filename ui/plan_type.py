"""The kind of plan, asked for where a deadline depends on it; a choice asks the question again for that kind."""

from dataclasses import replace

import streamlit as st

from kb.answer import place
from kb.by_plan import PlanPeriod, safe
from kb.circumstances import PlanType
from kb.types import Answer
from ui.asked import UNKNOWN, Asked, put
from ui.language import say, say_html
from ui.markup import text_html, words_html

_KEY = "plan-type"
_OFFERED: tuple[PlanType, ...] = ("commercial", "erisa", "medi-cal", "medicare")
_ALIKE = {"individual": "commercial"}
"""Kinds of plan that an address can name, and the choice that has the same deadlines."""


def show_plan_type(answer: Answer, asked: Asked) -> None:
    """One line with the choices, where the answer depends on the kind of plan and its question does not name it."""
    is_open = any(notice.kind == "choose_plan_type" for notice in answer.notices)
    depends = bool(answer.by_plan) or any(step.when == "by" for step in answer.steps)
    if not is_open and not (asked.known_type and depends):
        return
    st.session_state[_KEY] = _ALIKE.get(asked.plan_type, asked.plan_type) or None
    with st.container(key="plan-type-line", gap=None):
        st.pills(
            say("plan_type.which"), [*_OFFERED, UNKNOWN], key=_KEY, on_change=_choose,
            format_func=lambda name: say(f"plan_type.{name}"),
        )  # fmt: skip
        if asked.plan_type == UNKNOWN:
            st.html(_for_each(answer) if answer.by_plan else f'<p class="facts">{say_html("plan_type.dates")}</p>')


def _choose() -> None:
    """Ask again for the chosen kind of plan; a choice taken back asks without one."""
    put(replace(st.session_state["asked"], plan_type=st.session_state[_KEY] or ""))


def _for_each(answer: Answer) -> str:
    """What each kind of plan has, with the words of the source, and the period that is safe for all of them."""
    shortest = safe(answer.by_plan)
    line = f"<p><strong>{say_html('plan_type.safe', value=shortest.value)}</strong></p>" if shortest else ""
    return f"{line}<ul>{''.join(map(_row, answer.by_plan))}</ul>"


def _row(period: PlanPeriod) -> str:
    where = f"{text_html(place(period.quote))}: {words_html(period.quote.text)}"
    name = say_html(f"plan_type.{period.plan_type}")
    return f'<li>{name}: <strong>{text_html(period.value)}</strong><br><span class="facts">{where}</span></li>'
