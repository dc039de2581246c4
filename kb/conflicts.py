"""Where sources say different things on one matter: both quoted, which governs and why, and the safe date."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kb.answer import quote_at
from kb.catalog import Catalog
from kb.evidence import lead_in
from kb.gate import gated
from kb.matters import Actor, matters
from kb.opposed import Said, pairs
from kb.phrases import Language, phrase
from kb.quantities import Quantity, words
from kb.statements import Statement, statements
from kb.types import AUTHORITIES, Disagreement, Passage, Quote
from kb.verdicts import safe_value, why

Verdict = Literal["governs", "differs"]

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


class Differ:
    """Finds conflicts in one catalog; keeps what documents say. Safe to share between threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._read = lru_cache(maxsize=_KEPT)(self._statements)
        self._passages = lru_cache(maxsize=_KEPT)(catalog.passages)
        self._section = lru_cache(maxsize=_KEPT * 16)(self._read_section)
        matters()  # reads the patterns now, not in the first answer

    def _statements(self, key: str) -> tuple[Statement, ...]:
        catalog = self._catalog
        return statements(catalog.document(key), catalog.source(key), self._passages(key))

    def said(self, key: str) -> tuple[Statement, ...]:
        """What one document says on all matters, in text order."""
        return self._read(key)

    def in_quote(self, quote: Quote) -> tuple[Statement, ...]:
        """The statements whose sentences stand whole in a quote, in text order."""
        near = (said.statement for said in self._section(quote.key, quote.label))
        return tuple(s for s in near if quote.span[0] <= s.span[0] and s.span[1] <= quote.span[1])

    def passages(self, key: str) -> tuple[Passage, ...]:
        """The passages of one document, kept in memory."""
        return tuple(self._passages(key))

    def conflicts(self, keys: Iterable[str], language: Language = "en") -> tuple[Conflict, ...]:
        """The conflicts among the documents `keys` (``doc_id@version``), by topic, higher ranks first.

        Documents that came out of an archive of law are left out: there are too many of them to read each.
        """
        sources = {key: self._catalog.source(key) for key in dict.fromkeys(keys)}
        said = [
            Said(statement, source)
            for key, source in sources.items()
            if not source.collection
            for statement in self._read(key)
        ]
        return self._grouped(said, language)

    def _grouped(self, said: Sequence[Said], language: Language) -> tuple[Conflict, ...]:
        """One conflict for all pairs of the same two voices with the same two values."""
        homes = Counter((s.statement.passage.key, s.statement.matter.topic) for s in said)
        groups: _Groups = {}
        for pair in pairs(said):
            sides = groups.setdefault(_name(*pair), ([], []))
            for side, one in zip(sides, pair, strict=True):
                if one not in side:
                    side.append(one)
        for side in (side for sides in _joined(groups).values() for side in sides):
            side.sort(
                key=lambda s: (s.rank, -homes[s.statement.passage.key, s.statement.matter.topic], s.statement.span)
            )
        found = [self._conflict(first, second, language) for first, second in groups.values()]
        return tuple(sorted((c for c in found if c is not None), key=_order))

    def _conflict(self, first: Sequence[Said], second: Sequence[Said], language: Language) -> Conflict | None:
        sides = self._side(first, language), self._side(second, language)
        if sides[0] is None or sides[1] is None:
            return None
        matter = first[0].statement.matter
        equal = first[0].rank == second[0].rank
        quantities = [q for said in (first[0], second[0]) for q in said.statement.quantities]
        return Conflict(
            matter.id,
            matter.topic_words(language),
            matter.about(language),
            matter.actor,
            (sides[0], sides[1]),
            "differs" if equal else "governs",
            why(sides[0].quote, sides[1].quote, language),
            safe_value(quantities, language) if matter.actor == "member" and matter.kind == "duration" else "",
        )

    def _side(self, said: Sequence[Said], language: Language) -> Side | None:
        quotes = gated([self._quote(s) for s in said], lambda key: self._catalog.document(key).text)
        ordered = sorted(quotes, key=lambda q: (AUTHORITIES.index(q.authority), q.lead_in is not None))
        return Side(ordered[0], _value(said[0], language), tuple(ordered[1:])) if ordered else None

    def _quote(self, said: Said) -> Quote:
        passage, span = said.statement.passage, said.statement.span
        document = self._catalog.document(passage.key)
        return quote_at(document, said.source, passage, span, lead_in(document, span))

    def between(self, quotes: Sequence[Quote], language: Language = "en") -> tuple[Disagreement, ...]:
        """The conflicts among the quotes of one answer.

        Of several quotes that say the same the first stands for all, and two sources differ on a matter once. Only the
        quoted sections are read.
        """
        said: list[Said] = []
        marks: dict[int, int] = {}
        for quote in quotes:
            for s in self._section(quote.key, quote.label):
                if s.statement.span[0] < quote.span[1] and quote.span[0] < s.statement.span[1]:
                    said.append(s)
                    marks.setdefault(id(s), quote.n)
        found: list[Disagreement] = []
        told: set[tuple[object, ...]] = set()
        for first, second in pairs(said):
            at, matter = (marks[id(first)], marks[id(second)]), first.statement.matter.id
            names = {(matter, _value(first), _voice(second), _value(second)), (matter, _voice(first), _voice(second))}
            conflict = None if names & told or at[0] == at[1] else self._conflict([first], [second], language)
            if conflict is not None:
                told |= names
                values = conflict.sides[0].value, conflict.sides[1].value
                found.append(Disagreement(conflict.about, at, values, conflict.verdict, conflict.why, conflict.safe))
        return tuple(found)

    def _read_section(self, key: str, label: str) -> tuple[Said, ...]:
        source, near = self._catalog.source(key), tuple(p for p in self._passages(key) if p.label == label)
        return tuple(Said(s, source) for s in statements(self._catalog.document(key), source, near))


_Name = tuple[str, bool, str, str, str, str]
"""A group: matter, whether urgent, and voice and value of each side."""


def _name(first: Said, second: Said) -> _Name:
    statement = first.statement
    return (statement.matter.id, statement.urgent, _voice(first), _value(first), _voice(second), _value(second))


_Groups = dict[_Name, tuple[list[Said], list[Said]]]


def _joined(groups: _Groups) -> _Groups:
    """The groups, where one says what two would repeat.

    A voice that denies a value and gives its own does both in one of them, and our summary stands behind the law that
    says the same.
    """
    for name in list(groups):
        denies, retells = any(_denies(s) for s in groups[name][0]), name[2] == "digest"
        for other in list(groups):
            same = other != name and other[:2] == name[:2] and other[4:] == name[4:] and name in groups
            if same and ((denies and other[2] == name[2]) or (retells and other[2:4] == ("law", name[3]))):
                first, _ = groups.pop(name)
                groups[other][0].extend(s for s in first if s not in groups[other][0])
    return groups


def _voice(said: Said) -> str:
    """Who speaks: the law and our summaries each with one voice, every contract and guide with its own."""
    return said.source.authority if said.source.authority in ("law", "digest") else said.source.doc_id


def _value(said: Said, language: Language = "en") -> str:
    """The value in words, as it is compared: equal values have equal words."""
    statement = said.statement
    if statement.choice:
        return statement.matter.value_words(statement.choice, language)
    return ", ".join(_bounded(quantity, language) for quantity in statement.quantities)


def _denies(said: Said) -> bool:
    """Whether the first value is one that the source denies."""
    return any(quantity.denied for quantity in said.statement.quantities[:1])


def _bounded(quantity: Quantity, language: Language) -> str:
    value = words(quantity, language)
    if quantity.bound == "at least":
        value = phrase("quantities.at_least", language, value=value)
    return phrase("quantities.not", language, value=value) if quantity.denied else value


def _order(conflict: Conflict) -> tuple[int, int, int, int, str]:
    """By topic and matter as matters.toml has them, then higher ranks first."""
    ids, topics = ([m.id for m in matters()], [m.topic for m in matters()])
    place = ids.index(conflict.matter)
    first, second = (side.quote for side in conflict.sides)
    ranks = AUTHORITIES.index(first.authority), AUTHORITIES.index(second.authority)
    return (topics.index(topics[place]), place, *ranks, second.doc_id)
