"""What all sessions of one server share: the knowledge base, the model, and the work under way."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from evals.measured import Part
from ingest.build import Report, build, is_current
from ingest.store import Progress
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.embed import Embedder
from kb.errors import IndexNotReady, KbError, SourceError
from kb.phrases import Sentence
from kb.types import Query
from ui.evaluation.measuring import Measuring
from ui.work import Work

T = TypeVar("T")
MakeEmbedder = Callable[[], Embedder]


@dataclass(slots=True)
class Pages:
    """The pages that `st.navigation` knows, for links from one to another."""

    ask: Any = None
    look_up: Any = None
    library: Any = None
    differences: Any = None
    changes: Any = None
    evaluate: Any = None


class Desk:
    """The knowledge base in `folder`, made from `corpus` where it is missing or stale. Safe for threads.

    `evals` holds question sets and runs, beside the corpus unless given; `measuring` is the run under way.
    """

    def __init__(self, folder: Path, corpus: Path, make_embedder: MakeEmbedder, evals: Path | None = None) -> None:
        self.folder = folder
        self.corpus = corpus
        self.evals = evals or corpus.parent / "evals"
        self.measuring: Measuring | None = None
        self._make_embedder = make_embedder
        self._embedder: Embedder | None = None
        self._base: KnowledgeBase | None = None
        self._opening: Work[Report] | None = None
        self._guard = threading.Lock()
        self._turn = threading.Lock()

    @property
    def base(self) -> KnowledgeBase:
        """The knowledge base, open. Raises IndexNotReady before `opening` has ended well."""
        if self._base is None:
            raise IndexNotReady(Sentence("ui_frame.not-open"))
        return self._base

    def opening(self) -> Work[Report]:
        """The work that opens the knowledge base, and builds it first if need be; started once for all sessions."""
        with self._guard:
            if self._opening is None:
                self._opening = Work(self._open, self._turn)
            return self._opening

    def close_failed(self) -> None:
        """Forget an opening that failed, so that the next `opening` tries again."""
        with self._guard:
            if self._base is None:
                self._opening = None

    def write(self, task: Callable[[Embedder, Progress], T]) -> Work[T]:
        """`task`, at work as soon as the works before it are over."""
        return Work(lambda progress: task(self._model(), progress), self._turn)

    def measure(self, file: Path, part: Part, out: Path) -> None:
        """Begin to ask a question file, into the folder `out`, unless a run is under way."""
        with self._guard:
            if self.measuring is None:
                self.measuring = Measuring(self.base, file, part, out)

    def _model(self) -> Embedder:
        if self._embedder is None:
            self._embedder = self._make_embedder()
        return self._embedder

    def _open(self, progress: Progress) -> Report:
        model = self._model()
        held = self._generation_stands(model)
        report = Report()
        if not held or self._is_stale():
            try:
                report = build(self.corpus, self.folder, model, progress)
            except KbError as exc:
                if not held:
                    raise
                report = replace(report, failed=(Sentence("ui_frame.stale", problem=exc.message),))
        base = KnowledgeBase.open(self.folder, model)
        base.search(Query("second opinion", k=1))  # the first question finds model and indexes loaded
        self._base = base
        return report

    def _generation_stands(self, model: Embedder) -> bool:
        """Whether there is a generation made with this model."""
        try:
            catalog = Catalog(self.folder)
            catalog.generation()
            made_with = catalog.meta("model")
            catalog.close()
        except IndexNotReady:
            return False
        return made_with == model.model_id

    def _is_stale(self) -> bool:
        catalog = Catalog(self.folder)
        try:
            return not is_current(self.corpus, catalog.generation())
        except SourceError:  # no corpus beside the program: what was built answers
            return False
        finally:
            catalog.close()
