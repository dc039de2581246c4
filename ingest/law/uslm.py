"""The U.S. Code and the compilations of acts in USLM, to sections of law.

Two publishers, two namespaces: the Office of the Law Revision Counsel (titles of the U.S. Code) and GPO (statute
compilations). A subdivision is where the markup has one, and its path is the markup's identifier; no label is read.
`ingest.law.uslm_text` writes its words. Sections that notes quote are none.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from ingest.law.sections import LawFile, LawSection
from ingest.law.uslm_text import plain, section_text
from ingest.law.xml import Element, pieces, root_of
from kb.authorities import authority_of_act
from kb.errors import ParseError
from kb.labels import Citation, canonical_label
from kb.types import ProvisionStatus

_SPACES = ("http://xml.house.gov/schemas/uslm/1.0", "http://schemas.gpo.gov/xml/uslm")
_ROOTS = ("uscDoc", "statuteCompilation")
_READ_WHOLE = {"meta", "preface", "section", "num", "heading"} | {
    *("note", "notes", "toc", "footnote", "sourceCredit", "editorialNote", "quotedContent", "explanationNote")
}
_ABOVE = {"title", "subtitle", "chapter", "subchapter", "part", "subpart", "division", "subdivision", "article"} | {
    *("subarticle", "appendix", "level", "preliminary", "compiledAct", "reorganizationPlan")
}
_DASH_BLANK = re.compile(r"([\u2013\u2014]) ")
_STATUS: dict[str, ProvisionStatus] = {
    "repealed": "repealed",
    "omitted": "omitted",
    "transferred": "transferred",
    "renumbered": "transferred",
    "reserved": "reserved",
}


@dataclass(slots=True)
class _Reading:
    """What is known so far of a file while it is read. above: the open elements that sections stand in."""

    title: str = ""
    page: str = ""
    as_of: date | None = None
    above: list[list[str]] = field(default_factory=list)
    sections: list[LawSection] = field(default_factory=list)
    unnumbered: list[str] = field(default_factory=list)


def is_uslm(data: bytes) -> bool:
    """True if the bytes begin a title of the U.S. Code or a statute compilation in USLM."""
    root = root_of(data)
    return root is not None and root.space in _SPACES and root.name in _ROOTS


def read_uslm(data: bytes, name: str) -> LawFile:
    """The sections of a file, in order; `name` is what errors call the file.

    authority: "26 USC"; "SSA" for the Social Security Act, or the public law of another act ("Pub. L. 104-4"). A
    section's history is its source credit; a compilation has none, and gives the section's place in the U.S. Code.
    `as_of`: the day of the last law that a compilation takes in; the day that a title's file was made. Raises
    ParseError where the XML is damaged or has no section.
    """
    reading = _Reading()
    for step, element in pieces(data, name, _is_whole):
        if step == "open" and element.name in _ABOVE:
            reading.above.append(["", ""])
        elif step == "close" and element.name in _ABOVE:
            reading.above.pop()
        elif step == "whole":
            _take(reading, element)
    if not reading.sections:
        raise ParseError(
            f"{name}: there is no section of law in this USLM file; fetch a title of the U.S. Code or an act"
        )
    notes: tuple[str, ...] = ()
    if reading.unnumbered:
        listed = "; ".join(reading.unnumbered[:5])
        notes = (f"{len(reading.unnumbered)} sections cannot be cited and were not read: {listed}.",)
    title = reading.title or reading.sections[0].authority
    return LawFile(title, "United States", tuple(reading.sections), reading.as_of, notes)


def _is_whole(element: Element) -> bool:
    return element.space in _SPACES and element.name in _READ_WHOLE


def _take(reading: _Reading, element: Element) -> None:
    if element.name == "section":
        _section(reading, element)
    elif element.name in ("num", "heading") and reading.above:
        reading.above[-1][element.name == "heading"] = plain(element)
    elif element.name == "meta":
        title = element.find("title")
        reading.title = title.text if title else ""
        file = next((p.text for p in element.walk() if p.attributes.get("role") == "fileId"), "")
        reading.page = f"https://www.govinfo.gov/app/details/COMPS-{file}" if file.isdecimal() else ""
        created = element.find("created")
        reading.as_of = _day(created.text) if created else None
    elif element.name == "preface":
        edition = element.find("editionNote")
        day = edition.find("date") if edition else None
        reading.as_of = _day(day.attributes.get("date", "")) if day else reading.as_of


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        return None


def _section(reading: _Reading, element: Element) -> None:
    identifier = element.attributes.get("identifier", "")
    if not identifier:
        return  # quoted outside a note
    head = " ".join(plain(part) for part in element.elements if part.name in ("num", "heading"))
    cited = _cited(identifier)
    if cited is None:
        reading.unnumbered.append(head or identifier)
        return
    authority, number, first = cited
    text, subdivisions = section_text(element, identifier)
    heading = " ".join(plain(part) for part in element.elements if part.name == "heading").rstrip("]")
    history = " ".join(part.text for part in element.elements if part.name in ("sourceCredit", "editorialNote"))
    above = tuple(_DASH_BLANK.sub(r"\1", " ".join(filter(None, pair))) for pair in reading.above if any(pair))
    reading.sections.append(
        LawSection(
            authority,
            number,
            text,
            subdivisions,
            head,
            heading,
            above,
            _status(element, head, heading),
            history=history,
            url=reading.page or _url(authority, first),
        )
    )


def _cited(identifier: str) -> tuple[str, str, str] | None:
    """Authority and number that an identifier stands for, and the first of a range; None if none has its form.

    "/us/usc/t26/s213", "/us/sComp/74/271/tXIX/s1902"; of a range of sections, the first and last with "..." between.
    """
    code = re.fullmatch(r"/us/usc/t(\d{1,2})(?:/.+)?/s([^/]+)", identifier)
    act = re.fullmatch(r"/us/sComp/(\d{1,3})/(\d{1,4})(?:/.+)?/s([^/]+)", identifier)
    if code:
        authority, number = f"{int(code[1])} USC", code[2]
    elif act:
        authority, number = authority_of_act(f"{act[1]}-{act[2]}"), act[3]
    else:
        return None
    number = re.sub(r"[\u2010-\u2013]", "-", number)
    first, *rest = re.split(r"(?:\.{2,3}|_to_)s?", number)
    if not all(re.fullmatch(r"\d[\w.-]*", part) for part in (first, *rest)):
        return None
    label = canonical_label(Citation(authority, first, (), (0, 0), rest[-1] if rest else ""))
    return authority, label.removeprefix(f"{authority} "), first


def _url(authority: str, number: str) -> str:
    title = authority.partition(" ")[0]
    return f"https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title{title}-section{number}"


def _status(element: Element, head: str, heading: str) -> ProvisionStatus:
    """The status in the markup; without one, that which a bracketed head begins with ("[§ 5. Repealed. ...]")."""
    said = element.attributes.get("status", "").lower()
    if said in _STATUS:
        return _STATUS[said]
    first = re.match(r"(Repealed|Omitted|Transferred|Renumbered|Reserved)\b", heading.lstrip("["))
    return _STATUS[first[1].lower()] if first and head.startswith("[") else "in_force"
