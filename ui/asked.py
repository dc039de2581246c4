"""What is asked: question, plan, edition and what it goes on from, kept in the session and in the address, so that a
link asks it again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from kb.catalog import Generation
from kb.circumstances import PLAN_TYPES, Circumstances, PlanType
from kb.errors import QueryError
from kb.follow import follow
from kb.scope import scope
from kb.types import Filters, Query
from ui.language import language, to_address

_LONGEST_IN_ADDRESS = 2_000  # characters; a longer question stays in the session, since servers cut long addresses


UNKNOWN = "unknown"
"""The kind of plan of a reader who was asked for it and does not know it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with plan and edition; "" where none is given or chosen.

    `after` is what the question goes on from, where it cannot be understood without it. `plan_type` is one of
    PLAN_TYPES, UNKNOWN, or "" before the reader was asked.
    """

    question: str = ""
    plan: str = ""
    edition: str = ""
    after: str = ""
    plan_type: str = ""

    @property
    def known_type(self) -> PlanType:
        """The kind of plan that the reader chose; "" for none."""
        return next((known for known in PLAN_TYPES if known == self.plan_type), "")

    def query(self) -> Query:
        """The query that it puts to the knowledge base."""
        spoken = language()
        said = Circumstances(
            self.known_type, language="" if spoken == "en" else spoken
        )  # in English the question's own
        return Query(self.question, Filters(self.plan, self.edition), circumstances=said, after=self.after)

    def then(self, question: str) -> "Asked":
        """What a question typed after this one asks, with the same plan: it may lean on this one.

        The same question again is asked in the same way.
        """
        if question == self.question:
            return self
        found = follow(self.question, self.after) if self.after else None
        before = _short(found.words if found else self.question)
        return replace(self, question=question, after=before if follow(question, before) else "")

    def params(self) -> dict[str, str]:
        """The parameters of its address; an overlong question is left out."""
        question = self.question if len(self.question) <= _LONGEST_IN_ADDRESS else ""
        after = _short(self.after) if question else ""
        kind = {"plan_type": self.plan_type}
        values = {"q": question, "after": after, "plan": self.plan, "edition": self.edition, **kind}
        return {name: value for name, value in values.items() if value}


def from_params(params: Mapping[str, str]) -> Asked:
    """What an address asks; a kind of plan that is none is left out."""
    question, plan, edition, after, kind = (
        params.get(name, "").strip() for name in ("q", "plan", "edition", "after", "plan_type")
    )
    return Asked(question, plan, edition, after if question else "", kind if kind in (*PLAN_TYPES, UNKNOWN) else "")


def _short(before: str) -> str:
    """The question before, without its middle where it is too long for an address; its ends say what it asks."""
    half = _LONGEST_IN_ADDRESS // 2 - 2
    return before if len(before) <= _LONGEST_IN_ADDRESS else f"{before[:half]} \u2026 {before[-half:]}"


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
