"""The eCFR in both dialects: sections, outlines, and what is no text of law."""

from collections import Counter
from datetime import date

import pytest

from ingest.law.ecfr import is_ecfr, read_ecfr
from kb.errors import ParseError
from tests.conftest import Golden
from tests.official import assert_sound, damaged, outline_text, sample, section_of, tried, uncitable

TITLE_1 = "ecfr/ECFR-title1.xml"
PART_406 = "ecfr/title-42-part-406_versioner_excerpt.xml"

METADATA = "{&amp;quot;citation&amp;quot;:&amp;quot;45 CFR Part 147&amp;quot;}"
PART = f"""<?xml version="1.0"?>
<DIV5 N="147" TYPE="PART" hierarchy_metadata="{METADATA}"><HEAD>PART 147—HEALTH
  INSURANCE</HEAD><AUTH><HED>Authority:</HED><PSPACE>42 U.S.C. 300gg.</PSPACE></AUTH>
<SOURCE><HED>Source:</HED><PSPACE>75 FR 1, Jan. 1, 2010.</PSPACE></SOURCE>
%s</DIV5>"""


def part(*divisions: str) -> bytes:
    return (PART % "\n".join(divisions)).encode()


def section(body: str, number: str = "147.1", head: str = "§ 147.1 Appeals.") -> str:
    return f'<DIV8 N="{number}" TYPE="SECTION"><HEAD>{head}</HEAD>\n{body}</DIV8>'


def text_of(body: str) -> str:
    return read_ecfr(part(section(body)), "x").sections[0].text


def paths_of(body: str) -> list[str]:
    (found,) = read_ecfr(part(section(body)), "x").sections
    return ["".join(part.path) for part in found.subdivisions]


def test_title_1_is_read_whole() -> None:
    file = read_ecfr(sample(TITLE_1), TITLE_1)
    assert len(file.sections) == 288
    assert Counter(section.status for section in file.sections) == {"in_force": 271, "reserved": 17}
    assert (file.title, file.jurisdiction) == ("Title 1—General Provisions", "United States")
    assert (file.as_of, file.notes) == (date(2022, 12, 29), ())
    assert sum(section.history.startswith("[") for section in file.sections) == 97
    assert {section.authority for section in file.sections} == {"1 CFR"}
    assert max(len(part.path) for section in file.sections for part in section.subdivisions) == 4


@pytest.mark.parametrize("path", [TITLE_1, PART_406])
def test_every_label_is_a_citation_and_every_stretch_is_sound(path: str) -> None:
    file = read_ecfr(sample(path), path)
    assert uncitable(file) == []
    for found in file.sections:
        assert_sound(found)
        assert found.head.startswith("§") and found.text + found.heading
        assert found.status == "reserved" or found.text


def test_the_outline_of_a_section_of_title_42(golden: Golden) -> None:
    """Read by eye against the source: "(b) Beginning and end ... (1)" is two levels in one paragraph."""
    file = read_ecfr(sample(PART_406), PART_406)
    assert [section.label for section in file.sections] == [
        "42 CFR 406.1",
        "42 CFR 406.5",
        "42 CFR 406.7",
        "42 CFR 406.10",
    ]
    golden("42-cfr-406.10-outline.txt", outline_text(section_of(file, "406.10")))


def test_the_outline_of_a_section_of_title_1(golden: Golden) -> None:
    """Read by eye against the source: four levels, (a)(1)(i)(A)."""
    golden("1-cfr-304.9-outline.txt", outline_text(section_of(read_ecfr(sample(TITLE_1), TITLE_1), "304.9")))


def test_a_section_stands_under_its_headings_and_has_its_address() -> None:
    body = '<DIV6 TYPE="SUBPART"><HEAD>Subpart B—Rights</HEAD><DIV7 TYPE="SUBJGRP"><HEAD>Review</HEAD>%s</DIV7></DIV6>'
    file = read_ecfr(part(body % section("<P>A plan.</P>"), section("<P>Two.</P>", "147.2", "§ 147.2   Two\n.")), "x")
    first, second = file.sections
    assert first.above == ("PART 147—HEALTH INSURANCE", "Subpart B—Rights", "Review")
    assert (first.label, first.head, first.heading) == ("45 CFR 147.1", "§ 147.1 Appeals.", "Appeals.")
    assert first.url == "https://www.ecfr.gov/current/title-45/section-147.1"
    assert second.above == ("PART 147—HEALTH INSURANCE",)
    assert (second.head, second.heading) == ("§ 147.2 Two .", "Two .")
    assert file.as_of is None


def test_a_section_without_a_note_has_that_of_what_it_stands_in() -> None:
    own = section('<P>A.</P><CITA TYPE="N">[80 FR 2, Feb. 2, 2015]\n</CITA>')
    file = read_ecfr(part(own, section("<P>B.</P>", "147.2")), "x")
    assert [found.history for found in file.sections] == ["[80 FR 2, Feb. 2, 2015]", "75 FR 1, Jan. 1, 2010."]
    assert file.sections[0].text == "A."


@pytest.mark.parametrize(
    ("number", "head", "label", "heading"),
    [
        ("147.5", "§ 147.5 [Reserved]", "45 CFR 147.5", "[Reserved]"),
        ("§§ 147.5-147.9", "§§ 147.5-147.9   [Reserved]", "45 CFR 147.5-147.9", "[Reserved]"),
        ("147.5", "§ 147.5 [Removed and Reserved]", "45 CFR 147.5", "[Removed and Reserved]"),
    ],
)
def test_a_reserved_section_is_one_without_text(number: str, head: str, label: str, heading: str) -> None:
    (found,) = read_ecfr(part(section("", number, head)), "x").sections
    assert (found.label, found.status, found.text, found.heading) == (label, "reserved", "", heading)


def test_italic_labels_are_levels_of_their_own() -> None:
    labels = ["(a) <I>Rule.</I> (1) These:", "(i) (A) Both of:", "(<I>1</I>) One:", "(<I>i</I>) x;", "(<I>ii</I>) y."]
    labels += ["<I>(2)</I> Two.", "(B) More.", "(ii) Last.", "(2) End.", "(b)-(d) [Reserved]", "(e) Five."]
    body = "".join(f"<P>{label}</P>\n" for label in labels)
    assert paths_of(body) == "a a1 a1i a1iA a1iA1 a1iA1i a1iA1ii a1iA2 a1iB a1ii a2 b e".split()
    assert "(A) Both of:\n(1) One:\n(i) x;" in text_of(body)


def test_the_mark_of_a_footnote_is_not_in_the_sentence_and_the_note_is_a_paragraph() -> None:
    body = "<P>(a) Within 10 days.\n<SU>1</SU>\n<FTREF/> It may wait.</P>"
    body += "<FTNT><P><SU>1</SU> (1) As amended.</P></FTNT><P>(b) No.</P>"
    assert text_of(body) == "(a) Within 10 days. It may wait.\n¹ (1) As amended.\n(b) No."
    assert paths_of(body) == ["a", "b"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('CO<E T="52">2</E> gas', "CO2 gas"),
        ("10<SU>2</SU> units", "10² units"),
        ('10<E T="51">-3</E> units', "10⁻³ units"),
        ("CO<SU>TM</SU>", "CO^(TM)"),
        ("8<FR>1/2</FR> inches", "8 1/2 inches"),
        ("8\n<FR>1/2</FR> inches", "8 1/2 inches"),
        ('the <E T="04">Federal\n Register,</E> or', "the Federal Register, or"),
        ("one<!-- or\ntwo --> three<?pi four?>.", "one three."),
        ("A &amp; B &#167; 4\u2009m", "A & B § 4 m"),
        ("one <XREF ID='x'>two</XREF> three", "one two three"),
        ("one<BR/>two", "one two"),
    ],
)
def test_words_are_written_as_they_read(markup: str, text: str) -> None:
    assert text_of(f"<P>{markup}</P>") == text


def test_a_table_becomes_rows_and_its_cells_are_no_subdivisions() -> None:
    table = "<DIV><DIV><TABLE><TR><TH>Plan</TH><TH>Fee</TH></TR>"
    table += "<TR><TD>(1) Gold</TD><TD>$5<SU>1</SU></TD></TR></TABLE></DIV></DIV>"
    body = f"<P>(a) Fees:</P>{table}<FP>No other.</FP><P>(b) End.</P>"
    assert text_of(body) == "(a) Fees:\nPlan | Fee\n(1) Gold | $5¹\nNo other.\n(b) End."
    assert paths_of(body) == ["a", "b"]


def test_extracts_and_examples_stay_as_paragraphs_without_labels() -> None:
    body = "<P>(a) Write:</P><EXTRACT><FP>(1) Dear plan:</FP></EXTRACT>"
    body += "<EXAMPLE><HED>Example.</HED><P>(1) One.</P></EXAMPLE><P>(b) End.</P>"
    assert text_of(body) == "(a) Write:\n(1) Dear plan:\nExample.\n(1) One.\n(b) End."
    assert paths_of(body) == ["a", "b"]


def test_an_appendix_is_named_in_the_notes_and_not_read() -> None:
    appendix = '<DIV9 N="Appendix A to Part 147" TYPE="APPENDIX"><HEAD>Appendix A</HEAD><P>Form.</P></DIV9>'
    file = read_ecfr(part(section("<P>A.</P>"), appendix, section("<P>B.</P>", "none", "Odd one")), "x")
    assert [found.number for found in file.sections] == ["147.1"]
    assert file.notes == (
        "1 appendices have no section number and were not read: Appendix A to Part 147.",
        "1 sections have no number that can be cited, and were not read: Odd one.",
    )


def test_a_file_may_be_one_section() -> None:
    data = (
        '<DIV8 N="406.1" TYPE="SECTION" hierarchy_metadata="{&quot;path&quot;:&quot;/on/_SUBSTITUTE_DATE_/title-42/'
        'section-406.1&quot;}"><HEAD>§ 406.1 Basis.</HEAD><P>Words.</P></DIV8>'
    ).encode()
    assert is_ecfr(data)
    file = read_ecfr(data, "x")
    assert (file.title, [found.label for found in file.sections]) == ("42 CFR 406.1", ["42 CFR 406.1"])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (part(), True),
        (b'\xef\xbb\xbf<!-- x --><DIV1 N="1" TYPE="TITLE"/>', True),
        (part().decode().replace('<?xml version="1.0"?>', "").encode("utf-16"), True),
        (b"<DLPSTEXTCLASS><HEADER/>", True),
        (b'<DIV5 TYPE="OTHER"/>', False),
        (b"<DIV>text</DIV>", False),
        (b"<html><body/></html>", False),
        (b"", False),
        (b"DIV5", False),
        (b"%PDF-1.7 <DIV5", False),
        (b"<DIV5 TYPE=", False),
        (b"\x00\xff" * 50, False),
    ],
)
def test_the_format_is_told_by_the_first_bytes(data: bytes, expected: bool) -> None:
    assert is_ecfr(data) == expected


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = f'<!DOCTYPE DIV5 [<!ENTITY a0 "ha">{LAUGHS}<!ENTITY far SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<DIV5 TYPE='PART'><HEAD>x</HEAD>", "this XML is damaged"),
        (part(), "there is no section in this eCFR file"),
        (part(section("<P>A.</P>")).replace(b"45 CFR", b"Some"), "does not say which title"),
        (DOCTYPE.encode() + part(section("<P>&a9;</P>"))[22:], "this XML is damaged"),
        (b"<!DOCTYPE DIV5 [<!ENTITY me 'x'>]>" + part(section("<P>&me;</P>"))[22:], "uses the entity"),
        (DOCTYPE.encode() + part(section("<P>&far;</P>"))[22:], "uses the entity"),
        (DOCTYPE.encode() + part(section("<P X='&a9;'>A.</P>"))[22:], "this XML is damaged"),
        (part(section("<P>&nbsp;</P>")), "this XML is damaged"),
        (part(section("<B>" * 500 + "</B>" * 500)), "this XML is damaged"),
        (b'<?xml version="1.0" encoding="no-such"?><DIV5/>', "this XML is damaged"),
        (b"", "this XML is damaged"),
    ],
    ids=range(11),
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(data: bytes, problem: str) -> None:
    with pytest.raises(ParseError, match=f"^title.xml: .*{problem}"):
        read_ecfr(data, "title.xml")


def test_damaged_bytes_give_a_file_or_an_error_of_ours() -> None:
    whole = part(
        section("<P>(a) <I>Rule.</I> (1) These:</P><P>(i) One 10<SU>2</SU>.</P>"), section("<P>B.</P>", "147.2")
    )
    outcomes = Counter(tried(read_ecfr, data) for data in damaged(whole, 1))
    outcomes += Counter(tried(read_ecfr, data) for data in damaged(sample(PART_406), 2))
    assert outcomes["read"] > 10 and outcomes["refused"] > 10
