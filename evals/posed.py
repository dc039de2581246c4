"""Questions put to a retriever: with the documents they are asked of, and gold already placed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.gold import Gold
from evals.questions import Split
from kb.types import Filters

SEED = "recourse"
"""Goes into the hash that orders a sample, so that a sample is the same everywhere, and its sides are not."""


@dataclass(frozen=True, slots=True)
class Posed:
    """One question. `gold` is never empty: what nothing answers is not a question of retrieval."""

    id: str
    question: str
    kind: str
    split: Split
    gold: tuple[Gold, ...]
    filters: Filters = field(default_factory=Filters)


def side(question_id: str) -> Split:
    """Half of a set that comes without development questions is development: by the hash of the question's id."""
    return "dev" if hashlib.sha256(question_id.encode()).digest()[0] % 2 == 0 else "test"


def sample(questions: Sequence[Posed], limit: int) -> tuple[Posed, ...]:
    """`limit` of the questions in their order, all of them where `limit` is 0. The choice depends on the ids alone."""
    if not limit or limit >= len(questions):
        return tuple(questions)
    by_hash = sorted(questions, key=lambda q: hashlib.sha256(f"{SEED} {q.id}".encode()).digest())
    chosen = {question.id for question in by_hash[:limit]}
    return tuple(question for question in questions if question.id in chosen)
