"""Hits to evidence: which sentences of the passages found speak to the question, and how strongly.

A sentence is never rewritten: evidence is a span, with the span of the words that introduce it where it is a list
item or a table row.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.late import Array, Offsets, Tokens, score_within, similarities
from kb.lexical import LexicalIndex, stems
from kb.schema import damaged
from kb.search import Engines, Found
from kb.sentences import ROW, embedded_sentence, sentences
from kb.types import Document, Hit, Passage, Span
from kb.weights import SentenceWeights

_MIX = SentenceWeights()

_LIST = 0.92
"""What the late score of a list counts: more words meet more of any question."""

_FIRST = 3  # sentences that may have all words of a question
_OF_ASKING = frozenset(
    "much mani long soon fast quick cost price pay owe charg day time hour number call phone tell say mean".split()
)
_OF_TALK = _OF_ASKING | frozenset(
    "amount high low big year yearli month see get need want know ask use thing way".split()
)
"""Words, as stems, that are about any matter: that no document has them says nothing."""

_SHORT, _LARGE = 6, 500

LIST_LIMIT = 900
"""Characters of a list that is quoted whole."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence or short list that may answer. `lead_in` stands before it.

    `score` and its parts are in [0, 1]: cosine of the sentence alone, late interaction with it in its passage, and the
    share of the question's words that it has.
    """

    passage: Passage
    span: Span
    lead_in: Span | None
    score: float
    cosine: float
    late: float
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


def evidence(engines: Engines, found: Found, hits: Sequence[Hit], mix: SentenceWeights = _MIX) -> list[Evidence]:
    """The quotable sentences and short lists of `hits`, strongest first; ties by place.

    Raises IndexNotReady where a passage is not the text of its document: its sentences would be cut at wrong places.
    """
    weights = idf(engines.lexical, found.stems)
    passages = [hit.passage for hit in hits]
    documents = {key: engines.catalog.document(key) for key in {passage.key for passage in passages}}
    for passage in passages:
        if documents[passage.key].text[slice(*passage.span)] != passage.text:
            raise damaged(engines.catalog.folder, f"the text of the passage {passage.passage_id} is not its document's")
    readers = _readers(engines, found.question, passages)
    cosines = _sentence_cosines(engines, found.question, passages)
    result = []
    for hit in hits:
        document = documents[hit.passage.key]
        for span in [*_sentence_spans(document, hit.passage), *_lists(document, hit.passage)]:
            words = document.text[slice(*span)]
            cosine = max((cosines.get((hit.passage.label, w), 0.0) for w in words.split("\n")), default=0.0)
            late = readers[hit.passage.passage_id](span) * (_LIST if "\n" in words else 1.0)
            lead = lead_in(document, span)
            around = document.text[slice(*lead)] if lead else ""
            shared = overlap(weights, stems(f"{hit.passage.label} {around} {words}"))
            score = mix.cosine * cosine + mix.late * late + mix.overlap * shared + mix.passage * hit.score
            result.append(Evidence(hit.passage, span, lead, score, cosine, late, shared))
    return sorted(result, key=lambda e: (-e.score, e.passage.doc_id, e.span))


def has_all_words(engines: Engines, found: Found, best_first: Sequence[Evidence]) -> bool:
    """Whether one of the first sentences, with its heading and lead-in, has every content word of the question.

    Words that say what kind of fact is asked for ("how much", "what number") are no content.
    """
    asked = set(found.own) - _OF_ASKING
    for e in best_first[:_FIRST] if asked else ():
        text = engines.catalog.document(e.passage.key).text
        around = text[slice(*e.lead_in)] if e.lead_in else ""
        if asked <= set(stems(f"{e.passage.label} {around} {text[slice(*e.span)]}")):
            return True
    return False


def strangeness(engines: Engines, found: Found) -> float:
    """Share of the words that say what a question is about that stand in no document, misspellings forgiven.

    A word that the lexicon has others for is not strange. 0 for a question of more than six such words: a long story
    always has some; and in a small knowledge base it counts less, since common words are lacking there by chance.
    """
    words = set(found.own) - _OF_TALK
    if not 0 < len(words) <= _SHORT:
        return 0.0
    strange = sum(map(engines.lexical.is_strange, words - found.translated)) / len(words)
    return strange * min(1.0, engines.lexical.size / _LARGE)


def _sentence_spans(document: Document, passage: Passage) -> list[Span]:
    """The quotable sentences of a passage."""
    start = passage.span[0]
    spans = [(start + a, start + b) for a, b in sentences(passage.text)]
    return [span for span in spans if is_quotable(document, span)]


def _lists(document: Document, passage: Passage) -> list[Span]:
    """The short lists that begin in a passage, each from the last sentence of its lead-in to its last item."""
    found = []
    for entry in document.outline:
        if entry.lead_in is not None and passage.span[0] <= entry.lead_in[0] < passage.span[1]:
            start = entry.lead_in[0] + sentences(document.text[slice(*entry.lead_in)])[-1][0]
            words = document.text[start : entry.span[1]].rstrip()
            if len(words) <= LIST_LIMIT and ROW not in words:
                found.append((start, start + len(words)))
    return found


def _sentence_cosines(engines: Engines, asked: Tokens, passages: Sequence[Passage]) -> dict[tuple[str, str], float]:
    """(label, sentence) -> cosine of the sentence's vector with the question's, for every sentence of `passages`."""
    pairs = dict.fromkeys((p.label, p.text[a:b]) for p in passages for a, b in sentences(p.text))
    texts = {pair: embedded_sentence(*pair) for pair in pairs}
    vectors = engines.embedded.sentence_vectors(list(texts.values()))
    return {p: max(0.0, float(vectors[text] @ asked.vector)) for p, text in texts.items() if text in vectors}


def _readers(engines: Engines, asked: Tokens, passages: Sequence[Passage]) -> dict[str, Callable[[Span], float]]:
    """Passage id -> how well a span of its document, read in the passage, answers; 0 where no word pieces are kept."""
    texts = engines.catalog.embedded_texts([p.passage_id for p in passages])
    pieces = engines.embedded.tokens([texts[p.passage_id] for p in passages])
    return {p.passage_id: _reader(asked, p, texts[p.passage_id], pieces.get(texts[p.passage_id])) for p in passages}


def _reader(
    asked: Tokens, passage: Passage, embedded: str, pieces: tuple[Array, Offsets] | None
) -> Callable[[Span], float]:
    if pieces is None:
        return lambda span: 0.0
    vectors, spans = pieces
    cosines = similarities(asked, vectors)
    shift = len(embedded) - len(passage.text) - passage.span[0]  # the passage's words end what was embedded
    return lambda span: max(0.0, score_within(asked, cosines, spans, span[0] + shift, span[1] + shift))


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
