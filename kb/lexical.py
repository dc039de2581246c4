"""The lexical index: BM25 over stemmed words in Tantivy, and the same analysis for questions."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb.errors import IndexNotReady
from kb.faults import reported
from kb.segments import damaged_files, unfinished_deletions
from kb.types import Passage

FOLDER = "lexical"

# Function words and the verbs of asking: they say how something is asked, not what. Kept short on purpose:
# "not", "no", "before", "after", "without" carry meaning in law and stay.
STOP_WORDS = frozenset(
    "a an and any anyone are as at be been being but by can could did do does doing for from get gets getting got had "
    "has have having he her hers him his how i if im in into is it its ive just let like may me might my myself of on "
    "or our ours please she should so some such tell than that the their them then there these they this those to too "
    "us was we were what whats when where which while who whom whose why will with would you your yours about really "
    "am dont doesnt didnt cant wont isnt want wants need needs know actually exactly".split()
)


class LexicalIndex:
    """Stemmed words of passages and of their headings, addressed by passage id."""

    def __init__(self, kb_folder: Path, *, create: bool = False, name: str = FOLDER) -> None:
        import tantivy

        self._folder = kb_folder / name
        if not create and not self._folder.is_dir():
            raise IndexNotReady(f"no lexical index in {kb_folder}: run `python -m ingest build --kb {kb_folder}`")
        with self._errors():
            if create:
                self._folder.mkdir(parents=True, exist_ok=True)
            elif not (self._folder / "meta.json").is_file():
                raise FileNotFoundError("its meta.json is missing")
            elif damaged := damaged_files(self._folder):
                raise ValueError(f"the checksum of {damaged[0]} is wrong")
            self._schema: Any = _schema()
            self._index: Any = tantivy.Index(self._schema, path=str(self._folder))

    def _errors(self) -> AbstractContextManager[None]:
        """Errors of Tantivy (ValueError and OSError alike, and panics) come out as IndexNotReady."""
        remedy = "run `python -m ingest rebuild-index lexical`, which makes it again from the catalog"
        return reported("the lexical index", self._folder, remedy)

    def add(self, passages: Sequence[Passage], headings: Sequence[str]) -> None:
        """Add passages with the words of their headings; rows of the same document versions are replaced."""
        import tantivy

        with self._errors():
            writer = self._writer()
            for key in {passage.key for passage in passages}:
                writer.delete_documents_by_term("key", key)
            for passage, heading in zip(passages, headings, strict=True):
                row = {
                    "id": passage.passage_id,
                    "key": passage.key,
                    "body": fold(passage.text),
                    "heading": fold(heading),
                    "digest": row_digest(passage, heading),
                }
                writer.add_document(tantivy.Document.from_dict(row, self._schema))
            writer.commit()
            writer.wait_merging_threads()

    def remove(self, keys: Sequence[str]) -> None:
        """Delete all rows of the document versions `keys`."""
        if not keys:
            return
        with self._errors():
            writer = self._writer()
            for key in keys:
                writer.delete_documents_by_term("key", key)
            writer.commit()
            writer.wait_merging_threads()

    def _writer(self) -> Any:
        """Tantivy's writer, after what one that was killed left: the next deletion would take the same file's name."""
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        for name in unfinished_deletions(self._folder):
            (self._folder / name).unlink(missing_ok=True)
        return writer

    def ids(self) -> set[str]:
        """The passage ids of all rows."""
        return set(self.rows())

    def rows(self) -> dict[str, str]:
        """Passage id -> `row_digest` of what was indexed for it, of all rows."""
        import tantivy

        searcher = self._searcher()
        with self._errors():
            found = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs))
            documents = [searcher.doc(address) for _, address in found.hits]
            return {document.get_first("id"): document.get_first("digest") or "" for document in documents}

    def damaged(self) -> list[str]:
        """Names of the index's files whose content is not what its own checksum says, or that are missing."""
        with self._errors():
            return damaged_files(self._folder)

    def search(self, words: Sequence[str], keys: Sequence[str], k: int) -> list[tuple[str, float]]:
        """The `k` best passages of the document versions `keys`: (passage id, BM25 score), best first.

        `words` are stems as `stems` gives them; a passage needs at least one of them.
        """
        import tantivy

        if not words or not keys or k < 1:
            return []
        should, must = tantivy.Occur.Should, tantivy.Occur.Must
        terms = [
            (should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, name, word), boost))
            for word in dict.fromkeys(words)
            for name, boost in (("body", 1.0), ("heading", 0.5))
        ]
        allowed = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "key", list(keys)), 0.0)
        query = tantivy.Query.boolean_query([(must, tantivy.Query.boolean_query(terms)), (must, allowed)])
        searcher = self._searcher()
        with self._errors():
            found = searcher.search(query, limit=k)
            return [(searcher.doc(address).get_first("id"), float(score)) for score, address in found.hits]

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many passages (of every generation kept) each stem stands, in body or heading."""
        searcher = self._searcher()
        with self._errors():
            return {w: max(searcher.doc_freq("body", w), searcher.doc_freq("heading", w)) for w in set(words)}

    def is_strange(self, word: str) -> bool:
        """Whether a stem stands in no passage, not even (from five letters on) with one slip of the fingers."""
        import tantivy

        searcher = self._searcher()
        with self._errors():
            if searcher.doc_freq("body", word) or searcher.doc_freq("heading", word):
                return False
            near = tantivy.Query.fuzzy_term_query(self._schema, "body", word, distance=1, transposition_cost_one=True)
            return len(word) < 5 or not searcher.search(near, limit=1).hits

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self._searcher().num_docs)

    def _searcher(self) -> Any:
        with self._errors():
            self._index.reload()
            return self._index.searcher()


def row_digest(passage: Passage, heading: str) -> str:
    """SHA-256 of all that is indexed for a passage, in hexadecimal digits."""
    parts = (passage.passage_id, passage.text, heading)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def stems(text: str, *, keep_stop_words: bool = False) -> list[str]:
    """The stemmed words of `text` in order, without stop words, as the index has them."""
    words = _analyzers()[0].analyze(fold(text).replace("'", "").replace("-", " "))
    kept = [word for word in words if keep_stop_words or word not in STOP_WORDS]
    stemmer = _analyzers()[1]
    return [stem for word in kept for stem in stemmer.analyze(word)]


def fold(text: str) -> str:
    """`text` with typographic quotes, hyphens and blanks replaced by plain ones, character for character."""
    return text.translate(_FOLDING)


_FOLDING = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009"), " "),
}


@lru_cache(maxsize=1)
def _analyzers() -> tuple[Any, Any]:
    import tantivy

    split = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    stem = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.stemmer("english"))
    return split.build(), stem.build()


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("digest", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name="en_stem")
    builder.add_text_field("heading", tokenizer_name="en_stem")
    return builder.build()
