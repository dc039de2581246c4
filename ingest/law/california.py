"""How California's law is named: numbers, headings, addresses; and a section of it from its parts."""

import re
from datetime import date
from urllib.parse import urlencode

from ingest.law.history import dates_of
from ingest.law.sections import LawSection
from ingest.law.subdivisions import subdivisions
from kb.codes import CODES

JURISDICTION = "California"
_SECTION_PAGE = "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml"
_RANGE = re.compile(r"\s*\[\s*(?:sec(?:tion|\.)s?\s+)?\d[^\[\]]*\]\s*$", re.I)
_NAMED = re.compile(
    r"(?i:(DIVISION|TITLE|PART|CHAPTER|ARTICLE))\s+((?:[IVXL]+(?:\s[A-Z](?=\s|$|\.))?(?!\w)|[\w.-]*\w))"
)


def code_name(authority: str) -> str:
    """ "Health and Safety Code" for "HSC", "California Constitution" for "CONS"."""
    if authority == "CONS":
        return "California Constitution"
    return CODES[authority].name if authority in CODES else authority


def code_title(authority: str) -> str:
    """ "California Health and Safety Code", as a file of it is called."""
    return f"California {code_name(authority).removeprefix('California ')}"


def is_code(authority: str) -> bool:
    """True for the abbreviation of a California code or of the Constitution."""
    return authority in CODES or authority == "CONS"


def section_number(authority: str, written: str, article: str = "") -> str:
    """The number of a section as citations write it: "18901.3" for "18901.3.", "XVI 16" for "SEC. 16." and "XVI"."""
    number = re.sub(r"(?i)^sec(?:tion|\.)?\s+", "", collapse(written).strip("[] "))
    number = number.removesuffix(".").rstrip(" ]")
    return f"{collapse(article)} {number}".strip() if authority == "CONS" else number


def section_url(authority: str, written: str, article: str = "") -> str:
    """The address of a section's official page."""
    query = {"lawCode": authority, "sectionNum": collapse(written).strip("[] ")}
    return f"{_SECTION_PAGE}?{urlencode(query | ({'article': article} if article else {}))}"


def heading_words(heading: str) -> str:
    """A heading without the range of sections at its end, which no two of the Legislature's formats write alike."""
    return _RANGE.sub("", collapse(heading)).strip()


def heading_name(heading: str) -> str:
    """What a heading is called in short: "Division 2", "Article XIII B", "General Provisions"."""
    words = heading_words(heading)
    named = _NAMED.match(words)
    if named:
        return f"{named[1].capitalize()} {named[2]}"
    return words.partition(":")[0][:80].strip().title().replace("'S", "'s")


def collapse(text: str) -> str:
    """`text` with one blank for every run of blanks and line ends, none at its ends."""
    return " ".join(text.split())


def law_section(
    authority: str,
    written: str,
    text: str,
    above: tuple[str, ...],
    history: str = "",
    article: str = "",
    effective: date | None = None,
) -> LawSection:
    """The section that stands in the source as `written` ("18901.3.", "SEC. 16."), with what its text and note tell.

    `article` is the Constitution's ("XIII B"); `effective` a date that the source gives beside the note.
    """
    force = dates_of(history, effective)
    return LawSection(
        authority,
        section_number(authority, written, article),
        text,
        subdivisions(text),
        head=collapse(written),
        above=above,
        status=force.status,
        effective_from=force.effective_from,
        effective_to=force.effective_to,
        history=collapse(history),
        url=section_url(authority, written, article),
    )
