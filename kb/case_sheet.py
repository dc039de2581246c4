"""A page to print and take along: question, quotes, timeline, steps, whom to call, and an empty log for calls.

One file without scripts or outside parts. Everything that is not our own markup is escaped.
"""

import html
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from kb.answer import heading, place
from kb.calendar_file import calendar_file
from kb.circumstances import Circumstances
from kb.contacts import Contact
from kb.dates import day_words
from kb.errors import QueryError
from kb.phrases import Language, phrase
from kb.shown import answer_text, contact_text, due_text
from kb.types import Answer, Quote

_CALLS = 8
"""Empty rows of the call log."""

_STYLE = (
    "body{font:12pt/1.45 Georgia,'Times New Roman',serif;color:#111;background:#fff;max-width:46rem;margin:1.5rem auto;"
    "padding:0 1rem}h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:1.4rem 0 .4rem;"
    "border-bottom:1px solid #999}"
    "blockquote{margin:.4rem 0 .1rem;padding-left:.8rem;border-left:3px solid #666;white-space:pre-line}"
    ".where,.rule{font-size:.85rem;color:#444;margin:0 0 .6rem}.where{overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #888;padding:.35rem;text-align:left;"
    "vertical-align:top}.log td{height:2.2rem}.alert{border:2px solid #a00;padding:.5rem}"
    "@media print{body{margin:0;max-width:none}h2{break-after:avoid}blockquote,tr,li{break-inside:avoid}}"
)


def write_beside(answer: Answer, said: Circumstances, ics: Path | None, sheet: Path | None) -> None:
    """Writes the calendar file and the case sheet where they are asked for. Raises QueryError for a bad path.

    A case sheet whose name ends in .txt is plain text.
    """
    texts = []
    if ics is not None:
        texts.append((ics, calendar_file(answer)))
    if sheet is not None:
        made = case_sheet_text(answer, said) if sheet.suffix.lower() == ".txt" else case_sheet(answer, said)
        texts.append((sheet, made))
    for path, text in texts:
        try:
            path.write_text(text, encoding="utf-8", errors="replace", newline="")
        except OSError as exc:
            raise QueryError(f"{path} cannot be written: {exc.strerror}") from exc


def case_sheet(answer: Answer, said: Circumstances, today: date | None = None) -> str:
    """The page as HTML."""
    language = answer.language
    title = phrase("case_sheet.title", language)
    parts = [
        f"<h1>{_shown(title)}</h1>",
        f'<p class="where">{_shown(_made(answer, today))}</p>',
        *(f'<p class="alert">{_shown(n.text)}</p>' for n in answer.notices if n.kind == "emergency"),
        f"<h2>{_shown(phrase('case_sheet.question', language))}</h2><p>{_shown(answer.question)}</p>",
        f"<p>{_shown(answer.lead)}</p>",
        *_sections(answer),
        *_timeline(answer, said),
        *_steps(answer),
        *_contacts(answer),
        _log(answer),
        *(f'<p class="rule">{_shown(n.text)}</p>' for n in answer.notices if n.kind != "emergency"),
    ]
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_shown(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def case_sheet_text(answer: Answer, said: Circumstances, today: date | None = None) -> str:
    """The page as plain text."""
    language = answer.language
    lines = [phrase("case_sheet.title", language), _made(answer, today), "", phrase("case_sheet.question", language)]
    lines += [answer.question, "", answer_text(answer)]
    events = list(_events(answer, said))
    if events:
        lines += ["", phrase("case_sheet.timeline", language)]
        lines += [f"{day_words(day, language)}  {words}" for day, words in events]
    if answer.contacts and not answer.steps and answer.status != "abstained":
        lines += [
            "",
            phrase("contacts.heading", language),
            *(f"- {contact_text(c, language)}" for c in answer.contacts),
        ]
    columns = " | ".join(_columns(answer))
    return "\n".join([*lines, "", phrase("case_sheet.log", language), columns, *["_" * 72] * _CALLS, ""])


def _shown(text: str) -> str:
    return html.escape("".join(c for c in text if c in "\n\t" or c >= " "), quote=True)


def _made(answer: Answer, today: date | None) -> str:
    return phrase("case_sheet.made", answer.language, day=day_words(today or date.today(), answer.language))


def _quote(quote: Quote, language: Language) -> str:
    """A quote with its lead-in, its mark and where it stands."""
    lead_in = f"{quote.lead_in_text} \u2026 " if quote.lead_in_text else ""
    sample = f" ({phrase('answer.sample', language)})" if quote.sample else ""
    where = f"[{quote.n}] {place(quote, language)}{sample}" + (f" \u00b7 {quote.url}" if quote.url else "")
    return f'<blockquote lang="en">{_shown(lead_in + quote.text)}</blockquote><p class="where">{_shown(where)}</p>'


def _sections(answer: Answer) -> Iterator[str]:
    for section in answer.sections:
        yield f"<h2>{_shown(heading(section.authority, section.quotes, answer.language))}</h2>"
        yield from (_quote(quote, answer.language) for quote in section.quotes)


def _events(answer: Answer, said: Circumstances) -> Iterator[tuple[date, str]]:
    """What happened and what is due, in the order of days."""
    language = answer.language
    told = (("denial", said.denial_date), ("grievance", said.grievance_date))
    days = [(day, phrase(f"case_sheet.{name}", language)) for name, day in told if day is not None]
    for step in answer.steps:
        if step.due is not None:
            days.append((step.due, f"{step.text} {phrase(f'case_sheet.{step.when}', language)} [{step.quote.n}]"))
        if step.safe_due is not None and step.safe_quote is not None:
            days.append((step.safe_due, f"{step.text} {phrase('case_sheet.safe', language)} [{step.safe_quote.n}]"))
    yield from sorted(days, key=lambda one: one[0])


def _timeline(answer: Answer, said: Circumstances) -> Iterator[str]:
    rows = [f"<tr><td>{_shown(day_words(day, answer.language))}</td><td>{_shown(words)}</td></tr>"
            for day, words in _events(answer, said)]  # fmt: skip
    if rows:
        yield f"<h2>{_shown(phrase('case_sheet.timeline', answer.language))}</h2><table>{''.join(rows)}</table>"


def _steps(answer: Answer) -> Iterator[str]:
    if not answer.steps:
        return
    yield f"<h2>{_shown(phrase('steps.heading', answer.language))}</h2><ol>"
    for step in answer.steps:
        due = due_text(step, answer.language)
        rule = f'<p class="rule">{_shown(due)}</p>' if due else ""
        yield f"<li>{_shown(step.text)}{_quote(step.quote, answer.language)}{rule}</li>"
    yield "</ol>"
    shown = {q.n for q in answer.quotes} | {step.quote.n for step in answer.steps}
    beside = {step.safe_quote.n: step.safe_quote for step in answer.steps if step.safe_quote}
    yield from (_quote(quote, answer.language) for n, quote in sorted(beside.items()) if n not in shown)


def _contacts(answer: Answer) -> Iterator[str]:
    if answer.contacts:
        rows = "".join(f"<li>{_contact(contact, answer)}</li>" for contact in answer.contacts)
        yield f"<h2>{_shown(phrase('contacts.heading', answer.language))}</h2><ul>{rows}</ul>"


def _contact(contact: Contact, answer: Answer) -> str:
    return _shown(contact_text(contact, answer.language))


def _columns(answer: Answer) -> list[str]:
    return [
        phrase(f"case_sheet.{name}", answer.language) for name in ("log_date", "log_name", "log_reference", "log_said")
    ]


def _log(answer: Answer) -> str:
    head = "".join(f"<th>{_shown(name)}</th>" for name in _columns(answer))
    row = f"<tr>{'<td></td>' * len(_columns(answer))}</tr>"
    title = _shown(phrase("case_sheet.log", answer.language))
    return f'<h2>{title}</h2><table class="log"><tr>{head}</tr>{row * _CALLS}</table>'
