"""Passages: exactly the document's words, in order, all of them, and none over an edge."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import Block, assemble
from ingest.split import LIMIT, embedded_text, split
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.lexical import fold
from kb.types import Document, OutlineEntry, Passage, Source, Span
from tests.corpora import CORPUS, law_of

STEMS = [
    path.stem
    for path in sorted(CORPUS.rglob("*"))
    if path.suffix in (".md", ".txt", ".pdf") and path.parent.name != "source"
]


def around(document: Document, offset: int) -> list[OutlineEntry]:
    return [entry for entry in document.outline if entry.span[0] <= offset < entry.span[1]]


def size(span: Span) -> int:
    return span[1] - span[0]


def check(document: Document, passages: tuple[Passage, ...]) -> None:
    """Everything that holds for the passages of every document."""
    end = 0
    for passage in passages:
        start, stop = passage.span
        assert end <= start < stop <= len(document.text)
        assert not document.text[end:start].strip()
        assert passage.text == document.text[start:stop]
        assert passage.text == passage.text.strip()
        assert (passage.doc_id, passage.version) == (document.doc_id, document.version)
        end = stop
        check_label(document, passage)
        check_pages(document, passage)
    assert not document.text[end:].strip()
    assert len({passage.passage_id for passage in passages}) == len(passages)


def check_label(document: Document, passage: Passage) -> None:
    """The passage stands in one labelled stretch, takes its label and link, and crosses no edge of another."""
    here = around(document, passage.span[0])
    smallest = min((e for e in here if e.kind == "body"), key=lambda e: (size(e.span), -e.level))
    assert (passage.label, passage.url) == (smallest.label, smallest.url)
    assert passage.kind == min(here, key=lambda e: (size(e.span), -e.level)).kind
    for entry in document.outline:
        if entry.heading or entry.kind != "body" or entry.lead_in is None:
            assert not passage.span[0] < entry.span[0] < passage.span[1]
            assert not passage.span[0] < entry.span[1] < passage.span[1]
    if passage.lead_in is not None:
        assert passage.lead_in in {entry.lead_in for entry in here}
        assert passage.lead_in[1] <= passage.span[0]


def check_pages(document: Document, passage: Passage) -> None:
    """Pages counted the plain way: those whose own stretch of text meets the passage."""
    if not document.pages:
        assert (passage.pages, passage.printed_page) == (None, "")
        return
    ends = [page.start for page in document.pages[1:]] + [len(document.text)]
    on = [p for p, end in zip(document.pages, ends, strict=True) if p.start < passage.span[1] and passage.span[0] < end]
    assert passage.pages == (on[0].number, on[-1].number)
    assert passage.printed_page == on[0].printed


@pytest.fixture(scope="module")
def catalog(corpus_kb: KnowledgeBase) -> Catalog:
    return corpus_kb.catalog


def bundled(catalog: Catalog, stem: str) -> tuple[Source, Document]:
    key, source = next(
        (k, s) for k, s in catalog.generation().sources.items() if s.path.rpartition("/")[2].startswith(stem + ".")
    )
    return source, catalog.document(key)


@pytest.mark.parametrize("stem", STEMS)
def test_the_facts_hold_for_every_bundled_document(catalog: Catalog, stem: str) -> None:
    _, document = bundled(catalog, stem)
    passages = split(document)
    assert passages == catalog.passages(document.key)
    check(document, passages)
    assert all(size(passage.span) <= LIMIT for passage in passages if passage.kind == "body")


@pytest.mark.parametrize("stem", STEMS)
def test_what_is_embedded_holds_the_words_and_where_they_stand(catalog: Catalog, stem: str) -> None:
    source, document = bundled(catalog, stem)
    for passage in split(document):
        text = embedded_text(source, document, passage)
        assert text.startswith(fold(source.title))
        assert text.endswith(fold(passage.text))
        assert fold(passage.label) in text.partition("\n")[0]
        if passage.lead_in:
            assert fold(document.text[slice(*passage.lead_in)][-300:]) in text


def test_no_law_passage_holds_words_of_two_subdivisions(catalog: Catalog) -> None:
    _, document = bundled(catalog, "hsc-1383.15")
    for passage in split(document):
        labels = re.findall(r"^\((\w+)\)", passage.text, re.M)
        assert len(labels) <= 1
        assert not labels or passage.label.endswith(f"({labels[0]})")


def test_an_item_of_law_knows_the_words_above_it(catalog: Catalog) -> None:
    _, document = bundled(catalog, "hsc-1383.15")
    leads = {p.label: p.lead_in for p in split(document)}
    assert leads["HSC 1383.15(a)(3)"] == (0, 338)
    assert leads["HSC 1383.15(b)"] is None


words = st.sampled_from(
    [
        "The plan pays.",
        "Answer within 72 hours.",
        "No fee. None at all.",
        "These apply:",
        "word",
        "x" * 400,
        "y" * 1500,
        "A b. " * 300,
        "long " * 300,
        "\u00e9\u00a0\u2003z",
        "| a | b |",
    ]
)
blocks = st.lists(
    st.builds(
        Block,
        st.sampled_from(["heading", "paragraph", "paragraph", "item", "item", "row", "row", "contents", "reference"]),
        words,
        st.integers(1, 4),
        header=st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


@given(blocks)
def test_the_facts_hold_for_unpaged_documents(made: list[Block]) -> None:
    document = assemble("doc", "v", "Title", made)
    passages = split(document)
    check(document, passages)
    assert all(size(passage.span) <= LIMIT for passage in passages)


@given(blocks, st.data())
def test_the_facts_hold_for_paged_documents(made: list[Block], data: st.DataObject) -> None:
    """Pages begin at blocks or inside them, some hold nothing; each has a printed number of its own, or none."""
    page, placed = 0, []
    for block in made:
        starts = [(0, page)]
        for offset in sorted(data.draw(st.sets(st.integers(1, len(block.text)), max_size=2))):
            page += data.draw(st.integers(1, 2))
            starts.append((offset, page))
        placed.append(replace(block, page_starts=tuple(starts)))
        page += data.draw(st.integers(0, 2))
    printed = [data.draw(st.sampled_from(["", str(n), f"A-{n}"])) for n in range(page + 1)]
    document = assemble("doc", "v", "Title", placed, printed)
    starts_of = [p.start for p in document.pages]
    assert starts_of == sorted(starts_of)
    assert [p.printed for p in document.pages] == printed
    check(document, split(document))


@given(
    st.lists(
        st.sampled_from(
            ["(a)", "(b)", "(1)", "(2)", "(A)", "Words of it.", "These:", "x" * 1300, "A b. " * 250, "\n", "\n\n"]
        ),
        max_size=25,
    )
)
def test_the_facts_hold_for_law(parts: list[str]) -> None:
    text = " ".join(parts).strip()
    document = law_of(text, "X 1")
    if text:
        check(document, split(document))


@given(st.text(max_size=400))
def test_the_facts_hold_for_any_text(text: str) -> None:
    document = Document("doc", "v", text, (), (OutlineEntry((0, len(text)), "Title", "", 0),))
    check(document, split(document))


def test_a_list_keeps_its_lead_in_when_it_is_cut_from_it() -> None:
    items = [Block("item", f"Item {n} " + "word " * 40) for n in range(12)]
    document = assemble("doc", "v", "Title", [Block("paragraph", "You may ask for any of these:"), *items])
    passages = split(document)
    assert len(passages) > 2
    assert passages[0].lead_in is None
    assert {p.lead_in for p in passages[1:]} == {(0, 29)}


def test_a_table_row_keeps_its_header() -> None:
    rows = [Block("row", f"Service {n} | {n} days | " + "word " * 30) for n in range(20)]
    header = Block("row", "Service | Time | Notes", header=True)
    document = assemble(
        "doc", "v", "Title", [Block("heading", "Title", 1), Block("heading", "Times", 2), header, *rows]
    )
    last = split(document)[-1]
    assert last.lead_in is not None
    assert document.text[slice(*last.lead_in)] == "Service | Time | Notes"
    assert last.label == "Times"


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    sentence = "The plan shall answer within the time that the law gives. "
    document = assemble("doc", "v", "Title", [Block("paragraph", (sentence * 60).strip())])
    passages = split(document)
    assert len(passages) > 2
    assert all(p.text.endswith("gives.") and p.text.startswith("The plan") for p in passages)
