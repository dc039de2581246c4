"""Systems measured side by side on a small set: the measures, the pool, every system, and the command."""

import json
import random
from argparse import Namespace
from pathlib import Path

import ir_measures
import pytest

from evals.__main__ import main
from evals.compare import compare
from evals.gold import Gold
from evals.measures import Place
from evals.near_misses import SIGNS, Told, areas, told
from evals.pool import Item, Pool, made, pooled
from evals.posed import Posed, sample, side
from evals.record import read_run
from evals.retrieval import RANKED, asked, scores_of
from evals.retrieval_sets import QUESTIONS, task
from evals.sets import read_obliqa, read_training
from evals.systems import PEER, SYSTEMS, names, opened, place_of
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.errors import EvalDataError, QueryError
from kb.types import Filters, Query
from tests.corpora import ROOT
from tests.fakes import FailingEmbedder, HashEmbedder
from tests.ingest import samples

WORDS = (
    "grievance deadline dentist orthodontic copay referral urgent denial premium formulary ambulance newborn".split()
)
ITEMS = [Item(f"Doc {n % 3}", f"Part {n}", f"A plan pays the {w} of member {n}.", f"T > {w}\n{w} {n}", w)
         for n, w in enumerate(WORDS)]  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Pool:
    return pooled(ITEMS)


@pytest.fixture(scope="module")
def base(pool: Pool, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("pool")
    made(folder, pool, HashEmbedder(), lambda done, total: None)
    return KnowledgeBase.open(folder, HashEmbedder())


def test_the_measures_are_those_of_trec_eval() -> None:
    rng = random.Random(11)
    theirs = {"Success@1": "success@1", "Success@3": "success@3", "Success@5": "success@5", "R@5": "recall@5"}
    theirs |= {"R@10": "recall@10", "R@100": "recall@100", "RR@10": "mrr@10", "nDCG@10": "ndcg@10"}
    places: list[Place] = [("d", (n * 20, n * 20 + 10)) for n in range(150)]
    rankings = {str(n): rng.sample(places, rng.randint(0, 120)) for n in range(60)}
    gold = {q: [Gold(*place, 2) for place in rng.sample(places, rng.randint(1, 5))] for q in rankings}
    rows = list(
        asked(lambda posed, k: rankings[posed.id][:k], [Posed(q, q, "k", "", tuple(g)) for q, g in gold.items()])
    )
    calculated = ir_measures.iter_calc(
        [ir_measures.parse_measure(name) for name in theirs],
        [ir_measures.Qrel(q, str((g.doc_id, g.span)), 1) for q, golds in gold.items() for g in golds],
        [ir_measures.ScoredDoc(q, str(p), 200.0 - n) for q, found in rankings.items() for n, p in enumerate(found)],
    )
    by_id = {row.id: row.scores for row in rows}
    seen = 0
    for one in calculated:
        ratio = by_id[one.query_id][theirs[str(one.measure)]]
        assert ratio is not None and ratio.value == pytest.approx(one.value), one
        seen += 1
    assert seen == len(theirs) * len(rankings) and set(theirs.values()) == {measure.name for measure in RANKED}
    assert {score.measure: score.n for score in scores_of(rows)} == dict.fromkeys(theirs.values(), 60)


def test_a_pool_holds_every_item_at_its_place(pool: Pool, base: KnowledgeBase) -> None:
    assert len(pool.documents) == 3 and base.catalog.counts()[0] == len(ITEMS)
    texts = {document.doc_id: document.text for document in pool.documents}
    for index, item in enumerate(ITEMS):
        doc_id, (start, end) = pool.place(index)
        assert texts[doc_id][start:end] == item.text
        assert place_of(pool.passages[index].passage_id) == pool.place(index)


def test_a_pool_is_made_once_and_goes_on_after_an_interruption(pool: Pool, tmp_path: Path) -> None:
    def silent(done: int, total: int) -> None: ...

    with pytest.raises(Exception, match="out of memory"):
        made(tmp_path, pool, FailingEmbedder(good=0), silent)
    rest = HashEmbedder()
    made(tmp_path, pool, rest, silent)
    assert set(rest.texts) == {item.embedded for item in ITEMS}
    again = HashEmbedder()
    made(tmp_path, pool, again, silent)
    assert not again.calls and Catalog(tmp_path).generation().id == 1
    with pytest.raises(EvalDataError, match="holds other documents: choose another folder"):
        made(tmp_path, pooled(ITEMS[:4]), again, silent)
    with pytest.raises(EvalDataError, match="Doc 9, x: the passage is blank"):
        pooled([Item("Doc 9", "x", " \n", "x")])


@pytest.fixture(autouse=True)
def hashed_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer has no weights to load either."""
    monkeypatch.setattr("evals.systems.base_model", HashEmbedder)


def test_every_system_finds_the_passage_of_its_words(pool: Pool, base: KnowledgeBase, tmp_path: Path) -> None:
    questions = [Posed(w, f"{w} {n}", "k", "", (Gold(*pool.place(n), 2),)) for n, w in enumerate(WORDS)]
    with opened(base, tuple(SYSTEMS), tmp_path / PEER) as searches:
        assert list(searches) == list(SYSTEMS)
        for name, search in searches.items():
            rows = list(asked(search, questions))
            assert [row.id for row in rows if row.scores["success@1"] != row.scores["recall@100"]] == [], name
            assert all(row.hits[0].span == row.gold[0].span for row in rows), name
            assert search(questions[0], 3) == search(questions[0], 100)[:3], name
        both = [searches[name](questions[3], 2)[0] for name in ("bm25", "minilm")]
        assert searches["llamaindex"](questions[3], 2)[0] == both[0] == both[1]
        own = [(h.passage.doc_id, h.passage.span) for h in base.search(Query("dentist 2", k=5))]
        assert searches["recourse"](questions[2], 5) == own


def test_a_refused_question_found_nothing() -> None:
    def refuse(posed: Posed, k: int) -> list[Place]:
        raise QueryError("no such plan")

    (row,) = asked(refuse, [Posed("q", "?", "k", "", (Gold("d", (0, 9), 2),), Filters(plan="none"))])
    assert (row.status, row.reason, row.hits) == ("rejected", "no such plan", ())
    assert {ratio.value for ratio in row.scores.values() if ratio} == {0.0}


def test_near_misses_are_told_by_the_area(pool: Pool, base: KnowledgeBase) -> None:
    first, other = pool.passages[0], pool.passages[1]
    rows = list(told(base, [(first, "grievance of member 0", True), (first, "hospital abroad", False)]))
    assert [set(row.signs) for row in rows] == [set(SIGNS)] * 2
    assert all(rows[0].signs[sign] > rows[1].signs[sign] for sign in SIGNS), rows
    fixed = [(first.passage_id, True, 0.9), (first.passage_id, False, 0.1), (first.passage_id, False, 0.9)]
    fixed += [(other.passage_id, True, 0.0)]
    area = areas([Told(key, answers, dict.fromkeys(SIGNS, value)) for key, answers, value in fixed])[0]
    assert (area.paired.value, area.paired.n, area.overall) == (0.75, 1, 1.5 / 4)


def test_a_sample_depends_on_the_ids_alone() -> None:
    posed = [Posed(str(n), "?", "k", "", ()) for n in range(50)]
    chosen = sample(posed, 10)
    assert len(chosen) == 10 and sample(posed, 0) == sample(posed, 99) == tuple(posed)
    assert {q.id for q in sample(posed[::-1], 10)} == {q.id for q in chosen}
    assert {side(str(n)) for n in range(50)} == {"dev", "test"}
    assert names(" recourse,bm25,bm25") == ("recourse", "bm25")
    with pytest.raises(EvalDataError, match="--systems: bm26: choose from bm25, minilm"):
        names("bm25,bm26")


def write_training(folder: Path) -> Path:
    folder.mkdir()
    rows = [
        {"doc": item.document, "kind": "guide", "label": item.label, "passage": item.text,
         "questions": [{"q": f"{w} of {n}?", "answer": "A plan pays"}], "near_misses": [f"what of {w} abroad?"]}
        for n, (w, item) in enumerate(zip(WORDS, ITEMS, strict=True))
    ]  # fmt: skip
    (folder / "t1.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    splits = {"Doc 0": "dev", "Doc 1": "dev", "Doc 2": "test"}
    (folder / "splits.json").write_text(json.dumps(splits), encoding="utf-8")
    return folder


def test_the_command_measures_every_system_and_its_runs_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import kb.embed

    monkeypatch.setattr(kb.embed, "MiniLm", HashEmbedder)
    pairs, out = write_training(tmp_path / "pairs"), tmp_path / "out"
    given = ["retrieval", "--dataset", "training", "--path", str(pairs), "--kb", str(tmp_path / "kb")]
    assert main([*given, "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "training dev: 8 questions over 8 passages" in shown and "own passage: late score" in shown
    assert "recourse (second) against llamaindex (first)" in shown
    first, second = read_run(out / "bm25"), read_run(out / "recourse")
    changes = {change.measure: change for change in compare(first, second).changes}
    assert changes["recall@100"].result.n == 8 and changes["citation_recall"].result.n == 0
    assert main([*given, "--out", str(out)]) == 2
    assert "holds a run already" in capsys.readouterr().err
    assert main([*given, "--systems", "bm25", "--limit", "3", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["systems"]["bm25"]["counts"] == {"questions": 3, "found nothing": 0}


def test_a_folder_without_the_set_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retrieval", "--dataset", "obliqa"]) == 2
    assert "obliqa: give --path, the folder that holds the ObliQA_dev.json" in capsys.readouterr().err
    with pytest.raises(EvalDataError, match=r"splits\.json: cannot be read"):
        read_training(tmp_path, "dev")
    with pytest.raises(EvalDataError, match=r"documents\.tar\.gz: cannot be read .* check --path"):
        read_obliqa(tmp_path, "dev")


def test_obliqa_has_gold_for_every_question() -> None:
    found = read_obliqa(samples.sample("obliqa"), "dev")
    other = read_obliqa(samples.sample("obliqa"), "test")
    assert len(found.questions) + len(other.questions) == 2788 and len(found.pool.documents) == 40
    assert len(found.pool.passages) == 13_732 - 720 and all(q.gold for q in found.questions)
    assert not {q.id for q in found.questions} & {q.id for q in other.questions}


def test_the_authored_pairs_are_split_by_document() -> None:
    dev, test = (read_training(samples.sample("..", "training"), split) for split in ("dev", "test"))
    assert (len(dev.pool.passages), len(dev.questions)) == (203, 990)
    assert (len(test.pool.passages), len(test.questions)) == (292, 1427)
    assert not set(dev.pool.titles.values()) & set(test.pool.titles.values())


def test_gold_of_pages_and_of_our_own_questions_stands_in_a_built_knowledge_base(
    tmp_path: Path, corpus_kb: KnowledgeBase
) -> None:
    sources = corpus_kb.catalog.generation().sources
    key = next(k for k, s in sorted(sources.items()) if s.plan and s.path.endswith(".pdf"))
    source, document = sources[key], corpus_kb.catalog.document(key)
    cited = [f"It is so.[{Path(source.path).name}#page={page}]" for page in (2, len(document.pages))]
    rows = [{"question": f"what of {n}?", "truth": cited[n % 2]} for n in range(40)]
    (tmp_path / "qa").mkdir()
    (tmp_path / "qa" / "northwind_qa.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    given = Namespace(dataset="northwind", path=tmp_path, kb=corpus_kb.folder, split="dev", limit=0)
    work = task(given, HashEmbedder())
    assert 5 < len(work.questions) < 35 and {q.filters.plan for q in work.questions} == {source.plan}
    spans = {gold.span for posed in work.questions for gold in posed.gold}
    last = (document.pages[-1].start, len(document.text))
    assert spans == {(document.pages[1].start, document.pages[2].start), last}
    own = Namespace(dataset="questions", path=ROOT / QUESTIONS, kb=corpus_kb.folder, split="dev", limit=30)
    work = task(own, HashEmbedder())
    assert len(work.questions) == 30 and not work.problems and all(q.split == "dev" for q in work.questions)
