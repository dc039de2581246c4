"""Which edition of a contract answers, where the question decides that, and where else the answer stands."""

from dataclasses import replace
from datetime import date

import streamlit as st

from kb.catalog import Catalog, Generation
from kb.errors import QueryError
from kb.scope import Scope, scope
from kb.types import Answer, Filters, Hit
from ui.asked import Asked, put
from ui.desk import Pages
from ui.language import say, say_html
from ui.markup import literal, text_html
from ui.quote import document_params, page_words, sample_html


def show_edition(generation: Generation, asked: Asked) -> None:
    """One line where the question itself decides on plan or edition, so that nobody takes it for the chosen one."""
    try:
        line = edition_line(generation, asked, date.today())
    except QueryError:  # said where the question is answered
        return
    if line:
        st.html(f'<p class="facts edition-used" role="status">{text_html(line)}</p>')


def edition_line(generation: Generation, asked: Asked, today: date) -> str:
    """What to say of plan and edition; "" where they are those of the fields above. Raises QueryError as `scope`."""
    within = scope(generation, Filters(asked.plan, asked.edition), asked.question, today)
    plan, edition = within.filters.plan, within.filters.edition
    if within.named_plan:
        return say("changes.edition.two-plans", named=within.named_plan, plan=plan)
    if within.missing:
        return say("changes.edition.missing", words=within.missing, plan=plan)
    if not plan:
        return ""
    if not asked.plan:
        if edition:
            return say("changes.edition.plan-edition", plan=plan, edition=edition)
        return say("changes.edition.plan", plan=plan)
    usual = scope(generation, Filters(asked.plan, asked.edition), "", today).filters.edition
    if edition == usual:
        return ""
    return say("changes.edition.time", edition=edition, usual=usual)


def show_elsewhere(catalog: Catalog, generation: Generation, pages: Pages, answer: Answer, asked: Asked) -> None:
    """For an abstention because of the edition: where it stands, and a button that asks that edition."""
    if answer.reason != "other_edition":
        return
    within = scope(generation, Filters(asked.plan, asked.edition), asked.question, date.today())
    hit = next((hit for hit in answer.hits if hit.passage.key in within.other_editions), None)
    if hit is None:
        return
    with st.container(key="elsewhere", gap=None):
        st.html(_where_html(catalog, hit))
        st.page_link(pages.look_up, label=say("changes.edition.read"), query_params=document_params(hit.passage))
        edition = catalog.source(hit.passage.key).edition
        if _asks_it(generation, asked, within, edition):
            st.button(
                literal(say("changes.edition.ask", edition=edition)),
                key="ask-other-edition",
                type="primary",
                on_click=_switch,
                args=(within.filters.plan, edition),
            )


def _where_html(catalog: Catalog, hit: Hit) -> str:
    source = catalog.source(hit.passage.key)
    facts = (source.title, hit.passage.label.split(" > ")[-1], page_words(hit.passage))
    sample = sample_html() if source.sample else ""
    named = ", ".join(f"<bdi>{text_html(fact)}</bdi>" for fact in facts if fact)
    return f"<p>{say_html('changes.edition.stands')} {named}{sample}</p>"


def _asks_it(generation: Generation, asked: Asked, within: Scope, edition: str) -> bool:
    """Whether choosing `edition` makes it answer; a year that the question names goes before any choice."""
    then = scope(generation, Filters(within.filters.plan, edition), asked.question, date.today())
    return bool(edition) and not then.missing and then.filters.edition == edition


def _switch(plan: str, edition: str) -> None:
    state = st.session_state
    put(replace(state["asked"], plan=plan, edition=edition))
    state["plan"], state["edition"] = plan, edition
