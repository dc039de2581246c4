"""Reading law on the Look up page: a text in its section, versions, browsing, copying, and what others say of it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from ingest.build import build
from ingest.law.sections import LawSection, law_document
from ingest.law.subdivisions import subdivisions
from ingest.split import split
from kb.catalog_writer import CatalogWriter
from kb.types import Source
from tests.app.test_app import LIMIT, markup, press, script, words
from tests.corpora import Corpus
from tests.fakes import HashEmbedder
from ui.address import Place, address
from ui.browse import ROWS
from ui.copy_as import copied

TODAY = date.today()
CODE = ("DIVISION 2. PLANS", "CHAPTER <b>2</b>")
NOTICE = (
    "(a) A plan shall print its number, as Section 9999 and 45 CFR 147.136 and 28 CCR 1300.68 require.\n"
    "(b) The notice shall say:\n(1) whom to call, and\n(2) when the line is open."
)
LONG = "(a) The plan shall keep:\n" + "\n".join(f"({n}) {'a record of each request, ' * 20}{n}." for n in range(1, 16))


def section(number: str, text: str, **fields: Any) -> LawSection:
    return LawSection("HSC", number, text, subdivisions(text), f"{number}.", above=CODE, **fields)


def law() -> dict[str, tuple[list[LawSection], date | None]]:
    """Two documents of one code: its text of now, and an older one."""
    since = date(2020, 1, 1)
    now = [
        section("1367.01", LONG, heading="Records"),
        section("1368.02", NOTICE, effective_from=since, history="(Amended by Stats. 2019, <i>Ch. 1</i>.)"),
        section("1399", "(a) Gone.", status="repealed", effective_to=date(2019, 12, 31)),
        section("1400", "(a) To come.", effective_from=TODAY + timedelta(days=400)),
    ]
    old = [section("1368.02", "(a) A plan shall print a number.", effective_to=since - timedelta(days=1))]
    return {"code": (now, TODAY), "code-2019": (old, date(2019, 6, 1))}


def publish(folder: Path, documents: dict[str, tuple[list[LawSection], date | None]]) -> None:
    """Put documents of law beside those of the current generation, as an importer of official files does."""
    writer = CatalogWriter(folder)
    keys = writer.members(writer.current())
    for doc_id, (sections, read) in documents.items():
        source = Source(doc_id, "p", "0", doc_id.title(), "law", retrieved=read, origin="upload")
        document = law_document(source, "v1", sections)
        passages = split(document)
        writer.add_document(source, document, "", passages, [p.text for p in passages], words_only=True)
        keys.add(document.key)
    writer.publish(keys, "law")
    writer.close()


Open = Callable[..., AppTest]


@pytest.fixture
def read(folder: Path, small: Corpus) -> Open:
    """read(**params): the Look up page of the small knowledge base with law that has headings, dates and versions."""
    small.put("guide", "# Help\n\n## Numbers\n\nHSC 1368.02(b) says what the notice has. Bring your card.\n")
    build(small.folder, folder, HashEmbedder())
    publish(folder, law())

    def open_page(**params: str | list[str]) -> AppTest:
        given = {"folder": folder, "corpus": small.folder, "make_embedder": HashEmbedder}
        tested = AppTest.from_function(script, kwargs=given, default_timeout=LIMIT)
        for name, value in params.items():
            tested.query_params[name] = value
        tested._page_hash = calc_hash("look-up")
        tested.run()
        assert not tested.exception
        return tested

    return open_page


def links(tested: AppTest) -> dict[str, dict[str, list[str]]]:
    """The words of each link on the page -> the parameters of the address it leads to."""
    found = tested.get("page_link")
    return {link.value.replace("\\", "").replace("*", ""): parse_qs(link.proto.query_string) for link in found}


def in_focus(tested: AppTest) -> tuple[str, str]:
    """The name and the words of the stretch that is marked."""
    found = re.search(r'<div class="in-focus [\w-]+" role="group" aria-label="([^"]*)">(.*?)</div>', markup(tested))
    assert found, "nothing is marked"
    return found[1], re.sub(r"<[^>]+>", "", found[2])


def test_a_subdivision_is_marked_in_its_whole_section(read: Open) -> None:
    tested = read(cite="hsc 1368.02 (b)(1)")
    assert in_focus(tested) == ("HSC 1368.02(b)(1)", "(1) whom to call, and")
    assert "A plan shall print its number" in words(tested) and "(2)  when the line is open" in words(tested)
    assert '<p class="level-2 hang-1"><span class="mark">(2) </span>' in markup(tested)
    shown = links(tested)
    assert shown["Part of: HSC 1368.02(b)"] == {"cite": ["HSC 1368.02(b)"]}
    assert shown["After: HSC 1368.02(b)(2)"] == {"cite": ["HSC 1368.02(b)(2)"]}
    assert not any(words.startswith("Before") for words in shown)


def test_the_headings_above_a_text_lead_to_what_else_stands_there(read: Open) -> None:
    shown = links(read(cite="HSC 1368.02(b)"))
    assert shown["All law"] == {}
    assert shown["Health and Safety Code (HSC)"] == {"browse": ["HSC"]}
    assert shown["CHAPTER <b>2</b>"] == {"browse": ["HSC"], "at": list(CODE)}
    assert shown["HSC 1368.02"] == {"cite": ["HSC 1368.02"]}


def test_a_long_section_shows_the_focus_alone_under_its_lead_in(read: Open) -> None:
    tested = read(cite="HSC 1367.01(a)(2)")
    sent = markup(tested)
    assert 'class="in-focus' not in sent and '<div class="lead-in"><p class="level-1 hang-1">' in sent
    assert "The plan shall keep:" in words(tested)
    assert "a record of each request, 2." in words(tested) and "a record of each request, 3." not in words(tested)
    whole = links(read(cite="HSC 1367.01(a)"))
    assert whole["(3)&ensp;" + ("a record of each request, " * 4)[:90].rsplit(" ", 1)[0] + " \u2026"]


def test_an_older_version_says_so_and_leads_to_the_one_in_force(read: Open) -> None:
    tested = read(cite="HSC 1368.02(a)", as_of="2019-06-01")
    assert "A plan shall print a number." in words(tested)
    assert "This is not the version in force today." in words(tested)
    assert "Seen from 1 June 2019: In force until 31 December 2019 (since when is not known)." in words(tested)
    assert "Text read on 1 June 2019. That is more than a year ago" in words(tested)
    shown = links(tested)
    assert shown["Read the version in force today"] == {"cite": ["HSC 1368.02(a)"]}
    assert shown["In force since 1 January 2020&ensp;Code"] == {"cite": ["HSC 1368.02(a)"], "as_of": ["2020-01-01"]}
    assert shown["Part of: HSC 1368.02"] == {"cite": ["HSC 1368.02"], "as_of": ["2019-06-01"]}
    assert tested.date_input(key="as_of").value == date(2019, 6, 1)


def test_the_version_of_today_bears_no_warning_and_has_its_history_verbatim(read: Open) -> None:
    tested = read(cite="HSC 1368.02")
    assert "In force since 1 January 2020." in words(tested)
    assert 'class="panel alert"' not in markup(tested)
    assert "(Amended by Stats. 2019, <i>Ch. 1</i>.)" in words(tested) and "<i>Ch" not in markup(tested)
    other = links(tested)["Was in force until 31 December 2019 (since when is not known)&ensp;Code-2019"]
    assert other == {"cite": ["HSC 1368.02"], "as_of": ["2019-12-31"]}


@pytest.mark.parametrize(
    ("cite", "standing", "warning"),
    [
        ("HSC 1399", "Repealed; in force until 31 December 2019.", "No version of this section"),
        ("HSC 1400", "Operative from ", "This text is not in force yet."),
    ],
)
def test_what_is_not_law_today_says_so(read: Open, cite: str, standing: str, warning: str) -> None:
    shown = words(read(cite=cite))
    assert standing in shown and warning in shown


def test_a_text_without_dates_says_so(read: Open) -> None:
    shown = words(read(cite="HSC 9999"))
    assert "No dates are known for this text." in shown and "Nobody noted when this text was read." in shown


def test_citations_inside_a_text_lead_on_or_to_an_official_page(read: Open) -> None:
    tested = read(cite="HSC 1368.02(a)")
    sent = markup(tested)
    assert '<a href="look-up?cite=HSC+9999" target="_self">Section 9999</a>' in sent
    assert links(tested)["HSC 9999"] == {"cite": ["HSC 9999"]}
    assert 'href="https://www.ecfr.gov/current/title-45/section-147.136"' in sent
    assert "\u201c28 CCR 1300.68\u201d" in words(tested)


def test_the_form_makes_the_address_of_citation_and_day(read: Open) -> None:
    tested = read()
    tested.text_input(key="citation").set_value(" HSC 1368.02 ")
    tested.date_input(key="as_of").set_value(date(2019, 6, 1))
    press(tested, "Look up")
    assert dict(tested.query_params) == {"cite": "HSC 1368.02", "as_of": "2019-06-01"}
    assert "A plan shall print a number." in words(tested)


def test_a_date_that_is_none_is_one_line(read: Open) -> None:
    assert "As_of 'yesterday' is not a date: write it as 2024-01-31." in words(read(cite="HSC 9999", as_of="yesterday"))


def test_the_law_is_walked_through_from_codes_to_sections(read: Open) -> None:
    assert links(read())["Health and Safety Code (HSC)&ensp;5 sections"] == {"browse": ["HSC"]}
    top = links(read(browse="HSC"))
    assert top["DIVISION 2. PLANS&ensp;4 sections, HSC 1367.01 to HSC 1400"] == {"browse": ["HSC"], "at": [CODE[0]]}
    assert top[
        "HSC 9999&ensp;(a) A plan shall answer a request for a second opinion. The reasons shall include the \u2026"
    ]
    tested = read(browse="HSC", at=list(CODE))
    rows = [label for label in links(tested) if label.startswith("HSC ")]
    assert [row.partition("&")[0] for row in rows] == ["HSC 1367.01", "HSC 1368.02", "HSC 1399", "HSC 1400"]
    assert rows[0].endswith("&ensp;Records")
    assert "CHAPTER <b>2</b>" in words(tested) and "<b>2</b>" not in markup(tested)


def test_a_level_that_is_not_there_says_so(read: Open) -> None:
    assert "Nothing stands under this heading" in words(read(browse="HSC", at=["<i>No</i>"]))
    assert "Nothing stands under this heading" in words(read(browse="XYZ"))


def test_a_long_level_is_paged(read: Open, folder: Path) -> None:
    sections = [LawSection("CIV", str(n), f"Words of {n}.") for n in range(1, ROWS + 6)]
    publish(folder, {"civil": (sections, TODAY)})
    first, second = links(read(browse="CIV")), links(read(browse="CIV", page="2"))
    assert f"CIV {ROWS}&ensp;Words of {ROWS}." in first and f"CIV {ROWS + 1}&ensp;Words of {ROWS + 1}." not in first
    assert first["Next page"] == {"browse": ["CIV"], "page": ["2"]}
    assert len([label for label in second if label.startswith("CIV ")]) == 5
    assert "Page 2 of 2" in words(read(browse="CIV", page="99"))


def test_the_citation_is_copied_in_three_styles(read: Open) -> None:
    tested = read(cite="HSC 1368.02(b)(1)")
    assert tested.code[0].value == "Cal. Health & Safety Code \u00a7 1368.02(b)(1)"
    place = Place(cite="HSC 1368.02(b)(1)", day=date(2019, 6, 1))
    csm = copied(place.cite, "California Style Manual", place)
    assert csm == "Health & Saf. Code, \u00a7 1368.02, subd. (b)(1)"
    assert copied(place.cite, "Plain", place) == place.cite
    assert address(place) == "look-up?cite=HSC+1368.02%28b%29%281%29&as_of=2019-06-01"


def test_what_other_documents_say_is_shown_with_whose_it_is(read: Open) -> None:
    shown = words(read(cite="HSC 1368.02(b)"))
    cites = shown.index("They cite it")
    assert "HSC 1368.02(b) says what the notice has." in shown[cites:]
    assert "Bring your card." not in shown


def test_a_contract_is_named_with_its_plan(read: Open, small: Corpus, folder: Path) -> None:
    text = "# C\n\n## Notices\n\nHSC 1368.02(b) binds us.\n"
    small.put("c", text, authority="contract", plan="Pine Plan", edition="2026")
    small.put("s", text, authority="contract", plan="Oak Plan (sample)", edition="2026", sample=True)
    build(small.folder, folder, HashEmbedder())
    shown = words(read(cite="HSC 1368.02(b)"))
    assert "Contract of another plan: Pine Plan" in shown
    assert "Contract. Example, not your plan: Oak Plan" in shown


def test_a_link_on_the_page_changes_the_address_too(read: Open) -> None:
    tested = read(cite="HSC 1368.02")
    tested.query_params["cite"] = "HSC 9999"
    tested.run()
    assert tested.text_input(key="citation").value == "HSC 9999"
    assert "A plan shall answer an urgent request within 72 hours" in words(tested)
