"""What PDFs of plans are like besides: lost blanks, odd hyphens, marks of the file itself, very many pages."""

import io
import logging
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from ingest.pdf import reading as pdf
from ingest.pdf.lines import lines_of
from ingest.pdf.reading import read_pdf
from ingest.read import read
from ingest.split import split
from kb.errors import ParseError
from kb.lexical import fold, stems
from kb.types import Source
from tests.ingest.test_pdf import BODY, HEIGHT, document_of, drawn, set_pages, words
from tests.official import sample


def content(operators: bytes, **extra: bytes) -> bytes:
    """A PDF of one page with these operators; /F1 is Helvetica."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn([(76, 700, "x")]))))
    stream = DecodedStreamObject()
    stream.set_data(operators)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def spaced(text: str, gap: int) -> bytes:
    """`text` shown with a step of `gap` thousandths of an em where it has blanks."""
    shown = b" ".join(b"(%s)" % word.encode() + b" %d" % -gap for word in text.split())
    return b"[" + shown + b"] TJ"


SENTENCE = "Your share of the allowed amount counts toward the yearly deductible and balance billing is not permitted"


def page_of(gap: int) -> bytes:
    lines = [b"1 0 0 1 40 %d Tm " % (700 - 14 * n) + spaced(f"{SENTENCE} here", gap) for n in range(8)]
    return content(b"BT /F1 9 Tf " + b" ".join(lines) + b" ET")


@pytest.mark.parametrize("gap", [278, 150, 80])
def test_blanks_that_are_only_steps_are_read(gap: int) -> None:
    """At 80 thousandths they are narrower than in any font, and found because the words are far too long."""
    assert document_of(page_of(gap)).text.startswith(f"{SENTENCE} here {SENTENCE}")


def test_kerning_is_no_blank() -> None:
    data = content(b"BT /F1 9 Tf 1 0 0 1 40 700 Tm [(Pay) 40 (ment of Co) -45 (insurance)] TJ ET")
    assert document_of(data).text == "Payment of Coinsurance"


def test_words_that_run_together_are_told() -> None:
    document, warnings = read(Source("doc", "a.pdf", "", "Title", "contract"), page_of(0))
    assert "theallowedamount" in document.text
    (warning,) = warnings
    assert warning.startswith("a.pdf: words run together on page(s) 1, so searching there finds little; ")
    assert "ocrmypdf --force-ocr" in warning


def test_a_page_about_long_words_is_not_run_together() -> None:
    long = "Neurodevelopmental and neuropsychological evaluations are covered. " * 8
    assert document_of(set_pages([Paragraph(long, BODY)])).text == long.strip()


def mapped(lines: list[tuple[float, float, str]], letters: dict[str, str]) -> bytes:
    """A PDF of drawn lines whose font says that some of its characters are others."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn(lines))))
    pairs = "\n".join(f"<{ord(code):02X}> <{ord(text):04X}>" for code, text in letters.items())
    cmap = DecodedStreamObject()
    cmap.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        + f"{len(letters)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end".encode()
    )
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        font.get_object()[NameObject("/ToUnicode")] = writer._add_object(cmap)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_typographic_hyphens_and_blanks_stay_and_are_found() -> None:
    lines = [(76.0, 700.0, "In~network care costs 20^percent."), (76.0, 687.0, "Out~of~network care costs more.")]
    text = document_of(mapped(lines, {"~": "\u2011", "^": "\u202f"})).text
    assert text == "In\u2011network care costs 20 percent. Out\u2011of\u2011network care costs more."
    assert "in-network" in fold(text).lower()
    assert stems("in-network") == stems("in\u2011network")


def test_ligatures_and_soft_hyphens_are_letters_and_hyphens() -> None:
    lines = [(76.0, 700.0, "Bene~ts for o|ce visits in^network are listed.")]
    text = document_of(mapped(lines, {"~": "\ufb01", "|": "\ufb03", "^": "\u00ad"})).text
    assert text == "Benefits for office visits in-network are listed."


def test_bullets_of_symbol_fonts_are_items_also_when_drawn_last() -> None:
    lines = [(90.0, 700.0, "an examination"), (76.0, 700.0, "~"), (90.0, 680.0, "a test"), (76.0, 680.0, "~")]
    text = document_of(mapped([(76.0, 720.0, "You may ask for:"), *lines], {"~": "\uf0b7"})).text
    assert text == "You may ask for:\n\n- an examination\n- a test"


def test_words_drawn_twice_for_weight_are_read_once() -> None:
    lines = [(76.0, 700.0, "Your costs"), (76.3, 700.0, "Your costs"), (76.0, 680.0, "You pay $5.")]
    assert document_of(drawn(lines)).text == "Your costs You pay $5."


def test_text_along_the_margin_does_not_mix_with_the_page() -> None:
    upright = b" ".join(
        b"1 0 0 1 76 %d Tm (Line %d of the page says a few words) Tj" % (700 - 13 * n, n) for n in range(9)
    )
    data = content(b"BT /F1 10 Tf 0 1 -1 0 30 300 Tm (Form H1234 margin) Tj " + upright + b" ET")
    text = document_of(data).text
    assert text.startswith("Line 0 of the page says a few words Line 1")
    assert text.endswith("Form H1234 margin")


def test_a_page_that_is_turned_is_read_level() -> None:
    turned = b" ".join(
        b"0 1 -1 0 %d 76 Tm (Line %d of the page says a few words) Tj" % (100 + 13 * n, n) for n in range(4)
    )
    text = document_of(content(b"BT /F1 10 Tf " + turned + b" ET")).text
    assert text == " ".join(f"Line {n} of the page says a few words" for n in range(4))


def test_what_the_file_marks_as_head_or_foot_goes() -> None:
    marked = b"/Artifact <</Type /Pagination>> BDC BT /F1 10 Tf 1 0 0 1 76 760 Tm (Plan booklet) Tj ET EMC "
    lines = b" ".join(
        b"1 0 0 1 76 %d Tm (Line %d of the page says a few words) Tj" % (700 - 13 * n, n) for n in range(4)
    )
    text = document_of(content(marked + b"BT /F1 10 Tf " + lines + b" ET")).text
    assert "Plan booklet" not in text
    assert text.startswith("Line 0 of the page")


def heads(canvas: Canvas, page: int) -> None:
    """Number first on the left pages and last on the right ones; small roman numbers on the first four."""
    number = ["i", "ii", "iii", "iv"][page - 1] if page < 5 else str(page - 4)
    canvas.setFont("Helvetica", 9)
    chapter = f"Chapter {page // 4 + 1}. Words"
    if page % 2:
        canvas.drawString(76, HEIGHT - 46, f"2026 Evidence of Coverage for Blue Harbor {chapter} {number}")
    else:
        canvas.drawString(76, HEIGHT - 46, f"{number} {chapter} 2026 Evidence of Coverage for Blue Harbor")


def test_numbers_first_or_last_in_the_head_and_roman_ones_are_read() -> None:
    texts = [words(n) for n in range(80)]
    document = document_of(set_pages([Paragraph(text, BODY) for text in texts], heads))
    count = len(document.pages)
    assert count > 9
    assert document.text.replace("\n\n", " ") == " ".join(texts)
    assert [page.printed for page in document.pages] == ["i", "ii", "iii", "iv", *(str(n) for n in range(1, count - 3))]


def test_page_labels_are_used_where_no_number_is_printed() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn(*([(76.0, 700.0, words(n, 1)[:80])] for n in range(4))))))
    writer.set_page_label(0, 1, "/r")
    writer.set_page_label(2, 3, "/D")
    target = io.BytesIO()
    writer.write(target)
    assert [page.printed for page in document_of(target.getvalue()).pages] == ["i", "ii", "1", "2"]


CHAPTERS = [
    "Getting started as a member",
    "Phone numbers",
    "Using the plan",
    "What is covered and what you pay",
    "Appeals",
]


@pytest.mark.parametrize("split_number", [False, True], ids=["one line", "number apart"])
def test_a_table_of_contents_without_leaders_is_not_searched(split_number: bool) -> None:
    lines: list[tuple[float, float, str]] = [(76, 730, "Table of Contents")]
    for n, chapter in enumerate(CHAPTERS):
        y = 700.0 - 20 * n
        name, page = f"Chapter {n + 1}. {chapter}", str(3 + 10 * n)
        lines += [(76, y, name), (520, y, page)] if split_number else [(76, y, f"{name} {page}")]
    body = [(76.0, 600.0 - 13 * n, f"Body line {n} goes on and on without an end") for n in range(12)]
    passages = split(document_of(drawn(lines, body)))
    kinds = {kind: " ".join(p.text for p in passages if p.kind == kind) for kind in ("contents", "body")}
    assert all(chapter in kinds["contents"] and chapter not in kinds["body"] for chapter in CHAPTERS)
    assert "Body line 11" in kinds["body"]


def test_numbered_headings_are_headings_without_size_or_weight() -> None:
    flowables = [
        Paragraph(
            "CHAPTER 4: Medical benefits and what you pay for them when you live in the service area of the plan", BODY
        ),
        Paragraph("SECTION 1 Understanding your costs", BODY),
        Paragraph(words(1), BODY),
        Paragraph("Section 1.2 What is our deductible?", BODY),
        Paragraph(words(2), BODY),
        Paragraph("Section 4 explains when you can end it and how to go on after that; see also the end", BODY),
        Paragraph(words(3), BODY),
    ]
    document = document_of(set_pages(flowables))
    labels = [p.label for p in split(document)]
    assert labels[-1].endswith("SECTION 1 Understanding your costs > Section 1.2 What is our deductible?")
    assert not any("Section 4" in label for label in labels)
    assert [e.level for e in document.outline if e.heading] == [1, 2, 3]


def marked(titles: list[tuple[str, int]]) -> bytes:
    """Two pages of paragraphs between short lines, with an outline."""
    flowables: list[Any] = []
    for n, name in enumerate(["Your rights", "Your duties", "Ending"]):
        flowables += [Paragraph(name, BODY), *(Paragraph(words(10 * n + k), BODY) for k in range(5))]
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(set_pages(flowables))))
    for title, page in titles:
        writer.add_outline_item(title=title, page_number=page)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_bookmarks_that_are_lines_of_their_page_are_headings() -> None:
    document = document_of(marked([("Your rights", 0), ("Your duties", 0), ("Ending", 1)]))
    assert [e.heading for e in document.outline if e.heading] == ["Your rights", "Your duties", "Ending"]


@pytest.mark.parametrize(
    "titles", [[("Your rights", 0), ("_Ref123", 0), ("_Toc5", 1)], [("Your rights", 0)] + [("Ending", 1)] * 9]
)
def test_bookmarks_that_are_no_headings_are_left_alone(titles: list[tuple[str, int]]) -> None:
    document = document_of(marked(titles))
    assert [e.heading for e in document.outline if e.heading] == []


def test_scans_are_sent_to_ocr_with_the_command() -> None:
    data = content(b"q 300 0 0 300 100 100 cm Q")
    with pytest.raises(ParseError, match=r"no text layer \(a scan\?\); .* for example `ocrmypdf in\.pdf out\.pdf`"):
        read_pdf(data, "a.pdf")


def test_scanned_pages_among_others_are_told() -> None:
    pages = [[(76.0, 700.0, words(n, 1)[:80])] if n % 2 else [] for n in range(8)]
    _, warnings = read(Source("doc", "a.pdf", "", "Title", "contract"), drawn(*pages))
    (warning,) = warnings
    assert warning.startswith("a.pdf: page(s) 1, 3, 5, 7 hold no text; where they are scans, ")


def test_letters_that_cannot_be_told_are_reported() -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    lines = [(76.0, 700.0 - 13 * n, "every letter of these words means nothing at all") for n in range(4)]
    data = mapped(lines, {letter_: chr(0xE100 + n) for n, letter_ in enumerate(alphabet)})
    _, warnings = read(Source("doc", "a.pdf", "", "Title", "contract"), data)
    assert any("the letters of page(s) 1 cannot be told" in warning for warning in warnings)


LONG = drawn(*([(76.0, 700.0, f"Words of page {n}.")] for n in range(pdf._ONE_PROCESS + 12)))


def test_long_documents_are_read_by_two_processes_in_order() -> None:
    halves = pdf._in_two_processes(LONG, pdf._ONE_PROCESS + 12)
    reader = PdfReader(io.BytesIO(LONG))
    assert halves == list(pdf._read(LONG, reader, range(pdf._ONE_PROCESS + 12)))
    pages = lines_of(read_pdf(LONG, "a.pdf").pages)
    assert [page[0].text for page in pages] == [f"Words of page {n}." for n in range(pdf._ONE_PROCESS + 12)]


def test_one_process_reads_where_two_cannot() -> None:
    assert pdf._in_two_processes(b"%PDF-1.4 nothing", 2) is None


def test_too_many_pages_are_refused() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn([(76, 700, "x")]))))
    root: DictionaryObject = writer._root_object["/Pages"].get_object()
    root[NameObject("/Kids")] = ArrayObject(list(root["/Kids"]) * 5001)
    root[NameObject("/Count")] = NumberObject(5001)
    target = io.BytesIO()
    writer.write(target)
    with pytest.raises(ParseError, match=r"a\.pdf: the PDF has 5001 pages, the limit is 5000; split it"):
        read_pdf(target.getvalue(), "a.pdf")


def test_a_damaged_file_says_so_and_is_silent_otherwise(capfd: pytest.CaptureFixture[str]) -> None:
    data = sample("plans/northwind_health_plus_utf8_mangled.pdf")
    level = logging.getLogger("pypdf").level
    with pytest.raises(
        ParseError, match=r"a\.pdf: the PDF is damaged and no page of it can be read; get the file again"
    ):
        read_pdf(data, "a.pdf")
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("pypdf").level == level


@pytest.mark.parametrize("name", ["AnyHealth_Plus_EOC", "AnyHealth_Standard_EOC", "AnyHealth_Premium_EOC"])
def test_samples_of_plans_have_their_headings(name: str) -> None:
    labels = {p.label for p in split(document_of(sample(f"plans/aws_anyhealth/{name}.pdf")))}
    assert "Evidence of Coverage > 5. What's Covered > Ambulance Services" in labels


def test_a_sample_has_no_word_cut_in_two() -> None:
    """Widths that were guessed cut words where a run of letters ended."""
    text = document_of(sample("plans/northwind/Northwind_Standard_Benefits_Details.pdf")).text
    assert "Calendar Year Deductible" in text
    assert " | " not in text
    assert not any(cut in text for cut in ("Ded |", "PROVID ERS", "Howe ver", "Professiona l"))
