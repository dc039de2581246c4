"""Whom to call: telephone and TTY numbers, read from the documents with the sentence that gives them."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kb.answer import quote_of
from kb.conflicts import Differ
from kb.evidence import lead_in
from kb.gate import gated
from kb.phrases import Language, phrase
from kb.quantities import plain
from kb.sentences import sentences
from kb.steps import Scene
from kb.types import AUTHORITIES, Passage, Quote, Source, Span
from kb.understand import Understanding

_FILE = Path(__file__).parent / "contacts.toml"
_KEPT = 64
"""Documents whose lines with numbers are kept in memory."""

_NEVER = re.compile(r"(?!)")
_NUMBER = r"(?:1-)?\d{3}-\d{3}-\d{4}"
_PHONE = re.compile(rf"(?<![\d-]){_NUMBER}(?![\d-])|\b1-800-MEDICARE\b")
_TTY = re.compile(rf"\b(?:TTY|TDD)\b[^\d\n|]{{0,24}}?({_NUMBER}|\b711\b)|\b(?:TTY|TDD) line, ({_NUMBER})")
_SITE = re.compile(r"\b(?:www\.)?[a-z0-9-]+\.(?:ca\.gov|gov|org|com)(?:/[\w-]+)*", re.I)


@dataclass(frozen=True, slots=True)
class Contact:
    """One place to ask: its numbers as the document writes them, and the sentence that gives them.

    `tty` is the number for people who are deaf or cannot speak, "" where the sentence names none; `site` a web address.
    """

    id: str
    name: str
    phones: tuple[str, ...]
    tty: str
    site: str
    region: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of contacts.toml."""

    id: str
    says: tuple[re.Pattern[str], ...]
    never: re.Pattern[str]
    plan_types: frozenset[str]
    regions: frozenset[str]
    by_region: bool
    own: bool
    site: bool


@cache
def _rows() -> tuple[_Row, ...]:
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["contact"]
    return tuple(
        _Row(
            row["id"],
            tuple(re.compile(pattern) for pattern in row["says"]),
            re.compile(row["never"]) if "never" in row else _NEVER,
            frozenset(row["plan_types"]),
            frozenset(row.get("regions", ())),
            row.get("by_region", False),
            row.get("own", False),
            row.get("site", False),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence or table row that gives a number or an address; `around` are its words with its heading's."""

    passage: Passage
    span: Span
    text: str
    around: str


class Directory:
    """Finds the contacts in one catalog, and keeps the lines that give numbers. Threads may share it."""

    def __init__(self, differ: Differ) -> None:
        self._differ = differ
        self._lines = lru_cache(maxsize=_KEPT)(self._read_lines)

    def contacts(self, scene: Scene, asked: Understanding, plan: str, language: Language) -> tuple[Contact, ...]:
        """Whom to call, in the order of the file, each number once. `plan` is the chosen plan, "" for none.

        A region's own Member Services are given where no plan is chosen: whose they are, the source's title says.
        """
        found: list[Contact] = []
        for row in _rows():
            fits = asked.plan_type in row.plan_types and (not row.regions or asked.region in row.regions)
            if not fits or (row.own and not plan) or (row.by_region and (plan or not asked.region)):
                continue
            contact = self._contact(scene, row, asked.region, language)
            if contact is not None and not any(set(contact.phones) & set(c.phones) for c in found):
                found.append(contact)
        return tuple(found)

    def _contact(self, scene: Scene, row: _Row, region: str, language: Language) -> Contact | None:
        every = (line for key in scene.keys for line in self._lines(key))
        lines = [(line, scene.sources[line.passage.key]) for line in every]
        lines = [(line, source) for line, source in lines if _fits(row, line, source, region)]
        ranked = sorted(
            lines,
            key=lambda one: (AUTHORITIES.index(one[1].authority), not _tty(one[0].text), not _SITE.search(one[0].text)),
        )
        for line, _ in ranked:
            document = scene.engines.catalog.document(line.passage.key)
            lead = lead_in(document, line.span)
            quote = quote_of(scene.engines, scene.sources, line.passage, line.span, lead)
            if gated([quote], lambda key: scene.engines.catalog.document(key).text):
                name = phrase(f"contacts.{row.id}", language, region=region)
                site = _SITE.search(line.text)
                return Contact(
                    row.id, name, _phones(line.text), _tty(line.text), site.group() if site else "",
                    region if row.by_region else "", quote,
                )  # fmt: skip
        return None

    def _read_lines(self, key: str) -> tuple[_Line, ...]:
        """The sentences of a document with a telephone number or a web address, in text order."""
        found = []
        for passage in self._differ.passages(key):
            if passage.kind != "body" or not (_PHONE.search(passage.text) or _SITE.search(passage.text)):
                continue
            for first, last in sentences(passage.text):
                text = passage.text[first:last]
                if _PHONE.search(text) or _SITE.search(text):
                    span = (passage.span[0] + first, passage.span[0] + last)
                    found.append(_Line(passage, span, text, plain(f"{text} | {passage.label}")))
        return tuple(found)


def _fits(row: _Row, line: _Line, source: Source, region: str) -> bool:
    if (row.own and source.authority != "contract") or row.never.search(line.around):
        return False
    if not (_phones(line.text) or row.site):
        return False
    if row.by_region:
        return re.match(rf"[-*\s|]*{re.escape(region)}\b[^:|]*[:|]", line.text) is not None and all(
            p.search(line.around) for p in row.says
        )
    own = plain(line.text)
    return all(pattern.search(own) for pattern in row.says)


def _phones(text: str) -> tuple[str, ...]:
    """The telephone numbers of a sentence that are not TTY numbers."""
    tty = _tty(text)
    return tuple(dict.fromkeys(m.group() for m in _PHONE.finditer(text) if m.group() != tty))


def _tty(text: str) -> str:
    match = _TTY.search(text)
    return (match[1] or match[2]) if match else ""
