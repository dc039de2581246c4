"""The peer: LlamaIndex's QueryFusionRetriever over MiniLM in Chroma and BM25, by reciprocal rank.

It has all-MiniLM-L6-v2 as it comes, and the same lexical index as this program. Its own BM25 retriever is a package
that is not installed; a class of a few lines gives it our index instead.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kb.catalog import Catalog
from kb.embed import Embedder
from kb.errors import IndexNotReady
from kb.lexical import LexicalIndex, stems
from kb.types import Passage

MODE = "reciprocal_rerank"
_COLLECTION = "passages"


class LlamaFusion:
    """LlamaIndex's fusion over `passages`, in a Chroma folder of its own; the folder is used again where it is filled.

    `lexical` is asked for BM25, and must hold the same passages.
    """

    def __init__(
        self,
        folder: Path,
        catalog: Catalog,
        passages: Sequence[Passage],
        embedder: Embedder,
        lexical: LexicalIndex,
    ) -> None:
        from llama_index.core import VectorStoreIndex
        from llama_index.vector_stores.chroma import ChromaVectorStore

        self._lexical = lexical
        self._nodes = {passage.passage_id: _node(passage) for passage in passages}
        try:
            store = ChromaVectorStore.from_params(
                _COLLECTION,
                persist_dir=str(folder),
                collection_kwargs={
                    "embedding_function": None,
                    "configuration": {"hnsw": {"space": "cosine", "ef_search": 200}},
                },
            )
            self._fill(store, catalog, passages, embedder)
        except IndexNotReady:
            raise
        except Exception as exc:  # chromadb and LlamaIndex raise what they like
            raise IndexNotReady(f"LlamaIndex cannot use {folder} ({exc}): delete that folder and run again") from exc
        self._index: Any = VectorStoreIndex.from_vector_store(store, embed_model=_embedding(embedder))

    def _fill(self, store: Any, catalog: Catalog, passages: Sequence[Passage], embedder: Embedder) -> None:
        held = set(store.client.get(include=[])["ids"])
        lacking = [passage for passage in passages if passage.passage_id not in held]
        for start in range(0, len(lacking), 1000):
            part = lacking[start : start + 1000]
            texts = catalog.embedded_texts([passage.passage_id for passage in part])
            ready = [passage for passage in part if passage.passage_id in texts]
            vectors = embedder.embed([texts[passage.passage_id] for passage in ready])
            if ready:
                store.add([_node(p, vector.tolist()) for p, vector in zip(ready, vectors, strict=True)])

    def vectors_alone(self, question: str, keys: Sequence[str], k: int) -> list[str]:
        """Passage ids, best first, among the document versions `keys`, by their vectors."""
        return [found.node.metadata["id"] for found in self._vectors(keys, k).retrieve(question)]

    def _vectors(self, keys: Sequence[str], k: int) -> Any:
        from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters

        within = MetadataFilters(filters=[MetadataFilter(key="key", value=list(keys), operator=FilterOperator.IN)])
        return self._index.as_retriever(similarity_top_k=k, filters=within)

    def search(self, question: str, keys: Sequence[str], k: int) -> list[str]:
        """Passage ids, best first, among the document versions `keys`, by vectors and words together."""
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever

        retriever = QueryFusionRetriever(
            [self._vectors(keys, k), self._words(keys, k)],
            llm=MockLLM(),
            mode=MODE,
            similarity_top_k=k,
            num_queries=1,
            use_async=False,
        )
        return [found.node.metadata["id"] for found in retriever.retrieve(question)]

    def _words(self, keys: Sequence[str], k: int) -> Any:
        """Our lexical index as a LlamaIndex retriever."""
        from llama_index.core.retrievers import BaseRetriever
        from llama_index.core.schema import NodeWithScore, QueryBundle

        lexical, nodes = self._lexical, self._nodes

        class Words(BaseRetriever):  # type: ignore[misc]
            def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
                found = lexical.search(stems(query_bundle.query_str), keys, k)
                return [NodeWithScore(node=nodes[row], score=score) for row, score in found if row in nodes]

        return Words()


def _node(passage: Passage, vector: list[float] | None = None) -> Any:
    """A LlamaIndex node. Its id stands in the metadata too: fusion tells nodes apart by text and metadata alone."""
    from llama_index.core.schema import TextNode

    metadata = {"id": passage.passage_id, "key": passage.key}
    return TextNode(id_=passage.passage_id, text=passage.text, metadata=metadata, embedding=vector)


def _embedding(embedder: Embedder) -> Any:
    """Our embedding model as LlamaIndex's."""
    from llama_index.core.embeddings import BaseEmbedding

    class Model(BaseEmbedding):  # type: ignore[misc]
        def _get_query_embedding(self, query: str) -> list[float]:
            return list(map(float, embedder.embed([query])[0]))

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_query_embedding(text)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Model(model_name=embedder.model_id)
