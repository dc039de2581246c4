"""What guides, agencies, contracts and our summaries say about a text of law: by citation, and on the same subject."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kb.answer import quote_of
from kb.catalog import Catalog, Vectors
from kb.cite import Cited
from kb.gate import stands
from kb.labels import Citation, Path, find_citations, parse_citation
from kb.law import Law, order_of
from kb.scope import plans, scope
from kb.search import Engines
from kb.sentences import embedded_sentence, sentences
from kb.types import AUTHORITIES, Filters, Passage, Quote, Span

NEAR = 0.58
"""Least cosine of a sentence and the text of law that it is said to be on the subject of.

Measured on the bundled corpus (2026-11-22): for the subdivisions of HSC 1383.15 what lies above speaks of the same
matter, but for a few; sentences on other matters of health plans reach 0.56, on other matters at all 0.43.
"""

NEAR_PASSAGE = 0.5
"""Least cosine of the passage that such a sentence stands in, so that a sentence is not near by its words alone."""

PER_GROUP, NEAR_PER_GROUP = 3, 2
"""Quotes of one rank and plan that are given: of those that cite the text, and of those on the same subject."""

_PASSAGES = 8  # of the text in focus that are searched with
_POOL = 12  # passages of each rank whose sentences are weighed


@dataclass(frozen=True, slots=True)
class About:
    """Quotes from documents that are not law: those that cite the text, and others on the same subject.

    Both have the highest rank first. `further` counts the citing sentences that are left out.
    """

    citing: tuple[Quote, ...] = ()
    near: tuple[Quote, ...] = ()
    further: int = 0


def about(engines: Engines, cited: Cited, day: date | None = None) -> About:
    """What the documents in force on `day` (today) say about the text at a citation, each in one sentence, verbatim.

    Of each plan's contract the edition of that day is read, whether or not the reader chose the plan: label it.
    """
    keys = _keys(engines.catalog, day or date.today())
    citing = list(_citing(engines, cited, keys))
    first, further = _some(engines.catalog, citing, PER_GROUP)
    told = {(quote.key, quote.label) for quote in citing}
    near = [quote for quote in _near(engines, cited, keys) if (quote.key, quote.label) not in told]
    return About(tuple(first), tuple(_some(engines.catalog, near, NEAR_PER_GROUP)[0]), further)


def _keys(catalog: Catalog, day: date) -> list[str]:
    """The documents that are not law and in force on `day`; of each plan one edition."""
    generation = catalog.generation()
    found = list(scope(generation, Filters(as_of=day), "", day).keys)
    for plan in plans(generation.sources.values()):
        found += scope(generation, Filters(plan=plan, as_of=day), "", day).keys
    return [key for key in dict.fromkeys(found) if generation.sources[key].authority != "law"]


def _some(catalog: Catalog, quotes: Iterable[Quote], each: int) -> tuple[list[Quote], int]:
    """The first `each` of every rank and plan that stand verbatim, by rank, and how many more there are.

    What several documents say in the same words is given once.
    """
    groups: dict[tuple[int, str], list[Quote]] = {}
    for quote in quotes:
        group = groups.setdefault((AUTHORITIES.index(quote.authority), quote.plan), [])
        new = all(quote.text != other.text for other in group)
        if new and stands(quote, catalog.document(quote.key).text):
            group.append(quote)
    shown = [quote for _, group in sorted(groups.items()) for quote in group[:each]]
    return shown, sum(map(len, groups.values())) - len(shown)


def _citing(engines: Engines, cited: Cited, keys: Sequence[str]) -> Iterator[Quote]:
    """One quote for each passage that cites the text: those that cite exactly it first, then parts, then the whole."""
    focus = parse_citation(cited.label)
    if focus is None:
        return
    found = []
    for passage in _naming(engines.catalog, focus.section, keys):
        places = list(_places(engines.law, passage, focus))
        if places:
            found.append((*min(places), passage))
    sources = engines.catalog.generation().sources
    for _, span, passage in sorted(found, key=lambda row: row[0]):
        yield quote_of(engines, sources, passage, span, passage.lead_in)


def _naming(catalog: Catalog, number: str, keys: Sequence[str]) -> list[Passage]:
    """The passages of documents `keys` in whose words, or in whose source line, the section's number stands."""
    marks = ",".join("?" * len(keys))
    rows = catalog.rows(
        f"SELECT passage_id FROM passage WHERE kind = 'body' AND key IN ({marks})"
        " AND (instr(text, ?) > 0 OR instr(label, ?) > 0) ORDER BY key, ordinal",
        [*keys, number, number],
    )
    return list(catalog.passages_by_id([row[0] for row in rows]).values())


def _places(law: Law, passage: Passage, focus: Citation) -> Iterator[tuple[int, Span]]:
    """(how near, span of the sentence) of each citation in a passage that is about `focus`; spans in the document.

    A source line ("... (on HSC 1368)") speaks of the passage as a whole: its first sentence stands for it.
    """
    begin = passage.span[0]
    said = [(start, end) for start, end in sentences(passage.text) if not _is_heading(passage, passage.text[start:end])]
    for citation in find_citations(passage.text):
        fit = _fit(law, citation, focus)
        inside = [span for span in said if span[0] <= citation.span[0] < span[1]]
        if fit is not None and inside:
            yield fit, (begin + inside[0][0], begin + inside[0][1])
    for citation in find_citations(passage.label.partition("(on ")[2]):
        fit = _fit(law, citation, focus)
        if fit is not None and said:
            yield fit, (begin + said[0][0], begin + said[0][1])


def _is_heading(passage: Passage, words: str) -> bool:
    """Whether `words` are the heading that the passage stands under, which its text begins with."""
    return passage.label.split(" > ")[-1].startswith(words)


def _fit(law: Law, citation: Citation, focus: Citation) -> int | None:
    """How near a citation is to the text in focus: 0 it itself, 1 in it, 2 around it; None where it is elsewhere."""
    if not citation.authority:
        label = law.resolve(citation).label
        citation = parse_citation(label) or citation if label else citation
    if citation.authority != focus.authority:
        return None
    if citation.through:
        low, here, high = (
            order_of(f"{focus.authority} {n}") for n in (citation.section, focus.section, citation.through)
        )
        return 2 if low <= here <= high else None
    if citation.section != focus.section:
        return None
    return _fit_of_paths(citation.path, citation.path_through, focus.path)


def _fit_of_paths(path: Path, through: Path, focus: Path) -> int | None:
    """The same among the subdivisions of one section; `path` to `through` may be a range of neighbours."""
    if through and len(focus) >= len(path):
        level = len(path) - 1
        first, here, last = ((len(p[level]), p[level]) for p in (path, focus, through))
        return 2 if path[:level] == focus[:level] and first <= here <= last else None
    shared = min(len(focus), len(path))
    if focus[:shared] != path[:shared]:
        return None
    return 0 if path == focus else 1 if len(path) > len(focus) else 2


def _near(engines: Engines, cited: Cited, keys: Sequence[str]) -> list[Quote]:
    """The nearest sentence of each passage on the subject of the text in focus, nearest first."""
    catalog, sources = engines.catalog, engines.catalog.generation().sources
    inside = [p for p in catalog.passages(cited.key) if cited.span[0] <= p.span[0] < cited.span[1] and p.kind == "body"]
    texts = catalog.embedded_texts([p.passage_id for p in inside[:_PASSAGES]])
    vectors = list(engines.embedded.vectors(list(texts.values())).values())
    found: dict[str, tuple[float, Quote]] = {}
    for vector in vectors:
        for authority in AUTHORITIES[1:]:
            ranked = [key for key in keys if sources[key].authority == authority]
            near = [row for row, cosine in engines.dense.search(vector, ranked, _POOL) if cosine >= NEAR_PASSAGE]
            for passage in catalog.passages_by_id(near).values():
                cosine, span = _nearest(engines, passage, vector)
                if cosine >= NEAR and cosine > found.get(passage.passage_id, (0.0,))[0]:
                    quote = quote_of(engines, sources, passage, span, passage.lead_in)
                    found[passage.passage_id] = (cosine, quote)
    return [quote for _, quote in sorted(found.values(), key=lambda row: -row[0])]


def _nearest(engines: Engines, passage: Passage, vector: Vectors) -> tuple[float, Span]:
    """The cosine and the span, in the document, of the sentence of a passage that is nearest to `vector`.

    Headings, and words that only introduce a list, say nothing by themselves.
    """
    words = {span: passage.text[slice(*span)] for span in sentences(passage.text)}
    said = {span: text for span, text in words.items() if not _is_heading(passage, text) and text[-1] != ":"}
    texts = {span: embedded_sentence(passage.label, text) for span, text in said.items()}
    vectors = engines.embedded.sentence_vectors(list(texts.values()))
    cosines = {span: float(vectors[text] @ vector) for span, text in texts.items() if text in vectors}
    if not cosines:
        return 0.0, passage.span
    best = max(cosines, key=lambda span: (cosines[span], -span[0]))
    return cosines[best], (passage.span[0] + best[0], passage.span[0] + best[1])
