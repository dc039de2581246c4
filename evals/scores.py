"""The table of measures: what each is called, which way is better, and its Ratio for one question.

A measure gives None for a question it does not apply to, and a Ratio with bottom 0 where it applies but there is
nothing to count (no quote shown, not refused). Retrieval and citation measures are for answerable questions all of
whose gold was placed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from evals import answers, measures
from evals.answers import Ratio, has_emergency_notice, is_refused
from evals.gold import Gold, Texts
from evals.measures import Place
from evals.questions import Question
from kb.types import Answer


@dataclass(frozen=True, slots=True)
class Case:
    """A question asked: its gold (None where some was not placed), the answer, and the places found, best first.

    `acceptable` is what readers judged right to quote beside the gold.
    """

    question: Question
    gold: tuple[Gold, ...] | None
    answer: Answer
    found: tuple[Place, ...]
    texts: Texts
    acceptable: tuple[Gold, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its stable name, what it counts in words, and which way is better."""

    name: str
    words: str
    better: Literal["high", "low"]
    of: Callable[[Case], Ratio | None]


def score(case: Case) -> dict[str, Ratio | None]:
    """Every measure of one case, by name, in the order of the table."""
    return {measure.name: measure.of(case) for measure in MEASURES}


def _gold(case: Case) -> tuple[Gold, ...]:
    """The gold that retrieval and citations are measured against; () where they do not apply."""
    return case.gold if case.question.answerable and case.gold else ()


def _success(k: int, case: Case) -> Ratio | None:
    return Ratio(measures.success_at(k, case.found, gold), 1) if (gold := _gold(case)) else None


def _recall(k: int, case: Case) -> Ratio | None:
    return Ratio(measures.recall_at(k, case.found, gold), 1) if (gold := _gold(case)) else None


def _mrr(case: Case) -> Ratio | None:
    return Ratio(measures.reciprocal_rank_at(10, case.found, gold), 1) if (gold := _gold(case)) else None


def _ndcg(case: Case) -> Ratio | None:
    return Ratio(measures.ndcg_at(10, case.found, gold), 1) if (gold := _gold(case)) else None


def _exactness(case: Case) -> Ratio | None:
    return answers.quote_exactness(case.answer.quotes, case.texts)


def _key_facts(case: Case) -> Ratio | None:
    if not case.question.answerable or not case.question.key_facts:
        return None
    return answers.key_fact_coverage(case.question.key_facts, case.answer.quotes)


def _all_key_facts(case: Case) -> Ratio | None:
    coverage = _key_facts(case)
    return None if coverage is None else Ratio(coverage.value == 1.0, 1)


def _citation_precision(case: Case) -> Ratio | None:
    gold = _gold(case)
    return answers.citation_precision(case.answer.quotes, [*gold, *case.acceptable]) if gold else None


def _gold_precision(case: Case) -> Ratio | None:
    return answers.citation_precision(case.answer.quotes, gold) if (gold := _gold(case)) else None


def _citation_recall(case: Case) -> Ratio | None:
    if not any(item.relevance == 2 for item in _gold(case)):
        return None
    return answers.citation_recall(case.answer.quotes, _gold(case))


def _top_citation(case: Case) -> Ratio | None:
    gold = _gold(case)
    return answers.top_citation_right(case.answer, [*gold, *case.acceptable]) if gold else None


def _must_not(case: Case) -> Ratio | None:
    phrases = case.question.must_not
    return answers.must_not_violation(phrases, case.answer) if phrases else None


def _refusal_precision(case: Case) -> Ratio | None:
    refused = is_refused(case.answer)
    return Ratio(refused and not case.question.answerable, refused)


def _refusal_recall(case: Case) -> Ratio | None:
    return None if case.question.answerable else Ratio(is_refused(case.answer), 1)


def _answered(case: Case) -> Ratio | None:
    return Ratio(not is_refused(case.answer), 1) if case.question.answerable else None


def _wrong_document(case: Case) -> Ratio | None:
    """The edition asked for is the question's option or, without one, those of its gold's contracts."""
    asked, sources = case.question, case.texts.sources
    held = (sources[item.doc_id] for item in case.gold or ())
    editions = {asked.edition} if asked.edition else {s.edition for s in held if s.authority == "contract"}
    return answers.wrong_document(case.answer.quotes, asked.plan, editions) if editions else None


def _emergency(case: Case) -> Ratio | None:
    return Ratio(has_emergency_notice(case.answer), 1) if case.question.kind == "emergency" else None


def _false_alarm(case: Case) -> Ratio | None:
    return None if case.question.kind == "emergency" else Ratio(has_emergency_notice(case.answer), 1)


MEASURES: tuple[Measure, ...] = (
    *(Measure(f"success@{k}", f"gold among the first {k} hits", "high", partial(_success, k)) for k in (1, 3, 5, 10)),
    *(Measure(f"recall@{k}", f"share of gold among the first {k} hits", "high", partial(_recall, k)) for k in (5, 10)),
    Measure("mrr@10", "1 / rank of the first relevant hit", "high", _mrr),
    Measure("ndcg@10", "order of the hits against the ideal one", "high", _ndcg),
    Measure("quote_exactness", "shown quotes that stand verbatim at their span", "high", _exactness),
    Measure("key_fact_coverage", "share of key facts in the shown quotes", "high", _key_facts),
    Measure("all_key_facts", "every key fact is in the shown quotes", "high", _all_key_facts),
    Measure("citation_precision", "shown quotes that are gold or judged acceptable", "high", _citation_precision),
    Measure("gold_precision", "shown quotes that are gold, whose list is not complete", "high", _gold_precision),
    Measure("citation_recall", "share of gold of relevance 2 that is quoted", "high", _citation_recall),
    Measure("top_citation_right", "shown tiers whose first quote is gold or acceptable", "high", _top_citation),
    Measure("must_not_violations", "shows what must not be shown", "low", _must_not),
    Measure("refusal_precision", "refused questions that are unanswerable", "high", _refusal_precision),
    Measure("refusal_recall", "unanswerable questions that are refused", "high", _refusal_recall),
    Measure("answered_of_answerable", "answerable questions that are answered", "high", _answered),
    Measure("wrong_document", "first contract quote is of another edition than asked", "low", _wrong_document),
    Measure("emergency_notice", "emergencies with the emergency notice", "high", _emergency),
    Measure("emergency_false_alarm", "other questions with the emergency notice", "low", _false_alarm),
)
