"""A knowledge base that is killed, damaged, filled up and asked while it changes: nothing is lost, nothing is mixed.

`make torture` does the same for longer.
"""

import os
import sqlite3
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import kb.dense
from ingest.__main__ import main
from ingest.build import build, remove
from ingest.store import writing
from ingest.upkeep import destroy, rebuild_index, roll_back
from ingest.verify import verify
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.dense import SEAL
from kb.errors import IndexNotReady, ModelError
from kb.late import Tokens
from kb.schema import CATALOG_NAME
from kb.types import Query
from tests.command import run
from tests.corpora import GUIDE, Corpus
from tests.fakes import FailingEmbedder, HashEmbedder, lose_rows
from tests.torture.scenes import answers, passages_of_length

PHONE = Query("number of member services to file a grievance")


@pytest.fixture(scope="module")
def short() -> str:
    """What the short torture prints, in a process that has opened nothing yet."""
    ran = run("tests.torture", "short")
    assert ran.code == 0, ran
    return ran.out


def counts(text: str, name: str) -> list[int]:
    """The numbers in the lines called `name`."""
    return [int(line.split()[-1]) for line in text.splitlines() if line.strip().rpartition(" ")[0].strip() == name]


def test_killed_writers_lose_and_mix_nothing(short: str) -> None:
    trials, survivors = counts(short, "trials"), counts(short, "survivors")
    assert trials == survivors
    assert trials[0] >= 6
    assert counts(short, "losses") == [0]
    assert counts(short, "mixtures") == [0, 0]


def test_readers_beside_a_writer_get_what_a_serial_run_gives(short: str) -> None:
    assert counts(short, "errors") == [0]
    assert counts(short, "changes published")[0] >= 4
    assert counts(short, "answers read")[0] > 10


def test_faults_are_named_and_healed(short: str) -> None:
    assert "1 faults, 0 not well" in short


def statement(file: Path, sql: str) -> None:
    """Change a row behind everyone's back."""
    connection = sqlite3.connect(file)
    connection.execute(sql)
    connection.commit()
    connection.close()


def change_dense_text(folder: Path) -> None:
    statement(
        folder / "dense" / "chroma.sqlite3",
        "UPDATE embedding_metadata SET string_value = 'other' WHERE key = 'chroma:document'",
    )


def change_dense_vector(folder: Path) -> None:
    catalog = Catalog(folder)
    key = next(key for key in catalog.generation().sources if key.startswith("law@"))
    passages = [p for p in catalog.passages(key) if p.kind == "body"]
    with writing(folder, HashEmbedder()) as store:
        lose_rows(store.dense, key)
        vectors = np.roll(np.eye(len(passages), 384, dtype=np.float32), 1, axis=0)
        store.dense.add(passages, vectors)


def change_words(folder: Path) -> None:
    catalog = Catalog(folder)
    key = next(key for key in catalog.generation().sources if key.startswith("law@"))
    passages = [p for p in catalog.passages(key) if p.kind == "body"]
    with writing(folder, HashEmbedder()) as store:
        store.lexical.add(passages, ["another heading"] * len(passages))


@pytest.mark.parametrize(
    ("harm", "index"),
    [(change_dense_text, "dense"), (change_dense_vector, "dense"), (change_words, "lexical")],
)
def test_verify_finds_other_content_under_the_same_ids(
    small: Corpus, folder: Path, embedder: HashEmbedder, harm: Callable[[Path], None], index: str
) -> None:
    build(small.folder, folder, embedder)
    before, calls = answers(KnowledgeBase.open(folder, embedder)), embedder.calls
    harm(folder)
    (found,) = verify(folder, embedder)
    assert (found.where, found.remedy) == (
        f"rows of other content in the {index} index",
        f"python -m ingest rebuild-index {index}",
    )
    calls = embedder.calls
    rebuild_index([index], folder, embedder)
    assert embedder.calls == calls, "nothing is embedded again"
    assert verify(folder, embedder) == []
    assert answers(KnowledgeBase.open(folder, embedder)) == before


def test_a_dense_index_that_broke_its_seal_is_named_and_made_again(
    small: Corpus, folder: Path, embedder: HashEmbedder
) -> None:
    build(small.folder, folder, embedder)
    before = answers(KnowledgeBase.open(folder, embedder))
    statement(folder / CATALOG_NAME, "UPDATE meta SET value = 'of other files' WHERE name = 'seal of dense'")
    told = r"dense index .*files are not as written.*run `python -m ingest rebuild-index dense`"
    kb.dense._SOUND.clear()
    for use in (lambda: KnowledgeBase.open(folder, embedder).ask(PHONE), lambda: verify(folder, embedder)):
        with pytest.raises(IndexNotReady, match=told):
            use()
    rebuild_index(["dense"], folder, embedder)
    assert verify(folder, embedder) == []
    assert answers(KnowledgeBase.open(folder, embedder)) == before
    made = Catalog(folder).generation().made.dense
    assert Catalog(folder).rows("SELECT name FROM meta WHERE name LIKE 'seal of %'") == [(f"seal of {made}",)]


def test_a_knowledge_base_without_seals_answers_and_is_sealed_by_the_next_change(
    small: Corpus, folder: Path, embedder: HashEmbedder
) -> None:
    build(small.folder, folder, embedder)
    statement(folder / CATALOG_NAME, "DELETE FROM meta WHERE name LIKE 'seal of %'")
    assert KnowledgeBase.open(folder, embedder).ask(PHONE).quotes
    assert verify(folder, embedder) == []
    remove("guide", folder, embedder)
    assert Catalog(folder).meta(SEAL + Catalog(folder).generation().made.dense)


def test_verify_finds_a_changed_original_and_a_build_brings_it_back(
    small: Corpus, folder: Path, embedder: HashEmbedder
) -> None:
    build(small.folder, folder, embedder)
    file = next(iter((folder / "files").iterdir()))
    before = file.read_bytes()
    file.write_bytes(b"x" + before)
    assert [f.where for f in verify(folder, embedder)] == ["original files that are not as they were"]
    build(small.folder, folder, embedder)
    assert file.read_bytes() == before
    assert verify(folder, embedder) == []


def test_rebuilt_indexes_keep_the_way_back(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    small.put("guide", GUIDE.replace("0100", "0199"))
    build(small.folder, folder, embedder)
    base = KnowledgeBase.open(folder, embedder)
    rebuild_index(["dense", "lexical"], folder, embedder)
    assert "0199" in base.search(PHONE)[0].passage.text
    roll_back(folder, embedder)
    assert "0100" in base.search(PHONE)[0].passage.text
    assert verify(folder, embedder) == []
    names = {path.name.partition("-")[0] for path in folder.iterdir()}
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 3, "replaced index folders are gone"
    assert {"dense", "lexical", "files"} <= names


@pytest.mark.parametrize("good", [0, 2])
def test_a_change_of_the_model_that_fails_leaves_the_old_one_answering(small: Corpus, folder: Path, good: int) -> None:
    small.put("long", passages_of_length("long", 36))
    build(small.folder, folder, HashEmbedder())
    failing = FailingEmbedder(good)
    failing.model_id = "hashed-stems-2"
    with pytest.raises(ModelError, match=r"out of memory"):
        build(small.folder, folder, failing)
    base = KnowledgeBase.open(folder, HashEmbedder())
    assert "0100" in base.search(PHONE)[0].passage.text
    build(small.folder, folder, HashEmbedder("hashed-stems-2"))
    with pytest.raises(IndexNotReady, match=r"built with hashed-stems-2, this program has hashed-stems-1: build again"):
        base.search(PHONE)
    assert verify(folder, HashEmbedder("hashed-stems-2")) == []


def test_verify_with_another_model_changes_nothing(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    with pytest.raises(IndexNotReady, match=r"was built with hashed-stems-1, this program has hashed-stems-2: run"):
        verify(folder, HashEmbedder("hashed-stems-2"))
    assert verify(folder, embedder) == []


def test_a_question_whose_generation_goes_meanwhile_is_asked_anew(small: Corpus, folder: Path) -> None:
    """Two builds pass while the question is embedded: the rows it was asked of are gone by then."""
    build(small.folder, folder, HashEmbedder())

    class Slow(HashEmbedder):
        """Something is published twice, the first time that a question is embedded."""

        def embed_tokens(self, texts: Sequence[str]) -> list[Tokens]:
            if small.rows["guide"]["title"] != "Third":
                for title in ("Second", "Third"):
                    small.put("guide", GUIDE.replace("0100", f"01{len(title)}0"), title=title)
                    build(small.folder, folder, HashEmbedder())
            return super().embed_tokens(texts)

    hits = KnowledgeBase.open(folder, Slow()).search(PHONE)
    assert "800-555-0150" in hits[0].passage.text


def test_nobody_else_may_read_the_folder(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    mask = os.umask(0o000)
    try:
        build(small.folder, folder, embedder)
        KnowledgeBase.open(folder, embedder).ask(PHONE)
        small.put("guide", GUIDE.replace("0100", "0199"))
        (folder / "files" / next(iter(os.listdir(folder / "files")))).chmod(0o644)
        build(small.folder, folder, embedder)
    finally:
        os.umask(mask)
    open_to_others = [path for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_dir()} == {0o700}


def test_destroying_leaves_nothing(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    assert destroy(folder) > 5
    assert not folder.exists()
    with pytest.raises(IndexNotReady, match=r"is no knowledge base .*nothing was deleted"):
        destroy(folder)


def test_a_folder_that_holds_something_else_is_not_destroyed(
    small: Corpus, folder: Path, embedder: HashEmbedder
) -> None:
    build(small.folder, folder, embedder)
    (folder / "thesis.txt").write_text("three years of work")
    with pytest.raises(IndexNotReady, match=r"holds 'thesis\.txt', which is not of a knowledge base: nothing was"):
        destroy(folder)
    assert verify(folder, embedder) == []
    with pytest.raises(IndexNotReady, match=r"is no knowledge base"):
        destroy(small.folder)


def test_a_deletion_that_broke_off_is_finished_by_the_next(
    small: Corpus, folder: Path, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(small.folder, folder, embedder)
    with monkeypatch.context() as patch:
        patch.setattr("ingest.upkeep.shutil.rmtree", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            destroy(folder)
    assert (folder / CATALOG_NAME).is_file()
    destroy(folder)
    assert not folder.exists()


def test_destroy_asks_for_a_yes(
    small: Corpus, folder: Path, embedder: HashEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    build(small.folder, folder, embedder)
    assert main(["destroy", "--kb", str(folder)]) == 2
    assert "say --yes if you mean it" in capsys.readouterr().err
    assert folder.is_dir()
    assert main(["destroy", "--kb", str(folder), "--yes"]) == 0
    assert not folder.exists()
