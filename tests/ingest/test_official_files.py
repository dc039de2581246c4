"""Files of official law, from their bytes to the text at a citation."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.build import Item, add, remove
from ingest.index import embed
from ingest.law.bulk import CALIFORNIA
from ingest.read import is_law, read, read_law
from ingest.split import split
from ingest.verify import verify
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.cite import look_up
from kb.errors import ParseError, SourceError
from kb.types import Query, Source
from tests.fakes import HashEmbedder
from tests.ingest.samples import sample

FILES = {
    "ecfr/ECFR-title1.xml": (288, "1 CFR 304.9"),
    "ecfr/title-42-part-406_versioner_excerpt.xml": (None, "42 CFR 406.10(a)"),
    "uslm/usc01_119-59.xml": (39, "1 USC 7"),
    "uslm/usc09_113-31.xml": (31, "9 USC 10(a)(1)"),
    "uslm/COMPS-8765_SSA_title_XIX_uslm2.xml": (54, "Social Security Act \u00a7 1902(a)(10)"),
    "leginfo/WIC-18901.3_real_excerpt.html": (1, "WIC 18901.3(a)"),
}
UPLOAD = Source("added", "some.file", "", "", "law", origin="upload")


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_law_by_its_bytes_and_its_passages_stand_at_their_spans(name: str) -> None:
    data = sample(name).read_bytes()
    law = read_law(UPLOAD, data)
    assert law is not None
    source, document, _ = law
    assert (source.authority, bool(source.title), bool(source.jurisdiction)) == ("law", True, True)
    expected = FILES[name][0]
    assert expected is None or len(document.provisions) == expected
    passages = split(document)
    assert all(document.text[slice(*p.span)] == p.text for p in passages)
    spans = {provision.span: provision.label for provision in document.provisions}
    for passage in passages:
        home = next(label for (a, b), label in spans.items() if a <= passage.span[0] < b)
        assert passage.label.partition("(")[0] == home


def test_each_sample_is_cited_and_searched(tmp_path: Path) -> None:
    """The two largest samples are left to the test above: embedding thousands of passages adds nothing here."""
    embedder = HashEmbedder()
    names = [name for name in FILES if "XIX" not in name and "title1" not in name]
    items = [Item(replace(UPLOAD, doc_id=f"law-{n}", path=name), sample(name)) for n, name in enumerate(names)]
    report = add(items, tmp_path, embedder)
    assert (len(report.added), report.failed) == (len(names), ())
    catalog = Catalog(tmp_path)
    for name in names:
        (cited,) = look_up(catalog, FILES[name][1]).found
        assert cited.source.authority == "law"
        assert cited.section is not None
        assert cited.section.above
    base = KnowledgeBase.open(tmp_path, embedder)
    (first, *_) = base.search(Query("Words denoting number, gender: the singular includes the plural"))
    assert first.passage.label == "1 USC 1"
    assert verify(tmp_path, embedder) == []


def test_an_archive_is_one_collection(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    folder = sample("pubinfo/fixtures/mini")
    archive = Item(
        Source(CALIFORNIA, "mini", "", "", "law", origin="upload", collection=CALIFORNIA), folder, is_archive=True
    )
    report = add([archive], tmp_path, embedder)
    assert (report.failed, report.warnings) == ((), ())
    catalog = Catalog(tmp_path)
    versions = catalog.rows("SELECT count(*) FROM provision")[0][0]
    assert versions == 52
    keys = set(catalog.generation().sources)
    assert catalog.generation().words_only == keys
    assert [c.label for c in look_up(catalog, "Gov. Code, \u00a7 100501").found] == ["GOV 100501"] * 2
    base = KnowledgeBase.open(tmp_path, embedder)
    assert any(hit.passage.label.startswith("PEN 187") for hit in base.search(Query("murder with malice aforethought")))
    assert add([archive], tmp_path, embedder).unchanged == report.added
    assert embed(["PEN"], tmp_path, embedder) == ["California Penal Code, Part 1", "California Penal Code, Part 2"]
    assert len(catalog.generation().words_only) == len(keys) - 2
    assert verify(tmp_path, embedder) == []
    with pytest.raises(SourceError, match=r"no document that is found by words alone is called 'PEN'"):
        embed(["PEN"], tmp_path, embedder)
    assert set(remove(CALIFORNIA, tmp_path, embedder).removed) == set(report.added)


def test_what_is_no_official_format_is_not_law() -> None:
    for data in (b"%PDF-1.4", b"# Words", b"<html><p>Law</p></html>", b"<?xml version='1.0'?><law/>", b"", b"\0" * 99):
        assert not is_law(data)
        assert read_law(UPLOAD, data) is None


def test_a_file_without_a_section_is_refused() -> None:
    page = b'<html><div id="single_law_section"></div></html>'
    with pytest.raises(ParseError, match=r"some\.file"):
        read(UPLOAD, page)
