"""The days of an answer's steps as a calendar file (RFC 5545): one all-day event for each step that has a day."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from kb.answer import place
from kb.dates import day_words
from kb.phrases import phrase
from kb.steps import Step
from kb.types import Answer

_LINE = 75
"""Octets that a line may have without its break; a longer one is folded (RFC 5545, section 3.1)."""


def calendar_file(answer: Answer, now: datetime | None = None) -> str:
    """The text of an .ics file; a calendar without events where no step has a day. `now` is what DTSTAMP says."""
    stamp = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Recourse//Next steps//EN", "CALSCALE:GREGORIAN"]
    for step in answer.steps:
        lines += _event(answer, step, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(answer: Answer, step: Step, stamp: str) -> list[str]:
    """The lines of a step's event on its safe day; a reminder a week before, where the member must act."""
    day = step.safe_due or step.due
    if day is None:
        return []
    named = phrase(f"steps.{step.when}", answer.language, day=day_words(step.due or day, answer.language))
    told = [named, step.rule, f"\u201c{step.quote.text}\u201d", place(step.quote, answer.language), step.quote.url]
    if step.safe_due is not None and step.safe_quote is not None:
        safe = phrase(
            f"steps.safe_{step.safe_for}",
            answer.language,
            n=step.safe_quote.n,
            day=day_words(step.safe_due, answer.language),
        )
        told[1:1] = [f"{safe} \u201c{step.safe_quote.text}\u201d"]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_uid(answer, step, day)}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(step.text)}",
        f"DESCRIPTION:{escaped(chr(10).join(line for line in told if line))}",
        "TRANSP:TRANSPARENT",
    ]
    if step.when == "by":
        alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escaped(step.text)}", "TRIGGER:-P7D", "END:VALARM")
        lines += alarm
    return [*lines, "END:VEVENT"]


def _uid(answer: Answer, step: Step, day: date) -> str:
    """A name that is equal for equal steps, so that a calendar that reads the file twice has each event once."""
    told = f"{answer.question}|{step.id}|{day.isoformat()}|{step.quote.key}:{step.quote.span}"
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@recourse"


def escaped(text: str) -> str:
    """`text` as a value of type TEXT: backslash, comma, semicolon and line break escaped, other controls dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return "".join(c for c in text if c >= " " and c != "\x7f")


def _folded(line: str) -> Iterator[str]:
    """`line` in parts of at most 75 octets, each but the first begun with a blank; no character is cut in two."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode("utf-8", "replace"))
        if size + octets > _LINE:
            yield part
            part, size = " ", 1
        part, size = part + character, size + octets
    yield part
