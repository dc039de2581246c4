"""The app as a person uses it, on a small knowledge base: asked, refused, browsed, added to, and told what is wrong."""

import html
import re
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from ingest.build import build
from kb.catalog import Catalog
from kb.types import Query
from tests.corpora import Corpus
from tests.fakes import FailingEmbedder, HashEmbedder
from ui.adding import start_adding
from ui.described import Upload, Wanted, shown_name
from ui.desk import Desk

LIMIT = 60  # seconds for one run of the script

Open = Callable[..., AppTest]


def script(folder: "Path", corpus: "Path", make_embedder: "Any") -> None:
    """What `app.py` does, with another embedder. AppTest copies this body, so it imports for itself."""
    from ui.frame import run

    run(folder, corpus, make_embedder)


@pytest.fixture
def app(folder: Path, small: Corpus) -> Open:
    """app(page, **params): the app on one page of the small knowledge base, built at the first call."""

    def open_page(page: str = "", make_embedder: Any = HashEmbedder, **params: str) -> AppTest:
        tested = AppTest.from_function(
            script,
            kwargs={"folder": folder, "corpus": small.folder, "make_embedder": make_embedder},
            default_timeout=LIMIT,
        )
        for name, value in params.items():
            tested.query_params[name] = value
        tested._page_hash = calc_hash(page) if page else ""
        tested.run()
        tested._page_hash = ""  # from here on the app itself says which page is shown
        assert not tested.exception
        return tested

    return open_page


def markup(tested: AppTest) -> str:
    """All markup on the page, as it was sent."""
    return "\n".join(element.proto.body for element in tested.get("html"))


def words(tested: AppTest) -> str:
    """What a person reads in that markup: tags gone, references resolved."""
    return html.unescape(re.sub(r"<[^>]+>", " ", markup(tested)))


def ask(tested: AppTest, question: str) -> AppTest:
    """Type a question and press the button."""
    tested.text_input(key="question").set_value(question)
    next(button for button in tested.button if button.label == "Ask").click().run()
    assert not tested.exception
    return tested


def press(tested: AppTest, label: str) -> AppTest:
    """Press the button that bears `label`."""
    next(button for button in tested.button if button.label.replace("\\", "") == label).click().run()
    assert not tested.exception
    return tested


def test_a_fresh_folder_is_built_and_then_answers(app: Open, folder: Path) -> None:
    assert not folder.exists()
    shown = words(app())
    assert "In an emergency, call 911 first." in re.sub(r"\s+", " ", shown)
    assert "not legal or medical advice" in shown
    assert (folder / "catalog.sqlite3").is_file()


def test_a_question_is_answered_with_quotes_by_rank_and_kept_in_the_address(app: Open) -> None:
    tested = ask(app(), "How soon must a plan answer an urgent request?")
    shown = words(tested)
    assert "within 72 hours, and shall not charge a fee" in shown
    assert "HSC 9999(b)" in shown and "[1]" in shown
    links = {link.value: link.proto for link in tested.get("page_link")}
    assert (links["Open in Look up"].page, links["Open in Look up"].query_string) == ("look-up", "cite=HSC+9999%28b%29")
    assert tested.query_params["q"] == "How soon must a plan answer an urgent request?"
    assert "The law" in shown


def test_an_example_question_is_asked_at_a_touch(app: Open) -> None:
    tested = press(app(), "Can I get a second opinion about my diagnosis?")
    assert (
        tested.text_input(key="question").value == tested.query_params["q"] == tested.session_state["answer"].question
    )
    press(tested, "Start over")
    assert "q" not in tested.query_params
    assert tested.text_input(key="question").value == ""


def test_an_address_asks_its_question_with_plan_and_edition(app: Open) -> None:
    tested = app(q="How many days to appeal a denial?", plan="blue harbor", edition="2025")
    shown = words(tested)
    assert "within 90 days" in shown and "within 180 days" not in shown
    assert tested.selectbox(key="plan").value == "Blue Harbor Health Plan"
    assert tested.selectbox(key="edition").value == "2025"


def test_choosing_a_plan_asks_again_for_it(app: Open) -> None:
    tested = app(q="Are braces covered?")
    assert "Your plan's contract" not in words(tested)
    tested.selectbox(key="plan").select("Blue Harbor Health Plan").run()
    assert "Orthodontic braces are not covered for adults." in words(tested)
    assert tested.query_params["plan"] == "Blue Harbor Health Plan"


def test_a_sample_contract_is_never_called_the_readers_own(app: Open, small: Corpus) -> None:
    small.put(
        "sample",
        "# Pine\n\n## Hearing\n\nHearing aids cost $40.\n",
        authority="contract",
        plan="Pine Ridge Plan (sample)",
        edition="2026",
        sample=True,
    )
    shown = words(app(q="hearing aids cost", plan="Pine Ridge Plan (sample)"))
    assert "Hearing aids cost $40." in shown
    assert "An example contract, not your plan's" in shown and "Your plan's contract" not in shown
    assert "example, not your plan" in shown


def test_an_abstention_gives_its_reason_and_the_nearest_passages_apart(app: Open) -> None:
    tested = ask(app(), "Which quantum telescopes orbit Jupiter?")
    shown = words(tested)
    assert "No answer found" in shown and "Not in these documents" in shown
    assert "[1]" not in shown


def test_an_emergency_comes_before_everything_else(app: Open) -> None:
    sent = markup(ask(app(), "I have chest pain right now, will an urgent request be answered?"))
    assert 'role="alert"><p class="urgent">' in sent
    assert sent.index('class="urgent"') < min(sent.find(x) for x in ('class="lead"', "No answer found") if x in sent)


def test_markup_in_a_question_is_shown_as_text(app: Open) -> None:
    hostile = "<script>alert(1)</script> **urgent** request $x$ [a](javascript:b) answered?"
    sent = markup(ask(app(), hostile))
    assert "<script>alert" not in sent and 'href="javascript' not in sent
    assert html.escape(hostile) in sent


def test_a_question_that_is_too_long_is_one_line(app: Open) -> None:
    tested = ask(app(), "appeal " * 4_000)
    assert markup(tested).count('class="problem"') == 1
    assert "the limit is 20,000: shorten it." in words(tested)
    assert "q" not in tested.query_params


def test_an_address_with_an_unknown_plan_is_one_line(app: Open) -> None:
    shown = words(app(q="appeal", plan="No Such Plan"))
    assert "'No Such Plan' is not a plan in this knowledge base" in shown


def test_a_model_that_fails_is_one_line_and_can_be_tried_again(app: Open) -> None:
    tested = app(make_embedder=lambda: FailingEmbedder(0))
    assert markup(tested).count('class="problem"') == 1
    assert "out of memory" in words(tested)
    assert [button.label for button in tested.button] == ["Español", "Try again"]


def test_a_quote_is_read_in_its_place(app: Open) -> None:
    tested = app(q="How soon must a plan answer an urgent request?")
    assert "<mark>" not in markup(tested)
    quote = tested.session_state["answer"].quotes[0]
    tested.session_state[f"place-1-{quote.key}-{quote.span[0]}"] = True
    tested.run()
    assert "<mark>(b) A plan shall answer an urgent request within 72 hours" in markup(tested)
    assert "(1) The enrollee questions a diagnosis." in words(tested)


def test_an_unknown_subdivision_names_those_there_are(app: Open) -> None:
    tested = app("look-up", cite="HSC 9999(z)")
    assert "HSC 9999 is held, but has no (z)." in words(tested)
    links = {link.value.replace("\\", ""): link.proto.query_string for link in tested.get("page_link")}
    assert links["HSC 9999(b)"] == "cite=HSC+9999%28b%29"


def test_what_is_no_citation_is_one_line(app: Open) -> None:
    assert "no citation was found in '<b>hello</b>'" in words(app("look-up", cite="<b>hello</b>"))


def test_a_document_is_opened_in_full(app: Open) -> None:
    shown = words(app("look-up", doc="guide"))
    assert "Call member services at 800-555-0100" in shown and "the letter of denial" in shown
    assert "There is no document" in words(app("look-up", doc="<i>nothing"))


def test_the_library_lists_all_and_offers_to_remove_only_what_was_added(app: Open) -> None:
    tested = app("library")
    labels = [link.value.replace("\\", "") for link in tested.get("page_link")]
    assert {"Law", "Guide", "Plan-2025", "Plan-2026"} <= set(labels)
    assert "Remove" not in [button.label for button in tested.button]


NAME = "Hearing <img src=x onerror=alert(1)> *aids*.md"
TEXT = b"# Hearing\n\n## Hearing aids\n\nWe pay $1,500 <b>each</b> for hearing aids.\n"


def field(tested: AppTest, kind: str, label: str, number: int = 0) -> Any:
    """The `number`th field of the form that bears `label`."""
    return [widget for widget in getattr(tested, kind) if widget.label == label][number]


def add(tested: AppTest, files: list[tuple[str, bytes, str]], plan: str = "") -> AppTest:
    """Send files through the form: as a contract where a plan is named, else as a guide."""
    tested.file_uploader(key="files-0").set_value(files).run()
    for number in range(len(files)):
        field(tested, "radio", "What is it?", number).set_value("contract" if plan else "guide")
    tested.run()
    if plan:
        field(tested, "selectbox", "Plan").select(plan)
        field(tested, "text_input", "Edition (year)").set_value("2027")
        tested.run()
    return press(tested, "Add to the library")


EOC = b"""# Evidence of Coverage 2028

## Blue Harbor Health Plan

Effective January 1, 2028 through December 31, 2028

We pay $1,700 for hearing <b>aids</b>.
"""


def test_what_a_contract_says_of_itself_stands_in_the_form_and_is_taken(app: Open, folder: Path) -> None:
    tested = app("library")
    tested.file_uploader(key="files-0").set_value([("eoc.md", EOC, "text/markdown")]).run()
    assert not tested.exception
    assert field(tested, "radio", "What is it?").value == "contract"
    assert field(tested, "selectbox", "Plan").value == "Blue Harbor Health Plan"
    assert field(tested, "text_input", "Edition (year)").value == "2028"
    assert field(tested, "date_input", "In force from").value == date(2028, 1, 1)
    shown = words(tested)
    assert "This is what the file says." in shown
    assert "Edition 2028, read on the text: \u201cEvidence of Coverage 2028\u201d" in shown
    press(tested, "Add to the library")
    assert "Added: Blue Harbor Health Plan: Evidence of Coverage 2028" in words(tested)
    source = next(s for s in Catalog(folder).generation().sources.values() if s.origin == "upload")
    assert (source.plan, source.edition, source.effective_to) == ("Blue Harbor Health Plan", "2028", date(2028, 12, 31))


def test_a_correction_in_the_form_goes_before_what_was_read(app: Open, folder: Path) -> None:
    tested = app("library")
    tested.file_uploader(key="files-0").set_value([("eoc.md", EOC, "text/markdown")]).run()
    field(tested, "text_input", "Edition (year)").set_value("2029")
    field(tested, "date_input", "In force to").set_value(None)
    press(tested.run(), "Add to the library")
    source = next(s for s in Catalog(folder).generation().sources.values() if s.origin == "upload")
    assert (source.edition, source.effective_from, source.effective_to) == ("2029", date(2028, 1, 1), None)


def test_each_of_several_files_has_fields_of_its_own(app: Open, folder: Path) -> None:
    tested = app("library")
    files = [("eoc.md", EOC, "text/markdown"), ("mine.md", TEXT, "text/markdown")]
    tested.file_uploader(key="files-0").set_value(files).run()
    assert [widget.value for widget in tested.radio if widget.label == "What is it?"] == ["contract", "guide"]
    press(tested, "Add to the library")
    added = {s.path: s.plan for s in Catalog(folder).generation().sources.values() if s.origin == "upload"}
    assert added == {"eoc.md": "Blue Harbor Health Plan", "mine.md": ""}


def test_an_added_contract_is_asked_about_at_once(app: Open) -> None:
    tested = add(app("library"), [(NAME, TEXT, "text/markdown")], plan="Blue Harbor Health Plan")
    assert "Added: Hearing <img src=x onerror=alert(1)> *aids*" in words(tested)
    assert "<img" not in markup(tested)
    press(tested, "Ask about it now")
    assert tested.selectbox(key="plan").value == "Blue Harbor Health Plan"
    assert tested.selectbox(key="edition").value == "2027"
    ask(tested, "What do you pay for hearing aids?")
    assert "We pay $1,500 <b>each</b> for hearing aids." in words(tested)
    assert "Added by you" in words(tested)


def test_what_was_added_is_removed_once_that_is_confirmed(app: Open) -> None:
    tested = add(app("library"), [("mine.md", TEXT, "text/markdown")])
    press(tested, "Remove")
    assert "will no longer be searched or quoted" in words(tested)
    press(tested, "Remove it")
    assert "Removed: mine" in words(tested)
    assert "mine" not in [link.value for link in tested.get("page_link")]
    press(tested, "Undo")
    assert "Put back: mine" in words(tested)
    assert "mine" in [link.value for link in tested.get("page_link")]


BROKEN = ("broken.pdf", b"%PDF-1.7 and then nothing", "application/pdf")


def test_a_file_that_cannot_be_read_says_so_in_the_form(app: Open) -> None:
    tested = app("library")
    tested.file_uploader(key="files-0").set_value([BROKEN]).run()
    assert "broken.pdf: not a readable PDF" in words(tested) and "It will not be added while" in words(tested)
    assert not tested.radio
    assert next(button for button in tested.button if button.label == "Add to the library").disabled


def test_a_bad_pdf_is_named_and_the_other_file_still_lands(app: Open) -> None:
    tested = app("library")
    tested.file_uploader(key="files-0").set_value([BROKEN, ("good.md", TEXT, "text/markdown")]).run()
    assert "broken.pdf: not a readable PDF" in words(tested)
    assert "Added: good" in words(press(tested, "Add to the library"))


def test_what_fails_only_when_it_is_added_is_named(desk: Desk) -> None:
    adding = start_adding(desk, [(Upload(BROKEN[0], BROKEN[1]), Wanted("guide"))])
    assert "broken.pdf: not a readable PDF" in adding.work.result().failed[0]


def test_a_contract_without_a_plan_is_refused(app: Open) -> None:
    tested = app("library")
    tested.file_uploader(key="files-0").set_value([("x.md", TEXT, "text/markdown")]).run()
    field(tested, "radio", "What is it?").set_value("contract")
    press(tested.run(), "Add to the library")
    assert "x.md: name the plan, so that" in words(tested)


@pytest.fixture
def desk(folder: Path, small: Corpus) -> Desk:
    """A desk whose knowledge base is open."""
    desk = Desk(folder, small.folder, HashEmbedder)
    desk.opening().result()
    return desk


def test_uploads_lie_in_a_private_folder_that_goes_afterwards(desk: Desk, tmp_path: Path) -> None:
    seen: list[tuple[int, list[str]]] = []

    class Watching(HashEmbedder):
        def embed(self, texts: Any) -> Any:
            seen.extend((stat.S_IMODE(d.stat().st_mode), sorted(f.name for f in d.iterdir())) for d in private())
            return super().embed(texts)

    def private() -> list[Path]:
        return [path for path in tmp_path.iterdir() if path.name.startswith("recourse-")]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path))
        watched = Desk(desk.folder, desk.corpus, Watching)
        work = start_adding(watched, [(Upload("../../etc/passwd.md", TEXT), Wanted("guide"))])
        assert work.work.result().added == ("added-passwd",)
    assert seen and set(map(str, seen)) == {str((0o700, ["0.md"]))}
    assert not private()


def test_two_files_of_one_name_do_not_replace_each_other(desk: Desk) -> None:
    uploads = (Upload("a/x.md", TEXT), Upload("b/x.md", TEXT + b"More.\n"))
    adding = start_adding(desk, [(upload, Wanted("guide")) for upload in uploads])
    assert len(adding.work.result().added) == 1
    assert adding.refused == ("x.md: sent twice under this name; rename one",)


USLM = b"""<?xml version="1.0"?><uscDoc xmlns="http://schemas.gpo.gov/xml/uslm"><main>
<title identifier="/us/usc/t9"><num value="9">Title 9</num><section identifier="/us/usc/t9/s2"><num value="2">2.</num>
<heading>Words</heading><content>A written word is binding.</content></section></title></main></uscDoc>"""


def test_an_official_text_is_filed_as_law_under_its_own_name_and_opened(app: Open) -> None:
    tested = app("library")
    tested.file_uploader(key="files-0").set_value([("t9.xml", USLM, "text/xml")]).run()
    assert "has the form of an official text of law" in words(tested)
    assert field(tested, "radio", "What is it?").value is None
    assert next(button for button in tested.button if button.label == "Add to the library").disabled
    field(tested, "radio", "What is it?").set_value("law").run()
    press(tested, "Add to the library")
    added = re.search(r"Added: *(.*)", words(tested))
    assert added is not None and "9 USC" in added[1]
    press(tested, "Open it in Look up")
    assert "A written word is binding." in words(tested)


def test_an_upload_is_never_law(desk: Desk) -> None:
    adding = start_adding(desk, [(Upload("x.md", TEXT), Wanted("law"))])
    assert adding.work.result().added == ()
    assert "only when an importer of official formats recognises it" in adding.refused[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("C:\\docs\\My plan.pdf", "My plan.pdf"), ("../x.md", "x.md"), ("a\x00b\u202e.txt", "a\ufffdb\ufffd.txt")],
)
def test_a_file_name_is_shown_without_its_folder_and_hidden_signs(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_a_stale_knowledge_base_is_brought_up_to_date_at_start(folder: Path, small: Corpus) -> None:
    build(small.folder, folder, HashEmbedder())
    small.put("new", "# New\n\nTelescopes are covered in full.\n")
    desk = Desk(folder, small.folder, HashEmbedder)
    assert desk.opening().result().added == ("new",)
    assert desk.base.ask(Query("Are telescopes covered?")).quotes[0].text == "Telescopes are covered in full."


def test_a_failed_update_leaves_the_old_documents_answering(folder: Path, small: Corpus) -> None:
    build(small.folder, folder, HashEmbedder())
    small.put("new", "# New\n\nTelescopes are covered in full.\n")
    desk = Desk(folder, small.folder, lambda: FailingEmbedder(0))
    with pytest.raises(Exception, match="out of memory"):
        desk.opening().result()
    again = Desk(folder, small.folder, HashEmbedder)
    assert again.opening().result().added == ("new",)
