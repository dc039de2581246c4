"""Words that the lexicon adds to a question: never any taken away, each once, and enough of them in Spanish."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lexicon import _FILE, added_words, expanded
from kb.understand import plain_words

ROWS = tomllib.loads(_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("they turned down my claim", {"denied", "denial"}),
        ("how do I fight this", {"appeal"}),
        ("can I see a shrink", {"mental", "health", "professional"}),
        ("me negaron la cirug\u00eda, \u00bfpuedo apelar?", {"denied", "surgery", "appeal"}),
        ("quiero una segunda opini\u00f3n de otro doctor", {"second", "opinion"}),
        ("\u00bfcu\u00e1nto tiempo tengo para poner una queja?", {"file", "grievance", "days"}),
    ],
)
def test_everyday_words_bring_the_words_of_the_law(question: str, words: set[str]) -> None:
    assert words <= set(added_words(question))


@pytest.mark.parametrize("question", ["HSC 1383.15(c)", "", "second opinion", "the fighter jet"])
def test_other_questions_stay_as_they_are(question: str) -> None:
    assert expanded(question) == question


@given(st.text(max_size=300))
def test_a_question_is_only_added_to(question: str) -> None:
    assert expanded(question).startswith(question)
    added = added_words(question)
    assert len(added) == len(set(added)) <= 24


def test_the_lexicon_is_as_large_as_promised_and_its_keys_can_match() -> None:
    assert len(ROWS["es"]) >= 250 and len(ROWS["en"]) >= 150
    for table in ROWS.values():
        assert [key for key in table if plain_words(key) != key] == []
        assert all(re.fullmatch(r"[a-z0-9 -]+", words) for words in table.values())
