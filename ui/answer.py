"""An answer on the page: what is urgent first, then the quotes by rank, then what to bear in mind."""

import re
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from kb.base import KnowledgeBase
from kb.types import Answer, Disagreement, Hit, Notice, Section
from ui.announce import announce
from ui.asked import Asked, put
from ui.desk import Pages
from ui.edition import show_elsewhere
from ui.glossary import show_glossary
from ui.language import say, say_html
from ui.llm import show_wording
from ui.markup import linked_html, literal, panel, text_html
from ui.plan_type import show_plan_type
from ui.quote import is_added, sample_html, show_quote
from ui.steps import show_steps

_MARK = re.compile(r"\[(\d+)\]")
_NEAREST = 3
_BEFORE = 120  # characters of the question before that a follow-up repeats
_SHOWN = 300  # characters of the question that a phone repeats, since its box shows only the beginning


def show_answer(base: KnowledgeBase, pages: Pages, answer: Answer, asked: Asked) -> None:
    """The answer, or why there is none and where to ask next."""
    for notice in answer.notices:
        if notice.kind == "emergency":
            panel("alert", f'<p class="urgent">{text_html(notice.text)}</p>', "alert")
    _follow_up(answer, asked)
    show_plan_type(answer, asked)
    question = asked.question if len(asked.question) <= _SHOWN else f"{asked.question[:_SHOWN]} \u2026"
    again = f'<p class="asked">{text_html(question)}</p>'
    if answer.status == "abstained":
        _abstention(base, pages, answer, asked, again)
    else:
        doubt = "".join(f'<p class="unsure">{text_html(n.text)}</p>' for n in answer.notices if n.kind == "unsure")
        st.html(f'{again}{doubt}<p class="lead">{_with_marks(answer.lead)}</p>')
        show_wording(answer)
        _disagreements(answer.disagreements)
        for section in answer.sections:
            _tier(base, pages, section)
    show_steps(base, pages, answer, asked)
    if answer.sections:
        show_glossary(answer)
    _notices(answer.notices)
    announce(answer.lead if answer.status != "abstained" else f"{say('answer.none')}. {answer.lead}")


def _follow_up(answer: Answer, asked: Asked) -> None:
    """That the question was read as a follow-up, to which one, and a button that asks it by itself."""
    if not answer.read_as:
        return
    before = asked.after if len(asked.after) <= _BEFORE else f"{asked.after[:_BEFORE]} \u2026"
    with st.container(key="follow-up", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="facts">{say_html("follow.read", before=before)}</p>', width="content")
        st.button(literal(say("follow.alone")), key="ask-alone", type="tertiary", on_click=_ask_alone, args=(asked,))


def _ask_alone(asked: Asked) -> None:
    put(replace(asked, after=""))


_TOLD = ("emergency", "follow_up", "choose_plan_type", "unsure")
"""Notices that stand above the answer, not below it."""


def _with_marks(words: str) -> str:
    """`words` with each mark such as [2] as a link to its quote."""
    return _MARK.sub(r'<a class="mark-of-quote" href="#quote-\1">[\1]</a>', text_html(words))


def _disagreements(found: Sequence[Disagreement]) -> None:
    """Where two of the quotes below say different things: both values, which governs, and the safe one."""
    if not found:
        return
    items = []
    for d in found:
        (one, other), (value, instead) = d.quotes, d.values
        safe = f" <strong>{say_html('answer.safe', value=d.safe)}</strong>" if d.safe else ""
        says = say("answer.says", one=f"[{one}]", value=value, other=f"[{other}]", instead=instead)
        items.append(f"<li><strong>{text_html(d.about)}</strong>: {_with_marks(says)} {text_html(d.why)}{safe}</li>")
    panel("calm", f"<h2>{say_html('answer.differ')}</h2><ul>{''.join(items)}</ul>")


def _tier(base: KnowledgeBase, pages: Pages, section: Section) -> None:
    heading, worth = _heading(base, section)
    st.html(
        f'<div class="tier {section.authority}"><h2><span class="shape" aria-hidden="true"></span>'
        f"{text_html(heading)}</h2><p>{text_html(worth)}</p></div>"
    )
    for quote in section.quotes:
        show_quote(base, pages, quote)


def _heading(base: KnowledgeBase, section: Section) -> tuple[str, str]:
    """A tier's heading and what its words are worth: a sample is never "yours", and an added summary never "ours"."""
    if section.authority == "contract" and all(quote.sample for quote in section.quotes):
        return say("answer.sample"), say("answer.sample-worth")
    if section.authority == "digest" and any(is_added(base, quote) for quote in section.quotes):
        return say("answer.added-digest"), say("answer.added-digest-worth")
    return say(f"answer.{section.authority}"), say(f"answer.{section.authority}-worth")


def _notices(notices: Sequence[Notice]) -> None:
    lines = [
        f"<li>{linked_html(notice.text, say('answer.open-official'))}</li>"
        for notice in notices
        if notice.kind not in _TOLD
    ]
    if lines:
        st.html(f'<div class="notices"><h2>{say_html("answer.bear")}</h2><ul>{"".join(lines)}</ul></div>')


def _abstention(base: KnowledgeBase, pages: Pages, answer: Answer, asked: Asked, again: str) -> None:
    panel("calm", f"{again}<h2>{say_html('answer.none')}</h2><p>{text_html(answer.lead)}</p>", "status")
    show_elsewhere(base.catalog, base.catalog.generation(), pages, answer, asked)
    hits = answer.hits[:_NEAREST]
    if hits:
        with st.expander(say("answer.nearest"), key="nearest"):
            st.html("".join(_nearest(base, hit) for hit in hits))


def _nearest(base: KnowledgeBase, hit: Hit) -> str:
    source = base.catalog.source(hit.passage.key)
    sample = sample_html() if source.sample else ""
    return (
        f'<div class="nearest"><p class="where"><strong><bdi>{text_html(hit.passage.label)}</bdi></strong>{sample}<br>'
        f"<bdi>{text_html(source.title)}</bdi></p>"
        f'<div class="words" lang="en" dir="auto">{text_html(hit.passage.text)}</div></div>'
    )
