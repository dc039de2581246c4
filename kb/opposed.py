"""Which statements contradict each other: the same thing spoken of, and values that cannot both hold.

Compared are sentences on the same matter, for the same kind of plan, equally urgent, on the same side of the service.
Never compared are two editions or two plans, a sample contract and a guide, and two figures of one document (a rule
and its exception stand side by side there). A contract that gives the member more than the law's least is no conflict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from kb.matters import Actor
from kb.quantities import Quantity, days, likeness
from kb.statements import Statement
from kb.types import AUTHORITIES, Authority, Source


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with the source that it stands in."""

    statement: Statement
    source: Source

    @property
    def rank(self) -> int:
        """The place of the source in the order of ranks, 0 for law."""
        return AUTHORITIES.index(self.source.authority)


def pairs(said: Sequence[Said]) -> list[tuple[Said, Said]]:
    """All pairs that differ, the higher rank first; of equal ranks in the order given."""
    by_matter: dict[tuple[str, bool], list[Said]] = {}
    for s in said:
        by_matter.setdefault((s.statement.matter.id, s.statement.urgent), []).append(s)
    return [
        (a, b) if a.rank <= b.rank else (b, a)
        for group in by_matter.values()
        for a, b in combinations(group, 2)
        if _may_meet(a, b) and _differ(*((a, b) if a.rank <= b.rank else (b, a)))
    ]


def _may_meet(a: Said, b: Said) -> bool:
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


def _differ(first: Said, second: Said) -> bool:
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
