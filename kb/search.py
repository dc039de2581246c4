"""Question to hits: an exact citation first, then dense and lexical search fused by convex combination."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.catalog import Catalog, Vectors
from kb.dense import DenseIndex
from kb.embed import Embedder
from kb.labels import Citation, canonical_label, find_citations, parse_citation
from kb.late import Tokens, score, similarities
from kb.lexical import LexicalIndex, stems
from kb.resolve import resolve
from kb.types import Hit, Passage

POOL = 100
"""Passages taken from each index before fusion."""

REORDERED = 50
"""Passages, the best after fusion, whose word pieces are compared with the question's."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How the retrievers are mixed. Each score is divided by its best on this question before it is weighted.

    Only proportions count. Fusion uses the first three; reordering of its best adds `late`. Found on the development
    split of the question set.
    """

    dense: float = 0.3
    sentence: float = 0.3
    lexical: float = 0.1
    late: float = 1.0


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

    `late` are the raw scores of word pieces by passage id.
    """

    hits: tuple[Hit, ...]
    cited: tuple[Cited, ...]
    question: Tokens
    stems: tuple[str, ...]
    late: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Engines:
    """The open indexes of one generation."""

    catalog: Catalog
    dense: DenseIndex
    lexical: LexicalIndex
    embedder: Embedder


def search(engines: Engines, question: str, keys: Sequence[str], k: int, weights: Weights) -> Found:
    """The `k` best passages of the document versions `keys` for `question`, cited ones first.

    Ties are broken by passage id. A question without a word gives no hits.
    """
    cited = read_citations(engines.catalog, question)
    exact = _exact_hits(engines.catalog, cited, keys)
    words = stems(question)
    asked = engines.embedder.embed_tokens([question])[0]
    if only_citations(question):
        return Found(_ranked(exact, {}, k), cited, asked, tuple(words), {})
    cosines = dict(engines.dense.search(asked.vector, keys, POOL))
    bm25 = dict(engines.lexical.search(words, keys, POOL))
    fused = _fuse(engines, asked.vector, cosines, bm25, weights)
    late = _late(engines, asked, fused)
    hits = _ranked(exact, _reorder(fused, late, weights), k, engines.catalog)
    return Found(hits, cited, asked, tuple(words), late)


def read_citations(catalog: Catalog, question: str) -> tuple[Cited, ...]:
    """Every citation in `question`, resolved against the law that `catalog` holds."""
    whole = parse_citation(question) if only_citations(question) else None
    citations = (whole,) if whole is not None else find_citations(question)
    labels = catalog.labels().keys() if citations else ()
    found = []
    for citation in {(c.authority, c.section, c.path, c.through, c.path_through): c for c in citations}.values():
        resolution = resolve(citation, labels)
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
    engines: Engines, vector: Vectors, cosines: dict[str, float], bm25: dict[str, float], weights: Weights
) -> dict[str, float]:
    """Score of every passage that either index found: a weighted sum of dense, best-sentence and BM25 scores."""
    ids = sorted({*cosines, *bm25})
    if not ids:
        return {}
    catalog = engines.catalog
    absent = [row for row in ids if row not in cosines]
    cosines |= _cosines(catalog, engines.embedder.model_id, vector, catalog.embedded_texts(absent))
    best = best_sentences(engines, vector, list(catalog.passages_by_id(ids).values()))
    parts = (
        (weights.dense, np.array([cosines.get(row, 0.0) for row in ids])),
        (weights.sentence, np.array([best.get(row, 0.0) for row in ids])),
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
    pieces = engines.catalog.tokens(engines.embedder.token_model_id, texts.values())
    return {row: score(asked, similarities(asked, pieces[text][0])) for row, text in texts.items() if text in pieces}


def _reorder(fused: Mapping[str, float], late: Mapping[str, float], weights: Weights) -> dict[str, float]:
    """Scores in [0, 1] with the late score mixed in; a passage without one keeps its share of the others."""
    top = max(late.values(), default=1.0) or 1.0
    rest = weights.dense + weights.sentence + weights.lexical
    return {
        row: (rest * value + weights.late * max(0.0, late.get(row, 0.0)) / top) / (rest + weights.late)
        for row, value in fused.items()
    }


def best_sentences(engines: Engines, vector: Vectors, passages: Sequence[Passage]) -> dict[str, float]:
    """Passage id -> cosine of its best sentence with the question `vector`."""
    from kb.sentences import embedded_sentence, sentences

    texts = {p.passage_id: [embedded_sentence(p.label, p.text[a:b]) for a, b in sentences(p.text)] for p in passages}
    known = engines.catalog.vectors(engines.embedder.model_id, {t for found in texts.values() for t in found})
    scored = {text: float(v @ vector) for text, v in known.items()}
    return {row: max((scored.get(t, 0.0) for t in found), default=0.0) for row, found in texts.items()}


def _cosines(catalog: Catalog, model: str, vector: Vectors, texts: Mapping[str, str]) -> dict[str, float]:
    known = catalog.vectors(model, texts.values())
    return {row: float(known[text] @ vector) for row, text in texts.items() if text in known}


def _ranked(
    exact: Sequence[Passage], scores: Mapping[str, float], k: int, catalog: Catalog | None = None
) -> tuple[Hit, ...]:
    """Hits: cited passages with score 1, then the others by score; each passage once."""
    hits = [Hit(passage, 1.0, rank, "citation") for rank, passage in enumerate(exact, 1)]
    first = {passage.passage_id for passage in exact}
    rest = sorted((row for row in scores if row not in first), key=lambda row: (-scores[row], row))[:k]
    passages = catalog.passages_by_id(rest) if catalog is not None else {}
    for row in rest:
        if row in passages:
            hits.append(Hit(passages[row], round(min(scores[row], 1.0), 6), len(hits) + 1, "fused"))
    return tuple(hits[:k])
