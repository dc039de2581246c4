"""Everyday words to the words of the law, and Spanish ones to English: what a question is searched with beside itself.

The lexicon is data (lexicon.toml). Nothing is taken away from a question: words are only added.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.types import Span
from kb.understand import plain_words, tongue

_FILE = Path(__file__).parent / "lexicon.toml"
_MOST = 24
"""Words that are added at most, so that a long story is not drowned in them."""


_ENOUGH = 2
"""English words that can stand for a question in Spanish."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key as it is searched for, its length, and the search words that it brings."""

    says: re.Pattern[str]
    size: int
    words: tuple[str, ...]


@cache
def _entries() -> Mapping[str, Mapping[str, tuple[_Entry, ...]]]:
    """For each language its entries by the letters that the first word of their keys begins with, `_HEAD` at most: a
    question is compared with the few that could be in it."""
    found: dict[str, dict[str, list[_Entry]]] = {}
    for language, table in tomllib.loads(_FILE.read_text(encoding="utf-8")).items():
        by_head = found.setdefault(language, {})
        for key, words in table.items():
            head = re.split(r"\W", key.lstrip("$"), maxsplit=1)[0][:_HEAD]
            by_head.setdefault(head, []).append(_Entry(_pattern(key), len(key), tuple(words.split())))
    return {language: {h: tuple(rows) for h, rows in by_head.items()} for language, by_head in found.items()}


_HEAD = 4


def _candidates(language: str, words: str) -> list[_Entry]:
    """The entries whose key may stand in `words`, the longest key first: "segunda opinion" goes before "opinion"."""
    entries = _entries()[language]
    heads = {word[:n] for word in set(re.findall(r"\w+", words)) for n in range(1, _HEAD + 1)}
    return sorted((e for head in sorted(heads) for e in entries.get(head, ())), key=lambda entry: -entry.size)


def _pattern(key: str) -> re.Pattern[str]:
    """A key as whole words; a star stands for the rest of a word."""
    return re.compile(rf"(?<!\w){re.escape(key).replace(re.escape('*'), '[a-z]*')}(?!\w)")


def added_words(question: str) -> tuple[str, ...]:
    """The search words that the lexicon adds to `question`, in the order in which their keys stand in it, each once.

    Words that the question has already are not added, and a longer key keeps shorter ones off its words. A question
    that is not in Spanish gets only English entries.
    """
    words, is_spanish = plain_words(question), tongue(question) == "es"
    had = set() if is_spanish else set(re.findall(r"\w+", words))
    ordered = (word for _, entry in _found(words, is_spanish) for word in entry.words)
    return tuple(word for word in dict.fromkeys(ordered) if word not in had)[:_MOST]


def translated(question: str) -> str:
    """The words of `question` that the lexicon has others for, in their order."""
    words = plain_words(question)
    return " ".join(words[slice(*span)] for span, _ in _found(words, tongue(question) == "es"))


def _found(words: str, is_spanish: bool) -> list[tuple[Span, _Entry]]:
    """Where keys stand in plain words, in order, a longer key keeping shorter ones off its words."""
    taken: list[tuple[Span, _Entry]] = []
    for entry in _candidates("es" if is_spanish else "en", words):
        for match in entry.says.finditer(words):
            if all(match.end() <= start or end <= match.start() for (start, end), _ in taken):
                taken.append((match.span(), entry))
    return sorted(taken, key=lambda one: one[0])


def expanded(question: str) -> str:
    """`question` with the words of the lexicon behind it; the question itself where the lexicon has none.

    Of a question in Spanish the English words alone, where there are some: the documents are in English.
    """
    added = added_words(question)
    if len(added) >= _ENOUGH and tongue(question) == "es":
        return ", ".join(added)
    return f"{question} ({', '.join(added)})" if added else question
