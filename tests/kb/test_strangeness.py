"""Words that stand in no document: when they speak against an answer, and when they say nothing."""

from datetime import date

import pytest

import kb.evidence
from kb.base import KnowledgeBase
from kb.evidence import strangeness
from kb.search import search
from kb.weights import Weights


def strange(base: KnowledgeBase, question: str) -> float:
    generation = base.catalog.generation()
    with base.engines(generation) as engines:
        found = search(engines, question, list(generation.sources), 5, Weights(), date(2026, 1, 1))
        return strangeness(engines, found)


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("who pays for a second opinion", 0.0),
        ("who pays for zyxwvut", 1.0),  # "pays" says what kind of fact is asked for
        ("second opinion zyxwvut", 1 / 3),
        ("can I see a shrink", 0.0),  # no document has it, the lexicon has other words for it
        ("how much does a grievanse cost", 0.0),  # a slip of the fingers
        ("zyxwvut aaqqzz bbqqzz ccqqzz ddqqzz eeqqzz ffqqzz", 0.0),  # a long story
    ],
)
def test_share_of_words_that_no_document_has(corpus_kb: KnowledgeBase, question: str, share: float) -> None:
    assert strange(corpus_kb, question) == pytest.approx(share)


def test_it_counts_less_in_a_small_knowledge_base(corpus_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    with corpus_kb.engines(corpus_kb.catalog.generation()) as engines:
        monkeypatch.setattr(kb.evidence, "_LARGE", 4 * engines.lexical.size)
    assert strange(corpus_kb, "who pays for zyxwvut") == pytest.approx(0.25)
