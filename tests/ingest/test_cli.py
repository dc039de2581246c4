"""`python -m ingest` as a person runs it."""

import json
import shutil
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.dense import DenseIndex
from kb.embed import learned_id
from tests.command import misused, refused, run
from tests.corpora import CORPUS, GUIDE, Corpus, standard
from tests.fakes import lose_rows

COMMANDS = ["build", "add", "remove", "list", "verify", "rollback", "gc", "model", "seal", "fetch"]


def table(out: str) -> dict[str, str]:
    """The closing table of a build or an add."""
    return dict(line.split() for line in out.splitlines())


def listed(folder: Path) -> dict[str, dict[str, object]]:
    ran = run("ingest", "list", "--json", "--kb", folder)
    assert (ran.code, ran.err) == (0, "")
    return {row["doc_id"]: row for row in json.loads(ran.out)}


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_has_help(command: list[str]) -> None:
    ran = run("ingest", *command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("usage: python -m ingest")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["dance"], "invalid choice: 'dance'"),
        (["add"], "the following arguments are required: PATH"),
        (["add", "a.txt", "--authority", "blog"], "argument --authority: invalid choice: 'blog'"),
        (["add", "a.txt", "--effective-from", "soon"], "argument --effective-from: invalid"),
        (["remove"], "the following arguments are required: DOC_ID"),
        (["build", "--wings"], "unrecognized arguments: --wings"),
        (["fetch", "--delay", "soon"], "argument --delay: 'soon' is no number of seconds"),
        (["fetch", "--if-older", "-1"], "argument --if-older: '-1' is no number of days"),
    ],
)
def test_wrong_usage_is_exit_2_with_the_usage(arguments: list[str], message: str) -> None:
    assert message in misused(run("ingest", *arguments))


def test_list_shows_what_is_there(corpus_kb: KnowledgeBase) -> None:
    ran = run("ingest", "list", "--kb", corpus_kb.folder)
    assert (ran.code, ran.err) == (0, "")
    rows = listed(corpus_kb.folder)
    sources = {source.doc_id: source for source in corpus_kb.catalog.generation().sources.values()}
    assert rows.keys() == sources.keys()
    for doc_id, row in rows.items():
        assert (row["title"], row["authority"]) == (sources[doc_id].title, sources[doc_id].authority)
        assert any(line.split()[0] == doc_id and line.endswith(sources[doc_id].title) for line in ran.out.splitlines())


def test_list_of_nothing_says_what_to_run(tmp_path: Path) -> None:
    line = refused(run("ingest", "list", "--kb", tmp_path))
    assert line == f"ingest: no knowledge base in {tmp_path}: run `python -m ingest build --kb {tmp_path}` first"


def test_seal_says_what_it_wrote(small: Corpus) -> None:
    assert run("ingest", "seal", "--corpus", small.folder).out == "0 hashes written\n"
    (small.folder / "guide.md").write_text(GUIDE + "\nMore.\n", encoding="utf-8")
    assert run("ingest", "seal", "--corpus", small.folder).out == "1 hashes written: guide\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "absent.txt"], "absent.txt: no such file"),
        (["add", "."], "no document in this folder"),
        (["add", "law.csv", "--authority", "law"], "a file is law only when an importer of official formats"),
    ],
)
def test_an_add_that_cannot_be_is_one_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "law.csv").write_text("words")
    assert message in refused(run("ingest", *arguments, "--kb", tmp_path / "kb", cwd=tmp_path))
    assert not (tmp_path / "kb").exists()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Corpus, Path]:
    """A small corpus and its knowledge base, made by the command; tests copy what they change."""
    folder = tmp_path_factory.mktemp("command")
    (folder / "corpus").mkdir()
    corpus = standard(folder / "corpus")
    ran = run("ingest", "build", "--corpus", corpus.folder, "--kb", folder / "kb")
    assert ran.code == 0, ran.err
    assert "Traceback" not in ran.err
    rows = table(ran.out)
    assert (rows["documents"], rows["added"], rows["failed"]) == ("4", "4", "0")
    return corpus, folder / "kb"


@pytest.fixture
def mine(built: tuple[Corpus, Path], tmp_path: Path) -> tuple[Corpus, Path]:
    """A copy of the corpus and the knowledge base, to change."""
    shutil.copytree(built[0].folder, tmp_path / "corpus")
    shutil.copytree(built[1], tmp_path / "kb")
    return Corpus(tmp_path / "corpus", {name: dict(row) for name, row in built[0].rows.items()}), tmp_path / "kb"


@pytest.mark.model
def test_build_again_changes_nothing(built: tuple[Corpus, Path]) -> None:
    corpus, folder = built
    ran = run("ingest", "build", "--corpus", corpus.folder, "--kb", folder)
    rows = table(ran.out)
    assert (ran.code, rows["unchanged"], rows["added"], rows["changed"]) == (0, "4", "0", "0")
    quiet = run("ingest", "build", "--if-stale", "--corpus", corpus.folder, "--kb", folder)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    assert Catalog(folder).meta("model") == learned_id()


@pytest.mark.model
def test_a_stale_knowledge_base_is_built(mine: tuple[Corpus, Path]) -> None:
    corpus, folder = mine
    corpus.put("guide", GUIDE.replace("0100", "0199"))
    ran = run("ingest", "build", "--if-stale", "--corpus", corpus.folder, "--kb", folder)
    assert (ran.code, table(ran.out)["changed"]) == (0, "1")


@pytest.mark.model
def test_a_file_that_fails_is_named_and_the_exit_is_2(mine: tuple[Corpus, Path]) -> None:
    corpus, folder = mine
    corpus.put("broken", b"PK\x03\x04 an office file")
    corpus.put("more", "# More\n\nAn interpreter is free.\n")
    ran = run("ingest", "build", "--corpus", corpus.folder, "--kb", folder)
    assert ran.code == 2
    assert "ingest: failed: broken.md: not a readable Word file" in ran.err
    assert "Traceback" not in ran.err
    assert (table(ran.out)["failed"], table(ran.out)["added"]) == ("1", "1")
    assert "more" in listed(folder)


@pytest.mark.model
def test_add_list_ask_remove(mine: tuple[Corpus, Path], tmp_path: Path) -> None:
    folder = mine[1]
    file = tmp_path / "My clinic.txt"
    file.write_text("The clinic on Elm Street opens at noon on weekdays.\n", encoding="utf-8")
    added = run("ingest", "add", file, "--title", "Clinic hours", "--authority", "agency", "--kb", folder)
    assert (added.code, table(added.out)["added"]) == (0, "1"), added.err
    row = listed(folder)["added-my-clinic"]
    assert (row["title"], row["authority"], row["origin"]) == ("Clinic hours", "agency", "upload")
    asked = run("kb", "search", "when does the clinic on Elm Street open", "--kb", folder)
    assert "added-my-clinic" in asked.out.splitlines()[0]
    removed = run("ingest", "remove", "added-my-clinic", "--kb", folder)
    assert (removed.code, table(removed.out)["removed"]) == (0, "1")
    again = run("ingest", "remove", "added-my-clinic", "--kb", folder)
    assert "no document 'added-my-clinic'" in refused(again)


@pytest.mark.model
def test_verify_finds_what_build_heals(mine: tuple[Corpus, Path]) -> None:
    corpus, folder = mine
    clean = run("ingest", "verify", "--kb", folder)
    assert (clean.code, clean.out, clean.err) == (0, "catalog, dense index and lexical index agree\n", "")
    index = DenseIndex(folder, learned_id())
    lose_rows(index, next(key for key in Catalog(folder).generation().sources if key.startswith("law@")))
    index.close()
    found = run("ingest", "verify", "--kb", folder)
    assert found.code == 1
    assert "passages missing in the dense index, e.g. law@" in found.out
    assert "run: python -m ingest build" in found.out
    assert run("ingest", "build", "--corpus", corpus.folder, "--kb", folder).code == 0
    assert run("ingest", "verify", "--kb", folder).code == 0


@pytest.mark.model
def test_rollback_and_gc(mine: tuple[Corpus, Path]) -> None:
    corpus, folder = mine
    assert "no earlier generation to go back to" in refused(run("ingest", "rollback", "--kb", folder))
    corpus.put("guide", GUIDE.replace("0100", "0199"))
    run("ingest", "build", "--corpus", corpus.folder, "--kb", folder)
    ran = run("ingest", "rollback", "--kb", folder)
    assert (ran.code, ran.out) == (0, "generation 1 is current\n")
    assert "800-555-0100" in run("kb", "search", "number to file a grievance", "--kb", folder).out
    run("ingest", "build", "--corpus", corpus.folder, "--kb", folder)
    corpus.put("guide", GUIDE.replace("0100", "0111"))
    run("ingest", "build", "--corpus", corpus.folder, "--kb", folder)
    collected = run("ingest", "gc", "--kb", folder)
    assert (collected.code, collected.out.splitlines()[0]) == (0, "1 old document versions deleted")
    assert "no earlier generation" in refused(run("ingest", "rollback", "--kb", folder))
    assert run("ingest", "verify", "--kb", folder).code == 0


@pytest.mark.model
@pytest.mark.parametrize("command", ["verify", "rollback", "gc"])
def test_looking_after_a_knowledge_base_makes_none(tmp_path: Path, command: str) -> None:
    assert "no knowledge base in" in refused(run("ingest", command, "--kb", tmp_path / "none"))
    assert not (tmp_path / "none").exists()


@pytest.mark.model
def test_remove_from_a_knowledge_base_that_is_not_there(tmp_path: Path) -> None:
    ran = run("ingest", "remove", "guide", "--kb", tmp_path / "none")
    assert (ran.code, ran.out) == (2, "")
    assert "no document 'guide'" in ran.err


@pytest.mark.model
def test_a_title_that_is_not_text_is_no_traceback(mine: tuple[Corpus, Path], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words for a while.")
    ran = run("ingest", "add", tmp_path / "a.txt", "--title", b"caf\xe9", "--kb", mine[1])
    assert ran.code in (0, 2)
    assert "Traceback" not in ran.err


@pytest.mark.model
def test_the_model_is_ready(tmp_path: Path) -> None:
    ran = run("ingest", "model", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, f"{learned_id()}\n")


def test_a_missing_corpus_names_the_option(tmp_path: Path) -> None:
    line = refused(run("ingest", "build", "--corpus", tmp_path / "none", "--kb", tmp_path / "kb"))
    assert "give the corpus folder with --corpus" in line


def test_the_bundled_corpus_is_where_the_command_looks() -> None:
    assert (CORPUS / "manifest.yaml").is_file()
