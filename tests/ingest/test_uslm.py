"""The U.S. Code and compiled acts in USLM: sections, outlines from the markup, and what is no text of law."""

from collections import Counter
from datetime import date

import pytest

from ingest.law.sections import LawFile
from ingest.law.sequence import US_CODE
from ingest.law.subdivisions import subdivisions
from ingest.law.uslm import is_uslm, read_uslm
from kb.errors import ParseError
from tests.conftest import Golden
from tests.official import assert_sound, damaged, outline_text, sample, section_of, tried, uncitable

USC_1, USC_9 = "uslm/usc01_119-59.xml", "uslm/usc09_113-31.xml"
MEDICAID, MANDATES = "uslm/COMPS-8765_SSA_title_XIX_uslm2.xml", "uslm/COMPS-339_uslm2.xml"

TITLE = """<?xml version="1.0"?>
<uscDoc xmlns="http://xml.house.gov/schemas/uslm/1.0" identifier="/us/usc/t26"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
<meta><dc:title>Title 26</dc:title><dcterms:created>2025-12-14T01:02:03</dcterms:created></meta>
<main><title identifier="/us/usc/t26"><num value="26">Title 26\u2014</num><heading>INTERNAL REVENUE CODE</heading>
<notes><note><quotedContent><section identifier="/us/usc/t26/s9"><num>9.</num></section></quotedContent></note></notes>
<chapter identifier="/us/usc/t26/ch1"><num value="1">CHAPTER 1.</num><heading>NORMAL TAXES</heading>
%s
</chapter></title></main></uscDoc>"""


def title(*sections: str) -> bytes:
    return (TITLE % "\n".join(sections)).encode()


def section(body: str, number: str = "213", heading: str = "Expenses", **attributes: str) -> str:
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<section identifier="/us/usc/t26/s{number}"{more}><num value="{number}">\u00a7\u202f{number}.</num>'
        f"<heading> {heading}</heading>{body}</section>"
    )


def level(name: str, path: str, body: str) -> str:
    label = path.rpartition("/")[2]
    return f'<{name} identifier="/us/usc/t26/s213/{path}"><num value="{label}">({label})</num>{body}</{name}>'


def read(*sections: str) -> LawFile:
    return read_uslm(title(*sections), "x")


@pytest.mark.parametrize(
    ("path", "sections", "parts", "name", "as_of"),
    [
        (USC_1, 39, 90, "Title 1", date(2025, 12, 3)),
        (USC_9, 31, 33, "Title 9", date(2013, 7, 26)),
        (MEDICAID, 54, 5550, "SOCIAL SECURITY ACT", date(2022, 12, 29)),
        (MANDATES, 22, 86, "UNFUNDED MANDATES REFORM ACT OF 1995", date(1995, 3, 22)),
    ],
)
def test_a_sample_is_read_whole(path: str, sections: int, parts: int, name: str, as_of: date) -> None:
    data = sample(path)
    assert is_uslm(data)
    file = read_uslm(data, path)
    assert (len(file.sections), file.title, file.jurisdiction) == (sections, name, "United States")
    assert (file.as_of, file.notes) == (as_of, ())
    assert sum(bool(part.path) for found in file.sections for part in found.subdivisions) == parts
    assert {found.status for found in file.sections} == {"in_force"}
    assert all(found.history and (found.above or path == MANDATES) for found in file.sections)
    assert uncitable(file) == []
    for found in file.sections:
        assert_sound(found)
        for part in found.subdivisions:
            assert not part.path or found.text[part.span[0] :].startswith(f"({part.path[-1]})")


def test_what_a_section_is_called_in_each_file() -> None:
    assert [found.label for found in read_uslm(sample(USC_9), "x").sections][:2] == ["9 USC 1", "9 USC 2"]
    assert section_of(read_uslm(sample(MEDICAID), "x"), "1916A").label == "SSA 1916A"
    assert section_of(read_uslm(sample(MANDATES), "x"), "206").label == "Pub. L. 104-4 206"


def test_labels_read_from_the_text_agree_with_the_markup() -> None:
    """Two ways to one outline. Where they part the law has two alike, starts below (a), or is misprinted."""
    same = apart = 0
    for path in (USC_1, USC_9, MEDICAID, MANDATES):
        for found in read_uslm(sample(path), path).sections:
            marked = {(part.path, part.span[0]) for part in found.subdivisions if part.path}
            labelled = {(part.path, part.span[0]) for part in subdivisions(found.text, US_CODE) if part.path}
            same, apart = same + len(marked & labelled), apart + len(marked ^ labelled)
    assert same >= 5700 and apart <= 60


def test_the_outline_of_a_section_of_title_9(golden: Golden) -> None:
    """Read by eye against the source."""
    golden("9-usc-10-outline.txt", outline_text(section_of(read_uslm(sample(USC_9), USC_9), "10")))


def test_the_outline_of_the_medicaid_plan_requirements_in_part(golden: Golden) -> None:
    """The first 80 lines, read by eye against the source: five levels, "(II) (aa)" on one line, continuations."""
    text = outline_text(section_of(read_uslm(sample(MEDICAID), MEDICAID), "1902"))
    golden("ssa-1902-outline-in-part.txt", "".join(text.splitlines(keepends=True)[:80]))


def test_a_section_with_all_that_it_may_have() -> None:
    body = level("subsection", "a", "<heading> General rule</heading><content>There shall be allowed.</content>")
    items = level("paragraph", "d/1", "<content> one;</content>") + level(
        "paragraph", "d/2", "<content> two,</content>"
    )
    body += level(
        "subsection",
        "d",
        f"<heading>Terms.\u2014</heading><chapeau>Care\u2014</chapeau>{items}<continuation>but not three."
        "</continuation>",
    )
    body += "<sourceCredit>(Aug. 16, 1954, <ref>ch. 736</ref>.)</sourceCredit><notes><note><p>Long.</p></note></notes>"
    (found,) = read(section(body)).sections
    assert (found.label, found.head, found.heading) == ("26 USC 213", "\u00a7 213. Expenses", "Expenses")
    assert found.above == ("Title 26\u2014INTERNAL REVENUE CODE", "CHAPTER 1. NORMAL TAXES")
    assert found.history == "(Aug. 16, 1954, ch. 736.)"
    assert found.url == "https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title26-section213"
    assert found.text == (
        "(a) General rule\nThere shall be allowed.\n(d) Terms.\u2014Care\u2014\n(1) one;\n(2) two,\nbut not three."
    )
    parts = {part.path: part for part in found.subdivisions}
    assert list(parts) == [("a",), ("d",), ("d", "1"), ("d", "2")]
    assert (parts["a",].heading, parts["d",].heading) == ("General rule", "Terms")
    lead = parts["d",].lead_in
    assert lead is not None and found.text[slice(*lead)] == "(d) Terms.\u2014Care\u2014"
    assert found.text[slice(*parts["d",].span)].endswith("but not three.")
    assert found.text[slice(*parts["d", "2"].span)] == "(2) two,"


def test_a_level_whose_identifier_is_not_inside_its_parent_is_text() -> None:
    body = level("subsection", "a", "<chapeau>These:</chapeau>" + level("paragraph", "1", "<content>one.</content>"))
    (found,) = read(section(body)).sections
    assert [part.path for part in found.subdivisions] == [("a",)]
    assert found.text == "(a) These:\n(1) one."


def test_the_chapeau_of_a_section_is_its_lead_in() -> None:
    items = level("paragraph", "1", "<content>one.</content>")
    for body in (f"<chapeau>These:</chapeau>{items}", f"<subsection><chapeau>These:</chapeau>{items}</subsection>"):
        (found,) = read(section(body)).sections
        assert [(part.path, part.lead_in) for part in found.subdivisions] == [((), (0, 6)), (("1",), None)]
        assert found.text == "These:\n(1) one."


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>One.</p>\n<p>Two.</p>", "One.\nTwo."),
        ('mark<ref class="footnoteRef">1</ref><footnote><p>So in law.</p></footnote> it', "mark it"),
        ("10<sup>2</sup> units", "10\u00b2 units"),
        ("the term \u201c<term>plan</term>\u201d means", "the term \u201cplan\u201d means"),
        ("<i>a</i><b>b</b> \n  c\u202fd", "ab c d"),
        (
            "the following: <quotedContent><subsection><num>\u201c(c)</num><content> New.\u201d</content></subsection>"
            "</quotedContent>.",
            "the following:\n\u201c(c) New.\u201d.",
        ),
        (
            '<table xmlns="http://www.w3.org/1999/xhtml"><tr><td>A</td><td><p>1</p></td></tr></table>',
            "A | 1",
        ),
        (
            '<c:table xmlns:c="urn:c"><c:row><c:entry>A</c:entry>'
            "<c:entry>1<c:superscript>2</c:superscript></c:entry></c:row></c:table>",
            "A | 1\u00b2",
        ),
    ],
)
def test_words_are_written_as_they_read(content: str, text: str) -> None:
    (found,) = read(section(f"<content>{content}</content>")).sections
    assert found.text == text
    assert found.subdivisions == ()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("repealed", "repealed"),
        ("omitted", "omitted"),
        ("transferred", "transferred"),
        ("renumbered", "transferred"),
        ("reserved", "reserved"),
        ("operational", "in_force"),
    ],
)
def test_the_status_of_a_section_is_that_of_its_markup(status: str, expected: str) -> None:
    (found,) = read(section("<content>Words.</content>", status=status)).sections
    assert found.status == expected


def test_the_status_of_a_bracketed_section_is_in_its_heading() -> None:
    data = title(section("", heading="Repealed. Pub. L. 1\u20132]")).replace(b"\xc2\xa7", b"[\xc2\xa7")
    (found,) = read_uslm(data, "x").sections
    assert (found.status, found.heading, found.text) == ("repealed", "Repealed. Pub. L. 1\u20132", "")
    assert read(section("", heading="Repealed laws")).sections[0].status == "in_force"


@pytest.mark.parametrize(
    ("number", "label", "address"),
    [
        ("300gg\u201319", "26 USC 300gg-19", "section300gg-19"),
        ("5...s8", "26 USC 5-8", "section5"),
        ("300gg-91...300gg-92", "26 USC 300gg-91 to 300gg-92", "section300gg-91"),
    ],
)
def test_numbers_with_dashes_and_ranges(number: str, label: str, address: str) -> None:
    file = read(section("", number, status="repealed"))
    assert (file.sections[0].label, uncitable(file)) == (label, [])
    assert file.sections[0].url.endswith(address)


def test_only_sections_of_the_law_itself_are_read() -> None:
    quoted = '<quotedContent><section identifier="/us/usc/t26/s5"><num>5</num></section></quotedContent>'
    body = f"<content>Words.</content><notes><note><p>Note.</p>{quoted}</note></notes>"
    odd = '<section identifier="/us/act/1990/s5"><num>Sec. 5.</num><heading>Odd</heading></section>'
    file = read(section(body), "<section><num>9</num></section>", quoted, odd)
    assert [found.number for found in file.sections] == ["213"]
    assert file.sections[0].text == "Words."
    assert file.notes == ("1 sections cannot be cited and were not read: Sec. 5. Odd.",)


def test_the_namespace_counts_and_not_the_prefix() -> None:
    plain = title(section(level("subsection", "a", "<content>Words.</content>"))).decode()
    prefixed = plain.replace('xmlns="http://xml', 'xmlns:ns0="http://xml')
    for name in ("uscDoc", "meta", "main", "title", "num", "heading", "notes", "note", "chapter", "section", "content"):
        prefixed = prefixed.replace(f"<{name}", f"<ns0:{name}").replace(f"</{name}", f"</ns0:{name}")
    prefixed = prefixed.replace("<subsection", "<ns0:subsection").replace("</subsection", "</ns0:subsection")
    prefixed = prefixed.replace("<quoted", "<ns0:quoted").replace("</quoted", "</ns0:quoted")
    assert is_uslm(prefixed.encode())
    assert read_uslm(prefixed.encode(), "x") == read_uslm(plain.encode(), "x")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (title(), True),
        (b'<statuteCompilation xmlns="http://schemas.gpo.gov/xml/uslm">', True),
        (b'<x:statuteCompilation xmlns:x="http://schemas.gpo.gov/xml/uslm">', True),
        (b"<uscDoc>", False),
        (b'<bill xmlns="http://schemas.gpo.gov/xml/uslm">', False),
        (b'<uscDoc xmlns="http://example.org">', False),
        (b"http://schemas.gpo.gov/xml/uslm <statuteCompilation>", False),
        (b"", False),
        (b"<uscDoc xmlns=", False),
    ],
)
def test_the_format_is_told_by_the_first_bytes(data: bytes, expected: bool) -> None:
    assert is_uslm(data) == expected


DOCTYPE = b'<!DOCTYPE uscDoc [<!ENTITY me "I"><!ENTITY far SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (title(), "there is no section of law in this USLM file"),
        (title(section(""))[:-20], "this XML is damaged"),
        (DOCTYPE + title(section("<content>&far;</content>"))[22:], "uses the entity &far;"),
        (DOCTYPE + title(section("<content>&me;</content>"))[22:], "uses the entity &me;"),
        (title(section("<content>&me;</content>")), "this XML is damaged"),
    ],
    ids=range(5),
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(data: bytes, problem: str) -> None:
    with pytest.raises(ParseError, match=f"^title.xml: .*{problem}"):
        read_uslm(data, "title.xml")


def test_damaged_bytes_give_a_file_or_an_error_of_ours() -> None:
    items = level("paragraph", "a/1", "<content>one;</content>") + level("paragraph", "a/2", "<content>two.</content>")
    whole = title(
        section(level("subsection", "a", f"<chapeau>These:</chapeau>{items}")), section("<content>B.</content>", "214")
    )
    outcomes = Counter(tried(read_uslm, data) for data in damaged(whole, 3))
    act = sample(MANDATES)
    excerpt = act[: act.index(b"</section>", 9000) + 10] + b"</main></statuteCompilation>"
    assert tried(read_uslm, excerpt) == "read"
    outcomes += Counter(tried(read_uslm, data) for data in damaged(excerpt, 4))
    assert outcomes["read"] > 10 and outcomes["refused"] > 10
