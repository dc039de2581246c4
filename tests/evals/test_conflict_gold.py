"""Differences measured: judged pairs stand in the corpus, the measures count what they say, bad files are told."""

import json
from pathlib import Path

import pytest

from evals.__main__ import CONFLICTS, main
from evals.conflicts import found_pairs, read_gold, report, strict_precision
from evals.gold import Texts
from kb.base import KnowledgeBase
from kb.conflicts import Differ
from kb.errors import EvalDataError
from tests.corpora import ROOT

GOLD = ROOT / CONFLICTS


def test_the_measures_meet_their_targets_on_the_bundled_corpus(corpus_kb: KnowledgeBase) -> None:
    catalog = corpus_kb.catalog
    gold = read_gold(GOLD, Texts(catalog))
    found = found_pairs(Differ(catalog).conflicts(catalog.generation().sources))
    for split in ("dev", "test"):
        measures = report(gold, found, split).measures
        assert (measures["precision"].value or 0) >= 0.9
        assert (measures["recall"].value or 0) >= 0.8
    strict, unjudged = strict_precision(gold, found)
    assert strict.value is not None and len(unjudged) < len(found)


def test_a_difference_is_of_one_split_and_pairs_that_do_not_differ_are_many(corpus_kb: KnowledgeBase) -> None:
    gold = read_gold(GOLD, Texts(corpus_kb.catalog))
    splits: dict[str, set[str]] = {}
    for pair in gold:
        splits.setdefault(pair.difference, set()).add(pair.split)
    assert all(len(sides) == 1 for sides in splits.values())
    assert sum(pair.differs == "no" for pair in gold) >= 30


def test_finding_nothing_is_no_recall_and_no_precision(corpus_kb: KnowledgeBase) -> None:
    gold = read_gold(GOLD, Texts(corpus_kb.catalog))
    nothing = report(gold, (), "all")
    assert nothing.measures["recall"].value == 0
    assert nothing.measures["precision"].value is None
    assert len(nothing.missed) == sum(pair.differs == "yes" for pair in gold)


def test_a_false_find_lowers_precision(corpus_kb: KnowledgeBase) -> None:
    catalog = corpus_kb.catalog
    gold = read_gold(GOLD, Texts(catalog))
    found = found_pairs(Differ(catalog).conflicts(catalog.generation().sources))
    same = next(pair for pair in gold if pair.differs == "no")
    false = type(found[0])(same.first, same.second, found[0].conflict)
    result = report(gold, (*found, false), "all")
    assert result.wrong == (same.id,)
    assert (result.measures["precision"].value or 0) < 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"differs": "maybe"}, "differs must be one of yes, no, unclear"),
        ({"first": {"doc_id": "hsc-1383.15", "quote": "no such words"}}, "stands 0 times in 'hsc-1383.15'"),
        ({"wrong": 1}, "unknown field 'wrong'"),
    ],
)
def test_a_bad_line_is_named(corpus_kb: KnowledgeBase, tmp_path: Path, change: dict[str, object], message: str) -> None:
    line = json.loads(GOLD.read_text(encoding="utf-8").splitlines()[0])
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({**line, **change}), encoding="utf-8")
    with pytest.raises(EvalDataError, match=message):
        read_gold(file, Texts(corpus_kb.catalog))
    file.write_text(f"{json.dumps(line)}\n{json.dumps(line)}\n", encoding="utf-8")
    with pytest.raises(EvalDataError, match="an id comes twice"):
        read_gold(file, Texts(corpus_kb.catalog))


def test_the_command(corpus_kb: KnowledgeBase, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conflicts", "--gold", str(GOLD), "--kb", str(corpus_kb.folder), "--split", "dev"]) == 0
    assert "recall of differences" in capsys.readouterr().out
    assert main(["conflicts", "--gold", str(GOLD), "--kb", str(corpus_kb.folder), "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert [one["split"] for one in whole["splits"]] == ["dev", "test"]
