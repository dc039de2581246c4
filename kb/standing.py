"""How a section of law stands on a day, in words: in force since when, repealed, not yet operative, or unknown."""

from collections.abc import Sequence
from datetime import date

from kb.law import Held, chosen, is_law_on, is_old
from kb.types import Provision, Source

_GONE = {
    "repealed": "Repealed",
    "reserved": "Reserved: no text stands under this number",
    "omitted": "Omitted from the code",
    "transferred": "Transferred to another place in the code",
}


def in_words(day: date | None) -> str:
    """``22 November 2026``."""
    return f"{day.day} {day:%B %Y}" if day else "an unknown date"


def standing(section: Provision, day: date) -> str:
    """One sentence on a section seen from `day`; a condition without a date is said to be one."""
    since, until = section.effective_from, section.effective_to
    if section.status in _GONE:
        last = f"; in force until {in_words(until)}" if until and section.status == "repealed" else ""
        return f"{_GONE[section.status]}{last}."
    if section.status == "conditional":
        dates = f" Its dates: {_span(since, until)}." if since or until else ""
        return f"In force only on a condition, of which no date tells whether it is met.{dates}"
    if since is None and until is None:
        return "No dates are known for this text."
    if since is not None and day < since:
        return f"Operative from {in_words(since)}, not before{f', until {in_words(until)}' if until else ''}."
    if until is not None and until < day:
        return f"Was in force {f'from {in_words(since)} to' if since else 'until'} {in_words(until)}{_unknown(since)}."
    return f"In force {_span(since, until)}."


def _span(since: date | None, until: date | None) -> str:
    """``since 1 January 2020, until 31 December 2023``."""
    parts = (f"since {in_words(since)}" if since else "", f"until {in_words(until)}" if until else "")
    return ", ".join(part for part in parts if part) + _unknown(since)


def _unknown(since: date | None) -> str:
    return "" if since else " (since when is not known)"


def not_today(versions: Sequence[Held], shown: Held, today: date) -> str:
    """Why the version shown is not the law of today; "" where it is, or may be, so."""
    current = [held for held in chosen(versions, today) if is_law_on(held.provision, today)]
    if shown in current:
        return ""
    if current:
        return "This is not the version in force today. Another one is."
    first = shown.provision.effective_from
    if first is not None and today < first:
        return "This text is not in force yet."
    return "No version of this section that is held here is in force today."


def read_when(source: Source, today: date) -> str:
    """When the text was taken from its source, with a warning where that is long ago or unknown."""
    read = source.retrieved or source.written
    if read is None:
        return source.note or "Nobody noted when this text was read. Compare it with the official page."
    old = " That is more than a year ago: compare it with the official page." if is_old(source, today) else ""
    note = f" {source.note}" if source.note else ""
    return f"Text read on {in_words(read)}.{old}{note}"


def day_of(versions: Sequence[Held], wanted: Held) -> date | None:
    """A day whose law the version `wanted` is, so that a look-up as of that day gives it; None where there is none."""
    section = wanted.provision
    for day in (section.effective_from, section.effective_to):
        if day is not None and wanted in chosen(versions, day):
            return day
    return None
