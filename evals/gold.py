"""Gold as spans: quotes found in the knowledge base's current documents, or reported as problems."""

import re
from dataclasses import dataclass
from typing import Protocol

from evals.questions import GoldItem, Question
from kb.catalog import Generation
from kb.types import Document, Source, Span


@dataclass(frozen=True, slots=True)
class Gold:
    """A stretch of a document that answers (relevance 2) or is acceptable (1)."""

    doc_id: str
    span: Span
    relevance: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Gold that could not be placed. Measures that need gold leave the question out; the report says so."""

    question: str
    doc_id: str
    text: str


class Shelf(Protocol):
    """What is needed of a Catalog."""

    def generation(self) -> Generation: ...

    def document(self, key: str) -> Document: ...


class Texts:
    """The texts and sources of the generation that was current at the start, by doc_id; a text is read once."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        generation = shelf.generation()
        self.sources: dict[str, Source] = {}
        self._keys: dict[str, str] = {}
        for key, source in generation.sources.items():
            self.sources[source.doc_id] = source
            self._keys[source.doc_id] = key
        self._texts: dict[str, str] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """The document keys ``doc_id@version``, sorted."""
        return tuple(sorted(self._keys.values()))

    def __contains__(self, doc_id: str) -> bool:
        return doc_id in self._keys

    def text(self, doc_id: str) -> str:
        """The text of a document; "" where there is no such document."""
        if doc_id not in self._keys:
            return ""
        if doc_id not in self._texts:
            self._texts[doc_id] = self._shelf.document(self._keys[doc_id]).text
        return self._texts[doc_id]


def find_quote(quote: str, text: str) -> tuple[Span, ...]:
    """Where the quote stands in the text: all places, in order; () for a blank quote.

    Every character must be the same, only a run of whitespace matches any run of whitespace. A quote that begins
    or ends with a letter or digit does not begin or end inside a word, so "30 days" is not in "130 days".
    """
    words = quote.split()
    if not words:
        return ()
    before = r"(?<![^\W_])" if words[0][0].isalnum() else ""
    after = r"(?![^\W_])" if words[-1][-1].isalnum() else ""
    pattern = before + r"\s+".join(map(re.escape, words)) + after
    return tuple(match.span() for match in re.finditer(pattern, text))


def place(item: GoldItem, texts: Texts) -> Gold | str:
    """The gold at its span, or the words that say why it has none and what to do."""
    if item.doc_id not in texts:
        return "no such document in the knowledge base: ingest it, or correct the doc_id"
    text = texts.text(item.doc_id)
    if item.span is not None:
        if item.span[1] > len(text):
            return f"span {list(item.span)} ends after the text's {len(text)} characters: correct it"
        return Gold(item.doc_id, item.span, item.relevance)
    found = find_quote(item.quote, text)
    if len(found) == 1:
        return Gold(item.doc_id, found[0], item.relevance)
    shown = item.quote if len(item.quote) <= 80 else f"{item.quote[:77]}..."
    if not found:
        return f"quote not found: {shown!r}; copy it from the document's text"
    return f"quote found {len(found)} times: {shown!r}; make it longer"


def resolve(question: Question, texts: Texts) -> tuple[tuple[Gold, ...], tuple[Problem, ...]]:
    """The question's gold that could be placed, in the order written, and a problem for each that could not."""
    gold: list[Gold] = []
    problems: list[Problem] = []
    for item in question.gold:
        placed = place(item, texts)
        if isinstance(placed, Gold):
            gold.append(placed)
        else:
            problems.append(Problem(question.id, item.doc_id, placed))
    return tuple(gold), tuple(problems)
