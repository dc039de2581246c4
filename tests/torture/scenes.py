"""What is done to a knowledge base while it is tormented: each move with the state before it, and what answers say."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ingest.read
import ingest.split
from ingest.build import add, build, remove
from ingest.index import embed, index
from ingest.store import At, silent, writing
from ingest.upkeep import collect_garbage, forget_unused_vectors, roll_back
from ingest.upload import items_of
from kb.base import KnowledgeBase
from kb.types import Document, Filters, OutlineEntry, Passage, Query, Source
from tests.corpora import GUIDE, Corpus, standard
from tests.fakes import HashEmbedder

MODEL = "hashed-stems-1"
OTHER_MODEL = "hashed-stems-2"
QUESTIONS = (
    "how fast must they answer an urgent request",
    "number of member services to file a grievance",
    "within how many days may I appeal a denial",
    "when does the clinic on Elm Street open",
    "HSC 9999(b)",
)

Answers = tuple[tuple[object, ...], ...]
"""For each question: status, lead, quotes with their places, and the ids of all passages found."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change: how the knowledge base before it is made, and what is done; `act` is given the step to call.

    `model` is the embedding model of the program that does it, `splitter` whether its readers and splitter are others.
    """

    name: str
    before: Callable[[Corpus, Path], None]
    act: Callable[[Corpus, Path, At], None]
    model: str = MODEL
    splitter: bool = False

    def become_its_program(self) -> None:
        """Make this process the program that does the move."""
        if self.splitter:
            ingest.read.READER_VERSION = "torture"
            ingest.split.TARGET = 60


def passages_of_length(doc_id: str, count: int, word: str = "matter") -> str:
    """A guide with `count` sections, each of a few lines: enough sentences for more than one batch."""
    parts = [
        f"## Part {n}\n\nSentence {n} of {doc_id} speaks of {word} {n * 7}. Line two of it names {n * 11} {word}s."
        for n in range(count)
    ]
    return f"# {doc_id.title()}\n\n" + "\n\n".join(parts) + "\n"


def prepare(folder: Path) -> Corpus:
    """The corpus that every move begins with, in an empty `folder`."""
    folder.mkdir(parents=True)
    corpus = standard(folder)
    corpus.put("long", passages_of_length("long", 36))
    return corpus


def note(corpus: Corpus, hour: str) -> Path:
    """A file to add, beside the corpus."""
    file = corpus.folder.parent / "clinic.txt"
    file.write_text(f"The clinic on Elm Street opens at {hour}.\n", encoding="utf-8")
    return file


def built(corpus: Corpus, folder: Path) -> None:
    """The corpus as it is."""
    build(corpus.folder, folder, HashEmbedder())


def _with_note(corpus: Corpus, folder: Path) -> None:
    built(corpus, folder)
    add(items_of([note(corpus, "noon")]), folder, HashEmbedder())


def _edited(corpus: Corpus) -> None:
    corpus.put("guide", GUIDE.replace("800-555-0100", "800-555-0199"))
    corpus.put("long", passages_of_length("long", 40, "detail"))


def _twice(corpus: Corpus, folder: Path) -> None:
    built(corpus, folder)
    _edited(corpus)
    built(corpus, folder)


def _edit(corpus: Corpus, folder: Path, at: At) -> None:
    _edited(corpus)
    build(corpus.folder, folder, HashEmbedder(), silent, at)


def _rebuild(corpus: Corpus, folder: Path, at: At) -> None:
    """Every document of the corpus changed, one gone, one new."""
    _edited(corpus)
    if (corpus.folder / "plan-2025.md").is_file():  # when done again it is gone
        corpus.drop("plan-2025")
    corpus.rows.pop("plan-2025", None)
    corpus.put("more", "# More\n\nAn interpreter is free of charge.\n")
    corpus.law("(a) A plan shall answer every request.\n\n(b) A plan shall answer an urgent request within 24 hours.\n")
    build(corpus.folder, folder, HashEmbedder(), silent, at)


def _gc(corpus: Corpus, folder: Path, at: At) -> None:
    with writing(folder, HashEmbedder(), create=False, at=at) as store:
        collect_garbage(store, previous=False)
        forget_unused_vectors(store)


def _roll_back(corpus: Corpus, folder: Path, at: At) -> None:
    roll_back(folder, HashEmbedder(), silent, at)


def _by_words(corpus: Corpus, folder: Path) -> None:
    """Law that nothing of is embedded, as a bulk archive leaves it."""
    built(corpus, folder)
    lines = [f"Section {n}: a request for matter {n} shall be answered within {n} hours." for n in range(1, 30)]
    text = "\n".join(lines)
    starts = [text.index(line) for line in lines]
    spans = [(start, start + len(line)) for start, line in zip(starts, lines, strict=True)]
    outline = tuple(OutlineEntry(span, f"XYZ {n}", "", 1) for n, span in enumerate(spans, 1))
    document = Document("xyz", "v", text, (), outline)
    passages = [
        Passage("xyz", "v", span, line, f"XYZ {n}") for n, (span, line) in enumerate(zip(spans, lines, strict=True), 1)
    ]
    with writing(folder, HashEmbedder()) as store:
        source = Source("xyz", "xyz", "", "Code of Matters", "law", origin="upload")
        store.catalog.add_document(source, document, "", passages, lines, words_only=True)
        keys = {*store.catalog.members(store.catalog.current()), document.key}
        index(store, keys, silent)
        store.catalog.publish(keys, "words")


def _nothing(corpus: Corpus, folder: Path) -> None:
    """No knowledge base yet."""


def _first(corpus: Corpus, folder: Path, at: At) -> None:
    build(corpus.folder, folder, HashEmbedder(), silent, at)


def _act_add(corpus: Corpus, folder: Path, at: At) -> None:
    add(items_of([note(corpus, "noon")]), folder, HashEmbedder(), silent, at)


def _act_remove(corpus: Corpus, folder: Path, at: At) -> None:
    remove("guide", folder, HashEmbedder(), at)


def _change_model(corpus: Corpus, folder: Path, at: At) -> None:
    build(corpus.folder, folder, HashEmbedder(OTHER_MODEL), silent, at)


def _embed(corpus: Corpus, folder: Path, at: At) -> None:
    embed(["xyz"], folder, HashEmbedder(), silent, at)


MOVES = (
    Move("first build", _nothing, _first),
    Move("add", built, _act_add),
    Move("edit", built, _edit),
    Move("remove", _with_note, _act_remove),
    Move("full rebuild", _with_note, _rebuild),
    Move("model change", _twice, _change_model, OTHER_MODEL),
    Move("splitter change", built, _first, MODEL, splitter=True),
    Move("gc", _twice, _gc),
    Move("rollback", _twice, _roll_back),
    Move("embed", _by_words, _embed),
)


def answers(base: KnowledgeBase) -> Answers:
    """What the knowledge base says to QUESTIONS. Hits are a set: the rank of equals may depend on rows since gone."""
    return tuple(answer(base, question) for question in QUESTIONS)


def answer(base: KnowledgeBase, question: str) -> tuple[object, ...]:
    """What the knowledge base says to one question."""
    said = base.ask(Query(question, Filters(plan="Blue Harbor Health Plan"), k=400))
    quotes = tuple((q.key, q.label, q.span, q.text) for q in said.quotes)
    return (said.status, said.lead, quotes, frozenset(hit.passage.passage_id for hit in said.hits))


def copy(source: Path, target: Path) -> None:
    """A knowledge base folder, or its absence, once more."""
    if source.is_dir():
        shutil.copytree(source, target)
