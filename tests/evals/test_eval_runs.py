"""A run from question file to table, and two runs compared, over a small working knowledge base without a model."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.answers import Ratio
from evals.compare import compare
from evals.gold import Gold, Texts
from evals.origin import Origin, corpus_hash
from evals.questions import GoldItem, Question, write_questions
from evals.record import Run, claim, read_run, write_run
from evals.report import counts_of, report_of, report_text
from evals.rows import Row
from evals.run import run
from evals.scores import MEASURES
from evals.summary import group
from kb.catalog import Generation
from kb.errors import EvalDataError, QueryError
from kb.types import Answer, Document, Hit, Notice, Passage, Query, Quote, Section, Source

LAW = "A plan decides urgent requests within 72 hours.\nA member may file a grievance within 180 days.\n"
OLD = "The copayment for a specialist visit is 30 dollars.\n"
NEW = "The copayment for a specialist visit is 45 dollars.\n"


class LineBase:
    """A knowledge base whose passages are lines, ranked by words in common; two words in common are an answer."""

    def __init__(self, least: int = 2) -> None:
        self.catalog = self
        self._least = least
        texts = {"law": LAW, "cedar-2025": OLD, "cedar-2026": NEW}
        self._documents = {f"{name}@1": Document(name, "1", text) for name, text in texts.items()}

    def generation(self) -> Generation:
        return Generation(1, "2026-11-22", "", {key: _source(key.partition("@")[0]) for key in self._documents})

    def document(self, key: str) -> Document:
        return self._documents[key]

    def settings(self) -> dict[str, str]:
        return {"model": "words in common", "least": str(self._least)}

    def ask(self, query: Query) -> Answer:
        if query.filters.edition == "2024":
            raise QueryError("no contract has edition '2024'; known: 2025, 2026")
        words = _words(query.text)
        ranked = sorted(self._lines(query.filters.edition), key=lambda line: -len(words & _words(line.text)))
        hits = tuple(Hit(line, 1 / rank, rank, "lexical") for rank, line in enumerate(ranked[: query.k], 1))
        strong = [line for line in ranked if len(words & _words(line.text)) >= self._least][:1]
        sections = tuple(Section(quote.authority, "", (quote,)) for quote in map(_quote, strong))
        notices = (Notice("emergency", "Call 911."),) if "chest" in words else ()
        if not strong:
            return Answer(query.text, "abstained", "not_in_documents", "", (), notices, hits, 5.0)
        return Answer(query.text, "answered", None, "", sections, notices, hits, 5.0)

    def _lines(self, edition: str) -> Sequence[Passage]:
        found = []
        for document in self._documents.values():
            if not edition or _source(document.doc_id).edition in ("", edition):
                for line in re.finditer(".+", document.text):
                    found.append(Passage(document.doc_id, "1", line.span(), line.group(), ""))
        return found


def _source(name: str) -> Source:
    year = name.partition("-")[2]
    return Source(name, f"{name}.txt", "0" * 64, name, "contract" if year else "law", plan="Cedar", edition=year)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"a", "the", "is", "for", "what"}


def _quote(line: Passage) -> Quote:
    source = _source(line.doc_id)
    return Quote(
        1, line.doc_id, "1", "", source.authority, "", line.span, line.text, edition=source.edition, plan=source.plan
    )


QUESTIONS = (
    Question(
        "q1",
        "when are urgent requests decided by plan",
        "how_long",
        True,
        gold=(GoldItem("law", 2, "within 72 hours."),),
        key_facts=(("72 hours",),),
        must_not=("180 days",),
        split="dev",
    ),
    Question(
        "q2",
        "copayment for a specialist visit",
        "who_pays",
        True,
        gold=(GoldItem("cedar-2026", 2, "is 45 dollars"),),
        key_facts=(("$45", "45 dollars"),),
        must_not=("30 dollars",),
        split="test",
    ),
    Question("q3", "best pizza in town", "off_topic", False, split="dev"),
    Question("q4", "specialist copayment in 2024", "near_miss", False, edition="2024", split="test"),
    Question("q5", "chest pain", "emergency", True, split="test"),
)


@pytest.fixture
def rows() -> tuple[Row, ...]:
    base = LineBase()
    return tuple(row for row, _ in run(base, Texts(base.catalog), QUESTIONS))


@pytest.fixture
def question_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    write_questions(tmp_path / "v1.jsonl", QUESTIONS)
    return tmp_path / "v1.jsonl"


def _origin(model: str = "words", questions_hash: str = "f00d", keys: Sequence[str] = ("law@1",)) -> Origin:
    return Origin(
        created="2026-11-22T00:00:00+00:00",
        commit="abc",
        corpus_hash=corpus_hash(keys),
        documents=len(keys),
        questions=("v1.jsonl",),
        questions_hash=questions_hash,
        split="all",
        settings={"model": model},
    )


def test_each_measure_applies_where_it_should(rows: tuple[Row, ...]) -> None:
    right, wrong, refused, rejected, urgent = ({k: r and r.value for k, r in row.scores.items()} for row in rows)
    assert right["success@1"] == right["ndcg@10"] == right["citation_recall"] == right["all_key_facts"] == 1.0
    assert right["wrong_document"] is None
    assert (wrong["success@1"], wrong["success@3"], wrong["mrr@10"]) == (0.0, 1.0, 0.5)
    assert wrong["wrong_document"] == wrong["must_not_violations"] == wrong["quote_exactness"] == 1.0
    assert wrong["key_fact_coverage"] == wrong["citation_precision"] == wrong["top_citation_right"] == 0.0
    assert refused["refusal_recall"] == rejected["refusal_recall"] == rejected["refusal_precision"] == 1.0
    assert refused["success@1"] is refused["citation_recall"] is refused["answered_of_answerable"] is None
    assert (rows[3].status, rows[3].reason) == ("rejected", "no contract has edition '2024'; known: 2025, 2026")
    assert (urgent["emergency_notice"], urgent["emergency_false_alarm"]) == (1.0, None)
    assert (urgent["answered_of_answerable"], urgent["refusal_precision"]) == (0.0, 0.0)
    assert (right["emergency_notice"], right["emergency_false_alarm"]) == (None, 0.0)
    assert list(right) == [measure.name for measure in MEASURES]


def test_an_abstention_shows_no_fact_and_cites_no_gold() -> None:
    base = LineBase(least=99)
    (row, _), *_ = run(base, Texts(base.catalog), QUESTIONS)
    assert row.scores["success@1"] == Ratio(1, 1)
    assert row.scores["key_fact_coverage"] == row.scores["citation_recall"] == Ratio(0, 1)
    assert row.scores["citation_precision"] == row.scores["quote_exactness"] == Ratio(0, 0)


def test_gold_that_is_not_placed_is_reported_and_not_measured() -> None:
    base = LineBase()
    both = (GoldItem("law", 2, "within 72 hours."), GoldItem("law", 2, "within 30 days."))
    ((row, problems),) = run(base, Texts(base.catalog), [replace(QUESTIONS[0], gold=both)])
    assert [problem.doc_id for problem in problems] == ["law"]
    assert row.gold == (Gold("law", (31, 47), 2),)
    assert row.scores["success@1"] is row.scores["citation_precision"] is None
    assert row.scores["key_fact_coverage"] == Ratio(1, 1)


def test_a_run_reads_back_as_it_was_written(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    out = tmp_path / "runs" / "one"
    claim(out)
    write_run(out, rows, report_of(_origin(), rows, ()))
    assert read_run(out) == Run(_origin(), rows)
    with pytest.raises(EvalDataError, match="holds a run already: choose another --out"):
        claim(out)
    with (out / "rows.jsonl").open("a") as file:
        file.write((out / "rows.jsonl").read_text().partition("\n")[0])
    with pytest.raises(EvalDataError, match=r"rows\.jsonl: id 'q1' comes twice"):
        read_run(out)


def test_groups_and_counts(rows: tuple[Row, ...]) -> None:
    groups = group(rows)
    kinds = ["kind emergency", "kind how_long", "kind near_miss", "kind off_topic", "kind who_pays"]
    assert list(groups) == ["all", "split dev", "split test", *kinds]
    assert [row.id for row in groups["split dev"]] == ["q1", "q3"]
    assert list(group(())) == ["all"]
    counts = counts_of(rows, 0)
    assert (counts["questions"], counts["answered"], counts["abstained"], counts["rejected"]) == (5, 2, 2, 1)


def test_the_table_has_no_number_where_nothing_was_counted(rows: tuple[Row, ...]) -> None:
    text = report_text(report_of(_origin(), rows, ()))
    (line,) = [line for line in text.split("\n") if line.startswith("wrong_document")][:1]
    assert line.split("  ")[-1].strip() == "1.000 [1.000, 1.000] 1"
    assert "n/a" in line
    assert "nan" not in text.lower().replace("unanswerable", "")
    empty = report_text(report_of(_origin(), (), ()))
    assert "n/a" in empty and "success@1" not in empty


def test_runs_are_paired_by_question(rows: tuple[Row, ...]) -> None:
    base = LineBase(least=99)
    refusing = tuple(row for row, _ in run(base, Texts(base.catalog), QUESTIONS))
    result = compare(Run(_origin(), rows), Run(_origin(model="none"), refusing[::-1]))
    changes = {change.measure: change for change in result.changes}
    assert result.pairs == 5
    assert result.notes == ("model: words -> none",)
    assert changes["answered_of_answerable"].lost == ("q2", "q1")
    assert changes["must_not_violations"].won == ("q2",)
    assert changes["success@1"].won == changes["success@1"].lost == ()
    assert changes["key_fact_coverage"].result.value == pytest.approx(-0.5)
    assert changes["refusal_precision"].result.first == pytest.approx(2 / 3)
    assert changes["refusal_precision"].result.second == pytest.approx(2 / 5)


def test_run_and_compare_from_the_command_line(question_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--questions", str(question_file), "--out"]
    assert main(["run", *arguments, "a"], lambda folder: LineBase()) == 0
    table = capsys.readouterr().out
    assert re.search(r"^success@1 +0\.500 \[0\.000, 1\.000\] 2", table, re.MULTILINE)
    assert main(["run", *arguments, "b", "--split", "dev", "--json"], lambda folder: LineBase(99)) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads((question_file.parent / "b" / "run.json").read_text())
    assert (document["origin"]["commit"], document["counts"]["questions"]) == ("unknown", 2)
    assert main(["compare", "a", "b"]) == 0
    assert re.search(
        r"^answered_of_answerable +1\.000 +0\.000  -1\.000 \[-1\.000, -1\.000\]", capsys.readouterr().out, re.M
    )
    assert main(["compare", "a", "b", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 2


def test_a_run_with_bad_gold_is_scored_and_exits_2(question_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = replace(QUESTIONS[0], id="q9", gold=(GoldItem("law", 2, "within 30 days"),))
    write_questions(question_file.parent / "bad.jsonl", [bad, QUESTIONS[1]])
    assert main(["run", "--questions", "bad.jsonl", "--out", "bad"], lambda folder: LineBase()) == 2
    shown = capsys.readouterr()
    assert shown.err == "evals: 1 gold passages were not placed: see problems in bad\n"
    assert "q9: law: quote not found: 'within 30 days'" in shown.out
    assert len(read_run(Path("bad")).rows) == 2
