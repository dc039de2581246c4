"""Names of official texts ("ca:HSC/1368", "cfr:45/147.136") to what they mean, and the list of those that matter."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from kb.codes import CODES
from kb.errors import SourceError

LIST = "official.yaml"
Kind = Literal["ca", "cfr"]
_CA = re.compile(r"ca:([A-Za-z]{3,4})/([0-9]{1,6}(?:\.[0-9]{1,6}){0,3}[a-z]{0,2})\.?")
_CFR = re.compile(r"cfr:([1-9][0-9]?)/([1-9][0-9]{0,4})(?:\.([0-9]{1,6}[A-Za-z]{0,3}(?:-[0-9]{1,4}[A-Za-z]{0,2})*))?")
_FORMS = "expected ca:CODE/SECTION (ca:HSC/1368), cfr:TITLE/SECTION (cfr:45/147.136) or cfr:TITLE/PART (cfr:42/438)"


@dataclass(frozen=True, slots=True)
class Name:
    """One section of a California code, or one section or part of the Code of Federal Regulations.

    book: the code ("HSC") or title ("45"); number: section or part as printed, without a final period.
    """

    kind: Kind
    book: str
    number: str

    @property
    def written(self) -> str:
        """As a person gives it: "ca:HSC/1368"."""
        return f"{self.kind}:{self.book}/{self.number}"

    @property
    def is_part(self) -> bool:
        """Whether this is a whole part of a federal title."""
        return self.kind == "cfr" and "." not in self.number

    @property
    def part(self) -> str:
        """The part of a federal title that it is or stands in."""
        return self.number.partition(".")[0]

    @property
    def authority(self) -> str:
        """As in citations: "HSC", "45 CFR"."""
        return self.book if self.kind == "ca" else f"{self.book} CFR"

    @property
    def citation(self) -> str:
        """Its label in short form: "HSC 1368", "42 CFR 438"."""
        return f"{self.authority} {self.number}"

    @property
    def title(self) -> str:
        """What it is, in words: "California Health and Safety Code section 1368"."""
        if self.kind == "ca":
            return f"California {CODES[self.book].name} section {self.number}"
        return f"{self.authority} {'part' if self.is_part else 'section'} {self.number}"

    @property
    def doc_id(self) -> str:
        """The doc_id of its present text: "official-hsc-1368"."""
        return f"official-{self.authority.replace(' ', '-').lower()}-{self.number}"

    @property
    def stem(self) -> str:
        """Its file without the ending, below the corpus: "official/ca/HSC/1368"."""
        return f"official/{self.kind}/{self.book}/{self.number}"

    @property
    def suffix(self) -> str:
        """The ending of its file."""
        return ".html" if self.kind == "ca" else ".xml"

    @property
    def url(self) -> str:
        """Its official page for readers."""
        if self.kind == "ca":
            host = "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml"
            return f"{host}?lawCode={self.book}&sectionNum={self.number}."
        return f"https://www.ecfr.gov/current/title-{self.book}/{'part' if self.is_part else 'section'}-{self.number}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row of the list: what to fetch, a short title in our words, and why it matters."""

    name: Name
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class OfficialList:
    """What is worth fetching, and (as citation and address) what can only be read where it stands."""

    sections: tuple[Wanted, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def parse_name(text: str) -> Name:
    """The Name that `text` is. Raises SourceError where it is none; nothing in a Name can leave a folder."""
    if (found := _CA.fullmatch(text)) and found[1].upper() in CODES:
        return Name("ca", found[1].upper(), found[2])
    if (found := _CFR.fullmatch(text)) and int(found[1]) <= 50:
        return Name("cfr", found[1], f"{found[2]}.{found[3]}" if found[3] else found[2])
    if found := _CA.fullmatch(text):
        raise SourceError(f"{text}: no California code is called {found[1].upper()}; one of {', '.join(CODES)}")
    raise SourceError(f"{text!r} is no name of a text: {_FORMS}")


def read_list(corpus: Path) -> OfficialList:
    """What ``corpus/official.yaml`` lists, in its order.

    Raises SourceError, naming the row, for a missing or broken file, other fields than expected, a bad or double name.
    """
    path = corpus / LIST
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SourceError(f"no list at {path}: give the corpus folder with --corpus, or name what to fetch") from exc
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise SourceError(f"{path} is not valid YAML: {exc}") from exc
    if not isinstance(content, dict) or set(content) - {"sections", "links"} or not content.get("sections"):
        raise SourceError(f"{path}: expected a list under 'sections:', and perhaps one under 'links:'")
    sections: list[Wanted] = []
    for where, (name, title, why) in _rows(content["sections"], ("name", "title", "why"), f"{path}, section"):
        try:
            wanted = Wanted(parse_name(name), title, why)
        except SourceError as exc:
            raise SourceError(f"{where}: {exc}") from exc
        if any(other.name == wanted.name for other in sections):
            raise SourceError(f"{where}: {name} is given twice")
        sections.append(wanted)
    links = tuple((name, url) for _, (name, url) in _rows(content.get("links") or [], ("name", "url"), f"{path}, link"))
    return OfficialList(tuple(sections), links)


def _rows(rows: Any, fields: tuple[str, ...], where: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each row's place, for messages, and its values in the order of `fields`; all are text and none is empty."""
    if not isinstance(rows, list):
        raise SourceError(f"{where}: expected a list")
    result = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or set(row) != set(fields):
            raise SourceError(f"{where} {number}: expected {', '.join(fields)}")
        values = tuple(row[field] for field in fields)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise SourceError(f"{where} {number}: {', '.join(fields)} must be words")
        result.append((f"{where} {number}", values))
    return result
