"""Evidence to the stretches that are quoted: sentences with what belongs to them, lists and subdivisions whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.evidence import LIST_LIMIT, Evidence
from kb.search import Engines
from kb.sentences import ROW
from kb.types import Document, Passage, Span

PER_TIER = 3
WHOLE_LIMIT = 1800
"""Characters of a subdivision of law that is quoted whole."""

_QUOTE_SHARE = 0.9  # of the tier's best score: a further sentence that is weaker is not shown
_BESIDE_SHARE = 0.7
"""Of a quote's own score: what stands beside it and is as strong belongs to it. On the development half this raised key
facts from 0.81 to 0.87 and the right among the quotes from 0.65 to 0.68; a quote grew from 73 words to 102."""

_CORE_SHARE = 0.9
"""Of a quote's own score: a sentence that speaks to the question as its strongest does. On the development half the
strongest was right in two of three quotes where another came within 0.95 of it, and in nine of ten elsewhere."""

BESIDE_LIMIT = 900
"""Characters of a quote with what stands beside it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What becomes one quote: a stretch of one document, with the score of its strongest sentence; `core` are the
    sentences in it that speak most to the question, strongest first."""

    passage: Passage
    span: Span
    lead_in: Span | None
    score: float
    core: tuple[Span, ...] = ()


def units(engines: Engines, ranked: Sequence[Evidence], *, whole: bool) -> list[Unit]:
    """At most three quotes of one tier, strongest first: sentences with what beside them speaks to the question too,
    short lists kept whole.

    With `whole` a sentence comes with the rest of its subdivision where that is short: in law a limit and its exception
    stand side by side.
    """
    least = _QUOTE_SHARE * ranked[0].score
    strong = [e for e in ranked if e.score >= least][:8]
    found: list[Unit] = []
    for e in strong:
        document = engines.catalog.document(e.passage.key)
        unit = _list_unit(document, e, strong) or _with_beside(document, e, ranked)
        if whole:
            unit = _whole_entry(document, unit)
        touching = next((u for u in found if _touches(u, unit)), None)
        if touching is not None:
            span = (min(touching.span[0], unit.span[0]), max(touching.span[1], unit.span[1]))
            found[found.index(touching)] = replace(touching, span=span)
        elif len(found) < PER_TIER and not any(_says_the_same(engines, u, unit) for u in found):
            found.append(unit)
    return [replace(unit, core=_core(unit, ranked)) for unit in found]


def _core(unit: Unit, ranked: Sequence[Evidence]) -> tuple[Span, ...]:
    """The sentences of a unit that are nearly as strong as its strongest, none inside another."""
    core: list[Span] = []
    for e in ranked:
        inside = e.passage.key == unit.passage.key and unit.span[0] <= e.span[0] and e.span[1] <= unit.span[1]
        apart = all(e.span[1] <= start or end <= e.span[0] for start, end in core)
        if inside and apart and e.score >= _CORE_SHARE * unit.score:
            core.append(e.span)
    return tuple(core)


def _with_beside(document: Document, e: Evidence, ranked: Sequence[Evidence]) -> Unit:
    """A sentence with those before and after it in its labelled stretch that speak to the question too, as far as the
    quote stays short; a table row alone."""
    start, end = e.span
    if ROW not in document.text[start:end]:
        near = {
            x.span
            for x in ranked
            if (x.passage.key, x.passage.label, x.lead_in) == (e.passage.key, e.passage.label, e.lead_in)
            and x.score >= _BESIDE_SHARE * e.score
        }
        while beside := next((s for s in near if _extends(s, start, end)), None):
            start, end = min(start, beside[0]), max(end, beside[1])
    return Unit(e.passage, (start, end), e.lead_in, e.score)


def _extends(span: Span, start: int, end: int) -> bool:
    """Whether a span stands right before or behind a stretch, and both together are short."""
    is_beside = 0 <= span[0] - end <= 2 or 0 <= start - span[1] <= 2
    return is_beside and max(end, span[1]) - min(start, span[0]) <= BESIDE_LIMIT


def _whole_entry(document: Document, unit: Unit) -> Unit:
    """The unit with all of the labelled stretch that it stands in, without a heading, where that is short."""
    for entry in document.outline:
        if entry.label == unit.passage.label and entry.span[0] <= unit.span[0] and unit.span[1] <= entry.span[1]:
            start, end = without_heading(document, entry.span)
            words = document.text[start:end].rstrip()
            if start <= unit.span[0] and len(words) <= WHOLE_LIMIT:
                return replace(unit, span=(start, start + len(words)))
    return unit


def _touches(a: Unit, b: Unit) -> bool:
    """Whether two units stand side by side (or overlap) in one labelled stretch, both or neither list items."""
    same = a.passage.key == b.passage.key and a.passage.label == b.passage.label and a.lead_in == b.lead_in
    return same and a.span[0] <= b.span[1] + 2 and b.span[0] <= a.span[1] + 2


def _says_the_same(engines: Engines, a: Unit, b: Unit) -> bool:
    texts = [engines.catalog.document(u.passage.key).text[slice(*u.span)].casefold() for u in (a, b)]
    return texts[0] in texts[1] or texts[1] in texts[0]


def _list_unit(document: Document, e: Evidence, strong: Sequence[Evidence]) -> Unit | None:
    """The whole list that `e` is an item of, when several of its items are strong and it is short; else None."""
    if e.lead_in is None:
        return None
    lists = [
        x for x in document.outline if x.lead_in and x.span[0] <= e.span[0] < x.span[1] and x.lead_in[1] <= e.span[0]
    ]
    around = min(lists, key=lambda x: x.span[1] - x.span[0])
    members = [x for x in strong if x.passage.key == e.passage.key and around.span[0] <= x.span[0] < around.span[1]]
    if len(members) < 2 or ROW in document.text[slice(*e.span)]:
        return None
    start, end = e.lead_in[0], around.span[0] + len(document.text[slice(*around.span)].rstrip())
    return Unit(e.passage, (start, end), None, e.score) if end - start <= LIST_LIMIT else None


def without_heading(document: Document, span: Span) -> Span:
    """`span` without the heading that it may begin with."""
    for entry in document.outline:
        end = entry.span[0] + len(entry.heading)
        if entry.heading and entry.span[0] == span[0] and end < span[1]:
            words = document.text[end : span[1]]
            return (end + len(words) - len(words.lstrip()), span[1])
    return span
