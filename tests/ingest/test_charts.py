"""Benefit charts as plans set them: a row stays one line, each cost in its own column, under the header's words."""

from collections.abc import Callable
from typing import Any

import pytest
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, TableStyle

from ingest.split import split
from kb.types import Document
from tests.ingest.test_pdf import BODY, CELL, HEAD_CELL, HEADS, HEIGHT, WIDTH, document_of, drawn, set_pages, words

CENTRED = ParagraphStyle("centred", parent=CELL, alignment=TA_CENTER)
HEADER = ("Covered service", "In-network", "Out-of-network")
RULES = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")])
MIDDLE = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
PLAIN = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")])

SERVICES = (
    ("Ambulance, ground or air, for an emergency", "$275 copay per one-way trip", "$275 copay per one-way trip"),
    ("Primary care visit", "$0", "40% of the cost"),
    ("Specialist visit", "$35 copay", "40% of the cost"),
    ("Diabetes supplies", "", "20% of the cost"),
    ("Skilled nursing facility, days 1 to 20", "$0 copay each day", ""),
    (
        "Home infusion therapy with all its nursing visits and supplies",
        "20% of the cost after the deductible",
        "Not covered",
    ),
)


def chart(style: TableStyle, cost: ParagraphStyle = CELL, copies: int = 1, repeat: int = 1) -> LongTable:
    head = [[Paragraph(cell, HEAD_CELL) for cell in HEADER]]
    rows = [
        [Paragraph(f"{name} {n}" if n else name, CELL), Paragraph(one, cost), Paragraph(two, cost)]
        for n in range(copies)
        for name, one, two in SERVICES
    ]
    return LongTable(head + rows, colWidths=[190, 110, 110], repeatRows=repeat, style=style)


def expected(copies: int = 1) -> list[str]:
    return [
        f"{name}{f' {n}' if n else ''} | {one} | {two}".removesuffix(" | ")
        for n in range(copies)
        for name, one, two in SERVICES
    ]


def rows_of(document: Document) -> list[str]:
    return [line for line in document.text.splitlines() if " | " in line]


@pytest.mark.parametrize("style", [RULES, MIDDLE, PLAIN], ids=["ruled", "middle", "unruled"])
@pytest.mark.parametrize("cost", [CELL, CENTRED], ids=["left", "centred"])
def test_a_cost_stays_in_its_column(style: TableStyle, cost: ParagraphStyle) -> None:
    document = document_of(set_pages([Paragraph(words(1), BODY), chart(style, cost), Paragraph(words(2), BODY)]))
    assert rows_of(document) == [" | ".join(HEADER), *expected()]


@pytest.mark.parametrize("cost", [CELL, CENTRED], ids=["left", "centred"])
def test_a_chart_over_pages_has_one_header_that_leads_every_row(cost: ParagraphStyle) -> None:
    document = document_of(set_pages([Paragraph(words(1), BODY), chart(RULES, cost, copies=20)]))
    assert len(document.pages) > 3
    assert rows_of(document) == [" | ".join(HEADER), *expected(20)]
    passage = next(p for p in split(document) if "Ambulance, ground or air, for an emergency 17" in p.text)
    assert passage.lead_in is not None
    assert document.text[slice(*passage.lead_in)] == "Covered service | In-network | Out-of-network"


def test_a_row_cut_by_a_page_is_one_row() -> None:
    long = "Service " + words(7, sentences=12).replace(".", "").lower()
    rows = [("Before", "$1", "$2"), (long.strip(), "$35 copay " * 30, "40%"), ("After", "$3", "$4")]
    table = LongTable(
        [[Paragraph(cell, HEAD_CELL) for cell in HEADER], *([Paragraph(c, CELL) for c in row] for row in rows)],
        colWidths=[100, 90, 90],
        repeatRows=1,
        splitInRow=1,
        style=RULES,
    )
    document = document_of(set_pages([*(Paragraph(words(n), BODY) for n in range(6)), table]))
    assert len(document.pages) == 2
    assert rows_of(document) == [" | ".join(HEADER), *(" | ".join(cell.strip() for cell in row) for row in rows)]
    starts = [page.start for page in document.pages]
    assert document.text.index(long[:40]) < starts[1] < document.text.index("After | $3")


def placed(
    *rows: tuple[tuple[float, str], ...], top: float = 700.0, step: float = 13.0
) -> list[tuple[float, float, str]]:
    """Rows of (x, text), drawn line by line."""
    return [(x, top - step * n, text) for n, row in enumerate(rows) for x, text in row]


PROSE = placed(
    *(
        ((76.0, f"Line {n} of running text goes on over all the columns of the page and says little"),)
        for n in range(12)
    ),
    top=400,
)


def test_an_unruled_chart_drawn_line_by_line() -> None:
    lines = placed(
        ((76.0, "Ambulance services"), (260.0, "$275 copay"), (400.0, "40% after")),
        ((76.0, "(ground or air)"), (260.0, "per trip"), (400.0, "deductible")),
        (),
        ((76.0, "Urgent care"), (260.0, "$50 copay"), (400.0, "$50 copay")),
        (),
        ((76.0, "Inpatient stay"), (260.0, "$350 a day for"), (400.0, "50%")),
        ((260.0, "days 1 to 5"),),
    )
    assert rows_of(document_of(drawn([*lines, *PROSE]))) == [
        "Ambulance services (ground or air) | $275 copay per trip | 40% after deductible",
        "Urgent care | $50 copay | $50 copay",
        "Inpatient stay | $350 a day for days 1 to 5 | 50%",
    ]


def test_lines_of_a_dense_chart_stay_rows() -> None:
    names = ["Office visit", "X-ray", "MRI", "Hearing aid", "Eye exam"]
    lines = placed(*(((76.0, name), (260.0, f"${n}0"), (400.0, f"{n}5%")) for n, name in enumerate(names, 1)))
    rows = rows_of(document_of(drawn([*lines, *PROSE])))
    assert rows == [f"{name} | ${n}0 | {n}5%" for n, name in enumerate(names, 1)]


@pytest.mark.parametrize("align", ["LEFT", "CENTER"])
def test_a_header_in_two_storeys_leads_its_rows(align: str) -> None:
    head = [["Service", "What you pay", ""], ["", "In-network", "Out-of-network"]]
    rows = [["Ambulance", "$275", "$300"], ["Urgent care", "$40", "$60"]]
    style = TableStyle(
        [
            ("SPAN", (1, 0), (2, 0)),
            ("ALIGN", (1, 0), (2, 1), align),
            ("FONTNAME", (0, 0), (-1, 1), "Helvetica-Bold"),
            ("GRID", (0, 0), (-1, -1), 1, "black"),
        ]
    )
    table = LongTable(head + rows, colWidths=[150, 120, 120], repeatRows=2, style=style)
    document = document_of(set_pages([Paragraph(words(1), BODY), table, Paragraph(words(2), BODY)]))
    one_line = "Service | What you pay In-network | Out-of-network"
    two_lines = "Service | What you pay\n | In-network | Out-of-network"
    (header,) = [one for one in (one_line, two_lines) if one in document.text]
    assert rows_of(document) == [*header.split("\n"), "Ambulance | $275 | $300", "Urgent care | $40 | $60"]
    entry = next(e for e in document.outline if e.lead_in and "$300" in document.text[slice(*e.span)])
    assert entry.lead_in is not None
    assert document.text[slice(*entry.lead_in)] == header


SERVICE_NAMES = ("", "Acupuncture", "Bone mass measurement", "Cardiac care")


def test_a_long_first_cell_with_its_cost_at_the_top() -> None:
    """As in charts of Medicare plans: name, paragraphs and bullets on the left, the cost beside the name."""

    def page(number: int) -> list[tuple[float, float, str]]:
        left = [
            f"{SERVICE_NAMES[number]}",
            f"Covered {'abcd'[number]} services include a",
            f"doctor's {'abcd'[number]} orders, and also:",
            None,
            "\u2022 an examination",
            "\u2022 a test",
        ]
        first = [(76.0, 700.0 - 14 * n, text) for n, text in enumerate(left) if text]
        second = [(76.0, 560.0, f"Other service {number}")]
        return [
            *first,
            (330.0, 700.0, f"${number}5 copay for each"),
            (330.0, 686.0, "visit"),
            *second,
            (330.0, 560.0, f"${number}0"),
        ]

    data = drawn(*([*page(n), *((x, y - 20, f"{t} {n}") for x, y, t in PROSE)] for n in range(1, 4)))
    assert rows_of(document_of(data)) == [
        row
        for n in range(1, 4)
        for row in (
            f"{SERVICE_NAMES[n]} Covered {'abcd'[n]} services include a doctor's {'abcd'[n]} orders, and also: "
            f"\u2022 an examination \u2022 a test | ${n}5 copay for each visit",
            f"Other service {n} | ${n}0",
        )
    ]


def test_cells_that_are_drawn_from_the_right_are_put_in_order() -> None:
    lines = [(400.0, 700.0, "Out"), (260.0, 700.0, "In"), (76.0, 700.0, "Service")]
    lines += placed(
        ((76.0, "Ambulance"), (260.0, "$1"), (400.0, "$2")), ((76.0, "X-ray"), (260.0, "$3"), (400.0, "$4")), top=670
    )
    assert rows_of(document_of(drawn([*lines, *PROSE]))) == [
        "Service | In | Out",
        "Ambulance | $1 | $2",
        "X-ray | $3 | $4",
    ]


NOTE = "* Services marked with a star may need approval before you get them."


def test_a_row_named_again_after_a_page_break_is_one_row() -> None:
    first = [
        *placed(
            ((76.0, "Eye exam"), (260.0, "$10"), (400.0, "50%")),
            ((76.0, "Physical therapy"), (260.0, "$20 for each visit"), (400.0, "40%")),
            top=120,
            step=30,
        ),
    ]
    second = placed(
        ((76.0, "Physical therapy (continued)"), (260.0, "and $30 at a hospital"), (400.0, "")),
        ((76.0, "Hearing exam"), (260.0, "$15"), (400.0, "45%")),
        top=700,
        step=30,
    )
    body = [(x, y + 280, text) for x, y, text in PROSE]
    data = drawn([*body, *first], [line for line in second if line[2]] + PROSE)
    assert rows_of(document_of(data)) == [
        "Eye exam | $10 | 50%",
        "Physical therapy | $20 for each visit and $30 at a hospital | 40%",
        "Hearing exam | $15 | 45%",
    ]


def noted(continued: str) -> Callable[[Canvas, int], None]:
    def draw(canvas: Canvas, page: int) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(76, 58, NOTE)
        canvas.drawString(76, 44, continued)

    return draw


@pytest.mark.parametrize(
    "continued", ["This benefit is continued on the next page.", "(continued)", "Continued on next page"]
)
def test_repeated_notes_are_shown_once_and_marks_of_continuation_never(continued: str) -> None:
    flowables: list[Any] = [Paragraph("Chart", HEADS[2]), chart(RULES, copies=15)]
    document = document_of(set_pages(flowables, noted(continued)))
    assert len(document.pages) > 2
    lines = document.text.splitlines()
    assert sum(line.endswith(NOTE[2:]) for line in lines) == 1
    assert continued not in lines
    assert rows_of(document) == [" | ".join(HEADER), *expected(15)]


def test_columns_of_prose_are_no_chart() -> None:
    left = [(60.0, 700.0 - 13 * n, f"left line {n} is as wide as its col") for n in range(40)]
    right = [(320.0, 700.0 - 13 * n, f"right line {n} is as wide as its co") for n in range(40)]
    text = document_of(drawn(*([*left, *right] for _ in range(4)))).text
    assert " | " not in text
    assert text.index("left line 39") < text.index("right line 0")


def test_the_amount_of_the_right_column_is_found() -> None:
    document = document_of(set_pages([chart(RULES, copies=1), Paragraph(words(3), BODY)]))
    row = next(line for line in document.text.splitlines() if "Ambulance" in line)
    assert row.split(" | ")[HEADER.index("In-network")] == "$275 copay per one-way trip"
    assert WIDTH < HEIGHT
