"""The bulk archive of California law: what goes into one comes out as law, and what is broken in it is told."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.law import pubinfo
from ingest.law.datfile import read_rows
from ingest.law.pubinfo import is_pubinfo, read_pubinfo
from ingest.law.sections import LawFile, LawSection
from kb.errors import ParseError, SourceError
from kb.labels import canonical_label, parse_citation
from tests.conftest import Golden
from tests.ingest.archives import Made, Tables, many, node_row, tables, text, write_many
from tests.ingest.samples import damaged, outline, sample

ONE = ("1.", None, None, None, None)
CHAPTER = ("1.", None, None, "2.2.", None)
NODES = [
    node_row("HSC", "3", ONE, "DIVISION 1. LICENSES [1200. - 1796.63.]", holds=False),
    node_row("HSC", "3.10", CHAPTER, "CHAPTER 2.2. Plans [1340. - 1399.]"),
    node_row("HSC", "3.2", ("1.", None, None, "1.", None), "CHAPTER 1. Clinics [1200. - 1250.]"),
    node_row("CONS", "2", (None, None, None, None, "I"), "ARTICLE I RIGHTS [SECTION 1. - SEC. 32.]"),
    node_row("CONS", "17", (None, None, None, None, "XIII B"), "ARTICLE XIII B [LIMITS] [SEC. 1. - SEC. 15.]"),
]


def plan(number: str, *lines: str, **other: object) -> Made:
    made = Made("HSC", number, lines or ("(a) Words:", "(1) Item."), CHAPTER, "3.10")
    return replace(made, **other)  # type: ignore[arg-type]


def read(path: Path) -> tuple[list[LawFile], list[str]]:
    """The files of an archive, and what it says that it could not read."""
    problems: list[str] = []
    return list(read_pubinfo(path, lambda done, total: None, problems.append)), problems


def sections(files: list[LawFile]) -> list[LawSection]:
    return [section for file in files for section in file.sections]


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    """Five hundred sections; the zip and the folder that it unpacks to give the same."""
    made = list(many(500, 600))
    path = tmp_path / "pubinfo_2026.zip"
    write_many(path, 500, 600)
    seen: list[tuple[int, int]] = []
    problems: list[str] = []
    files = list(read_pubinfo(path, lambda done, total: seen.append((done, total)), problems.append))
    assert not problems
    assert seen[0] == (0, 500) and seen[-1] == (500, 500) and seen == sorted(seen)
    found = {section.label: section for section in sections(files)}
    assert len(found) == 500
    for section in made:
        label = f"{section.code} {section.written.rstrip('.')}"
        assert found[label].text == "\n".join(section.lines)
        assert found[label].head == section.written
        assert found[label].effective_from == date(2014, 6, 20)
        assert len(found[label].subdivisions) == len(section.lines)
    assert [file.title for file in files] == [
        f"California {name} Code, Division 1"
        for name in (
            "Business and Professions", "Education", "Government", "Health and Safety", "Insurance",
            "Welfare and Institutions",
        )
    ]  # fmt: skip
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert read(tmp_path / "unpacked") == (files, [])


def test_sections_stand_in_the_order_of_the_table_of_contents(tmp_path: Path) -> None:
    """Not by number or by row: by node, then as the table ranks them; headings without their range."""
    made = [
        plan("1367.", rank=2),
        plan("1366.5.", rank=3),
        plan("1340.", rank=1),
        Made("HSC", "1200.", ("Clinics.",), ("1.", None, None, "1.", None), "3.2"),
        Made("CONS", "SEC. 1.", ("Limits.",), (None, None, None, None, "XIII B"), "17", "Sec. 1 added.", None),
        Made("CONS", "SECTION 1.", ("Rights.",), (None, None, None, None, "I"), "2", "Sec. 1 added.", None),
    ]
    files, problems = read(tables(made, NODES).zip(tmp_path / "a.zip"))
    assert not problems
    assert [file.title for file in files] == [
        "California Constitution, Article I",
        "California Constitution, Article XIII B",
        "California Health and Safety Code, Division 1",
    ]
    assert [section.label for section in sections(files)] == [
        *("CONS I 1", "CONS XIII B 1", "HSC 1200", "HSC 1340", "HSC 1367", "HSC 1366.5")
    ]
    assert files[1].sections[0].above == ("California Constitution", "ARTICLE XIII B [LIMITS]")
    assert files[2].sections[1].above == ("Health and Safety Code", "DIVISION 1. LICENSES", "CHAPTER 2.2. Plans")
    assert files[1].sections[0].url.endswith("lawCode=CONS&sectionNum=SEC.+1.&article=XIII+B")


@pytest.mark.parametrize(
    ("written", "article", "citation"),
    [
        ("SECTION 1.", "I", "Cal. Const., art. I, \u00a7 1"),
        ("SEC. 7.5.", "I", "California Constitution, article I, section 7.5"),
        ("SEC. 1.", "XIII B", "Cal. Const., art. XIII B, \u00a7 1"),
        ("Section 4.", "XXXIV", "Cal. Const., art. XXXIV, \u00a7 4"),
    ],
)
def test_the_constitution_is_labelled_as_it_is_cited(tmp_path: Path, written: str, article: str, citation: str) -> None:
    made = Made("CONS", written, ("Words.",), (None, None, None, None, article), None, "Sec. 1 added.", None)
    (section,) = sections(read(tables([made], []).zip(tmp_path / "a.zip"))[0])
    cited = parse_citation(citation)
    assert cited is not None
    assert section.label == canonical_label(cited)
    assert (section.authority, section.above) == ("CONS", ("California Constitution", f"ARTICLE {article}"))


def test_versions_that_stand_side_by_side_are_all_read(tmp_path: Path) -> None:
    ends = "Amended by Stats. 2026, Ch. 28.   Inoperative July 1, 2026, by its own provisions."
    begins = "Added by Stats. 2026, Ch. 28.   Section operative July 1, 2026, by its own provisions."
    made = [
        plan("50423.", "Old.", history=ends, version="id_1", rank=1),
        plan("50423.", "New.", history=begins, version="id_2", rank=2),
    ]
    found = sections(read(tables(made, NODES).zip(tmp_path / "a.zip"))[0])
    assert [(s.label, s.text, s.effective_from, s.effective_to) for s in found] == [
        ("HSC 50423", "Old.", date(2014, 6, 20), date(2026, 6, 30)),
        ("HSC 50423", "New.", date(2026, 7, 1), None),
    ]


@pytest.mark.parametrize(
    ("code", "places", "above"),
    [
        ("HSC", CHAPTER, ("DIVISION 1. LICENSES", "CHAPTER 2.2. Plans")),
        ("HSC", ("9.", None, "3.", None, "2.5."), ("DIVISION 9.", "PART 3.", "ARTICLE 2.5.")),
        ("GOV", ("2.", "5.", "1.", "9.", None), ("TITLE 5.", "DIVISION 2.", "PART 1.", "CHAPTER 9.")),
        ("PEN", (None, "8.", "1.", "1.", None), ("PART 1.", "TITLE 8.", "CHAPTER 1.")),
        ("CIV", ("3.", "1.", "2.", None, None), ("DIVISION 3.", "PART 2.", "TITLE 1.")),
        ("HSC", (None, None, None, None, None), ()),
    ],
)
def test_a_version_without_a_place_in_the_table_of_contents(
    tmp_path: Path, code: str, places: tuple[str | None, ...], above: tuple[str, ...]
) -> None:
    """Its own columns name a node, if only one has them; else they are the headings, in the order of the code."""
    made = Made(code, "10.", ("Words.",), places, None)
    (section,) = sections(read(tables([made], NODES).zip(tmp_path / "a.zip"))[0])
    assert section.above[1:] == above


def test_two_nodes_with_the_same_columns_name_none(tmp_path: Path) -> None:
    twins = [*NODES, node_row("HSC", "3.11", CHAPTER, "CHAPTER 2.2. Other plans [1400. - 1401.]")]
    (section,) = sections(read(tables([plan("1340.", path=None)], twins).zip(tmp_path / "a.zip"))[0])
    assert section.above[1:] == ("DIVISION 1.", "CHAPTER 2.2.")


def test_a_long_division_comes_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubinfo, "_PART", 1500)
    words = "word " * 60
    made = [plan(f"{1340 + n}.", words, rank=n) for n in range(8)]
    made += [Made("HSC", "1200.", (words,), ("1.", None, None, "1.", None), "3.2")]
    made += [Made("HSC", "1199.", (words,), ONE, "3")]
    files, problems = read(tables(made, NODES).zip(tmp_path / "a.zip"))
    assert not problems
    assert [(file.title.removeprefix("California Health and Safety Code, "), len(file.sections)) for file in files] == [
        ("Division 1", 1),
        ("Division 1, Chapter 1", 1),
        ("Division 1, Chapter 2.2, sections 1340 to 1342", 3),
        ("Division 1, Chapter 2.2, sections 1343 to 1345", 3),
        ("Division 1, Chapter 2.2, sections 1346 to 1347", 2),
    ]
    assert all(sum(len(section.text) for section in file.sections) <= 1500 for file in files)


def test_no_two_files_have_one_title(tmp_path: Path) -> None:
    twins = [*NODES, *(node_row("HSC", path, ONE, f"DIVISION 1. OTHERS {path} [5. - 6.]") for path in "456")]
    made = [plan("1340."), Made("HSC", "5.", ("A.",), ONE, "4"), Made("HSC", "6.", ("B.",), ONE, "4", rank=2)]
    made += [Made("HSC", "7.", ("Old.",), ONE, "5", version="id_1"), Made("HSC", "7.", ("New.",), ONE, "6")]
    files, _ = read(tables(made, twins).zip(tmp_path / "a.zip"))
    assert [file.title for file in files] == [
        "California Health and Safety Code, Division 1",
        "California Health and Safety Code, Division 1, sections 5 to 6",
        "California Health and Safety Code, Division 1, section 7",
        "California Health and Safety Code, Division 1, section 7 (2)",
    ]


def broken(change: Callable[[Tables], None]) -> Tables:
    made = tables([plan(f"{1340 + n}.", f"Text {n}.", rank=n) for n in range(4)], list(NODES))
    change(made)
    return made


def cut(made: Tables) -> None:
    made.sections[1] = made.sections[1][:60] + "\n"


def unclosed(made: Tables) -> None:
    made.sections[1] = made.sections[1].replace(text("1341."), "`1341.")


def swap(name: str, data: bytes) -> Callable[[Tables], None]:
    return lambda made: made.lobs.update({f"LAW_SECTION_TBL_{name}.lob": data})


def rename(lob_name: str) -> Callable[[Tables], None]:
    def change(made: Tables) -> None:
        made.sections[1] = made.sections[1].replace("LAW_SECTION_TBL_1.lob", lob_name)

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (cut, r"LAW_SECTION_TBL\.dat, line 2: this row does not have the 18 fields"),
        (unclosed, r"LAW_SECTION_TBL\.dat, line 2: this row does not have the 18 fields"),
        (
            lambda made: made.lobs.pop("LAW_SECTION_TBL_1.lob"),
            r"section HSC 1341\.: its text, LAW_SECTION_TBL_1\.lob, is not",
        ),
        (rename("../../etc/passwd"), r"section HSC 1341\.: its text, \.\./\.\./etc/passwd, is not in the archive"),
        (rename("NULL"), r"section HSC 1341\.: its text, a lob without a name, is not in the archive"),
        (swap("1", b"<caml:Content"), r"LAW_SECTION_TBL_1\.lob, section HSC 1341\.: this is not well-formed XML"),
        (swap("1", b"<p>x</p>"), r"LAW_SECTION_TBL_1\.lob, section HSC 1341\.: its root is <p>"),
        (swap("1", b"<Content/>"), r"LAW_SECTION_TBL_1\.lob, section HSC 1341\.: there are no words in it"),
        (swap("1", b" " * 8_000_001), r"LAW_SECTION_TBL_1\.lob: is larger than the 8,000,000 bytes"),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_what_is_broken_is_told_and_the_rest_lands(
    tmp_path: Path, change: Callable[[Tables], None], problem: str, packed: bool
) -> None:
    made = broken(change)
    files, problems = read(made.zip(tmp_path / "a.zip") if packed else made.folder(tmp_path / "a"))
    assert [section.number for section in sections(files)] == ["1340", "1342", "1343"]
    with pytest.raises(ParseError, match=problem):
        raise ParseError("; ".join(problems))
    assert len(problems) == 1


def test_a_version_that_is_given_twice_or_not_active_is_told(tmp_path: Path) -> None:
    twice = [plan("1340.", version="id_1"), plan("1341.", version="id_1"), plan("1342.", active="N"), plan("1343.")]
    files, problems = read(tables(twice, NODES).zip(tmp_path / "a.zip"))
    assert [section.number for section in sections(files)] == ["1340", "1343"]
    assert problems == [
        "LAW_SECTION_TBL.dat, section HSC 1342.: the version id_HSC-1342. is marked as not active; it is left out",
        "LAW_SECTION_TBL.dat: 1 row(s) repeat a version of a section that stood before; they are left out",
    ]


def test_a_missing_table_of_contents_is_told(tmp_path: Path) -> None:
    folder = tables([plan("1340.")], NODES).folder(tmp_path / "a")
    (folder / "LAW_TOC_TBL.dat").unlink()
    files, problems = read(folder)
    assert sections(files)[0].above == ("Health and Safety Code", "DIVISION 1.", "CHAPTER 2.2.")
    assert problems == [
        "LAW_TOC_TBL.dat: is not in the archive, so headings are only the numbers that the sections' rows give"
    ]


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    path = broken(lambda made: None).zip(tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("LAW_SECTION_TBL_2.lob")
    data = bytearray(path.read_bytes())
    data[entry.header_offset + 60] ^= 0xFF
    path.write_bytes(data)
    files, problems = read(path)
    assert [section.number for section in sections(files)] == ["1340", "1341", "1343"]
    assert len(problems) == 1 and problems[0].startswith("LAW_SECTION_TBL_2.lob: cannot be read from a.zip (")


def test_members_without_a_name_and_folders_are_passed_over(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x", b"")
        archive.filelist[0].filename = ""
        archive.writestr("sub/", b"")
        for name, data in tables([plan("1340.")], NODES).members().items():
            archive.writestr(name, data)
    assert is_pubinfo(tmp_path / "a.zip")
    assert len(sections(read(tmp_path / "a.zip")[0])) == 1


def test_what_is_an_archive_is_told_by_what_is_in_it(tmp_path: Path) -> None:
    made = tables([plan("1340.")], NODES)
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("LAW_SECTION_TBL.dat")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("BILL_TBL.dat", "x")
    with zipfile.ZipFile(tmp_path / "inside.zip", "w") as archive:
        for name, data in made.members().items():
            archive.writestr(f"pubinfo_2026/{name}", data)
    assert is_pubinfo(made.zip(tmp_path / "named.bin"))
    assert is_pubinfo(made.folder(tmp_path / "folder"))
    assert is_pubinfo(tmp_path / "inside.zip")
    assert len(sections(read(tmp_path / "inside.zip")[0])) == 1
    for name in ("empty", "text.zip", "other.zip", "missing"):
        assert not is_pubinfo(tmp_path / name)
    with pytest.raises(ParseError, match=r"other\.zip: there is no LAW_SECTION_TBL\.dat in it; give the archive"):
        read(tmp_path / "other.zip")
    with pytest.raises(SourceError, match=r"text\.zip: this archive cannot be opened"):
        read(tmp_path / "text.zip")


def test_an_archive_without_a_readable_row_is_refused(tmp_path: Path) -> None:
    made = broken(lambda made: made.sections.clear())
    with pytest.raises(ParseError, match=r"a\.zip: no row of LAW_SECTION_TBL\.dat could be read"):
        read(made.zip(tmp_path / "a.zip"))


def rows_of(data: bytes, width: int) -> tuple[list[tuple[str | None, ...]], list[str]]:
    problems: list[str] = []
    return list(read_rows(data.splitlines(keepends=True), width, "T.dat", problems.append)), problems


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"`a`\t1\tNULL\n", [("a", "1", None)]),
        (b"`NULL`\t\\N\t`x\\ty`\n", [("NULL", None, "x\ty")]),
        (b"`a\\nb`\t`c\\\\d`\t`e\\`f`\n", [("a\nb", "c\\d", "e`f")]),
        (b"`a`b`\t``\t`c``\n", [("a`b", "", "c`")]),
        (b"`a\tb`\t`c\nd`\t\n`e`\tf\tg\n", [("a\tb", "c\nd", ""), ("e", "f", "g")]),
        (b"`a`\t`b\\\nc`\td\r\n", [("a", "b\nc", "d")]),
        ("`\u00e9`\tb\tc".encode(), [("\u00e9", "b", "c")]),
        (b"\n`a`\tb\tc\n\n", [("a", "b", "c")]),
        (b"", []),
    ],
)
def test_rows_keep_the_rules_of_the_table(data: bytes, expected: list[tuple[str | None, ...]]) -> None:
    assert rows_of(data, 3) == (expected, [])


def test_rows_that_are_not_utf8_are_latin() -> None:
    found, problems = rows_of(b"`\xe9`\t1\n`\xc3\xa9`\t2\n", 2)
    assert found == [("\u00e9", "1"), ("\u00e9", "2")]
    assert problems == ["T.dat: 1 row(s) are not UTF-8 and were read as Latin-1; look at their accents"]


@pytest.mark.parametrize(
    ("data", "expected", "lines"),
    [
        (b"`a\t1\n`b`\t2\n`c`\t3\n", ["b", "c"], [1]),
        (b"`a`\t1\t9\n`b`\t2\n", ["b"], [1]),
        (b"`b`\t2\n`a", ["b"], [2]),
        (b"a`\t`1\nstray\n`b`\t2\n", ["b"], [1, 2]),
        (b"`x`y\t1\n`b`\t2\n", ["b"], [1]),
    ],
)
def test_a_broken_row_takes_no_other_with_it(data: bytes, expected: list[str], lines: list[int]) -> None:
    found, problems = rows_of(data, 2)
    assert [row[0] for row in found] == expected
    assert [problem.partition(":")[0] for problem in problems] == [f"T.dat, line {line}" for line in lines]


def test_a_file_that_is_no_table_is_given_up() -> None:
    found, problems = rows_of(b"`x\n" * 200_000, 18)
    assert not found
    assert len(problems) == 1001
    assert problems[-1] == "T.dat: 1000 rows could not be read, so the rest of the table is left out"


def test_the_sample_tables() -> None:
    def count(name: str) -> tuple[int, set[str | None]]:
        data = sample("pubinfo", "fixtures", "datfiles", name).read_bytes()
        found, problems = rows_of(data, 18)
        assert not problems
        return len(found), {row[1] for row in found}

    assert count("law_section_cons.dat") == (10, {"CONS"})
    assert count("law_section_slice.dat")[0] == 30
    assert count("escaped_rows.dat")[0] == 10
    escaped = rows_of(sample("pubinfo", "fixtures", "datfiles", "escaped_rows.dat").read_bytes(), 18)[0]
    assert all("\\" not in (row[13] or "") and "\n" in (row[13] or "") for row in escaped)


def test_the_sample_archive(golden: Golden) -> None:
    """Read by eye: a section with three levels, and the two versions of a section that an event tells apart."""
    path = sample("pubinfo", "fixtures", "mini")
    assert is_pubinfo(path)
    files, problems = read(path)
    assert not problems
    found = sections(files)
    assert len(found) == 52
    assert [file.title for file in files][:3] == [
        "California Constitution, Article I",
        "California Business and Professions Code, Division 7",
        "California Education Code, Title 1",
    ]
    assert [section.label for section in found].count("GOV 100501") == 2
    assert {section.label for section in found[:5]} == {f"CONS I {number}" for number in (1, 2, 3, 5, 7)}
    assert all(section.text and section.history and section.url for section in found)
    several = next(section for section in found if section.label == "BPC 17539.1")
    golden("bpc-17539.1-outline.txt", outline(several))
    golden("gov-100501-outline.txt", "\n".join(outline(s) for s in found if s.label == "GOV 100501"))


@pytest.mark.parametrize("member", ["LAW_SECTION_TBL.dat", "LAW_TOC_TBL.dat", "LAW_TOC_SECTIONS_TBL.dat"])
def test_a_damaged_table_gives_law_or_an_error(tmp_path: Path, member: str) -> None:
    made = tables([plan(f"{1340 + n}.", rank=n) for n in range(3)], list(NODES))
    folder = made.folder(tmp_path / "a")

    def read_damaged(data: bytes) -> list[LawFile]:
        (folder / member).write_bytes(data)
        return read(folder)[0]

    damaged(made.members()[member], read_damaged, len(member))


def test_a_damaged_zip_gives_law_or_an_error(tmp_path: Path) -> None:
    path = tables([plan(f"{1340 + n}.", rank=n) for n in range(3)], list(NODES)).zip(tmp_path / "a.zip")

    def read_damaged(data: bytes) -> list[LawFile]:
        path.write_bytes(data)
        is_pubinfo(path)
        return read(path)[0]

    damaged(path.read_bytes(), read_damaged, 11)


def test_leaving_off_in_the_middle_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = [plan("1340."), Made("INS", "1.", ("Words.",), ONE, None)]
    files = read_pubinfo(tables(made, NODES).zip(tmp_path / "a.zip"), lambda done, total: None, lambda problem: None)
    next(files)
    assert len(list(tmp_path.iterdir())) == 2
    files.close()  # type: ignore[attr-defined]
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]
