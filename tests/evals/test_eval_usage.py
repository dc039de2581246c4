"""The command line of evals: split, help, and one clear line for bad input."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.questions import GoldItem, Question, write_questions
from evals.run import Base
from kb.errors import IndexNotReady

QUESTIONS = tuple(
    Question(
        f"q{n}", f"question {n}?", "how_long", True, gold=(GoldItem(f"law-{n}", 2, "within 72 hours"),), split="dev"
    )
    for n in range(1, 6)
)


@pytest.fixture
def question_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_questions(tmp_path / "v1.jsonl", QUESTIONS)
    return tmp_path / "v1.jsonl"


def test_split_from_the_command_line(question_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["split", str(question_file), "--out", "frozen.jsonl"]) == 0
    assert "5 questions in 5 groups, the largest 1" in capsys.readouterr().out
    lines = [json.loads(line) for line in Path("frozen.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == ["q1", "q2", "q3", "q4", "q5"]
    assert sorted(line["split"] for line in lines)[:2] == ["dev", "dev"]
    assert main(["split", str(question_file), "--out", "frozen.jsonl", "--join", "answers"]) == 0


def _absent(folder: Path) -> Base:
    raise IndexNotReady(f"no knowledge base in {folder}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--questions", "none.jsonl"], "none.jsonl: cannot be read (No such file or directory)"),
        (["run", "--questions", "v1.jsonl", "--kb", "nowhere"], "no knowledge base in nowhere"),
        (["run", "--questions", "unsplit.jsonl", "--split", "dev"], "no question is of split 'dev'"),
        (["compare", "nowhere", "nowhere"], "nowhere/run.json: cannot be read"),
        (["split", "v1.jsonl", "v1.jsonl", "--out", "x"], "v1.jsonl, line 1: id 'q1' was used in v1.jsonl, line 1"),
        (["split", "v1.jsonl", "--out", "unsplit.jsonl"], "unsplit.jsonl exists and holds other questions"),
    ],
)
def test_bad_input_is_one_line_and_2(
    question_file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    write_questions(Path("unsplit.jsonl"), [replace(QUESTIONS[0], split="")])
    assert main(arguments, _absent) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("evals: ") and message in shown.err and shown.err.count("\n") == 1


@pytest.mark.parametrize("command", [[], ["run"], ["compare"], ["split"]])
def test_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([*command, "--help"])
    assert "usage: python -m evals" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["measure"], ["run", "--split", "train"], ["compare", "a"]])
def test_bad_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "error:" in capsys.readouterr().err


def test_help_loads_no_heavy_library() -> None:
    code = "import sys, evals.__main__; print('numpy' in sys.modules or 'kb.base' in sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
