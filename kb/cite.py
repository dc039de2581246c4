"""A citation to the exact text: the subdivision with its lead-in, its neighbours and its cross-references."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.catalog import Catalog
from kb.labels import canonical_label, find_citations, parse_citation
from kb.resolve import resolve
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
    found: list[Cited] = []
    last = resolve(citations[0], labels.keys())
    for citation in citations:
        resolution = resolve(citation, labels.keys())
        if resolution.label is None:
            last = resolution
            continue
        found += [cited_text(catalog, key, resolution.label) for key in labels[resolution.label]]
    if found:
        unique = {(c.key, c.label): c for c in found}
        return Lookup("found", "", (), tuple(unique.values()))
    return Lookup(last.status, last.reason, last.candidates, ())


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
    found = []
    for citation in find_citations(words):
        resolution = resolve(citation, labels)
        place = (span[0] + citation.span[0], span[0] + citation.span[1])
        label = resolution.label or canonical_label(citation)
        found.append(Reference(words[slice(*citation.span)], place, label, resolution.label is not None))
    return tuple(found)
