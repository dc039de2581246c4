"""What is said of a contract's editions: where another one answers, and when the quoted one is no longer in force."""

from collections.abc import Mapping, Sequence
from datetime import date

from kb.scope import Scope
from kb.types import Hit, Notice, Reason, Section, Source

_NEEDS_PLAN = "That depends on your plan's contract. Choose your plan, or add its Evidence of Coverage."


def refusal_elsewhere(reason: Reason, within: Scope, hits: Sequence[Hit], sources: Mapping[str, Source]) -> str:
    """The line shown when only another edition, or a contract that was not chosen, speaks of the question.

    `hits` are those of the other documents, best first; the first is named with label and page.
    """
    if reason == "needs_plan":
        return _NEEDS_PLAN
    plan, wanted = within.filters.plan, within.missing or within.filters.edition
    where = f" It stands in {_place(hits[0], sources)}." if hits else ""
    if within.missing:
        speaks = f" What another edition says may not be true of yours.{where}" if hits else ""
        return f"No {wanted} edition of {plan} is here.{speaks}"
    return f"The {wanted} edition of {plan} does not answer that; another edition seems to.{where}"


def _place(hit: Hit, sources: Mapping[str, Source]) -> str:
    """``Title, "Heading", page 12``."""
    passage, source = hit.passage, sources[hit.passage.key]
    heading = passage.label.split(" > ")[-1]
    page = f", page {passage.printed_page or passage.pages[0]}" if passage.pages else ""
    under = f", \u201c{heading}\u201d" if heading != source.title else ""
    return f"{source.title}{under}{page}"


def edition_notices(
    within: Scope, sections: Sequence[Section], sources: Mapping[str, Source], today: date
) -> tuple[Notice, ...]:
    """That two plans were meant, and that an edition quoted is of a time that is over."""
    found: list[Notice] = []
    if within.named_plan:
        found.append(
            Notice(
                "choose_plan",
                f"You chose {within.filters.plan}, and the question names {within.named_plan}: no plan's contract is "
                "quoted. Choose the one that you mean.",
            )
        )
    quoted = {quote.key for section in sections for quote in section.quotes if quote.authority == "contract"}
    for source in (sources[key] for key in sorted(quoted)):
        if source.effective_to and source.effective_to < today:
            text = (
                f"The {source.edition} edition of {source.plan} was in force until {source.effective_to.isoformat()}."
            )
            found.append(Notice("older_edition", f"{text} It may not be true of care after that day."))
    return tuple(found)
