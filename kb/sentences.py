"""Where the sentences of a text stand: spans, never rewritten words.

A rule-based splitter: lines are separate (a list item or table row is never joined to its neighbour), abbreviations
and numbers do not end a sentence, closing quotes and brackets belong to it.
"""

import re

from kb.types import Span

_ABBREVIATIONS = frozenset(
    "a.m p.m e.g i.e etc vs sec secs subd subds cal dr mr mrs ms st jr sr inc co corp ltd dept u.s u.s.c c.f.r "
    "reg regs tit ch art div par para fig vol ed approx est min max tel ext ph.d m.d d.o health saf stats bus prof "
    "welf inst gov ins code jan feb mar apr jun jul aug sept oct nov dec".split()
)
_ALWAYS_OPEN = frozenset("e.g i.e vs u.s sec secs subd subds dr mr mrs ms tit art par".split())
ROW = " | "
"""What stands between the cells of a table row in canonical text; a row is one sentence."""

_STOP = re.compile(r"[.!?]+[\"'\u201d\u2019)\]]*(?=\s|$)")
_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"\S")
_LONGEST = 40  # characters that are looked at before a full stop: no abbreviation is longer


def sentences(text: str) -> tuple[Span, ...]:
    """Spans of the sentences of `text` in order, without the blanks around them; every non-blank is in one of them."""
    found: list[Span] = []
    for line in _LINE.finditer(text):
        start = line.start()
        for stop in () if ROW in line.group() else _STOP.finditer(line.group()):
            end = line.start() + stop.end()
            if _ends_sentence(text, start, line.start() + stop.start(), end, line.end()):
                _append(found, text, start, end)
                start = end
        _append(found, text, start, line.end())
    return tuple(found)


def _append(found: list[Span], text: str, start: int, end: int) -> None:
    words = text[start:end]
    if words.strip():
        left = start + len(words) - len(words.lstrip())
        found.append((left, left + len(words.strip())))


def _ends_sentence(text: str, start: int, dot: int, end: int, line_end: int) -> bool:
    """Whether the full stop at `dot` (its closing marks reach to `end`) ends the sentence begun at `start`."""
    after = _WORD.search(text, end, line_end)
    if after is None:
        return True
    following = text[after.start() : min(after.start() + 3, line_end)]  # all that is asked about; lines may be long
    if text[dot] != ".":
        return not following[0].islower()
    word = re.split(r"[\s(\[]", text[max(start, dot - _LONGEST) : dot])[-1].lower()
    if word in _ALWAYS_OPEN or (word in ("no", "nos") and following[0].isdecimal()):
        return False
    if len(word) == 1 and word.isalpha() and _is_initial(text, dot, following):
        return False
    if following[0].islower() or following[0] in ",;)":
        return False
    if word in _ABBREVIATIONS:
        return following[0].isupper() and word in ("a.m", "p.m", "etc", "inc", "co", "corp", "code", "ch")
    return not re.fullmatch(r"\(?[0-9]{1,2}|[ivx]+", text[start:dot].strip())


def _is_initial(text: str, dot: int, following: str) -> bool:
    """Whether the letter before `dot` is a person's initial: a capital, first in its words or beside another."""
    at = dot - 1
    while at > 0 and text[at - 1] == " ":
        at -= 1
    return text[dot - 1].isupper() and (
        text[max(at - 1, 0) : at] in ("", "(", ".", "\n") or re.match(r"[A-Z]\. ", following) is not None
    )


def embedded_sentence(label: str, sentence: str) -> str:
    """What is embedded for a sentence: the last heading above it, then its words."""
    heading = label.split(" > ")[-1].split(" (on ")[0]
    return f"{heading}\n{sentence}"
