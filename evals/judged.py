"""Quotes that readers judged: what, beside the gold, is right to show under a question (pooling, as TREC does it).

`candidates` lays down, for each question, the sentences that the knowledge base would quote and the next best ones.
A reader who does not see their order keeps those that help to answer. The judgements stand beside the question file,
`v1.judged.jsonl` for `v1.jsonl`: {"id", "judged": how many were read, "acceptable": [{"doc_id", "quote"}]}.
"""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from evals.gold import Gold, Texts, find_quote
from evals.jsonl import read_lines
from evals.questions import Question
from kb.base import KnowledgeBase
from kb.scope import scope
from kb.search import search
from kb.types import Filters, Query
from kb.weights import Weights

ENDING = ".judged.jsonl"
_FIELDS = frozenset("id judged acceptable".split())
_SENTENCES = 10
"""Sentences of a question that are judged beside those it was answered with."""

_POOL = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote to judge: what stands before it where it is an item of a list, and where it stands."""

    doc_id: str
    label: str
    lead_in: str
    quote: str


def beside(questions: Path) -> Path:
    """Where the judgements of a question file stand."""
    return questions.with_name(questions.name.removesuffix(".jsonl") + ENDING)


def read_judged(questions: Iterable[Path], texts: Texts) -> Mapping[str, tuple[Gold, ...]]:
    """Question id -> the stretches judged acceptable, of relevance 1; a question that nobody judged has no entry.

    A quote that stands in its document no longer is left out: it cannot be shown either.
    """
    found: dict[str, tuple[Gold, ...]] = {}
    for file in map(beside, questions):
        for record in read_lines(file) if file.is_file() else ():
            record.only(_FIELDS)
            items = [(item.text("doc_id"), item.text("quote")) for item in record.records("acceptable")]
            places = [(doc_id, span) for doc_id, quote in items for span in find_quote(quote, texts.text(doc_id))]
            found[record.text("id")] = tuple(Gold(doc_id, span, 1) for doc_id, span in places)
    return found


def candidates(base: KnowledgeBase, questions: Iterable[Question]) -> Iterator[tuple[Question, tuple[Candidate, ...]]]:
    """Each answerable question with what to judge, each quote once, in an order that tells nothing."""
    for question in questions:
        if question.answerable:
            filters = Filters(plan=question.plan, edition=question.edition)
            shown = [
                Candidate(quote.doc_id, quote.label, quote.lead_in_text, quote.text)
                for quote in base.ask(Query(question.question, filters)).quotes
            ]
            pool = {(one.doc_id, one.quote): one for one in (*shown, *_next(base, question.question, filters))}
            ordered = sorted(pool.values(), key=lambda one: (one.doc_id, one.quote))
            random.Random(question.id).shuffle(ordered)
            yield question, tuple(ordered)


def _next(base: KnowledgeBase, words: str, filters: Filters) -> Iterator[Candidate]:
    generation = base.catalog.generation()
    keys = scope(generation, filters, words, date.today()).keys
    with base.engines(generation) as engines:
        found = search(engines, words, keys, _POOL, Weights(), date.today())
        for one in base.weigh(engines, found)[1][:_SENTENCES]:
            text = engines.catalog.document(one.passage.key).text
            lead = text[slice(*one.lead_in)] if one.lead_in else ""
            yield Candidate(one.passage.doc_id, one.passage.label, lead, text[slice(*one.span)])


def candidate_line(question: Question, found: Iterable[Candidate]) -> str:
    """One JSON line to judge: the question, and its candidates numbered from 1."""
    numbered = [{"n": n, **asdict(one)} for n, one in enumerate(found, 1)]
    row = {"id": question.id, "question": question.question, "plan": question.plan, "edition": question.edition}
    return json.dumps({**row, "candidates": numbered}, ensure_ascii=False)
