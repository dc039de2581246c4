"""The lexical index against BM25 written out, and questions that look like query language."""

import json
import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.build import build
from kb.base import KnowledgeBase
from kb.errors import IndexNotReady
from kb.lexical import STOP_WORDS, LexicalIndex, fold, stems
from kb.types import Passage, Query
from tests.corpora import Corpus
from tests.fakes import HashEmbedder

WORDS = "plan fee card denial doctor letter clinic bill review phone drug test limb risk wound".split()
"""Words that are their own stems and no stop words."""
K1, B, HEADING_WEIGHT = 1.2, 0.75, 0.5

Row = tuple[list[str], list[str], str]  # body, heading, document version


def bm25(rows: list[Row], query: list[str]) -> list[float]:
    """Score of each row, from the definition (Robertson & Zaragoza 2009) with the idf that is never negative."""
    scores = [0.0] * len(rows)
    for column, weight in ((0, 1.0), (1, HEADING_WEIGHT)):
        fields = [row[column] for row in rows]
        average = sum(map(len, fields)) / len(rows)
        for word in set(query):
            holders = sum(word in field for field in fields)
            idf = math.log(1 + (len(rows) - holders + 0.5) / (holders + 0.5))
            for number, field in enumerate(fields):
                count = Counter(field)[word]
                if count:
                    norm = K1 * (1 - B + B * len(field) / average)
                    scores[number] += weight * idf * count * (K1 + 1) / (count + norm)
    return scores


def passages_of(rows: list[Row]) -> list[Passage]:
    return [Passage(f"d{key}", "v", (n, n + 1), " ".join(body), "") for n, (body, _, key) in enumerate(rows)]


def index_of(rows: list[Row], folder: Path) -> LexicalIndex:
    index = LexicalIndex(folder, create=True)
    index.add(passages_of(rows), [" ".join(heading) for _, heading, _ in rows])
    return index


bodies = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)
headings = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)
tables = st.lists(st.tuples(bodies, headings, st.sampled_from("ab")), min_size=1, max_size=20)
queries = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), min_size=1, max_size=12)
few = settings(max_examples=8)
"""Every example writes an index to disk."""


def test_the_words_used_here_are_their_own_stems() -> None:
    assert stems(" ".join(WORDS)) == WORDS


@few
@given(tables, queries, st.integers(1, 22))
def test_scores_are_those_of_bm25(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], asked: list[list[str]], k: int
) -> None:
    index = index_of(rows, tmp_path_factory.mktemp("lexical"))
    assert index.size == len(rows)
    for query in asked:
        expected = dict(zip((p.passage_id for p in passages_of(rows)), bm25(rows, query), strict=True))
        positive = sorted((score for score in expected.values() if score > 0), reverse=True)
        found = index.search(query, ["da@v", "db@v"], k)
        assert [score for _, score in found] == pytest.approx(positive[:k], rel=1e-4)
        assert [expected[row] for row, _ in found] == pytest.approx([score for _, score in found], rel=1e-4)
        assert index.frequencies(query) == {
            word: max(sum(word in row[column] for row in rows) for column in (0, 1)) for word in query
        }


@few
@given(tables, queries)
def test_a_search_sees_only_the_versions_it_names(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], asked: list[list[str]]
) -> None:
    index = index_of(rows, tmp_path_factory.mktemp("lexical"))
    for query in asked:
        both = dict(index.search(query, ["da@v", "db@v"], 50))
        for key in ("da@v", "db@v"):
            mine = {row: score for row, score in both.items() if row.startswith(key)}
            assert dict(index.search(query, [key], 50)) == pytest.approx(mine)
        assert index.search(query, ["dc@v"], 50) == []


def test_adding_again_replaces_and_removing_removes(tmp_path: Path) -> None:
    rows: list[Row] = [(["plan", "fee"], ["card"], "a"), (["plan"], ["bill"], "b"), (["fee"], ["bill"], "a")]
    index = index_of(rows, tmp_path)
    before = index.ids()
    index.add(passages_of(rows), ["card", "bill", "bill"])
    assert index.ids() == before
    assert index.size == 3
    index.remove(["da@v"])
    assert index.ids() == {"db@v:1-2"}
    index.remove([])
    index.remove(["absent@v"])
    assert index.size == 1
    assert LexicalIndex(tmp_path).ids() == {"db@v:1-2"}


def test_a_deletion_that_was_never_finished_is_in_nobodys_way(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path, create=True)
    rows = [Passage(name, "1", (0, 4), f"plan {name}", "Label") for name in ("one", "two")]
    index.add(rows, ["", ""])
    meta = json.loads((tmp_path / "lexical" / "meta.json").read_text())
    (segment,) = (found["segment_id"].replace("-", "") for found in meta["segments"])
    for opstamp in range(meta["opstamp"], meta["opstamp"] + 5):  # what a killed writer had begun
        (tmp_path / "lexical" / f"{segment}.{opstamp}.del").write_bytes(b"half")
    LexicalIndex(tmp_path).remove(["one@1"])
    assert LexicalIndex(tmp_path).ids() == {rows[1].passage_id}
    assert index.damaged() == []


def test_an_empty_index_and_empty_questions_give_nothing(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path, create=True)
    assert index.ids() == set()
    assert index.search(["fee"], ["da@v"], 5) == []
    index.add([], [])
    assert index.size == 0
    filled = index_of([(["fee"], ["card"], "a")], tmp_path)
    assert filled.search([], ["da@v"], 5) == []
    assert filled.search(["fee"], [], 5) == []
    assert filled.search(["fee"], ["da@v"], 0) == []


def test_a_missing_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexNotReady, match=r"no lexical index in .*run `python -m ingest build"):
        LexicalIndex(tmp_path)


def test_a_damaged_index_says_what_to_do(tmp_path: Path) -> None:
    index_of([(["fee"], ["card"], "a")], tmp_path)
    for file in (tmp_path / "lexical").iterdir():
        file.write_bytes(b"nothing of the sort")
    with pytest.raises(IndexNotReady, match=r"lexical.* cannot be used .*run `python -m ingest rebuild-index"):
        LexicalIndex(tmp_path).ids()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Appeals", ["appeal"]),
        ("appealing an APPEAL", ["appeal", "appeal"]),
        ("second opinions", ["second", "opinion"]),
        ("What is the fee?", ["fee"]),
        ("plan\u2019s", ["plan"]),
        ("re\u2010authorization", ["re", "author"]),
        ("HSC 1383.15(c)", ["hsc", "1383", "15", "c"]),
        ("72 hours", ["72", "hour"]),
        ("don't", []),
        ("not covered without approval", ["not", "cover", "without", "approv"]),
        ("", []),
        ("?!,.;", []),
        ("the of and", []),
    ],
)
def test_stems(text: str, expected: list[str]) -> None:
    assert stems(text) == expected


@pytest.mark.parametrize("word", ["not", "no", "never", "before", "after", "without", "within", "unless", "except"])
def test_words_that_turn_a_rule_round_are_kept(word: str) -> None:
    assert word not in STOP_WORDS
    assert stems(word)


def test_stop_words_can_be_kept() -> None:
    assert stems("What is the fee?", keep_stop_words=True) == ["what", "is", "the", "fee"]


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert all(
        a == b or a in "\u2018\u2019\u02bc\u201c\u201d\u2010\u2011\u2012\u2013\u2014\u00a0\u202f\u2007\u2009"
        for a, b in zip(text, folded, strict=True)
    )


@pytest.mark.parametrize(
    "question",
    [
        'fee "second opinion"',
        "fee AND second OR opinion",
        "+fee -second opinion",
        "body:fee heading:second opinion",
        "(fee) [second TO opinion]",
        "fee^9 second~2 opinion*",
        'fee "second opinion',
        "fee; DROP TABLE passage; second opinion",
        "fee % _ second ' opinion",
        "{fee} /second/ \\opinion",
        "fee && second || !opinion",
    ],
)
def test_operators_and_quotes_are_only_words(corpus_kb: KnowledgeBase, question: str) -> None:
    """What is left of the operators are at most more words to look for; nothing is excluded or required."""
    with corpus_kb.engines(corpus_kb.catalog.generation()) as engines:
        lexical = engines.lexical
    keys = tuple(corpus_kb.catalog.generation().sources)
    words = stems(question)
    assert {"fee", "second", "opinion"} <= set(words)
    plain = dict(lexical.search(["fee", "second", "opinion"], keys, 1000))
    found = dict(lexical.search(words, keys, 1000))
    assert plain.keys() <= found.keys()
    assert all(found[row] >= score - 1e-4 for row, score in plain.items())


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_text_can_be_searched(corpus_kb: KnowledgeBase, text: str) -> None:
    if text.strip():
        hits = corpus_kb.search(Query(text))
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_words_of_a_heading_are_found(small: Corpus, folder: Path) -> None:
    small.put("extra", "# Extra\n\n## Ambulance\n\nIt is free of charge in every county.\n")
    build(small.folder, folder, HashEmbedder())
    keys = tuple(KnowledgeBase.open(folder, HashEmbedder()).catalog.generation().sources)
    (first, *_) = LexicalIndex(folder).search(stems("ambulances"), keys, 3)
    assert first[0].startswith("extra@")
