"""The two sample contracts: what the booklets print is what the program reads, and what the list of figures says."""

import importlib.util
import re
import sys
from functools import cache
from types import ModuleType
from typing import Any

import pytest
import yaml

from kb.base import KnowledgeBase
from kb.sentences import sentences
from kb.types import Document
from tests.corpora import CORPUS

SOURCE = CORPUS / "contracts/source"
FIGURES: dict[str, Any] = yaml.safe_load((SOURCE / "figures.yaml").read_text(encoding="utf-8"))
YEARS = ("2025", "2026")


@cache
def typesetter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("typeset", SOURCE / "typeset.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules["typeset"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def edition(base: KnowledgeBase, year: str) -> Document:
    key = next(key for key in base.catalog.generation().sources if key.startswith(f"cedar-coast-{year}@"))
    return base.catalog.document(key)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("year", YEARS)
def test_the_committed_file_is_what_the_typesetter_makes(year: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = typesetter()
    monkeypatch.setattr(module.rl_config, "useA85", 0)
    template = (SOURCE / "eoc.md").read_text(encoding="utf-8")
    figures = {figure["key"]: figure[year] for figure in FIGURES["figures"]}
    made = module.typeset(module.fill(template, figures, year), year)
    assert made == (CORPUS / f"contracts/cedar-coast-{year}.pdf").read_bytes(), "run typeset.py, then ingest seal"


def test_the_text_and_the_list_of_figures_agree() -> None:
    assert typesetter().problems((SOURCE / "eoc.md").read_text(encoding="utf-8"), FIGURES) == []


@pytest.mark.parametrize("year", YEARS)
def test_a_booklet_is_long_and_marked_on_every_page(year: str) -> None:
    """Read with another library than the program's."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(CORPUS / f"contracts/cedar-coast-{year}.pdf")
    try:
        texts = [page.get_textpage().get_text_range() for page in pdf]
    finally:
        pdf.close()
    assert len(texts) >= 30
    assert [number for number, text in enumerate(texts, 1) if "SAMPLE" not in text] == []


@pytest.mark.parametrize("year", YEARS)
def test_pages_follow_each_other_and_their_printed_numbers_count_up(corpus_kb: KnowledgeBase, year: str) -> None:
    pages = edition(corpus_kb, year).pages
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    assert len(pages) >= 30
    starts = [page.start for page in pages]
    assert starts == sorted(starts)
    printed = [int(page.printed) for page in pages if page.printed]
    assert printed == list(range(1, len(printed) + 1))
    assert all(not page.printed for page in pages[: len(pages) - len(printed)])
    assert 0 < len(pages) - len(printed) < 6


@pytest.mark.parametrize("year", YEARS)
def test_the_running_lines_are_no_part_of_the_text(corpus_kb: KnowledgeBase, year: str) -> None:
    text = edition(corpus_kb, year).text
    assert "SAMPLE - fictional plan" not in text
    assert text.count(f"- Evidence of Coverage {year}") <= 2


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("key", [figure["key"] for figure in FIGURES["figures"]])
def test_every_figure_stands_in_its_edition(corpus_kb: KnowledgeBase, year: str, key: str) -> None:
    figure = next(figure for figure in FIGURES["figures"] if figure["key"] == key)
    assert flat(figure[year]) in flat(edition(corpus_kb, year).text)


def sentence_with(key: str, year: str) -> str:
    """The words of the template around a figure, as this edition has them, without markup."""
    module = typesetter()
    template = (SOURCE / "eoc.md").read_text(encoding="utf-8")
    for line in module.CONDITION.sub(lambda m: m[2] if m[1] == year else "", template).splitlines():
        if f"{{{{{key}}}}}" in line and not line.startswith(("%%", "|", "#")) and "[[" not in line:
            before, _, after = line.partition(f"{{{{{key}}}}}")
            figures = {figure["key"]: figure[year] for figure in FIGURES["figures"]}
            head = re.sub(r"\*\*|^- ", "", module.fill(before[-60:], figures, year)) if "{{" not in before[-60:] else ""
            tail = after[:40].split("{{")[0].split("**")[0]
            return flat(f"{head[-30:]}{figures[key]}{tail}") if "{{" not in head else ""
    return ""


@pytest.mark.parametrize("year", YEARS)
def test_figures_stand_among_their_own_words(corpus_kb: KnowledgeBase, year: str) -> None:
    """Not just anywhere: with the words that the template has around them, where those are one line of plain text."""
    text = flat(edition(corpus_kb, year).text)
    expected = {figure["key"]: sentence_with(figure["key"], year) for figure in FIGURES["figures"]}
    checked = {key: words for key, words in expected.items() if words}
    assert len(checked) > len(expected) / 2
    assert {key: words for key, words in checked.items() if words not in text} == {}


def test_the_editions_share_most_of_their_sentences(corpus_kb: KnowledgeBase) -> None:
    one, other = ({d.text[a:b] for a, b in sentences(d.text)} for d in (edition(corpus_kb, year) for year in YEARS))
    assert len(one & other) > 0.7 * len(one | other)
    assert one != other


@pytest.mark.parametrize("year", YEARS)
def test_every_heading_of_the_text_labels_a_stretch(corpus_kb: KnowledgeBase, year: str) -> None:
    module = typesetter()
    template = (SOURCE / "eoc.md").read_text(encoding="utf-8")
    figures = {figure["key"]: figure[year] for figure in FIGURES["figures"]}
    blocks = module.parse(module.fill(template, figures, year))["body"]
    wanted = [block.text for block in blocks if re.fullmatch(r"h[1-3]", block.kind)]
    headings = [entry.heading for entry in edition(corpus_kb, year).outline if entry.heading]
    places = iter(headings)
    assert [heading for heading in wanted if heading not in places] == []


def blocks_of(year: str) -> list[Any]:
    """The blocks of an edition's body, as the typesetter has them."""
    module = typesetter()
    figures = {figure["key"]: figure[year] for figure in FIGURES["figures"]}
    text = module.fill((SOURCE / "eoc.md").read_text(encoding="utf-8"), figures, year)
    blocks: list[Any] = module.parse(text)["body"]
    return blocks


@pytest.mark.parametrize("year", YEARS)
def test_every_table_row_is_one_line(corpus_kb: KnowledgeBase, year: str) -> None:
    rows = [row for block in blocks_of(year) for row in block.rows if not typesetter().GROUP_ROW.fullmatch(row[0])]
    plain = [
        re.sub(r"( \| )+$", "", " | ".join(flat(cell.replace("**", "")) for cell in row))
        for row in rows
        if "[[" not in "".join(row)
    ]
    lines = {flat(line) for line in edition(corpus_kb, year).text.splitlines()}
    assert len(plain) > 20
    assert [row for row in plain if row not in lines] == []


@pytest.mark.parametrize("year", YEARS)
def test_every_bullet_is_an_item(corpus_kb: KnowledgeBase, year: str) -> None:
    bullets = [flat(block.text.replace("**", "")) for block in blocks_of(year) if block.kind == "bullet"]
    items = {flat(line) for line in edition(corpus_kb, year).text.splitlines() if line.startswith("- ")}
    plain = [f"- {text}" for text in bullets if "[[" not in text]
    assert len(plain) > 50
    assert [text for text in plain if text not in items] == []


@pytest.mark.parametrize("year", YEARS)
def test_there_is_no_control_character(corpus_kb: KnowledgeBase, year: str) -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\ufffd]", edition(corpus_kb, year).text)


@pytest.mark.parametrize("year", YEARS)
def test_a_chapter_is_named_once(corpus_kb: KnowledgeBase, year: str) -> None:
    lines = edition(corpus_kb, year).text.splitlines()
    chapters = [block.text for block in blocks_of(year) if block.kind == "h1"]
    assert {chapter: lines.count(chapter) for chapter in chapters} == dict.fromkeys(chapters, 1)


@pytest.mark.parametrize("year", YEARS)
def test_contents_lines_are_kept_but_not_searched(corpus_kb: KnowledgeBase, year: str) -> None:
    document = edition(corpus_kb, year)
    contents = [entry for entry in document.outline if entry.kind == "contents"]
    assert contents
    held = "".join(document.text[slice(*entry.span)] for entry in contents)
    assert "Second Opinions" in held
    body = "\n".join(p.text for p in corpus_kb.catalog.passages(document.key) if p.kind == "body")
    assert not re.search(r"\.{8,}", body)
