"""Where the subdivisions of a section of law stand, told by the labels in its text.

A label is read at the start of a paragraph; several may stand together there: "(b) (1) (A) text". In federal
regulations a label may also stand after an italic heading that follows a label: "(b) *Beginning.* (1) Entitlement
...". `ingest.law.sequence` settles what each label is. "(c)-(e) [Reserved]" is one stretch, under its first label.

A paragraph without a label continues the subdivision before it, with one exception: flush text. It begins with a
small letter, and the paragraph before it does not end in a colon or dash. It then goes on with the sentence that a
lead-in began, so it continues the innermost subdivision around that has a lead-in, or the section if only that has
one. Flush text that begins with a capital ("The preceding sentence ...") cannot be told, and continues the
subdivision before it. A label below an unlabelled definition ("*Agency* means: (1) ...") belongs to the definition.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.law.sections import Subdivision
from ingest.law.sequence import CALIFORNIA, Label, Order, Path, paths
from kb.types import Span

_LABEL = re.compile(r"[^\S\n]*\(([A-Za-z]{1,7}|\d{1,4}(?:\.\d)?)\)")
_RANGE = re.compile(
    r"[^\S\n]*(?:[-\u2013\u2014,]|through|to|and)[^\S\n]*\(([A-Za-z]{1,7}|\d{1,4})\)(?=[^\S\n]*\[?Reserved\b)", re.I
)
_AFTER_HEADING = re.compile(r"[^\S\n]?[.:\u2014\u2013-]{0,3}")
_DEFINES = re.compile(r"[^.;:\n]{0,80}?\b(?:means?|includes?|ha(?:s|ve) the (?:same )?meaning|refers? to)\b")
_OPEN = (":", "\u2014", "\u2013", "-")
_LEADS = (*_OPEN, ";", ",")
_HEADING = 240
"""Characters that an italic heading may have; a longer run is emphasised text."""


@dataclass(slots=True)
class _Mark:
    """A stretch that begins here: at a label, or at flush text, which has no words of its own before its items."""

    path: Path
    start: int
    words: int
    heading: Span | None = None
    labelled: bool = True
    end: int = -1


@dataclass(frozen=True, slots=True)
class _Spot:
    """A label and where it stands; heading: the italic one right after it."""

    label: Label
    start: int
    words: int
    heading: Span | None


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    end: int
    spots: list[_Spot] = field(default_factory=list)


def subdivisions(
    text: str, order: Order = CALIFORNIA, italics: Sequence[Span] = (), quoted: Sequence[Span] = ()
) -> tuple[Subdivision, ...]:
    """The subdivisions of a section's `text`, in text order; the section itself first (path ()) if it has a lead-in.

    `italics`, `quoted`: spans of what the source sets in italics, and of what it sets apart (extracts, tables,
    footnotes), where no label is read; each in order. A subdivision reaches to the next one, or flush text, that is
    not inside it. Its lead-in is what stands before its first child, where that ends in a colon, dash, semicolon or
    comma; a section's is the last paragraph before its first label, where that ends in a colon or dash.
    """
    marks = _marks(text, list(_paragraphs(text, italics, quoted)), order)
    labelled = [mark for mark in marks if mark.labelled]
    found: list[Subdivision] = []
    whole = _section_lead(text, labelled)
    if whole:
        found.append(Subdivision((), (0, len(text)), "", whole))
    for index, mark in enumerate(labelled):
        child = labelled[index + 1] if index + 1 < len(labelled) else None
        heading = text[slice(*mark.heading)].strip(" .:\u2014\u2013-") if mark.heading else ""
        found.append(Subdivision(mark.path, (mark.start, mark.end), heading, _lead_in(text, mark, child)))
    return tuple(found)


def _paragraphs(text: str, italics: Sequence[Span], quoted: Sequence[Span]) -> Iterator[_Paragraph]:
    slanted = dict(italics)
    letters = {at for start, end in italics if end - start <= _HEADING for at in range(start, end)}
    apart = iter(sorted(quoted))
    stretch = next(apart, None)
    definition, before = 0, ""
    for line in re.finditer(r"[^\n]+", text):
        start = line.end() - len(line.group().lstrip())
        while stretch and stretch[1] <= start:
            stretch = next(apart, None)
        if start == line.end() or (stretch and stretch[0] <= start):
            continue
        spots = _spots(text, start, slanted, letters, Label("", led=before in _LEADS, definition=definition))
        if not spots and start in slanted and _DEFINES.match(text, slanted[start]):
            definition += 1
        yield _Paragraph(start, line.end(), spots)
        before = line.group().rstrip()[-1]


def _spots(text: str, at: int, slanted: dict[int, int], letters: set[int], like: Label) -> list[_Spot]:
    """The labels that open the paragraph at `at`; what is known of the first beforehand is in `like`."""
    found: list[_Spot] = []
    while match := _LABEL.match(text, at):
        last = _RANGE.match(text, match.end())
        label = replace(like, name=match[1], italic=match.start(1) in letters, through=last[1] if last else "")
        start, at = match.start(1) - 1, (last or match).end()
        heading = _heading(text, at, slanted)
        found.append(_Spot(label, start, at, heading))
        like = replace(like, led=True)
        if heading:
            after = _AFTER_HEADING.match(text, heading[1])
            at = after.end() if after else heading[1]
    return found


def _heading(text: str, at: int, slanted: dict[int, int]) -> Span | None:
    """The italic heading at `at`: it ends in a full stop, colon or dash, or one follows it. A defined term has none."""
    start = at + len(text[at : at + 3]) - len(text[at : at + 3].lstrip(" "))
    end = slanted.get(start, start)
    closing = text[start:end].rstrip()[-1:] + text[end : end + 2].strip()[:1]
    if end > start + _HEADING or text[start : start + 1] == "(" or not re.search(r"[.:?\u2014\u2013-]", closing):
        return None
    return (start, end) if start < end else None


def _marks(text: str, paragraphs: list[_Paragraph], order: Order) -> list[_Mark]:
    """Labels that have a path, and flush text, in order, with their ends."""
    settled = paths([spot.label for paragraph in paragraphs for spot in paragraph.spots], order)
    marks: list[_Mark] = []
    open_marks: list[_Mark] = []
    read, before = 0, ""
    for paragraph in paragraphs:
        found = zip(paragraph.spots, settled[read : read + len(paragraph.spots)], strict=True)
        new = [_Mark(path, spot.start, spot.words, spot.heading) for spot, path in found if path is not None]
        read += len(paragraph.spots)
        if not paragraph.spots:
            after = next(filter(None, settled[read:]), ())
            home = _home(text, paragraph, before, open_marks, marks)
            # The next label tells where the law itself stands: what it goes deeper into has not ended.
            if home is not None and not any(after[: len(m.path)] == m.path != after for m in open_marks[len(home) :]):
                new = [_Mark(home, paragraph.start, paragraph.start, None, labelled=False)]
        for mark in new:
            _close(open_marks, mark)
            marks.append(mark)
        before = text[paragraph.start : paragraph.end].rstrip()[-1:]
    for mark in open_marks:
        mark.end = len(text)
    return marks


def _close(open_marks: list[_Mark], mark: _Mark) -> None:
    """End every open stretch that `mark` does not stand in, and open it."""
    while open_marks:
        last = open_marks[-1]
        inside = mark.path[: len(last.path)] == last.path
        if inside and (len(mark.path) > len(last.path) or not mark.labelled):
            break
        last.end = mark.start
        open_marks.pop()
    if mark.labelled:
        open_marks.append(mark)


def _home(text: str, paragraph: _Paragraph, before: str, open_marks: list[_Mark], marks: list[_Mark]) -> Path | None:
    """The path that flush text continues; None where the paragraph is none."""
    if not open_marks or not text[paragraph.start].islower() or before in _OPEN:
        return None
    for mark in reversed(open_marks[:-1]):
        child = next((m for m in marks if m.labelled and m.path[:-1] == mark.path and m.start > mark.start), None)
        if _lead_in(text, mark, child):
            return mark.path
    return () if _section_lead(text, marks) else None


def _section_lead(text: str, marks: list[_Mark]) -> Span | None:
    if not marks or not text[: marks[0].start].rstrip().endswith(_OPEN):
        return None
    end = len(text[: marks[0].start].rstrip())
    start = text.rfind("\n", 0, end) + 1
    return (end - len(text[start:end].lstrip()), end)


def _lead_in(text: str, mark: _Mark, child: _Mark | None) -> Span | None:
    if child is None or child.path[:-1] != mark.path:
        return None
    end = mark.start + len(text[mark.start : child.start].rstrip())
    return (mark.start, end) if text[mark.words : end].rstrip().endswith(_LEADS) else None
