"""An answer as plain text: what is pressing first, the lead, the quotes by tier, the steps, and whom to call."""

from kb.answer import heading, place
from kb.contacts import Contact
from kb.dates import day_words
from kb.phrases import Language, phrase
from kb.steps import Step
from kb.types import Answer, Quote

_FIRST = ("emergency", "follow_up", "unsure", "missing_part", "choose_plan_type")
"""Notices that stand before the answer's quotes."""


def answer_text(answer: Answer) -> str:
    """The answer as shown, in plain text: pressing notices, lead, quotes by tier with [n] marks, steps, contacts."""
    first = [notice.text for kind in _FIRST for notice in answer.notices if notice.kind == kind]
    emergency = [notice.text for notice in answer.notices if notice.kind == "emergency"]
    lines = [*emergency, answer.lead, *first[len(emergency) :]]
    for section in answer.sections:
        lines += ["", heading(section.authority, section.quotes, answer.language)]
        lines += [_quote_text(quote, answer.language) for quote in section.quotes]
    for found in answer.disagreements:
        (one, other), (value, instead) = found.quotes, found.values
        safe = f" {phrase('answer.safe', answer.language, value=found.safe)}" if found.safe else ""
        differ = phrase("answer.differ", answer.language)
        lines += ["", f"{differ} {found.about}: [{one}] {value}; [{other}] {instead}. {found.why}{safe}"]
    lines += steps_text(answer)
    if answer.status == "abstained":
        lines += _nearest_text(answer)
    if answer.steps or answer.status == "abstained":
        lines += contacts_text(answer)
    lines += ["", *(notice.text for notice in answer.notices if notice.kind not in _FIRST)]
    return "\n".join(lines)


def _quote_text(quote: Quote, language: Language) -> str:
    lead_in = f"{quote.lead_in_text} \u2026 " if quote.lead_in_text else ""
    sample = f" ({phrase('answer.sample', language)})" if quote.sample else ""
    url = f" <{quote.url}>" if quote.url else ""
    return f"[{quote.n}] {lead_in}{quote.text}\n    {place(quote, language)}{sample}{url}"


def due_text(step: Step, language: Language) -> str:
    """The days of a step in words; "" where there is none."""
    if step.due is None or not step.when:
        return ""
    lines = [phrase(f"steps.{step.when}", language, day=day_words(step.due, language))]
    if step.safe_due is not None and step.safe_quote is not None:
        lines.append(
            phrase(f"steps.safe_{step.safe_for}", language, n=step.safe_quote.n, day=day_words(step.safe_due, language))
        )
    return " ".join([*lines, step.rule])


def steps_text(answer: Answer) -> list[str]:
    """The steps as lines, each with the mark of its quote; quotes that the answer has not shown follow them."""
    if not answer.steps:
        return []
    lines = ["", phrase("steps.heading", answer.language)]
    for number, step in enumerate(answer.steps, 1):
        due = due_text(step, answer.language)
        lines += [f"{number}. {step.text} [{step.quote.n}]", *([f"   {due}"] if due else [])]
    shown = {quote.n for quote in answer.quotes}
    beside = {q.n: q for step in answer.steps for q in (step.quote, step.safe_quote) if q and q.n not in shown}
    return [*lines, *(_quote_text(beside[n], answer.language) for n in sorted(beside))]


def contact_text(contact: Contact, language: Language) -> str:
    """A contact in one line: name, numbers, TTY, address, and where it stands."""
    numbers = [*contact.phones, *([f"{phrase('guidance.tty', language)} {contact.tty}"] if contact.tty else [])]
    reached = ", ".join([*numbers, *([contact.site] if contact.site else [])])
    return f"{contact.name}: {reached} ({place(contact.quote, language)})"


def contacts_text(answer: Answer) -> list[str]:
    """Whom to call as lines; none where the documents name nobody."""
    if not answer.contacts:
        return []
    lines = (f"- {contact_text(contact, answer.language)}" for contact in answer.contacts)
    return ["", phrase("contacts.heading", answer.language), *lines]


def _nearest_text(answer: Answer) -> list[str]:
    """The nearest passages of an answer that was not found, shown as such."""
    if not answer.hits or answer.reason == "not_a_question":
        return []
    lines = []
    for hit in answer.hits[:_NEAREST]:
        words = " ".join(hit.passage.text.split())
        short = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}\u2026"
        lines.append(f"- {hit.passage.label}: {short}")
    return ["", phrase("guidance.nearest", answer.language), *lines]


_NEAREST = 3
_SHOWN = 240  # characters of a nearest passage
