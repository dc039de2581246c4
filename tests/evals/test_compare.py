"""Two runs compared: verdicts, and what differs beside the scores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from evals.answers import Ratio
from evals.compare import compare, comparison_text
from evals.origin import Origin
from evals.record import Run
from evals.rows import Row
from kb.errors import EvalDataError


def _run(rows: Sequence[Row], questions_hash: str = "f00d", corpus: str = "c0de") -> Run:
    origin = Origin("2026-11-22T00:00:00+00:00", "abc", corpus, 1, ("v1.jsonl",), questions_hash, "all", {"model": "m"})
    return Run(origin, tuple(rows))


def _rows(names: Sequence[str], scores: Mapping[str, float]) -> list[Row]:
    ratios: dict[str, Ratio | None] = {name: Ratio(value, 1) for name, value in scores.items()}
    return [Row(name, "?", "k", "", True, "answered", None, (), (), (), (), ratios, 1.0) for name in names]


def test_a_clear_difference_has_a_verdict() -> None:
    names = [f"q{n}" for n in range(20)]
    first = _run(_rows(names, {"success@1": 0, "must_not_violations": 0, "recall@5": 1}))
    second = _run(_rows(names, {"success@1": 1, "must_not_violations": 1, "recall@5": 1}))
    comparison = compare(first, second)
    changes = {change.measure: change for change in comparison.changes}
    assert [changes[name].verdict for name in ("success@1", "must_not_violations", "recall@5")] == [
        "better",
        "worse",
        "",
    ]
    assert changes["success@1"].won == changes["must_not_violations"].lost == tuple(names)
    assert changes["ndcg@10"].result.n == 0
    lines = {line.split()[0]: line.split()[1:] for line in comparison_text(comparison).split("\n") if line}
    assert lines["success@1"] == ["0.000", "1.000", "+1.000", "[+1.000,", "+1.000]", "20", "20", "0", "better"]
    assert "ndcg@10" not in lines


def test_one_question_of_many_is_no_verdict() -> None:
    names = [f"q{n}" for n in range(20)]
    rows = _rows(names, {"success@1": 0})
    (better,) = _rows(["q0"], {"success@1": 1})
    changes = {change.measure: change for change in compare(_run(rows), _run([better, *rows[1:]])).changes}
    assert (changes["success@1"].won, changes["success@1"].verdict) == (("q0",), "")


def test_a_measure_is_paired_only_where_it_applies_in_both() -> None:
    first = _rows(["a", "b"], {"success@1": 1})
    second = [replace(first[0], scores={"success@1": None}), replace(first[1], scores={"success@1": Ratio(0, 0)})]
    changes = {change.measure: change for change in compare(_run(first), _run(second)).changes}
    result = changes["success@1"].result
    assert (result.first, result.second, result.value, result.n) == (1.0, None, None, 1)
    assert changes["success@1"].won == changes["success@1"].lost == ()


def test_what_differs_beside_the_scores_is_said() -> None:
    rows = _rows(["a", "b", "c", "d", "e"], {"success@1": 1})
    changed = [replace(rows[0], question="other words"), *rows[1:4], replace(rows[4], id="f")]
    result = compare(_run(rows), _run(changed, questions_hash="beef", corpus="d00d"))
    assert result.pairs == 3
    assert result.notes == (
        "the question files differ",
        "the documents differ",
        "1 questions are in the first run only, and left out",
        "1 questions are in the second run only, and left out",
        "1 questions with the same id have other words, and are left out",
    )
    with pytest.raises(EvalDataError, match="no question in common"):
        compare(_run(rows), _run([]))
