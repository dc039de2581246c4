"""One part left out at a time: what is asked again, and what the table says."""

import json
from pathlib import Path

import numpy as np
import pytest

import evals.ablate
from evals.__main__ import main
from evals.ablate import PARTS, BareEmbedder, parts
from evals.questions import GoldItem, Question, write_questions
from kb.base import KnowledgeBase
from kb.errors import EvalDataError
from tests.fakes import HashEmbedder


def test_a_bare_embedder_leaves_the_first_line_out_and_keeps_places() -> None:
    inner = HashEmbedder()
    text, words = "Plan 2026 > Copays\nYou pay 40 dollars.", "You pay 40 dollars."
    bare = BareEmbedder(inner)
    assert np.array_equal(bare.embed([text, words]), inner.embed([words, words]))
    (tokens,) = bare.embed_tokens([text])
    (plain,) = inner.embed_tokens([words])
    assert [text[a:b] for a, b in tokens.spans] == [words[a:b] for a, b in plain.spans]
    assert bare.model_id != inner.model_id and bare.token_model_id != inner.token_model_id


def test_parts_are_named_once_and_in_order() -> None:
    assert [part.name for part in parts("bm25, lexicon,bm25")] == ["bm25", "lexicon"]
    assert parts("") == PARTS
    with pytest.raises(EvalDataError, match=r"--only: spelling: choose from lexicon, "):
        parts("spelling")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Two questions, one of which only the lexicon's words lead to the law."""
    gold = (GoldItem("hsc-1383.15", 2, "second opinion"),)
    rows = [
        Question("a", "they wont let me get a different doctors view", "may_i", True, gold=gold, split="dev"),
        Question("b", "who pays for a second opinion", "who_pays", True, gold=gold, split="dev"),
    ]
    write_questions(tmp_path / "q.jsonl", rows)
    return tmp_path / "q.jsonl"


def test_a_run_of_each_is_kept_and_compared(
    questions: Path,
    corpus_kb: KnowledgeBase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(evals.ablate, "MiniLm", HashEmbedder)
    given = ["ablate", "--questions", str(questions), "--kb", str(corpus_kb.folder), "--out", str(tmp_path / "out")]
    assert main([*given, "--only", "lexicon,word-pieces"]) == 0
    text = capsys.readouterr().out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"whole", "without-lexicon", "without-word-pieces"}
    settings = json.loads((tmp_path / "out" / "without-lexicon" / "run.json").read_text())["origin"]["settings"]
    assert "lexicon=0.0" in settings["weights"]
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[-3:]] == ["the", "lexicon", "word-pieces"]
    assert main([*given]) == 2
    assert "holds a run already" in capsys.readouterr().err


def test_a_part_of_what_is_embedded_is_measured_on_a_copy(
    questions: Path, corpus_kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evals.ablate, "MiniLm", HashEmbedder)
    given = ["ablate", "--questions", str(questions), "--kb", str(corpus_kb.folder)]
    assert main([*given, "--out", str(tmp_path / "out"), "--only", "headings", "--json"]) == 0
    settings = json.loads((tmp_path / "out" / "without-headings" / "run.json").read_text())["origin"]["settings"]
    assert settings["model"].endswith("-bare")
