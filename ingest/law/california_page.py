"""A section page of the Legislature's site, as saved from the browser, to law: one section, or all of a chapter.

The page holds the law in a second HTML document inside an element with a known id. Its div elements are not closed as
they look, so nothing here depends on what encloses what: headings, numbers and paragraphs are taken in page order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ingest.law.california import (
    JURISDICTION,
    code_name,
    code_title,
    collapse,
    heading_words,
    is_code,
    law_section,
)
from ingest.law.sections import LawFile, LawSection
from ingest.plain import decode
from kb.errors import ParseError
from kb.sentences import ROW

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_MARK = re.compile(
    rb"""\bid\s*=\s*["']?(?:single_law_section|manylawsections|selectFromMultiples)(?![\w-])""",
    re.I,
)
_HOLDER = re.compile(rb"<(?:div|form|table|span)\b", re.I)
_TAG = 2000  # bytes that a tag may have before its id
_WRAPPER = re.compile(r"""<[a-z]+\b[^<>]*\bid\s*=\s*["']?(?:single_law_section|manylawsections)(?![\w-])""", re.I)
_PICKER = re.compile(r"""<[a-z]+\b[^<>]*\bid\s*=\s*["']?selectFromMultiples(?![\w-])""", re.I)
_NOTE = re.compile(
    r"\((?:[^\s()]+\s+){0,12}?(?:\([^()]*\)\s+)?(?:added|amended|enacted|repealed|renumbered|redesignated|transferred"
    r"|adopted|approved|derived)\b",
    re.I,
)
_ARTICLE = re.compile(r"ARTICLE\s+([IVXL]+(?:\s[A-F](?=\s|$))?)")
_NUMBER = re.compile(r"\[?\s*(?:SEC(?:TION|\.)?\s+)?\d", re.I)
_VERSION = re.compile(r"""'(op_statues|op_chapter|op_section)'\s*:\s*'([^']*)'""")
_READ = ("h3", "h4", "h5", "h6", "p", "i", "tr")
_NESTED = 20
_CODE = re.compile(r"-\s*([A-Z]{3,4})\s*$")


def is_section_page(data: bytes) -> bool:
    """True for a page of the Legislature's site that shows sections of law, or the choice between their versions."""
    # Backwards from each id: a pattern that begins at each tag would take for ever on tags that do not end.
    for mark in _MARK.finditer(data):
        before = data[max(0, mark.start() - _TAG) : mark.start()]
        if _HOLDER.search(before, before.rfind(b">") + 1):
            return True
    return False


@dataclass(slots=True)
class _Section:
    """A section while its paragraphs are read."""

    written: str
    above: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    history: str = ""


def read_section_page(data: bytes, name: str) -> LawFile:
    """The sections that a page shows, in its order.

    Raises ParseError for an empty file, for the page of a section that does not exist, for the page on which one of
    several versions has to be chosen, and for a page without law.
    """
    if not data.strip():
        raise ParseError(f"{name}: this file is empty; open the section in a browser again and save its page")
    page = decode(data, name)
    wrapper = _WRAPPER.search(page)
    if wrapper is None:
        if picker := _PICKER.search(page):
            raise ParseError(_choice(page[picker.start() :], name))
        raise ParseError(f"{name}: this is no section page of the Legislature's site; save one from its Code pages")
    found = [section for section in _sections(_law(page[wrapper.start() :], name)) if section.lines]
    if not found:
        raise ParseError(
            f"{name}: there is no section on this page, as when the number asked for does not exist; look the number "
            "up in the code's table of contents and save its page"
        )
    authority = _authority(found[0].above, page, name)
    sections = tuple(_law_section(authority, section) for section in found)
    return LawFile(_title(authority, sections), JURISDICTION, sections)


def _law(rest: str, name: str) -> "BeautifulSoup":
    """The law on the page, from its wrapper to the end of the document inside it."""
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    # Where the section asked for does not exist the wrapper closes at once.
    end = re.match(r"<[^<>]*>\s*</", rest) or re.search(r"</body\s*>", rest, re.I)
    law = rest[: end.start() if end else len(rest)]
    try:
        soup = BeautifulSoup(law, "lxml")
    except (ParserRejectedMarkup, ValueError, AssertionError, RecursionError) as exc:
        raise ParseError(f"{name}: this page cannot be read as HTML ({exc}); save it again") from exc
    if _is_nested(soup):
        raise ParseError(f"{name}: paragraphs stand inside paragraphs more than {_NESTED} deep; save the page again")
    return soup


def _is_nested(soup: "BeautifulSoup") -> bool:
    """True if what is read stands in itself deeper than on any page of law: to read it would take for ever."""
    from bs4 import Tag

    stack: list[tuple[Tag, int]] = [(soup, 0)]
    while stack:
        element, depth = stack.pop()
        depth += element.name in _READ
        if depth > _NESTED:
            return True
        stack.extend((child, depth) for child in element.contents if isinstance(child, Tag))
    return False


def _sections(soup: "BeautifulSoup") -> Iterator[_Section]:
    """Each section with the headings above it, its paragraphs and its note."""
    above: list[str] = []
    section: _Section | None = None
    for element in soup.find_all(_READ):
        words = collapse(element.get_text()) if element.name in ("h3", "h4", "h5", "h6") else ""
        if element.name == "h6" and _NUMBER.match(words):
            if section:
                yield section
            section = _Section(words, tuple(above))
        elif words:
            if section:
                yield section
                above = _outside(above, words)
            section = None
            above.append(heading_words(words))
        elif section and not section.history:
            _add(element, section)
    if section:
        yield section


def _outside(above: list[str], heading: str) -> list[str]:
    """The headings that go on to stand over `heading`: a second chapter ends the first and what stood in it."""
    level = heading.split()[0].upper()
    inner = next((i for i, words in enumerate(above) if words.split()[:1] == [level]), len(above))
    return above[:inner]


def _add(element: "Tag", section: _Section) -> None:
    """Put a paragraph, a table row or the note into `section`; what follows the note is not law."""
    words = collapse(element.get_text())
    around = {parent.name for parent in islice(element.parents, 5)}
    if element.name == "tr":
        if element.find("table") is None:
            cells = [collapse(cell.get_text(" ")) for cell in element.find_all(["td", "th"])]
            section.lines += [ROW.join(cells)] if any(cells) else []
    elif "tr" in around or not words:
        return
    elif _NOTE.match(words) and (_is_slanted(element, words) if element.name == "p" else "p" not in around):
        section.history = words.removeprefix("(").removesuffix(")")
    elif element.name == "p":
        section.lines += _lines(element)


def _is_slanted(paragraph: "Tag", words: str) -> bool:
    """True if all words of a paragraph are in italics, as a note is where a page shows several sections."""
    return collapse("".join(part.get_text() for part in paragraph.find_all("i", recursive=False))) == words


def _lines(paragraph: "Tag") -> list[str]:
    """The lines of a paragraph: a line end in its text is a blank, a <br> is a line end."""
    for line_break in paragraph.find_all("br"):
        line_break.replace_with("\x1f")
    return [line for line in map(collapse, paragraph.get_text().split("\x1f")) if line]


def _authority(above: tuple[str, ...], page: str, name: str) -> str:
    """Whose sections the page shows: as the heading of the code says, else the page's title, else its links."""
    title = re.search(r"<title>\s*California Code,\s+([A-Z]{3,4})\b", page)
    link = re.search(r"'lawCode'\s*:\s*'([A-Z]{3,4})'", page)
    named = [found[1] for heading in above if (found := _CODE.search(heading))]
    for code in (*named, *(found[1] for found in (title, link) if found)):
        if is_code(code):
            return code
    raise ParseError(f"{name}: the page names no California code; save the whole page from the Legislature's site")


def _law_section(authority: str, section: _Section) -> LawSection:
    above = tuple(heading for heading in section.above if not _CODE.search(heading))
    article = next((found[1] for heading in above if authority == "CONS" and (found := _ARTICLE.match(heading))), "")
    text = "\n".join(section.lines)
    return law_section(authority, section.written, text, (code_name(authority), *above), section.history, article)


def _title(authority: str, sections: tuple[LawSection, ...]) -> str:
    """ "California Welfare and Institutions Code section 18901.3"."""
    first, last = sections[0].number, sections[-1].number
    numbers = f"section {first}" if first == last else f"sections {first} to {last}"
    return f"{code_title(authority)} {numbers}"


def _choice(picker: str, name: str) -> str:
    """What to say of a page that only lists the versions of a section."""
    from bs4 import BeautifulSoup

    versions: list[str] = []
    for link in BeautifulSoup(picker, "lxml").find_all("a", onclick=True):
        parts = dict(_VERSION.findall(str(link["onclick"])))
        if parts:
            act = ", ".join(
                f"{word} {parts[key]}"
                for word, key in (("Stats.", "op_statues"), ("Ch.", "op_chapter"), ("Sec.", "op_section"))
                if parts.get(key)
            )
            versions.append(" ".join(filter(None, (collapse(link.get_text()), f"({act})" if act else ""))))
    listed = "; ".join(versions) or "none that could be read"
    return (
        f"{name}: this page only lists the versions of a section that stand side by side: {listed}; open one of them "
        "and save that page"
    )
