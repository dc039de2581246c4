"""What is asked: question, plan and edition, kept in the session and in the address, so that a link asks it again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from kb.catalog import Generation
from kb.circumstances import Circumstances
from kb.errors import QueryError
from kb.scope import scope
from kb.types import Filters, Query
from ui.language import language, to_address

_LONGEST_IN_ADDRESS = 2_000  # characters; a longer question stays in the session, since servers cut long addresses


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with plan and edition; "" where none is given or chosen."""

    question: str = ""
    plan: str = ""
    edition: str = ""

    def query(self) -> Query:
        """The query that it puts to the knowledge base."""
        spoken = language()
        said = Circumstances(language="" if spoken == "en" else spoken)  # in English the question's own language rules
        return Query(self.question, Filters(self.plan, self.edition), circumstances=said)

    def params(self) -> dict[str, str]:
        """The parameters of its address; an overlong question is left out."""
        question = self.question if len(self.question) <= _LONGEST_IN_ADDRESS else ""
        values = {"q": question, "plan": self.plan, "edition": self.edition}
        return {name: value for name, value in values.items() if value}


def from_params(params: Mapping[str, str]) -> Asked:
    """What an address asks."""
    return Asked(params.get("q", "").strip(), params.get("plan", "").strip(), params.get("edition", "").strip())


def current(generation: Generation) -> Asked:
    """What is asked now: by the address where that is new, else by this session, which the address then repeats.

    Puts the values into the widgets "question", "plan" and "edition" before they are drawn.
    """
    state = st.session_state
    there = from_params(st.query_params)
    returning = state.get("page") != "ask_page"
    adopted = there != state.get("in_address", Asked())
    if returning and there == Asked() and state.get("asked"):
        put(state["asked"])
        adopted = False
    elif adopted:
        state["asked"] = _with_full_plan(there, generation)
        state["in_address"] = there
    asked: Asked = state.setdefault("asked", Asked())
    for name, value in (("question", asked.question), ("plan", asked.plan), ("edition", asked.edition)):
        if adopted or name not in state:
            state[name] = value
    return asked


def put(asked: Asked) -> None:
    """Ask this from now on, in the session and in the address."""
    st.session_state["asked"] = asked
    to_address(asked.params())
    st.session_state["in_address"] = from_params(asked.params())


def _with_full_plan(asked: Asked, generation: Generation) -> Asked:
    """The same with the plan's full name, where an address gives only its beginning; unchanged if it fits none."""
    if not asked.plan:
        return asked
    try:
        return replace(asked, plan=scope(generation, Filters(asked.plan), "", date.today()).filters.plan)
    except QueryError:
        return asked
