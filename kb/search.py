"""Question to hits: an exact citation first, then dense and lexical search of the question and of the lexicon's words
for it, fused by convex combination and reordered by word pieces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from kb.catalog import Catalog, Vectors
from kb.dense import DenseIndex
from kb.embed import Embedder
from kb.embedded import Embedded
from kb.labels import Citation, canonical_label, find_citations, parse_citation
from kb.late import Tokens, lessened, scores
from kb.law import Law
from kb.lexical import LexicalIndex, stems
from kb.lexicon import expanded, translated
from kb.types import Hit, Passage, Span
from kb.weights import Weights

POOL = 100
"""Passages taken from each index before fusion."""

REORDERED = 100
"""Passages, the best after fusion, whose word pieces are compared with the question's."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation read from a question: the label it means here, or why it means none."""

    citation: Citation
    status: str
    label: str | None
    candidates: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives: hits best first, the citations read, and what answering uses again.

    `late` are the raw scores of word pieces by passage id; `stems` those of the question and of the lexicon's words
    for it; `own` those of the question alone, or of the English words that stand for one in Spanish; `translated` those
    of its words that the lexicon has others for.
    """

    hits: tuple[Hit, ...]
    cited: tuple[Cited, ...]
    question: Tokens
    stems: tuple[str, ...]
    late: Mapping[str, float]
    own: tuple[str, ...] = ()
    translated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Engines:
    """The open indexes of one generation."""

    catalog: Catalog
    law: Law
    dense: DenseIndex
    lexical: LexicalIndex
    embedder: Embedder
    embedded: Embedded


def search(
    engines: Engines, question: str, keys: Sequence[str], k: int, weights: Weights, day: date | None = None
) -> Found:
    """The `k` best passages of the document versions `keys` for `question`, cited ones first.

    Of law only what is in force on `day` (today). Ties are broken by passage id. A question without a word gives no
    hits.
    """
    hidden = engines.law.hidden(day or date.today())
    cited = read_citations(engines.law, question)
    exact = [p for p in _exact_hits(engines.catalog, cited, keys) if _is_shown(p, hidden)]
    full = expanded(question) if weights.lexicon else question
    words = stems(full)
    added = len(question) if full.startswith(question) else len(full)
    asked = lessened(engines.embedder.embed_tokens([full])[0], added, weights.lexicon)
    if only_citations(question):
        return Found(_ranked(exact, {}, k, {}), cited, asked, tuple(words), {})
    words_only = engines.catalog.generation().words_only
    cosines = dict(engines.dense.search(asked.vector, [key for key in keys if key not in words_only], POOL))
    bm25 = dict(engines.lexical.search(words, keys, POOL))
    rows = list(dict.fromkeys([*bm25, *cosines]))
    passages = engines.catalog.passages_by_id(rows)
    found = [passages[row] for row in rows if row in passages]
    pool = {passage.passage_id: passage for passage in found if _is_shown(passage, hidden)}
    fused = _fuse(engines, asked.vector, pool, cosines, bm25, weights)
    late = _late(engines, asked, fused)
    hits = _ranked(exact, _reorder(fused, late, weights), k, pool)
    own = tuple(stems(question if full.startswith(question) else full))
    return Found(hits, cited, asked, tuple(words), late, own, frozenset(stems(translated(question))))


def _is_shown(passage: Passage, hidden: Mapping[str, Sequence[Span]]) -> bool:
    """Whether a passage stands in no section that another version outranks."""
    return not any(start <= passage.span[0] < end for start, end in hidden.get(passage.key, ()))


def read_citations(law: Law, question: str) -> tuple[Cited, ...]:
    """Every citation in `question`, resolved against the law that is held."""
    whole = parse_citation(question) if only_citations(question) else None
    citations = (whole,) if whole is not None else find_citations(question)
    found = []
    for citation in {(c.authority, c.section, c.path, c.through, c.path_through): c for c in citations}.values():
        resolution = law.resolve(citation)
        found.append(Cited(citation, resolution.status, resolution.label, resolution.candidates, resolution.reason))
    return tuple(found)


def only_citations(question: str) -> bool:
    """Whether `question` is a citation and nothing else. A lone number without a point ("911") is not taken for one."""
    whole = parse_citation(question)
    return whole is not None and bool(whole.authority or whole.path or "." in whole.section)


def _exact_hits(catalog: Catalog, cited: Sequence[Cited], keys: Sequence[str]) -> list[Passage]:
    """The passages at the cited places, in citation order; for a section that is not here, our digests of it."""
    allowed = set(keys)
    found: list[Passage] = []
    for item in cited:
        if item.label is not None:
            found += [p for p in catalog.passages_at(item.label) if p.key in allowed]
        elif item.status == "unknown_section":
            section = canonical_label(item.citation).split("(")[0]
            found += [p for p in catalog.passages_about(section) if p.key in allowed]
    return list({passage.passage_id: passage for passage in found}.values())


def _fuse(
    engines: Engines,
    vector: Vectors,
    pool: Mapping[str, Passage],
    cosines: dict[str, float],
    bm25: dict[str, float],
    weights: Weights,
) -> dict[str, float]:
    """Score of every passage of `pool`: a weighted sum of dense and BM25 scores."""
    ids = sorted(pool)
    if not ids:
        return {}
    absent = [row for row in bm25 if row in pool and row not in cosines]
    texts = engines.catalog.embedded_texts(absent)
    known = engines.embedded.vectors([texts[row] for row in absent])
    cosines = cosines | {row: float(known[texts[row]] @ vector) for row in absent if texts[row] in known}
    parts = (
        (weights.dense, np.array([cosines.get(row, 0.0) for row in ids])),
        (weights.lexical, np.array([bm25.get(row, 0.0) for row in ids])),
    )
    total = np.zeros(len(ids))
    for weight, part in parts:
        total += weight * np.clip(part / max(float(part.max()), 1e-9), 0.0, 1.0)
    total /= sum(weight for weight, _ in parts)
    return dict(zip(ids, map(float, total), strict=True))


def _late(engines: Engines, asked: Tokens, fused: Mapping[str, float]) -> dict[str, float]:
    """Late-interaction score of the best passages after fusion, by passage id."""
    best = sorted(fused, key=lambda row: (-fused[row], row))[:REORDERED]
    texts = engines.catalog.embedded_texts(best)
    pieces = engines.embedded.tokens([texts[row] for row in best])
    rows = [row for row in best if texts.get(row) in pieces]
    return dict(zip(rows, scores(asked, [pieces[texts[row]][0] for row in rows]), strict=True))


def _reorder(fused: Mapping[str, float], late: Mapping[str, float], weights: Weights) -> dict[str, float]:
    """Scores in [0, 1] with the late score mixed in; a passage without one keeps its share of the others."""
    top = max(late.values(), default=1.0) or 1.0
    rest = weights.dense + weights.lexical
    return {
        row: (rest * value + weights.late * max(0.0, late.get(row, 0.0)) / top) / (rest + weights.late)
        for row, value in fused.items()
    }


def _ranked(
    exact: Sequence[Passage], scores: Mapping[str, float], k: int, pool: Mapping[str, Passage]
) -> tuple[Hit, ...]:
    """Hits: cited passages with score 1, then the others by score; each passage once."""
    hits = [Hit(passage, 1.0, rank, "citation") for rank, passage in enumerate(exact, 1)]
    first = {passage.passage_id for passage in exact}
    rest = sorted((row for row in scores if row not in first), key=lambda row: (-scores[row], row))[:k]
    for row in rest:
        hits.append(Hit(pool[row], round(min(scores[row], 1.0), 6), len(hits) + 1, "fused"))
    return tuple(hits[:k])
