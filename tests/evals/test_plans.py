"""Right plan, year and page: the questions, how they are asked, and the measures."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.__main__ import main
from evals.plan_questions import Asked, read_asked, read_northwind
from evals.plans import Places, measured, scores
from evals.questions import GoldItem, Question, read_questions
from evals.split import groups
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.errors import EvalDataError
from kb.types import Answer, Query
from tests.corpora import ROOT

FOLDER = ROOT / "evals" / "questions"
CEDAR = "Cedar Coast Health Plan (sample)"
ER = "Emergency department visit | $200 per visit"


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def row(**changed: Any) -> dict[str, Any]:
    """A question with one answer."""
    answer = {"document": "cedar-coast-2025", "plan": CEDAR, "edition": "2025", "quotes": [ER], "facts": ["$200"]}
    return {
        "id": "q",
        "question": "what is the ER copay[ in {year}]?",
        "kind": "who_pays",
        "answers": [answer],
    } | changed


def test_a_question_is_asked_with_plan_and_year_chosen_and_named(tmp_path: Path) -> None:
    asked = read_asked(written(tmp_path / "q.jsonl", row()))
    assert [(a.way, a.question, a.plan, a.edition) for a in asked] == [
        ("chosen", "what is the ER copay?", CEDAR, "2025"),
        ("year named", "what is the ER copay in 2025?", CEDAR, ""),
        ("plan named", "Cedar Coast Health Plan: what is the ER copay in 2025?", "", ""),
    ]


def test_a_question_of_tiers_is_asked_with_its_plan_chosen_and_named(tmp_path: Path) -> None:
    answers = [{"document": "a.pdf", "plan": plan, "pages": [3]} for plan in ("Elm Plus", "Elm Basic")]
    asked = read_asked(written(tmp_path / "q.jsonl", row(question="are braces paid[ by {plan}]?", answers=answers)))
    assert [(a.id, a.question, a.plan) for a in asked] == [
        ("q Elm Plus", "are braces paid?", "Elm Plus"),
        ("q Elm Plus", "are braces paid by Elm Plus?", ""),
        ("q Elm Basic", "are braces paid?", "Elm Basic"),
        ("q Elm Basic", "are braces paid by Elm Basic?", ""),
    ]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"gold": []}, r"line 1: unknown field 'gold'"),
        ({"split": "train"}, r'line 1: split must be "dev" or "test"'),
        ({"answers": [{"document": "d", "plan": "p"}]}, r"answers 1: give either quotes or pages"),
        ({"answers": [{"document": "d", "plan": "p", "pages": [0]}]}, r"answers 1: pages must be a list of whole"),
        ({"answers": []}, r"holds no question"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(EvalDataError, match=message):
        read_asked(written(tmp_path / "q.jsonl", row(**changed)))


@pytest.fixture(scope="module")
def places(corpus_kb: KnowledgeBase) -> Places:
    return Places(corpus_kb.catalog)


def test_the_edition_questions_differ_by_edition_and_their_gold_stands(places: Places) -> None:
    asked = read_asked(FOLDER / "editions.jsonl")
    names = {a.id.split()[0] for a in asked}
    assert len(names) >= 60
    assert {a.split for a in asked} == {"dev", "test"}
    for one in asked:
        assert places.gold_pages(one)
    facts = {(a.id.split()[0], a.edition): a.facts for a in asked if a.way == "chosen"}
    assert all(facts[name, "2025"] != facts[name, "2026"] for name in names)


def test_the_edition_questions_stand_on_the_side_of_what_shares_their_gold() -> None:
    sides = {q.id: q.split for q in read_questions([FOLDER / "v1.jsonl"])}
    mine: dict[str, Question] = {}
    for one in read_asked(FOLDER / "editions.jsonl"):
        if one.way == "chosen":
            name = one.id.split()[0]
            gold = tuple(GoldItem(one.document, 2, quote=quote) for quote in one.quotes)
            before = mine.get(name, Question(name, one.question, "who_pays", True))
            mine[name] = replace(before, gold=(*before.gold, *gold))
            sides[name] = one.split
    first = [replace(q, gold=q.gold) for q in mine.values()]
    for members in groups([*read_questions([FOLDER / "v1.jsonl"]), *first], "first").values():
        assert len({sides[q.id] for q in members}) == 1, [q.id for q in members]


def test_the_tier_questions_have_an_answer_for_each_tier() -> None:
    asked = [a for a in read_asked(FOLDER / "anyhealth.jsonl") if a.way == "chosen"]
    assert len({a.id.split()[0] for a in asked}) == 30
    by_name: dict[str, list[Asked]] = {}
    for one in asked:
        by_name.setdefault(one.id.split()[0], []).append(one)
    for answers in by_name.values():
        assert len({a.document for a in answers}) == 3
        assert len({(a.facts, a.pages) for a in answers}) > 1


def test_northwind_questions_are_those_that_a_plan_document_answers(tmp_path: Path) -> None:
    rows = [
        {"question": "What does Elm Plus pay?", "truth": "Much. [Elm_Plus.pdf#page=7]"},
        {"question": "What is balance billing?", "truth": "A bill. [Elm_Plus.pdf#page=9]"},
        {"question": "Is Elm Plus better than Elm Basic?", "truth": "Yes. [Elm_Plus.pdf#page=2]"},
        {"question": "What does a clerk do?", "truth": "Write. [roles.pdf#page=1]"},
    ]
    plans = {"Elm_Plus.pdf": "Elm Plus", "Elm_Basic.pdf": "Elm Basic"}
    asked = read_northwind(written(tmp_path / "q.jsonl", *rows), plans)
    assert [(a.id, a.way, a.plan, a.pages) for a in asked] == [
        ("nw-001", "chosen", "Elm Plus", (7,)),
        ("nw-001", "plan named", "", (7,)),
        ("nw-002", "chosen", "Elm Plus", (9,)),
        ("nw-003", "chosen", "Elm Plus", (2,)),
    ]
    assert {a.split for a in asked} <= {"dev", "test"}
    with pytest.raises(EvalDataError, match=r"no question cites a page of other\.pdf"):
        read_northwind(tmp_path / "q.jsonl", {"other.pdf": "Other"})


class Swapped:
    """A knowledge base that answers from the other edition."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self.catalog: Catalog = base.catalog

    def ask(self, query: Query) -> Answer:
        other = {"2025": "2026", "2026": "2025"}[query.filters.edition]
        return self._base.ask(replace(query, filters=replace(query.filters, edition=other)))

    def settings(self) -> dict[str, str]:
        return {}


def measure(base: Any, places: Places, asked: Sequence[Asked]) -> dict[str, float | None]:
    rows = list(measured(base, places, asked))
    return {score.measure: score.estimate.value for score in scores(rows) if score.group == "chosen"}


def test_an_answer_from_another_edition_is_a_wrong_document(corpus_kb: KnowledgeBase, places: Places) -> None:
    asked = [a for a in read_asked(FOLDER / "editions.jsonl") if a.way == "chosen"][:4]
    right, wrong = measure(corpus_kb, places, asked), measure(Swapped(corpus_kb), places, asked)
    assert right["wrong document anywhere shown"] == 0
    assert wrong["wrong document anywhere shown"] == 1
    near = [name for name in wrong if "page" in name]
    assert all(wrong[name] == 0 for name in near) and any(right[name] for name in near)


def test_a_question_that_is_refused_counts_as_one_without_hits(corpus_kb: KnowledgeBase, places: Places) -> None:
    asked = replace(read_asked(FOLDER / "editions.jsonl")[0], plan="Kaiser")
    (one,) = measured(corpus_kb, places, [asked])
    assert one.status.startswith("rejected: plan 'Kaiser'")
    assert one.measures["answered"] == one.measures["gold page, first hit"] == 0


def test_the_command_writes_rows_and_scores(
    corpus_kb: KnowledgeBase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = written(tmp_path / "q.jsonl", row(split="dev"), row(id="r", split="test"))
    arguments = ["plans", "--kb", str(corpus_kb.folder), "--questions", str(questions), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--split", "dev"], lambda folder: corpus_kb) == 0
    assert "wrong document in first hit or quote   0.000  [0.000, 0.000]" in capsys.readouterr().out
    rows = [json.loads(line) for line in (tmp_path / "out" / "rows.jsonl").read_text().splitlines()]
    assert [r["way"] for r in rows] == ["chosen", "year named", "plan named"]
    assert {r["gold_pages"][0] for r in rows} == {21}
    assert json.loads((tmp_path / "out" / "run.json").read_text())["dataset"] == "editions"
    assert main(arguments, lambda folder: corpus_kb) == 2
    assert "holds a run already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--dataset", "northwind", "--path", "nowhere"],
            "the folder that holds plans/northwind, or --kb",
        ),
        (["--dataset", "anyhealth"], "give --path, the folder that holds plans/aws_anyhealth, or --kb"),
    ],
)
def test_a_set_without_its_documents_says_what_to_give(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KB_DIR", raising=False)
    assert main(["plans", *arguments]) == 2
    assert message in capsys.readouterr().err
