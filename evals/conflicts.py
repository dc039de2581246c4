"""How well differences between sources are found: pairs of spans of the corpus against judged pairs.

Gold is one pair a line: {"id", "differs": "yes" | "no" | "unclear", "first", "second": {"doc_id", "quote"}, "governs":
"first" | "second" | "", "safe", "split", "why"}. What stands before "/" in an id names the difference; all pairs of one
difference are of one split and are drawn together for the intervals. A pair counts as found where both of its quotes
are on opposite sides of one conflict. "unclear" pairs count nowhere.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.answers import Ratio
from evals.bootstrap import Estimate, estimate
from evals.gold import Texts, find_quote
from evals.jsonl import Record, read_lines
from kb.conflicts import Conflict
from kb.errors import EvalDataError
from kb.types import Quote, Span

_ANSWERS = ("yes", "no", "unclear")
_FIELDS = ("id", "differs", "first", "second", "governs", "safe", "split", "why")

Place = tuple[str, Span]
"""doc_id and span."""


@dataclass(frozen=True, slots=True)
class GoldPair:
    """One judged pair. `governs`: "first", "second" or "" (neither); `safe`: the safe period in words, or ""."""

    id: str
    differs: str
    first: Place
    second: Place
    governs: str
    safe: str
    split: str

    @property
    def difference(self) -> str:
        """The name of the difference that the pair is one instance of."""
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Found:
    """One pair of quotes that a conflict sets against each other, the governing one first."""

    first: Place
    second: Place
    conflict: Conflict


@dataclass(frozen=True, slots=True)
class Report:
    """The measures of one split by name, and the ids of what was missed and of what was found without reason."""

    split: str
    measures: dict[str, Estimate]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def read_gold(path: Path, texts: Texts) -> tuple[GoldPair, ...]:
    """The judged pairs of a file. Raises EvalDataError for a quote that does not stand exactly once in its document."""
    pairs = tuple(_pair(record, texts) for record in read_lines(path))
    if len({pair.id for pair in pairs}) != len(pairs):
        raise EvalDataError(f"{path}: an id comes twice: give every pair its own")
    return pairs


def _pair(record: Record, texts: Texts) -> GoldPair:
    record.only(_FIELDS)
    differs = record.text("differs")
    if differs not in _ANSWERS:
        raise record.fail(f"differs must be one of {', '.join(_ANSWERS)}, not {differs!r}")
    return GoldPair(
        record.text("id"),
        differs,
        _place(record.record("first"), texts),
        _place(record.record("second"), texts),
        record.text("governs", ""),
        record.text("safe", ""),
        record.text("split"),
    )


def _place(record: Record, texts: Texts) -> Place:
    doc_id, quote = record.text("doc_id"), record.text("quote")
    spans = find_quote(quote, texts.text(doc_id))
    if len(spans) != 1:
        raise record.fail(f"the quote stands {len(spans)} times in {doc_id!r}, not once: correct it")
    return doc_id, spans[0]


def found_pairs(conflicts: Iterable[Conflict]) -> tuple[Found, ...]:
    """Every pair of quotes on opposite sides of one conflict."""
    return tuple(
        Found(_at(a), _at(b), conflict)
        for conflict in conflicts
        for a in conflict.sides[0].quotes
        for b in conflict.sides[1].quotes
    )


def _at(quote: Quote) -> Place:
    return quote.doc_id, quote.span


def report(gold: Sequence[GoldPair], found: Sequence[Found], split: str) -> Report:
    """The measures over the pairs of a split ("dev", "test" or "all")."""
    pairs = [pair for pair in gold if split in ("all", pair.split)]
    hits = {pair.id: _hit(pair, found) for pair in pairs}
    yes, no = ([p for p in pairs if p.differs == answer] for answer in ("yes", "no"))
    caught = [p for p in yes if hits[p.id]]
    return Report(
        split,
        {
            "precision": _by_difference([*caught, *(p for p in no if hits[p.id])], lambda p: p.differs == "yes"),
            "recall": _by_difference(yes, lambda p: hits[p.id] is not None),
            "recall of differences": _any_of_difference(yes, hits),
            "verdict": _by_difference(caught, lambda p: _verdict_is_right(p, hits[p.id])),
            "safe date": _by_difference(caught, lambda p: _safe_is_right(p, hits[p.id])),
        },
        tuple(p.id for p in yes if not hits[p.id]),
        tuple(p.id for p in no if hits[p.id]),
    )


def strict_precision(gold: Sequence[GoldPair], found: Sequence[Found]) -> tuple[Estimate, tuple[Found, ...]]:
    """Precision over all pairs found, by conflict, where a pair that nobody has judged counts as wrong; and those."""
    by_conflict: dict[int, list[str]] = {}
    unjudged = []
    for one in found:
        verdicts = [pair.differs for pair in gold if _meets(pair, one)]
        answer = next((answer for answer in _ANSWERS if answer in verdicts), "")
        if answer != "unclear":
            by_conflict.setdefault(id(one.conflict), []).append(answer)
        if not answer:
            unjudged.append(one)
    ratios = [Ratio(answers.count("yes"), len(answers)) for answers in by_conflict.values()]
    return estimate(ratios), tuple(unjudged)


def _hit(pair: GoldPair, found: Sequence[Found]) -> Found | None:
    return next((one for one in found if _meets(pair, one)), None)


def _meets(pair: GoldPair, one: Found) -> bool:
    straight = _overlap(pair.first, one.first) and _overlap(pair.second, one.second)
    return straight or (_overlap(pair.first, one.second) and _overlap(pair.second, one.first))


def _overlap(a: Place, b: Place) -> bool:
    return a[0] == b[0] and a[1][0] < b[1][1] and b[1][0] < a[1][1]


def _verdict_is_right(pair: GoldPair, one: Found | None) -> bool:
    if one is None or (one.conflict.verdict == "differs") != (pair.governs == ""):
        return False
    return not pair.governs or _overlap(pair.first if pair.governs == "first" else pair.second, one.first)


def _safe_is_right(pair: GoldPair, one: Found | None) -> bool:
    return one is not None and one.conflict.safe == pair.safe


def _by_difference(pairs: Sequence[GoldPair], is_right: Callable[[GoldPair], bool]) -> Estimate:
    """The share of right pairs; the interval draws whole differences."""
    groups: dict[str, list[bool]] = {}
    for pair in pairs:
        groups.setdefault(pair.difference, []).append(is_right(pair))
    return estimate([Ratio(sum(right), len(right)) for right in groups.values()])


def _any_of_difference(pairs: Sequence[GoldPair], hits: dict[str, Found | None]) -> Estimate:
    groups: dict[str, list[bool]] = {}
    for pair in pairs:
        groups.setdefault(pair.difference, []).append(hits[pair.id] is not None)
    return estimate([Ratio(float(any(found)), 1) for found in groups.values()])


def report_text(reports: Sequence[Report], strict: Estimate, unjudged: Sequence[Found]) -> str:
    """The measures as a table, then what was missed, wrong, and found though nobody judged it."""
    lines = [f"{'split':<6}{'measure':<24}{'value':>8}{'low':>8}{'high':>8}{'n':>5}"]
    for one in reports:
        lines += [_row(one.split, name, measure) for name, measure in one.measures.items()]
    lines.append(_row("all", "precision, strict", strict))
    for one in reports:
        lines.append(f"{one.split}: missed {', '.join(one.missed) or 'none'}; wrong {', '.join(one.wrong) or 'none'}")
    lines.append(f"found but not judged: {len(unjudged) or 'none'}")
    lines += [f"  {pair.conflict.matter}: {_words(pair.first)} | {_words(pair.second)}" for pair in unjudged]
    return "\n".join(lines)


def _words(place: Place) -> str:
    return f"{place[0]} {place[1][0]}-{place[1][1]}"


def _row(split: str, name: str, measure: Estimate) -> str:
    numbers = "".join(f"{'-' if n is None else f'{n:.3f}':>8}" for n in (measure.value, measure.low, measure.high))
    return f"{split:<6}{name:<24}{numbers}{measure.n:>5}"
