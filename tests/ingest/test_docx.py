"""Word files: the words that Word shows, in order, whatever the styles are called; and what is refused."""

import io
import zipfile

import pytest
from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.docx import read_docx
from ingest.read import read
from ingest.split import split
from kb.errors import KbError, ParseError
from kb.types import Source
from tests.official import sample

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: WordDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def kinds(data: bytes) -> list[tuple[str, str, int]]:
    return [(block.kind, block.text, block.level) for block in read_docx(data, "a.docx")]


def with_xml(*paragraphs: str) -> bytes:
    """A document of paragraphs given as the inside of their `w:p`."""
    document = new_document()
    for inside in paragraphs:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(f"<w:p {SPACE}>{inside}</w:p>"))
    return saved(document)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_headings_paragraphs_lists_and_tables() -> None:
    document = new_document()
    document.add_heading("Benefits", 1)
    document.add_paragraph("You may ask for:")
    document.add_paragraph("a second opinion", style="List Bullet")
    document.add_paragraph("a review", style="List Number")
    document.add_heading("Costs", 2)
    table = document.add_table(rows=0, cols=3)
    for row in (("Service", "In-network", "Out-of-network"), ("Ambulance", "", "$275"), ("Visit", "$20", "")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    assert kinds(saved(document)) == [
        ("heading", "Benefits", 1),
        ("paragraph", "You may ask for:", 0),
        ("item", "a second opinion", 0),
        ("item", "a review", 0),
        ("heading", "Costs", 2),
        ("row", "Service | In-network | Out-of-network", 0),
        ("row", "Ambulance |  | $275", 0),
        ("row", "Visit | $20", 0),
    ]
    read_back = read(Source("doc", "a.docx", "", "Plan", "contract"), saved(document))[0]
    passage = next(p for p in split(read_back) if "$275" in p.text)
    assert passage.label == "Costs"
    entry = next(e for e in read_back.outline if e.lead_in and "$275" in read_back.text[slice(*e.span)])
    assert entry.lead_in is not None
    assert read_back.text[slice(*entry.lead_in)] == "Service | In-network | Out-of-network"


def test_styles_are_known_by_what_they_are_based_on() -> None:
    document = new_document()
    own = document.styles.add_style("Kapitel CMS", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 2"]
    other = document.styles.add_style("Sub CMS", WD_STYLE_TYPE.PARAGRAPH)
    level = parse_xml(f'<w:outlineLvl {SPACE} w:val="2"/>')
    other.element.get_or_add_pPr().append(level)
    document.add_heading("The plan", 0)
    document.add_paragraph("Coverage", style="Kapitel CMS")
    document.add_paragraph("Limits", style="Sub CMS")
    document.add_paragraph("Words.")
    assert kinds(saved(document)) == [
        ("heading", "The plan", 1),
        ("heading", "Coverage", 3),
        ("heading", "Limits", 4),
        ("paragraph", "Words.", 0),
    ]


FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> MERGEFIELD Chair </w:instrText></w:r>'
    '{inner}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (run("Senator ") + FIELD.format(inner="", result=run("Lee")) + run(", Chair"), "Senator Lee, Chair"),
        (f'<w:fldSimple w:instr="DATE">{run("May 1")}</w:fldSimple>', "May 1"),
        (FIELD.format(inner=FIELD.format(inner="", result=run("hidden")), result=run("shown")), "shown"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('in a control')}</w:sdtContent></w:sdt>", "in a control"),
        (run("kept") + f"<w:del>{run(' gone')}<w:r><w:delText>gone</w:delText></w:r></w:del>", "kept"),
        (f"<w:ins>{run('put in')}</w:ins><w:moveFrom>{run('moved')}</w:moveFrom>", "put in"),
        (run("one") + "<w:r><w:br/></w:r>" + run("two") + "<w:r><w:tab/></w:r>" + run("three"), "one two three"),
        (run("in") + "<w:r><w:noBreakHyphen/></w:r>" + run("network"), "in\u2011network"),
        (run("seen") + run("unseen", "<w:vanish/>"), "seen"),
        (f'<w:hyperlink w:anchor="x">{run("a link")}</w:hyperlink>', "a link"),
    ],
)
def test_what_word_shows_is_read(inside: str, expected: str) -> None:
    assert [text for _, text, _ in kinds(with_xml(inside))] == [expected]


def test_text_boxes_and_notes_are_apart() -> None:
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:txbxContent><w:p>{run('In a box.')}</w:p></w:txbxContent></mc:Choice>"
        f"<mc:Fallback><w:txbxContent><w:p>{run('In a box.')}</w:p></w:txbxContent></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert [text for _, text, _ in kinds(with_xml(run("Around ") + box + run("the box.")))] == [
        "Around the box.",
        "In a box.",
    ]


def test_merged_cells_keep_the_columns() -> None:
    document = new_document()
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(
        table.rows, (("Service", "You pay", ""), ("", "In", "Out"), ("Visit", "$1", "$2")), strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    rows = [text for kind, text, _ in kinds(saved(document)) if kind == "row"]
    assert rows == ["Service | You pay", " | In | Out", "Visit | $1 | $2"]


def test_a_table_of_one_column_is_a_frame() -> None:
    document = new_document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "Words in a frame."
    assert kinds(saved(document)) == [("paragraph", "Words in a frame.", 0)]


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            zipped(word__document_xml=b" " * 30_000_000),
            r"a\.docx: 'word/document\.xml' in it unpacks to 30000000 bytes",
        ),
        (zipped(xl__workbook_xml=b"<x/>"), r"a\.docx: a zip or office file that is no Word document; save it as PDF"),
        (zipped(word__document_xml=b"<x/>"), r"a\.docx: not a readable Word file \(.*\); open and save it again"),
        (
            zipped(word__document_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
            r"a\.docx: 'word/document\.xml' in it declares entities; refused",
        ),
        (
            zipped(word__document_xml=b"", **{f"m{n}": b"" for n in range(5001)}),
            r"a\.docx: the file unpacks to far more",
        ),
        (b"PK\x03\x04" + b"\0" * 40, r"a\.docx: not a readable Word file"),
    ],
)
def test_what_is_no_safe_word_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read_docx(data, "a.docx")


WHOLE = saved(new_document())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5))
def test_a_mutated_file_gives_blocks_or_our_error(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(WHOLE)
    for place, new in changes:
        data[place : place + len(new)] = new
    try:
        read_docx(bytes(data), "a.docx")
    except KbError as exc:
        assert "a.docx" in str(exc)


@pytest.mark.parametrize("name", ["ca_bill_analysis_2025.docx", "ca_bill_analysis_2025_docx.lob"])
def test_a_bill_analysis_is_read_by_its_bytes(name: str) -> None:
    document = read(Source("doc", name, "", "Analysis", "guide"), sample(f"office/{name}"))[0]
    assert "Senator Arregu\u00edn, Chair" in document.text, "results of fields stand in content controls"
    assert "MERGEFIELD" not in document.text
    assert [e.heading for e in document.outline if e.heading][1:4] == ["SUMMARY", "ABSTRACT", "FISCAL IMPACT"]


def test_custom_styles_are_headings() -> None:
    document = read(Source("doc", "cms.docx", "", "Report", "guide"), sample("cms_sample.docx"))[0]
    headings = [e.heading for e in document.outline if e.heading]
    assert headings[:3] == ["1.0 Introduction", "2.0 Roadmap", "3.0 Progress Tracking"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ca_bill_analysis_1993_text.lob", "peace officers and sheriffs, California Highway Patrol officers"),
        ("ca_bill_analysis_1997_html.lob", "BACKGROUND:\n\nLegislation enacted in 1992 (AB 3030, Costa) established"),
    ],
)
def test_old_files_are_read_by_their_bytes(name: str, words: str) -> None:
    assert words in read(Source("doc", name, "", "Analysis", "guide"), sample(f"office/{name}"))[0].text


def test_an_old_word_file_says_what_to_do() -> None:
    with pytest.raises(ParseError, match=r"an old Word or office file \(binary\); save it as DOCX or PDF and add that"):
        read(Source("doc", "a.doc", "", "Analysis", "guide"), sample("ca_bill_analysis_2009_doc.lob"))
