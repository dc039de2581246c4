"""Which documents may answer a question: plan, edition, rank and date. What is out of scope is never searched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from kb.catalog import Generation
from kb.errors import QueryError
from kb.types import Filters, Source

_YEAR = re.compile(r"(?<![\d$.,-])(20[2-4]\d)(?![\d%]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Scope:
    """The document versions that may answer, and those that only another edition, or a chosen plan, would open.

    `filters` are the caller's, completed by what the question itself says. All keys are ``doc_id@version``.
    """

    filters: Filters
    keys: tuple[str, ...]
    other_editions: tuple[str, ...]
    other_contracts: tuple[str, ...]


def plans(sources: Iterable[Source]) -> dict[str, tuple[str, ...]]:
    """Plan name -> its editions in order, of the contracts among `sources` that name their plan."""
    found: dict[str, set[str]] = {}
    for source in sources:
        if source.authority == "contract" and source.plan:
            found.setdefault(source.plan, set()).add(source.edition)
    return {plan: tuple(sorted(editions)) for plan, editions in sorted(found.items())}


def scope(generation: Generation, filters: Filters, question: str, today: date) -> Scope:
    """The scope of `question` in `generation`.

    No plan chosen and none named in the question: contracts that belong to a plan stay out. A plan without an
    edition means the edition in force on the date asked about (`as_of`, else `today`), else the latest. Raises
    QueryError for a plan or edition that no document has.
    """
    sources = generation.sources
    full = _completed(filters, plans(sources.values()), question, today, sources.values())
    keys, editions, contracts = list[str](), list[str](), list[str]()
    for key, source in sources.items():
        if full.authorities and source.authority not in full.authorities:
            continue
        if not _in_force(source, full.as_of):
            continue
        if source.authority != "contract" or source.plan == full.plan:
            of_plan = source.authority == "contract" and bool(source.plan)
            in_edition = not of_plan or not full.edition or source.edition == full.edition
            (keys if in_edition else editions).append(key)
        elif full.plan or not full.edition or source.edition == full.edition:
            contracts.append(key)
    return Scope(full, tuple(keys), tuple(editions), tuple(contracts))


def _completed(
    filters: Filters, known: dict[str, tuple[str, ...]], question: str, today: date, sources: Iterable[Source]
) -> Filters:
    plan = _plan(filters.plan, known) if filters.plan else _named_plan(question, known)
    edition = filters.edition
    if not plan:
        if edition and not any(edition in editions for editions in known.values()):
            raise QueryError(f"no contract has edition {edition!r}; known: {_listed(known)}")
        return replace(filters, plan="")
    if edition and edition not in known[plan]:
        raise QueryError(f"{plan} has no edition {edition!r} here; known: {', '.join(known[plan])}")
    if not edition:
        years = [year for year in _YEAR.findall(question) if year in known[plan]]
        edition = years[0] if len(set(years)) == 1 else _edition_in_force(plan, filters.as_of or today, sources)
    return replace(filters, plan=plan, edition=edition)


def _plan(name: str, known: dict[str, tuple[str, ...]]) -> str:
    """The full name of the plan that `name` begins or is, ignoring case."""
    wanted = name.strip().lower()
    exact = [plan for plan in known if plan.lower() == wanted]
    found = exact or [plan for plan in known if plan.lower().startswith(wanted)]
    if len(found) != 1:
        word = "fits several plans" if found else "is not a plan in this knowledge base"
        raise QueryError(f"plan {name!r} {word}; known: {_listed(known)}")
    return found[0]


def _named_plan(question: str, known: dict[str, tuple[str, ...]]) -> str:
    """The one plan whose name stands in the question, else ""."""
    words = question.lower()
    named = [plan for plan in known if _short_name(plan) and _short_name(plan) in words]
    return named[0] if len(named) == 1 else ""


def _short_name(plan: str) -> str:
    """The distinctive beginning of a plan's name: "cedar coast" of "Cedar Coast Health Plan (sample)"."""
    head = re.split(r"\b(?:health|plan|hmo|ppo|insurance|medical)\b|\(", plan.lower())[0].strip()
    return head if len(head.split()) >= 2 or len(head) >= 6 else ""


def _edition_in_force(plan: str, day: date, sources: Iterable[Source]) -> str:
    of_plan = [s for s in sources if s.plan == plan and s.authority == "contract"]
    dated = [s for s in of_plan if (s.effective_from or s.effective_to) and _in_force(s, day)]
    return max(dated or of_plan, key=lambda s: (s.effective_from or date.min, s.edition)).edition


def _in_force(source: Source, day: date | None) -> bool:
    if day is None or (source.authority == "contract" and not (source.effective_from or source.effective_to)):
        return True
    return not (
        (source.effective_from and day < source.effective_from) or (source.effective_to and day > source.effective_to)
    )


def _listed(known: dict[str, tuple[str, ...]]) -> str:
    return (
        "; ".join(f"{plan} ({', '.join(filter(None, editions)) or 'no edition'})" for plan, editions in known.items())
        or "none"
    )
