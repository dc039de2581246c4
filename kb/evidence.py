"""Hits to evidence: which sentences of the passages found speak to the question, and how strongly.

A sentence is never rewritten: evidence is a span, with the span of the words that introduce it where it is a list
item or a table row.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.asks import facts_asked
from kb.lexical import LexicalIndex, stems
from kb.search import Engines, Found
from kb.sentences import embedded_sentence, sentences
from kb.types import Document, Hit, Passage, Span

_COSINE, _OVERLAP, _PASSAGE, _KIND = 0.45, 0.25, 0.22, 0.08
"""Weights of a sentence's score; the last is for holding a fact of the kind asked for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer. `score`, `cosine` and `overlap` are in [0, 1]; `lead_in` stands before it."""

    passage: Passage
    span: Span
    lead_in: Span | None
    score: float
    cosine: float
    overlap: float


def idf(lexical: LexicalIndex, words: Iterable[str]) -> dict[str, float]:
    """Inverse document frequency of stems (Robertson & Spärck Jones as BM25 uses it); unseen stems weigh most."""
    counts, size = lexical.frequencies(list(words)), lexical.size
    return {word: math.log(1 + (size - n + 0.5) / (n + 0.5)) for word, n in counts.items()}


def overlap(question: Mapping[str, float], words: Sequence[str]) -> float:
    """Share of the question's idf mass whose stems stand among `words`; 0 for a question without content words."""
    total = sum(question.values())
    there = set(words)
    return sum(weight for word, weight in question.items() if word in there) / total if total else 0.0


def evidence(engines: Engines, found: Found, question: str, hits: Sequence[Hit]) -> list[Evidence]:
    """The quotable sentences of `hits`, strongest first; ties by place."""
    weights = idf(engines.lexical, found.stems)
    wanted = facts_asked(question)
    documents = {key: engines.catalog.document(key) for key in {hit.passage.key for hit in hits}}
    places = [
        (hit, span)
        for hit in hits
        for start, end in sentences(hit.passage.text)
        for span in [(hit.passage.span[0] + start, hit.passage.span[0] + end)]
        if is_quotable(documents[hit.passage.key], span)
    ]
    texts = {embedded_sentence(h.passage.label, documents[h.passage.key].text[slice(*span)]) for h, span in places}
    vectors = engines.catalog.vectors(engines.embedder.model_id, texts)
    result = []
    for hit, span in places:
        document = documents[hit.passage.key]
        words = document.text[slice(*span)]
        vector = vectors.get(embedded_sentence(hit.passage.label, words))
        cosine = max(0.0, float(vector @ found.vector)) if vector is not None else 0.0
        lead = lead_in(document, span)
        around = document.text[slice(*lead)] if lead else ""
        shared = overlap(weights, stems(f"{hit.passage.label} {around} {words}"))
        fits = any(holds(words) for holds in wanted)
        score = _COSINE * cosine + _OVERLAP * shared + _PASSAGE * hit.score + _KIND * fits
        result.append(Evidence(hit.passage, span, lead, score, cosine, shared))
    return sorted(result, key=lambda e: (-e.score, e.passage.doc_id, e.span))


def is_quotable(document: Document, span: Span) -> bool:
    """Whether a sentence can stand as a quote: words enough; no heading, question, table header or lead-in alone."""
    words = document.text[slice(*span)]
    if len(re.findall(r"\w+", words)) < 4 or words.endswith(("?", ":")):
        return False
    for entry in document.outline:
        if entry.span[0] <= span[0] < entry.span[1]:
            if entry.heading and span[0] < entry.span[0] + len(entry.heading) and span[0] >= entry.span[0]:
                return False
            if entry.lead_in == span or entry.kind != "body":
                return False
    return True


def lead_in(document: Document, span: Span) -> Span | None:
    """The last sentence of the words that introduce the list item or table row at `span`, or None."""
    leads = [
        entry.lead_in
        for entry in document.outline
        if entry.lead_in is not None and entry.span[0] <= span[0] < entry.span[1] and entry.lead_in[1] <= span[0]
    ]
    if not leads:
        return None
    start, end = max(leads)
    last = sentences(document.text[start:end])[-1]
    return (start + last[0], start + last[1])
