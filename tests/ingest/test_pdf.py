"""PDFs made here, read back: paragraphs, pages, lists, tables; and what cannot be read."""

import io
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, LongTable, PageTemplate, Paragraph

from ingest.pdf.reading import read_pdf
from ingest.read import read
from ingest.split import split
from kb.errors import KbError, ParseError
from kb.types import Document, Source

WIDTH, HEIGHT = letter
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10.5, leading=13.2, spaceAfter=6, alignment=TA_JUSTIFY)
HEADS = {
    1: ParagraphStyle("h1", fontName="Helvetica-Bold", fontSize=20, leading=25, spaceAfter=14),
    2: ParagraphStyle("h2", fontName="Helvetica-Bold", fontSize=14, leading=18, spaceAfter=6),
}
ITEM = ParagraphStyle("item", parent=BODY, leftIndent=16, bulletIndent=4)
CELL = ParagraphStyle("cell", fontName="Times-Roman", fontSize=9.5, leading=11.4)
HEAD_CELL = ParagraphStyle("head", parent=CELL, fontName="Helvetica-Bold")


def document_of(data: bytes) -> Document:
    document, warnings = read(Source("doc", "a.pdf", "", "Title", "contract"), data)
    assert warnings == ()
    return document


def set_pages(flowables: list[Any], draw: Callable[[Canvas, int], None] | None = None) -> bytes:
    """A PDF of flowables, with what `draw` puts on each page beside them."""
    target = io.BytesIO()
    document = BaseDocTemplate(target, pagesize=letter, invariant=1)
    frame = Frame(76, 70, WIDTH - 152, HEIGHT - 146, 0, 0, 0, 0)
    extra = (lambda canvas, _: draw(canvas, canvas.getPageNumber())) if draw else (lambda canvas, _: None)
    document.addPageTemplates(PageTemplate("page", [frame], onPage=extra))
    document.build(flowables)
    return target.getvalue()


VOCABULARY = (
    "member plan doctor answer letter review denial notice card clinic visit premium coverage hospital specialist "
    "urgent written timely complete independent covered approved medical regular before after within during unless"
).split()


def words(number: int, sentences: int = 6) -> str:
    """A paragraph of its own words, some lines long; no two lines are alike."""
    choice = random.Random(number)
    return " ".join(
        f"{' '.join(choice.choices(VOCABULARY, k=choice.randint(8, 18))).capitalize()}." for _ in range(sentences)
    )


def drawn(*pages: list[tuple[float, float, str]], font: str = "Helvetica", size: float = 11) -> bytes:
    """A PDF of lines at places, drawn one by one."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=letter, invariant=1)
    for lines in pages:
        canvas.setFont(font, size)
        for x, y, line in lines:
            canvas.drawString(x, y, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def monotone(document: Document) -> bool:
    starts = [page.start for page in document.pages]
    return starts == sorted(starts) and [p.number for p in document.pages] == list(range(1, len(starts) + 1))


def test_paragraphs_are_whole_again_over_lines_and_pages() -> None:
    texts = [words(n) for n in range(40)]
    document = document_of(set_pages([Paragraph(text, BODY) for text in texts]))
    assert document.text.split("\n\n") == texts
    assert len(document.pages) > 2
    assert monotone(document)
    cut = [page for page in document.pages[1:] if document.text[page.start - 2 : page.start] != "\n\n"]
    assert cut, "some paragraph should run over a page"
    passages = split(document)
    assert {number for passage in passages for number in (passage.pages or ())} == {p.number for p in document.pages}


def furniture(canvas: Canvas, page: int) -> None:
    """Heads that change sides, a foot with the printed number: two pages behind the file's, and on the outer side."""
    printed = page - 2
    canvas.setFont("Helvetica", 8.5)
    if page % 2:
        canvas.drawRightString(WIDTH - 76, HEIGHT - 46, "Blue Harbor Evidence of Coverage 2026")
    else:
        canvas.drawString(76, HEIGHT - 46, "Blue Harbor Evidence of Coverage 2026")
    canvas.drawCentredString(WIDTH / 2, 38, "SAMPLE - not a contract")
    if printed > 0:
        canvas.drawString(76 if page % 2 else WIDTH - 90, 38, str(printed))


def test_running_heads_and_feet_go_and_printed_numbers_stay() -> None:
    texts = [words(n) for n in range(60)]
    document = document_of(set_pages([Paragraph(text, BODY) for text in texts], furniture))
    assert document.text.split("\n\n") == texts
    count = len(document.pages)
    assert count > 5
    assert [page.printed for page in document.pages] == ["", "", *(str(n) for n in range(1, count - 1))]
    assert monotone(document)


def test_running_heads_that_name_the_chapter_go_too() -> None:
    chapters = ["Getting Help", "Benefits", "Appeals", "Definitions", "Dental", "Vision", "Payment", "Ending"]
    flowables: list[Any] = []
    for number, chapter in enumerate(chapters):
        flowables += [Paragraph(chapter, HEADS[1]), *(Paragraph(words(number * 20 + n), BODY) for n in range(14))]

    def head(canvas: Canvas, page: int) -> None:
        canvas.setFont("Helvetica", 8.5)
        canvas.drawString(76, HEIGHT - 46, chapters[min((page - 1) * 8 // 13, 7)])

    text = document_of(set_pages(flowables, head)).text
    assert {chapter: text.splitlines().count(chapter) for chapter in chapters} == dict.fromkeys(chapters, 1)


def test_headings_are_told_by_size_and_weight() -> None:
    flowables = [
        Paragraph("Blue Harbor", HEADS[1]),
        Paragraph("Appeals", HEADS[1]),
        Paragraph("How to appeal", HEADS[2]),
        Paragraph(words(1), BODY),
        Paragraph("How long it takes", HEADS[2]),
        Paragraph(words(2), BODY),
        Paragraph("Fees", HEADS[1]),
        Paragraph(words(3), BODY),
    ]
    document = document_of(set_pages(flowables))
    labels = {passage.label for passage in split(document) if words(1)[:20] in passage.text}
    assert labels == {"Appeals > How to appeal"}
    assert list(dict.fromkeys(passage.label for passage in split(document)))[-3:] == [
        "Appeals > How to appeal",
        "Appeals > How long it takes",
        "Fees",
    ]
    assert [e.level for e in document.outline if e.heading] == [1, 1, 2, 2, 1]


def test_contents_lines_are_told_from_the_body() -> None:
    contents = [f"Chapter {n} {'.' * 60} {n * 7}" for n in range(1, 9)]
    page_one = [(76.0, 700.0 - 15 * n, line) for n, line in enumerate(contents)]
    page_two = [(76.0, 700.0 - 13 * n, f"Body line {n} goes on and on without an end") for n in range(12)]
    document = document_of(drawn(page_one, page_two))
    kept = [entry for entry in document.outline if entry.kind == "contents"]
    assert len(kept) == 1
    assert document.text[slice(*kept[0].span)].splitlines() == contents
    assert {p.kind for p in split(document) if "Chapter" in p.text} == {"contents"}
    assert {p.kind for p in split(document) if "Body" in p.text} == {"body"}


@pytest.mark.parametrize(
    "mark",
    [
        "-",
        "*",
        "\u2013",
        "\u2022",
    ],
)
def test_bullets_are_items_with_their_lead_in(mark: str) -> None:
    items = [
        f"item {n} which is long enough to run over the end of its line and to go on in the next one" for n in range(4)
    ]
    flowables = [
        Paragraph("You may ask for any of the following:", BODY),
        *(Paragraph(item, ITEM, bulletText=mark) for item in items),
        Paragraph(words(1), BODY),
    ]
    document = document_of(set_pages(flowables))
    lead, listed, _ = document.text.split("\n\n")
    assert listed.splitlines() == [f"- {item}" for item in items]
    (entry,) = [entry for entry in document.outline if entry.lead_in]
    assert entry.lead_in is not None
    assert document.text[slice(*entry.lead_in)] == lead == "You may ask for any of the following:"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["The plan covers out-of-", "network care in time."], "The plan covers out-of-network care in time."),
        (
            ["The plan covers emer-", "gency care; emergency care is urgent."],
            "The plan covers emergency care; emergency care is urgent.",
        ),
        pytest.param(["Call 800-555-", "0100 for help with it."], "Call 800-555-0100 for help with it."),
        (
            ["It is a follow-up and a follow-", "up is covered by the plan."],
            "It is a follow-up and a follow-up is covered by the plan.",
        ),
        (["The years 2025 -", "2026 count for this plan."], "The years 2025 - 2026 count for this plan."),
    ],
)
def test_a_hyphen_at_the_end_of_a_line(lines: list[str], expected: str) -> None:
    filler = [f"Line {n} of the page says nothing more." for n in range(6)]
    data = drawn([(76.0, 700.0 - 13 * n, line) for n, line in enumerate([*lines, *filler])])
    assert document_of(data).text.startswith(expected)


ROWS = [
    (f"Service {words(n)[:24].strip()}", f"${n} per {words(n + 500)[:12].strip()}", words(n + 200)[:60].strip())
    for n in range(150)
]


def table(rows: Sequence[tuple[str, ...]]) -> LongTable:
    head = [Paragraph(cell, HEAD_CELL) for cell in ("Service", "What you pay", "Limits and notes")]
    cells = [[Paragraph(cell, CELL) for cell in row] for row in rows]
    share = WIDTH - 152
    return LongTable([head, *cells], colWidths=[0.36 * share, 0.26 * share, 0.38 * share], repeatRows=1)


def test_a_table_over_pages_is_a_row_a_line_under_one_header() -> None:
    flowables = [Paragraph("Chart", HEADS[2]), Paragraph(words(1), BODY), table(ROWS), Paragraph(words(2), BODY)]
    document = document_of(set_pages(flowables, furniture))
    assert len(document.pages) > 2
    lines = document.text.splitlines()
    assert [line for line in lines if line.startswith("Service ") and "$" in line] == [" | ".join(row) for row in ROWS]
    assert lines.count("Service | What you pay | Limits and notes") == 1
    last = next(p for p in split(document) if "| $149 per " in p.text)
    assert last.lead_in is not None
    assert document.text[slice(*last.lead_in)] == "Service | What you pay | Limits and notes"
    assert last.pages is not None and last.pages[1] == len(document.pages)


def test_a_header_repeated_once_is_told_apart_too() -> None:
    """On two pages it is no running head: it goes because it repeats its table's header."""
    document = document_of(set_pages([table(ROWS[:30]), Paragraph(words(2), BODY)]))
    assert len(document.pages) == 2
    lines = document.text.splitlines()
    assert lines.count("Service | What you pay | Limits and notes") == 1
    assert [line for line in lines if "$" in line] == [" | ".join(row) for row in ROWS[:30]]


@pytest.mark.parametrize("pages", [3, 6])
def test_prices_at_the_foot_of_pages_are_not_furniture(pages: int) -> None:
    """Without them a row has no second cell; one without its first cell even ends in an IndexError."""
    flowables: list[Any] = [
        Paragraph(words(1), BODY),
        table([(f"Visit {words(n)[:14]}", f"${n} per visit", words(n)[:30]) for n in range(pages * 38)]),
    ]
    text = document_of(set_pages(flowables)).text
    assert [n for n in range(pages * 38) if f"${n} per visit" not in text] == []


def test_rows_of_several_lines_keep_their_cells_apart() -> None:
    rows = [
        (
            f"Service {n} with a name that is too long for one line of its cell",
            f"${n} per visit after the Deductible has been met",
            f"Limit {n}. " * 12,
        )
        for n in range(6)
    ]
    document = document_of(set_pages([table(rows), *(Paragraph(words(n), BODY) for n in range(4))]))
    found = [line for line in document.text.splitlines() if line.startswith("Service ") and "with a name" in line]
    assert found == [" | ".join(cell.strip() for cell in row) for row in rows]


def test_cells_that_fill_their_columns_stay_apart() -> None:
    rows = [
        ("Fertility diagnosis and treatment...", "50 percent Coinsurance", "See the section about fertility."),
        ("Transplant", "Same as an inpatient stay", "At a designated transplant center."),
        ("Immunization and well-child visits", "Same as inpatient stays", "Until the age of 18."),
    ]
    text = document_of(set_pages([table(rows * 2), *(Paragraph(words(n), BODY) for n in range(4))])).text
    assert [line for line in text.splitlines() if " | " in line][1:] == [" | ".join(row) for row in rows * 2]


def test_a_row_before_a_page_break_ends_there() -> None:
    def head(canvas: Canvas, page: int) -> None:
        canvas.setFont("Helvetica", 8.5)
        canvas.drawString(76, HEIGHT - 46, "Blue Harbor booklet" if page % 2 else f"Chapter {'ABCDEFGH'[page % 8]}")
        canvas.drawRightString(
            WIDTH - 76, HEIGHT - 46, f"Chapter {'ABCDEFGH'[page % 8]}" if page % 2 else "Blue Harbor booklet"
        )

    text = document_of(set_pages([Paragraph(words(1), BODY), table(ROWS), Paragraph(words(2), BODY)], head)).text
    assert [line for line in text.splitlines() if line.startswith("Service ") and "$" in line] == [
        " | ".join(row) for row in ROWS
    ]


def locked(password: str, algorithm: str = "AES-256") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn([(76, 700, "Words behind a lock.")]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("algorithm", ["AES-256", "AES-128", "RC4-128", "RC4-40"])
def test_an_empty_password_opens(algorithm: str) -> None:
    assert document_of(locked("", algorithm)).text == "Words behind a lock."


@pytest.mark.parametrize("algorithm", ["AES-256", "RC4-128"])
def test_a_real_password_is_asked_away(algorithm: str) -> None:
    with pytest.raises(ParseError, match=r"a\.pdf: the PDF needs a password; save a copy without one and add that"):
        read_pdf(locked("secret", algorithm), "a.pdf")


def test_pages_of_pictures_need_ocr() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=letter)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    with pytest.raises(ParseError, match=r"a\.pdf: it has no text layer \(a scan\?\); make one with an OCR program"):
        read_pdf(target.getvalue(), "a.pdf")


def test_a_pdf_without_a_page_says_so() -> None:
    target = io.BytesIO()
    PdfWriter().write(target)
    with pytest.raises(ParseError, match=r"a\.pdf: (the PDF has no pages|not a readable PDF)"):
        read_pdf(target.getvalue(), "a.pdf")


@pytest.mark.parametrize("data", [b"", b"%PDF-", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + b"\xff" * 500, b"\0" * 100])
def test_what_is_no_pdf_says_so(data: bytes) -> None:
    with pytest.raises(ParseError, match=r"a\.pdf: (not a readable PDF|the PDF has no pages|it has no text layer)"):
        read_pdf(data, "a.pdf")


WHOLE = drawn(
    *[[(76.0, 700.0 - 13 * n, f"Page {page} line {n} says a few words") for n in range(20)] for page in range(3)]
)


@given(st.integers(0, len(WHOLE)))
def test_a_truncated_file_gives_a_document_or_our_error(length: int) -> None:
    try:
        document, _ = read(Source("doc", "a.pdf", "", "Title", "guide"), WHOLE[:length])
    except KbError as exc:
        assert "a.pdf" in str(exc)
    else:
        assert monotone(document)


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=6), st.integers(0, 12)), min_size=1, max_size=6
    )
)
def test_a_mutated_file_gives_a_document_or_our_error(changes: list[tuple[int, bytes, int]]) -> None:
    data = bytearray(WHOLE)
    for place, new, cut in changes:
        data[place : place + cut] = new
    try:
        document, _ = read(Source("doc", "a.pdf", "", "Title", "guide"), bytes(data))
    except KbError as exc:
        assert "a.pdf" in str(exc)
    else:
        assert monotone(document)
        assert all(document.text[slice(*p.span)] == p.text for p in split(document))


def test_one_broken_page_does_not_lose_the_others() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(WHOLE)))
    broken = DecodedStreamObject()
    broken.set_data(b"BT /F1 12 Tf (unclosed Tj ET ] >> Q Q Q")
    writer.pages[1][NameObject("/Contents")] = broken
    writer.pages[1][NameObject("/Resources")] = NameObject("/Nonsense")
    target = io.BytesIO()
    writer.write(target)
    document, warnings = read(Source("doc", "a.pdf", "", "Title", "guide"), target.getvalue())
    assert "Page 0 line 19" in document.text
    assert "Page 2 line 0" in document.text
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert warnings == () or warnings[0].startswith("a.pdf: could not read page(s) 2")


def test_blank_pages_are_counted() -> None:
    document = document_of(drawn([(76, 700, "First words here.")], [], [], [(76, 700, "Last words there.")]))
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert monotone(document)
    (passage,) = split(document)
    assert passage.pages == (1, 4)
    assert document.pages[1].start == document.pages[3].start == document.text.index("Last")


def surrogate_pdf() -> bytes:
    """A PDF whose font says that its letters are halves of characters."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn([(76, 700, "AAAA words")]))))
    cmap = DecodedStreamObject()
    cmap.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n1 beginbfchar\n<41> <D800>\nendbfchar\nendcmap end end"
    )
    fonts = writer.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        actual: DictionaryObject = font.get_object()
        actual[NameObject("/ToUnicode")] = writer._add_object(cmap)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_halves_of_characters_do_not_reach_the_text() -> None:
    try:
        text = document_of(surrogate_pdf()).text
    except KbError:
        return
    text.encode("utf-8")
