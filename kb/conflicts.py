"""Where sources say different things on one matter: both quoted, which governs and why, and the safe date.

Compared are sentences on the same matter, for the same kind of plan, equally urgent, on the same side of the service.
Never compared are two editions or two plans, a sample contract and a guide, and two figures of one document (a rule
and its exception stand side by side there). A contract that gives the member more than the law's least is no conflict.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal

from kb.answer import pages_of
from kb.catalog import Catalog
from kb.evidence import lead_in
from kb.gate import gated
from kb.matters import Actor
from kb.quantities import Quantity, days, likeness, words
from kb.statements import Statement, statements
from kb.types import AUTHORITIES, Authority, Document, Passage, Quote, Source
from kb.verdicts import safe_value, why

Verdict = Literal["governs", "differs"]

_NOT = "not "
"""What begins a value that a source denies."""

_KEPT = 64
"""Documents whose statements are kept in memory; what a key names never changes."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one rank, or one contract or guide, says: the clearest quote (n = 0), its value, other places."""

    quote: Quote
    value: str
    also: tuple[Quote, ...] = ()

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quote and the others that say the same."""
        return (self.quote, *self.also)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sides on one matter. With the verdict "governs" the first side does; `why` is one sentence for people.

    `safe` is the earlier date of what the member must do, in words; "" where the plan or an agency must act.
    """

    matter: str
    topic: str
    about: str
    actor: Actor
    sides: tuple[Side, Side]
    verdict: Verdict
    why: str
    safe: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement with the source that it stands in."""

    statement: Statement
    source: Source

    @property
    def rank(self) -> int:
        return AUTHORITIES.index(self.source.authority)


class Differ:
    """Finds conflicts in one catalog; keeps what documents say. Safe to share between threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._read = lru_cache(maxsize=_KEPT)(self._statements)

    def _statements(self, key: str) -> tuple[Statement, ...]:
        catalog = self._catalog
        return statements(catalog.document(key), catalog.source(key), catalog.passages(key))

    def conflicts(self, keys: Iterable[str]) -> tuple[Conflict, ...]:
        """The conflicts among the documents `keys` (``doc_id@version``), by topic, higher ranks first.

        Documents that came out of an archive of law are left out: there are too many of them to read each.
        """
        sources = {key: self._catalog.source(key) for key in dict.fromkeys(keys)}
        said = [
            _Said(statement, source)
            for key, source in sources.items()
            if not source.collection
            for statement in self._read(key)
        ]
        return self._grouped(said)

    def _grouped(self, said: Sequence[_Said]) -> tuple[Conflict, ...]:
        """One conflict for all pairs of the same two voices with the same two values."""
        homes = Counter((s.statement.passage.key, s.statement.matter.topic) for s in said)
        groups: _Groups = {}
        for pair in _pairs(said):
            sides = groups.setdefault(_name(*pair), ([], []))
            for side, one in zip(sides, pair, strict=True):
                if one not in side:
                    side.append(one)
        for side in (side for sides in _without_denials(groups).values() for side in sides):
            side.sort(key=lambda s: (-homes[s.statement.passage.key, s.statement.matter.topic], s.statement.span))
        found = [self._conflict(first, second) for first, second in groups.values()]
        return tuple(sorted((c for c in found if c is not None), key=_order))

    def _conflict(self, first: Sequence[_Said], second: Sequence[_Said]) -> Conflict | None:
        sides = self._side(first), self._side(second)
        if sides[0] is None or sides[1] is None:
            return None
        matter = first[0].statement.matter
        equal = first[0].rank == second[0].rank
        quantities = [q for said in (first[0], second[0]) for q in said.statement.quantities]
        return Conflict(
            matter.id,
            matter.topic,
            matter.about,
            matter.actor,
            (sides[0], sides[1]),
            "differs" if equal else "governs",
            why(sides[0].quote, sides[1].quote),
            safe_value(quantities) if matter.actor == "member" and matter.kind == "duration" else "",
        )

    def _side(self, said: Sequence[_Said]) -> Side | None:
        quotes = gated([self._quote(s) for s in said], lambda key: self._catalog.document(key).text)
        ordered = sorted(quotes, key=lambda q: q.lead_in is not None)
        return Side(ordered[0], _value(said[0]), tuple(ordered[1:])) if ordered else None

    def _quote(self, said: _Said) -> Quote:
        return quote_at(self._catalog.document(said.statement.passage.key), said.source, said.statement)

    def between(self, quotes: Sequence[Quote]) -> tuple[tuple[Conflict, int, int], ...]:
        """The conflicts among the quotes of one answer, each with the marks of its two sides, the governing first.

        Only the quoted sections are read, so it costs some milliseconds.
        """
        said = [(quote.n, s) for quote in quotes for s in self._quoted(quote)]
        by_statement = {id(s.statement): n for n, s in said}
        found: dict[tuple[str, int, int], Conflict] = {}
        for first, second in _pairs([s for _, s in said]):
            marks = by_statement[id(first.statement)], by_statement[id(second.statement)]
            conflict = self._conflict([first], [second])
            if marks[0] != marks[1] and conflict is not None:
                found.setdefault((conflict.matter, *marks), conflict)
        return tuple((conflict, a, b) for (_, a, b), conflict in found.items())

    def _quoted(self, quote: Quote) -> list[_Said]:
        source = self._catalog.source(quote.key)
        near = tuple(p for p in self._passages(quote.key) if p.label == quote.label)
        document = self._catalog.document(quote.key)
        return [
            _Said(s, source)
            for s in _of_section(document, source, near)
            if s.span[0] < quote.span[1] and quote.span[0] < s.span[1]
        ]

    def _passages(self, key: str) -> tuple[Passage, ...]:
        return self._catalog.passages(key)


def _of_section(document: Document, source: Source, passages: tuple[Passage, ...]) -> tuple[Statement, ...]:
    return statements(document, source, passages)


def quote_at(document: Document, source: Source, statement: Statement) -> Quote:
    """The sentence of a statement as a quote, labelled, paged and linked; not yet gated."""
    passage, span = statement.passage, statement.span
    pages, printed = pages_of(document, span)
    lead = lead_in(document, span)
    return Quote(
        n=0,
        doc_id=passage.doc_id,
        version=passage.version,
        title=source.title,
        authority=source.authority,
        label=passage.label,
        span=span,
        text=document.text[slice(*span)],
        pages=pages,
        printed_page=printed,
        url=passage.url or source.url,
        edition=source.edition,
        plan=source.plan,
        sample=source.sample,
        lead_in=lead,
        lead_in_text=document.text[slice(*lead)] if lead else "",
    )


_Name = tuple[str, bool, str, str, str, str]
"""A group: matter, whether urgent, and voice and value of each side."""


def _name(first: _Said, second: _Said) -> _Name:
    statement = first.statement
    return (statement.matter.id, statement.urgent, _voice(first), _value(first), _voice(second), _value(second))


_Groups = dict[_Name, tuple[list[_Said], list[_Said]]]


def _without_denials(groups: _Groups) -> _Groups:
    """The groups, where a voice that denies a value and gives its own does both in one of them."""
    for name in [name for name in groups if name[3].startswith(_NOT)]:
        same = [other for other in groups if other[:3] == name[:3] and other[4:] == name[4:] and other != name]
        if same:
            first, _ = groups.pop(name)
            groups[same[0]][0].extend(s for s in first if s not in groups[same[0]][0])
    return groups


def _pairs(said: Sequence[_Said]) -> list[tuple[_Said, _Said]]:
    """All pairs that differ, the higher rank first; of equal ranks in the order given."""
    by_matter: dict[tuple[str, bool], list[_Said]] = {}
    for s in said:
        by_matter.setdefault((s.statement.matter.id, s.statement.urgent), []).append(s)
    return [
        (a, b) if a.rank <= b.rank else (b, a)
        for group in by_matter.values()
        for a, b in combinations(group, 2)
        if _may_meet(a, b) and _differ(*((a, b) if a.rank <= b.rank else (b, a)))
    ]


def _may_meet(a: _Said, b: _Said) -> bool:
    """Whether two statements speak of the same thing at all: plans, documents, side of the service."""
    first, second = a.statement, b.statement
    if not _same_plans(first.plan, second.plan):
        return False
    if first.passage.key == second.passage.key:
        return bool(first.choice) and a.source.authority in ("guide", "agency") and first.span != second.span
    if not _same_contract(a.source, b.source):
        return False
    sides = {first.phase, second.phase}
    if len(sides) == 1:
        return True
    general, side = (first, second.phase) if not first.phase else (second, first.phase)
    return "" in sides and side not in general.special


def _same_plans(first: str, second: str) -> bool:
    """A sentence that names no plans goes with California's, which the corpus is about, and with no other."""
    return first == second or {first, second} == {"", "california"}


def _same_contract(a: Source, b: Source) -> bool:
    """Whether two different documents may be set against each other."""
    ranks: tuple[Authority, Authority] = (a.authority, b.authority)
    if "contract" not in ranks:
        return True
    if ranks == ("contract", "contract"):
        return False
    contract, other = (a, b) if a.authority == "contract" else (b, a)
    if other.authority in ("law", "digest"):
        return True
    name = contract.plan.split(" ")[0].casefold()
    return not contract.sample and bool(name) and name in other.title.casefold()


def _differ(first: _Said, second: _Said) -> bool:
    """Whether two statements on one thing contradict each other; `first` ranks no lower."""
    a, b = first.statement, second.statement
    if a.choice or b.choice:
        return frozenset((a.choice, b.choice)) in a.matter.opposed
    if a.matter.kind != "duration":
        return not any(likeness(x, y) == "same" for x in a.quantities for y in b.quantities)
    x, y = a.quantities[0], b.quantities[0]
    if x.denied or y.denied:
        return x.denied != y.denied and likeness(x, y) == "same"
    if likeness(x, y) != "differs":
        return a.matter.actor == "agency" and {x.bound, y.bound} == {"at least", "at most"} and not _is_range(x, y)
    return not (second.source.authority == "contract" and _gives_more(a.matter.actor, x, y))


def _is_range(first: Quantity, second: Quantity) -> bool:
    return first.low is not None or second.low is not None


def _gives_more(actor: Actor, law: Quantity, contract: Quantity) -> bool:
    """Whether a contract's period is no worse for the member than the law's: longer to act, or sooner answered."""
    if actor == "member":
        return days(contract)[0] >= days(law)[1]
    return days(contract)[1] <= days(law)[0]


def _voice(said: _Said) -> str:
    """Who speaks: the law and our summaries each with one voice, every contract and guide with its own."""
    return said.source.authority if said.source.authority in ("law", "digest") else said.source.doc_id


def _value(said: _Said) -> str:
    """The value in words, as it is compared: equal values have equal words."""
    statement = said.statement
    if statement.choice:
        return next(choice.label for choice in statement.matter.choices if choice.name == statement.choice)
    return ", ".join(_bounded(quantity) for quantity in statement.quantities)


def _bounded(quantity: Quantity) -> str:
    bound = "at least " if quantity.bound == "at least" else ""
    return f"{_NOT if quantity.denied else ''}{bound}{words(quantity)}"


def _order(conflict: Conflict) -> tuple[str, str, int, int, str]:
    first, second = (side.quote for side in conflict.sides)
    return (
        conflict.topic, conflict.about, AUTHORITIES.index(first.authority), AUTHORITIES.index(second.authority),
        second.doc_id,
    )  # fmt: skip
