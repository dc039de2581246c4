"""`python -m kb` as a person runs it: exit codes, one line for what went wrong, JSON and nothing else."""

import json
from datetime import date
from pathlib import Path

import pytest

from ingest.law.sections import LawSection, law_document
from kb.base import KnowledgeBase
from kb.catalog_writer import CatalogWriter
from kb.types import Source
from tests.command import misused, refused, run


def info(folder: Path) -> dict[str, object]:
    ran = run("kb", "info", "--json", "--kb", folder)
    assert (ran.code, ran.err) == (0, "")
    row: dict[str, object] = json.loads(ran.out)
    return row


@pytest.mark.parametrize("command", [[], ["ask"], ["search"], ["cite"], ["info"]])
def test_every_command_has_help(command: list[str]) -> None:
    ran = run("kb", *command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("usage: python -m kb")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["dance"], "invalid choice: 'dance'"),
        (["ask", "q", "--as-of", "yesterday"], "argument --as-of: invalid"),
        (["ask", "q", "--authority", "blog"], "argument --authority: invalid choice: 'blog'"),
        (["ask", "q", "-k", "0"], "argument -k: must be from 1 to 100"),
        (["ask", "q", "-k", "many"], "argument -k: invalid"),
        (["ask", "q", "--wings"], "unrecognized arguments: --wings"),
        (["cite"], "the following arguments are required: citation"),
    ],
)
def test_wrong_usage_is_exit_2_with_the_usage(arguments: list[str], message: str) -> None:
    assert message in misused(run("kb", *arguments))


@pytest.mark.parametrize("command", [["ask", "q"], ["search", "q"], ["cite", "HSC 1383.15(c)"], ["info"]])
def test_a_missing_knowledge_base_says_what_to_run(tmp_path: Path, command: list[str]) -> None:
    line = refused(run("kb", *command, "--kb", tmp_path / "none"))
    assert line == f"kb: no knowledge base in {tmp_path}/none: run `python -m ingest build --kb {tmp_path}/none` first"


def test_the_environment_names_the_knowledge_base(corpus_kb: KnowledgeBase, tmp_path: Path) -> None:
    ran = run("kb", "info", cwd=tmp_path, KB_DIR=str(corpus_kb.folder))
    assert ran.code == 0
    assert f"folder: {corpus_kb.folder}" in ran.out
    assert "no knowledge base in .kb:" in refused(run("kb", "info", cwd=tmp_path))


def test_info_counts_what_is_there(corpus_kb: KnowledgeBase) -> None:
    facts = info(corpus_kb.folder)
    generation = corpus_kb.catalog.generation()
    passages, pages = corpus_kb.catalog.counts()
    assert facts["generation"] == generation.id
    assert (facts["documents"], facts["passages"], facts["pages"]) == (len(generation.sources), passages, pages)
    assert facts["model"] == "hashed-stems-1"
    assert facts["plans"] == {"Cedar Coast Health Plan (sample)": ["2025", "2026"]}
    assert facts["versions"] == {s.doc_id: key.rpartition("@")[2] for key, s in generation.sources.items()}
    plain = run("kb", "info", "--kb", corpus_kb.folder)
    assert f"passages: {passages}" in plain.out


def test_cite_prints_the_exact_text(corpus_kb: KnowledgeBase) -> None:
    ran = run("kb", "cite", "H&S \u00a7 1383.15, subd. (d)", "--kb", corpus_kb.folder)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("HSC 1383.15(d)\n(d) If a health care service plan approves a request")
    row = json.loads(run("kb", "cite", "1383.15(d)", "--json", "--kb", corpus_kb.folder).out)
    assert row["status"] == "found"
    assert row["found"][0]["text"] in ran.out


def test_cite_as_of_a_day_gives_the_text_of_then(tmp_path: Path) -> None:
    writer, keys = CatalogWriter(tmp_path), []
    for year, last in ((2010, date(2019, 12, 31)), (2020, None)):
        section = LawSection("HSC", "1", f"Text of {year}.", effective_from=date(year, 1, 1), effective_to=last)
        document = law_document(Source(f"l{year}", "p", "0", f"Code of {year}", "law"), "v", [section])
        writer.add_document(Source(f"l{year}", "p", "0", f"Code of {year}", "law"), document, "", (), ())
        keys.append(document.key)
    writer.publish(keys, "")
    writer.close()
    then = run("kb", "cite", "HSC 1", "--as-of", "2015-01-01", "--kb", tmp_path)
    assert "Text of 2010." in then.out and "This is not the version in force today." in then.out
    assert "other version: Operative from 1 January 2020, not before. (Code of 2020)" in then.out
    row = json.loads(run("kb", "cite", "HSC 1", "--json", "--kb", tmp_path).out)["found"][0]
    assert (row["text"], row["effective_from"], row["effective_to"]) == ("Text of 2020.", "2020-01-01", None)
    assert [version["effective_to"] for version in row["versions"]] == [None, "2019-12-31"]
    assert "--as-of: invalid fromisoformat value" in run("kb", "cite", "HSC 1", "--as-of", "soon").err


@pytest.mark.parametrize("written", ["HSC 1383.15(z)", "HSC 9", "hello", "", "-", "\U0001f600"])
def test_cite_of_what_is_not_here_is_exit_2(corpus_kb: KnowledgeBase, written: str) -> None:
    line = refused(run("kb", "cite", "--kb", corpus_kb.folder, "--", written))
    assert line.startswith("kb: ")
    ran = run("kb", "cite", "--json", "--kb", corpus_kb.folder, "--", written)
    assert (ran.code, ran.err) == (2, "")
    assert json.loads(ran.out)["found"] == []


def test_a_knowledge_base_of_another_model_is_refused(corpus_kb: KnowledgeBase) -> None:
    line = refused(run("kb", "ask", "who pays", "--kb", corpus_kb.folder))
    assert "was built with hashed-stems-1, this program has recourse-minilm-" in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask"], "give one question, or --batch IN.jsonl with --out OUT.jsonl"),
        (["ask", "q", "--batch", "in.jsonl", "--out", "out.jsonl"], "give one question, or --batch"),
        (["ask", "--batch", "in.jsonl"], "--batch and --out go together"),
        (["search", "q", "--out", "out.jsonl"], "--batch and --out go together"),
    ],
)
def test_a_question_or_a_batch_is_needed(corpus_kb: KnowledgeBase, arguments: list[str], message: str) -> None:
    assert message in refused(run("kb", *arguments, "--kb", corpus_kb.folder))


@pytest.mark.model
def test_ask_in_words_and_as_json(real_folder: Path) -> None:
    question = "how fast must they answer an urgent second opinion request"
    plain = run("kb", "ask", question, "--kb", real_folder)
    assert (plain.code, plain.err) == (0, "")
    ran = run("kb", "ask", question, "--json", "-k", "3", "--kb", real_folder)
    assert (ran.code, ran.err) == (0, "")
    row = json.loads(ran.out)
    assert (row["question"], row["status"], len(row["hits"])) == (question, "answered", 3)
    assert all(f"[{quote['n']}] " in plain.out and quote["text"] in plain.out for quote in row["quotes"])


@pytest.mark.model
def test_an_abstention_is_a_success(real_folder: Path) -> None:
    ran = run("kb", "ask", "???", "--json", "--kb", real_folder)
    assert ran.code == 0
    assert json.loads(ran.out)["reason"] == "not_a_question"


@pytest.mark.model
def test_search_in_words_and_as_json(real_folder: Path) -> None:
    row = json.loads(run("kb", "search", "second opinion fee", "--json", "-k", "4", "--kb", real_folder).out)
    assert [hit["rank"] for hit in row["hits"]] == [1, 2, 3, 4]
    plain = run("kb", "search", "second opinion fee", "-k", "4", "--kb", real_folder)
    assert (plain.code, plain.err) == (0, "")
    assert all(hit["label"] in plain.out for hit in row["hits"])


@pytest.mark.model
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "fee", "--plan", "Kaiser"], "plan 'Kaiser' is not a plan in this knowledge base; known: Cedar Coast"),
        (["ask", "fee", "--plan", "Cedar", "--edition", "1999"], "has no edition '1999' here; known: 2025, 2026"),
        (["ask", "x" * 20_001], "the question has 20,001 characters, the limit is 20,000"),
        (["search", " "], "the query is empty: type some words or a citation"),
        (["ask", "--batch", "absent.jsonl", "--out", "out.jsonl"], "absent.jsonl cannot be read"),
    ],
)
def test_bad_input_is_exit_2_with_one_line(
    real_folder: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    assert message in refused(run("kb", *arguments, "--kb", real_folder, cwd=tmp_path))


@pytest.mark.model
@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('{"id": 1, "question": "fee"}\nnot json\n', "line 2: not JSON"),
        ('{"id": 1}\n', 'line 1: expected {"id": ..., "question": "..."}'),
        ("[]\n", "line 1: expected"),
        ('\n\n{"id": 1, "question": 5}\n', "line 3: expected"),
        ('{"id": 1, "question": "fee", "as_of": "soon"}\n', "question 1: Invalid isoformat string"),
        ('{"id": 1, "question": "fee", "k": 1000}\n', "question 1: must be from 1 to 100"),
        ('{"id": 1, "question": "fee", "k": [1]}\n', "question 1: "),
        ('{"id": 1, "question": "fee", "plan": "Kaiser"}\n', "plan 'Kaiser' is not a plan"),
    ],
)
def test_a_bad_batch_is_refused_and_nothing_is_written(
    real_folder: Path, tmp_path: Path, lines: str, message: str
) -> None:
    (tmp_path / "in.jsonl").write_text(lines, encoding="utf-8")
    ran = run("kb", "ask", "--batch", "in.jsonl", "--out", "out.jsonl", "--kb", real_folder, cwd=tmp_path)
    assert message in refused(ran)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.model
@pytest.mark.parametrize(
    "line",
    [
        '{"id": 1, "question": "fee", "authority": 5}',
        '{"id": 1, "question": "fee", "authority": ["blog"]}',
        '{"id": 1, "question": "fee", "as_of": 20260101}',
    ],
)
def test_a_wrong_option_in_a_batch_line_is_refused(real_folder: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "in.jsonl").write_text(line, encoding="utf-8")
    ran = run("kb", "ask", "--batch", "in.jsonl", "--out", "out.jsonl", "--kb", real_folder, cwd=tmp_path)
    assert "question 1" in refused(ran)


@pytest.mark.model
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_batch_gives_one_line_a_question_in_order(real_folder: Path, tmp_path: Path, command: str) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "question": "who pays for a second opinion"},
        {"id": 7, "question": "newborn enrollment days", "plan": "Cedar Coast", "edition": "2025", "k": 5},
        {"id": "c", "question": "HSC 1383.15(i)", "authority": "law", "as_of": "2026-01-01"},
    ]
    text = "\n\n".join(json.dumps(row) for row in rows)
    (tmp_path / "in.jsonl").write_text(text, encoding="utf-8")
    ran = run("kb", command, "--batch", "in.jsonl", "--out", "out.jsonl", "--kb", real_folder, cwd=tmp_path)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in out] == ["a", "7", "c"]
    assert [len(row["hits"]) for row in out[:2]] == [10, 5]
    assert {hit["doc_id"] for hit in out[1]["hits"] if "cedar" in hit["doc_id"]} == {"cedar-coast-2025"}
    alone = run("kb", command, "who pays for a second opinion", "--json", "--kb", real_folder)
    assert json.loads(alone.out)["hits"] == out[0]["hits"]


@pytest.mark.model
@pytest.mark.parametrize("argument", [b"caf\xe9 second opinion", b"\xff\xfe"])
def test_a_question_that_is_not_text_is_no_traceback(real_folder: Path, argument: bytes) -> None:
    ran = run("kb", "ask", argument, "--kb", real_folder)
    assert ran.code in (0, 2)
    assert "Traceback" not in ran.err
