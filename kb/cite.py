"""A citation to the exact text: the subdivision with its lead-in, its neighbours and its cross-references."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.catalog import Catalog
from kb.labels import Citation, canonical_label, find_citations, parse_citation
from kb.law import Held, Law, split_label
from kb.phrases import Language, Sentence, in_language
from kb.resolve import Resolution
from kb.types import Document, OutlineEntry, Provision, Source, Span


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation that stands inside a text: its words, their span in the document, and the label here, if any."""

    text: str
    span: Span
    label: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Cited:
    """The text at a citation. `lead_ins` are the words that introduce it, outermost first, as (label, span, text).

    `section` is the section it stands in, or None in a document that has none; `versions` are all that are held of
    that section, this one among them, latest first. `previous`, `following` are labels of the same depth, `parent` is
    that of the stretch around it.
    """

    label: str
    source: Source
    key: str
    span: Span
    text: str
    lead_ins: tuple[tuple[str, Span, str], ...]
    children: tuple[str, ...]
    parent: str
    previous: str
    following: str
    references: tuple[Reference, ...]
    url: str
    section: Provision | None = None
    versions: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a written citation means here: the texts found, or why there are none and what is near."""

    status: str
    reasons: tuple[str, ...]
    candidates: tuple[str, ...]
    found: tuple[Cited, ...]

    @property
    def reason(self) -> str:
        """The reasons in English."""
        return " ".join(self.reasons)

    def reason_in(self, language: Language) -> str:
        """The reasons in the reader's language."""
        return " ".join(in_language(reason, language) for reason in self.reasons)


def look_up(catalog: Catalog, text: str, day: date | None = None) -> Lookup:
    """The exact text at the citation (or citations) written in `text`, as in force on `day` (today).

    No index and no model is opened.
    """
    whole = parse_citation(text)
    citations = (whole,) if whole is not None else find_citations(text)
    if not citations:
        return Lookup("not_a_citation", (Sentence("resolve.no_citation", text=repr(text[:80])),), (), ())
    law, today = Law(catalog), day or date.today()
    found: dict[tuple[str, Span], Cited] = {}
    lost: list[Resolution] = []
    notes: list[str] = []
    for citation in citations:
        resolution = law.resolve(citation)
        if resolution.label is None:
            lost.append(resolution)
            continue
        for label in _range(catalog, law, resolution, today):
            texts = [it for held in law.in_force(label, today) if (it := cited_text(catalog, law, held, label))]
            if not texts:
                texts = [it for held in law.held(label) if (it := cited_text(catalog, law, held, label))][:1]
                notes.append(Sentence("resolve.other_version", label=label, day=today.isoformat()))
            found.update({(it.key, it.span): it for it in texts})
    reasons = tuple(dict.fromkeys([*(resolution.reason for resolution in lost), *notes]))
    near = tuple(dict.fromkeys(label for resolution in lost for label in resolution.candidates))
    return Lookup("found" if found else lost[0].status, reasons, near, tuple(found.values()))


def _range(catalog: Catalog, law: Law, resolution: Resolution, day: date) -> list[str]:
    """The label found, and where the citation is a range whose end is held, those of its level up to the end."""
    first = str(resolution.label)
    if len(resolution.candidates) != 1:
        return [first]
    last = resolution.candidates[0]
    (authority, low), (_, high) = split_label(first), split_label(last)
    if low != high:
        return law.between(authority, low, high)
    outline = catalog.outline(law.in_force(first, day)[0].key)
    places = {entry.label: (index, entry.level) for index, entry in enumerate(outline) if entry.kind == "body"}
    (start, level), (end, last_level) = places.get(first, (0, -1)), places.get(last, (0, -2))
    if level != last_level or end < start:
        return [first]
    return [entry.label for entry in outline[start : end + 1] if entry.level == level]


def cited_text(catalog: Catalog, law: Law, held: Held, label: str) -> Cited | None:
    """The stretch that bears `label` in a version of a section; None where this version has no such subdivision."""
    document, section = catalog.document(held.key), held.provision
    outline = [e for e in document.outline if e.kind == "body" and _within(e.span, section.span)]
    entry = next((e for e in outline if e.label == label), None)
    if entry is None:
        return None
    span = (entry.span[0], entry.span[0] + len(document.text[slice(*entry.span)].rstrip()))
    peers = _peers(outline, entry)
    place = next(n for n, peer in enumerate(peers) if peer.label == label)
    before = peers[place - 1].label if place else ""
    after = peers[place + 1].label if place + 1 < len(peers) else ""
    if entry.label == section.label:
        before, after = law.neighbours(label)
    return Cited(
        label=label,
        source=held.source,
        key=held.key,
        span=span,
        text=document.text[slice(*span)],
        lead_ins=_lead_ins(document, outline, entry),
        children=tuple(e.label for e in outline if e.level == entry.level + 1 and _inside(e, entry)),
        parent=max((e for e in outline if _inside(entry, e)), key=lambda e: e.level, default=entry).label,
        previous=before,
        following=after,
        references=references_in(catalog, document, span),
        url=entry.url or held.source.url,
        section=section,
        versions=law.held(section.label),
    )


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _inside(inner: OutlineEntry, outer: OutlineEntry) -> bool:
    return inner.level > outer.level and _within(inner.span, outer.span)


def _peers(outline: Sequence[OutlineEntry], entry: OutlineEntry) -> list[OutlineEntry]:
    """Entries of the same level under the same parent, in order."""
    around = [e for e in outline if e.level == entry.level - 1 and _inside(entry, e)]
    same = [e for e in outline if e.level == entry.level]
    return [e for e in same if not around or _inside(e, around[0])]


def _lead_ins(
    document: Document, outline: Sequence[OutlineEntry], entry: OutlineEntry
) -> tuple[tuple[str, Span, str], ...]:
    above = [e for e in outline if e.lead_in is not None and _inside(entry, e)]
    return tuple((e.label, e.lead_in, document.text[slice(*e.lead_in)]) for e in above if e.lead_in is not None)


_RELATIVE = re.compile(
    r"\b(?P<kind>subdivision|subsection|paragraph)s?\s+(?P<path>(?:\([A-Za-z0-9]{1,5}\))+)"
    r"(?:\s+of\s+(?:subdivision|subsection)\s+(?P<above>\([A-Za-z0-9]{1,5}\)))?"
    r"(?!\s+(?:of|in)\s+(?:[Ss]ection|\u00a7|Title|title))"
)


def references_in(catalog: Catalog, document: Document, span: Span) -> tuple[Reference, ...]:
    """The citations written inside `span` of a document, each with its label here where the text is held.

    "Section 1368.02" in a section means its own code, "subdivision (b)" its own section, and "paragraph (2)" its own
    subdivision, in the CFR its own section.
    """
    words, law = document.text[slice(*span)], Law(catalog)
    home = next((p.label for p in document.provisions if p.span[0] <= span[0] < p.span[1]), "")
    found: list[tuple[Span, Citation]] = []
    for citation in find_citations(words):
        if not citation.authority and home:
            citation = replace(citation, authority=split_label(home)[0])
        found.append((citation.span, citation))
    for match in _RELATIVE.finditer(words) if home else ():
        taken = any(start < match.end() and match.start() < end for (start, end), _ in found)
        near = None if taken else parse_citation(f"{home}{_above(document, span, match, home)}{match['path']}")
        if near is not None:
            found.append((match.span(), near))
    result = []
    for (start, end), citation in sorted(found, key=lambda one: one[0]):
        resolution = law.resolve(citation)
        label = resolution.label or canonical_label(citation)
        result.append(
            Reference(words[start:end], (span[0] + start, span[0] + end), label, resolution.label is not None)
        )
    return tuple(result)


def _above(document: Document, span: Span, match: re.Match[str], home: str) -> str:
    """The subdivision that a paragraph named without one belongs to; "" for what is counted from the section."""
    if match["above"]:
        return match["above"]
    if match["kind"] != "paragraph" or " CFR " in f" {home} ":
        return ""
    place = span[0] + match.start()
    inside = [e for e in document.outline if e.span[0] <= place < e.span[1] and e.label.startswith(f"{home}(")]
    innermost = max(inside, key=lambda e: len(e.label), default=None)
    return "" if innermost is None else innermost.label[len(home) :].partition(")")[0] + ")"
