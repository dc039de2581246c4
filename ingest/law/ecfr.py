"""The Code of Federal Regulations as the eCFR publishes it, in both dialects, to sections of law.

The versioner API gives the node asked for (a title, part or section); govinfo's bulk data gives a whole title inside
DLPSTEXTCLASS. Divisions are told by their TYPE, never by the digit in their name.

Kept: paragraphs, extracts, examples and notes in the text, rows of tables (" | " between cells), and footnotes, each a
paragraph of its own where it stands. Left out: the marks of footnotes in sentences, the editors' notes, pictures.
Appendices have no section number, so no citation finds them: they are not read, and the notes of the LawFile say so.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape

from ingest.law.paragraphs import Paragraph, Run, written
from ingest.law.sections import LawFile, LawSection
from ingest.law.sequence import FEDERAL_REGULATION
from ingest.law.subdivisions import subdivisions
from ingest.law.xml import Element, pieces, raised, root_of
from kb.errors import ParseError

_DIVISION = re.compile(r"DIV[1-9]")
_TYPES = {"TITLE", "SUBTITLE", "CHAPTER", "SUBCHAP", "PART", "SUBPART", "SUBJGRP", "SECTION", "APPENDIX"}
_READ_WHOLE = {"HEAD", "SOURCE", "AMDDATE", "HEADER"}
_NOT_TEXT = {"HEAD", "AUTH", "SOURCE", "CITA", "SECAUTH", "PARAUTH", "EDNOTE", "EFFDNOT", "EFFDNOTP", "CROSSREF"} | {
    *("APPRO", "PRTPAGE", "FTREF", "MATH", "IMG", "GPH", "CFRTOC", "STARS", "LDRFIG")
}
_INLINE = {"I", "B", "E", "SU", "SUB", "SUP", "FR", "AC", "FTREF"}
_BLOCK = re.compile(r"P|FP.*|HD\d|HED|FRP|PSPACE|EXTRACT|EXAMPLE|NOTE|FTNT|DIV|TABLE|GPOTABLE|TR|ROW|BOXHD|TBODY|THEAD")
_QUOTED = {"EXTRACT", "EXAMPLE", "NOTE", "FTNT", "TABLE", "GPOTABLE"}
_ROWS, _CELLS = {"TR", "ROW", "BOXHD"}, {"TD", "TH", "ENT", "CHED"}
_NUMBER = re.compile(r"\d{1,4}\.[\w.]+(?:-[\w.]+)*")
_HEAD = re.compile(r"\u00a7{1,2} *\S+(?: +(?:and|to|through|[-\u2013\u2014]) +\d\S*)? *")


@dataclass(slots=True)
class _Division:
    """A division that sections stand in, from its start to its end."""

    type: str
    number: str
    head: str = ""
    source: str = ""


@dataclass(slots=True)
class _Reading:
    """What is known so far of a file while it is read."""

    title: str = ""
    name: str = ""
    as_of: date | None = None
    divisions: list[_Division] = field(default_factory=list)
    sections: list[LawSection] = field(default_factory=list)
    appendices: list[str] = field(default_factory=list)
    unnumbered: list[str] = field(default_factory=list)


def is_ecfr(data: bytes) -> bool:
    """True if the bytes begin a file of the eCFR, of either dialect."""
    root = root_of(data)
    if root is None or root.space:
        return False
    return root.name == "DLPSTEXTCLASS" or _is_division(root)


def read_ecfr(data: bytes, name: str) -> LawFile:
    """The sections of a file, in order; `name` is what errors call the file.

    A section with no note of its own on its source has that of its subpart or part. A range of reserved sections is
    one section whose number is the range ("457.104-457.109"). `as_of` is the bulk file's AMDDATE; the API's files do
    not say theirs. Raises ParseError where the XML is damaged, names no title, or has no section.
    """
    reading = _Reading()
    for step, element in pieces(data, name, _is_whole):
        if step == "open":
            _open(reading, element)
        elif step == "whole":
            _take(reading, element, name)
        elif _is_division(element) and reading.divisions:
            reading.divisions.pop()
    if not reading.sections:
        raise ParseError(f"{name}: there is no section in this eCFR file; fetch a title, part or section of it")
    title = reading.name or reading.sections[0].label
    return LawFile(title, "United States", tuple(reading.sections), reading.as_of, _notes(reading))


def _is_division(element: Element) -> bool:
    return _DIVISION.fullmatch(element.name) is not None and element.attributes.get("TYPE") in _TYPES


def _is_whole(element: Element) -> bool:
    return element.name in _READ_WHOLE or element.attributes.get("TYPE") in ("SECTION", "APPENDIX")


def _open(reading: _Reading, element: Element) -> None:
    if not _is_division(element):
        return
    reading.title = reading.title or _title(element)
    reading.divisions.append(_Division(element.attributes["TYPE"], element.attributes.get("N", "")))


def _title(element: Element) -> str:
    """The number of the title that a division stands in: its own, its node's, or that of its citation; "" if unsaid."""
    attributes = element.attributes
    if attributes.get("TYPE") == "TITLE":
        return attributes.get("N", "").strip()
    node = re.match(r"(\d{1,2}):", attributes.get("NODE", ""))
    if node:
        return node[1]
    metadata = attributes.get("hierarchy_metadata", "")
    try:
        known = json.loads(unescape(unescape(metadata))) if metadata else {}
    except ValueError:
        return ""
    said = f"{known.get('citation', '')} {known.get('path', '')}" if isinstance(known, dict) else ""
    title = re.search(r"\b(\d{1,2}) CFR\b|/title-(\d{1,2})\b", said)
    return (title[1] or title[2]) if title else ""


def _take(reading: _Reading, element: Element, name: str) -> None:
    kind = element.attributes.get("TYPE", "")
    if kind == "SECTION":
        _section(reading, element, name)
    elif kind == "APPENDIX":
        reading.appendices.append(element.attributes.get("N", "").strip() or "an unnamed one")
    elif element.name == "AMDDATE":
        reading.as_of = reading.as_of or _day(element.text)
    elif element.name == "HEAD" and reading.divisions:
        reading.divisions[-1].head = re.sub(r" ?-{1,2} ?Volume \d+$", "", element.text)
        reading.name = reading.name or reading.divisions[-1].head
    elif element.name == "SOURCE" and reading.divisions:
        reading.divisions[-1].source = " ".join(part.text for part in element.elements if part.name != "HED")


def _day(words: str) -> date | None:
    """The date in "Dec. 29, 2022(fm)"."""
    match = re.search(r"([A-Z][a-z]{2})[a-z]*\.? (\d{1,2}), (\d{4})", words)
    try:
        return datetime.strptime(" ".join(match.groups()), "%b %d %Y").date() if match else None
    except ValueError:
        return None


def _section(reading: _Reading, element: Element, name: str) -> None:
    reading.title = reading.title or _title(element)
    if not reading.title.isdecimal():
        raise ParseError(f"{name}: the file does not say which title of the CFR it is; fetch the whole title or part")
    head = next((part.text for part in element.elements if part.name == "HEAD"), "")
    number = element.attributes.get("N", "").strip("\u00a7 \t\r\n").replace("\u2013", "-")
    if not _NUMBER.fullmatch(number):
        reading.unnumbered.append(head or number or "one without a heading")
        return
    text, italics, quoted = written(_paragraphs(element, False))
    heading = _HEAD.sub("", head, count=1)
    reserved = re.search(r"\[(?:Removed and )?Reserved\]", heading, re.I) is not None and not text
    history = " ".join(part.text for part in element.elements if part.name == "CITA")
    sources = [division.source for division in reversed(reading.divisions) if division.source]
    reading.sections.append(
        LawSection(
            f"{int(reading.title)} CFR",
            number,
            text,
            subdivisions(text, FEDERAL_REGULATION, italics, quoted),
            head,
            heading,
            tuple(division.head for division in reading.divisions if division.head),
            "reserved" if reserved else "in_force",
            history=history or next(iter(sources), ""),
            url=_url(int(reading.title), number),
        )
    )


def _url(title: int, number: str) -> str:
    """The official address of a section; of the part, for a range of sections."""
    place = f"part-{number.partition('.')[0]}" if re.search(r"-\d+\.", number) else f"section-{number}"
    return f"https://www.ecfr.gov/current/title-{title}/{place}"


def _notes(reading: _Reading) -> tuple[str, ...]:
    notes = []
    if reading.appendices:
        listed = "; ".join(reading.appendices[:5]) + ("; ..." if len(reading.appendices) > 5 else "")
        notes.append(f"{len(reading.appendices)} appendices have no section number and were not read: {listed}.")
    if reading.unnumbered:
        listed = "; ".join(reading.unnumbered[:5])
        notes.append(
            f"{len(reading.unnumbered)} sections have no number that can be cited, and were not read: {listed}."
        )
    return tuple(notes)


def _paragraphs(element: Element, quoted: bool) -> Iterator[Paragraph]:
    """The paragraphs inside an element, in order."""
    line: list[Run] = []
    has_words = any(isinstance(part, str) and part.strip() for part in element.content)
    for index, part in enumerate(element.content):
        if isinstance(part, str) or part.name in _INLINE or (has_words and not _BLOCK.fullmatch(part.name)):
            after = next((later for later in element.content[index + 1 :] if _says(later)), None)
            line += _runs(part, False, isinstance(after, Element) and after.name == "FTREF")
            continue
        if line:
            yield Paragraph(tuple(line), quoted)
            line = []
        if part.name in _ROWS:
            yield Paragraph((Run(" | ".join(_cells(part)) or part.text),), True)
        elif part.name not in _NOT_TEXT:
            yield from _paragraphs(part, quoted or part.name in _QUOTED)
    if line:
        yield Paragraph(tuple(line), quoted)


def _says(part: Element | str) -> bool:
    return isinstance(part, Element) or bool(part.strip())


def _cells(row: Element) -> Iterator[str]:
    for cell in row.elements:
        if cell.name in _CELLS:
            runs = (run.words for part in cell.content for run in _runs(part, False, False))
            yield " ".join("".join(runs).split())


def _runs(part: Element | str, italic: bool, footnoted: bool) -> Iterator[Run]:
    """The words of a piece of a line; footnoted: the mark of a footnote comes next, and its number is no text."""
    if isinstance(part, str):
        yield Run(part, italic)
        return
    style = part.attributes.get("T", "") if part.name == "E" else ""
    if part.name in ("SU", "SUP") or style == "51":
        yield Run("" if footnoted else raised(part.text), italic)
    elif part.name == "FR":
        yield Run(f" {part.text}", italic)
    elif part.name == "BR":
        yield Run(" ", italic)
    elif part.name not in _NOT_TEXT:
        slanted = italic or part.name == "I" or style == "03"
        for index, inner in enumerate(part.content):
            after = next((later for later in part.content[index + 1 :] if _says(later)), None)
            yield from _runs(inner, slanted, isinstance(after, Element) and after.name == "FTREF")
