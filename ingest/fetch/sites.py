"""A Name to the official texts that its site gives for it, each seen to be that law before it is passed on."""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from ingest.fetch.download import Reply
from ingest.fetch.official import Kind, Name
from ingest.law.sections import LawFile
from kb.errors import KbError, SourceError

Check = Callable[[bytes, str], LawFile]
"""An importer: the bytes of an official file and its name, for messages, to what the file holds."""

_LEGINFO = "https://leginfo.legislature.ca.gov/faces"
_ECFR = "https://www.ecfr.gov/api/versioner/v1"
_LAW = re.compile(
    rb"<[a-z]+\b[^<>]*\bid\s*=\s*[\"']?(?:single_law_section|manylawsections|codeLawSectionNoHead)(?![\w-])[^<>]*>",
    re.I,
)
_PICKER = re.compile(r"\bid\s*=\s*[\"']?selectFromMultiples(?![\w-]).*?(?:</form>|\Z)", re.I | re.S)
_CLICK = re.compile(r"\bonclick=(?:\"([^\"]*)\"|'([^']*)')", re.I)
_KEY = re.compile(r"[\"'](op_statues|op_chapter|op_section)[\"']\s*:\s*[\"']([^\"']*)[\"']")
_TAG = re.compile(rb"<[^>]*>")
_SESSION = re.compile(rb";jsessionid=[\w.!-]*", re.I)
_MOST_VERSIONS = 12


@dataclass(frozen=True, slots=True)
class Text:
    """One version of one official text, as the site gave it.

    url: its official page, unlike for every version. law: what the importer reads in it. origin: the site it came
    from and the day that the site's text is of, in words. several: whether the site holds it beside other versions.
    """

    url: str
    data: bytes
    law: LawFile
    origin: str
    several: bool = False


class Web(Protocol):
    """What a site is asked through: ingest.fetch.download.Download."""

    def get(self, url: str) -> Reply:
        """The answer at `url`; SourceError where there is none."""

    def forget_session(self) -> None:
        """Drop all cookies."""


def importers() -> Mapping[Kind, Check]:
    """The importer of each kind of official text."""
    from ingest.law.california_page import read_section_page  # type: ignore[import-not-found, unused-ignore]
    from ingest.law.ecfr import read_ecfr  # type: ignore[import-not-found, unused-ignore]

    return {"ca": read_section_page, "cfr": read_ecfr}


def same_law(old: bytes, new: bytes, name: Name, check: Check) -> bool:
    """Whether two official texts say the same: the law in them, without sessions, form states and page furniture."""
    if old == new or name.kind == "cfr":
        return old == new
    first, second = _region(old), _region(new)
    if first is not None and second is not None:
        return first == second
    try:
        return check(old, name.stem + name.suffix).sections == check(new, name.stem + name.suffix).sections
    except KbError:
        return False


class Sites:
    """The official sites, in one session: the cookie and the dates are asked for once."""

    def __init__(self, web: Web, checks: Mapping[Kind, Check]) -> None:
        self._web, self._checks = web, checks
        self._in_session = False
        self._days: dict[str, date] = {}

    def texts(self, name: Name) -> tuple[Text, ...]:
        """Every version of a text that its site holds.

        Raises SourceError, saying what came instead, where that is not the law asked for.
        """
        return self._california(name) if name.kind == "ca" else (self._federal(name),)

    def _california(self, name: Name) -> tuple[Text, ...]:
        page = self._leginfo(name.url)
        versions = _versions(page.decode("utf-8", "replace"))
        if not versions:
            return (Text(name.url, page, self._law(page, name), "leginfo.legislature.ca.gov"),)
        if len(versions) > _MOST_VERSIONS:
            raise SourceError(f"the site offers {len(versions)} versions, which is not believable; see {name.url}")
        texts = []
        for statutes, chapter, section in versions:
            url = (
                f"{_LEGINFO}/printCodeSectionWindow.xhtml?lawCode={name.book}&sectionNum={name.number}."
                f"&op_statues={statutes}&op_chapter={chapter}&op_section={section}"
            )
            page = self._leginfo(url)
            texts.append(Text(url, page, self._law(page, name), "leginfo.legislature.ca.gov", several=True))
        return tuple(texts)

    def _leginfo(self, url: str) -> bytes:
        """A page of the Legislature's site. Without a session's cookie it sends empty ones, so that is renewed once."""
        for _ in range(2):
            if not self._in_session:
                self._web.forget_session()
                self._web.get(f"{_LEGINFO}/codes.xhtml")
                self._in_session = True
            reply = self._web.get(url)
            if reply.status == 404:
                raise SourceError(f"the site has no such page; see {url}")
            if reply.body.strip():
                return reply.body
            self._in_session = False
        raise SourceError(f"the site sent an empty page twice; see {url}")

    def _federal(self, name: Name) -> Text:
        day = self._day(name)
        wanted = f"part={name.part}" if name.is_part else f"part={name.part}&section={name.number}"
        reply = self._web.get(f"{_ECFR}/full/{day.isoformat()}/title-{name.book}.xml?{wanted}")
        if reply.status == 404:
            raise SourceError(f"the eCFR of {day.isoformat()} has no {name.title}; see {name.url}")
        if not reply.body.strip():
            raise SourceError(f"the eCFR sent nothing; see {name.url}")
        return Text(name.url, reply.body, self._law(reply.body, name), f"www.ecfr.gov, text of {day.isoformat()}")

    def _day(self, name: Name) -> date:
        """The last day for which the eCFR holds a federal title."""
        if not self._days:
            url = f"{_ECFR}/titles.json"
            try:
                listed: Any = json.loads(self._web.get(url).body)
                rows = [(str(row["number"]), row.get("up_to_date_as_of")) for row in listed["titles"]]
                self._days = {number: date.fromisoformat(day) for number, day in rows if day}
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
                raise SourceError(
                    f"{url}: this is not the list of titles that the eCFR promises; see {name.url}"
                ) from exc
        if name.book not in self._days:
            raise SourceError(f"the eCFR holds no text of title {name.book}")
        return self._days[name.book]

    def _law(self, data: bytes, name: Name) -> LawFile:
        """What the importer reads in `data`, where that is the law asked for."""
        if name.kind == "ca":
            _page_of_law(data, name)
        elif re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", data, re.I):
            raise SourceError(f"{_stranger(data)} came instead of the regulation; see {name.url}")
        try:
            law = self._checks[name.kind](data, name.stem + name.suffix)
        except KbError as exc:
            raise SourceError(f"what came cannot be read as law ({exc}); see {name.url}") from exc
        numbers = [section.number for section in law.sections]
        other = [s.label for s in law.sections if s.authority != name.authority or not _belongs(s.number, name)]
        if other:
            raise SourceError(f"the site sent {', '.join(other[:3])} instead of {name.citation}; see {name.url}")
        if not numbers or (len(numbers) > 1 and not name.is_part):
            raise SourceError(f"what came holds {len(numbers)} sections; see {name.url}")
        if not any(section.text.strip() or section.status != "in_force" for section in law.sections):
            raise SourceError(f"what came holds no words of law; see {name.url}")
        return law


def _belongs(number: str, name: Name) -> bool:
    """Whether a section of this number is what was asked for; appendices of a part are known by words."""
    if not name.is_part:
        return number == name.number
    return number.startswith(f"{name.number}.") or not number[:1].isdigit()


def _page_of_law(page: bytes, name: Name) -> None:
    """Raise SourceError where a page of the Legislature's site shows no law, and say what it shows."""
    region = _region(page)
    if region is None:
        raise SourceError(f"{_stranger(page)} came instead of the section; see {name.url}")
    if not _TAG.sub(b"", region).strip():
        raise SourceError(f"the site has no section {name.citation}; check the number at {name.url}")


def _stranger(page: bytes) -> str:
    return "a page that asks for a person (captcha)" if b"captcha" in page.lower() else "another page"


def _region(page: bytes) -> bytes | None:
    """The law in a page of the Legislature's site: blanks collapsed, sessions dropped; None where it shows none.

    The page nests a document of its own in the place of law, whose body ends the law: tags cannot be matched there.
    """
    start = _LAW.search(page)
    if start is None:
        return None
    inner = page[start.end() :]
    end = re.search(rb"</body\s*>", inner, re.I)
    empty = re.match(rb"\s*</div\s*>", inner, re.I)
    law = b"" if empty else inner[: end.start()] if end else inner
    return b" ".join(_SESSION.sub(b"", law).split())


def _versions(page: str) -> tuple[tuple[str, str, str], ...]:
    """Year, chapter and section of the statute of each version that a page lets one choose from, sorted.

    Raises SourceError for a version with characters that no address of the site has.
    """
    picker = _PICKER.search(page)
    found = []
    for click in _CLICK.finditer(picker[0] if picker else ""):
        keys = dict(_KEY.findall(html.unescape(click[1] or click[2] or "")))
        version = (keys.get("op_statues", ""), keys.get("op_chapter", ""), keys.get("op_section", ""))
        if not all(re.fullmatch(r"[0-9A-Za-z.-]{0,12}", part) for part in version):
            raise SourceError(f"the site offers a version that cannot be asked for: {version}")
        if version[0]:  # an initiative has a year and no chapter
            found.append(version)
    return tuple(sorted(set(found)))
