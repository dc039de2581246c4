"""Sections of law: by number, by place in their code, and by date."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.build import build
from ingest.law.sections import LawSection, law_document
from ingest.law.subdivisions import subdivisions
from ingest.split import split
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.catalog_writer import CatalogWriter
from kb.cite import look_up
from kb.labels import parse_citation
from kb.law import LONGEST_RANGE, Law, is_old, order_of, split_label
from kb.types import Filters, ProvisionStatus, Query, Source
from tests.corpora import Corpus
from tests.fakes import HashEmbedder

TODAY = date(2026, 6, 1)
CODE = ("Health and Safety Code", "Division 2")


def section(
    number: str,
    text: str = "(a) One.\n(b) Two.",
    *,
    authority: str = "HSC",
    since: date | None = None,
    until: date | None = None,
    status: ProvisionStatus = "in_force",
    above: tuple[str, ...] = CODE,
) -> LawSection:
    parts = subdivisions(text)
    return LawSection(authority, number, text, parts, f"{number}.", "", above, status, since, until)


def law(folder: Path, *documents: list[LawSection], read: date | None = None) -> Catalog:
    """A catalog whose current generation has one document of law for each list of sections."""
    writer, keys = CatalogWriter(folder), []
    for number, sections in enumerate(documents):
        source = Source(f"law-{number}", "p", "0", f"Law {number}", "law", retrieved=read)
        document = law_document(source, "v1", sections)
        passages = split(document)
        writer.add_document(source, document, "f", passages, [p.text for p in passages])
        keys.append(document.key)
    writer.publish(keys, "")
    writer.close()
    return Catalog(folder)


def resolved(catalog: Catalog, text: str) -> tuple[str, str | None, tuple[str, ...]]:
    citation = parse_citation(text)
    assert citation is not None
    found = Law(catalog).resolve(citation)
    return found.status, found.label, found.candidates


def test_a_number_is_found_in_whatever_document_it_stands(tmp_path: Path) -> None:
    catalog = law(tmp_path, [section("1367"), section("1367.01")], [section("406.1", authority="42 CFR")])
    assert resolved(catalog, "HSC 1367.01(b)") == ("found", "HSC 1367.01(b)", ())
    assert resolved(catalog, "1367.01 (B)")[:2] == ("found", "HSC 1367.01(b)")
    assert resolved(catalog, "42 CFR 406.1(a)")[:2] == ("found", "42 CFR 406.1(a)")
    assert resolved(catalog, "HSC 1367.01(c)") == ("unknown_subdivision", None, ("HSC 1367.01(a)", "HSC 1367.01(b)"))
    assert resolved(catalog, "HSC 1367.02") == ("unknown_section", None, ("HSC 1367", "HSC 1367.01"))
    assert resolved(catalog, "45 CFR 406.1") == ("unknown_section", None, ("42 CFR 406.1",))
    assert resolved(catalog, "INS 9")[0] == "unknown_section"


def test_one_number_in_two_codes_is_ambiguous(tmp_path: Path) -> None:
    catalog = law(tmp_path, [section("1367")], [section("1367", authority="INS")])
    assert resolved(catalog, "section 1367(a)") == ("ambiguous", None, ("HSC 1367", "INS 1367"))
    assert resolved(catalog, "INS 1367(a)")[:2] == ("found", "INS 1367(a)")


def test_a_range_of_sections_runs_over_documents_in_order_of_number(tmp_path: Path) -> None:
    numbers = ["1368.03", "1368", "1368.1", "1368.015", "1368.02", "1370"]
    catalog = law(tmp_path, *[[section(number)] for number in numbers])
    found = look_up(catalog, "HSC \u00a7\u00a7 1368-1368.03", TODAY).found
    assert [cited.label for cited in found] == ["HSC 1368", "HSC 1368.015", "HSC 1368.02", "HSC 1368.03"]
    assert found[1].previous == "HSC 1368"
    assert found[-1].following == "HSC 1368.1"
    assert len(Law(catalog).between("HSC", "1", "9999")) == 6 <= LONGEST_RANGE


@pytest.mark.parametrize(
    ("authority", "numbers"),
    [
        ("HSC", "1368 1368.01 1368.015 1368.02 1368.1 1368.10 1368.5 1369 10000"),
        ("42 CFR", "406.1 406.2 406.10 406.11 422.560 438.1"),
        ("42 USC", "1396 1396a 1396b 1396r 1397"),
        ("CONS", "I 1 I 2 I 10 XIII 1"),
        ("PEN", "187 187.5 550"),
    ],
)
def test_sections_are_ordered_as_their_code_is(authority: str, numbers: str) -> None:
    labels = [f"{authority} {number}" for number in numbers.split()]
    if authority == "CONS":
        labels = ["CONS I 1", "CONS I 2", "CONS I 10", "CONS XIII 1"]
    mixed = labels[::-1]
    assert sorted(mixed, key=order_of) == labels


def test_a_label_is_split_into_authority_and_number() -> None:
    assert split_label("HSC 1383.15(a)(2)") == ("HSC", "1383.15")
    assert split_label("42 CFR 406.1") == ("42 CFR", "406.1")
    assert split_label("CONS XIII B 1(a)") == ("CONS", "XIII B 1")


def test_the_version_in_force_on_a_day_is_chosen(tmp_path: Path) -> None:
    old = section("1", "(a) Old.", until=date(2025, 12, 31))
    new = section("1", "(a) New.\n(b) More.", since=date(2026, 1, 1), until=date(2027, 12, 31))
    later = section("1", "(a) Later.", since=date(2028, 1, 1))
    catalog = law(tmp_path, [old, new], [later])

    def text(day: date) -> str:
        (cited,) = look_up(catalog, "HSC 1(a)", day).found
        return cited.text

    assert text(date(2025, 12, 31)) == "(a) Old."
    assert text(date(2026, 1, 1)) == text(TODAY) == "(a) New."
    assert text(date(2030, 1, 1)) == "(a) Later."
    (cited,) = look_up(catalog, "HSC 1", TODAY).found
    assert cited.section is not None
    assert cited.section.effective_from == date(2026, 1, 1)
    assert [held.provision.effective_from for held in cited.versions] == [date(2028, 1, 1), date(2026, 1, 1), None]
    lost = look_up(catalog, "HSC 1(b)", date(2030, 1, 1))
    assert [cited.text for cited in lost.found] == ["(b) More."]
    assert lost.reason == "HSC 1(b) is not in the text in force on 2030-01-01: another version is shown."


def test_a_repealed_section_is_shown_and_not_searched(tmp_path: Path) -> None:
    catalog = law(tmp_path, [section("1", status="repealed", until=date(2020, 1, 1)), section("2")])
    (cited,) = look_up(catalog, "HSC 1", TODAY).found
    assert cited.section is not None
    assert cited.section.status == "repealed"
    assert list(Law(catalog).hidden(TODAY).values()) == [[cited.section.span]]


def test_two_conditional_versions_are_both_shown(tmp_path: Path) -> None:
    pair = [section("1", f"(a) {word}.", status="conditional") for word in ("One", "Other")]
    catalog = law(tmp_path, pair)
    assert [cited.text for cited in look_up(catalog, "HSC 1(a)", TODAY).found] == ["(a) One.", "(a) Other."]
    assert Law(catalog).hidden(TODAY) == {}


def test_what_is_not_yet_in_force_is_hidden_until_its_day(tmp_path: Path) -> None:
    catalog = law(tmp_path, [section("1", since=date(2027, 1, 1)), section("2")])
    assert [len(spans) for spans in Law(catalog).hidden(TODAY).values()] == [1]
    assert Law(catalog).hidden(date(2027, 1, 1)) == {}
    assert len(look_up(catalog, "HSC 1", TODAY).found) == 1


def test_a_text_read_later_outranks_one_without_dates(tmp_path: Path) -> None:
    law(tmp_path, [section("1", "(a) Undated.")])
    writer = CatalogWriter(tmp_path)
    source = Source("page", "p", "0", "Page", "law", retrieved=TODAY)
    document = law_document(source, "v1", [section("1", "(a) Read.")])
    writer.add_document(source, document, "f", [], [])
    writer.publish([*writer.members(writer.current()), document.key], "")
    (cited,) = look_up(Catalog(tmp_path), "HSC 1(a)", TODAY).found
    assert cited.text == "(a) Read."


def test_law_is_browsed_by_heading(tmp_path: Path) -> None:
    catalog = law(
        tmp_path,
        [section("1", above=("Code", "Division 1")), section("2", above=("Code", "Division 1", "Chapter 1"))],
        [section("3", above=("Code", "Division 2")), section("9", above=(), authority="9 USC")],
    )
    reader = Law(catalog)
    assert reader.authorities() == {"9 USC": 1, "HSC": 3}
    (code,), none = reader.branches("HSC", ())
    assert (code.heading, code.sections, code.first, code.last, none) == ("Code", 3, "HSC 1", "HSC 3", ())
    divisions, _ = reader.branches("HSC", ("Code",))
    assert [(b.heading, b.sections) for b in divisions] == [("Division 1", 2), ("Division 2", 1)]
    chapters, sections = reader.branches("HSC", ("Code", "Division 1"))
    assert [b.heading for b in chapters] == ["Chapter 1"]
    assert [p.label for p in sections] == ["HSC 1"]
    assert [p.label for p in reader.branches("9 USC", ())[1]] == ["9 USC 9"]


@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 900)), min_size=1, max_size=6))
def test_each_day_has_one_version_and_all_others_are_hidden(
    tmp_path_factory: pytest.TempPathFactory, spells: list[tuple[date, int]]
) -> None:
    versions = [section("1", f"(a) {n}.", since=a, until=a + timedelta(d)) for n, (a, d) in enumerate(spells)]
    catalog = law(tmp_path_factory.mktemp("law"), versions)
    found = look_up(catalog, "HSC 1(a)", TODAY).found
    assert len(found) == 1
    holds = any(a <= TODAY <= a + timedelta(d) for a, d in spells)
    hidden = sum(len(spans) for spans in Law(catalog).hidden(TODAY).values())
    assert hidden == len(versions) - holds
    catalog.close()


def test_only_the_version_in_force_is_quoted(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    for days, doc_id, fields in (
        ("30", "old", {"effective_to": date(2025, 12, 31)}),
        ("20", "new", {"effective_from": date(2026, 1, 1)}),
    ):
        text = f"(a) A plan shall answer a grievance within {days} calendar days."
        corpus.put(doc_id, text, f"{doc_id}.txt", authority="law", citation="HSC 9999", **fields)
    embedder = HashEmbedder()
    build(corpus.folder, tmp_path / "kb", embedder)
    base = KnowledgeBase.open(tmp_path / "kb", embedder)
    for day, days in ((TODAY, "20"), (date(2025, 6, 1), "30")):
        query = Query("When must a plan answer a grievance?", Filters(as_of=day))
        assert [hit.passage.text[-17:-14].strip() for hit in base.search(query)] == [days]
        (hit,) = base.search(Query("HSC 9999(a)", Filters(as_of=day)))
        assert f"{days} calendar days" in hit.passage.text


def test_a_text_is_old_after_a_year_or_when_nobody_knows() -> None:
    def read(day: date | None) -> bool:
        return is_old(Source("d", "p", "0", "T", "law", retrieved=day), TODAY)

    assert read(None)
    assert read(TODAY - timedelta(366))
    assert not read(TODAY - timedelta(365))
