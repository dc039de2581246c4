"""An answer on the page: what is urgent first, then the quotes by rank, then what to bear in mind."""

from collections.abc import Callable, Sequence

import streamlit as st

from kb.base import KnowledgeBase
from kb.types import Answer, Authority, Disagreement, Hit, Notice, Query, Quote, Section
from ui.asked import Asked
from ui.desk import Pages
from ui.edition import show_elsewhere
from ui.glossary import show_glossary
from ui.llm import show_wording
from ui.markup import linked_html, panel, text_html
from ui.quote import is_added, show_quote
from ui.steps import show_steps

WORTH: dict[Authority, str] = {
    "law": "Binds every plan that it covers.",
    "digest": "Written by us from the law, not the law itself. Each point links its official text.",
    "contract": "What the plan promises. It cannot take away what the law gives.",
    "agency": "What a public agency says about its own work.",
    "guide": "Advice from people who know the way. It binds nobody.",
}
"""What the words of each rank are worth."""

_NEAREST = 3
_SHOWN = 300  # characters of the question that a phone repeats, since its box shows only the beginning
_WHERE_NEXT = ("Whom can I call at the DMHC?", "What number do I call for Member Services?")


def show_answer(base: KnowledgeBase, pages: Pages, answer: Answer, asked: Asked) -> None:
    """The answer, or why there is none and where to ask next."""
    for notice in answer.notices:
        if notice.kind == "emergency":
            panel("alert", f'<p class="urgent">{text_html(notice.text)}</p>', "alert")
    question = asked.question if len(asked.question) <= _SHOWN else f"{asked.question[:_SHOWN]} \u2026"
    again = f'<p class="asked">{text_html(question)}</p>'
    if answer.status == "abstained":
        _abstention(base, pages, answer, asked, again)
    else:
        st.html(f'{again}<p class="lead" role="status">{text_html(answer.lead)}</p>')
        show_wording(answer)
        _disagreements(answer.disagreements)
        for section in answer.sections:
            _tier(base, pages, section)
    show_steps(base, pages, answer, asked)
    if answer.sections:
        show_glossary(answer)
    _notices(answer.notices)


def _disagreements(found: Sequence[Disagreement]) -> None:
    """Where two of the quotes below say different things: both values, which governs, and the safe one."""
    if not found:
        return
    items = []
    for d in found:
        (one, other), (value, instead) = d.quotes, d.values
        safe = f" <strong>Safe to keep to: {text_html(d.safe)}.</strong>" if d.safe else ""
        items.append(
            f"<li><strong>{text_html(d.about)}</strong>: [{one}] says {text_html(value)}, [{other}] says "
            f"{text_html(instead)}. {text_html(d.why)}{safe}</li>"
        )
    panel("calm", f"<h2>The sources below differ</h2><ul>{''.join(items)}</ul>")


def _tier(base: KnowledgeBase, pages: Pages, section: Section) -> None:
    heading, worth = _heading(base, section)
    st.html(
        f'<div class="tier {section.authority}"><h2><span class="shape" aria-hidden="true"></span>'
        f"{text_html(heading)}</h2><p>{worth}</p></div>"
    )
    for quote in section.quotes:
        show_quote(base, pages, quote)


def _heading(base: KnowledgeBase, section: Section) -> tuple[str, str]:
    """A tier's heading and what its words are worth: a sample is never "yours", and an added summary never "ours"."""
    if section.authority == "contract" and all(quote.sample for quote in section.quotes):
        return "An example contract, not your plan's", "A fictional plan, to show what a contract looks like."
    if section.authority == "digest" and any(is_added(base, quote) for quote in section.quotes):
        return "Summaries of the law", "Written from the law, not the law itself. Compare them with the official text."
    return section.heading, WORTH[section.authority]


def _notices(notices: Sequence[Notice]) -> None:
    lines = [f"<li>{linked_html(notice.text)}</li>" for notice in notices if notice.kind != "emergency"]
    if lines:
        st.html(f'<div class="notices"><h2>Bear in mind</h2><ul>{"".join(lines)}</ul></div>')


def _abstention(base: KnowledgeBase, pages: Pages, answer: Answer, asked: Asked, again: str) -> None:
    panel("calm", f"{again}<h2>No answer found</h2><p>{text_html(answer.lead)}</p>", "status")
    show_elsewhere(base.catalog, base.catalog.generation(), pages, answer, asked)
    hits = answer.hits[:_NEAREST]
    if hits:
        with st.expander("Nearest passages, which do not answer the question", key="nearest"):
            st.html("".join(_nearest(base, hit) for hit in hits))
    if answer.reason == "not_a_question":
        return
    quotes = _where_next(str(base.folder), base.catalog.generation().id, base)
    if quotes:
        st.html('<h2 class="next">Where to ask next</h2>')
        for quote in quotes:
            show_quote(base, pages, quote, marked=False)


def _nearest(base: KnowledgeBase, hit: Hit) -> str:
    source = base.catalog.source(hit.passage.key)
    sample = '<span class="sample">Sample</span>' if source.sample else ""
    return (
        f'<div class="nearest"><p class="where"><strong><bdi>{text_html(hit.passage.label)}</bdi></strong>{sample}<br>'
        f"<bdi>{text_html(source.title)}</bdi></p>"
        f'<div class="words" dir="auto">{text_html(hit.passage.text)}</div></div>'
    )


def _find_where_next(folder: str, generation: int, _base: KnowledgeBase) -> tuple[Quote, ...]:
    """The first words of the knowledge base on each place to ask; none where it does not say."""
    answers = [_base.ask(Query(question)) for question in _WHERE_NEXT]
    return tuple(answer.quotes[0] for answer in answers if answer.quotes)


_where_next: Callable[[str, int, KnowledgeBase], tuple[Quote, ...]] = st.cache_data(max_entries=4, show_spinner=False)(
    _find_where_next
)
