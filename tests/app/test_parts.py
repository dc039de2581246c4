"""Parts of the pages: markup that shows everything literally, the place of a quote, and marks on a page's picture."""

import html
import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kb.errors import ParseError
from kb.types import Document, OutlineEntry, Page
from tests.corpora import law_of
from ui.markup import linked_html, marked_html, official_link, page_address, text_html, words_html
from ui.outline import outline_html
from ui.page_picture import locate, page_picture, words_on_page
from ui.place import around, headings
from ui.source import part_starts
from ui.work import STAGES, bar

TEXTS = st.text(
    alphabet=st.sampled_from("ab <>&\"'$*_#-1\n\u202e") | st.characters(exclude_characters="\r"), max_size=80
)


def shown(markup: str) -> str:
    """What a browser shows for markup: tags gone, references resolved."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@given(TEXTS)
def test_text_is_shown_letter_for_letter(text: str) -> None:
    assert shown(text_html(text)) == text
    assert not re.search(r"[<>\"\n]", text_html(text))


@given(TEXTS, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=4))
def test_marks_change_no_letter(text: str, spans: list[tuple[int, int]]) -> None:
    markup = marked_html(text, 5, [(span, "<mark>", "</mark>") for span in spans])
    assert shown(markup) == text
    assert markup.count("<mark>") == markup.count("</mark>")


@given(st.lists(TEXTS | st.sampled_from(["1-888-466-2219", "800-555-0100", "15-888-466-22190"])).map(" ".join))
def test_telephone_links_change_no_letter(text: str) -> None:
    assert shown(words_html(text)) == text


def test_a_telephone_number_can_be_called_at_a_touch() -> None:
    assert 'href="tel:+18884662219">1-888-466-2219</a>' in words_html("Call 1-888-466-2219, or TDD.")
    assert "tel:" not in words_html("account 11-888-466-22190")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "https://a b", 'https://a"onclick="x'])
def test_only_web_addresses_become_links(url: str) -> None:
    assert official_link(url, "Official text") == ""


def test_an_address_in_a_notice_becomes_a_link_with_its_last_full_stop() -> None:
    assert 'href="https://example.org/?a=1&amp;b=2."' in linked_html("See <b> https://example.org/?a=1&b=2.", "Open")
    assert page_address("look-up", cite='HSC 1(a)"') == "look-up?cite=HSC+1%28a%29%22"


LAW = "(a) One of these:\n\n(1) First.\n\n(2) Second.\n\n(b) Other."
OUTLINE = (
    OutlineEntry((0, len(LAW)), "HSC 1", "", 0),
    OutlineEntry((0, LAW.index("(b)")), "HSC 1(a)", "", 1, lead_in=(0, 17)),
    OutlineEntry((LAW.index("(2)"), LAW.index("(b)")), "HSC 1(a)(2)", "", 2),
)


def test_a_quote_is_read_in_the_largest_subdivision_that_is_short() -> None:
    at = LAW.index("(2)")
    stretch = around(Document("d", "v", LAW, outline=OUTLINE), (at, at + 11))
    assert (stretch.span, stretch.label, stretch.cut) == ((0, len(LAW)), "HSC 1", False)


def test_a_long_section_is_cut_at_paragraphs() -> None:
    paragraphs = "\n".join(f"Paragraph {number} has some words to say." for number in range(400))
    document = Document("d", "v", paragraphs, outline=(OutlineEntry((0, len(paragraphs)), "Long", "", 1),))
    start = paragraphs.index("Paragraph 200")
    stretch = around(document, (start, start + 13))
    words = paragraphs[slice(*stretch.span)]
    assert stretch.cut and stretch.span[0] < start < stretch.span[1]
    assert words.startswith("Paragraph 1") and words.endswith("to say.") and len(words) < 2_500


@given(st.integers(0, 90_000))
def test_the_parts_of_a_long_text_are_the_text(length: int) -> None:
    text = ("word " * 20_000)[:length]
    starts = [*part_starts(text), len(text)]
    assert "".join(text[a:b] for a, b in pairwise(starts)) == text
    assert max(b - a for a, b in pairwise(starts)) <= 30_000


def test_words_are_located_over_line_breaks_hyphens_and_cells() -> None:
    letters = "Visit$25copay;nolimitVisit$40copay"
    assert locate(letters, "", "Vis\u00adit | $25 copay; no\nlimit") == [(0, 21)]
    assert locate(letters, "Visit $25 ...", "Visit") == [(21, 26)]
    assert locate("VisitYoupay$25nolimit", "", "Visit | no limit") == [(0, 5), (14, 21)]
    assert locate(letters, "", "Visit $26 copay") == []


def pdf(folder: Path, *lines: str) -> str:
    """A one-page PDF with a line of text each; its path."""
    from reportlab.pdfgen.canvas import Canvas

    file = folder / "page.pdf"
    canvas = Canvas(str(file), pagesize=(400, 400))
    for number, line in enumerate(lines):
        canvas.drawString(40, 340 - 20 * number, line)
    canvas.save()
    return str(file)


def yellow_rows(png: bytes) -> set[int]:
    """The rows, in points from the top, where something is marked."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return {
        y // 2
        for y in range(picture.height)
        for x in range(0, picture.width, 2)
        if (pixel := picture.getpixel((x, y))) and isinstance(pixel, tuple) and pixel[2] < 150 < pixel[0]
    }


def test_the_quoted_words_are_marked_on_the_picture_of_their_page(tmp_path: Path) -> None:
    file = pdf(tmp_path, "We pay for hearing aids.", "We pay $25 for", "each visit.", "We pay for hearing aids.")
    picture = page_picture(file, 1, "We pay for hearing aids.", "We pay $25 for each visit.")
    assert picture.marked
    rows = yellow_rows(picture.png)
    assert rows and min(rows) > 62 and max(rows) < 108
    again = page_picture(file, 1, "We pay for hearing aids. We pay $25 for each visit.", "We pay for hearing aids.")
    assert min(yellow_rows(again.png)) > 105


def test_words_that_are_not_on_the_page_are_not_marked(tmp_path: Path) -> None:
    picture = page_picture(pdf(tmp_path, "We pay $25 for each visit."), 1, "", "We pay $26 for each visit.")
    assert not picture.marked and not yellow_rows(picture.png)


def test_a_file_that_cannot_be_drawn_is_a_parse_error(tmp_path: Path) -> None:
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7 and then nothing")
    with pytest.raises(ParseError, match="page 1 of the PDF cannot be drawn"):
        page_picture(str(file), 1, "", "")


def test_a_quote_over_two_pages_is_divided_between_them() -> None:
    document = Document("d", "v", "One two three four", (Page(1, "i", 0), Page(2, "1", 8)))
    assert words_on_page(document, 1, (4, 13)) == ("One ", "two ")
    assert words_on_page(document, 2, (4, 13)) == ("", "three")


def test_a_bar_fills_with_its_stage_and_is_full_once_a_later_one_begins() -> None:
    assert STAGES == ("read", "embed", "index")
    assert bar("read", {"read": (3, 12), "embed": (0, 0), "index": (0, 0)}) == (0.25, ": 3 of 12")
    assert bar("embed", {"read": (12, 12), "embed": (0, 0), "index": (0, 9)}) == (1.0, ": done")
    assert bar("index", {"read": (3, 12), "embed": (0, 0), "index": (0, 0)}) == (0.0, "")


def test_the_headings_of_a_stretch_are_found_where_they_stand() -> None:
    text = "Care\n\nWords.\n\nCost\n\nMore words."
    cost = text.index("Cost")
    entries = (OutlineEntry((0, 14), "Care", "Care", 1), OutlineEntry((cost, len(text)), "Cost", "Cost", 1))
    document = Document("d", "v", text, outline=(*entries, OutlineEntry((6, 12), "Other", "Not in the text", 2)))
    assert headings(document, (0, len(text))) == [(0, 4), (cost, cost + 4)]
    assert headings(document, (2, len(text))) == [(cost, cost + 4)]


@given(
    st.lists(
        st.sampled_from(["(a) One <b>&", "(1) Two", "(2)(A) Three", "(b)  Four", "plain", " (c)(1) x"]), max_size=8
    )
)
def test_an_outline_shows_every_word_of_the_text(lines: list[str]) -> None:
    document = law_of("\n".join(lines), "HSC 1")
    entries = [entry for entry in document.outline if entry.level > 0]
    for focus in [None, *(entry.span for entry in entries)]:
        markup = outline_html(document, (0, len(document.text)), (), focus, "HSC 1(a)")
        assert shown(markup.replace("</p>", " ")).split() == document.text.split()
        assert markup.count("<div") == markup.count("</div>") == (focus is not None)


def test_an_outline_hangs_marks_and_sets_levels_in() -> None:
    document = law_of("(a)(1) First.\n(2) Second.\ngoes on\n(b) Last.", "HSC 1")
    assert re.findall(r"level-\d hang-\d", outline_html(document, (0, len(document.text)))) == [
        "level-2 hang-2",
        "level-2 hang-1",
        "level-2 hang-0",
        "level-1 hang-1",
    ]
