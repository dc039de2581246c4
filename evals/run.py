"""Questions asked of a knowledge base in one pass: a row for each, with what was shown, found and scored."""

import time
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from evals.gold import Gold, Problem, Shelf, Texts, resolve
from evals.questions import Question
from evals.rows import Found, Quoted, Row
from evals.scores import Case, score
from kb.errors import QueryError
from kb.types import Answer, Filters, Query

K = 10
"""Hits asked for: the deepest cut that a measure looks at."""


class Base(Protocol):
    """What is needed of a KnowledgeBase."""

    @property
    def catalog(self) -> Shelf: ...

    def ask(self, query: Query) -> Answer: ...

    def settings(self) -> dict[str, str]: ...


def run(
    base: Base,
    texts: Texts,
    questions: Iterable[Question],
    judged: Mapping[str, tuple[Gold, ...]] = MappingProxyType({}),
) -> Iterator[tuple[Row, tuple[Problem, ...]]]:
    """A row and the gold problems of each question, as it is answered, in the order given.

    `judged` are stretches that are right to quote beside the gold, by question id. Hits are the answer's own. A
    question that the knowledge base rejects (an edition it does not have, too many words) gives a row of status
    "rejected" with the message as its reason: it was refused, and nothing was found.
    """
    for question in questions:
        gold, problems = resolve(question, texts)
        answer, rejection = _ask(base, question)
        found = tuple((hit.passage.doc_id, hit.passage.span) for hit in answer.hits[:K])
        case = Case(question, None if problems else gold, answer, found, texts, judged.get(question.id, ()))
        yield _row(case, gold, rejection), problems


def _ask(base: Base, question: Question) -> tuple[Answer, str]:
    """The answer and "", or for a rejected question an abstention that says why, and the same words."""
    begun = time.monotonic()
    try:
        return base.ask(Query(question.question, Filters(plan=question.plan, edition=question.edition), K)), ""
    except QueryError as exc:
        elapsed = round((time.monotonic() - begun) * 1000, 1)
        return Answer(question.question, "abstained", None, str(exc), (), (), (), elapsed), str(exc)


def _row(case: Case, gold: tuple[Gold, ...], rejection: str) -> Row:
    question, answer = case.question, case.answer
    hits = answer.hits[:K]
    return Row(
        id=question.id,
        question=question.question,
        kind=question.kind,
        split=question.split,
        answerable=question.answerable,
        status="rejected" if rejection else answer.status,
        reason=rejection or answer.reason,
        quotes=tuple(Quoted(quote.doc_id, quote.span, quote.authority, quote.label) for quote in answer.quotes),
        hits=tuple(Found(hit.passage.doc_id, hit.passage.span, hit.passage.label, hit.score) for hit in hits),
        notices=tuple(notice.kind for notice in answer.notices),
        gold=gold,
        scores=score(case),
        elapsed_ms=answer.elapsed_ms,
    )
