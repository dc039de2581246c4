"""Building: what did not change is not touched, and whatever goes wrong the old version answers."""

import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from filelock import FileLock

from ingest import store as store_module
from ingest.build import Item, add, build, corpus_items, is_current, remove
from ingest.store import writing
from ingest.upkeep import collect_garbage
from ingest.upload import items_of, upload_id
from ingest.verify import _ADD, verify
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.dense import DenseIndex
from kb.embed import learned_id
from kb.errors import IndexNotReady, ModelError, SourceError
from kb.lexical import LexicalIndex
from kb.schema import FILES_NAME as FILES
from kb.types import Passage, Query
from tests.corpora import CORPUS, GUIDE, LAW, ROOT, Corpus
from tests.fakes import FailingEmbedder, HashEmbedder, lose_rows

URGENT = "how fast must they answer an urgent request"


def passage_ids(folder: Path) -> dict[str, tuple[str, ...]]:
    """doc_id -> ids of its passages, in the current generation."""
    catalog = Catalog(folder)
    found = {
        source.doc_id: tuple(p.passage_id for p in catalog.passages(key))
        for key, source in catalog.generation().sources.items()
    }
    catalog.close()
    return found


def everything(folder: Path) -> tuple[int, dict[str, tuple[str, ...]], set[str], set[str]]:
    """The generation's number, its passages, and the rows of both indexes."""
    catalog = Catalog(folder)
    number, made = catalog.generation().id, catalog.generation().made
    catalog.close()
    dense = DenseIndex(folder, HashEmbedder().model_id, name=made.dense)
    rows = dense.ids()
    dense.close()
    return number, passage_ids(folder), rows, LexicalIndex(folder, name=made.lexical).ids()


def first_words(folder: Path, question: str) -> str:
    """The strongest passage for a question."""
    base = KnowledgeBase.open(folder, HashEmbedder())
    text = base.search(Query(question))[0].passage.text
    with base.engines(base.catalog.generation()) as engines:
        engines.dense.close()
    return text


def test_a_first_build_reports_what_it_holds(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    report = build(small.folder, folder, embedder)
    assert set(report.added) == {"law", "guide", "plan-2025", "plan-2026"}
    assert (report.changed, report.unchanged, report.removed, report.failed) == ((), (), (), ())
    assert report.documents == 4
    assert report.passages == sum(map(len, passage_ids(folder).values()))
    assert report.pages == 0
    assert verify(folder, embedder) == []


def test_a_second_build_embeds_and_changes_nothing(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    before, calls = everything(folder), embedder.calls
    report = build(small.folder, folder, embedder)
    assert len(report.unchanged) == 4
    assert embedder.calls == calls
    assert everything(folder) == before


def test_a_second_build_of_the_bundled_corpus_embeds_nothing(corpus_kb: KnowledgeBase, tmp_path: Path) -> None:
    folder, embedder = tmp_path / "kb", HashEmbedder()
    shutil.copytree(corpus_kb.folder, folder)
    report = build(CORPUS, folder, embedder)
    assert len(report.unchanged) == report.documents
    assert embedder.calls == 0


def test_an_edit_changes_its_own_document_only(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    before = passage_ids(folder)
    small.put("guide", GUIDE.replace("800-555-0100", "800-555-0199"))
    report = build(small.folder, folder, embedder)
    assert report.changed == ("guide",)
    assert set(report.unchanged) == {"law", "plan-2025", "plan-2026"}
    after = passage_ids(folder)
    assert {name: ids for name, ids in after.items() if name != "guide"} == {
        name: ids for name, ids in before.items() if name != "guide"
    }
    assert not set(after["guide"]) & set(before["guide"])
    assert "800-555-0199" in first_words(folder, "number of member services to file a grievance")
    assert verify(folder, embedder) == []


def test_an_edit_embeds_only_the_new_words(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    embedder.texts.clear()
    small.put("guide", GUIDE.replace("800-555-0100", "800-555-0199"))
    build(small.folder, folder, embedder)
    assert embedder.texts
    assert all("800-555-0199" in text for text in embedder.texts)


def test_a_changed_description_is_a_new_version(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    small.put("guide", GUIDE, title="A better title")
    assert build(small.folder, folder, embedder).changed == ("guide",)
    sources = Catalog(folder).generation().sources.values()
    assert "A better title" in {source.title for source in sources}


def test_an_added_document_leaves_the_others(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    before = passage_ids(folder)
    small.put("more", "# More\n\nAn interpreter is free of charge.\n")
    report = build(small.folder, folder, embedder)
    assert report.added == ("more",)
    after = passage_ids(folder)
    assert {name: ids for name, ids in after.items() if name != "more"} == before
    assert "interpreter" in first_words(folder, "is an interpreter free of charge")


def test_a_removed_document_leaves_the_others(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    before = passage_ids(folder)
    small.drop("guide")
    report = build(small.folder, folder, embedder)
    assert report.removed == ("guide",)
    assert report.documents == 3
    assert passage_ids(folder) == {name: ids for name, ids in before.items() if name != "guide"}
    assert "800-555-0100" not in first_words(folder, "number of member services to file a grievance")
    assert verify(folder, embedder) == []


def test_equal_clauses_of_two_documents_stay_two(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    small.put("copy", GUIDE)
    build(small.folder, folder, embedder)
    hits = KnowledgeBase.open(folder, embedder).search(Query("what to bring: card and letter of denial"))
    assert {hit.passage.doc_id for hit in hits[:2]} == {"guide", "copy"}


@pytest.mark.parametrize("good", [0, 1])
def test_a_failing_model_leaves_the_old_generation_answering(small: Corpus, folder: Path, good: int) -> None:
    build(small.folder, folder, HashEmbedder())
    before = everything(folder)
    for doc_id in ("guide", "extra"):
        lines = "\n\n".join(f"Sentence {n} of {doc_id} speaks of the matter {n * 7}." for n in range(80))
        small.put(doc_id, f"# {doc_id}\n\n{lines}\n")
    with pytest.raises(ModelError, match=r"out of memory"):
        build(small.folder, folder, FailingEmbedder(good))
    assert everything(folder) == before
    assert "72 hours" in first_words(folder, URGENT)
    assert "800-555-0100" in first_words(folder, "number of member services to file a grievance")
    healed = build(small.folder, folder, HashEmbedder())
    assert (healed.added, healed.changed) == (("extra",), ("guide",))
    assert verify(folder, HashEmbedder()) == []


def test_a_failed_build_resumes_where_it_stopped(small: Corpus, folder: Path) -> None:
    lines = "\n\n".join(f"Sentence {n} speaks of the matter {n * 7}." for n in range(200))
    small.put("long", f"# Long\n\n{lines}\n")
    failing = FailingEmbedder(good=2)
    with pytest.raises(ModelError, match=r"out of memory"):
        build(small.folder, folder, failing)
    resumed = HashEmbedder()
    build(small.folder, folder, resumed)
    again = set(resumed.texts) & set(failing.texts)
    catalog = Catalog(folder)
    ids = [row for found in passage_ids(folder).values() for row in found]
    assert again <= set(catalog.embedded_texts(ids).values()), "a passage may be embedded twice, for its pieces"
    assert len(again) < 0.1 * len(failing.texts)


def test_a_build_that_never_ended_is_not_a_knowledge_base(small: Corpus, folder: Path) -> None:
    with pytest.raises(ModelError, match=r"out of memory"):
        build(small.folder, folder, FailingEmbedder())
    with pytest.raises(IndexNotReady, match=r"is empty: run `python -m ingest build`"):
        KnowledgeBase.open(folder, HashEmbedder())


def test_a_file_that_fails_keeps_its_old_version(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    before = passage_ids(folder)
    small.put("guide", b"PK\x03\x04 an office file", "guide.md")
    small.put("plan-2026", (small.folder / "plan-2026.md").read_text() + "\nMore.\n", **_contract("2026"))
    report = build(small.folder, folder, embedder)
    assert report.changed == ("plan-2026",)
    assert len(report.failed) == 1
    assert "guide.md: not a readable Word file" in report.failed[0]
    after = passage_ids(folder)
    assert after["guide"] == before["guide"]
    assert after["plan-2026"] != before["plan-2026"]


def _contract(edition: str) -> dict[str, str]:
    return {"authority": "contract", "plan": "Blue Harbor Health Plan", "edition": edition}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7 nonsense", "not a readable PDF"),
        (b"\x00\x01\x02\x03" * 50, "this is not a text file"),
        (b" \n\n ", "there is no text in this file"),
    ],
)
def test_a_new_file_that_fails_is_named_and_the_rest_lands(
    small: Corpus, folder: Path, embedder: HashEmbedder, content: bytes, message: str
) -> None:
    small.put("broken", content)
    report = build(small.folder, folder, embedder)
    assert report.documents == 4
    assert [line for line in report.failed if "broken.md" in line and message in line] == list(report.failed)
    assert "broken" not in passage_ids(folder)


def test_a_missing_file_is_named_and_the_rest_lands(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    (small.folder / "guide.md").unlink()
    report = build(small.folder, folder, embedder)
    assert report.documents == 3
    assert report.failed[0].startswith("guide.md: cannot be read")


def test_a_wrong_hash_is_noted_and_the_file_taken(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    (small.folder / "guide.md").write_text(GUIDE + "\nA line more.\n", encoding="utf-8")
    report = build(small.folder, folder, embedder)
    assert "guide" in report.added
    assert "guide.md: differs from the SHA-256 in the manifest" in report.warnings[0]


def test_a_corpus_is_current_until_something_changes(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    catalog = Catalog(folder)
    assert is_current(small.folder, catalog.generation())
    file = small.folder / "guide.md"
    file.write_text(GUIDE + "\nMore.\n", encoding="utf-8")
    assert not is_current(small.folder, catalog.generation())
    file.unlink()
    assert not is_current(small.folder, catalog.generation())


def test_an_upload_survives_a_build_of_the_corpus(
    small: Corpus, folder: Path, embedder: HashEmbedder, tmp_path: Path
) -> None:
    build(small.folder, folder, embedder)
    file = tmp_path / "note.txt"
    file.write_text("The clinic on Elm Street opens at noon.\n", encoding="utf-8")
    add(items_of([file]), folder, embedder)
    assert build(small.folder, folder, embedder).documents == 5
    assert "Elm Street" in first_words(folder, "when does the clinic on Elm Street open")
    assert is_current(small.folder, Catalog(folder).generation())


def test_rollback_brings_the_words_before_back(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    before = passage_ids(folder)
    small.put("guide", GUIDE.replace("800-555-0100", "800-555-0199"))
    build(small.folder, folder, embedder)
    base = KnowledgeBase.open(folder, embedder)
    question = Query("number of member services to file a grievance")
    assert "800-555-0199" in base.search(question)[0].passage.text
    with writing(folder, embedder) as store:
        store.catalog.roll_back()
    assert passage_ids(folder) == before
    assert "800-555-0100" in base.search(question)[0].passage.text
    assert verify(folder, embedder) == []


def test_nothing_is_rolled_back_past_the_first(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    with writing(folder, embedder) as store, pytest.raises(IndexNotReady, match=r"no earlier generation to go back to"):
        store.catalog.roll_back()


def test_a_build_after_a_rollback_holds_the_corpus_again(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    small.put("guide", GUIDE.replace("800-555-0100", "800-555-0199"))
    build(small.folder, folder, embedder)
    wanted = passage_ids(folder)
    with writing(folder, embedder) as store:
        store.catalog.roll_back()
    build(small.folder, folder, embedder)
    assert passage_ids(folder) == wanted
    assert verify(folder, embedder) == []


def test_after_a_rollback_a_build_can_be_rolled_back_too(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    before = passage_ids(folder)
    small.put("guide", GUIDE.replace("800-555-0100", "800-555-0199"))
    build(small.folder, folder, embedder)
    with writing(folder, embedder) as store:
        store.catalog.roll_back()
    build(small.folder, folder, embedder)
    with writing(folder, embedder) as store:
        store.catalog.roll_back()
    assert passage_ids(folder) == before


def killed(code: str) -> None:
    """Run `code` in a process that ends itself on the way, as if the power went."""
    run = subprocess.run(
        [sys.executable, "-c", f"import os\nfrom pathlib import Path\nfrom ingest.build import build\n{code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 9, run.stderr


@pytest.mark.parametrize(("stage", "at_end"), [("read", True), ("embed", True), ("index", False), ("index", True)])
def test_a_killed_build_leaves_the_old_version_answering(
    small: Corpus, folder: Path, embedder: HashEmbedder, stage: str, at_end: bool
) -> None:
    build(small.folder, folder, embedder)
    before = passage_ids(folder)
    small.put("guide", GUIDE.replace("800-555-0100", "800-555-0199"))
    small.drop("plan-2025")
    killed(
        "from tests.fakes import HashEmbedder\n"
        "def stop(stage, done, total):\n"
        f"    if stage == {stage!r} and done == (total if {at_end} else 0): os._exit(9)\n"
        f"build(Path({str(small.folder)!r}), Path({str(folder)!r}), HashEmbedder(), stop)"
    )
    assert passage_ids(folder) == before
    assert "800-555-0100" in first_words(folder, "number of member services to file a grievance")
    report = build(small.folder, folder, embedder)
    assert (report.changed, report.removed) == (("guide",), ("plan-2025",))
    assert verify(folder, embedder) == []


def test_old_versions_go_after_two_builds_and_leave_no_rows(
    small: Corpus, folder: Path, embedder: HashEmbedder
) -> None:
    for number in range(4):
        small.put("guide", GUIDE.replace("0100", f"010{number}"))
        build(small.folder, folder, embedder)
    catalog = Catalog(folder)
    current = {key for key in catalog.generation().sources if key.startswith("guide@")}
    _, _, dense, lexical = everything(folder)
    guides = {row.rpartition(":")[0] for row in dense if row.startswith("guide@")}
    assert dense == lexical
    assert len(guides) == 2
    assert current < guides
    files = {file.name for file in (folder / FILES).iterdir()}
    assert len(files) == 5


def test_gc_keeps_the_current_generation_alone(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    small.put("guide", GUIDE.replace("0100", "0199"))
    build(small.folder, folder, embedder)
    before = passage_ids(folder)
    with writing(folder, embedder) as store:
        assert collect_garbage(store, previous=False) == 1
        assert collect_garbage(store, previous=False) == 0
        with pytest.raises(IndexNotReady, match=r"no earlier generation"):
            store.catalog.roll_back()
    _, after, dense, lexical = everything(folder)
    assert after == before
    assert dense == lexical == {row for ids in after.values() for row in ids}
    assert verify(folder, embedder) == []


def a_stranger(folder: Path) -> Passage:
    """A passage that no document has."""
    passage = Catalog(folder).passages(next(iter(Catalog(folder).generation().sources)))[0]
    return replace(passage, doc_id="stranger", version="0")


def test_verify_finds_rows_missing_and_left_over_in_the_dense_index(
    small: Corpus, folder: Path, embedder: HashEmbedder
) -> None:
    build(small.folder, folder, embedder)
    with writing(folder, embedder) as store:
        key = next(key for key in Catalog(folder).generation().sources if key.startswith("law@"))
        lose_rows(store.dense, key)
        store.dense.add([a_stranger(folder)], np.ones((1, 384), dtype=np.float32))
    found = {finding.where: finding for finding in verify(folder, embedder)}
    assert set(found) == {"passages missing in the dense index", "rows of no living document in the dense index"}
    assert found["passages missing in the dense index"].count == len(passage_ids(folder)["law"])
    assert found["rows of no living document in the dense index"].example.startswith("stranger@0:")


def test_verify_finds_rows_missing_and_left_over_in_the_lexical_index(
    small: Corpus, folder: Path, embedder: HashEmbedder
) -> None:
    build(small.folder, folder, embedder)
    with writing(folder, embedder) as store:
        key = next(key for key in Catalog(folder).generation().sources if key.startswith("guide@"))
        store.lexical.remove([key])
        store.lexical.add([a_stranger(folder)], ["heading"])
    found = {finding.where: finding for finding in verify(folder, embedder)}
    assert set(found) == {"passages missing in the lexical index", "rows of no living document in the lexical index"}
    assert found["passages missing in the lexical index"].example.startswith("guide@")


@pytest.mark.parametrize("index", ["dense", "lexical"])
def test_a_build_makes_a_lost_index_again(small: Corpus, folder: Path, embedder: HashEmbedder, index: str) -> None:
    """In a process of its own, as a person would: an open client still holds the old files."""
    build(small.folder, folder, embedder)
    before = everything(folder)
    shutil.rmtree(folder / index)
    here = f"Path({str(folder)!r}), HashEmbedder())"
    assert run_here(f"build(Path({str(small.folder)!r}), {here}; print(verify({here})") == "[]\n"
    assert passage_ids(folder) == before[1]


def run_here(code: str) -> str:
    """What `code` prints in a fresh interpreter."""
    head = (
        "from pathlib import Path\nfrom ingest.build import build\nfrom ingest.verify import verify\n"
        "from tests.fakes import HashEmbedder\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", head + code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize(("remedy", "lose"), [("python -m ingest build", "vector"), (_ADD, "files")])
def test_verify_finds_lost_vectors_and_files(
    small: Corpus, folder: Path, embedder: HashEmbedder, remedy: str, lose: str
) -> None:
    build(small.folder, folder, embedder)
    if lose == "files":
        shutil.rmtree(folder / FILES)
    else:
        with writing(folder, embedder) as store:
            store.catalog.forget_vectors(embedder.model_id, [])
    found = verify(folder, embedder)
    assert [finding.remedy for finding in found] == [remedy]


def test_the_remedy_for_lost_vectors_heals_them(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    with writing(folder, embedder) as store:
        store.catalog.forget_vectors(embedder.model_id, [])
    build(small.folder, folder, embedder)
    assert verify(folder, embedder) == []


def test_a_second_writer_is_turned_away(
    small: Corpus, folder: Path, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(small.folder, folder, embedder)
    monkeypatch.setattr(store_module, "_LOCK_WAIT", 0.2)
    lock = FileLock(folder / "write.lock")
    with lock, pytest.raises(IndexNotReady, match=r"another program is writing to .*wait until it ends"):
        build(small.folder, folder, embedder)
    assert len(build(small.folder, folder, embedder).unchanged) == 4


def test_readers_answer_while_a_writer_holds_the_lock(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    with writing(folder, embedder):
        assert "72 hours" in first_words(folder, URGENT)


def test_questions_are_answered_while_builds_go_on(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    """Each answer is of one generation, the old or the new; none is an error."""
    build(small.folder, folder, embedder)
    base, stop, seen, errors = KnowledgeBase.open(folder, HashEmbedder()), Event(), list[str](), list[Exception]()
    question = Query("number of member services to file a grievance")

    def ask() -> None:
        while not stop.is_set():
            try:
                texts = [hit.passage.text for hit in base.search(question)]
                seen.append("".join(re.findall(r"800-555-\d{4}", " ".join(texts))))
            except Exception as exc:
                errors.append(exc)
                return

    numbers = [f"800-555-01{n}0" for n in range(1, 5)]
    threads = [Thread(target=ask, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in numbers:
            small.put("guide", GUIDE.replace("800-555-0100", number))
            build(small.folder, folder, embedder)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=30)
    assert errors == []
    assert set(seen) <= {"800-555-0100", *numbers}
    assert len(seen) > 3


def test_the_folder_is_private(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_an_error(small: Corpus, tmp_path: Path, embedder: HashEmbedder) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexNotReady, match=r"cannot be written .*choose another folder"):
        build(small.folder, tmp_path / "file" / "kb", embedder)


def test_another_model_builds_beside_and_the_wrong_one_is_refused(
    small: Corpus, folder: Path, embedder: HashEmbedder
) -> None:
    build(small.folder, folder, embedder)
    with pytest.raises(
        IndexNotReady, match=rf"built with hashed-stems-1, this program has {learned_id()}: build again"
    ):
        KnowledgeBase.open(folder)
    other = HashEmbedder("hashed-stems-2")
    build(small.folder, folder, other)
    assert "72 hours" in KnowledgeBase.open(folder, other).search(Query(URGENT))[0].passage.text
    assert verify(folder, other) == []


def upload(folder: Path, embedder: HashEmbedder, file: Path, content: str, **options: str) -> tuple[str, ...]:
    """The doc_ids that an upload of `content` under the name `file` gave."""
    file.write_text(content, encoding="utf-8")
    report = add(items_of([file], **options), folder, embedder)  # type: ignore[arg-type]
    assert not report.failed
    return (*report.added, *report.changed)


def test_a_file_of_the_same_name_replaces_the_one_before(
    small: Corpus, folder: Path, embedder: HashEmbedder, tmp_path: Path
) -> None:
    build(small.folder, folder, embedder)
    file = tmp_path / "My letter.txt"
    assert upload(folder, embedder, file, "The clinic opens at noon.") == ("added-my-letter",)
    assert upload(folder, embedder, file, "The clinic opens at nine.") == ("added-my-letter",)
    assert Catalog(folder).counts()[0] == sum(map(len, passage_ids(folder).values()))
    assert len(passage_ids(folder)) == 5
    assert "nine" in first_words(folder, "when does the clinic open")


def test_editions_of_one_file_stand_side_by_side(
    small: Corpus, folder: Path, embedder: HashEmbedder, tmp_path: Path
) -> None:
    build(small.folder, folder, embedder)
    names = [
        upload(folder, embedder, tmp_path / "eoc.txt", f"Appeal within {days} days.", plan="Elm", edition=edition)[0]
        for edition, days in (("2025", 60), ("2026", 90))
    ]
    assert len(set(names)) == 2
    sources = {source.doc_id: source for source in Catalog(folder).generation().sources.values()}
    assert [(sources[name].authority, sources[name].edition) for name in names] == [
        ("contract", "2025"),
        ("contract", "2026"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "-rf.txt",
        "..txt",
        "a b\tc\nd.txt",
        "'; DROP TABLE document; --.txt",
        "<script>alert(1)</script>.txt".replace("/", ""),
        "caf\u00e9 \u202egnp.txt",
        "\U0001f600.txt",
        "%s%n{0}.txt",
        "a" * 250 + ".txt",
        "law@v1:0-5.txt",
        "CON.txt",
        ".hidden.txt",
    ],
)
def test_a_hostile_file_name_is_only_a_name(folder: Path, embedder: HashEmbedder, tmp_path: Path, name: str) -> None:
    names = upload(folder, embedder, tmp_path / name, "The clinic on Elm Street opens at noon.")
    assert len(names) == 1
    assert names[0].startswith("added-")
    assert set(names[0]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert all(c.isprintable() for s in Catalog(folder).generation().sources.values() for c in s.path + s.title)
    assert {file.parent for file in (folder / FILES).iterdir()} == {folder / FILES}
    assert "Elm Street" in first_words(folder, "when does the clinic on Elm Street open")


def test_a_file_name_that_is_not_text_is_only_a_name(folder: Path, embedder: HashEmbedder, tmp_path: Path) -> None:
    file = Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.txt"))
    names = upload(folder, embedder, file, "The clinic on Elm Street opens at noon.")
    assert names[0].startswith("added-caf")


@pytest.mark.parametrize(
    "stem", ["\u041f\u0438\u0441\u044c\u043c\u043e", "\u624b\u7d19", "\u0648\u062b\u064a\u0642\u0629"]
)
def test_names_in_other_scripts_do_not_replace_each_other(
    folder: Path, embedder: HashEmbedder, tmp_path: Path, stem: str
) -> None:
    upload(folder, embedder, tmp_path / "\u0397\u03bb\u03b9\u03bf\u03c2.txt", "The clinic on Elm Street opens at noon.")
    upload(folder, embedder, tmp_path / f"{stem}.txt", "The clinic on Oak Street opens at nine.")
    assert len(passage_ids(folder)) == 2


def test_authority_law_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "statute.txt"
    file.write_text(LAW, encoding="utf-8")
    with pytest.raises(SourceError, match=r"a file is law only when an importer of official formats recognises it"):
        items_of([file], authority="law")


def test_a_file_that_says_it_is_law_is_still_a_guide(tmp_path: Path) -> None:
    file = tmp_path / "Health and Safety Code 1383.15.txt"
    file.write_text("HSC 1383.15.\n" + LAW, encoding="utf-8")
    (item,) = items_of([file])
    assert (item.source.authority, item.source.origin, item.source.citation) == ("guide", "upload", "")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("letter.txt", "We write to you.", "guide"),
        ("letter.txt", "This Evidence of Coverage is your contract.", "contract"),
        ("my-evidence-of-coverage.txt", "Words.", "contract"),
        pytest.param("letter.txt", "EVIDENCE OF\nCOVERAGE", "contract"),
    ],
)
def test_the_rank_of_an_upload_is_told_from_its_words(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert items_of([tmp_path / name])[0].source.authority == expected


def test_a_folder_is_walked_and_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "deep/c.html", "d.exe", "e"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Words.")
    assert [item.source.path for item in items_of([tmp_path])] == ["a.md", "b.txt", "c.html"]


def test_two_files_of_one_name_in_a_folder_both_land(folder: Path, embedder: HashEmbedder, tmp_path: Path) -> None:
    for place, hour in (("north", "noon"), ("south", "nine")):
        (tmp_path / "in" / place).mkdir(parents=True)
        (tmp_path / "in" / place / "hours.txt").write_text(f"The {place} clinic opens at {hour}.")
    add(items_of([tmp_path / "in"]), folder, embedder)
    assert len(passage_ids(folder)) == 2


@pytest.mark.parametrize(
    ("paths", "options", "message"),
    [
        (["absent.txt"], {}, r"absent\.txt: no such file"),
        (["a\0b.txt"], {}, r"not a possible file name"),
        (["empty"], {}, r"no document in this folder"),
        (["one.txt", "two.txt"], {"title": "T"}, r"--title names one document, but 2 files were given"),
    ],
)
def test_paths_that_cannot_be_added(tmp_path: Path, paths: list[str], options: dict[str, str], message: str) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("Words.")
    with pytest.raises(SourceError, match=message):
        items_of([tmp_path / name for name in paths], **options)  # type: ignore[arg-type]


def test_an_upload_id_is_short_and_plain() -> None:
    assert upload_id("My Letter_2", "Elm Plan", "2026") == "added-my-letter-2-elm-plan-2026"
    assert len(upload_id("word" * 100)) <= 100
    assert upload_id("word" * 100) != upload_id("word" * 101)


def test_remove_takes_one_document_out(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    report = remove("guide", folder, embedder)
    assert report.removed == ("guide",)
    assert set(passage_ids(folder)) == {"law", "plan-2025", "plan-2026"}
    with pytest.raises(SourceError, match=r"no document 'guide' in .*`python -m ingest list`"):
        remove("guide", folder, embedder)


def test_the_last_document_can_be_removed(folder: Path, embedder: HashEmbedder, tmp_path: Path) -> None:
    upload(folder, embedder, tmp_path / "one.txt", "The clinic opens at noon.")
    remove("added-one", folder, embedder)
    assert passage_ids(folder) == {}
    assert KnowledgeBase.open(folder, embedder).ask(Query("when does the clinic open")).status == "abstained"


def test_progress_counts_up_to_its_total(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    seen: dict[str, list[tuple[int, int]]] = {}
    build(small.folder, folder, embedder, lambda stage, done, total: seen.setdefault(stage, []).append((done, total)))
    assert set(seen) == {"read", "embed", "index"}
    for steps in seen.values():
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1] > 0


def test_originals_are_kept_under_their_hash(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    catalog = Catalog(folder)
    for item in corpus_items(small.folder):
        key = next(k for k, s in catalog.generation().sources.items() if s.doc_id == item.source.doc_id)
        assert catalog.file(key).read_bytes() == item.file.read_bytes()
        assert catalog.file(key).stem.startswith(item.source.sha256[:12])


def test_a_missing_upload_is_reported_not_raised(folder: Path, embedder: HashEmbedder, tmp_path: Path) -> None:
    file = tmp_path / "gone.txt"
    file.write_text("Words for a while.")
    items = items_of([file])
    file.unlink()
    report = add([*items, Item(replace(items[0].source, doc_id="x"), tmp_path)], folder, embedder)
    assert len(report.failed) == 2
    assert report.documents == 0
