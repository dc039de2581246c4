"""Typeset the sample Evidence of Coverage: one text, two editions, two PDFs.

Reads eoc.md (the text) and figures.yaml (what differs between the editions) beside this file and writes
cedar-coast-2025.pdf and cedar-coast-2026.pdf one folder above. The same input always gives the same bytes.

The text is plain Markdown, one paragraph a line: "#" chapter, "##" section, "###" subsection, "- " bullet,
"| a | b | c |" table row (first row: head; "| == x == |": group), "**x**" bold. Added to that: "%% name" begins
a part (cover, letter, body), "{{key}}" is a figure, "{{#2026}}" to "{{/2026}}" stands in that edition only, and
"[[Heading]]" refers to a heading and becomes its title and printed page number.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)

HERE = Path(__file__).resolve().parent
OUT = HERE.parent
YEARS = ("2025", "2026")
PLAN = "Cedar Coast Health Plan (sample)"
NOTICE = "SAMPLE - fictional plan, not a real contract"
CONTENTS = "Table of Contents"

PAGE_WIDTH, PAGE_HEIGHT = letter
SIDE, TOP, BOTTOM = 70.0, 72.0, 64.0
TEXT_WIDTH = PAGE_WIDTH - 2 * SIDE
COLUMNS = [TEXT_WIDTH * share for share in (0.34, 0.28, 0.38)]
COVER_DROP = 130.0
MAX_PASSES = 8

HEADING = re.compile(r"(#{1,3}) (.+)")
FIGURE = re.compile(r"\{\{(\w+)\}\}")
CONDITION = re.compile(r"\{\{#(\d{4})\}\}\n(.*?)\{\{/\1\}\}\n", re.DOTALL)
REFERENCE = re.compile(r"\[\[(.+?)\]\]")
BOLD = re.compile(r"\*\*(.+?)\*\*")
GROUP_ROW = re.compile(r"== (.+) ==")


@dataclass(frozen=True)
class Block:
    """One piece of the text: a heading (h1, h2, h3), a paragraph, a bullet, or a whole table."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass
class Layout:
    """Where one pass has put things: the page in the file of each heading, and the first numbered page."""

    pages: dict[str, int] = field(default_factory=dict)
    chapters: list[tuple[int, str]] = field(default_factory=list)
    first_numbered: int = 1

    def printed(self, page: int) -> int:
        """Return the number printed on a page of the file; below 1 on the pages that carry no number."""
        return page - self.first_numbered + 1

    def chapter_on(self, page: int) -> str:
        """Return the chapter that the running head of a page names, empty on the cover."""
        return next((title for start, title in reversed(self.chapters) if start <= page), "")


def style(name: str, font: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
    """Return a paragraph style whose lines may end after the hyphens inside compound words."""
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=size,
        leading=leading,
        embeddedHyphenation=1,
        allowWidows=0,
        allowOrphans=0,
        **more,
    )


BODY = style("body", "Times-Roman", 10.5, 12.8, spaceAfter=5, alignment=TA_JUSTIFY)
STYLES = {
    "h1": style("h1", "Helvetica-Bold", 20, 25, spaceAfter=14, keepWithNext=1),
    "h2": style("h2", "Helvetica-Bold", 14, 18, spaceBefore=10, spaceAfter=6, keepWithNext=1),
    "h3": style("h3", "Helvetica-Bold", 11, 14, spaceBefore=5, spaceAfter=4, keepWithNext=1),
    "para": BODY,
    "lead": ParagraphStyle("lead", parent=BODY, spaceAfter=3, keepWithNext=1),
    "bullet": ParagraphStyle("bullet", parent=BODY, leftIndent=16, bulletIndent=4, spaceAfter=3),
}
COVER_STYLES = {
    "h1": style("cover1", "Helvetica-Bold", 28, 34, spaceAfter=18, alignment=TA_CENTER),
    "h2": style("cover2", "Helvetica-Bold", 20, 26, spaceAfter=10, alignment=TA_CENTER),
    "h3": style("cover3", "Helvetica", 15, 20, spaceAfter=30, alignment=TA_CENTER),
    "para": style("cover4", "Times-Roman", 11.5, 15, spaceAfter=14, alignment=TA_CENTER),
}
LETTER_STYLES = STYLES | {"h1": style("letter1", "Helvetica-Bold", 16, 20, spaceAfter=10)}
CELL = style("cell", "Times-Roman", 10, 12)
HEAD_CELL = style("headcell", "Helvetica-Bold", 9.5, 11.4)
GROUP_CELL = style("groupcell", "Helvetica-Bold", 9, 11)


class ContentsLine(Flowable):  # type: ignore[misc]
    """One line of the table of contents: title, dot leaders, page number at the right edge."""

    def __init__(self, title: str, page: int, level: int, anchor: str) -> None:
        super().__init__()
        self.title, self.page, self.level, self.anchor = title, str(page), level, anchor
        self.font = "Helvetica-Bold" if level == 1 else "Times-Roman"

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size of the line; a chapter's line has some air above it."""
        return TEXT_WIDTH, 14.5 if self.level == 1 else 11.8

    def draw(self) -> None:
        """Draw title, dots and number as one run of text, the dots spaced to fill the line, and make it a link."""
        size, left = 10.0, 14.0 * (self.level - 1)
        words = stringWidth(f"{self.title}  {self.page}", self.font, size)
        room, dot = TEXT_WIDTH - left - words, stringWidth(".", "Times-Roman", size)
        count = int(room / dot)
        line = self.canv.beginText(left, 3)
        line.setFont(self.font, size)
        line.textOut(f"{self.title} ")
        line.setFont("Times-Roman", size)
        line.setCharSpace(room / count - dot)
        line.textOut("." * count)
        line.setCharSpace(0)
        line.setFont(self.font, size)
        line.textOut(f" {self.page}")
        self.canv.drawText(line)
        self.canv.linkRect("", self.anchor, (left, 0, TEXT_WIDTH, 12), relative=1, Border="[0 0 0]")


def fill(template: str, figures: dict[str, str], year: str) -> str:
    """Return the text of one edition: its conditional blocks kept, its figures put in."""
    text = CONDITION.sub(lambda match: match[2] if match[1] == year else "", template)
    return FIGURE.sub(lambda match: figures[match[1]], text)


def parse(text: str) -> dict[str, list[Block]]:
    """Return the blocks of each part of a filled text, in reading order."""
    parts: dict[str, list[Block]] = {}
    blocks: list[Block] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.startswith("%% "):
            blocks = parts.setdefault(line[3:], [])
        elif match := HEADING.fullmatch(line):
            blocks.append(Block(f"h{len(match[1])}", match[2]))
        elif line.startswith("- "):
            blocks.append(Block("bullet", line[2:]))
        elif line.startswith("|"):
            row = tuple(cell.strip() for cell in line[1:-1].split("|"))
            earlier = blocks.pop().rows if blocks[-1].kind == "table" else ()
            blocks.append(Block("table", rows=(*earlier, row)))
        else:
            blocks.append(Block("para", line))
    return parts


def anchor_of(title: str) -> str:
    """Return the name of the link target of a heading."""
    return re.sub(r"\W+", "-", title.lower())


def refer(match: re.Match[str], layout: Layout) -> str:
    """Return a cross-reference in words: the title of the heading and its printed page number."""
    page = layout.printed(layout.pages.get(match[1], layout.first_numbered))
    return f'"{match[1]}" on page {page}'


def markup(text: str, layout: Layout) -> str:
    """Return a line of the text as reportlab markup, its cross-references resolved."""
    return BOLD.sub(r"<b>\1</b>", escape(REFERENCE.sub(lambda match: refer(match, layout), text)))


def table(rows: Iterable[tuple[str, ...]], layout: Layout) -> LongTable:
    """Return a ruled three-column table whose head is repeated on every page it runs over."""
    cells: list[list[Any]] = []
    commands: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.Color(0.55, 0.6, 0.65)),
        ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.78, 0.85, 0.9)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    ]
    for at, row in enumerate(rows):
        if group := GROUP_ROW.fullmatch(row[0]):
            cells.append([Paragraph(markup(group[1], layout), GROUP_CELL), "", ""])
            commands.append(("SPAN", (0, at), (-1, at)))
            commands.append(("BACKGROUND", (0, at), (-1, at), colors.Color(0.92, 0.94, 0.96)))
            commands.append(("NOSPLIT", (0, at), (-1, at + 1)))
        else:
            look = CELL if at else HEAD_CELL
            cells.append([Paragraph(markup(cell, layout), look) for cell in row])
    return LongTable(cells, colWidths=COLUMNS, repeatRows=1, style=commands, spaceBefore=4, spaceAfter=10)


def flow(blocks: list[Block], styles: dict[str, ParagraphStyle], layout: Layout) -> list[Any]:
    """Return the flowables of one part; each chapter but the first in it begins a new page."""
    flowables: list[Any] = []
    for at, block in enumerate(blocks):
        if block.kind == "table":
            flowables.append(table(block.rows, layout))
            continue
        if block.kind == "h1" and at:
            flowables.append(PageBreak())
        leads = block.kind == "para" and blocks[at + 1 : at + 2] and blocks[at + 1].kind == "bullet"
        look = styles["lead" if leads else block.kind]
        bullet = "\N{BULLET}" if block.kind == "bullet" else None
        paragraph = Paragraph(markup(block.text, layout), look, bulletText=bullet)
        if block.kind.startswith("h"):
            paragraph.heading = (int(block.kind[1]), block.text)
        flowables.append(paragraph)
        if bullet and blocks[at + 1 : at + 2] and blocks[at + 1].kind == "para":
            flowables.append(Spacer(1, 3))
    return flowables


def contents(body: list[Block], layout: Layout) -> list[Any]:
    """Return the table of contents: every chapter and section with its printed page number."""
    title = Paragraph(CONTENTS, STYLES["h1"])
    title.heading = (1, CONTENTS)
    lines: list[Any] = [title]
    for block in body:
        if block.kind in ("h1", "h2"):
            page = layout.printed(layout.pages.get(block.text, layout.first_numbered))
            lines.append(ContentsLine(block.text, page, int(block.kind[1]), anchor_of(block.text)))
    return [*lines, PageBreak()]


def draw_head(canvas: Any, year: str, layout: Layout) -> None:
    """Draw the running head: the booklet on the outer side of the page, the chapter on the inner side."""
    page = canvas.getPageNumber()
    booklet, chapter = f"{PLAN} - Evidence of Coverage {year}", layout.chapter_on(page)
    odd = layout.printed(page) % 2 == 1
    canvas.setFont("Helvetica", 8.5)
    canvas.drawString(SIDE, PAGE_HEIGHT - 44, chapter if odd else booklet)
    canvas.drawRightString(PAGE_WIDTH - SIDE, PAGE_HEIGHT - 44, booklet if odd else chapter)
    canvas.setLineWidth(0.5)
    canvas.line(SIDE, PAGE_HEIGHT - 50, PAGE_WIDTH - SIDE, PAGE_HEIGHT - 50)


def draw_foot(canvas: Any, layout: Layout) -> None:
    """Draw the foot: the sample notice on every page, and the number on the pages that have one."""
    number = layout.printed(canvas.getPageNumber())
    canvas.line(SIDE, 50, PAGE_WIDTH - SIDE, 50)
    canvas.setFont("Helvetica-Bold", 8.5)
    canvas.drawCentredString(PAGE_WIDTH / 2, 38, NOTICE)
    canvas.setFont("Helvetica", 9)
    if number > 0 and number % 2 == 1:
        canvas.drawRightString(PAGE_WIDTH - SIDE, 38, str(number))
    elif number > 0:
        canvas.drawString(SIDE, 38, str(number))


def set_up(target: BytesIO, year: str, layout: Layout) -> BaseDocTemplate:
    """Return an empty document with its metadata, its page frame, its running head and foot."""
    document = BaseDocTemplate(
        target,
        pagesize=letter,
        title=f"{PLAN} - Evidence of Coverage {year}",
        subject=f"Evidence of Coverage {year}",
        author="Cedar Coast Health Plan (fictional)",
        keywords=f"sample, Evidence of Coverage, {year}",
        creator="generated by typeset.py",
        lang="en-US",
        invariant=1,
        pageCompression=1,
    )
    frame = Frame(SIDE, BOTTOM, TEXT_WIDTH, PAGE_HEIGHT - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(
        PageTemplate(
            "page",
            [frame],
            onPage=lambda canvas, _: draw_head(canvas, year, layout),
            onPageEnd=lambda canvas, _: draw_foot(canvas, layout),
        )
    )
    return document


def lay_out(parts: dict[str, list[Block]], year: str, before: Layout) -> tuple[bytes, Layout]:
    """Set one edition with the page numbers of the pass before; return the PDF and its own page numbers."""
    target, after = BytesIO(), Layout()
    document = set_up(target, year, before)

    def note(flowable: Any) -> None:
        """Remember the page of each heading that was set, and give it a bookmark."""
        level, title = getattr(flowable, "heading", (0, ""))
        if not level or flowable.style.name.startswith("cover"):
            return
        if level == 1:
            after.chapters.append((document.page, title))
        if title == CONTENTS:
            after.first_numbered = document.page
        after.pages[title] = document.page
        document.canv.bookmarkPage(anchor_of(title))
        document.canv.addOutlineEntry(title, anchor_of(title), level - 1, closed=level == 1)

    document.afterFlowable = note
    document.build(
        [
            Spacer(1, COVER_DROP),
            *flow(parts["cover"], COVER_STYLES, before),
            PageBreak(),
            *flow(parts["letter"], LETTER_STYLES, before),
            PageBreak(),
            *contents(parts["body"], before),
            *flow(parts["body"], STYLES, before),
        ]
    )
    return target.getvalue(), after


def typeset(text: str, year: str) -> bytes:
    """Return the PDF of one edition, set again and again until its page numbers stay where they are."""
    parts = parse(text)
    layout = Layout()
    for _ in range(MAX_PASSES):
        pdf, found = lay_out(parts, year, layout)
        if found == layout:
            return pdf
        layout = found
    raise RuntimeError(f"the page numbers of {year} do not settle in {MAX_PASSES} passes")


def placed(template: str, pattern: re.Pattern[str]) -> dict[str, set[str]]:
    """Return, for each thing the pattern finds in the text, the headings that it stands under."""
    found: dict[str, set[str]] = {}
    heading = ""
    for line in template.splitlines():
        if line.startswith("%% "):
            heading = line[3:].capitalize()
        elif (match := HEADING.fullmatch(line)) and heading != "Cover":
            heading = match[2]
        for name in pattern.findall(line):
            found.setdefault(name, set()).add(heading)
    return found


def problems(template: str, data: dict[str, Any]) -> list[str]:
    """Return what is wrong between the text and the list of differences; empty if they agree."""
    used = placed(template, FIGURE)
    listed = {figure["key"]: figure for figure in data["figures"]}
    wrong = [f"{key}: not in figures.yaml" for key in used.keys() - listed.keys()]
    wrong += [f"{key}: not in the text" for key in listed.keys() - used.keys()]
    for key in used.keys() & listed.keys():
        if listed[key]["section"] not in used[key]:
            wrong.append(f"{key}: not under {listed[key]['section']!r}")
        if listed[key]["2025"] == listed[key]["2026"]:
            wrong.append(f"{key}: the editions do not differ")
    headings = {match[2] for match in map(HEADING.fullmatch, template.splitlines()) if match}
    wrong += [f"[[{title}]]: no such heading" for title in set(REFERENCE.findall(template)) - headings]
    conditional = set().union(*placed(template, re.compile(r"\{\{#(\d{4})\}\}")).values())
    sections = {section for clause in data["clauses"] for section in clause["sections"]}
    wrong += [f"{title}: its conditional clause is listed wrongly" for title in conditional ^ sections]
    wrong += [f"{item['id']}: no such section" for item in data["differs_from_law"] if item["section"] not in headings]
    return sorted(wrong)


def main() -> int:
    """Write both PDFs and return 0, or say what does not agree and return 1."""
    rl_config.useA85 = 0
    template = (HERE / "eoc.md").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load((HERE / "figures.yaml").read_text(encoding="utf-8"))
    if wrong := problems(template, data):
        print("\n".join(wrong), file=sys.stderr)
        return 1
    for year in YEARS:
        figures = {figure["key"]: figure[year] for figure in data["figures"]}
        (OUT / f"cedar-coast-{year}.pdf").write_bytes(typeset(fill(template, figures, year), year))
    return 0


if __name__ == "__main__":
    sys.exit(main())
