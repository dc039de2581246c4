"""Judgements beside a question file: placed, counted as right to quote, and what is laid down to judge."""

import json
from pathlib import Path

import pytest

from evals.gold import Gold, Texts
from evals.judged import beside, candidates, read_judged
from evals.questions import Question
from evals.scores import Case, score
from kb.base import KnowledgeBase
from kb.catalog import Generation
from kb.errors import EvalDataError
from kb.types import Answer, Document, Quote, Section, Source

_TEXT = "A plan shall answer. It may ask for more time. A plan shall answer."


class Shelf:
    """A catalog of one law."""

    def generation(self) -> Generation:
        return Generation(1, "2026-11-22", "", {"law@1": Source("law", "law.txt", "0" * 64, "A law", "law")})

    def document(self, key: str) -> Document:
        return Document("law", "1", _TEXT)


def _judged(folder: Path, **row: object) -> Path:
    questions = folder / "q.jsonl"
    beside(questions).write_text(json.dumps({"id": "q-1", "judged": 4, **row}) + "\n", encoding="utf-8")
    return questions


def test_a_judged_quote_is_placed_wherever_it_stands(tmp_path: Path) -> None:
    questions = _judged(tmp_path, acceptable=[{"doc_id": "law", "quote": "A plan shall answer."}])
    assert read_judged([questions], Texts(Shelf())) == {"q-1": (Gold("law", (0, 20), 1), Gold("law", (47, 67), 1))}


def test_what_stands_in_its_document_no_longer_is_left_out(tmp_path: Path) -> None:
    gone = [{"doc_id": "law", "quote": "Gone."}, {"doc_id": "other", "quote": "A plan"}]
    assert read_judged([_judged(tmp_path, acceptable=gone)], Texts(Shelf())) == {"q-1": ()}


def test_without_judgements_there_are_none(tmp_path: Path) -> None:
    assert read_judged([tmp_path / "q.jsonl"], Texts(Shelf())) == {}


def test_an_unknown_field_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalDataError, match=r"q\.judged\.jsonl, line 1: unknown field 'right'"):
        read_judged([_judged(tmp_path, right=[])], Texts(Shelf()))


def test_an_acceptable_quote_counts_for_precision_and_not_for_recall() -> None:
    shown = (Quote(1, "law", "1", "", "law", "", (21, 46), _TEXT[21:46]),)
    answer = Answer("?", "answered", None, "", (Section("law", "", shown),), (), (), 1.0)
    question, gold = Question("q", "?", "k", True), (Gold("law", (0, 20), 2),)
    scores = score(Case(question, gold, answer, (), Texts(Shelf()), (Gold("law", (21, 46), 1),)))
    values = [scores[name] for name in ("citation_precision", "gold_precision", "citation_recall")]
    assert [ratio.value for ratio in values if ratio] == [1.0, 0.0, 0.0]


def test_candidates_hold_what_is_shown_and_stand_in_their_document(real_kb: KnowledgeBase) -> None:
    question = Question("q", "how long does a plan have to decide an urgent second opinion", "how_long", True)
    refused = Question("r", "the weather", "x", False)
    ((asked, found),) = candidates(real_kb, [question, refused])
    texts = Texts(real_kb.catalog)
    assert asked is question
    assert len({(one.doc_id, one.quote) for one in found}) == len(found) >= 10
    assert all(one.quote in texts.text(one.doc_id) for one in found)
    assert any("72 hours" in one.quote for one in found)
