"""The page in two languages, the link that is shared, and the questions of a session."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from kb.catalog import Catalog
from tests.app.test_app import Open, app, ask, markup, press, words
from ui.asked import Asked
from ui.markup import text_html
from ui.quote import copied_words
from ui.tools import shared_link

__all__ = ["app"]  # a fixture

URGENT = "How soon must a plan answer an urgent request?"


def test_the_language_is_chosen_kept_and_in_the_address(app: Open) -> None:
    tested = press(app(), "Español")
    assert "¿Qué necesita saber?" in [title.value for title in tested.title]
    assert tested.query_params["lang"] == "es"
    assert 'documentElement.lang = "es"' in markup(tested)
    ask_button = next(button for button in tested.button if button.label == "Preguntar")
    tested.text_input(key="question").set_value(URGENT)
    ask_button.click().run()
    assert tested.query_params["lang"] == "es" and tested.query_params["q"] == URGENT
    assert "La ley" in words(tested) and "within 72 hours" in words(tested)
    assert 'blockquote class="words" lang="en"' in markup(tested)
    press(tested, "English")
    assert "lang" not in tested.query_params and "The law" in words(tested)


def test_an_address_names_the_language_and_an_unknown_one_is_passed_over(app: Open) -> None:
    assert "Biblioteca" in [title.value for title in app("library", lang="es").title]
    assert "Library" in [title.value for title in app("library", lang="<x>").title]


def test_a_shared_link_holds_the_question_and_its_filters_only() -> None:
    link = shared_link("http://localhost:8501/ask?q=old&run=x", Asked("why & how?", "Cedar", "2026"))
    assert parse_qs(urlsplit(link).query) == {"q": ["why & how?"], "plan": ["Cedar"], "edition": ["2026"]}
    assert urlsplit(link).path == "/ask"


def test_the_questions_of_a_session_are_asked_again_and_forgotten(app: Open) -> None:
    tested = ask(ask(app(), URGENT), "Are braces covered?")
    assert "Asked in this session: 1" in [box.label for box in tested.expander]
    press(tested, URGENT)
    assert tested.query_params["q"] == URGENT
    press(tested, "Forget these questions")
    assert not [box for box in tested.expander if box.label.startswith("Asked in this session")]


def test_a_mark_in_the_answer_leads_to_its_quote(app: Open) -> None:
    sent = markup(ask(app(), URGENT))
    assert 'href="#quote-1"' in sent and 'id="quote-1"' in sent


def test_a_quote_is_copied_with_where_it_stands(app: Open) -> None:
    quote = ask(app(), URGENT).session_state["answer"].quotes[0]
    first, second = copied_words(quote).split("\n(")
    assert first == f"\u201c{quote.text}\u201d" and second.startswith("HSC 9999(b)")


def test_the_library_is_checked_and_a_document_shows_its_passages(app: Open, folder: Path) -> None:
    assert "All is well." in words(press(app("library"), "Check the library"))
    tested = app("look-up", doc="guide")
    assert "What the search sees" in [box.label for box in tested.expander]
    key = next(k for k, s in Catalog(folder).generation().sources.items() if s.doc_id == "guide")
    tested.session_state[f"passages-{key}"] = True
    tested.run()
    assert "Each is found and ranked by itself." in words(tested)
    assert all(text_html(passage.text) in markup(tested) for passage in Catalog(folder).passages(key)[:2])
