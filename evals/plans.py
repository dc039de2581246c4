"""Is the answer from the right plan and year, and from the right page: measured question by question.

A document is wrong when it is a contract of another plan or edition than the one asked about; law and guides belong to
no plan and are not wrong. A page is right when a passage of the right document stands on a gold page, near when it
stands on a gold page or the one before or after it.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.answers import Ratio, says
from evals.bootstrap import Estimate, estimate
from evals.gold import Shelf, find_quote
from evals.plan_questions import Asked
from evals.run import Base, K
from kb.errors import EvalDataError, QueryError
from kb.types import Document, Filters, Hit, Query, Source, Span

MEASURES = (
    "wrong document in first hit or quote",
    "wrong document anywhere shown",
    "near gold page, first 3 hits",
    "near gold page, first hit",
    "gold page, first 3 hits",
    "gold page, first hit",
    "near gold page, quotes",
    "answered",
    "fact shown",
)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One question asked one way, with what came first and the measures that apply (0 or 1)."""

    id: str
    way: str
    split: str
    question: str
    status: str
    hits: tuple[str, ...]
    quotes: tuple[str, ...]
    gold_pages: tuple[int, ...]
    measures: dict[str, float]


@dataclass(frozen=True, slots=True)
class PlanScore:
    """A measure over one group of rows ("chosen", "chosen, test"), with its interval."""

    group: str
    measure: str
    estimate: Estimate


def built(files: Path, folder: Path) -> None:
    """Add the documents of `files` to the knowledge base in `folder`, plan and edition read from them.

    It is the command line that does it: a measure may not reach into the program it measures.
    """
    command = [sys.executable, "-m", "ingest", "add", str(files), "--kb", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EvalDataError(f"{files}: could not be added: {done.stderr.strip().splitlines()[-1:]}")


class Places:
    """The documents of the current generation by doc_id and by file name, with their pages."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._keys: dict[str, str] = {}
        self.sources = shelf.generation().sources
        for key, source in self.sources.items():
            self._keys[source.doc_id] = self._keys[Path(source.path).name] = key

    def source(self, name: str) -> Source:
        """The source of a document. Raises EvalDataError where it is not here."""
        if name not in self._keys:
            raise EvalDataError(f"{name}: no such document in the knowledge base; add it, or choose another --kb")
        return self.sources[self._keys[name]]

    def gold_pages(self, asked: Asked) -> tuple[int, ...]:
        """The gold pages of a question. Raises EvalDataError for a quote that does not stand in the document."""
        self.source(asked.document)
        document = self._shelf.document(self._keys[asked.document])
        pages = set(asked.pages)
        for quote in asked.quotes:
            found = find_quote(quote, document.text)
            if len(found) != 1:
                raise EvalDataError(f"{asked.id}: stands {len(found)} times in {asked.document}: {quote!r}")
            pages |= set(_pages_of(document, found[0]))
        return tuple(sorted(pages))


def _pages_of(document: Document, span: Span) -> range:
    first = max((page.number for page in document.pages if page.start <= span[0]), default=1)
    return range(first, max((page.number for page in document.pages if page.start < span[1]), default=first) + 1)


def measured(base: Base, places: Places, questions: Iterable[Asked]) -> Iterator[PlanRow]:
    """A row for each question, in order. A question that is refused (an unknown plan) counts as one without hits."""
    for asked in questions:
        gold, right = places.gold_pages(asked), places.source(asked.document)
        try:
            answer = base.ask(Query(asked.question, Filters(plan=asked.plan, edition=asked.edition), K))
        except QueryError as exc:
            yield _row(asked, gold, f"rejected: {exc}", (), (), _measures(asked, (), (), (), 0.0))
            continue
        hits, quotes = answer.hits[:K], answer.quotes
        shown = " ".join(f"{q.label} {q.lead_in_text} {q.text}" for q in quotes)
        facts = float(any(says(shown, fact) for fact in asked.facts))
        wrong = tuple(_is_wrong(places.sources[key], right) for key in (h.passage.key for h in hits))
        told = tuple(_is_wrong(places.sources[q.key], right) for q in quotes)
        near = _page_measures(hits, right, gold) | {
            "near gold page, quotes": float(any(_stands(q.doc_id, q.pages, right, gold, 1) for q in quotes))
        }
        yield _row(
            asked,
            gold,
            answer.status,
            tuple(f"{h.passage.doc_id} {h.passage.pages or ''}" for h in hits[:3]),
            tuple(f"{q.doc_id} {q.pages or ''}" for q in quotes),
            _measures(asked, wrong, told, tuple(near.items()), facts, answered=answer.status == "answered"),
        )


def _is_wrong(source: Source, right: Source) -> bool:
    of_plan = source.authority == "contract" and bool(source.plan)
    return of_plan and (source.plan, source.edition) != (right.plan, right.edition)


def _page_measures(hits: Sequence[Hit], right: Source, gold: Sequence[int]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, slack in (("near gold page", 1), ("gold page", 0)):
        on = [_stands(h.passage.doc_id, h.passage.pages, right, gold, slack) for h in hits[:3]]
        found[f"{name}, first 3 hits"], found[f"{name}, first hit"] = float(any(on)), float(on[:1] == [True])
    return found


def _stands(doc_id: str, pages: tuple[int, int] | None, right: Source, gold: Sequence[int], slack: int) -> bool:
    """Whether a passage of the right document stands within `slack` pages of a gold page."""
    if doc_id != right.doc_id or pages is None:
        return False
    return any(pages[0] - slack <= page <= pages[1] + slack for page in gold)


def _measures(
    asked: Asked,
    wrong: Sequence[bool],
    told: Sequence[bool],
    pages: Sequence[tuple[str, float]],
    facts: float,
    answered: bool = False,
) -> dict[str, float]:
    found = {
        "wrong document in first hit or quote": float(any((*wrong[:1], *told[:1]))),
        "wrong document anywhere shown": float(any((*wrong, *told))),
        **{name: 0.0 for name in MEASURES if "page" in name},
        **dict(pages),
        "answered": float(answered),
    }
    return found | ({"fact shown": facts} if asked.facts else {})


def _row(
    asked: Asked,
    gold: tuple[int, ...],
    status: str,
    hits: tuple[str, ...],
    quotes: tuple[str, ...],
    measures: dict[str, float],
) -> PlanRow:
    return PlanRow(asked.id, asked.way, asked.split, asked.question, status, hits, quotes, gold, measures)


def scores(rows: Sequence[PlanRow]) -> tuple[PlanScore, ...]:
    """Every measure over each way of asking, all its questions first, then by split."""
    groups: dict[str, list[PlanRow]] = {}
    for row in rows:
        for name in (row.way, *([f"{row.way}, {row.split}"] if row.split else [])):
            groups.setdefault(name, []).append(row)
    return tuple(
        PlanScore(name, measure, estimate([Ratio(row.measures[measure], 1) for row in members]))
        for name, members in sorted(groups.items())
        for measure in MEASURES
        if all(measure in row.measures for row in members)
    )


def scores_text(found: Sequence[PlanScore]) -> str:
    """A table for people: measure, value, interval, number of questions, by group."""
    lines: list[str] = []
    group = ""
    for score in found:
        if score.group != group:
            group = score.group
            lines += ["", f"{group} ({score.estimate.n})"]
        value, low, high = score.estimate.value, score.estimate.low, score.estimate.high
        lines.append(f"  {score.measure:<38} {_number(value)}  [{_number(low)}, {_number(high)}]")
    return "\n".join(lines).strip()


def _number(value: float | None) -> str:
    return "     " if value is None else f"{value:.3f}"


def score_rows(found: Sequence[PlanScore]) -> list[dict[str, object]]:
    """The scores for JSON."""
    return [asdict(score) for score in found]
