"""What stands beside the quotes of an answer: next steps, whom to call, and what the reader should know or tell us."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.circumstances import Circumstances
from kb.conflicts import Differ
from kb.contacts import Contact, Directory
from kb.phrases import Language, phrase
from kb.scope import Scope
from kb.search import Engines
from kb.steps import Scene, Step, Stepper, numbered_steps
from kb.types import Answer, Notice, Source
from kb.understand import Understanding


@dataclass(frozen=True, slots=True)
class Guidance:
    """Steps, contacts and notices for one question."""

    steps: tuple[Step, ...] = ()
    contacts: tuple[Contact, ...] = ()
    notices: tuple[Notice, ...] = ()


def language_of(asked: Understanding, said: Circumstances) -> Language:
    """The language of our own words: the one that was asked for, else that of the question."""
    return said.language or asked.language


class Guide:
    """Finds what stands beside an answer; keeps what it has read. Threads may share it."""

    def __init__(self, differ: Differ) -> None:
        self._stepper, self._directory = Stepper(differ), Directory(differ)

    def beside(
        self,
        engines: Engines,
        sources: dict[str, Source],
        within: Scope,
        asked: Understanding,
        said: Circumstances,
    ) -> Guidance:
        """What a member can do and whom to call, from the documents in scope.

        Steps are for disputes, or where the member gave a date; whom to call is always there. Archives of law are not
        read for either: they are too large, and hold neither.
        """
        language = language_of(asked, said)
        scene = Scene(engines, sources, tuple(key for key in within.keys if not sources[key].collection))
        contacts = self._directory.contacts(scene, _placed(asked), within.filters.plan, language)
        steps: tuple[Step, ...] = ()
        if asked.is_dispute or said.denial_date or said.grievance_date:
            steps = self._stepper.steps(scene, asked, said, language)
        return Guidance(steps, contacts, tuple(_notices(asked, steps, language)))


def _placed(asked: Understanding) -> Understanding:
    """A member who speaks of another state is not sent to California's offices."""
    return replace(asked, region=asked.state.title()) if asked.state and not asked.region else asked


def _notices(asked: Understanding, steps: Sequence[Step], language: Language) -> list[Notice]:
    found = []
    if asked.state and asked.kind != "whom_to_call":
        state = asked.state.title()
        found.append(Notice("other_state", phrase("guidance.other_state", language, state=state)))
    if asked.tongue not in ("en", "es"):
        found.append(Notice("language", phrase("guidance.languages", language)))
    elif language == "es":
        found.append(Notice("language", phrase("guidance.quotes_in_english", language)))
    if not asked.plan_type and any(step.when == "by" for step in steps):
        found.append(Notice("choose_plan_type", phrase("steps.choose_plan_type", language)))
    return found


def with_guidance(answer: Answer, beside: Guidance, language: Language) -> Answer:
    """The answer with what stands beside it; the marks of the steps' quotes count on from its own."""
    return replace(
        answer,
        notices=(*answer.notices[:-1], *beside.notices, *answer.notices[-1:]),
        steps=numbered_steps(beside.steps, answer.quotes),
        contacts=beside.contacts,
        language=language,
    )
