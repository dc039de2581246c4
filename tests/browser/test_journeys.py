"""The main journeys of readers, driven through Chromium on the real app with the real corpus."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import selenium_axe_python
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.reader import Reader, chromium

pytestmark = pytest.mark.model

WAIT = "How long can the plan make me wait to see a specialist?"
PLAN = "Cedar Coast Health Plan (sample)"
HOSTILE = "<img src=x onerror=alert(1)><script>fetch('http://192.0.2.7/x')</script> second opinion?"
FRAMEWORK = {"presentation-role-conflict": "stFileUploaderDropzone"}
"""Rules that Streamlit's own widgets break, and in what: its file uploader has role "presentation" and a name."""


@pytest.fixture(scope="module")
def reader(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """One browser for all journeys; each begins by opening a page, which is a new session of the app."""
    axe = Path(selenium_axe_python.__file__).parent / "axe-core" / "axe.min.js"
    driver = chromium(tmp_path_factory.mktemp("profile"))
    try:
        yield Reader(driver, site, axe.read_text(encoding="utf-8"))
    finally:
        driver.quit()


@pytest.fixture(autouse=True)
def nothing_leaves(reader: Reader) -> Iterator[None]:
    """Every journey begins in a fresh tab at the size of a desk; no request of it may be meant for another machine."""
    reader.at()
    reader.driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": reader.site, "storageTypes": "all"})
    reader.strangers()
    yield
    assert reader.strangers() == []


def sound(reader: Reader, state: str) -> None:
    """No fault that axe-core can find but those of the framework, no text below 16 pixels, no scrolling sideways."""
    found = {
        rule: nodes
        for rule, nodes in reader.violations().items()
        if not all(rule in FRAMEWORK and FRAMEWORK[rule] in markup for _, markup in nodes)
    }
    assert found == {}, f"{state}: {found}"
    assert reader.small_text() == [], state
    assert reader.overflow() <= 0, state


def test_a_question_is_asked_and_its_quote_read_in_place(reader: Reader) -> None:
    reader.open().ask(WAIT)
    reader.sees("within 15 business days of the request")
    sound(reader, "answer")
    reader.press("Read it in its place")
    reader.until(lambda: reader.all(".place mark"), "no marked words")
    assert "15 business days" in reader.all(".place mark")[0].text
    sound(reader, "a quote in its place")
    assert reader.driver.find_element(By.ID, "announced").get_attribute("textContent")


def test_the_deadline_and_the_number_are_two_touches_away(reader: Reader) -> None:
    reader.open()
    sound(reader, "an empty page")
    reader.press("How long can the plan make me wait to see a specialist?").sees("15 business days")
    reader.press("Start over").press("What number do I call for Member Services?")
    reader.until(lambda: reader.all("a.phone"), "no telephone number to touch")
    reader.press("Asked in this session: 1")
    reader.press(WAIT).sees("15 business days")


def test_an_abstention_says_why_and_where_to_ask(reader: Reader) -> None:
    reader.open().ask("What is the best pizza topping?").sees("No answer found")
    sound(reader, "an abstention")


def test_an_emergency_comes_first(reader: Reader) -> None:
    reader.open().ask("I have chest pain right now, will my plan pay the emergency room?")
    reader.until(lambda: reader.all("[role='alert'] .urgent"), "no emergency notice")
    assert "911" in reader.all("[role='alert'] .urgent")[0].text
    sound(reader, "an emergency")


def test_a_citation_is_opened_and_a_cross_reference_followed(reader: Reader) -> None:
    reader.open("look-up", cite="HSC 1383.15(g)").sees("HSC 1383.15(g)")
    sound(reader, "a citation")
    reader.until(lambda: reader.all(".outline a[href*='1383.15%28b%29']"), "no cross-reference")
    reader.all(".outline a[href*='1383.15%28b%29']")[0].click()
    reader.until(lambda: "cite=HSC+1383.15%28b%29" in reader.driver.current_url, "the reference did not open").rest()
    assert "appropriately qualified health care professional" in reader.all(".in-focus")[0].text


def test_an_edition_is_chosen_and_its_page_seen(reader: Reader) -> None:
    reader.open(plan=PLAN)
    reader.choose("Edition", "2025").ask("How much is a specialist visit?")
    reader.until(lambda: reader.all(".quote.contract"), "no quote of the contract")
    assert "2025" in reader.all(".quote.contract")[0].text and "SAMPLE" in reader.all(".quote.contract")[0].text
    assert "edition=2025" in reader.driver.current_url
    reader.press("Link to this question")
    assert "edition=2025" in reader.all("[data-testid='stCode']")[0].text


def test_differences_and_changes_stand_side_by_side(reader: Reader) -> None:
    reader.open("differences")
    reader.choose("Plan", f"Example, not your plan: {PLAN.removesuffix(' (sample)')}")
    reader.until(lambda: reader.all(".difference"), "no difference")
    sound(reader, "differences")
    reader.press("Between two editions")
    reader.until(lambda: reader.all(".change"), "no change")
    sound(reader, "changes")


def test_a_document_is_uploaded_asked_about_removed_and_put_back(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "hearing.pdf"
    _pdf(file, "Willow Plan notes", f"The Willow fund pays $1,234 for {HOSTILE[:28]} hearing aids each year.")
    reader.open("library")
    sound(reader, "library")
    reader.press("Add your plan's contract or another document")
    reader.driver.find_element(By.CSS_SELECTOR, "input[type=file]").send_keys(str(file))
    reader.until(lambda: reader.named("A guide or advice"), "the file was not read").press("A guide or advice")
    sound(reader, "the form of an upload")
    reader.press("Add to the library").sees("Added:")
    reader.press("Ask about it now").ask("How much does the Willow fund pay for hearing aids?").sees("$1,234")
    assert "<img src=x onerror=alert" in reader.text() and not reader.all("img[src='x']")
    reader.open("library").press("Remove").press("Remove it").sees("Removed:")
    reader.press("Undo").sees("Put back:")
    reader.press("Check the library").sees("All is well.")


def _pdf(file: Path, *lines: str) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(file), pagesize=(560, 400))
    for number, line in enumerate(lines):
        canvas.drawString(30, 340 - 30 * number, line)
    canvas.save()


def test_a_script_in_a_question_is_text(reader: Reader) -> None:
    reader.open().ask(HOSTILE)
    assert reader.driver.find_elements(By.CSS_SELECTOR, "main img[src='x']") == []
    assert HOSTILE in str(reader.all("[class*='st-key-question'] input")[0].get_attribute("value"))
    reader.driver.execute_script("return document.title")  # an open dialog would raise here


def test_a_question_set_is_run_and_its_results_read(reader: Reader) -> None:
    reader.open("evaluate").sees("faulty.jsonl, line 1: kind is missing")
    sound(reader, "evaluate, empty")
    reader.choose("Which half", "All questions").press("Start the run").sees("6 questions were asked.", 240)
    sound(reader, "measures")
    reader.press("Charts").until(lambda: reader.all(".chart img"), "no drawing")
    sound(reader, "charts")
    reader.press("Failures").sees("6 questions.")
    sound(reader, "failures")
    reader.press("Download")
    assert {"Measures (CSV)", "Report (HTML)"} <= {one.text for one in reader.all("button")}
    reader.press("Compare").sees("There is one run only")


def test_feedback_stays_here_and_is_deleted(reader: Reader) -> None:
    reader.open(q=WAIT).press("Something is wrong").press("Keep this").sees("Kept on this computer.")
    reader.open("evaluate").press("What readers said of answers: 1")
    assert WAIT not in reader.text()
    reader.press("Delete all of it")
    reader.until(lambda: "What readers said" not in reader.text(), "it was not deleted")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_phone_shows_all_of_it(reader: Reader, dark: bool) -> None:
    reader.at(390, 844, dark=dark)
    for name, path, params in (
        ("ask", "", {"q": WAIT}),
        ("library", "library", {}),
        ("look up", "look-up", {"cite": "HSC 1383.15"}),
        ("evaluate", "evaluate", {}),
    ):
        sound(reader.open(path, **params), f"{name} on a phone")


@pytest.mark.parametrize("width", [320, 2560])
def test_no_width_scrolls_sideways(reader: Reader, width: int) -> None:
    reader.at(width)
    for path, params in (("", {"q": WAIT}), ("differences", {}), ("look-up", {"cite": "HSC 1383.15"})):
        assert reader.open(path, **params).overflow() <= 0


def test_the_dark_page_is_sound(reader: Reader) -> None:
    reader.at(dark=True)
    sound(reader.open(q=WAIT), "answer in the dark")
    ground = reader.driver.execute_script("return getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert ground == "rgb(20, 25, 27)"
    sound(reader.open("look-up", doc="cedar-coast-2026", page="12"), "a page in the dark")


def test_the_page_speaks_spanish_and_quotes_stay(reader: Reader) -> None:
    reader.open(q=WAIT).press("Español").sees("Nuestro resumen de la ley")
    assert reader.driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "es"
    assert "lang=es" in reader.driver.current_url
    assert reader.all("blockquote")[0].get_attribute("lang") == "en"
    sound(reader, "Spanish")
    reader.press("Biblioteca").sees("Las respuestas salen de estos documentos")


def test_a_keyboard_reaches_quote_page_and_the_way_back(reader: Reader) -> None:
    reader.open(plan=PLAN)
    reader.tab_to("Skip to the content", most=3).keys(Keys.ENTER).tab_to(
        "Your question, or a citation such as HSC 1383.15(c)"
    )
    reader.keys("How much is a specialist visit?", Keys.ENTER).rest()
    reader.until(lambda: reader.all(".quote.contract"), "no quote of the contract")
    opens = "Read it in its place"
    reader.tab_to("[1]").keys(Keys.ENTER).tab_to(opens).keys(Keys.ENTER).rest()
    reader.until(lambda: reader.all(".place mark"), "no marked words")
    reader.until(lambda: reader.all("[data-testid='stImage'] img"), "no picture of the page")
    sound(reader, "a picture of a page")
    reader.tab_to("Open").keys(Keys.ENTER).rest()
    reader.until(lambda: "look-up" in reader.driver.current_url, "the reader did not open")
    reader.driver.back()
    reader.rest()
    reader.until(lambda: reader.all(".quote"), "the answer did not come back")
