"""Everyday words to the words of the law, and Spanish ones to English: what a question is searched with beside itself.

The lexicon is data (lexicon.toml). Nothing is taken away from a question: words are only added.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kb.understand import plain_words, tongue

_FILE = Path(__file__).parent / "lexicon.toml"
_MOST = 24
"""Words that are added at most, so that a long story is not drowned in them."""


_ENOUGH = 2
"""English words that can stand for a question in Spanish."""


@cache
def _entries() -> Mapping[str, tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]]:
    """For each language its entries, the longest key first: "segunda opinion" goes before "opinion"."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        language: tuple(
            (_pattern(key), tuple(words.split())) for key, words in sorted(table.items(), key=lambda row: -len(row[0]))
        )
        for language, table in rows.items()
    }


def _pattern(key: str) -> re.Pattern[str]:
    """A key as whole words; a star stands for the rest of a word."""
    return re.compile(rf"(?<!\w){re.escape(key).replace(re.escape('*'), '[a-z]*')}(?!\w)")


def added_words(question: str) -> tuple[str, ...]:
    """The search words that the lexicon adds to `question`, in the order in which their keys stand in it, each once.

    Words that the question has already are not added, and a longer key keeps shorter ones off its words. A question
    that is not in Spanish gets only English entries.
    """
    words = plain_words(question)
    language = "es" if tongue(question) == "es" else "en"
    found: list[tuple[int, tuple[str, ...]]] = []
    taken: list[tuple[int, int]] = []
    for pattern, search_words in _entries()[language]:
        for match in pattern.finditer(words):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                taken.append(match.span())
                found.append((match.start(), search_words))
    had = set(re.findall(r"\w+", words)) if language == "en" else set()
    ordered = (word for _, search_words in sorted(found) for word in search_words)
    return tuple(word for word in dict.fromkeys(ordered) if word not in had)[:_MOST]


def expanded(question: str) -> str:
    """`question` with the words of the lexicon behind it; the question itself where the lexicon has none.

    Of a question in Spanish the English words alone, where there are some: the documents are in English.
    """
    added = added_words(question)
    if len(added) >= _ENOUGH and tongue(question) == "es":
        return ", ".join(added)
    return f"{question} ({', '.join(added)})" if added else question
