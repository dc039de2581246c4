"""The manifest: what may stand in it, and that the bundled one tells the truth."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.manifest import read_manifest, seal
from kb.errors import SourceError
from tests.corpora import CORPUS, GUIDE, Corpus

ROW: dict[Any, Any] = {"doc_id": "a", "path": "a.md", "sha256": "0" * 64, "title": "A", "authority": "guide"}


def manifest(folder: Path, *rows: Any) -> Path:
    (folder / "manifest.yaml").write_text(yaml.safe_dump({"documents": list(rows)}), encoding="utf-8")
    return folder


def test_a_row_becomes_a_source(tmp_path: Path) -> None:
    more = {"edition": 2026, "effective_from": date(2026, 1, 1), "plan": None, "sample": True, "url": "https://e.org"}
    (source,) = read_manifest(manifest(tmp_path, {**ROW, **more}))
    assert (source.doc_id, source.title, source.authority) == ("a", "A", "guide")
    assert (source.edition, source.plan, source.sample, source.origin) == ("2026", "", True, "corpus")
    assert (source.effective_from, source.effective_to) == (date(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{**ROW, "colour": "red"}], r"manifest\.yaml, document 1: unknown field\(s\) colour"),
        ([{**ROW, "origin": "upload"}], r"document 1: unknown field\(s\) origin"),
        ([{**ROW, 5: 1}], r"document 1: unknown field\(s\) 5"),
        ([{"doc_id": "a"}], r"document 1: missing field\(s\) path, sha256, title, authority"),
        ([{**ROW, "title": ""}], r"document 1: missing field\(s\) title"),
        (
            [{**ROW, "authority": "blog"}],
            r"document 1: authority 'blog' is none of law, digest, contract, agency, guide",
        ),
        ([{**ROW, "path": "../a.md"}], r"document 1: path '\.\./a\.md' leaves the corpus folder"),
        ([{**ROW, "path": "/etc/passwd"}], r"document 1: path '/etc/passwd' leaves the corpus folder"),
        ([{**ROW, "written": "soon"}], r"document 1: written 'soon' is not a date \(YYYY-MM-DD\)"),
        ([{**ROW, "effective_to": 2026}], r"document 1: effective_to 2026 is not a date"),
        ([ROW, {**ROW, "path": "b.md"}], r"doc_id given twice: a"),
        ([ROW, "words"], r"document 2: expected fields, found 'words'"),
        ([None], r"document 1: expected fields, found None"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, rows: list[Any], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_manifest(manifest(tmp_path, *rows))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"expected a list under 'documents:'"),
        ("documents:", r"expected a list under 'documents:'"),
        ("- a\n- b", r"expected a list under 'documents:'"),
        ("documents: {a: 1}", r"expected a list under 'documents:'"),
        ("documents: [", r"is not valid YAML"),
        ("!!python/object/apply:os.system ['true']", r"is not valid YAML"),
        ("\x00", r"is not valid YAML"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "manifest.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_manifest(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_bytes(b"documents: \xff\xfe\x80")
    with pytest.raises(SourceError, match=r"is not valid YAML"):
        read_manifest(tmp_path)


def test_a_missing_manifest_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no manifest at .*manifest\.yaml: give the corpus folder with --corpus"):
        read_manifest(tmp_path)


def test_an_empty_list_is_an_empty_corpus(tmp_path: Path) -> None:
    assert read_manifest(manifest(tmp_path)) == ()


@pytest.mark.parametrize("value", [{"title": ["a"]}, {"sample": "no"}, {"doc_id": "a@b:1-2"}, {"doc_id": "a/../b"}])
def test_values_of_the_wrong_kind_are_refused(tmp_path: Path, value: dict[str, Any]) -> None:
    with pytest.raises(SourceError, match=r"document 1: "):
        read_manifest(manifest(tmp_path, {**ROW, **value}))


def test_seal_writes_true_hashes_and_leaves_the_rest(small: Corpus) -> None:
    before = (small.folder / "manifest.yaml").read_text(encoding="utf-8")
    assert seal(small.folder) == []
    assert (small.folder / "manifest.yaml").read_text(encoding="utf-8") == before
    (small.folder / "guide.md").write_text(GUIDE + "\nMore.\n", encoding="utf-8")
    old = {source.doc_id: source.sha256 for source in read_manifest(small.folder)}
    assert seal(small.folder) == ["guide"]
    new = {source.doc_id: source.sha256 for source in read_manifest(small.folder)}
    assert new["guide"] == hashlib.sha256((small.folder / "guide.md").read_bytes()).hexdigest() != old["guide"]
    assert {k: v for k, v in new.items() if k != "guide"} == {k: v for k, v in old.items() if k != "guide"}
    assert seal(small.folder) == []


def test_seal_tells_twins_apart(tmp_path: Path) -> None:
    """Two rows with the same hash: only the one whose file changed gets a new one."""
    corpus = Corpus(tmp_path)
    corpus.put("one", GUIDE)
    corpus.put("two", GUIDE)
    (tmp_path / "two.md").write_text("Other words.\n", encoding="utf-8")
    assert seal(tmp_path) == ["two"]
    assert seal(tmp_path) == []


@pytest.mark.parametrize("lost", ["manifest.yaml", "guide.md"])
def test_seal_names_what_is_missing(small: Corpus, lost: str) -> None:
    (small.folder / lost).unlink()
    with pytest.raises(SourceError, match=lost):
        seal(small.folder)


BUNDLED = tuple(source for source in read_manifest(CORPUS) if not source.path.startswith("official/"))


@pytest.mark.parametrize("doc_id", [source.doc_id for source in BUNDLED])
def test_the_bundled_hashes_are_true(doc_id: str) -> None:
    source = next(source for source in BUNDLED if source.doc_id == doc_id)
    assert hashlib.sha256((CORPUS / source.path).read_bytes()).hexdigest() == source.sha256, "run python -m ingest seal"


def test_every_corpus_file_is_listed_once() -> None:
    files = {
        path.relative_to(CORPUS).as_posix()
        for path in CORPUS.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.parent.name != "source"
        and path.name not in ("manifest.yaml", "official.yaml")
        and "official" not in path.relative_to(CORPUS).parts
    }
    assert sorted(source.path for source in BUNDLED) == sorted(files)


def test_bundled_sources_say_what_they_are() -> None:
    for source in BUNDLED:
        assert source.provenance
        assert source.note
        assert source.jurisdiction
        if source.authority == "law":
            assert source.citation
            assert source.url.startswith("https://")
        if source.authority == "contract":
            assert source.sample
            assert source.plan.endswith("(sample)")
            assert source.effective_from is not None and source.effective_to is not None
            assert source.effective_from.isoformat() == f"{source.edition}-01-01"
            assert source.effective_to.isoformat() == f"{source.edition}-12-31"
        if source.authority == "digest":
            assert "not the law" in source.title
