"""A row of a run: one question asked, with what was shown, found and scored; written as one JSON line.

A row's measures are ``[top, bottom]``: the score of a set of rows is the sum of tops over the sum of bottoms.
null: the measure does not apply to the question; bottom 0: it applies, with nothing to count.
"""

import json
from dataclasses import asdict, dataclass

from evals.answers import Ratio
from evals.gold import Gold
from evals.jsonl import Record
from kb.types import Span


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote that was shown, without its words: they stand at its span."""

    doc_id: str
    span: Span
    authority: str
    label: str


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found; its rank is its place in the row."""

    doc_id: str
    span: Span
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Row:
    """A question asked. Quotes in the order shown, hits best first, gold as placed (see `Problem` for the rest)."""

    id: str
    question: str
    kind: str
    split: str
    answerable: bool
    status: str
    reason: str | None
    quotes: tuple[Quoted, ...]
    hits: tuple[Found, ...]
    notices: tuple[str, ...]
    gold: tuple[Gold, ...]
    scores: dict[str, Ratio | None]
    elapsed_ms: float


def row_line(row: Row) -> str:
    """One JSON line: `row_of` reads it back."""
    members = asdict(row)
    del members["scores"]
    members["measures"] = {
        name: None if ratio is None else [float(ratio.top), float(ratio.bottom)] for name, ratio in row.scores.items()
    }
    return json.dumps(members, ensure_ascii=False, allow_nan=False)


def row_of(record: Record) -> Row:
    """The Row that `row_line` wrote."""
    measures = record.record("measures")
    return Row(
        id=record.text("id"),
        question=record.text("question"),
        kind=record.text("kind"),
        split=record.text("split", ""),
        answerable=record.flag("answerable"),
        status=record.text("status"),
        reason=record.text("reason", "") or None,
        quotes=tuple(
            Quoted(one.text("doc_id"), one.span("span"), one.text("authority"), one.text("label", ""))
            for one in record.records("quotes")
        ),
        hits=tuple(
            Found(one.text("doc_id"), one.span("span"), one.text("label", ""), one.number("score"))
            for one in record.records("hits")
        ),
        notices=record.texts("notices"),
        gold=tuple(
            Gold(one.text("doc_id"), one.span("span"), one.whole("relevance")) for one in record.records("gold")
        ),
        scores={name: _ratio(measures.pair(name)) for name in measures.members},
        elapsed_ms=record.number("elapsed_ms"),
    )


def _ratio(pair: tuple[float, float] | None) -> Ratio | None:
    return None if pair is None else Ratio(*pair)
