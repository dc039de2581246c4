"""The systems compared: each gives places for a question, best first, out of one knowledge base.

All are asked of the same document versions, those that the question's plan and edition leave, so that what differs is
ranking alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from evals.fusion import MODE, LlamaFusion
from evals.measures import Place
from evals.posed import Posed
from kb.base import KnowledgeBase
from kb.embed import Embedder, base_model
from kb.errors import EvalDataError
from kb.lexical import stems
from kb.scope import scope
from kb.search import Engines
from kb.types import Query

Search = Callable[[Posed, int], list[Place]]
"""The `k` best places for a question, best first; what a system does from words to places, embedding included."""

SYSTEMS = {
    "bm25": "our lexical index alone (Tantivy, stemmed)",
    "minilm": "all-MiniLM-L6-v2 as it comes, one vector a passage (LlamaIndex over Chroma)",
    "encoder": "our encoder alone, one vector a passage (Chroma)",
    "llamaindex": f"LlamaIndex QueryFusionRetriever, {MODE}, over BM25 and all-MiniLM-L6-v2",
    "recourse": "Recourse: our trained encoder and BM25 with the lexicon, fused, reordered by word pieces",
}
PEER = "llamaindex-peer"
"""Folder, in a knowledge base's, of the store that LlamaIndex fills for itself."""


def names(text: str) -> tuple[str, ...]:
    """System names out of "bm25,recourse", in that order, each once. Raises EvalDataError for one that is not known."""
    found = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in found if name not in SYSTEMS]
    if unknown or not found:
        raise EvalDataError(f"--systems: {', '.join(unknown) or 'no name'}: choose from {', '.join(SYSTEMS)}")
    return found


@contextmanager
def opened(base: KnowledgeBase, wanted: Sequence[str], peer: Path) -> Iterator[dict[str, Search]]:
    """The systems `wanted` over the current generation of `base`. `peer` is a folder that LlamaIndex may fill."""
    generation = base.catalog.generation()

    def keys(posed: Posed) -> Sequence[str]:
        within = scope(generation, posed.filters, posed.question, date.today())
        return within.keys if within.filters.plan else (*within.keys, *within.other_contracts)

    def recourse(posed: Posed, k: int) -> list[Place]:
        hits = base.search(Query(posed.question, posed.filters, k))
        return [(hit.passage.doc_id, hit.passage.span) for hit in hits]

    with ExitStack() as stack:
        engines = stack.enter_context(base.engines(generation))

        def bm25(posed: Posed, k: int) -> list[Place]:
            return _places(row for row, _ in engines.lexical.search(stems(posed.question), keys(posed), k))

        def encoder(posed: Posed, k: int) -> list[Place]:
            vector = engines.embedder.embed([posed.question])[0]
            return _places(row for row, _ in engines.dense.search(vector, keys(posed), k))

        searches: dict[str, Search] = {"bm25": bm25, "encoder": encoder, "recourse": recourse}
        if "llamaindex" in wanted or "minilm" in wanted:
            fusion = fused(base, engines, peer, base_model())
            searches["minilm"] = lambda posed, k: _places(fusion.vectors_alone(posed.question, keys(posed), k))
            searches["llamaindex"] = lambda posed, k: _places(fusion.search(posed.question, keys(posed), k))
        yield {name: searches[name] for name in wanted}


def fused(base: KnowledgeBase, engines: Engines, folder: Path, embedder: Embedder) -> LlamaFusion:
    """LlamaIndex's fusion over all passages of the current generation that are searched."""
    found = [p for key in base.catalog.generation().sources for p in base.catalog.passages(key) if p.kind == "body"]
    return LlamaFusion(folder, base.catalog, found, embedder, engines.lexical)


def _places(rows: Iterable[str]) -> list[Place]:
    return [place_of(row) for row in rows]


def place_of(passage_id: str) -> Place:
    """The place that a passage id ``doc_id@version:start-end`` names."""
    key, _, span = passage_id.rpartition(":")
    start, _, end = span.partition("-")
    return key.rpartition("@")[0], (int(start), int(end))
