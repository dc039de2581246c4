"""What stands beside the quotes of an answer: next steps, whom to call, and what the reader should know or tell us."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.answer import place
from kb.by_plan import PlanPeriod, by_plan, safe
from kb.circumstances import Circumstances
from kb.conflicts import Differ
from kb.contacts import Contact, Directory
from kb.phrases import Language, phrase
from kb.scope import Scope
from kb.search import Engines
from kb.steps import Scene, Step, Stepper, numbered_steps
from kb.types import Answer, Notice, Quote, Source
from kb.understand import Understanding


@dataclass(frozen=True, slots=True)
class Guidance:
    """Steps, contacts, notices, and what each kind of plan has to keep to, for one question."""

    steps: tuple[Step, ...] = ()
    contacts: tuple[Contact, ...] = ()
    notices: tuple[Notice, ...] = ()
    by_plan: tuple[PlanPeriod, ...] = ()


def language_of(asked: Understanding, said: Circumstances) -> Language:
    """The language of our own words: the one that was asked for, else that of the question."""
    return said.language or asked.language


class Guide:
    """Finds what stands beside an answer; keeps what it has read. Threads may share it."""

    def __init__(self, differ: Differ) -> None:
        self._differ, self._stepper, self._directory = differ, Stepper(differ), Directory(differ)

    def beside(
        self,
        engines: Engines,
        sources: dict[str, Source],
        within: Scope,
        asked: Understanding,
        said: Circumstances,
        quotes: Sequence[Quote],
    ) -> Guidance:
        """What a member can do and whom to call, from the documents in scope, for an answer of these quotes.

        Steps are for disputes, or where the member gave a date; whom to call is always there. Archives of law are not
        read for either: they are too large, and hold neither.
        """
        language = language_of(asked, said)
        scene = Scene(engines, sources, tuple(key for key in within.keys if not sources[key].collection))
        contacts = self._directory.contacts(scene, _placed(asked), within.filters.plan, language)
        steps: tuple[Step, ...] = ()
        if asked.is_dispute or said.denial_date or said.grievance_date:
            steps = self._stepper.steps(scene, asked, said, language)
        periods = by_plan(self._differ, scene, asked, quotes)
        return Guidance(steps, contacts, tuple(_notices(asked, steps, periods, language)), periods)


def _placed(asked: Understanding) -> Understanding:
    """A member who speaks of another state is not sent to California's offices."""
    return replace(asked, region=asked.state.title()) if asked.state and not asked.region else asked


def _notices(
    asked: Understanding, steps: Sequence[Step], periods: Sequence[PlanPeriod], language: Language
) -> list[Notice]:
    found = []
    if asked.state and asked.kind != "whom_to_call":
        state = asked.state.title()
        found.append(Notice("other_state", phrase("guidance.other_state", language, state=state)))
    if asked.tongue not in ("en", "es"):
        found.append(Notice("language", phrase("guidance.languages", language)))
    elif language == "es":
        found.append(Notice("language", phrase("guidance.quotes_in_english", language)))
    if not asked.plan_type and (periods or any(step.when == "by" for step in steps)):
        found.append(Notice("choose_plan_type", _which_plan(periods, language)))
    return found


def _which_plan(periods: Sequence[PlanPeriod], language: Language) -> str:
    """The question for the kind of plan, with the period to keep to until it is answered."""
    asking, shortest = phrase("steps.choose_plan_type", language), safe(periods)
    if shortest is None:
        return asking
    where = place(shortest.quote)
    return f"{asking} {phrase('guidance.safe_period', language, value=shortest.value, place=where)}"


def with_guidance(answer: Answer, beside: Guidance, language: Language) -> Answer:
    """The answer with what stands beside it; the marks of the steps' quotes count on from its own."""
    return replace(
        answer,
        notices=(*answer.notices[:-1], *beside.notices, *answer.notices[-1:]),
        steps=numbered_steps(beside.steps, answer.quotes),
        contacts=beside.contacts,
        by_plan=beside.by_plan,
        language=language,
    )
