"""The question file: JSON lines, one question a line, with its gold, key facts and words that must not be shown.

Fields: id, question, kind, answerable; optional plan, edition, plan_type, gold, key_facts, must_not, split, note.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evals.jsonl import Record, read_lines
from kb.errors import EvalDataError
from kb.types import Span

Split = Literal["", "dev", "test"]
SPLITS: tuple[Split, ...] = ("", "dev", "test")

_FIELDS = frozenset("id question kind answerable plan edition plan_type gold key_facts must_not split note".split())


@dataclass(frozen=True, slots=True)
class GoldItem:
    """Gold as it is written: `quote` or `span` says where (never both), relevance 2 answers, 1 is acceptable."""

    doc_id: str
    relevance: int
    quote: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Each of `key_facts` is a set of alternatives of which one must be shown. "" means not given."""

    id: str
    question: str
    kind: str
    answerable: bool
    plan: str = ""
    edition: str = ""
    plan_type: str = ""
    gold: tuple[GoldItem, ...] = ()
    key_facts: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    split: Split = ""
    note: str = ""


def read_questions(paths: Sequence[Path]) -> tuple[Question, ...]:
    """The questions of all files, in order. Ids are unique across them.

    Raises EvalDataError with file and line for a bad or unknown field, a second use of an id, or a file without
    a question.
    """
    found: dict[str, tuple[str, Question]] = {}
    for path in paths:
        before = len(found)
        for record in read_lines(path):
            question = question_of(record)
            if question.id in found:
                raise record.fail(f"id {question.id!r} was used in {found[question.id][0]}: give it another")
            found[question.id] = (record.where, question)
        if len(found) == before:
            raise EvalDataError(f"{path}: holds no question")
    return tuple(question for _, question in found.values())


def question_of(record: Record) -> Question:
    """The Question of one JSON object. Raises EvalDataError where a field is missing, unknown or of the wrong type."""
    record.only(_FIELDS)
    split = record.text("split", "")
    if split not in SPLITS:
        raise record.fail(f'split must be "dev" or "test", not {split!r}')
    return Question(
        id=record.text("id"),
        question=record.text("question"),
        kind=record.text("kind"),
        answerable=record.flag("answerable"),
        plan=record.text("plan", ""),
        edition=record.text("edition", ""),
        plan_type=record.text("plan_type", ""),
        gold=tuple(_gold_item(item) for item in record.records("gold")),
        key_facts=record.text_lists("key_facts"),
        must_not=record.texts("must_not"),
        split=split,
        note=record.text("note", ""),
    )


def _gold_item(record: Record) -> GoldItem:
    record.only(("doc_id", "span", "quote", "relevance"))
    relevance = record.whole("relevance")
    if relevance not in (1, 2):
        raise record.fail(f"relevance must be 1 (acceptable) or 2 (the answer), not {relevance}")
    if record.has("quote") == record.has("span"):
        raise record.fail("give either quote or span")
    doc_id = record.text("doc_id")
    if record.has("span"):
        return GoldItem(doc_id, relevance, span=record.span("span"))
    return GoldItem(doc_id, relevance, quote=record.text("quote"))


def question_line(question: Question) -> str:
    """One JSON line, fields in the order of the class, without those not given: `question_of` reads it back."""
    row: dict[str, object] = {"id": question.id, "question": question.question, "kind": question.kind}
    row["answerable"] = question.answerable
    row |= {name: getattr(question, name) for name in ("plan", "edition", "plan_type") if getattr(question, name)}
    row["gold"] = [_gold_row(item) for item in question.gold]
    row |= {"key_facts": question.key_facts, "must_not": question.must_not}
    row |= {name: getattr(question, name) for name in ("split", "note") if getattr(question, name)}
    return json.dumps(row, ensure_ascii=False)


def _gold_row(item: GoldItem) -> dict[str, object]:
    place: dict[str, object] = {"quote": item.quote} if item.span is None else {"span": item.span}
    return {"doc_id": item.doc_id, **place, "relevance": item.relevance}


def write_questions(path: Path, questions: Iterable[Question]) -> None:
    """Write a question file. Raises EvalDataError where it exists with other content: a question set is frozen."""
    text = "".join(f"{question_line(question)}\n" for question in questions)
    try:
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise EvalDataError(f"{path} exists and holds other questions: choose another name, or delete it first")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise EvalDataError(f"{path}: cannot be written ({exc}): choose another --out") from exc


def questions_hash(paths: Iterable[Path]) -> str:
    """SHA-256 over the bytes of the files, in the order given: names exactly what was asked."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
