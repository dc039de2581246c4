"""What is said of a contract's editions: where another one answers, and when the quoted one is no longer in force."""

from collections.abc import Mapping, Sequence
from datetime import date

from kb.phrases import Language, phrase
from kb.scope import Scope
from kb.types import Hit, Notice, Reason, Section, Source


def refusal_elsewhere(
    reason: Reason, within: Scope, hits: Sequence[Hit], sources: Mapping[str, Source], language: Language = "en"
) -> str:
    """The line shown when only another edition, or a contract that was not chosen, speaks of the question.

    `hits` are those of the other documents, best first; the first is named with label and page.
    """
    if reason == "needs_plan":
        return phrase("editions.needs_plan", language)
    plan, wanted = within.filters.plan, within.missing or within.filters.edition
    where = [phrase("editions.where", language, place=_place(hits[0], sources, language))] if hits else []
    if within.missing:
        differs = [phrase("editions.other_may_differ", language)] if hits else []
        return " ".join([phrase("editions.none_here", language, edition=wanted, plan=plan), *differs, *where])
    return " ".join([phrase("editions.other_answers", language, edition=wanted, plan=plan), *where])


def _place(hit: Hit, sources: Mapping[str, Source], language: Language) -> str:
    """``Title, "Heading", page 12``."""
    passage, source = hit.passage, sources[hit.passage.key]
    heading = passage.label.split(" > ")[-1]
    page = phrase("answer.page", language, page=passage.printed_page or passage.pages[0]) if passage.pages else ""
    under = f", \u201c{heading}\u201d" if heading != source.title else ""
    return f"{source.title}{under}{page}"


def edition_notices(
    within: Scope,
    sections: Sequence[Section],
    sources: Mapping[str, Source],
    today: date,
    language: Language = "en",
) -> tuple[Notice, ...]:
    """That two plans were meant, and that an edition quoted is of a time that is over."""
    found: list[Notice] = []
    if within.named_plan:
        text = phrase("editions.two_plans", language, plan=within.filters.plan, named=within.named_plan)
        found.append(Notice("choose_plan", text))
    quoted = {quote.key for section in sections for quote in section.quotes if quote.authority == "contract"}
    for source in (sources[key] for key in sorted(quoted)):
        if source.effective_to and source.effective_to < today:
            day = source.effective_to.isoformat()
            text = phrase("editions.over", language, edition=source.edition, plan=source.plan, day=day)
            found.append(Notice("older_edition", text))
    return tuple(found)
