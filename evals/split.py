"""Questions assigned to development and test so that no passage, wording or story stands on both sides.

Questions are grouped, and a group goes whole to one side. Grouped are questions
- that share gold (any, that of relevance 2, or only the first of relevance 2): quotes of one document (its editions
  counted as one) with a run of 8 words in common, or a shorter
  quote inside the other; or overlapping spans of one document;
- with the same words, years aside;
- whose notes carry the same word after "group:".

Groups are taken by size, largest first, then by the SHA-256 of their name, and each goes to the side that has fewer
questions so far; where the sides are even the hash decides. So the sides differ by little however large one group is,
unless it is more than half of all questions.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Literal

from evals.answers import fold
from evals.questions import GoldItem, Question, Split

Join = Literal["any", "answers", "first"]

_RUN = 8
"""Words in common that make two quotes one passage: shorter runs are set phrases of the trade."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_GROUP = re.compile(r"\bgroup:\s*([^\s,;()]+)", re.IGNORECASE)


def assign(questions: Sequence[Question], join: Join = "any", seen: Collection[str] = ()) -> tuple[Question, ...]:
    """The questions in their order, each with its split. A split that a question has already is not kept.

    A group that holds an id of `seen`, questions that somebody has looked at while developing, goes to development.
    """
    sides: dict[Split, set[str]] = {"dev": set(), "test": set()}
    found = groups(questions, join)
    for name, members in sorted(found.items(), key=_order):
        if any(question.id in seen for question in members):
            sides["dev"] |= {question.id for question in found.pop(name)}
    for name, members in sorted(found.items(), key=_order):
        dev, test = len(sides["dev"]), len(sides["test"])
        even: Split = "dev" if _digest(name)[0] % 2 == 0 else "test"
        side: Split = even if dev == test else "dev" if dev < test else "test"
        sides[side] |= {question.id for question in members}
    return tuple(replace(question, split="dev" if question.id in sides["dev"] else "test") for question in questions)


def _order(group: tuple[str, tuple[Question, ...]]) -> tuple[int, bytes]:
    return -len(group[1]), _digest(group[0])


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def groups(questions: Sequence[Question], join: Join = "any") -> dict[str, tuple[Question, ...]]:
    """The groups by name, which is the least id in the group; members in the order given."""
    joining = [replace(question, gold=_joining(question, join)) for question in questions]
    parents = {question.id: question.id for question in questions}
    for a, b in _links(joining):
        low, high = sorted((_root(parents, a), _root(parents, b)))
        parents[high] = low
    found: dict[str, tuple[Question, ...]] = {}
    for question in questions:
        name = _root(parents, question.id)
        found[name] = (*found.get(name, ()), question)
    return found


def _joining(question: Question, join: Join) -> tuple[GoldItem, ...]:
    """The gold of a question that joins it to others."""
    if join == "any":
        return question.gold
    answers = tuple(item for item in question.gold if item.relevance >= 2)
    return answers if join == "answers" else answers[:1]


def _root(parents: dict[str, str], name: str) -> str:
    while parents[name] != name:
        name = parents[name]
    return name


def _links(questions: Sequence[Question]) -> Iterable[tuple[str, str]]:
    """Pairs of ids that belong together; every group is connected by them."""
    holders: dict[str, str] = {}
    for question in questions:
        for mark in _marks(question):
            yield holders.setdefault(mark, question.id), question.id
    golds = [(question.id, item, _words(item.quote)) for question in questions for item in question.gold]
    loose = [gold for gold in golds if len(gold[2]) < _RUN]
    for a, first, words in loose:
        for b, second, others in golds:
            if a != b and _same_place(first, second, words, others):
                yield a, b


def _marks(question: Question) -> Iterable[str]:
    """What two questions of one group may have in common word for word."""
    yield f"words {' '.join(_words(_YEAR.sub('', question.question)))}"
    for word in _GROUP.findall(question.note):
        yield f"group {word.casefold().rstrip('.')}"
    for item in question.gold:
        parts = _words(item.quote)
        for start in range(len(parts) - _RUN + 1):
            yield f"gold {_family(item.doc_id)} {' '.join(parts[start : start + _RUN])}"


def _words(text: str) -> list[str]:
    """The words and numbers of a text, folded, without the marks around them."""
    return re.findall(r"[^\W_]+", fold(text))


def _same_place(first: GoldItem, second: GoldItem, words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two spans overlap, or the first quote, of fewer than 8 words, stands inside the second.

    A span and a quote cannot be compared without the document.
    """
    if first.span is not None and second.span is not None:
        overlap = min(first.span[1], second.span[1]) > max(first.span[0], second.span[0])
        return first.doc_id == second.doc_id and overlap
    if first.span is not None or second.span is not None or _family(first.doc_id) != _family(second.doc_id):
        return False
    return f" {' '.join(words)} " in f" {' '.join(others)} "


def _family(doc_id: str) -> str:
    """The doc_id without its year: one name for all editions of a document."""
    return _YEAR.sub("*", doc_id)
