"""The section page of the Legislature's site to law, in its views."""

import time
from datetime import date

import pytest

from ingest.law.california_page import is_section_page, read_section_page
from kb.errors import ParseError
from tests.conftest import Golden
from tests.ingest.samples import damaged, outline, sample

NOTE = "(Amended by Stats. 2024, Ch. 40, Sec. 5.   (SB 159)   Effective June 29, 2024.)"


def page(law: str, wrapper: str = "single_law_section", code: str = "HSC", chrome: str = "") -> bytes:
    """A page with the traits of the real one: a document inside the document, div elements that look closed."""
    return (
        f'<?xml version="1.0"?>\n<!DOCTYPE html>\n<html><head><title>California Code,  {code} 1.</title></head><body>'
        f"<html><body><h3>Site</h3><p>Skip to content</p><i>(Added by the site.)</i>{chrome}</html>"
        '<form id="displayCodeSection3"><span class="hidden"><h2>Code Text</h2></span>'
        f'<div id="{wrapper}" class="displaycodeleftmargin">{law}'
        "</div></form><p>Footer of the site</p><h6>9. </h6><p>Not law.</p></body></html>"
    ).encode()


def inner(*parts: str, box: str = "codeLawSectionNoHead") -> str:
    head = '<HTML xmlns:caml="x"><head><META http-equiv="Content-Type" content="text/html;charset=utf-8"/></head><BODY>'
    return head + f'<div id="{box}">' + "".join(parts) + "</div></BODY></HTML>"


def heading(words: str, tag: str = "h4", note: str = "( Added by Stats. 1965, Ch. 1784. )") -> str:
    return f'<div style="float:left"><{tag}><b>{words}</b></{tag}><i>  {note}</i></div>  <div style="clear:both;"/>'


HEADINGS = (
    '<div align="left"><h4><b>Health and Safety Code - HSC</b></h4></div>'
    + heading("DIVISION 2. LICENSING PROVISIONS [1200 - 1796.70]")
    + heading("CHAPTER 2.2. Health Care\n\t\tService Plans [1340 - 1399.874]")
    + heading("ARTICLE 5. Standards [1367 - 1374.196]", "h5")
)


def single(number: str, *paragraphs: str, note: str = NOTE) -> str:
    body = "".join(f'<p style="margin:0 0 0.5em 0;">{words}</p>' for words in paragraphs)
    return f'<div><font face="Times"><h6 style="float:left;"><b>{number}  </b></h6>{body}<i>{note}</i></font></div>'


def several(number: str, *paragraphs: str, note: str = NOTE) -> str:
    link = f"<h6><a href=\"javascript:submitCodesValues('{number}','1.2','x')\"><b>{number}</b></a></h6>"
    body = "<p/>".join(f'<p style="margin:0;">{words}</p>' for words in paragraphs)
    return f'<div align="left">{link}{body}<p style="font-size:0.9em"><i>{note}</i></p></div><div style="clear:both;"/>'


def test_one_section() -> None:
    data = page(
        inner(HEADINGS, single("1367.01.", "(a) A plan\n\t\t shall do these:", "(1) One.", "(b)\u00a0Two.", " "))
    )
    assert is_section_page(data)
    file = read_section_page(data, "a.html")
    assert (file.title, file.jurisdiction) == ("California Health and Safety Code section 1367.01", "California")
    (section,) = file.sections
    assert (section.label, section.head, section.heading) == ("HSC 1367.01", "1367.01.", "")
    assert section.text == "(a) A plan shall do these:\n(1) One.\n(b) Two."
    assert [part.path for part in section.subdivisions] == [("a",), ("a", "1"), ("b",)]
    assert section.above == (
        "Health and Safety Code",
        "DIVISION 2. LICENSING PROVISIONS",
        "CHAPTER 2.2. Health Care Service Plans",
        "ARTICLE 5. Standards",
    )
    assert section.history == "Amended by Stats. 2024, Ch. 40, Sec. 5. (SB 159) Effective June 29, 2024."
    assert (section.effective_from, section.effective_to, section.status) == (date(2024, 6, 29), None, "in_force")
    assert section.url.endswith("codes_displaySection.xhtml?lawCode=HSC&sectionNum=1367.01.")


def test_the_sections_of_a_chapter() -> None:
    """Three articles of two chapters: a heading of a level ends the one before it and what stood in that."""
    law = inner(
        HEADINGS.replace(
            "<h4><b>Health and Safety Code - HSC</b></h4>", "<h3><b>Health and Safety Code - HSC</b></h3>"
        ),
        several("1367.", "(a) One.", "It goes on."),
        several("1367.005.", "No letters here.", note="(Added by Stats. 2012, Ch. 1.)"),
        heading("ARTICLE 6. Operation [1375.1 - 1383.20]", "h5"),
        several("1383.15.", "Text."),
        heading("CHAPTER 3. Clinics [1400 - 1500]"),
        several("1400b.", "More text.", note=""),
        several("[1401.]", "Last."),
        box="x",
    )
    file = read_section_page(page(law, "manylawsections"), "b.html")
    assert file.title == "California Health and Safety Code sections 1367 to 1401"
    assert [section.number for section in file.sections] == ["1367", "1367.005", "1383.15", "1400b", "1401"]
    assert [section.above[-1] for section in file.sections] == [
        *["ARTICLE 5. Standards"] * 2,
        "ARTICLE 6. Operation",
        *["CHAPTER 3. Clinics"] * 2,
    ]
    assert file.sections[3].above == (
        "Health and Safety Code",
        "DIVISION 2. LICENSING PROVISIONS",
        "CHAPTER 3. Clinics",
    )
    assert file.sections[0].text == "(a) One.\nIt goes on."
    assert [section.history[:5] for section in file.sections] == ["Amend", "Added", "Amend", "", "Amend"]


def test_many_sections_with_open_elements_are_all_read() -> None:
    law = inner(HEADINGS, *(several(f"{n}.", f"(a) Section {n}.") for n in range(1, 601)))
    file = read_section_page(page(law, "manylawsections"), "c.html")
    assert [section.text for section in file.sections] == [f"(a) Section {n}." for n in range(1, 601)]


def test_the_constitution() -> None:
    top = "<h4><b>California Constitution - CONS</b></h4>" + heading(
        "ARTICLE XIII B GOVERNMENT SPENDING [SECTION 1 - SEC. 15]"
    )
    note = "(Sec. 1 added Nov. 6, 1979, by Prop. 4. Initiative measure.)"
    (section,) = read_section_page(
        page(inner(top, single("SECTION 1.", "Words.", note=note)), code="CONS"), "d"
    ).sections
    assert (section.label, section.head) == ("CONS XIII B 1", "SECTION 1.")
    assert section.history == note[1:-1]
    assert section.url.endswith("lawCode=CONS&sectionNum=SECTION+1.&article=XIII+B")


def test_italics_in_the_text_are_no_note() -> None:
    data = page(
        inner(
            HEADINGS, single("1.", "(<i>l</i>) In <i>(People v. Amended)</i> it held.", "<i>(Emphasis)</i> A.<br/>B.")
        )
    )
    assert read_section_page(data, "e").sections[0].text == "(l) In (People v. Amended) it held.\n(Emphasis) A.\nB."


def test_a_paragraph_in_parentheses_is_no_note_and_nothing_after_the_note_is_law() -> None:
    words = "(Amended forms are kept by the department.)"
    law = inner(HEADINGS, several("1.", "A.", words, "B."), "<p>Not law.</p>", several("2.", "C."))
    first, second = read_section_page(page(law, "manylawsections"), "e").sections
    assert (first.text, first.history[:7]) == (f"A.\n{words}\nB.", "Amended")
    assert second.text == "C."


def test_a_table_is_rows() -> None:
    rows = "<tr><th>Age</th><th>Rate</th></tr><tr><td><p>0</p></td><td>$5\n a day</td></tr>"
    table = f"Rates:</p><table>{rows}</table><p>End."
    section = read_section_page(page(inner(HEADINGS, single("1.", table))), "f").sections[0]
    assert section.text == "Rates:\nAge | Rate\n0 | $5 a day\nEnd."


def test_a_page_without_its_code_heading_is_known_by_its_title() -> None:
    assert read_section_page(page(inner(single("1.", "A.")), code="INS"), "g").sections[0].label == "INS 1"
    links = "<a onclick=\"x({'lawCode':'WIC'})\">Up</a>"
    bare = page(inner(single("1.", "A.")), code="nothing", chrome=links)
    assert read_section_page(bare, "g").sections[0].label == "WIC 1"
    with pytest.raises(ParseError, match="g: the page names no California code; save the whole page"):
        read_section_page(page(inner(single("1.", "A.")), code="nothing"), "g")


PICKER = '<form id="selectFromMultiples" method="post"><p>Multiple versions</p>' + "".join(
    f"<a href=\"#\" onclick=\"f({{'op_statues':'2013','op_chapter':'5','op_section':'{n}','x':'1'}})\">100501.</a>"
    for n in (2, 3)
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"p\.html: this file is empty; open the section"),
        (b" \n ", r"this file is empty"),
        (page(""), r"p\.html: there is no section on this page, as when the number asked for does not exist"),
        (page(inner(HEADINGS)), r"there is no section on this page"),
        (page("", "other"), r"p\.html: this is no section page of the Legislature's site"),
        (b"\x00\x01\x02" * 50, r"p\.html: this is not a text file"),
        (
            page("", "other", chrome=PICKER),
            r"lists the versions of a section that stand side by side: 100501\. \(Stats\. 2013, Ch\. 5, Sec\. 2\); "
            r"100501\. \(Stats\. 2013, Ch\. 5, Sec\. 3\); open one of them and save that page",
        ),
        (page("", "selectFromMultiples"), r"side by side: none that could be read; open one"),
    ],
)
def test_a_page_without_a_section_says_what_it_is(data: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read_section_page(data, "p.html")


@pytest.mark.parametrize("element", ["<i>a", "<h6>1<b>", "<table><tr><td>"])
def test_a_page_of_endless_depth_is_refused_in_time(element: str) -> None:
    started = time.process_time()
    with pytest.raises(
        ParseError, match=r"p\.html: paragraphs stand inside paragraphs more than 20 deep; save the page"
    ):
        read_section_page(page(inner(single("1.", element * 20_000))), "p.html")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (page(""), True),
        (page("", "manylawsections"), True),
        (page("", "other", chrome=PICKER), True),
        (page("", "other"), False),
        (page("", "single_law_section_x"), False),
        (b"", False),
        (b"<p>The page has #single_law_section and manylawsections.</p>", False),
    ],
)
def test_the_page_is_known_by_its_bytes(data: bytes, expected: bool) -> None:
    assert is_section_page(data) is expected


def test_the_real_page(golden: Golden) -> None:
    """Read by eye: three subdivisions, operative later than effective."""
    path = sample("leginfo", "WIC-18901.3_real_excerpt.html")
    assert is_section_page(path.read_bytes())
    file = read_section_page(path.read_bytes(), path.name)
    assert file.title == "California Welfare and Institutions Code section 18901.3"
    assert len(file.sections) == 1
    golden("wic-18901.3-outline.txt", outline(file.sections[0]))


def test_real_paragraphs_with_deep_labels() -> None:
    fragment = sample("leginfo", "WIC-11450_real_fragment_indents.html").read_text(encoding="utf-8")
    assert not is_section_page(fragment.encode())
    law = inner(HEADINGS, f"<h6><b>11450. </b></h6>{fragment}<i>{NOTE}</i>")
    (section,) = read_section_page(page(law, code="WIC"), "h").sections
    lines = section.text.split("\n")
    assert len(lines) == 6
    assert lines[0].startswith("(b) (1) (A) Until the date that paragraph (2) is effective")
    assert "for the month in which the birth is anticipated and for the six-month period" in lines[1]
    assert lines[5].startswith("(I) (ia) It shall not exceed 80 percent")


def test_a_damaged_page_gives_law_or_an_error() -> None:
    one = page(inner(HEADINGS, single("1367.01.", "(a) A plan shall do these:", "(1) One.", "(b) Two.")), chrome=PICKER)
    damaged(one, lambda data: read_section_page(data, "x.html"), 1)
    many = inner(HEADINGS, several("1367.", "(a) One.", "It goes on."), several("1368.", "Text."))
    damaged(page(many, "manylawsections"), lambda data: read_section_page(data, "x.html"), 2)


def test_the_damaged_real_page() -> None:
    path = sample("leginfo", "WIC-18901.3_real_excerpt.html")
    damaged(path.read_bytes(), lambda data: read_section_page(data, path.name), 3)
