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
from ui.markup import text_html
from ui.plan_name import plan_name
from ui.quote import show_quote


def show_about(base: KnowledgeBase, pages: Pages, cited: Cited, day: date | None, plan: str) -> None:
    """The quotes that cite the text, then those on the same subject; `plan` is the one that the reader chose, or ""."""
    generation = base.catalog.generation().id
    found = _found(str(base.folder), generation, cited.key, cited.span, day or date.today(), base, cited)
    st.html('<h2 class="next">What our guides and contracts say about this</h2>')
    if not (found.citing or found.near):
        st.html('<p class="facts">No other document here cites this text or speaks of its subject.</p>')
        return
    if found.citing:
        st.html('<h3 class="row-heading">They cite it</h3>')
        _groups(base, pages, found.citing, plan)
        if found.further:
            more = "1 more sentence cites" if found.further == 1 else f"{found.further} more sentences cite"
            st.html(f'<p class="facts">{more} it.</p>')
    if found.near:
        st.html(
            '<h3 class="row-heading">On the same subject</h3>'
            '<p class="facts">They do not cite this text. They were found because they mean something similar.</p>'
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
        return "Contract"
    name = plan_name(of_plan, base.catalog.generation().sources.values())
    if name != of_plan:
        return f"Contract. {name}"
    return f"Your plan's contract: {name}" if of_plan == chosen else f"Contract of another plan: {name}"
