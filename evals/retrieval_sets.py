"""The data set of a command: its knowledge base, made first where the set brings its passages, and its questions."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evals.gold import Gold, Problem, Texts, resolve
from evals.plan_questions import read_northwind
from evals.plans import Places
from evals.pool import made
from evals.posed import Posed, sample
from evals.questions import read_questions
from evals.sets import DataSet, read_obliqa, read_training
from kb.base import KnowledgeBase
from kb.embed import Embedder
from kb.errors import EvalDataError
from kb.types import Document, Filters, Passage

QUESTIONS = Path("evals/questions/v1.jsonl")
MADE = Path("evals/runs")
"""Below it stand the knowledge bases of data sets that bring their own passages."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is measured: an open knowledge base, the questions, the files that they come from, gold that has no place,
    and for near misses (passage, question, whether it answers)."""

    base: KnowledgeBase
    questions: tuple[Posed, ...]
    files: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()
    told: tuple[tuple[Passage, str, bool], ...] = ()


def task(options: Namespace, embedder: Embedder) -> Task:
    """The task that the options name. Raises EvalDataError where a folder or the questions of a split are missing."""
    found = _BY_NAME[options.dataset](options, embedder)
    if not found.questions:
        raise EvalDataError(f"{options.dataset}: no question is of split {options.split!r}")
    return found


def _training(options: Namespace, embedder: Embedder) -> Task:
    found = read_training(_path(options, "training pairs"), options.split)
    base = _made(options, f"kb-training-{options.split}", found, embedder)
    questions = sample(found.questions, options.limit)
    passages = {(p.doc_id, p.span): p for p in found.pool.passages}
    asked = [(passages[q.gold[0].doc_id, q.gold[0].span], q.question, True) for q in questions]
    chosen = {passage.passage_id for passage, _, _ in asked}
    near = [(found.pool.passages[index], text, False) for index, text in found.near_misses]
    told = (*asked, *(item for item in near if item[0].passage_id in chosen))
    return Task(base, questions, found.files, told=told)


def _obliqa(options: Namespace, embedder: Embedder) -> Task:
    found = read_obliqa(_path(options, "ObliQA_dev.json"), options.split)
    base = _made(options, "kb-obliqa", found, embedder)
    return Task(base, sample(found.questions, options.limit), found.files)


def _made(options: Namespace, name: str, found: DataSet, embedder: Embedder) -> KnowledgeBase:
    from tqdm import tqdm

    folder = options.kb or MADE / name
    with tqdm(desc="embed", unit="", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        made(folder, found.pool, embedder, show)
    return KnowledgeBase.open(folder, embedder)


def _northwind(options: Namespace, embedder: Embedder) -> Task:
    """Each question once, with its plan chosen; gold is every page that its answer cites."""
    base = KnowledgeBase.open(options.kb or Path(".kb"), embedder)
    places = Places(base.catalog)
    of_plan = {Path(s.path).name: s.plan for s in places.sources.values() if s.authority == "contract" and s.plan}
    file = _path(options, "qa/northwind_qa.jsonl") / "qa" / "northwind_qa.jsonl"
    documents = {source.doc_id: base.catalog.document(key) for key, source in places.sources.items()}
    questions = []
    for asked in read_northwind(file, of_plan):
        if asked.way == "chosen" and asked.split == options.split:
            doc_id = places.source(asked.document).doc_id
            gold = tuple(Gold(doc_id, _page(documents[doc_id], page), 2) for page in places.gold_pages(asked))
            questions.append(Posed(asked.id, asked.question, "page", asked.split, gold, Filters(plan=asked.plan)))
    return Task(base, sample(questions, options.limit), (file,))


def _page(document: Document, number: int) -> tuple[int, int]:
    """The span of a page. Raises EvalDataError where the document has no such page."""
    starts = [page.start for page in document.pages if page.number >= number]
    if not any(page.number == number for page in document.pages):
        raise EvalDataError(f"{document.doc_id} has no page {number}: the files are not those of the questions")
    return starts[0], starts[1] if len(starts) > 1 else len(document.text)


def _questions(options: Namespace, embedder: Embedder) -> Task:
    """Our own set: what is answerable, and whose gold stands in the knowledge base."""
    base = KnowledgeBase.open(options.kb or Path(".kb"), embedder)
    texts, file = Texts(base.catalog), options.path or QUESTIONS
    questions, problems = list[Posed](), list[Problem]()
    for q in read_questions([file]):
        if q.split == options.split and q.answerable:
            gold, unplaced = resolve(q, texts)
            problems += unplaced
            if gold and not unplaced:
                filters = Filters(plan=q.plan, edition=q.edition)
                questions.append(Posed(q.id, q.question, q.kind, q.split, gold, filters))
    return Task(base, sample(questions, options.limit), (file,), tuple(problems))


def _path(options: Namespace, holds: str) -> Path:
    path: Path | None = options.path
    if path is None or not path.is_dir():
        raise EvalDataError(f"{options.dataset}: give --path, the folder that holds the {holds}")
    return path


_BY_NAME = {"training": _training, "obliqa": _obliqa, "northwind": _northwind, "questions": _questions}
DATASETS: Iterable[str] = tuple(_BY_NAME)
