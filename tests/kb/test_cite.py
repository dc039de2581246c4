"""A citation, however written, to the exact text."""

import pytest

from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.cite import Cited, look_up
from kb.labels import format_citation, parse_citation
from kb.types import Document
from tests.conftest import Golden

SECTION = "HSC 1383.15"


@pytest.fixture(scope="module")
def catalog(corpus_kb: KnowledgeBase) -> Catalog:
    return corpus_kb.catalog


@pytest.fixture(scope="module")
def section(catalog: Catalog) -> Document:
    key = next(key for key, source in catalog.generation().sources.items() if source.citation == SECTION)
    return catalog.document(key)


def labels_of(catalog: Catalog) -> list[str]:
    """The section's label and those of its subdivisions, in text order."""
    key = next(key for key, source in catalog.generation().sources.items() if source.citation == SECTION)
    return [entry.label for entry in catalog.document(key).outline]


def one(catalog: Catalog, text: str) -> Cited:
    lookup = look_up(catalog, text)
    assert (lookup.status, lookup.reason, lookup.candidates) == ("found", "", ())
    (cited,) = lookup.found
    return cited


def shown(cited: Cited) -> str:
    """A look-up as the golden file has it."""
    lines = [
        f"== {cited.label} {cited.span[0]}-{cited.span[1]}",
        *(f"under {label} {span[0]}-{span[1]}: {text}" for label, span, text in cited.lead_ins),
        f"before: {cited.previous or '-'}; after: {cited.following or '-'}; below: {', '.join(cited.children) or '-'}",
        *(f"cites {ref.label} ({'here' if ref.is_here else 'not here'}): {ref.text}" for ref in cited.references),
        *([] if cited.label == SECTION else [cited.text]),
    ]
    return "\n".join(lines) + "\n\n"


def test_every_subdivision_of_the_section(catalog: Catalog, golden: Golden) -> None:
    golden("hsc-1383.15-cite.txt", "".join(shown(one(catalog, label)) for label in labels_of(catalog)))


def test_texts_and_lead_ins_stand_verbatim_at_their_spans(catalog: Catalog, section: Document) -> None:
    for label in labels_of(catalog):
        cited = one(catalog, label)
        assert section.text[slice(*cited.span)] == cited.text == cited.text.strip()
        for _, span, text in cited.lead_ins:
            assert section.text[slice(*span)] == text
            assert span[1] <= cited.span[0]
        for reference in cited.references:
            assert section.text[slice(*reference.span)] == reference.text
            assert cited.span[0] <= reference.span[0] < reference.span[1] <= cited.span[1]
        assert cited.url == (
            "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=HSC&sectionNum=1383.15."
        )


def test_neighbours_point_at_each_other(catalog: Catalog) -> None:
    for label in labels_of(catalog):
        cited = one(catalog, label)
        if cited.following:
            after = one(catalog, cited.following)
            assert after.previous == label
            assert after.span[0] >= cited.span[1]
        assert all(one(catalog, child).label == child for child in cited.children)
        assert not cited.children or one(catalog, cited.children[0]).previous == ""


@pytest.mark.parametrize(
    "text",
    [
        "HSC 1383.15(c)",
        "hsc 1383.15(c)",
        "HSC 1383.15 (c)",
        "HSC \u00a7 1383.15(c)",
        "HSC \u00a71383.15(c).",
        "1383.15(c)",
        "1383.15 c",
        "\u00a7 1383.15 (c)",
        "Section 1383.15(c)",
        "H&S 1383.15 c",
        "H&SC 1383.15(c)",
        "Knox-Keene 1383.15(c)",
        "Health and Safety Code section 1383.15(c)",
        "Health and Safety Code section 1383.15, subdivision (c)",
        "Health & Saf. Code, \u00a7 1383.15, subd. (c)",
        "Cal. Health & Safety Code \u00a7 1383.15(c)",
        "Cal. Health & Safety Code \u00a7 1383.15(c) (2024)",
        "Section 1383.15(c) of the Health and Safety Code",
        "subdivision (c) of Section 1383.15 of the Health and Safety Code",
        "HSC\u00a01383.15(c)",
        "HSC 1383.15(C)",
        "what does HSC 1383.15(c) say about time?",
    ],
)
def test_every_written_form_is_the_same_place(catalog: Catalog, text: str) -> None:
    assert one(catalog, text) == one(catalog, "HSC 1383.15(c)")


@pytest.mark.parametrize("style", ["short", "bluebook", "csm"])
def test_each_style_leads_to_each_subdivision(catalog: Catalog, style: str) -> None:
    for label in labels_of(catalog):
        citation = parse_citation(label)
        assert citation is not None
        assert one(catalog, format_citation(citation, style)).label == label  # type: ignore[arg-type]


def test_an_item_brings_the_words_above_it(catalog: Catalog) -> None:
    ((label, _, text),) = one(catalog, "HSC 1383.15(a)(2)").lead_ins
    assert label == "HSC 1383.15(a)"
    assert text.endswith("shall include, but are not limited to, the following:")


def test_a_continued_paragraph_belongs_to_its_subdivision(catalog: Catalog) -> None:
    assert one(catalog, "1383.15(c)").text.endswith("shall be made available to the public upon request.")
    assert one(catalog, "1383.15(f)").text.endswith("shall be the responsibility of the enrollee.")


def test_several_citations_give_several_texts(catalog: Catalog) -> None:
    lookup = look_up(catalog, "compare HSC 1383.15(c) with HSC 1383.15(i), and (c) again: 1383.15(c)")
    assert [cited.label for cited in lookup.found] == ["HSC 1383.15(c)", "HSC 1383.15(i)"]


@pytest.mark.parametrize(
    ("text", "status", "reason", "near"),
    [
        ("HSC 1383.15(z)", "unknown_subdivision", "HSC 1383.15 is held, but has no (z).", "HSC 1383.15(k)"),
        ("HSC 1383.15(a)(9)", "unknown_subdivision", "has no (a)(9).", "HSC 1383.15(a)(5)"),
        ("HSC 1383.15(c)(1)", "unknown_subdivision", "has no (c)(1).", "HSC 1383.15(c)"),
        ("HSC 1383.16", "unknown_section", "holds no section HSC 1383.16.", "HSC 1383.15"),
        ("INS 1383.15", "unknown_section", "holds no section INS 1383.15.", "HSC 1383.15"),
        ("HSC 9", "unknown_section", "holds no section HSC 9.", ""),
    ],
)
def test_what_is_not_here_says_so_and_what_is_near(
    catalog: Catalog, text: str, status: str, reason: str, near: str
) -> None:
    lookup = look_up(catalog, text)
    assert lookup.found == ()
    assert (lookup.status, near in lookup.candidates or not near) == (status, True)
    assert reason in lookup.reason


@pytest.mark.parametrize("text", ["", "  ", "hello", "72 hours", "808-432-5955", "\0", "(c)", "x" * 5000, "\U0001f600"])
def test_what_is_no_citation_is_told_how_to_write_one(catalog: Catalog, text: str) -> None:
    lookup = look_up(catalog, text)
    assert (lookup.status, lookup.found) == ("not_a_citation", ())
    assert "write for example HSC 1383.15(c)" in lookup.reason
    assert len(lookup.reason) < 400


def test_a_range_gives_all_its_subdivisions(catalog: Catalog) -> None:
    lookup = look_up(catalog, "HSC 1383.15(a)-(c)")
    assert [c.label for c in lookup.found] == ["HSC 1383.15(a)", "HSC 1383.15(b)", "HSC 1383.15(c)"]


def test_a_citation_that_leads_nowhere_is_named_beside_one_that_does(catalog: Catalog) -> None:
    lookup = look_up(catalog, "HSC 1383.15(z) and HSC 1383.15(c)")
    assert "(z)" in lookup.reason


def test_a_section_named_in_a_statute_is_of_the_same_code(catalog: Catalog) -> None:
    (reference,) = one(catalog, "HSC 1383.15(i)").references
    assert reference.label == "HSC 1368.02(b)"


def test_a_subdivision_of_the_same_section_is_a_reference(real_kb: KnowledgeBase) -> None:
    cited = look_up(real_kb.catalog, "HSC 1383.15(g)").found[0]
    assert [(r.text, r.label, r.is_here) for r in cited.references] == [("subdivision (b)", "HSC 1383.15(b)", True)]
