"""Every sentence of the product stands in both languages, with the same places to fill."""

import re
from string import Formatter

import pytest

from kb.phrases import LANGUAGES, _phrases, phrase


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_phrases_with_the_same_places() -> None:
    english, spanish = (_phrases(language) for language in LANGUAGES)
    assert english.keys() == spanish.keys()
    assert [key for key, text in english.items() if _places(text) != _places(spanish[key])] == []


def test_a_phrase_is_filled() -> None:
    assert re.match("If this is happening now, call 911", phrase("emergency.acute", "en"))
    assert re.match("Si esto está pasando ahora, primero llame al 911", phrase("emergency.acute", "es"))


def test_an_unknown_phrase_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"emergency\.none"):
        phrase("emergency.none", "en")
