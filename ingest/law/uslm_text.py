"""A section of USLM to its text and subdivisions.

A parent's words stand in the order of the markup: its chapeau, its items, its continuation. Each level begins a line,
but for one whose parent has said no more than its label: "(a) (1) Not less frequently ...". Kept: what stands in the
levels, a quoted amendment among them, and rows of tables (" | " between cells). Left out: editorial notes, footnotes
and their marks, contents lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.law.sections import Subdivision
from ingest.law.xml import Element, raised
from kb.types import Span

_LEVELS = {"subsection", "paragraph", "subparagraph", "clause", "subclause", "item", "subitem", "subsubitem", "level"}
_NOT_TEXT = {"note", "notes", "toc", "footnote", "sourceCredit", "editorialNote", "meta", "page"}
_DASHES = "\u2013\u2014"
_ROWS, _CELLS = {"tr", "row"}, {"td", "th", "entry"}
_BLOCKS = {"p", "quotedContent", "section", "table", "thead", "tbody", "tfoot", "tgroup", "ttitle", "layout"} | _LEVELS


@dataclass(slots=True)
class _Text:
    """The text of a section under construction. bare: it ends in a label, which its first child may join."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    bare: bool = False
    found: list[Subdivision] = field(default_factory=list)

    def add(self, words: str, same_line: bool) -> int:
        """Append words, on the same line after a blank (or a dash), or on a new one; where they begin."""
        between = "" if not self.size else "\n" if not same_line else "" if self.parts[-1][-1] in _DASHES else " "
        self.parts.append(between + words)
        self.size += len(between) + len(words)
        self.bare = False
        return self.size - len(words)


def section_text(element: Element, identifier: str) -> tuple[str, tuple[Subdivision, ...]]:
    """The text of a section without its head, and its subdivisions; the section first (path ()) if it has a chapeau.

    A subdivision's path is the rest of its identifier after the section's.
    """
    text = _Text()
    lead = _body(element, identifier, (), text, False)
    whole = [Subdivision((), (0, text.size), "", lead)] if lead else []
    return "".join(text.parts), (*whole, *text.found)


def _body(element: Element, section: str, around: tuple[str, ...], text: _Text, same_line: bool) -> Span | None:
    """Write what stands in a section or level after its label and heading; the span of its chapeau if it has one."""
    lead = None
    has_items = any(part.name in _LEVELS for part in element.elements)
    for part in element.elements:
        if part.name in ("num", "heading") or part.name in _NOT_TEXT:
            continue
        if part.name in _LEVELS:
            lead = _level(part, section, around, text) or lead
            continue
        for words in _lines(part):
            start = text.add(words, same_line)
            same_line = False
            if part.name == "chapeau" and has_items:
                lead = (lead[0] if lead else start, text.size)
    return lead


def _level(element: Element, section: str, around: tuple[str, ...], text: _Text) -> Span | None:
    """Write a level, and note it as a subdivision; one without an identifier is not, and its chapeau is given back."""
    num, heading = (next((e for e in element.elements if e.name == name), None) for name in ("num", "heading"))
    label, title = plain(num) if num else "", plain(heading) if heading else ""
    identifier = element.attributes.get("identifier", "")
    path = tuple(identifier.removeprefix(section + "/").split("/")) if identifier.startswith(section + "/") else ()
    if path[: len(around)] != around or path == around:
        path = ()  # not inside what it stands in: a wrong citation is worse than none
    place, start = len(text.found), -1
    for words in filter(None, (label, title)):
        at = text.add(words, text.bare)
        text.bare = words is label
        start = at if start < 0 else start
    start = text.size if start < 0 else start
    if path:
        text.found.append(Subdivision(path, (start, start)))
    lead = _body(element, section, path or around, text, text.bare or title.endswith((".", ":", *_DASHES)))
    if not path:
        return lead
    lead = (start, lead[1]) if lead else None
    text.found[place] = Subdivision(path, (start, text.size), title.strip(" .:" + _DASHES), lead)
    return None


def plain(element: Element) -> str:
    """The words of an element on one line."""
    return " ".join(_lines(element))


def _lines(element: Element) -> Iterator[str]:
    """The words of an element, one string for each paragraph or row in it, whitespace collapsed.

    What follows a quoted block and is a mere full stop stands at the end of the block.
    """
    last, line = "", list[str]()
    for part in (*_flat(element), None):
        if part is not None:
            line.append(part)
            continue
        words = " ".join("".join(line).split())
        line = []
        if last and words and not any(char.isalnum() for char in words):
            last += words
        elif words:
            if last:
                yield last
            last = words
    if last:
        yield last


def _flat(element: Element) -> Iterator[str | None]:
    """The words of an element, with None where a paragraph begins or ends."""
    for part in element.content:
        if isinstance(part, str):
            yield part
        elif part.name in _NOT_TEXT or part.attributes.get("class") == "footnoteRef":
            continue
        elif part.name in _ROWS:
            yield None
            yield " | ".join(plain(cell) for cell in part.elements if cell.name in _CELLS)
            yield None
        elif part.name in ("sup", "superscript"):
            yield raised(part.text)
        elif part.name == "br":
            yield " "
        elif part.name in _BLOCKS:
            yield None
            yield from _flat(part)
            yield None
        else:
            yield from _flat(part)
