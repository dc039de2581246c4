"""A passage that was changed behind the program's back is refused, not quoted."""

from pathlib import Path

import pytest

from ingest.build import build
from kb.base import KnowledgeBase
from kb.errors import IndexNotReady
from kb.types import Query
from tests.corpora import Corpus
from tests.fakes import HashEmbedder
from tests.ingest.test_faults import statement


def test_a_changed_passage_is_refused(small: Corpus, folder: Path, embedder: HashEmbedder) -> None:
    build(small.folder, folder, embedder)
    statement(folder / "catalog.sqlite3", "UPDATE passage SET text = text || ' and more'")
    with pytest.raises(IndexNotReady, match="is not its document's: move that folder away"):
        KnowledgeBase.open(folder, embedder).ask(Query("how soon must a plan answer a request"))
