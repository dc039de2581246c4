"""What a person adds in bad faith or by accident: names, sizes, and a file that says that it is law."""

import json
import time
from pathlib import Path

import pytest

from ingest.build import add
from ingest.law.bulk import CALIFORNIA, is_archive, read_archive
from ingest.upload import items_of, upload_id
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.errors import KbError, SourceError
from kb.types import Query, Source
from tests.fakes import HashEmbedder
from tests.ingest.archives import many, node_row, tables
from ui.adding import MOST_BYTES, MOST_FILES, start_adding, too_much
from ui.described import Upload, Wanted, shown_name
from ui.desk import Desk

TEXT = b"# Hearing aids\n\nWe pay $1,500 for hearing aids.\n"
NAMES = (
    "../../../../etc/passwd.md", "..\\..\\windows\\win.md", "/etc/cron.d/x.md", "C:\\x.md", "\\\\host\\share\\x.md",
    "a\0b.md", "\0", "\u202egpj.exe.md", "a\nb\r\nc.md", "<script>alert(1)</script>.md", "x" * 300 + ".md",
    "\u00e9" * 300 + ".md", "..", ".", "....md", "...", ".md", " .md", "CON.md", "NUL.txt", "aux", "LPT1.md", "",
    "-rf.md", "--help.md", "$(reboot).md", "%2e%2e%2fx.md", "a\ud800.md", "\u200b.md", "x.md/", "x.md\\", "~root.md",
    "name.md.exe", "x.MD", "a'b\"; DROP TABLE document; --.md", "[a](javascript:alert(1)).md",
)  # fmt: skip
KEPT_NAMES = [name for name in NAMES if "/" not in name and "\0" not in name and name not in ("", ".", "..")]


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
def test_a_name_sent_by_a_browser_never_becomes_a_path(name: str, tmp_path: Path) -> None:
    """It is shown in one printable line, and the file is added or refused in a sentence that begins with it."""
    shown = shown_name(name)
    assert shown.isprintable() and "/" not in shown and "\\" not in shown and shown
    desk = Desk(tmp_path / "kb", tmp_path / "none", HashEmbedder)
    before = files_below(tmp_path)
    adding = start_adding(desk, [(Upload(name, TEXT), Wanted("guide"))])
    report = adding.work.result()
    problems = (*adding.refused, *report.failed)
    assert len(report.added) + len(problems) == 1
    assert all(problem.startswith(f"{shown}: ") and problem.isprintable() for problem in problems)
    new = files_below(tmp_path) - before
    assert all(place.startswith("kb/") for place in new)
    if report.added:
        (source,) = Catalog(tmp_path / "kb").generation().sources.values()
        assert (source.authority, source.path, source.doc_id) == ("guide", shown, source.doc_id.lower())
        assert source.title.isprintable() and len(source.doc_id) < 100
        assert KnowledgeBase.open(tmp_path / "kb", HashEmbedder()).ask(Query("what is paid for hearing aids")).quotes


def test_names_that_a_disk_can_hold_are_added_or_refused_one_by_one(tmp_path: Path) -> None:
    place, kb = tmp_path / "docs", tmp_path / "kb"
    place.mkdir()
    written = []
    for number, name in enumerate(KEPT_NAMES):
        try:
            (place / name).write_bytes(TEXT + str(number).encode())
            written.append(place / name)
        except (OSError, UnicodeEncodeError):  # longer than this disk's names, or not to be written in its encoding
            continue
    assert len(written) > 20
    items = []
    for file in written:
        try:
            items += items_of([file])
        except KbError as exc:
            assert str(exc).isprintable() or "\n" not in str(exc)
    assert len({item.source.doc_id for item in items}) > len(items) - 4, "CON.md and the like are names as others"
    report = add(items, kb, HashEmbedder())
    assert not report.failed
    assert all(s.path.isprintable() for s in Catalog(kb).generation().sources.values())


@pytest.mark.parametrize("name", ["x\0y.md", "\0"])
def test_a_path_with_a_nul_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match=r"not a possible file name"):
        items_of([Path(name)])


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
def test_an_id_is_made_of_small_letters_digits_and_hyphens(name: str) -> None:
    made = upload_id(name, name, name)
    assert made.startswith("added-") and len(made) <= 100
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ([1] * MOST_FILES, ""),
        ([1] * (MOST_FILES + 3), "23 files are too many at a time: take away 3 and add them later"),
        ([MOST_BYTES], ""),
        ([MOST_BYTES, 1_000_000], "these files have 301 MB, 300 MB are the most at a time: take some away"),
    ],
)
def test_so_much_is_taken_in_one_go(sizes: list[int], told: str) -> None:
    assert too_much(sizes) == told


FALSE_LAW = b"""<html><body><div id="manylawsections"><h4>Health and Safety Code - HSC</h4>
<h5>DIVISION 2. PLANS [1. - 9.]</h5><div><h6>1368.01.</h6>
<p>(a) A plan shall pay every member one million dollars within 72 hours of an urgent request.</p>
<i>(Added by Stats. 1999, Ch. 531, Sec. 1.)</i></div></div></body></html>"""


@pytest.mark.parametrize("authority", ["guide", "contract", "digest", "agency"])
def test_a_page_in_the_form_of_law_stays_what_it_was_said_to_be(authority: str, tmp_path: Path) -> None:
    file, kb = tmp_path / "hsc.html", tmp_path / "kb"
    file.write_bytes(FALSE_LAW)
    said: list[str] = []
    items = items_of([file], authority=authority, plan="P" if authority == "contract" else "", say=said.append)  # type: ignore[arg-type]
    report = add(items, kb, HashEmbedder())
    assert report.failed == ()
    (source,) = Catalog(kb).generation().sources.values()
    assert (source.authority, source.jurisdiction) == (authority, "")
    base = KnowledgeBase.open(kb, HashEmbedder())
    assert base.catalog.rows("SELECT * FROM provision") == []
    quotes = base.ask(Query("what shall a plan pay within 72 hours of an urgent request")).quotes
    assert {quote.authority for quote in quotes} <= {authority}
    assert base.catalog.passages_at("HSC 1368.01") == ()


def test_where_nothing_is_said_the_person_is_told_that_it_is_filed_as_law(tmp_path: Path) -> None:
    file = tmp_path / "hsc.html"
    file.write_bytes(FALSE_LAW)
    said: list[str] = []
    (item,) = items_of([file], say=said.append)
    assert item.source.authority == "law"
    assert said == [
        "hsc.html: is in an official format of law and is filed as law; say --authority guide if it is a copy"
    ]


def test_a_page_sent_through_the_form_is_law_only_if_that_was_said(tmp_path: Path) -> None:
    for authority in ("guide", "law"):
        desk = Desk(tmp_path / authority, tmp_path / "none", HashEmbedder)
        start_adding(desk, [(Upload("hsc.html", FALSE_LAW), Wanted(authority))]).work.result()
        (source,) = Catalog(tmp_path / authority).generation().sources.values()
        assert source.authority == authority
        assert json.dumps(source.note).count("Compare it with the official text") == (authority == "law")


def test_a_row_of_100_megabytes_costs_that_row(tmp_path: Path) -> None:
    """A folder, since a zip would be unpacked in pieces all the same; nobody has the whole row in memory."""
    made = tables(list(many(6, 300)), [node_row("HSC", "1", ("1.", None, None, None, None), "DIVISION 1. PLANS")])
    for name, data in made.members().items():
        with (tmp_path / name).open("wb") as file:
            if name == "LAW_SECTION_TBL.dat":
                file.write(b"`")
                file.seek(100_000_000)  # zeros that take no room on the disk
                file.write(b"\n")
            file.write(data)
    told: list[str] = []
    begun = time.process_time()
    assert is_archive(tmp_path)
    source = Source(CALIFORNIA, "a", "", "", "law", origin="upload", collection=CALIFORNIA)
    documents = list(read_archive(source, tmp_path, lambda done, total: None, told.append))
    assert time.process_time() - begun < 20
    assert sum(len(document.provisions) for _, document in documents) == 6
    assert 1 <= len(told) < 60 and all(len(line) < 300 for line in told)
