"""Words of quotes get an explanation of ours, each once, the longer of two, at the place where they stand."""

import re
import tomllib

import pytest

from kb.glossary import _TABLE, glosses, terms
from kb.phrases import LANGUAGES, Language, _phrases, phrase
from kb.types import Quote
from tests.corpora import CORPUS


def quote(n: int, text: str) -> Quote:
    return Quote(n, "doc", "1", "Title", "law", "HSC 1", (0, len(text)), text)


def named(text: str) -> list[tuple[str, str]]:
    return [(term, text[slice(*span)]) for term, span in terms(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("An independent medical review (IMR)", ["independent_medical_review", "independent_medical_review"]),
        ("Medi-Cal managed care members", ["medi_cal_managed_care"]),
        ("out\u2011of\u2011network care, Out of\nnetwork", ["out_of_network", "out_of_network"]),
        ("Grievances and GRIEVANCE SYSTEMS", ["grievance", "grievance_system"]),
        ("The network of networks", ["network", "network"]),
        ("appealing claims were upheld", ["appeal", "claim", "uphold"]),
        ("proclaimed, networking, dmhcx", []),
        ("not medically necessary", ["medical_necessity"]),
        ("", []),
    ],
)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert [term for term, _ in named(text)] == expected


def test_each_word_is_explained_once_at_its_first_place() -> None:
    found = glosses([quote(1, "Appeals go on."), quote(2, "An appeal of a denial.")])
    assert [(g.term, g.n, g.span, g.words) for g in found] == [
        ("appeal", 1, (0, 7), "Appeals"),
        ("denial", 2, (15, 21), "denial"),
    ]
    assert found[0].text == "You ask for a new look at a decision, such as a denial."
    assert glosses([quote(1, "a denial")], "es")[0].text == "Negación: el plan dice que no a la atención o a pagarla."


def test_every_word_is_explained_in_both_languages_and_every_explanation_has_a_word() -> None:
    words = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    assert len(words) >= 60
    for language in LANGUAGES:
        explained = {key[len("glossary.term.") :] for key in _phrases(language) if key.startswith("glossary.term.")}
        assert explained == set(words)
    forms = [form for row in words.values() for form in row]
    assert len(forms) == len(set(forms)) and all(form == form.lower() for form in forms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_promises_no_figure(language: Language) -> None:
    """A deadline belongs to a quote; 65 is the age of Medicare, 911 and hundred are no deadlines."""
    texts = [phrase(key, language) for key in _phrases(language) if key.startswith("glossary.")]
    assert {number for text in texts for number in re.findall(r"\d+", text)} <= {"65"}


def test_most_words_stand_in_the_corpus() -> None:
    files = [file for kind in ("digests", "guides", "statutes") for file in (CORPUS / kind).iterdir()]
    found = {term for file in files for term, _ in terms(file.read_text(encoding="utf-8"))}
    assert len(found) >= 45
