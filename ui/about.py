"""What documents that are not law say about a text of law, as quotes by rank; a contract is named with its plan."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import groupby

import streamlit as st

from kb.about import About, about
from kb.base import KnowledgeBase
from kb.cite import Cited
from kb.types import Quote, Span
from ui.desk import Pages
from ui.language import say, say_html
from ui.markup import text_html
from ui.plan_name import plan_name
from ui.quote import show_quote


def show_about(base: KnowledgeBase, pages: Pages, cited: Cited, day: date | None, plan: str) -> None:
    """The quotes that cite the text, then those on the same subject; `plan` is the one that the reader chose, or ""."""
    generation = base.catalog.generation().id
    found = _found(str(base.folder), generation, cited.key, cited.span, day or date.today(), base, cited)
    st.html(f'<h2 class="next">{say_html("look_up.about")}</h2>')
    if not (found.citing or found.near):
        st.html(f'<p class="facts">{say_html("look_up.about-none")}</p>')
        return
    if found.citing:
        st.html(f'<h3 class="row-heading">{say_html("look_up.citing")}</h3>')
        _groups(base, pages, found.citing, plan)
        if found.further:
            one = found.further == 1
            more = say_html("look_up.citing-more-one") if one else say_html("look_up.citing-more", number=found.further)
            st.html(f'<p class="facts">{more}</p>')
    if found.near:
        st.html(
            f'<h3 class="row-heading">{say_html("look_up.same-subject")}</h3>'
            f'<p class="facts">{say_html("look_up.same-subject-how")}</p>'
        )
        _groups(base, pages, found.near, plan)


def _find(folder: str, generation: int, key: str, span: Span, day: date, _base: KnowledgeBase, _cited: Cited) -> About:
    with _base.engines(_base.catalog.generation()) as engines:
        return about(engines, _cited, day)


_found: Callable[[str, int, str, Span, date, KnowledgeBase, Cited], About] = st.cache_data(
    max_entries=200, show_spinner=False
)(_find)


def _groups(base: KnowledgeBase, pages: Pages, quotes: Iterable[Quote], plan: str) -> None:
    for (authority, of_plan), group in groupby(quotes, key=lambda quote: (quote.authority, quote.plan)):
        if authority == "contract":
            st.html(f'<p class="whose">{text_html(whose_contract(base, of_plan, plan))}</p>')
        for quote in group:
            show_quote(base, pages, quote, marked=False)


def whose_contract(base: KnowledgeBase, of_plan: str, chosen: str) -> str:
    """Whose contract a quote comes from: the reader's own is called so only where the reader chose its plan."""
    if not of_plan:
        return say("look_up.contract")
    name = plan_name(of_plan, base.catalog.generation().sources.values())
    if name != of_plan:
        return say("look_up.contract-example", plan=name)
    return say(f"look_up.contract-{'yours' if of_plan == chosen else 'other'}", plan=name)
