"""What changed between editions: the page, the ways to it, the edition that a question decides on, and where else
an answer stands."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from ingest.build import build
from kb.catalog import Catalog
from kb.diff import diff
from kb.figures import figures
from kb.types import Document, Hit, OutlineEntry, Page, Source
from tests.app.test_app import Open, app, ask, field, markup, press, words
from tests.corpora import Corpus
from tests.fakes import HashEmbedder
from ui.announce import script_json
from ui.asked import Asked
from ui.change import change_html, group_name, group_of, holds
from ui.compared import Compared, compared_in, editions_meant, neighbour
from ui.edition import edition_line
from ui.quote import words_asked, words_param

__all__ = ["app"]
HARBOR = "Blue Harbor Health Plan"
OLD = (
    "# Cost\n\nA visit costs <b>$20</b> each time.\n\nAppeal within 90 days of the notice.\n\nCall 800-555-0100 for "
    "help.\n\nBraces are not covered.\n\nA wig is covered once.\n\nEvery member has a card.\n"
)
NEW = (
    "# Cost\n\nA visit costs <b>$25</b> each time.\n\nAppeal within 180 days of the notice.\n\nCall 800-555-0199 for "
    "help.\n\nBraces are seldom covered.\n\nA doula visits twice at home.\n\nEvery member has a card.\n"
)


def query(link: Any) -> dict[str, str]:
    """The parameters of a link to a page."""
    return {name: values[0] for name, values in parse_qs(link.proto.query_string).items()}


def link(tested: AppTest, label: str) -> Any:
    return next(one for one in tested.get("page_link") if one.value.replace("\\", "") == label)


def contracts(small: Corpus) -> None:
    """Two editions of the small plan's contract that differ in each way."""
    for year, text in (("2025", OLD), ("2026", NEW)):
        fields = {name: value for name, value in small.rows[f"plan-{year}"].items() if name not in FILE}
        small.put(f"plan-{year}", f"# Blue Harbor {year}\n\n{text}", **fields)


FILE = ("doc_id", "path", "sha256", "title")


def test_the_page_shows_both_sides_changed_amounts_first(app: Open, small: Corpus) -> None:
    contracts(small)
    tested = app("changes", plan=HARBOR)
    assert (tested.selectbox(key="changes-from").value, tested.selectbox(key="changes-to").value) == ("2025", "2026")
    sent, shown = markup(tested), words(tested)
    order = [
        sent.index(f"<h2>{group_name(group)} ") for group in ("money", "phone", "time", "wording", "added", "removed")
    ]
    assert order == sorted(order)
    assert "A visit costs &lt;b&gt;<mark" in sent and '<mark class="gone">$20</mark>' in sent
    assert "<mark>$25</mark>" in sent
    assert re.search(r"<section class=\"side before\"><h4>2025</h4><p class=\"facts\">Not in this edition", sent)
    assert "A doula visits twice at home." in shown and "Every member has a card." not in shown
    assert re.search(r"words=\w+\.\d+-\d+", sent) and "doc=plan-2026" in sent


def test_changes_are_filtered_by_kind_and_by_words(app: Open, small: Corpus) -> None:
    contracts(small)
    tested = app("changes", plan=HARBOR)
    tested.text_input(key="changes-find").set_value("NOTICE appeal").run()
    assert "1 passage has these words." in words(tested) and "$25" not in words(tested)
    tested.text_input(key="changes-find").set_value("").run()
    next(w for w in tested.get("button_group") if w.proto.id.endswith("changes-kind")).set_value("added").run()
    assert "A doula visits" in words(tested) and "$25" not in words(tested)


def test_a_long_list_is_shown_in_parts(app: Open, small: Corpus) -> None:
    for year, price in (("2025", 20), ("2026", 30)):
        fields = {name: value for name, value in small.rows[f"plan-{year}"].items() if name not in FILE}
        rows = "\n\n".join(f"Item {chr(65 + n // 26)}{chr(65 + n % 26)} costs ${price + n} in all." for n in range(70))
        small.put(f"plan-{year}", f"# Costs\n\n{rows}\n", **fields)
    tested = app("changes")
    assert markup(tested).count('<article class="change">') == 30
    press(tested, "Show 30 more of 40")
    press(tested, "Show 10 more of 10")
    assert markup(tested).count('<article class="change">') == 70
    assert not [button for button in tested.button if button.label.startswith("Show")]


def test_the_fields_are_kept_in_the_address(app: Open) -> None:
    tested = app("changes", plan="blue harbor", **{"from": "2026", "to": "2025"})
    assert tested.selectbox(key="changes-from").value == "2026"
    tested.selectbox(key="changes-to").select("2026").run()
    assert "Choose two editions that differ." in words(tested)
    assert tested.query_params["to"] in ("2026", ["2026"])


def test_an_unknown_plan_is_one_line(app: Open) -> None:
    assert "'<i>' is not a plan in this knowledge base" in words(app("changes", plan="<i>"))


def test_the_page_without_two_editions_says_what_is_needed(app: Open, small: Corpus) -> None:
    small.drop("plan-2025")
    assert "Two editions of one contract are needed." in words(app("changes"))
    tested = app("", q="What changed since last year?", plan=HARBOR)
    assert "add the contract of another year in the Library" in words(tested)
    assert "What changed from" not in " ".join(one.value for one in app("library").get("page_link"))


def test_the_library_leads_to_the_comparison(app: Open) -> None:
    leads = [one for one in app("library").get("page_link") if one.value == "What changed from 2025 to 2026"]
    assert len(leads) == 2
    assert query(leads[0]) == {"plan": HARBOR, "from": "2025", "to": "2026"} and leads[0].proto.page == "changes"


def test_a_question_for_changes_leads_to_the_comparison(app: Open) -> None:
    tested = ask(app(plan=HARBOR), "what changed in my 2026 book")
    assert query(link(tested, "See what changed from 2025 to 2026")) == {"plan": HARBOR, "from": "2025", "to": "2026"}
    ask(tested, "Are braces covered?")
    assert not [one for one in tested.get("page_link") if one.value.startswith("See what changed")]


def test_without_a_plan_the_comparison_lets_one_choose(app: Open) -> None:
    assert query(link(ask(app(), "What changed this year?"), "See what changed")) == {}


def test_several_documents_of_an_edition_are_chosen_from(app: Open, small: Corpus) -> None:
    contracts(small)
    fields = {name: value for name, value in small.rows["plan-2026"].items() if name not in FILE}
    small.put("card-2026", "# Card\n\nOther words.\n", **fields)
    tested = app("changes", plan=HARBOR)
    assert field(tested, "selectbox", "Document of 2026").value.startswith("plan-2026@")
    assert "$25" in words(tested)


@pytest.mark.parametrize(
    ("question", "now", "expected"),
    [
        ("what changed", "2026", ("2025", "2026")),
        ("what changed", "2024", ("2024", "2025")),
        ("what changed in my 2025 book", "2026", ("2024", "2025")),
        ("what changed in 2024", "2026", ("2024", "2025")),
        ("what changed since 2024", "2026", ("2024", "2026")),
        ("2026 vs 2024", "2025", ("2024", "2026")),
        ("what changed in 2031", "2026", ("2025", "2026")),
        ("what changed", "", ("2025", "2026")),
    ],
)
def test_the_editions_that_a_question_compares(question: str, now: str, expected: tuple[str, str]) -> None:
    assert editions_meant(question, ("2024", "2025", "2026"), now) == expected


def test_an_edition_is_compared_with_the_one_before() -> None:
    assert neighbour(("2025", "2026"), "2026") == neighbour(("2025", "2026"), "2025") == ("2025", "2026")
    compared = Compared("A & B", "2025", "2026")
    assert compared_in(compared.params()) == compared


def sides(before: str, after: str, **fields: Any) -> Any:
    """The one change between two texts."""
    source = Source("d", "p", "0", "T", "contract", plan="P", edition="2025")
    old, new = (
        Document("d", version, text, outline=(OutlineEntry((0, len(text)), "A > <i>Cost</i>", "", 1),), **fields)
        for version, text in (("v1", before), ("v2", after))
    )
    (change,) = diff(old, new, source, replace(source, edition="2026")).changes
    return change


@pytest.mark.parametrize(
    ("before", "after", "group"),
    [
        ("You pay 20 percent of it.", "You pay 25 percent of it.", "money"),
        ("Pay $20 within 3 days.", "Pay $25 within 4 days.", "money"),
        ("Ask us within 3 days.", "Ask us within 4 days.", "time"),
        ("Call 800-555-0100 now please.", "Call 800-555-0101 now please.", "phone"),
        ("From January 1, 2025 it holds.", "From January 1, 2026 it holds.", "number"),
        ("We never cover these braces.", "We always cover these braces.", "wording"),
    ],
)
def test_a_change_belongs_to_its_foremost_figure(before: str, after: str, group: str) -> None:
    change = sides(before, after)
    assert group_of(change) == group and figures("$1")
    assert holds(change, "cost") and holds(change, before.split()[0].upper()) and not holds(change, "zebra")


def test_a_change_shows_every_letter_as_it_stands() -> None:
    change = sides("Pay <b>$20</b> & more.", "Pay <b>$25</b> & more.", pages=(Page(7, "4", 0),))
    sent = change_html(change, ("2025", "2026"))
    assert "Pay &lt;b&gt;" in sent and "&amp; more." in sent and "&lt;i&gt;Cost&lt;/i&gt;" in sent
    assert "page=7" in sent and "Page 4 (PDF page 7)" in sent and "of the 2026 edition, in a new tab" in sent


def test_words_are_named_in_an_address_and_only_for_their_version() -> None:
    document = Document("d", "abc", "0123456789")
    assert words_asked(document, words_param("d@abc", (2, 5))) == (2, 5)
    for param in ("", "abc.5-5", "abc.2-11", "other.2-5", "abc.2-5x", "abc.\u0662-5"):
        assert words_asked(document, param) is None


def test_words_of_an_address_are_marked_in_the_document(app: Open, small: Corpus) -> None:
    contracts(small)
    tested = app("changes", plan=HARBOR)
    address = re.search(r"doc=plan-2026&amp;words=(\w+\.\d+-\d+)", markup(tested))
    assert address is not None
    sent = markup(app("look-up", doc="plan-2026", words=address[1]))
    assert "<mark>" in sent and "<mark>" not in markup(app("look-up", doc="plan-2025", words=address[1]))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked("How many days to appeal?", HARBOR, "2026"), ""),
        (Asked("How many days to appeal?", HARBOR), ""),
        (Asked("How many days to appeal?"), ""),
        (Asked("How many days to appeal in 2025?", HARBOR, "2026"), "Edition quoted: 2025, because your question"),
        (Asked("How many days to appeal in 2031?", HARBOR, "2026"), "Your question speaks of 2031; no edition of"),
        (Asked("How many days to appeal at Blue Harbor?"), "Contract quoted: Blue Harbor Health Plan, edition 2026"),
    ],
)
def test_the_edition_is_named_where_the_question_decides(
    folder: Path, small: Corpus, asked: Asked, expected: str
) -> None:
    build(small.folder, folder, HashEmbedder())
    line = edition_line(Catalog(folder).generation(), asked, date(2026, 6, 1))
    assert line.startswith(expected) and bool(line) == bool(expected)


def test_the_page_names_the_edition_that_the_question_decides_on(app: Open) -> None:
    shown = words(app(q="How many days to appeal a denial in 2025?", plan=HARBOR, edition="2026"))
    assert "Edition quoted: 2025, because your question names that time." in shown and "within 90 days" in shown


def elsewhere(tested: AppTest, folder: Path, doc_id: str) -> AppTest:
    """The page after its question was refused because `doc_id`, of another edition, has the answer."""
    catalog = Catalog(folder)
    key = next(key for key in catalog.generation().sources if key.startswith(f"{doc_id}@"))
    passage = next(p for p in catalog.passages(key) if "appeal a denial" in p.text)
    answer = replace(
        tested.session_state["answer"],
        status="abstained",
        reason="other_edition",
        sections=(),
        hits=(Hit(passage, 1.0, 1, "fused"),),
    )
    tested.session_state["answer"] = answer
    return tested.run()


def test_an_answer_of_another_edition_is_shown_and_asked_at_a_touch(app: Open, folder: Path) -> None:
    tested = elsewhere(app(q="How many days to appeal a denial?", plan=HARBOR, edition="2026"), folder, "plan-2025")
    assert re.search(r"It stands in:\s+Plan-2025\s*,\s+Appeals", words(tested))
    assert query(link(tested, "Read it there"))["doc"] == "plan-2025"
    press(tested, "Ask the 2025 edition")
    assert tested.query_params["edition"] in ("2025", ["2025"])
    assert tested.selectbox(key="edition").value == "2025"
    assert "within 90 days" in words(tested) and "It stands in" not in words(tested)


def test_no_button_asks_an_edition_that_the_question_overrules(app: Open, folder: Path) -> None:
    tested = app(q="How many days to appeal a denial in 2026?", plan=HARBOR, edition="2026")
    elsewhere(tested, folder, "plan-2025")
    assert "It stands in" in words(tested)
    assert "Ask the 2025 edition" not in [button.label for button in tested.button]


def test_plan_and_edition_are_kept_by_the_tab_and_end_no_script(app: Open) -> None:
    assert 'getItem("recourse-plan")' in markup(app()) and "setItem" not in markup(app())
    tested = app(plan=HARBOR, edition="2025")
    assert '{"plan": "Blue Harbor Health Plan", "edition": "2025"}' in markup(tested)
    tested.selectbox(key="plan").select("").run()
    assert '{"plan": "", "edition": ""}' in markup(tested)
    hostile = {"plan": "</script><script>alert(1)//&'\"\u2028", "edition": "x"}
    assert json.loads(script_json(hostile)) == hostile
    assert not re.search(r"[<>&\u2028]", script_json(hostile))
