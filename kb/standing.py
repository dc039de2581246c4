"""How a section of law stands on a day, in words: in force since when, repealed, not yet operative, or unknown."""

from collections.abc import Sequence
from datetime import date

from kb.law import Held, chosen, is_law_on, is_old
from kb.phrases import Language, phrase, phrases
from kb.types import Provision, Source

_GONE = ("repealed", "reserved", "omitted", "transferred")


def in_words(day: date | None, language: Language = "en") -> str:
    """``22 November 2026``, ``el 22 de noviembre de 2026``."""
    if day is None:
        return phrase("standing.unknown_day", language)
    month = phrase("dates.months_of_year", language).split()[day.month - 1]
    return phrase("standing.day", language, day=day.day, month=month, year=day.year)


def standing(section: Provision, day: date, language: Language = "en") -> str:
    """One sentence on a section seen from `day`; a condition without a date is said to be one."""
    since, until = section.effective_from, section.effective_to
    days = {"since": in_words(since, language), "until": in_words(until, language)}
    if section.status in _GONE:
        ended = until is not None and section.status == "repealed"
        return phrase(f"standing.{section.status}{'_until' if ended else ''}", language, **days)
    if section.status == "conditional":
        span = _span(since, until, language)
        dates = phrase("standing.dates", language, span=span) if since or until else ""
        return f"{phrase('standing.conditional', language)} {dates}".strip()
    if since is None and until is None:
        return phrase("standing.no_dates", language)
    if since is not None and day < since:
        return phrase(f"standing.operative{'_until' if until else ''}", language, **days)
    if until is not None and until < day:
        return phrase(f"standing.was{'' if since else '_until'}", language, unknown=_unknown(since, language), **days)
    return phrase("standing.in_force", language, span=_span(since, until, language))


def _span(since: date | None, until: date | None, language: Language) -> str:
    """``since 1 January 2020, until 31 December 2023``."""
    parts = [phrase("standing.since", language, since=in_words(since, language))] if since else []
    parts += [phrase("standing.until", language, until=in_words(until, language))] if until else []
    return ", ".join(parts) + _unknown(since, language)


def _unknown(since: date | None, language: Language) -> str:
    return "" if since else phrase("standing.unknown", language)


def not_today(versions: Sequence[Held], shown: Held, today: date, language: Language = "en") -> str:
    """Why the version shown is not the law of today; "" where it is, or may be, so."""
    current = [held for held in chosen(versions, today) if is_law_on(held.provision, today)]
    if shown in current:
        return ""
    if current:
        return phrase("standing.not_today", language)
    first = shown.provision.effective_from
    return phrase("standing.not_yet" if first is not None and today < first else "standing.none_today", language)


def read_when(source: Source, today: date, language: Language = "en") -> str:
    """When the text was taken from its source, with a warning where that is long ago or unknown."""
    read = source.retrieved or source.written
    note = note_words(source.note, language)
    if read is None:
        return note or phrase("standing.nobody_noted", language)
    old = phrase("standing.long_ago", language) if is_old(source, today) else ""
    told = (phrase("standing.read", language, day=in_words(read, language)), old, note)
    return " ".join(part for part in told if part)


def dates_words(source: Source, language: Language = "en") -> str:
    """From when a source is in force, and when its text was taken; unknown dates are said to be unknown."""
    if source.authority not in ("law", "contract", "agency"):
        return phrase("standing.written", language, day=in_words(source.written, language)) if source.written else ""
    if source.note and not (source.effective_from or source.effective_to or source.retrieved):
        return ""  # the note says what is unknown
    name = "from" if source.authority == "contract" and source.retrieved is None else "taken"
    return phrase(
        f"standing.{name}{'_until' if source.effective_to else ''}",
        language,
        since=in_words(source.effective_from, language),
        until=in_words(source.effective_to, language),
        day=in_words(source.retrieved, language),
    )


def note_words(note: str, language: Language = "en") -> str:
    """A note on a document in this language where it is one of ours, else as it is."""
    ours = next((name for name, text in phrases("notes", "en").items() if text == note), "")
    return phrase(f"notes.{ours}", language) if ours else note


def day_of(versions: Sequence[Held], wanted: Held) -> date | None:
    """A day whose law the version `wanted` is, so that a look-up as of that day gives it; None where there is none."""
    section = wanted.provision
    for day in (section.effective_from, section.effective_to):
        if day is not None and wanted in chosen(versions, day):
            return day
    return None
