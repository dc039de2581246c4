"""One question on its way: how it is read after the one before, what it is asked of, and what must be said first."""

from dataclasses import dataclass, replace
from datetime import date

from kb.catalog import Generation
from kb.circumstances import PlanType
from kb.emergency import emergency_notice, words_of_emergency
from kb.follow import Follow, follow, understand_after
from kb.guidance import language_of
from kb.named import named_periods, named_plans
from kb.phrases import Language, phrase
from kb.scope import Scope, plans, scope
from kb.search import only_citations
from kb.types import Notice, Query
from kb.understand import Understanding, understand

_SHOWN = 160  # characters of the question before that a notice repeats


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it is asked of, and when it began. `words` are searched: the question itself, or the words
    in which it is read after the one before (`follow`)."""

    query: Query
    words: str
    within: Scope
    generation: Generation
    begun: float
    language: Language
    understood: Understanding
    urgent: Notice | None
    follow: Follow | None = None

    @property
    def read_as(self) -> tuple[Notice, ...]:
        """The notice that the question was read as a follow-up, where it was."""
        if self.follow is None:
            return ()
        before = self.follow.before if len(self.follow.before) <= _SHOWN else f"{self.follow.before[:_SHOWN]} \u2026"
        values = {"before": before, "words": self.follow.kept}
        return (Notice("follow_up", phrase("guidance.follow_up", self.language, **values)),)


def asked(query: Query, generation: Generation, begun: float) -> Asked:
    """`query` as it is read. Raises QueryError for a filter that nothing fits."""
    found = follow(query.text, query.after) if query.after else None
    within = _scope(generation, query, found)
    if found is None:
        understood, words = understand(query.text, query.circumstances), query.text
    else:
        understood, words = understand_after(found, query.text, query.circumstances), found.words
    words = _of_plan(words, understood, query)
    if beside := words_of_emergency(query.text):
        words = f"{words} ({beside})"
    language = language_of(understood, query.circumstances)
    urgent = emergency_notice(query.text, language)
    return Asked(query, words, within, generation, begun, language, understood, urgent, found)


_NAMES: dict[PlanType, str] = {"erisa": "ERISA employer plan", "medi-cal": "Medi-Cal", "medicare": "Medicare Advantage"}
"""What the sources call the kinds of plan; commercial plans they mostly do not name."""


def _of_plan(words: str, understood: Understanding, query: Query) -> str:
    """`words` with the chosen kind of plan, where the answer depends on it and they do not name it."""
    name = _NAMES.get(query.circumstances.plan_type, "")
    depends = understood.is_dispute or understood.kind == "how_long"
    if not name or not depends or understand(words).plan_type or only_citations(query.text):
        return words
    return f"{words} ({name})"


def _scope(generation: Generation, query: Query, found: Follow | None) -> Scope:
    """The scope of a question; a follow-up keeps the plan, and the year, that the one before named, unless it names
    others itself."""
    today, filters = date.today(), query.filters
    if found is None:
        return scope(generation, filters, query.text, today)
    known = plans(generation.sources.values())
    before = named_plans(found.before, known)
    if not filters.plan and len(before) == 1 and not named_plans(query.text, known):
        filters = replace(filters, plan=before[0])
    own = named_periods(query.text, filters.as_of or today)
    words = query.text if own else f"{query.text} {found.before}"
    return replace(scope(generation, filters, words, today), words=found.words)
