"""Runs of words in paragraphs to one text, whitespace collapsed, with the places of what is italic or set apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from kb.types import Span


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one style, with the whitespace of the source."""

    words: str
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. quoted: the source sets it apart (an extract, a table, a footnote), so no label is read in it."""

    runs: tuple[Run, ...]
    quoted: bool = False


def written(paragraphs: Iterable[Paragraph]) -> tuple[str, list[Span], list[Span]]:
    """The text of paragraphs, one a line, blank ones left out; the spans in italics; the spans set apart."""
    lines: list[str] = []
    italics: list[Span] = []
    quoted: list[Span] = []
    at = 0
    for paragraph in paragraphs:
        line, slanted = _line(paragraph)
        if line:
            italics += [(at + start, at + end) for start, end in slanted]
            if paragraph.quoted:
                quoted.append((at, at + len(line)))
            lines.append(line)
            at += len(line) + 1
    return "\n".join(lines), italics, quoted


def _line(paragraph: Paragraph) -> tuple[str, list[Span]]:
    """The words of a paragraph with single blanks, and where they are italic; runs that touch are one."""
    parts: list[str] = []
    slanted: list[Span] = []
    at = 0
    blank = True  # no blank opens a line, and none follows another
    for run in paragraph.runs:
        words = " ".join(run.words.split())
        gap = run.words[:1].isspace() and not blank
        if gap:
            parts.append(" ")
            at += 1
            blank = True
        if not words:
            continue
        if run.italic:
            start = slanted.pop()[0] if slanted and slanted[-1][1] >= at - gap else at
            slanted.append((start, at + len(words)))
        tail = " " if run.words[-1].isspace() else ""
        parts.append(words + tail)
        at += len(words + tail)
        blank = bool(tail)
    line = "".join(parts)
    return line.rstrip(), [(start, min(end, len(line.rstrip()))) for start, end in slanted]
