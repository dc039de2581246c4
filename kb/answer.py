"""Evidence to an answer: quotes by tier with a one-line lead, or an abstention that says why.

No language model: the words shown are the sources' own, but for the headings, the lead and the notices below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from kb.evidence import Evidence
from kb.gate import gated, numbered
from kb.labels import find_citations
from kb.law import is_old
from kb.phrases import Language, in_language, phrase
from kb.search import Cited, Engines
from kb.standing import note_words
from kb.types import AUTHORITIES, Authority, Document, Hit, Notice, Passage, Quote, Reason, Section, Source, Span
from kb.units import units, without_heading

_SHARES: Mapping[Authority, float] = {"law": 0.75, "digest": 0.85, "contract": 0.55, "agency": 0.95, "guide": 0.95}
"""Of the best score overall: a tier whose best sentence is weaker is not shown.

Law binds, so it stands beside a guide that speaks in words nearer to the question's; a contract is there because its
reader chose the plan.
"""

_STRONG = 0.9  # of the best score overall
_OFFICIAL_SHARE = 0.7  # where our summary speaks of a section whose official text is here, the text goes with it


def sections(engines: Engines, evidence: Sequence[Evidence], sources: dict[str, Source]) -> tuple[Section, ...]:
    """The tiers that speak to the question, highest rank first, each with at most three gated quotes."""
    if not evidence:
        return ()
    best = max(e.score for e in evidence)
    shares = dict(_SHARES)
    if _summarises_held_law(engines, [e for e in evidence if e.score >= _STRONG * best], sources):
        shares["law"] = _OFFICIAL_SHARE
    tiers: list[tuple[Authority, list[Quote]]] = []
    for authority, share in shares.items():
        ranked = [e for e in evidence if sources[e.passage.key].authority == authority]
        if ranked and ranked[0].score >= share * best:
            quoted = units(engines, ranked, whole=authority == "law")
            tiers.append(
                (authority, [quote_of(engines, sources, u.passage, u.span, u.lead_in, u.core) for u in quoted])
            )
    return _numbered_sections(engines, tiers)


def _summarises_held_law(engines: Engines, strong: Sequence[Evidence], sources: dict[str, Source]) -> bool:
    """Whether a strong sentence of our own summary says which section it is on, and that section is here."""
    labels = {e.passage.label.partition("(on ")[2] for e in strong if sources[e.passage.key].authority == "digest"}
    cited = (citation for label in labels if label for citation in find_citations(label))
    return any(engines.law.resolve(citation).label is not None for citation in cited)


def cited_sections(engines: Engines, passages: Sequence[Passage], sources: dict[str, Source]) -> tuple[Section, ...]:
    """The passages at a citation, whole, by tier: what an advocate asked to read."""
    tiers: list[tuple[Authority, list[Quote]]] = []
    for authority in AUTHORITIES:
        here = [p for p in passages if sources[p.key].authority == authority]
        spans = [(p, without_heading(engines.catalog.document(p.key), p.span)) for p in here]
        quotes = [quote_of(engines, sources, p, span, p.lead_in) for p, span in _joined(spans)]
        tiers.append((authority, quotes))
    return _numbered_sections(engines, [(authority, quotes) for authority, quotes in tiers if quotes])


def _numbered_sections(engines: Engines, tiers: Sequence[tuple[Authority, list[Quote]]]) -> tuple[Section, ...]:
    texts = {key: engines.catalog.document(key).text for _, quotes in tiers for key in {q.key for q in quotes}}
    marked = iter(numbered(quote for _, quotes in tiers for quote in gated(quotes, texts.__getitem__)))
    result = []
    for authority, quotes in tiers:
        kept = tuple(next(marked) for _ in gated(quotes, texts.__getitem__))
        if kept:
            result.append(Section(authority, heading(authority, kept), kept))
    return tuple(result)


def heading(authority: Authority, quotes: Sequence[Quote], language: Language = "en") -> str:
    """The heading of a tier with these quotes."""
    is_sample = authority == "contract" and all(quote.sample for quote in quotes)
    return phrase(f"headings.{'sample' if is_sample else authority}", language)


def _joined(spans: Sequence[tuple[Passage, Span]]) -> list[tuple[Passage, Span]]:
    """Neighbouring spans with one label as one span."""
    out: list[tuple[Passage, Span]] = []
    for passage, span in spans:
        if out and out[-1][0].key == passage.key and out[-1][0].label == passage.label and span[0] - out[-1][1][1] <= 2:
            out[-1] = (out[-1][0], (out[-1][1][0], span[1]))
        else:
            out.append((passage, span))
    return out


def quote_of(
    engines: Engines,
    sources: dict[str, Source],
    passage: Passage,
    span: Span,
    lead_in: Span | None,
    core: tuple[Span, ...] = (),
) -> Quote:
    """The quote of `span`; see `quote_at`."""
    quote = quote_at(engines.catalog.document(passage.key), sources[passage.key], passage, span, lead_in)
    return replace(quote, core=core)


def quote_at(document: Document, source: Source, passage: Passage, span: Span, lead_in: Span | None) -> Quote:
    """The quote of `span`, labelled, paged and linked by where it begins; not yet gated or numbered."""
    pages, printed = pages_of(document, span)
    return Quote(
        n=0,
        doc_id=passage.doc_id,
        version=passage.version,
        title=source.title,
        authority=source.authority,
        label=passage.label,
        span=span,
        text=document.text[slice(*span)],
        pages=pages,
        printed_page=printed,
        url=passage.url or source.url,
        edition=source.edition,
        plan=source.plan,
        sample=source.sample,
        lead_in=lead_in,
        lead_in_text=document.text[slice(*lead_in)] if lead_in else "",
    )


def pages_of(document: Document, span: Span) -> tuple[tuple[int, int] | None, str]:
    """First and last page number that `span` stands on, and the printed number of the first; (None, "") if unpaged."""
    if not document.pages:
        return None, ""
    first = max(
        (p for p in document.pages if p.start <= span[0]), key=lambda p: (p.start, p.number), default=document.pages[0]
    )
    last = max((p for p in document.pages if p.start < span[1]), key=lambda p: (p.start, p.number), default=first)
    return (first.number, max(first.number, last.number)), first.printed


def lead(found: Sequence[Section], language: Language = "en") -> str:
    """One line that points to the strongest quote. It names no figure: a figure without its conditions misleads."""
    quotes = [quote for section in found for quote in section.quotes]
    closest = phrase("answer.closest", language, place=place(quotes[0], language))
    return f"{closest} {_others(quotes, language)}" if len(quotes) > 1 else closest


def _others(quotes: Sequence[Quote], language: Language) -> str:
    more = len({(q.doc_id, q.label) for q in quotes[1:]})
    return phrase("answer.place_more" if more == 1 else "answer.places_more", language, count=more)


def place(quote: Quote, language: Language = "en") -> str:
    """Where a quote stands, in words: its citation, or its title, heading and page."""
    if quote.authority == "law":
        return quote.label
    page = phrase("answer.page", language, page=quote.printed_page or quote.pages[0]) if quote.pages else ""
    title = phrase("answer.our_summary", language) if quote.authority == "digest" else quote.title
    heading = quote.label.split(" > ")[-1]
    return f"{title}, \u201c{heading}\u201d{page}" if heading != quote.title else f"{title}{page}"


def lost_citations(cited: Sequence[Cited], hits: Sequence[Hit], language: Language = "en") -> list[str]:
    """A sentence for each citation of the question that leads nowhere here."""
    found = any(hit.retriever == "citation" for hit in hits)
    return [
        in_language(c.reason, language)
        for c in cited
        if c.label is None and not (found and c.status == "unknown_section")
    ]


def refusal(reason: Reason, cited: Sequence[Cited] = (), language: Language = "en") -> str:
    """The line shown when nothing is quoted; for a citation that leads nowhere, why, and what is near it."""
    if reason == "not_a_question":
        return phrase("answer.no_question", language)
    lost = next((c for c in cited if c.label is None), None)
    if lost is None:
        return phrase("answer.not_here", language)
    why = in_language(lost.reason, language)
    if not lost.candidates:
        return why
    return f"{why} {phrase('answer.near', language, labels=', '.join(lost.candidates[:12]))}"


def notices(
    found: Sequence[Section],
    sources: dict[str, Source],
    urgent: Notice | None,
    of_editions: Sequence[Notice] = (),
    language: Language = "en",
) -> tuple[Notice, ...]:
    """What the reader must know beside the quotes, the most pressing first."""
    result = [*([urgent] if urgent else []), *of_editions]
    quotes = [quote for section in found for quote in section.quotes]
    law = {(q.key, q.label.partition("(")[0]): sources[q.key] for q in quotes if q.authority == "law"}
    for (_, label), source in law.items():
        if text := _how_old(source, date.today(), language):
            result.append(Notice("check_official", f"{label}: {text} {source.url}".strip()))
    if any(q.sample for q in quotes):
        result.append(Notice("sample_plan", phrase("answer.sample_plan", language)))
    result.append(Notice("not_legal_advice", phrase("answer.not_legal_advice", language)))
    return tuple(result)


def _how_old(source: Source, today: date, language: Language) -> str:
    """What to say of the age of a text of law; "" where it was read within a year."""
    read = source.retrieved or source.written
    if not is_old(source, today):
        return ""
    if read is None:
        return note_words(source.note, language) or phrase("answer.compare", language)
    return phrase("answer.old", language, day=read.isoformat())
