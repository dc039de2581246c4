"""What to do next, under an answer: the member's own dates, the steps with their days, whom to call, and downloads."""

from dataclasses import replace
from datetime import date

import streamlit as st

from kb.base import KnowledgeBase
from kb.calendar_file import calendar_file
from kb.case_sheet import case_sheet
from kb.circumstances import Circumstances
from kb.contacts import Contact
from kb.errors import KbError
from kb.phrases import Language, phrase
from kb.shown import due_text
from kb.steps import Step
from kb.types import Answer, Quote
from ui.asked import Asked
from ui.desk import Pages
from ui.markup import literal, text_html, words_html
from ui.problem import error_panel
from ui.quote import show_quote

_REGIONS = ("California", "Colorado", "Georgia", "Hawaii", "Mid-Atlantic", "Northwest", "Washington State")


def show_steps(base: KnowledgeBase, pages: Pages, answer: Answer, asked: Asked) -> None:
    """Steps and contacts for `answer`, computed anew when the member gives dates or the place."""
    if answer.reason == "not_a_question" or not (answer.steps or answer.status == "abstained"):
        return
    language = answer.language
    heading = "steps.heading" if answer.steps else "guidance.where_to_ask"
    st.html(f'<h2 class="next">{text_html(phrase(heading, language))}</h2>')
    said = _said(language, asked) if answer.steps else asked.query().circumstances
    shown = _answered(base, answer, asked, said)
    if shown is None:
        return
    for number, step in enumerate(shown.steps, 1):
        _step(base, pages, shown, step, number)
    _contacts(shown)
    _downloads(shown, said)


def _said(language: Language, asked: Asked) -> Circumstances:
    """What the member says of place and dates, in three fields; nothing of it leaves the session.

    The kind of plan is asked for at the top of the answer (ui/plan_type.py).
    """
    region, denied, filed = st.columns(3)
    with region:
        place = st.selectbox(
            phrase("case_sheet.region", language), ["", *_REGIONS], key="steps-region",
            format_func=lambda name: name or phrase("case_sheet.type_unknown", language),
        )  # fmt: skip
    with denied:
        denial = st.date_input(phrase("case_sheet.denial", language), value=None, key="steps-denial")
    with filed:
        grievance = st.date_input(phrase("case_sheet.grievance", language), value=None, key="steps-grievance")
    return Circumstances(asked.known_type, place or "", _day(denial), _day(grievance), language)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _answered(base: KnowledgeBase, answer: Answer, asked: Asked, said: Circumstances) -> Answer | None:
    """The answer for these circumstances, kept in the session until they change; None after an error."""
    if replace(said, language="") == replace(asked.query().circumstances, language=""):
        return answer
    name = (asked, said, base.catalog.generation().id)
    if st.session_state.get("steps-for") != name:
        try:
            st.session_state["steps-answer"] = base.ask(replace(asked.query(), circumstances=said))
        except KbError as exc:
            error_panel(exc.message)
            return None
        st.session_state["steps-for"] = name
    again: Answer = st.session_state["steps-answer"]
    return again


def _step(base: KnowledgeBase, pages: Pages, answer: Answer, step: Step, number: int) -> None:
    """One step: our words, its day, and the quote where the answer does not show it already."""
    due = due_text(step, answer.language)
    day = f'<p class="due">{text_html(due)}</p>' if due else ""
    st.html(f'<div class="step"><p><strong>{number}. {text_html(step.text)}</strong> [{step.quote.n}]</p>{day}</div>')
    beside: list[Quote] = [quote for quote in (step.quote, step.safe_quote) if quote is not None]
    shown = {quote.n for quote in answer.quotes}
    for quote in beside:
        if quote.n not in shown:
            with st.expander(
                literal(phrase("steps.read", answer.language, n=quote.n)), key=f"step-{step.id}-{quote.n}"
            ):
                show_quote(base, pages, quote, marked=False)


def _contacts(answer: Answer) -> None:
    if answer.contacts:
        rows = "".join(f"<li>{_contact(contact, answer.language)}</li>" for contact in answer.contacts)
        st.html(f'<h3 class="row-heading">{text_html(phrase("contacts.heading", answer.language))}</h3><ul>{rows}</ul>')


def _contact(contact: Contact, language: Language) -> str:
    """A contact as HTML, its numbers ready to be called; the sentence it stands in comes with it."""
    tty = f"{phrase('guidance.tty', language)} {contact.tty}" if contact.tty else ""
    reached = words_html(", ".join(part for part in (*contact.phones, tty, contact.site) if part))
    told = f"<bdi>{words_html(contact.quote.text)}</bdi>"
    source = f'<p class="told">\u201c{told}\u201d <cite>{text_html(contact.quote.title)}</cite></p>'
    return f"<strong>{text_html(contact.name)}</strong>: {reached}{source}"


def _downloads(answer: Answer, said: Circumstances) -> None:
    """The case sheet, and the calendar where a step has a day."""
    if not answer.steps:
        return
    left, right = st.columns(2)
    with left:
        st.download_button(
            phrase("case_sheet.download_sheet", answer.language), case_sheet(answer, said),
            file_name="case-sheet.html", mime="text/html", key="steps-sheet", on_click="ignore",
        )  # fmt: skip
    if any(step.due for step in answer.steps):
        with right:
            st.download_button(
                phrase("case_sheet.download_calendar", answer.language), calendar_file(answer),
                file_name="next-steps.ics", mime="text/calendar", key="steps-calendar", on_click="ignore",
            )  # fmt: skip
