"""The Evaluate page on a small knowledge base: a set is asked, faults are named, runs are read and compared."""

import csv
import io
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from evals.compare import compare
from evals.record import read_report, write_run
from kb.errors import EvalDataError
from tests.app.test_app import Open, app, markup, press, words
from tests.corpora import Corpus
from tests.fakes import HashEmbedder
from ui.desk import Desk
from ui.evaluation.export import measures_csv, questions_csv, record_json, report_page
from ui.evaluation.measuring import Measuring
from ui.evaluation.runs import shelf, stored
from ui.evaluation.versus import changes_html

__all__ = ["app"]  # a fixture

QUESTIONS = (
    {
        "id": "a",
        "question": "How soon must a plan answer an urgent request?",
        "kind": "how_long",
        "answerable": True,
        "gold": [{"doc_id": "law", "quote": "within 72 hours", "relevance": 2}],
        "key_facts": [["72 hours"]],
        "split": "dev",
    },
    {
        "id": "b",
        "question": "=1+1 Which telescopes orbit Jupiter?",
        "kind": "off_topic",
        "answerable": False,
        "split": "test",
    },
)


@pytest.fixture
def evals(small: Corpus) -> Path:
    """The folder of question sets and runs, beside the small corpus."""
    folder = small.folder.parent / "evals"
    (folder / "questions").mkdir(parents=True)
    (folder / "questions" / "few.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)), encoding="utf-8")
    return folder


@pytest.fixture
def run_folder(small: Corpus, folder: Path, evals: Path) -> Path:
    """A run of both questions."""
    desk = Desk(folder, small.folder, HashEmbedder)
    desk.opening().result()
    work = Measuring(desk.base, evals / "questions" / "few.jsonl", "all", evals / "runs" / "first")
    assert work.wait(60) and work.error is None
    assert (work.done, work.total) == (2, 2)
    return evals / "runs" / "first"


def test_a_set_is_asked_from_the_page_and_its_run_kept(app: Open, evals: Path) -> None:
    (evals / "questions" / "bad.jsonl").write_text('{"id": "x"}\n', encoding="utf-8")
    tested = app("evaluate")
    assert "No run yet" in words(tested)
    assert "bad.jsonl, line 1: question is missing" in words(tested)
    tested.selectbox(key="question-part").select("all").run()
    press(tested, "Start the run")
    end = time.monotonic() + 90
    while not list(evals.glob("runs/*/run.json")) and time.monotonic() < end:
        time.sleep(0.1)
    (name,) = shelf(evals / "runs").names
    assert len(stored(evals / "runs", name).run.rows) == 2


def test_a_question_is_read_beside_its_gold(app: Open, run_folder: Path) -> None:
    tested = app("evaluate", run="first")
    tested.session_state["view"] = "questions"
    tested.run()
    tested.selectbox(key="part-shown").select("all").run()
    assert not tested.exception
    assert "of 2 questions." in words(tested)


def test_a_damaged_run_is_named_and_the_others_stay(app: Open, run_folder: Path) -> None:
    broken = run_folder.parent / "second"
    broken.mkdir()
    (broken / "run.json").write_text("{", encoding="utf-8")
    (run_folder.parent / "under-way").mkdir()
    found = shelf(run_folder.parent)
    assert found.names == ("first",) and found.broken[0][0] == "second"
    tested = app("evaluate")
    assert "not JSON" in words(tested) and "success@1" in words(tested)
    (run_folder / "rows.jsonl").write_text("no row\n", encoding="utf-8")
    shown = words(app("evaluate", run="first"))
    assert "rows.jsonl, line 1: not JSON" in shown


@pytest.mark.parametrize("name", ["", "../first", "none", "a/b"])
def test_a_run_is_no_way_out_of_its_folder(run_folder: Path, name: str) -> None:
    with pytest.raises(EvalDataError, match="there is no run"):
        stored(run_folder.parent, name)


def test_a_run_is_taken_away_in_three_forms(run_folder: Path) -> None:
    run = stored(run_folder.parent, "first")
    table = list(csv.DictReader(io.StringIO(measures_csv(run))))
    assert next(line for line in table if (line["group"], line["measure"]) == ("all", "success@10"))["value"] == "1"
    rows = list(csv.DictReader(io.StringIO(questions_csv(run))))
    assert [row["id"] for row in rows] == ["a", "b"]
    assert rows[1]["question"].startswith("'=1+1")  # a spreadsheet must not reckon with it
    assert json.loads(record_json(run))["counts"]["questions"] == 2
    page = report_page(run)
    assert page.startswith("<!doctype html>") and "data:image/svg+xml" in page
    assert "http://" not in page and "https://" not in page and "<script" not in page


def test_a_run_is_read_back_as_it_was_written(run_folder: Path, tmp_path: Path) -> None:
    report = read_report(run_folder)
    again = tmp_path / "again"
    again.mkdir()
    write_run(again, stored(run_folder.parent, "first").run.rows, report)
    assert read_report(again) == report


def test_two_runs_stand_beside_each_other(run_folder: Path, app: Open) -> None:
    run = stored(run_folder.parent, "first")
    rows = tuple(replace(row, status="abstained", scores={**row.scores, "success@10": None}) for row in run.run.rows)
    other = run_folder.parent / "other"
    other.mkdir()
    write_run(other, rows, run.report)
    assert "recall@10" in changes_html(compare(stored(run_folder.parent, "other").run, run.run))
    tested = app("evaluate", run="first")
    tested.session_state["view"] = "versus"
    tested.run()
    assert "2 questions are in both." in words(tested)
    assert "<table" in markup(tested)


def test_a_stopped_run_leaves_nothing(small: Corpus, folder: Path, evals: Path) -> None:
    desk = Desk(folder, small.folder, HashEmbedder)
    desk.opening().result()
    lines = [json.dumps({**QUESTIONS[1], "id": str(number)}) for number in range(500)]
    (evals / "questions" / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    work = Measuring(desk.base, evals / "questions" / "many.jsonl", "all", evals / "runs" / "gone")
    work.stop()
    assert work.wait(60) and work.stopped and work.error is None
    assert not (evals / "runs" / "gone").exists()


def test_a_faulty_set_ends_with_its_fault(small: Corpus, folder: Path, evals: Path) -> None:
    desk = Desk(folder, small.folder, HashEmbedder)
    desk.opening().result()
    work = Measuring(desk.base, evals / "questions" / "none.jsonl", "all", evals / "runs" / "gone")
    assert work.wait(60)
    with pytest.raises(EvalDataError, match=r"none\.jsonl: cannot be read"):
        raise work.error or AssertionError
