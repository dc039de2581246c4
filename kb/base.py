"""The knowledge base, opened for questions: the one object that the doors hold."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar

from kb import answer as compose
from kb.asked import Asked
from kb.asked import asked as asked_of
from kb.catalog import Catalog, Generation, Made
from kb.conflicts import Differ
from kb.dense import SEAL, DenseIndex
from kb.editions import edition_notices, refusal_elsewhere
from kb.embed import Embedder, MiniLm
from kb.embedded import Embedded
from kb.errors import IndexNotReady, QueryError
from kb.evidence import Evidence, evidence, has_all_words, strangeness
from kb.for_plan import for_plan
from kb.guidance import Guide, with_guidance
from kb.law import Law
from kb.lead import lead
from kb.lexical import LexicalIndex, stems
from kb.parts import merged
from kb.phrases import Sentence, phrase
from kb.scope import Scope
from kb.search import Engines, Found, only_citations, search
from kb.support import THRESHOLD, Signs, is_refused, is_sure, signs
from kb.types import Answer, Hit, Notice, Query, Reason, Section, Status
from kb.understand import parts
from kb.weights import Weights

MAX_QUESTION = 20_000
"""Characters of a question; a longer one is refused with a message."""

_TRIES = 30
"""Times that a question is asked anew where its generation is collected meanwhile; each takes two publications."""

T = TypeVar("T")

_READ = 30
"""Passages that are read sentence by sentence for an answer."""

_POOL = 100
"""Passages ranked for a question; the most that a caller may ask for."""


class KnowledgeBase:
    """Answers questions from one folder. Threads may share it; it follows the current generation by itself."""

    def __init__(self, folder: Path, embedder: Embedder | None = None, weights: Weights | None = None) -> None:
        self.folder = folder
        self.catalog = Catalog(folder)
        self.law = Law(self.catalog)
        self._embedder = embedder or MiniLm()
        self._embedded = Embedded(self.catalog, self._embedder)
        self._differ = Differ(self.catalog)
        self._guide = Guide(self._differ)
        self._weights = weights or Weights()
        self._turn = threading.Condition()
        self._users = 0
        self._engines: tuple[tuple[int, Made], Engines] | None = None

    @classmethod
    def open(cls, folder: Path, embedder: Embedder | None = None, weights: Weights | None = None) -> "KnowledgeBase":
        """The knowledge base in `folder`. Raises IndexNotReady where there is none, or one of another model."""
        base = cls(folder, embedder, weights)
        base._check_model(base.catalog.generation())
        return base

    def _check_model(self, generation: Generation) -> None:
        built, ours = generation.made.model, self._embedder.model_id
        if built != ours:
            raise IndexNotReady(
                f"{self.folder} was built with {built}, this program has {ours}: build again with "
                f"`python -m ingest build --kb {self.folder}`, or start the program anew if it was changed"
            )

    def _steadily(self, work: Callable[[Generation], T]) -> T:
        """What `work` gives for the current generation, read from one state of the catalog.

        Done again where that generation was collected meanwhile: its rows may have been lacking.
        """
        for _ in range(_TRIES):
            failure: IndexNotReady | None = None
            with self.catalog.snapshot():
                generation = self.catalog.generation()
                self._check_model(generation)
                try:
                    result = work(generation)
                except IndexNotReady as exc:
                    failure = exc
            if self.catalog.stands(generation.id):
                if failure is not None:
                    raise failure
                return result
        raise IndexNotReady(f"{self.folder} changes faster than questions are answered: ask again in a while")

    def settings(self) -> dict[str, str]:
        """What a score depends on: model, generation, weights and threshold."""
        return {
            "model": self._embedder.model_id,
            "generation": str(self.catalog.generation().id),
            "weights": str(self._weights),
            "threshold": str(THRESHOLD),
        }

    @contextmanager
    def engines(self, generation: Generation) -> Iterator[Engines]:
        """The indexes of `generation`, for as long as the context lasts.

        They are opened again when the generation changed, since another process may have written; that waits for
        the questions that still use the old ones.
        """
        with self._turn:
            if self._engines is not None and self._engines[0] != (generation.id, generation.made):
                self._turn.wait_for(lambda: self._users == 0)
            engines = self._open_engines(generation)
            self._users += 1
        try:
            yield engines
        finally:
            with self._turn:
                self._users -= 1
                self._turn.notify_all()

    def _open_engines(self, generation: Generation) -> Engines:
        if self._engines is not None and self._engines[0] == (generation.id, generation.made):
            return self._engines[1]
        if self._engines is not None:
            self._engines[1].dense.close()
            self._engines = None
        name = generation.made.dense
        dense = DenseIndex(self.folder, self._embedder.model_id, name=name, seal=self.catalog.meta(SEAL + name))
        lexical = LexicalIndex(self.folder, name=generation.made.lexical)
        opened = Engines(self.catalog, self.law, dense, lexical, self._embedder, self._embedded)
        self._engines = ((generation.id, generation.made), opened)
        return opened

    def search(self, query: Query) -> tuple[Hit, ...]:
        """The best passages for a query among all documents that its filters admit, contracts included."""
        query = _checked(query)
        if not query.text.strip():
            raise QueryError("the query is empty: type some words or a citation")
        return self._steadily(lambda generation: self._search(query, generation))

    def _search(self, query: Query, generation: Generation) -> tuple[Hit, ...]:
        asked = asked_of(query, generation, time.monotonic())
        within = asked.within
        keys = within.keys if within.filters.plan else (*within.keys, *within.other_contracts)
        with self.engines(generation) as engines:
            return search(engines, asked.words, keys, query.k, self._weights, query.filters.as_of).hits

    def ask(self, query: Query) -> Answer:
        """The answer to a question. Raises QueryError for one that is too long or a filter that nothing fits."""
        begun = time.monotonic()
        query = _checked(query)
        return self._steadily(lambda generation: self._ask(query, generation, begun))

    def _ask(self, query: Query, generation: Generation, begun: float) -> Answer:
        asked = asked_of(query, generation, begun)
        if not stems(query.text, keep_stop_words=True):
            return _abstention(asked, "not_a_question", compose.refusal("not_a_question", (), asked.language))
        with self.engines(generation) as engines:
            answer = self._answer(engines, asked)
            beside = self._guide.beside(
                engines, generation.sources, asked.within, asked.understood, query.circumstances, answer.quotes
            )
        read_as = asked.follow.words if asked.follow else ""
        return replace(with_guidance(answer, beside, asked.language), elapsed_ms=_ms(begun), read_as=read_as)

    def _answer(self, engines: Engines, asked: Asked) -> Answer:
        query, within, sources = asked.query, asked.within, asked.generation.sources
        found = self._found(engines, asked.words, within.keys, within)
        hits = found.hits[: query.k]
        cited = [hit.passage for hit in found.hits if hit.retriever == "citation"]
        missing: tuple[str, ...] = ()
        sure = True
        if only_citations(query.text):
            sections = compose.cited_sections(engines, cited, sources) if cited else ()
        else:
            (sections, sure), missing = self._of_parts(engines, found, asked)
        if sections:
            told = (
                lead(self._differ, sections, asked.understood, asked.language)
                if sure
                else compose.lead(sections, asked.language)  # it only points to the place
            )
            words = " ".join([*compose.lost_citations(found.cited, hits, asked.language), told])
            notes = compose.notices(
                sections,
                sources,
                asked.urgent,
                (*asked.read_as, *edition_notices(within, sections, sources, date.today(), asked.language)),
                asked.language,
            )
            lost = [Notice("missing_part", phrase("guidance.missing_part", asked.language, words=w)) for w in missing]
            doubt = [] if sure else [Notice("unsure", phrase("answer.unsure", asked.language))]
            notes = (*notes[:-1], *doubt, *lost, *notes[-1:])
            quotes = [quote for section in sections for quote in section.quotes]
            differ = self._differ.between(quotes, asked.language)
            status: Status = "partial" if missing else "answered"
            return Answer(query.text, status, None, words, sections, notes, hits, _ms(asked.begun), differ)
        reason, elsewhere = self._reason(engines, asked)
        if reason == "not_in_documents":
            return _abstention(asked, reason, compose.refusal(reason, found.cited, asked.language), hits)
        text = refusal_elsewhere(reason, within, elsewhere, sources, asked.language)
        return _abstention(asked, reason, text, elsewhere[: query.k])

    def _found(self, engines: Engines, words: str, keys: Sequence[str], within: Scope) -> Found:
        return search(engines, words, keys, _POOL, self._weights, within.filters.as_of)

    def _of_parts(self, engines: Engines, found: Found, asked: Asked) -> tuple["_Quoted", tuple[str, ...]]:
        """The quotes for all parts of a question, and the words of those parts for which there are none.

        Where no part has an answer by itself the question is taken as one.
        """
        several = parts(asked.words)
        if len(several) > 1:
            answers: list[_Quoted] = []
            for part in several:
                of_part = self._found(engines, part.asked, asked.within.keys, asked.within)
                answers.append(self._sections(engines, of_part, asked))
            there = [one for one in answers if one.sections]
            if there:
                lost = tuple(part.words for part, one in zip(several, answers, strict=True) if not one.sections)
                return _Quoted(merged([one.sections for one in there]), all(one.sure for one in there)), lost
        return self._sections(engines, found, asked), ()

    def _sections(self, engines: Engines, found: Found, asked: Asked) -> "_Quoted":
        """The quotes of an answer; none where the evidence is too weak."""
        (weighed, gathered), is_cited = self.weigh(engines, found), any(c.label for c in found.cited)
        if is_refused(weighed) and not is_cited:
            return _Quoted((), False)
        sources = asked.generation.sources
        fitting = for_plan(engines, gathered, asked.understood.plan_type, sources)
        return _Quoted(compose.sections(engines, fitting, sources), is_cited or is_sure(weighed))

    def weigh(self, engines: Engines, found: Found) -> tuple[Signs, Sequence[Evidence]]:
        """The evidence in what was found, strongest first, and the signs of whether it answers."""
        gathered = evidence(engines, found, found.hits[:_READ], self._weights.sentence)
        whole = has_all_words(engines, found, gathered)
        return signs(gathered, strangeness(engines, found), found.late, whole), gathered

    def _reason(self, engines: Engines, asked: Asked) -> tuple[Reason, tuple[Hit, ...]]:
        """Why nothing is answered, and where another edition of the chosen plan would.

        Of a plan that was not chosen nothing is shown.
        """
        within = asked.within
        if within.other_editions:
            found = self._found(engines, within.words, within.other_editions, within)
            if within.missing or self._is_answered(engines, found):
                return "other_edition", found.hits
        if within.other_contracts and not within.filters.plan:
            found = self._found(engines, within.words, within.other_contracts, within)
            if self._is_answered(engines, found):
                return "needs_plan", ()
        return "not_in_documents", ()

    def _is_answered(self, engines: Engines, found: Found) -> bool:
        return not is_refused(self.weigh(engines, found)[0])


class _Quoted(NamedTuple):
    """The quotes for a question, and whether they are likely enough to answer it."""

    sections: tuple[Section, ...]
    sure: bool


def _abstention(asked: Asked, reason: Reason, text: str, hits: tuple[Hit, ...] = ()) -> Answer:
    notes = compose.notices(
        (),
        asked.generation.sources,
        asked.urgent,
        (*asked.read_as, *edition_notices(asked.within, (), {}, date.today(), asked.language)),
        asked.language,
    )
    return Answer(
        asked.query.text, "abstained", reason, text, (), notes, hits, _ms(asked.begun), language=asked.language
    )


def _checked(query: Query) -> Query:
    """The query with halves of characters replaced. Raises QueryError for a question that is too long."""
    for key, words in (("scope.too_long", query.text), ("scope.too_long_before", query.after)):
        if len(words) > MAX_QUESTION:
            raise QueryError(Sentence(key, number=f"{len(words):,}", limit=f"{MAX_QUESTION:,}"))
    text, after = (words.encode("utf-8", "replace").decode("utf-8") for words in (query.text, query.after))
    return replace(query, text=text, after=after)


def _ms(begun: float) -> float:
    return round((time.monotonic() - begun) * 1000, 1)
