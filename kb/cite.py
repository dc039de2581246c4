"""A citation to the exact text: the subdivision with its lead-in, its neighbours and its cross-references."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.catalog import Catalog
from kb.labels import canonical_label, find_citations, parse_citation
from kb.resolve import Resolution, resolve
from kb.types import Document, OutlineEntry, Source, Span


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation that stands inside a text: its words, their span in the document, and the label here, if any."""

    text: str
    span: Span
    label: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Cited:
    """The text at a citation. `lead_ins` are the words that introduce it, outermost first, as (label, span, text)."""

    label: str
    source: Source
    key: str
    span: Span
    text: str
    lead_ins: tuple[tuple[str, Span, str], ...]
    children: tuple[str, ...]
    previous: str
    following: str
    references: tuple[Reference, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a written citation means here: the texts found, or why there are none and what is near."""

    status: str
    reason: str
    candidates: tuple[str, ...]
    found: tuple[Cited, ...]


def look_up(catalog: Catalog, text: str) -> Lookup:
    """The exact text at the citation (or citations) written in `text`. No index and no model is opened."""
    whole = parse_citation(text)
    citations = (whole,) if whole is not None else find_citations(text)
    if not citations:
        return Lookup(
            "not_a_citation", f"no citation was found in {text[:80]!r}; write for example HSC 1383.15(c)", (), ()
        )
    labels = catalog.labels()
    found: dict[tuple[str, str], Cited] = {}
    lost: list[Resolution] = []
    for citation in citations:
        resolution = resolve(citation, labels.keys())
        if resolution.label is None:
            lost.append(resolution)
            continue
        for key in labels[resolution.label]:
            for label in _range(catalog, key, resolution):
                found.setdefault((key, label), cited_text(catalog, key, label))
    reason = " ".join(dict.fromkeys(resolution.reason for resolution in lost))
    near = tuple(dict.fromkeys(label for resolution in lost for label in resolution.candidates))
    return Lookup("found" if found else lost[0].status, reason, near, tuple(found.values()))


def _range(catalog: Catalog, key: str, resolution: Resolution) -> list[str]:
    """The label found, and where the citation is a range whose end is held, those of its level up to the end."""
    first = str(resolution.label)
    outline = catalog.outline(key)
    places = {entry.label: (index, entry.level) for index, entry in enumerate(outline)}
    if len(resolution.candidates) != 1 or resolution.candidates[0] not in places:
        return [first]
    (start, level), (end, last_level) = places[first], places[resolution.candidates[0]]
    if level != last_level or end < start:
        return [first]
    return [entry.label for entry in outline[start : end + 1] if entry.level == level]


def cited_text(catalog: Catalog, key: str, label: str) -> Cited:
    """The stretch of document version `key` that bears `label`, which must exist there."""
    document, source = catalog.document(key), catalog.generation().sources[key]
    index = next(n for n, entry in enumerate(document.outline) if entry.label == label)
    entry = document.outline[index]
    span = (entry.span[0], entry.span[0] + len(document.text[slice(*entry.span)].rstrip()))
    peers = _peers(document.outline, entry)
    place = next(n for n, peer in enumerate(peers) if peer.label == label)
    return Cited(
        label=label,
        source=source,
        key=key,
        span=span,
        text=document.text[slice(*span)],
        lead_ins=_lead_ins(document, entry),
        children=tuple(e.label for e in document.outline if e.level == entry.level + 1 and _inside(e, entry)),
        previous=peers[place - 1].label if place else "",
        following=peers[place + 1].label if place + 1 < len(peers) else "",
        references=references_in(catalog, document, span),
        url=entry.url or source.url,
    )


def _inside(inner: OutlineEntry, outer: OutlineEntry) -> bool:
    return inner is not outer and outer.span[0] <= inner.span[0] and inner.span[1] <= outer.span[1]


def _peers(outline: Sequence[OutlineEntry], entry: OutlineEntry) -> list[OutlineEntry]:
    """Entries of the same level under the same parent, in order."""
    around = [e for e in outline if e.level == entry.level - 1 and _inside(entry, e)]
    same = [e for e in outline if e.level == entry.level]
    return [e for e in same if not around or _inside(e, around[0])]


def _lead_ins(document: Document, entry: OutlineEntry) -> tuple[tuple[str, Span, str], ...]:
    above = [e for e in document.outline if e.lead_in is not None and _inside(entry, e)]
    return tuple((e.label, e.lead_in, document.text[slice(*e.lead_in)]) for e in above if e.lead_in is not None)


def references_in(catalog: Catalog, document: Document, span: Span) -> tuple[Reference, ...]:
    """The citations written inside `span` of a document, each with its label here where the text is held."""
    labels = catalog.labels().keys()
    words = document.text[slice(*span)]
    home = parse_citation(catalog.generation().sources[document.key].citation)
    found = []
    for citation in find_citations(words):
        if not citation.authority and home is not None:  # "Section 1368.02" in a section means its own code
            citation = replace(citation, authority=home.authority)
        resolution = resolve(citation, labels)
        place = (span[0] + citation.span[0], span[0] + citation.span[1])
        label = resolution.label or canonical_label(citation)
        found.append(Reference(words[slice(*citation.span)], place, label, resolution.label is not None))
    return tuple(found)
