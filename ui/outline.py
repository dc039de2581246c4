"""Text of law laid out as its outline: each level further in, marks hanging before the words they belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.types import Document, OutlineEntry, Span
from ui.markup import marked_html, text_html
from ui.scroll import focus_class

Marks = Sequence[tuple[Span, str, str]]
_DEEPEST = 8  # levels that the style sheet knows


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph: its span without blanks, the entries whose marks open it, and how many levels in it stands."""

    span: Span
    opening: tuple[OutlineEntry, ...]
    depth: int
    head: bool


def outline_html(document: Document, span: Span, marks: Marks = (), focus: Span | None = None, name: str = "") -> str:
    """The text of `span` as paragraphs; `focus`, whose label is `name`, is set apart from what stands around it."""
    entries = [e for e in document.outline if (e.level > 0 and span[0] <= e.span[0] < span[1]) or _around(e, span)]
    out: list[str] = []
    inside = False
    for line in _lines(document.text, span, entries):
        begins = bool(focus) and _is_in(line, focus or span)
        if begins and not inside:
            out.append(f'<div class="in-focus {focus_class(name)}" role="group" aria-label="{text_html(name)}">')
        if inside and not begins:
            out.append("</div>")
        inside = begins
        out.append(_paragraph(document.text, line, marks))
    return "".join([*out, "</div>"] if inside else out)


def _around(entry: OutlineEntry, span: Span) -> bool:
    """Whether a subdivision holds all of `span`, so that its text stands further in."""
    return entry.level > 0 and entry.span[0] <= span[0] and span[1] <= entry.span[1]


def _is_in(line: _Line, focus: Span) -> bool:
    """Whether a paragraph belongs to `focus`; "(a)(1) ..." belongs to (a)(1) though it begins before it."""
    return focus[0] <= line.span[0] < focus[1] or line.span[0] <= focus[0] < line.span[1]


def _lines(text: str, span: Span, entries: Sequence[OutlineEntry]) -> Iterator[_Line]:
    start = span[0]
    for words in text[slice(*span)].split("\n"):
        left, end = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
        start += len(words) + 1
        if left >= end:
            continue
        heads = [e for e in entries if e.kind == "reference" and e.span[0] <= left < e.span[1]]
        body = [e for e in entries if e.kind == "body"]
        opening = tuple(_opening(text, left, end, body))
        within = [e.level for e in body if e.span[0] <= left < e.span[1]] + [e.level for e in opening]
        yield _Line((left, end), opening, min(max(within, default=0), _DEEPEST), bool(heads))


def _opening(text: str, at: int, end: int, entries: Sequence[OutlineEntry]) -> Iterator[OutlineEntry]:
    """The subdivisions whose marks stand at the beginning of a paragraph, outermost first."""
    while at < end:
        entry = next((e for e in entries if e.span[0] == at and text.startswith(mark(e), at)), None)
        if entry is None or not mark(entry):
            return
        yield entry
        at += len(mark(entry))
        at += len(text[at:end]) - len(text[at:end].lstrip())
        entries = [e for e in entries if e.level > entry.level]


def mark(entry: OutlineEntry) -> str:
    """The last sign of a label, "(2)" of "HSC 1383.15(a)(2)"; "" of a section."""
    return entry.label[entry.label.rfind("(") :] if entry.label.endswith(")") else ""


def _paragraph(text: str, line: _Line, marks: Marks) -> str:
    at, hanging = line.span[0], []
    for entry in line.opening:
        at = entry.span[0] + len(mark(entry))
        blank = " " if text[at : at + 1].isspace() else ""
        hanging.append(f'<span class="mark">{text_html(mark(entry))}{blank}</span>')
    at += len(text[at : line.span[1]]) - len(text[at : line.span[1]].lstrip())
    titles = [
        ((at, at + len(e.heading)), '<em class="title">', "</em>")
        for e in line.opening[-1:]
        if e.heading and text.startswith(e.heading, at)
    ]
    words = marked_html(text[at : line.span[1]], at, [*titles, *marks])
    kind = " head" if line.head else ""
    return f'<p class="level-{line.depth} hang-{len(hanging)}{kind}">{"".join(hanging)}{words}</p>'
