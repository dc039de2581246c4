"""Which editions of a contract are compared, as the parameters of an address, and the links that lead there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from kb.asks import asks_for_changes
from kb.catalog import Generation
from kb.errors import QueryError
from kb.scope import plans, scope
from kb.types import Filters, Source
from ui.asked import Asked
from ui.desk import Pages
from ui.language import say, say_html
from ui.markup import literal, panel

_SINCE = re.compile(r"\b(?:since|after|from)\W+(?:\w+\W+){0,2}?20\d\d", re.I)


@dataclass(frozen=True, slots=True)
class Compared:
    """A plan and two of its editions, the older first; "" where none is named."""

    plan: str = ""
    before: str = ""
    after: str = ""

    def params(self) -> dict[str, str]:
        """The parameters of its address; what is empty is left out."""
        values = {"plan": self.plan, "from": self.before, "to": self.after}
        return {name: value for name, value in values.items() if value}


def compared_in(params: Mapping[str, str]) -> Compared:
    """What an address compares."""
    return Compared(*(params.get(name, "").strip() for name in ("plan", "from", "to")))


def with_editions(sources: Sequence[Source]) -> dict[str, tuple[str, ...]]:
    """The plans of which two editions or more are here, with these in order."""
    return {plan: editions for plan, editions in plans(sources).items() if len(editions) > 1}


def editions_meant(question: str, editions: Sequence[str], now: str) -> tuple[str, str]:
    """The two of `editions` (in order, two at least) that `question` compares.

    Those of the years it names; with one year that edition and the one before it, or the latest where it says "since";
    with none the edition `now` and the one before. The earliest edition is compared with the next.
    """
    years = set(re.findall(r"\b20\d\d\b", question))
    named = [edition for edition in editions if years & set(re.findall(r"\d{4}", edition))]
    if len(named) > 1:
        return named[0], named[-1]
    one = named[0] if named else now if now in editions else editions[-1]
    at = editions.index(one)
    if named and at + 1 < len(editions) and _SINCE.search(question):
        return one, editions[-1]
    return (editions[at - 1], one) if at else (one, editions[1])


def neighbour(editions: Sequence[str], edition: str) -> tuple[str, str]:
    """`edition` with the one before it, the earliest with the one after it."""
    return editions_meant("", editions, edition)


def offer_changes(generation: Generation, pages: Pages, asked: Asked) -> None:
    """For a question that asks what changed: the way to the comparison, plan and editions filled in."""
    if not asks_for_changes(asked.question):
        return
    here = with_editions(list(generation.sources.values()))
    try:
        meant = scope(generation, Filters(asked.plan, asked.edition), asked.question, date.today()).filters
    except QueryError:  # said where the question is answered
        return
    if meant.plan and meant.plan not in here:
        panel("calm", f"<p>{say_html('changes.offer-add')}</p>")
        return
    if not here:
        return
    editions = editions_meant(asked.question, here[meant.plan], meant.edition) if meant.plan else ("", "")
    with st.container(key="changes-offered", gap=None):
        st.html(f"<p>{say_html('changes.offer')}</p>")
        words = say("changes.offer-link")
        if all(editions):
            words = say("changes.offer-editions", before=editions[0], after=editions[1])
        st.page_link(pages.changes, label=literal(words), query_params=Compared(meant.plan, *editions).params())
