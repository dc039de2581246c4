"""What a body of law is called in full, and where a section of it stands on the official pages."""

from urllib.parse import urlencode

from kb.codes import CODES
from kb.labels import parse_citation

_BOOKS = {
    "CCR": "California Code of Regulations, title {}",
    "CFR": "Code of Federal Regulations, title {}",
    "USC": "United States Code, title {}",
}


def full_name(authority: str) -> str:
    """ "Health and Safety Code (HSC)", "Code of Federal Regulations, title 42 (42 CFR)"; an unknown name as it is."""
    title, _, book = authority.partition(" ")
    if authority in CODES:
        return f"{CODES[authority].name} ({authority})"
    if authority == "CONS":
        return "California Constitution"
    return f"{_BOOKS[book].format(title)} ({authority})" if book in _BOOKS else authority


def official_url(label: str) -> str:
    """The official page of the section that a label names or stands in; "" where no address can be made from a label.

    Codes stand at the California Legislature, federal regulations at the eCFR, the United States Code at the House's
    law revision counsel. The California Code of Regulations has no address by section, nor has the Constitution one.
    """
    citation = parse_citation(label)
    if citation is None:
        return ""
    title, _, book = citation.authority.partition(" ")
    if citation.authority in CODES:
        asked = urlencode({"lawCode": citation.authority, "sectionNum": f"{citation.section}."})
        return f"https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?{asked}"
    if book == "CFR":
        return f"https://www.ecfr.gov/current/title-{title}/section-{citation.section}"
    if book == "USC":
        asked = urlencode({"req": f"granuleid:USC-prelim-title{title}-section{citation.section}", "edition": "prelim"})
        return f"https://uscode.house.gov/view.xhtml?{asked}"
    return ""
