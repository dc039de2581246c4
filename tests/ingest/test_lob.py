"""The XML of the bulk archive's texts to lines."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.law.lob import read_lob
from ingest.law.sections import LawFile
from ingest.law.subdivisions import subdivisions
from kb.errors import ParseError
from tests.ingest.archives import lob
from tests.ingest.samples import damaged, sample

OPEN, SHUT = '<caml:Content xmlns:caml="http://lc.ca.gov/legalservices/schemas/caml.1#">', "</caml:Content>"


def text_of(inner: str) -> str:
    return read_lob(f"{OPEN}{inner}{SHUT}".encode(), "x.lob")


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('<p>(a)<span class="EnSpace"/>No employee</p><p>(b) Two</p>', "(a) No employee\n(b) Two"),
        ('<p>(b)<span class="EnSpace"/>(1)<span class="EmSpace"/>Text</p>', "(b) (1) Text"),
        ('<p>Article XIII<span class="ThinSpace"/>B<span class="NbSpace"/>of</p>', "Article XIII B of"),
        ('<p>Total<span class="DottedLeaders"/></p>', "Total"),
        ('<p>Total <span class="UnderlinedLeaders"/> $5</p>', "Total $5"),
        ('<p>Total<span class="SpacedLeaders"/>$5</p>', "Total $5"),
        ('<p><span class="SmallCaps">Section</span> 1, A<span class="SmallCaps"/>B</p>', "Section 1, AB"),
        ('<p><span class="SpecialFormatting">Kept</span> here</p>', "Kept here"),
        ("<p>(<i>l</i>) Item <b>bold</b><u>er</u></p>", "(l) Item bolder"),
        (
            "<p>33<caml:Fraction><caml:Numerator>1</caml:Numerator><caml:Denominator>3</caml:Denominator>"
            "</caml:Fraction> percent</p>",
            "33 1/3 percent",
        ),
        (
            "<p>(<caml:Fraction>\n<caml:Numerator>1</caml:Numerator> <caml:Denominator>100</caml:Denominator>"
            "</caml:Fraction>)</p>",
            "(1/100)",
        ),
        ("<p>H<sub>2</sub>O<br/>next line</p>", "H2O\nnext line"),
        ("<p>one\n\t\ttwo   three\u00a0four</p>", "one two three four"),
        ("<p/><p> </p><p>Only</p>", "Only"),
        ("<h1>Form</h1>loose words<p>Text</p>", "Form\nloose words\nText"),
        (
            "<p>Rates:</p><table><colgroup><col/></colgroup><thead><tr><th>Age</th><th>Rate</th></tr></thead><tbody><tr>"
            "<td><p>0 to 4</p></td><td>$5<br/>a day</td></tr><tr><td/><td/></tr></tbody></table><p>End</p>",
            "Rates:\nAge | Rate\n0 to 4 | $5 a day\nEnd",
        ),
        ("<p>Before<!-- a comment -->, <?mark data='x'?>after</p>", "Before, after"),
        ("<p>A &lt; B &amp; &#167; 5</p>", "A < B & \u00a7 5"),
        (
            "<caml:TipIn><p>Tipped</p></caml:TipIn><p>Name: <caml:LabelledField>x</caml:LabelledField></p>",
            "Tipped\nName: x",
        ),
        ("", ""),
        ('<p><span class="EnSpace"/></p>', ""),
    ],
)
def test_the_whole_vocabulary_becomes_lines(inner: str, expected: str) -> None:
    assert text_of(inner) == expected


def test_the_sample_lobs() -> None:
    edc = read_lob(sample("pubinfo", "fixtures", "lobs", "law_edc_44955.lob").read_bytes(), "edc")
    assert len(edc.split("\n")) == 9
    assert [part.path for part in subdivisions(edc)] == [("a",), ("b",), ("c",), ("d",), ("d", "1"), ("d", "2")]
    assert edc.startswith("(a) No permanent employee shall be deprived of his or her position")
    penal = read_lob(sample("pubinfo", "fixtures", "lobs", "law_pen_187.lob").read_bytes(), "pen")
    assert "with the holder of a physician\u2019s and surgeon\u2019s" not in penal
    assert "a holder of a physician\u2019s and surgeon\u2019s certificate" in penal
    assert len(subdivisions(penal)) == 6
    first = read_lob(sample("pubinfo", "fixtures", "lobs", "law_cons_art1_sec1.lob").read_bytes(), "cons")
    assert first.startswith("All people are by nature free") and "\n" not in first


def test_a_bill_is_no_section() -> None:
    bill = sample("pubinfo", "fixtures", "lobs", "bill_version_amended.lob").read_bytes()
    with pytest.raises(ParseError, match=r"bill\.lob: its root is <MeasureDoc>, not the <caml:Content>"):
        read_lob(bill, "bill.lob")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not well-formed XML"),
        (b"PK\x03\x04", "not well-formed XML"),
        (f"{OPEN}<p>cut".encode(), "not well-formed XML"),
        (f"{OPEN}<p>&nbsp;</p>{SHUT}".encode(), "not well-formed XML"),
        (f"{OPEN}{'<i>' * 5000}{'</i>' * 5000}{SHUT}".encode(), "not well-formed XML"),
        (b"<p>words</p>", "its root is <p>"),
        (f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{OPEN}<p>&l11;</p>{SHUT}'.encode(), "declares a document type"),
        (f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>{OPEN}<p>&f;</p>{SHUT}'.encode(), "document type"),
        (f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{OPEN}<p>&l11;</p>{SHUT}'.encode("utf-16"), "document type"),
    ],
)
def test_what_is_no_lob_is_refused_at_once(data: bytes, message: str) -> None:
    started = time.process_time()
    with pytest.raises(ParseError, match=message):
        read_lob(data, "x.lob")
    assert time.process_time() - started < 1


LINE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


@given(st.lists(st.lists(LINE, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=5))
def test_lines_that_went_in_come_out(lines: list[str]) -> None:
    assert read_lob(lob(tuple(lines)), "x.lob") == "\n".join(lines)


def test_a_damaged_lob_gives_text_or_an_error() -> None:
    def read(data: bytes) -> LawFile | list[LawFile]:
        assert isinstance(read_lob(data, "x.lob"), str)
        return []

    table = "<table><tr><td>1</td><td><p>x</p></td></tr></table><p>33<caml:Fraction>1</caml:Fraction></p>"
    damaged(
        lob(("(a) One of these:", "(1) First.", "(2) Second.")).replace(b"</caml", table.encode() + b"</caml"), read, 7
    )
