"""`python -m ingest check`: what readers get wrong is counted, and nothing is stored."""

from collections import Counter
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.build import Item
from ingest.check import FAULTS, Checked, _disorder, _left_inside, _lost, check, table
from ingest.split import split
from ingest.upload import items_of
from kb.types import Document, OutlineEntry, Page, Passage, Source
from tests.corpora import CORPUS
from tests.ingest.test_pdf import drawn

BOOKLET = CORPUS / "contracts/cedar-coast-2026.pdf"


def item(path: Path) -> Item:
    return items_of([path])[0]


def test_a_booklet_of_the_corpus_is_sound() -> None:
    checked = check(item(BOOKLET))
    assert checked.is_sound
    assert checked.pages == 42
    assert checked.characters > 100_000
    row = table([checked]).splitlines()[1].split()
    assert row[0] == BOOKLET.name
    assert row[-len(FAULTS) :] == ["0"] * len(FAULTS)


def document(text: str, *pages: Page) -> Document:
    return Document("doc", "v", text, pages, (OutlineEntry((0, len(text)), "Title", "", 0),))


def test_faults_are_counted() -> None:
    whole = document("One.\n\nBooklet 2026\n\n7\n\nTwo.", Page(1, "7", 0), Page(2, "8", 6), Page(3, "9", 4))
    (passage,) = split(whole)
    assert _disorder(whole, [passage]) == 1
    assert _left_inside(whole, [passage], _counter({"booklet #": 5})) == 2
    assert _lost(whole, [passage]) == 0
    cut = Passage("doc", "v", (0, 4), "One.", "Title")
    assert _lost(whole, [cut]) == len("Booklet20267Two.")
    assert _lost(whole, [cut, cut]) == len("One.") + len("Booklet20267Two.")


def _counter(counts: dict[str, int]) -> "Counter[str]":
    return Counter(counts)


def test_a_chapter_named_once_is_no_running_head() -> None:
    whole = document("Appeals\n\nWords.")
    assert _left_inside(whole, split(whole), _counter({"appeals": 9})) == 0
    twice = document("Appeals\n\nWords.\n\nAppeals")
    assert _left_inside(twice, split(twice), _counter({"appeals": 9})) == 1


def test_the_command_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(drawn([(76, 700, "Words of a page.")]))
    assert main(["check", str(good)]) == 0
    bad.write_bytes(b"%PDF-1.4 broken")
    assert main(["check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "bad.pdf  not read" in out
    assert "failed: bad.pdf: not a readable PDF" in out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.pdf", "good.pdf"]


def test_warnings_are_shown_and_are_no_fault() -> None:
    one = Checked("a.pdf", 2, 1, 10, 0.5, warnings=("a.pdf: could not read page(s) 2; the others are in",))
    assert one.is_sound
    assert table([one]).endswith("note: a.pdf: could not read page(s) 2; the others are in")
    assert not Checked("a.pdf", faults=(0, 0, 1, 0, 0)).is_sound


def test_a_file_that_is_gone_is_a_failure() -> None:
    gone = Item(Source("doc", "gone.pdf", "", "Title", "guide"), Path("nowhere/gone.pdf"))
    assert "No such file" in check(gone).failure
