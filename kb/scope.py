"""Which documents may answer a question: plan, edition, rank and date. What is out of scope is never searched."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.catalog import Generation
from kb.errors import QueryError
from kb.labels import find_citations
from kb.named import Period, named_periods, named_plans, without_names
from kb.phrases import Sentence
from kb.types import Filters, Source


@dataclass(frozen=True, slots=True)
class Scope:
    """The document versions that may answer, and those that only another edition, or a chosen plan, would open.

    `filters` are the caller's, completed by what the question itself says. All keys are ``doc_id@version``. Where the
    question speaks of a year or date that no edition of the plan covers, `missing` holds its words, and nothing may
    answer but law that the question cites. Where it names another plan than the chosen one, `named_plan` is that plan,
    and no contract that belongs to a plan may answer. `words` is the question without the plan and
    year that it names, as the passages of other editions are ranked by it.
    """

    filters: Filters
    keys: tuple[str, ...]
    other_editions: tuple[str, ...]
    other_contracts: tuple[str, ...]
    missing: str = ""
    named_plan: str = ""
    words: str = ""


def plans(sources: Iterable[Source]) -> dict[str, tuple[str, ...]]:
    """Plan name -> its editions in order, of the contracts among `sources` that name their plan."""
    found: dict[str, set[str]] = {}
    for source in sources:
        if source.authority == "contract" and source.plan:
            found.setdefault(source.plan, set()).add(source.edition)
    return {plan: tuple(sorted(editions)) for plan, editions in sorted(found.items())}


def scope(generation: Generation, filters: Filters, question: str, today: date) -> Scope:
    """The scope of `question` in `generation`.

    No plan chosen and none named in the question: contracts that belong to a plan stay out. The edition is that of
    the year or date in the question, else the chosen one, else the one in force on `as_of` (or `today`), else the
    latest. A year in the question goes before a chosen edition, since it is what the member asks about, and every
    quote says its edition; "this year" does not. A plan in the question does not go before a chosen plan: then
    neither contract answers. Raises QueryError for a chosen plan or edition that no document has.
    """
    sources = generation.sources
    asked = _asked(filters, plans(sources.values()), question, today, list(sources.values()))
    full = asked.filters
    keys, editions, contracts = list[str](), list[str](), list[str]()
    for key, source in sources.items():
        if full.authorities and source.authority not in full.authorities:
            continue
        in_force = _in_force(source, full.as_of)
        of_plan = source.authority == "contract" and bool(source.plan)
        if of_plan and full.plan and source.plan == full.plan and not asked.named_plan:
            in_edition = in_force and not asked.missing and source.edition == full.edition
            (keys if in_edition else editions).append(key)
        elif of_plan:
            if in_force and (full.plan or not full.edition or source.edition == full.edition):
                contracts.append(key)
        elif in_force and (not asked.missing or _cites(question)):
            keys.append(key)
    found = (tuple(keys), tuple(editions), tuple(contracts))
    return Scope(full, *found, asked.missing, asked.named_plan, asked.words or question)


def _cites(question: str) -> bool:
    """Whether the question cites law with its code ("HSC 1383.15"): no year of a contract keeps that back."""
    return any(citation.authority for citation in find_citations(question))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, by the filters and the question together."""

    filters: Filters
    missing: str = ""
    named_plan: str = ""
    words: str = ""


def _asked(
    filters: Filters, known: dict[str, tuple[str, ...]], question: str, today: date, sources: Sequence[Source]
) -> _Asked:
    named = named_plans(question, known)
    plan = plan_named(filters.plan, known) if filters.plan else named[0] if len(named) == 1 else ""
    edition = filters.edition
    if not plan:
        if edition and not any(edition in editions for editions in known.values()):
            raise QueryError(Sentence("scope.no_edition_anywhere", edition=repr(edition), known=_listed(known)))
        return _Asked(replace(filters, plan=""))
    if filters.plan and edition and edition not in known[plan]:
        raise QueryError(no_edition(plan, edition, known))
    of_plan = [source for source in sources if source.plan == plan and source.authority == "contract"]
    day = filters.as_of or today
    in_force = _edition_in_force(of_plan, day)
    other = "" if plan in named or not named else named[0]
    periods = [p for p in named_periods(question, day) if not (p.relative and edition)]
    years = [_edition_of(period, of_plan) for period in periods]
    held = {year for year in years if year}
    missing = next((p.words for p, year in zip(periods, years, strict=True) if year == ""), "") if not held else ""
    if edition and edition not in known[plan] and not held:
        missing = missing or edition
    default = edition if edition in known[plan] else in_force
    chosen = default if not held or default in held else max(held)
    words = "" if other else without_names(question, named, [period.words for period in periods])
    return _Asked(replace(filters, plan=plan, edition=missing or chosen), missing, other, words)


def _edition_of(period: Period, of_plan: Sequence[Source]) -> str | None:
    """The edition of a plan for the days of `period`: "" where none covers them, None where several do.

    A whole year is first the edition that bears it as its name, whatever its days.
    """
    year = str(period.first.year)
    by_name = {source.edition for source in of_plan if year in re.findall(r"\d{4}", source.edition)}
    if len(by_name) == 1 and period.is_year:
        return by_name.pop()
    dated = [source for source in of_plan if source.effective_from or source.effective_to]
    covering = {
        source.edition
        for source in dated
        if (source.effective_from or date.min) <= period.last and period.first <= (source.effective_to or date.max)
    }
    undated = {source.edition for source in of_plan} - {source.edition for source in dated}
    found = covering | (by_name & undated)
    return "" if not found else found.pop() if len(found) == 1 else None


def plan_named(name: str, known: dict[str, tuple[str, ...]]) -> str:
    """The full name of the plan that `name` begins or is, ignoring case. Raises QueryError for none or several."""
    wanted = name.strip().lower()
    exact = [plan for plan in known if plan.lower() == wanted]
    found = exact or [plan for plan in known if plan.lower().startswith(wanted)]
    if len(found) != 1:
        key = "scope.several_plans" if found else "scope.no_plan"
        raise QueryError(Sentence(key, name=repr(name), known=_listed(known)))
    return found[0]


def _edition_in_force(of_plan: Sequence[Source], day: date) -> str:
    dated = [s for s in of_plan if (s.effective_from or s.effective_to) and _in_force(s, day)]
    return max(dated or of_plan, key=lambda s: (s.effective_from or date.min, s.edition)).edition


def _in_force(source: Source, day: date | None) -> bool:
    if day is None or (source.authority == "contract" and not (source.effective_from or source.effective_to)):
        return True
    return not (
        (source.effective_from and day < source.effective_from) or (source.effective_to and day > source.effective_to)
    )


def no_edition(plan: str, edition: str, known: dict[str, tuple[str, ...]]) -> Sentence:
    """That a plan has no such edition, with those that it has."""
    return Sentence("scope.no_edition", plan=plan, edition=repr(edition), known=", ".join(known[plan]))


def _listed(known: dict[str, tuple[str, ...]]) -> str:
    """The plans with their editions."""
    listed = Sentence("scope.none")
    for at, (plan, editions) in enumerate(known.items()):
        named = ", ".join(filter(None, editions))
        one = Sentence("scope.plan", plan=plan, editions=named or Sentence("scope.unnamed"))
        listed = Sentence("scope.and", first=listed, second=one) if at else one
    return listed
