"""The words of an answer's quotes that need a plain explanation, and ours for each; quotes themselves stay as they are.

The words are in `kb/glossary.toml`, the explanations in `kb/phrases/*/glossary.toml`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb.phrases import Language, phrase
from kb.types import Quote, Span

_TABLE = Path(__file__).resolve().parent / "glossary.toml"


@dataclass(frozen=True, slots=True)
class Gloss:
    """A word as it stands at `span` of the text of quote `n`, with our explanation of it."""

    term: str
    n: int
    span: Span
    words: str
    text: str


def glosses(quotes: Iterable[Quote], language: Language = "en") -> tuple[Gloss, ...]:
    """Each known word at its first place, in the order of the quotes; of two at one place the longer one."""
    found: dict[str, Gloss] = {}
    for quote in quotes:
        for term, span in terms(quote.text):
            words = quote.text[slice(*span)]
            found.setdefault(term, Gloss(term, quote.n, span, words, phrase(f"glossary.term.{term}", language)))
    return tuple(found.values())


def terms(text: str) -> tuple[tuple[str, Span], ...]:
    """All known words of `text` in order with their spans, plurals included; none overlaps another."""
    pattern, names = _known()
    return tuple((names[_plain(match["word"])], match.span()) for match in pattern.finditer(text))


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words.lower().replace("\u2019", "'").replace("\u2011", "-"))


@lru_cache(maxsize=1)
def _known() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """One pattern for all words, the longest first, and the name of each."""
    read = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    names = {word: term for term, words in read.items() for word in words}
    forms = (
        re.escape(word).replace(r"\ ", r"\s+").replace(r"\-", "[-\u2011]").replace("'", "['\u2019]")
        for word in sorted(names, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])(?P<word>{'|'.join(forms)})s?(?![\w-])", re.I), names
