"""The catalog: what is put in comes out, and what is no catalog is refused with the next step."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.split import split
from kb.cached import text_digest
from kb.catalog import Catalog, source_from_json, source_to_json
from kb.catalog_writer import CatalogWriter
from kb.errors import IndexNotReady
from kb.schema import CATALOG_NAME, SCHEMA_VERSION
from kb.types import AUTHORITIES, Document, OutlineEntry, Page, Passage, Provision, Source, Span
from tests.corpora import law_of

names = st.text(min_size=1, max_size=12)
days = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))
sources = st.builds(
    Source,
    doc_id=names,
    path=names,
    sha256=names,
    title=names,
    authority=st.sampled_from(AUTHORITIES),
    jurisdiction=st.text(max_size=5),
    citation=st.text(max_size=5),
    plan=st.text(max_size=5),
    edition=st.text(max_size=5),
    effective_from=days,
    effective_to=days,
    url=st.text(max_size=5),
    retrieved=days,
    written=days,
    provenance=st.text(max_size=5),
    note=st.text(max_size=5),
    sample=st.booleans(),
    origin=st.sampled_from(["corpus", "upload"]),
)
kinds = st.sampled_from(["body", "contents", "reference"])


@given(sources)
def test_a_source_survives_json(source: Source) -> None:
    assert source_from_json(source_to_json(source)) == source


def test_members_of_a_later_program_are_passed_over() -> None:
    source = Source("a", "a.md", "0", "A", "law", effective_from=date(2026, 1, 1))
    text = source_to_json(source).replace("{", '{"colour": "red", ', 1)
    assert source_from_json(text) == source


@given(st.text(), st.text())
def test_digests_tell_texts_apart(one: str, other: str) -> None:
    assert (text_digest(one) == text_digest(other)) == (one == other)


@st.composite
def spans(draw: st.DrawFn, length: int) -> Span:
    start = draw(st.integers(0, length))
    return (start, draw(st.integers(start, length)))


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, tuple[Passage, ...]]:
    """A document with whatever pages, outline and passages: the catalog keeps them, it does not judge them."""
    text = draw(st.text(max_size=60))
    place = spans(len(text))
    pages = draw(st.lists(st.builds(Page, st.integers(1, 9999), names, st.integers(0, 60)), max_size=4))
    outline = draw(
        st.lists(
            st.builds(OutlineEntry, place, names, names, st.integers(0, 9), st.none() | place, names, kinds), max_size=4
        )
    )
    document = Document(
        "doc", "v1", text, tuple({p.number: p for p in sorted(pages, key=lambda p: p.number)}.values()), tuple(outline)
    )
    found = draw(st.lists(place, unique=True, max_size=4))
    more = st.tuples(
        st.text(max_size=9),
        names,
        st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9)),
        names,
        st.none() | place,
        names,
        kinds,
    )
    passages = tuple(
        Passage("doc", "v1", span, words, label, numbers, printed, lead, url, kind)
        for span in found
        for words, label, numbers, printed, lead, url, kind in [draw(more)]
    )
    return document, passages


@settings(max_examples=25)
@given(sources, documents())
def test_a_document_comes_out_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, source: Source, made: tuple[Document, tuple[Passage, ...]]
) -> None:
    document, passages = made
    folder = tmp_path_factory.mktemp("catalog")
    writer = CatalogWriter(folder)
    embedded = [f"embedded {n}" for n in range(len(passages))]
    assert not writer.has_document(document.key)
    writer.add_document(source, document, "files/x.md", passages, embedded)
    assert writer.has_document(document.key)
    writer.publish([document.key], "test")
    reader = Catalog(folder)
    assert reader.document(document.key) == document
    assert reader.source(document.key) == source
    assert reader.generation().sources == {document.key: source}
    assert reader.passages(document.key) == passages
    assert reader.passages_by_id([p.passage_id for p in passages]) == {p.passage_id: p for p in passages}
    assert reader.embedded_texts([p.passage_id for p in passages]) == dict(
        zip((p.passage_id for p in passages), embedded, strict=True)
    )
    assert reader.file(document.key) == folder / "files/x.md"
    assert reader.counts() == (len(passages), len(document.pages))
    reader.close()
    writer.close()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[CatalogWriter]:
    made = CatalogWriter(tmp_path)
    yield made
    made.close()


def put(writer: CatalogWriter, doc_id: str, text: str = "Words.", *, file: str = "files/x", **fields: str) -> str:
    """Store a document of one passage; its key."""
    document = Document(doc_id, "v1", text, (), (OutlineEntry((0, len(text)), fields.get("label", "L"), "", 0),))
    passage = Passage(doc_id, "v1", (0, len(text)), text, fields.get("label", "L"))
    source = Source(doc_id, "p", "0", doc_id, "digest" if fields.get("authority") == "digest" else "law")
    writer.add_document(source, document, file, [passage], [text])
    return document.key


def test_a_reader_sees_a_generation_from_the_moment_it_is_published(writer: CatalogWriter, tmp_path: Path) -> None:
    first, second = put(writer, "a"), put(writer, "b")
    assert writer.current() == 0
    one = writer.publish([first], "one")
    reader = Catalog(tmp_path)
    assert set(reader.generation().sources) == {first}
    two = writer.publish([first, second, second], "two")
    assert (reader.generation().id, reader.generation().note) == (two, "two")
    assert set(reader.generation().sources) == {first, second}
    assert writer.roll_back() == one
    assert set(reader.generation().sources) == {first}
    assert writer.generations() == [one, two]
    assert writer.members(two) == {first, second}


def test_a_document_is_stored_whole_or_not_at_all(writer: CatalogWriter, tmp_path: Path) -> None:
    document = Document("a", "v1", "Words.")
    twice = [Passage("a", "v1", (0, 6), "Words.", "L")] * 2
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed"):
        writer.add_document(Source("a", "p", "0", "A", "law"), document, "f", twice, ["x", "x"])
    assert not writer.has_document("a@v1")
    assert put(writer, "a") == "a@v1"


def test_drop_gives_the_files_that_nothing_uses_any_more(writer: CatalogWriter, tmp_path: Path) -> None:
    keys = [put(writer, "a", file="one"), put(writer, "b", file="one"), put(writer, "c", file="two")]
    writer.publish(keys, "all")
    last = writer.publish(keys[:1], "last")
    assert writer.unused([last]) == {"b@v1", "c@v1"}
    assert writer.drop(["b@v1", "c@v1"], [last]) == ["two"]
    reader = Catalog(tmp_path)
    assert reader.passages("b@v1") == ()
    assert reader.outline("b@v1") == ()
    assert writer.generations() == [last]
    with pytest.raises(IndexNotReady, match=r"document b@v1 is no longer in the catalog: ask again"):
        reader.document("b@v1")
    for lookup in (reader.source, reader.file):
        with pytest.raises(IndexNotReady, match=r"document b@v1 is no longer in the catalog: ask again"):
            lookup("b@v1")


def test_vectors_are_kept_by_text_and_model(writer: CatalogWriter, tmp_path: Path) -> None:
    vectors = {text: np.eye(4, dtype=np.float32)[n] for n, text in enumerate(["one", "two", "\u20ac\n"])}
    writer.add_vectors("m1", vectors)
    writer.add_vectors("m2", {"one": np.eye(4, dtype=np.float32)[3]})
    reader = Catalog(tmp_path)
    found = reader.vectors("m1", [*vectors, "absent"])
    assert found.keys() == vectors.keys()
    assert all(np.array_equal(found[text], vectors[text]) for text in vectors)
    assert reader.vectors("m2", ["one"])["one"][3] == 1
    assert writer.forget_vectors("m1", [text_digest("one")]) == 3
    assert reader.vectors("m1", vectors).keys() == {"one"}
    assert reader.vectors("m2", ["one"]) == {}


def test_passages_stand_at_their_label_and_below(writer: CatalogWriter, tmp_path: Path) -> None:
    text = "(a) One. (1) Two. (b) Three."
    document = law_of(text.replace(" (", "\n("), "HSC 1")
    passages = split(document)
    writer.add_document(Source("law", "p", "0", "Law", "law"), document, "f", passages, [p.text for p in passages])
    writer.publish([document.key, put(writer, "other", label="HSC 10"), put(writer, "odd", label="HSC 1.5")], "")
    reader = Catalog(tmp_path)
    at = {label: [p.label for p in reader.passages_at(label)] for label in ("HSC 1", "HSC 1(a)", "HSC 1(b)", "HSC 1(")}
    assert at == {
        "HSC 1": ["HSC 1(a)", "HSC 1(a)(1)", "HSC 1(b)"],
        "HSC 1(a)": ["HSC 1(a)", "HSC 1(a)(1)"],
        "HSC 1(b)": ["HSC 1(b)"],
        "HSC 1(": [],
    }


def test_a_section_of_law_comes_back_as_it_went_in(writer: CatalogWriter, tmp_path: Path) -> None:
    whole = Provision(
        "CONS XIII B 1",
        (0, 5),
        "A title",
        ("Constitution", "ARTICLE XIII B"),
        "conditional",
        date(2020, 1, 1),
        date(2021, 12, 31),
        "(Added by Stats. 2019.)",
        "https://example.org",
    )
    document = Document("law", "v1", "Words.\n\nMore.", (), (), (whole, Provision("HSC 1.5", (8, 13))))
    writer.add_document(Source("law", "p", "0", "Law", "law"), document, "f", [], [], words_only=True)
    number = writer.publish([document.key], "")
    reader = Catalog(tmp_path)
    assert reader.document(document.key).provisions == document.provisions
    numbers = reader.rows("SELECT authority, number FROM provision ORDER BY ordinal")
    assert numbers == [("CONS", "XIII B 1"), ("HSC", "1.5")]
    assert reader.generation().words_only == {document.key}
    writer.publish([document.key], "", embedded=[document.key])
    assert (reader.generation().id, reader.generation().words_only) == (number + 1, frozenset())


def test_passages_about_a_section_name_it_whole(writer: CatalogWriter, tmp_path: Path) -> None:
    labels = [
        "Fees (on HSC 1383.1)",
        "Fees (on HSC 1383.15)",
        "Fees (on HSC 1383.15(c))",
        "Fees (on HSC 13)",
        "HSC 1383.15",
    ]
    keys = [put(writer, f"d{n}", label=label, authority="digest") for n, label in enumerate(labels)]
    writer.publish(keys, "")
    reader = Catalog(tmp_path)
    assert [p.label for p in reader.passages_about("HSC 1383.15")] == labels[1:3]
    assert [p.label for p in reader.passages_about("HSC 1383.1")] == labels[:1]
    assert [p.label for p in reader.passages_about("HSC 13")] == labels[3:4]


def test_only_the_current_generation_is_looked_up(writer: CatalogWriter, tmp_path: Path) -> None:
    old, new = put(writer, "old", label="HSC 1"), put(writer, "new", label="HSC 2")
    writer.publish([old], "")
    writer.publish([new], "")
    reader = Catalog(tmp_path)
    assert [p.key for p in reader.passages_at("HSC 2")] == [new]
    assert reader.passages_at("HSC 1") == ()


def test_many_ids_are_looked_up_in_parts(writer: CatalogWriter, tmp_path: Path) -> None:
    text = "x" * 1300
    passages = [Passage("a", "v1", (n, n + 1), "x", "L") for n in range(1300)]
    document = Document("a", "v1", text)
    writer.add_document(Source("a", "p", "0", "A", "law"), document, "f", passages, ["x"] * 1300)
    reader = Catalog(tmp_path)
    ids = [p.passage_id for p in passages]
    assert list(reader.passages_by_id(ids)) and reader.passages_by_id(ids).keys() == set(ids)
    assert len(reader.embedded_texts(ids)) == 1300


def test_threads_share_one_reader(writer: CatalogWriter, tmp_path: Path) -> None:
    key = put(writer, "a")
    writer.publish([key], "")
    reader, seen, errors = Catalog(tmp_path), list[str](), list[Exception]()

    def read() -> None:
        try:
            seen.extend(reader.document(key).text for _ in range(20))
            reader.close()
        except Exception as exc:
            errors.append(exc)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, seen) == ([], ["Words."] * 160)


def test_no_catalog_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexNotReady, match=r"no knowledge base in .*run `python -m ingest build --kb .*` first"):
        Catalog(tmp_path / "absent")
    (tmp_path / CATALOG_NAME).mkdir()
    with pytest.raises(IndexNotReady, match=r"no knowledge base in"):
        Catalog(tmp_path)


def test_reading_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(IndexNotReady, match=r"no knowledge base in"):
        Catalog(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"nothing of the sort" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CATALOG_NAME).write_bytes(content)
    with pytest.raises(IndexNotReady, match=r"the catalog in .* cannot be used .*move that folder away, run"):
        Catalog(tmp_path)
    with pytest.raises(IndexNotReady, match=r"the catalog in .* cannot be used .*move that folder away, run"):
        CatalogWriter(tmp_path)


def set_schema(folder: Path, version: int) -> None:
    connection = sqlite3.connect(folder / CATALOG_NAME)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()


def test_a_later_schema_is_refused_by_reader_and_writer(writer: CatalogWriter, tmp_path: Path) -> None:
    set_schema(tmp_path, SCHEMA_VERSION + 1)
    message = rf"has schema {SCHEMA_VERSION + 1}, this program knows {SCHEMA_VERSION} at most: use the newer program"
    for opener in (Catalog, CatalogWriter):
        with pytest.raises(IndexNotReady, match=message):
            opener(tmp_path)


def test_an_older_catalog_is_brought_up_to_date_by_the_writer(writer: CatalogWriter, tmp_path: Path) -> None:
    """The first schema had no sections of law and no mark for documents that are found by words alone."""
    key = put(writer, "a", "Words that stay.")
    number = writer.publish([key], "")
    writer.close()
    connection = sqlite3.connect(tmp_path / CATALOG_NAME)
    connection.execute("DROP TABLE provision")
    connection.execute("ALTER TABLE document DROP COLUMN embedded")
    for name in ("model", "dense", "lexical"):
        connection.execute(f"ALTER TABLE generation DROP COLUMN {name}")
    connection.commit()
    connection.close()
    set_schema(tmp_path, 1)
    with pytest.raises(IndexNotReady, match=r"was made by an older program: run `python -m ingest build --kb"):
        Catalog(tmp_path)
    CatalogWriter(tmp_path).close()
    reader = Catalog(tmp_path)
    assert (reader.generation().id, reader.generation().words_only) == (number, frozenset())
    assert reader.document(key).text == "Words that stay."
    assert reader.document(key).provisions == ()


def test_half_built_and_empty_are_told_apart(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / CATALOG_NAME).close()
    (tmp_path / CATALOG_NAME).touch()
    with pytest.raises(IndexNotReady, match=r"is half built: run `python -m ingest build` again"):
        Catalog(tmp_path)
    CatalogWriter(tmp_path).close()
    with pytest.raises(IndexNotReady, match=r"is empty: run `python -m ingest build`"):
        Catalog(tmp_path).generation()


def test_a_reader_cannot_write(writer: CatalogWriter, tmp_path: Path) -> None:
    put(writer, "a")
    reader = Catalog(tmp_path)
    with pytest.raises(IndexNotReady, match=r"readonly|query_only|read-only"):
        reader.rows("DELETE FROM document")


def test_a_catalog_damaged_while_open_is_an_error_of_ours(writer: CatalogWriter, tmp_path: Path) -> None:
    key = put(writer, "a", "Words. " * 2000)
    writer.publish([key], "")
    writer.close()
    path = tmp_path / CATALOG_NAME
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xee" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(IndexNotReady, match=r"catalog in .* cannot be used .*move that folder away, run|is empty"):
        Catalog(tmp_path).generation()


def test_keys_and_ids_name_version_and_place() -> None:
    passage = Passage("a-b", "v1", (3, 9), "words", "L")
    assert (passage.key, passage.passage_id) == ("a-b@v1", "a-b@v1:3-9")
    assert replace(passage, text="other").passage_id == passage.passage_id
