"""The whole page in Spanish: no sentence of ours is left in English, in what is drawn and in the code that draws it.

Quotes, titles of documents and citations keep their own language; they are taken out by the markup that sets them
apart, as a screen reader tells them apart by it.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kb.phrases import Sentence, in_language
from tests.app.test_app import BROKEN, EOC, Open, app
from tests.app.test_look_up import read
from tests.corpora import ROOT, Corpus

__all__ = ["app", "read"]  # fixtures
HARBOR = "Blue Harbor Health Plan"
ENGLISH = frozenset(
    "the of and is are was were be been this that these those it its not with from which what when where who whose how "
    "to for by on at or an as if but so than then there here your you our we they them their one two other another any "
    "all each every only also can may must shall will would has have had does did do than more less most into under "
    "over after before between until since page open read show add added remove removed choose chosen ask asked find "
    "found copy law law's contract summary guide edition plan's text words days hours date dates known unknown next "
    "back done keep yes try again something nothing nobody".split()
)
"""Words that English sentences of ours cannot do without; none of them is a Spanish word."""


class _Ours(HTMLParser):
    """The words of a page that are ours: texts and spoken attributes outside of what is set apart as another's."""

    _apart = frozenset(("blockquote", "bdi", "mark", "code", "script", "style"))
    _classes = frozenset(("words", "lead-in", "outline", "asked", "section-title", "level-title", "count", "number"))
    _void = frozenset(("br", "img", "hr", "input", "wbr", "meta", "link"))

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        apart = tag in self._apart or bool(classes & self._classes) or given.get("lang") == "en"
        if tag not in self._void:
            self._open.append(apart)
        if not any(self._open):
            self.said += [given[name] or "" for name in ("alt", "title", "data-done") if name in given]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._void and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open):
            self.said.append(data)


def of_widget(element: Any) -> Iterator[str]:
    """What a widget says: label, placeholder, options; but for a question asked before and a document's headings."""
    proto = element.proto
    name = getattr(proto, "id", "")
    if re.search(r"-again-\d", name):
        return
    yield from (getattr(proto, told, "") for told in ("label", "placeholder", "help"))
    options = (
        () if "contents-" in getattr(proto, "id", "") else getattr(proto, "options", ())
    )  # the headings of a document
    yield from (getattr(option, "content", option) for option in options if not isinstance(option, int))


WIDGETS = (
    "button", "text_input", "selectbox", "radio", "date_input", "number_input", "button_group", "expander",
    "page_link", "text_area", "checkbox", "file_uploader", "download_button", "popover",
)  # fmt: skip


def said(tested: AppTest) -> list[str]:
    """Every piece of our own words on the page."""
    parser = _Ours()
    for element in tested.get("html"):
        parser.feed(element.proto.body)
    labels = [words for kind in WIDGETS for element in tested.get(kind) for words in of_widget(element)]
    titles = [element.value for element in tested.title]
    return [" ".join(one.split()) for one in (*parser.said, *labels, *titles) if one.strip()]


TITLES = re.compile(  # names of documents, headings, laws and people in the small corpus, which stay as they are
    r"Blue Harbor Health Plan|Health and Safety Code|Evidence of Coverage|California Style Manual"
    r"|DIVISION 2\. PLANS|Recourse|Plan-20\d\d|Blue Harbor 20\d\d|^English$|^(?:Guide|Law)$|\u201c[^\u201d]*\u201d"
)


def english(pieces: list[str]) -> list[str]:
    """The pieces in which an English word stands."""
    own = [(piece, TITLES.sub(" ", piece.replace("\\", "").partition("&ensp;")[0])) for piece in pieces]
    return [piece for piece, rest in own if ENGLISH & set(re.findall(r"[^\W\d_]+(?:'s)?", rest.lower()))]


def test_english_is_noticed(app: Open) -> None:
    assert "Answers come from these documents and from nothing else." in english(said(app("library")))
    assert english(["Añadido por usted", "HSC 9999", "Removed"]) == ["Removed"]


def spanish(tested: AppTest) -> None:
    assert not tested.exception
    assert english(said(tested)) == []


QUESTIONS = (
    "How soon must a plan answer an urgent request?",
    "Which quantum telescopes orbit Jupiter?",
    "HSC 9999(b)",
    "HSC 9999(z)",
    "HSC 9991",
    "My appeal was denied within 90 days of the notice. What can I do?",
    "How many days to appeal a denial in 2031?",
    "How many days to appeal a denial in 2025?",
    "What changed in my 2026 book?",
)


def test_asking_is_in_spanish(app: Open) -> None:
    tested = app(lang="es", plan=HARBOR)
    spanish(tested)
    for question in QUESTIONS:
        tested.text_input(key="question").set_value(question)
        next(button for button in tested.button if button.label == "Preguntar").click().run()
        spanish(tested)


@pytest.mark.parametrize("params", [{"plan": "No Such Plan"}, {"plan": HARBOR, "edition": "1999"}])
def test_a_plan_that_is_not_here_is_refused_in_spanish(app: Open, params: dict[str, str]) -> None:
    spanish(app(lang="es", q="appeal", **params))


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"cite": "HSC 1368.02(b)(1)"},
        {"cite": "HSC 1368.02(a)", "as_of": "2019-06-01"},
        {"cite": "HSC 1367.01"},
        {"cite": "HSC 1399"},
        {"cite": "HSC 1400"},
        {"cite": "HSC 9999(z)"},
        {"cite": "nada"},
        {"cite": "HSC 9999", "as_of": "ayer"},
        {"browse": "HSC"},
        {"browse": "XYZ"},
    ],
)
def test_looking_up_is_in_spanish(read: Open, params: dict[str, str]) -> None:
    spanish(read(lang="es", **params))


def test_documents_and_the_library_are_in_spanish(app: Open, small: Corpus) -> None:
    note = "A guide, not the law; where it differs from the law, the law governs."
    small.put("noted", "# Help\n\nCall us.\n", note=note)
    for doc in ("guide", "plan-2026", "nada"):
        spanish(app("look-up", doc=doc, lang="es"))
    tested = app("library", lang="es")
    spanish(tested)
    next(button for button in tested.button if button.label == "Revisar la biblioteca").click().run()
    spanish(tested)


def test_adding_a_document_is_in_spanish(app: Open) -> None:
    tested = app("library", lang="es")
    tested.file_uploader(key="files-0").set_value([BROKEN, ("eoc.md", EOC, "text/markdown")]).run()
    spanish(tested)
    next(button for button in tested.button if button.label == "Agregar a la biblioteca").click().run()
    spanish(tested)


def test_a_page_without_differences_is_in_spanish(app: Open, small: Corpus) -> None:
    small.drop("plan-2025")
    spanish(app("differences", lang="es"))
    spanish(app("changes", lang="es"))
    spanish(app(lang="es", q="What changed since last year?", plan=HARBOR))


def test_differences_and_changes_are_in_spanish(app: Open, small: Corpus) -> None:
    text = "The Independent Medical Review is binding.\n\nYou have 180 days to ask for an Independent Medical Review."
    small.put("advice", f"# Advice\n\n{text}\n\nEvery grievance is acknowledged within 5 business days.\n")
    other = "A member must apply for an IMR within six months of the decision."
    small.put("reviews", f"# Reviews in California\n\n## To apply (on HSC 1374.30)\n\n{other}\n", authority="digest")
    small.put("more", "# More\n\nA grievance is acknowledged within 5 calendar days.\n")
    tested = app("differences")
    tested.selectbox(key="differences-topic").select("Independent medical review (IMR)").run()
    next(button for button in tested.button if button.label == "Español").click().run()
    spanish(tested)
    tested.selectbox(key="differences-topic").select("").run()
    spanish(tested)
    shown = " ".join(said(tested))
    assert "5 días hábiles" in shown and "Cuánto tiempo tiene el miembro" in shown
    tested = app("changes", lang="es", plan=HARBOR)
    spanish(tested)
    tested.text_input(key="changes-find").set_value("appeal").run()
    spanish(tested)


def test_a_message_in_english_only_is_said_to_be_so(app: Open) -> None:
    tested = app("library", lang="es")
    tested.file_uploader(key="files-0").set_value([BROKEN]).run()
    sent = "\n".join(element.proto.body for element in tested.get("html"))
    assert 'El mensaje está en inglés: <span lang="en">broken.pdf: not a readable PDF' in sent


def test_a_sentence_knows_itself_in_the_other_language() -> None:
    inner = Sentence("scope.unnamed")
    outer = Sentence("scope.plan", plan="Cedar", editions=inner)
    assert outer == "Cedar (no edition)" and in_language(outer, "es") == "Cedar (sin edición)"
    assert in_language("as it is", "es") == "as it is"


PAGES = sorted(path for path in (ROOT / "ui").glob("*.py"))
_TAGS = re.compile(r"<[^>]*>?|&\w+;|[\w-]+=\"|\b[\w-]+\.[\w.-]+")
_DATA = ("added by the user",)  # what the catalog notes of a file, which is not shown
_CODE = re.compile(r"\\[bwds]|\(\?|[{};]")  # patterns, scripts and styles
_SHOWN = {"label", "placeholder", "help", "text", "alt", "page_title"}
_SHOWS = {
    "button", "selectbox", "radio", "text_input", "text_area", "checkbox", "date_input", "number_input", "pills",
    "expander", "popover", "segmented_control", "file_uploader", "title", "form_submit_button", "spinner", "dialog",
    "download_button", "panel", "error_panel", "link", "announce", "caption", "write", "toast",
}  # fmt: skip


def prose(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Literals that a reader would read: two English words or more, or any word that a widget is given to show."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    shown = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in _SHOWS
        for given in (*call.args[:2], *(k.value for k in call.keywords if k.arg in _SHOWN))
        for part in ([given] if isinstance(given, ast.Constant) else getattr(given, "values", ()))
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docs:
            continue
        if node.value in _DATA or "<script>" in node.value or _CODE.search(node.value):
            continue
        bare = _TAGS.sub(" ", node.value)
        is_sentence = re.search(r"[A-Za-z] [a-z]", bare) and ENGLISH & set(re.findall(r"[a-z']+", bare.lower()))
        if is_sentence or (id(node) in shown and re.match(r"[A-Z][a-z]+", node.value)):
            yield node.lineno, node.value


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_module_of_the_page_holds_a_sentence(path: Path) -> None:
    found = list(prose(ast.parse(path.read_text(encoding="utf-8"))))
    assert found == [], "put it into kb/phrases/en/ui_*.toml and kb/phrases/es/ui_*.toml"


def test_a_sentence_in_code_is_noticed() -> None:
    code = "st.button('Done')\nst.html(f'<p>Nothing stands under {x}.</p>')\nst.button(say('a.done'), key='keep-it')"
    assert [text for _, text in prose(ast.parse(code))] == ["Done", "<p>Nothing stands under "]
