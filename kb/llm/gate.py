"""The gate for what a language model writes: a sentence stands only if a quote that it marks says the same.

A sentence must end in marks [n] of quotes that exist, hold nothing but plain letters and signs, and restate one
sentence of a marked quote (`kb/llm/canonical.py`, in Spanish `kb/llm/spanish.py`). What fails is dropped, with why.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kb.llm.canonical import (
    Phrases,
    Tokens,
    is_restated,
    restatements,
    short_forms,
    without_marker,
    without_opening,
)
from kb.llm.spanish import is_translated
from kb.phrases import Language
from kb.sentences import sentences
from kb.types import Quote

Fault = Literal["", "no mark", "wrong mark", "signs", "too long", "not in the quote", "said before"]

LONGEST = 1_200
"""Characters of a sentence; the longest of the bundled law has about 600."""

_MARKS = re.compile(
    r"(?P<words>.*?)(?P<before>(?:\s*\[\d{1,3}\])*)(?P<stop>[.!?]?)(?P<after>(?:\s*\[\d{1,3}\])*)\s*", re.S
)
_PLAIN = re.compile(r"[A-Za-z0-9 .,;:()'\"/$%?!&-]*")
_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡")
_TYPED = frozenset("\u2019\u2018\u201c\u201d\u2013\u2014\u00a7")


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of the model without its marks, the marks that carry it, and its fault ("" if it stands)."""

    text: str
    marks: tuple[int, ...]
    fault: Fault


def judge(sentence: str, quotes: Sequence[Quote], language: Language = "en") -> Judged:
    """What becomes of one sentence; of several marks those that carry it alone are kept."""
    matched = _MARKS.fullmatch(sentence.strip())
    given = f"{matched['before']}{matched['after']}" if matched else ""
    text = f"{matched['words'].strip()}{matched['stop']}" if matched else sentence.strip()
    marks = tuple(dict.fromkeys(int(mark) for mark in re.findall(r"\d+", given)))
    by_mark = {quote.n: quote for quote in quotes}
    if not marks:
        return Judged(text, (), "no mark")
    if any(mark not in by_mark for mark in marks):
        return Judged(text, marks, "wrong mark")
    if len(text) > LONGEST:
        return Judged(text[:LONGEST], marks, "too long")
    if not _is_plain(text, [by_mark[mark] for mark in marks], language):
        return Judged(text, marks, "signs")
    carrying = tuple(mark for mark in marks if _carries(by_mark[mark], text, language))
    return Judged(text, carrying, "") if carrying else Judged(text, marks, "not in the quote")


def _is_plain(text: str, quotes: Sequence[Quote], language: Language) -> bool:
    """Whether `text` has no sign that could hide or mark up anything: look-alike letters, invisible ones, tags."""
    known = _TYPED | (_SPANISH if language == "es" else frozenset())
    known |= {sign for quote in quotes for sign in f"{quote.lead_in_text}{quote.text}" if sign.isprintable()}
    return all(sign in known or _PLAIN.fullmatch(sign) for sign in text) and bool(text)


def _carries(quote: Quote, text: str, language: Language) -> bool:
    for source, short, restated in _statements(quote.lead_in_text, quote.text):
        if ("?" in text) != ("?" in source):
            continue
        if any(is_restated(rest, restated, short) for rest in without_opening(text, quote.authority, quote.label)):
            return True
        if language == "es" and is_translated(text, restated):
            return True
    return False


def statements(quote: Quote) -> tuple[str, ...]:
    """Every statement of a quote; a list item only together with what introduces it."""
    return tuple(source for source, _, _ in _statements(quote.lead_in_text, quote.text))


@lru_cache(maxsize=512)
def _statements(lead_in: str, text: str) -> tuple[tuple[str, Phrases, frozenset[Tokens]], ...]:
    """Each statement, the short forms that its quote defines, and the forms of what says the same."""
    short = short_forms(f"{lead_in} {text}")
    lead = lead_in.strip()
    found = []
    for start, end in sentences(text):
        words = without_marker(text[start:end])
        if words.endswith(":"):
            lead = words
            continue
        source = f"{lead.rstrip(':')} {words}" if lead else words
        found.append((source, short, frozenset(restatements(source, short))))
    return tuple(found)
