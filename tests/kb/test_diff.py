"""What changed between two editions: nothing lost, nothing made up, figures first."""

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import assemble
from ingest.markdown import read_markdown
from kb.base import KnowledgeBase
from kb.diff import Change, Diff, Side, diff
from kb.differences import differences_text, differing_documents
from kb.errors import QueryError
from kb.figures import FigureChange, figures
from kb.types import Document, Source
from tests.command import refused, run
from tests.corpora import CORPUS

SOURCE = CORPUS / "contracts" / "source"


def document(text: str, name: str = "a") -> Document:
    return assemble(name, "v", name, read_markdown(text))


def source(doc_id: str, plan: str = "Elm Plan", edition: str = "2025", title: str = "") -> Source:
    return Source(doc_id, "p", "", title or doc_id, "contract", plan=plan, edition=edition)


def compared(old: str, new: str) -> Diff:
    return diff(document(old), document(new, "b"), source("a"), source("b", edition="2026"))


def shown(change: Change) -> tuple[str, list[str], list[str]]:
    """The kind and the marked words of both sides; the whole text where one side stands alone."""

    def words(side: Side | None, alone: bool) -> list[str]:
        if side is None:
            return []
        return [side.text] if alone else [side.text[a:b] for a, b in side.marks]

    alone = change.before is None or change.after is None
    return change.kind, words(change.before, alone), words(change.after, alone)


BOOK = """# Elm Plan 2025

## Appeals

You may appeal within 90 days of the notice.

We answer an urgent appeal in 72 hours, see page 14.

## Costs

- Office visit: $20.
- Crutches are covered.

## Dental

Orthodontic braces are not covered for adults.
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("within 90 days", "within 180 days", ("changed", ["90"], ["180"])),
        ("$20.", "$25.", ("changed", ["$20"], ["$25"])),
        ("are not covered for adults", "are covered for adults", ("changed", ["not"], [])),
        ("are covered.", "are covered in full.", ("changed", [], ["in full"])),
        ("- Crutches are covered.\n", "", ("removed", ["- Crutches are covered."], [])),
        ("## Dental\n", "Interpreters cost nothing.\n\n## Dental\n", ("added", [], ["Interpreters cost nothing."])),
    ],
)
def test_one_change_is_one_difference_with_its_words(
    old: str, new: str, expected: tuple[str, list[str], list[str]]
) -> None:
    found = compared(BOOK, BOOK.replace(old, new))
    assert [shown(change) for change in found.changes] == [expected]
    assert found.unchanged == len([line for line in BOOK.splitlines() if line]) - (expected[0] != "added")


@pytest.mark.parametrize(
    ("old", "new"),
    [("page 14", "page 15"), ("Crutches are", "Crutches  are"), ("within 90 days", "Within 90 days")],
)
def test_page_numbers_spacing_and_capitals_are_no_change(old: str, new: str) -> None:
    assert compared(BOOK, BOOK.replace(old, new)).changes == ()


def test_a_paragraph_under_another_heading_has_moved() -> None:
    line = "You may appeal within 90 days of the notice.\n"
    found = compared(BOOK, BOOK.replace(line, "").replace("## Dental\n\n", f"## Dental\n\n{line}\n"))
    assert [shown(change) for change in found.changes] == [("moved", [], [])]
    (change,) = found.changes
    assert change.before is not None and change.after is not None
    assert (change.before.label, change.after.label) == ("Appeals", "Dental")


def test_changed_figures_come_first_whatever_their_place() -> None:
    new = BOOK.replace("of the notice", "of our notice").replace("$20", "$35").replace("2025", "2026")
    found = compared(BOOK, new)
    assert [change.figures for change in found.changes] == [
        (FigureChange("number", "2025", "2026"),),
        (FigureChange("money", "$20", "$35"),),
        (),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$1,500.", [("money", "$1,500")]),
        ("20 percent or 20%", [("percent", "20 percent"), ("percent", "20%")]),
        ("call 1-800-555-0142 now", [("phone", "1-800-555-0142")]),
        ("(800) 555-0142", [("phone", "(800) 555-0142")]),
        ("within 30 calendar days", [("time", "30 calendar days")]),
        ("twenty-one days, six months", [("time", "twenty-one days"), ("time", "six months")]),
        ("on January 1, 2025", [("date", "January 1, 2025")]),
        ("up to 12 visits", [("number", "12")]),
        ("one of them, page 13", []),
        ("at 8 a.m. daily", [("time", "8 a.m.")]),
    ],
)
def test_figures_are_told_by_kind(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(figure.kind, figure.words) for figure in figures(text)] == expected
    assert all(text[slice(*figure.span)] == figure.words for figure in figures(text))


LINES = st.lists(
    st.sampled_from(
        ["# Care", "## Costs", "## Costs 2025", "You pay $20.", "You pay $30 after 12 visits.", "- Braces.", "- Yes.",
         "Call 800-555-0100.", "An appeal takes 30 days, see page 3.", "An appeal takes 60 days, see page 9."]
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(LINES, LINES)
def test_every_paragraph_of_both_sides_is_told_once_and_verbatim(old: list[str], new: list[str]) -> None:
    texts = document("\n\n".join(old)), document("\n\n".join(new), "b")
    found = diff(texts[0], texts[1], source("a"), source("b"))
    for side in ("before", "after"):
        sides: list[Side] = [s for change in found.changes if (s := getattr(change, side)) is not None]
        text = texts[side == "after"].text
        assert len({s.span for s in sides}) == len(sides)
        assert len(sides) + found.unchanged == len([line for line in text.splitlines() if line])
        for one in sides:
            assert text[slice(*one.span)] == one.text
            assert all(0 <= a < b <= len(one.text) for a, b in one.marks)


@given(LINES)
def test_a_document_does_not_differ_from_itself(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    assert compared(text, text).changes == ()


@pytest.fixture(scope="module")
def editions(corpus_kb: KnowledgeBase) -> Diff:
    sources = corpus_kb.catalog.generation().sources
    ((old, new),) = differing_documents(sources, "2025", "2026", "cedar coast")
    return diff(corpus_kb.catalog.document(old), corpus_kb.catalog.document(new), sources[old], sources[new])


def holds(side: Side | None, words: str) -> bool:
    """Whether `words` stand in a side and are, at least in part, marked there."""
    places = [] if side is None else [m.span() for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", side.text)]
    return side is not None and any(a < y and x < b for a, b in places for x, y in side.marks)


def test_all_figures_of_the_bundled_editions_are_found_and_nothing_else(editions: Diff) -> None:
    """123 figures and 8 clauses were written differently; every difference listed is one of them."""
    listed = yaml.safe_load((SOURCE / "figures.yaml").read_text(encoding="utf-8"))
    figures_listed, clauses = listed["figures"], listed["clauses"]
    explained: set[int] = set()
    for figure in figures_listed:
        changes = {
            n
            for n, change in enumerate(editions.changes)
            if holds(change.before, figure["2025"]) and holds(change.after, figure["2026"])
        }
        assert changes, figure["key"]
        explained |= changes
    assert (len(figures_listed), len(clauses)) == (123, 8)
    rest = [change for n, change in enumerate(editions.changes) if n not in explained]
    labels = [side.label for change in rest for side in (change.before, change.after) if side is not None]
    for clause in clauses:
        assert any(section in label for label in labels for section in clause["sections"]), clause["id"]
    sections = [section for clause in clauses for section in clause["sections"]]
    spurious = [label for label in labels if not any(section in label for section in sections)]
    assert spurious == []
    assert editions.count("moved") == 0


def test_pages_are_those_of_each_edition(editions: Diff, corpus_kb: KnowledgeBase) -> None:
    for change in editions.changes:
        for side in (change.before, change.after):
            if side is not None:
                text = corpus_kb.catalog.document(side.key)
                assert side.pages is not None and text.text[slice(*side.span)] == side.text
                assert text.pages[side.pages[0] - 1].start <= side.span[0]


def test_the_command_prints_a_table_and_json(corpus_kb: KnowledgeBase) -> None:
    assert run("kb", "diff", "--help").out.startswith("usage: python -m kb diff")
    table = run("kb", "diff", "--plan", "cedar", "2025", "2026", "--kb", corpus_kb.folder)
    assert (table.code, table.err) == (0, "")
    assert re.search(r"^changed figures +\d{3}$", table.out, re.M)
    assert table.out.index("CHANGED FIGURES") < table.out.index("REMOVED") < table.out.index("ADDED")
    ran = run("kb", "diff", "cedar-coast-2025", "cedar-coast-2026", "--json", "--kb", corpus_kb.folder)
    (found,) = json.loads(ran.out)["comparisons"]
    assert (found["before"]["edition"], found["after"]["edition"]) == ("2025", "2026")
    total = sum(found["counts"][kind] for kind in ("changed", "moved", "removed", "added"))
    assert total == len(found["changes"]) > 150
    first: dict[str, Any] = found["changes"][0]
    assert [first[side]["text"][slice(*first[side]["marks"][0])] for side in ("before", "after")] == ["2025", "2026"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a", "cedar-coast-2026"], r"no document 'a' here: `python -m ingest list` shows what is there"),
        (["cedar-coast-2026", "cedar-coast-2026"], r"'cedar-coast-2026' was given twice"),
        (["--plan", "elm", "2025", "2026"], r"plan 'elm' is not a plan in this knowledge base"),
        (["--plan", "cedar", "2024", "2026"], r"has no edition '2024' here; known: 2025, 2026"),
        (["--plan", "cedar", "2026", "2026"], r"edition '2026' was given twice"),
    ],
)
def test_what_cannot_be_compared_is_one_line(corpus_kb: KnowledgeBase, arguments: list[str], message: str) -> None:
    assert re.search(message, refused(run("kb", "diff", *arguments, "--kb", corpus_kb.folder)))


def test_several_contracts_of_an_edition_are_paired_by_title() -> None:
    sources = {
        "eoc-25@v": source("eoc-25", title="Evidence of Coverage 2025"),
        "sbc-25@v": source("sbc-25", title="Summary of Benefits 2025"),
        "sbc-26@v": source("sbc-26", edition="2026", title="Summary of Benefits 2026"),
        "eoc-26@v": source("eoc-26", edition="2026", title="Evidence of Coverage 2026"),
    }
    assert differing_documents(sources, "2025", "2026", "elm") == (("eoc-25@v", "eoc-26@v"), ("sbc-25@v", "sbc-26@v"))
    del sources["sbc-26@v"]
    with pytest.raises(QueryError, match=r"'summary of benefits' is in one edition only; compare two doc_ids"):
        differing_documents(sources, "2025", "2026", "elm")


def test_the_table_marks_changed_words_and_names_pages_and_labels() -> None:
    text = differences_text(compared(BOOK, BOOK.replace("90 days", "180 days")))
    assert "Appeals: 90 days -> 180 days" in text
    assert "  - Appeals\n    You may appeal within [90] days of the notice." in text
    assert "  + Appeals\n    You may appeal within [180] days of the notice." in text
