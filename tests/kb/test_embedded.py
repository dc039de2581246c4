"""What is embedded while a question is answered: for each asker all of it, whatever others ask meanwhile."""

import random
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import kb.embedded
from kb.catalog import Catalog
from kb.catalog_writer import CatalogWriter
from kb.embedded import AT_ONCE, SENTENCES_AT_ONCE, Embedded
from kb.errors import IndexNotReady
from kb.late import Array, Offsets
from kb.schema import CATALOG_NAME
from tests.fakes import HashEmbedder

TEXTS = [f"Matter {n} shall be answered within {n} hours." for n in range(60)]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[CatalogWriter]:
    made = CatalogWriter(tmp_path)
    yield made
    made.close()


def store(writer: CatalogWriter, texts: list[str]) -> None:
    found = dict(zip(texts, HashEmbedder().embed_tokens(texts), strict=True))
    writer.add_vectors(HashEmbedder().model_id, {text: tokens.vector for text, tokens in found.items()})
    writer.add_tokens(HashEmbedder().token_model_id, found)


def test_threads_that_crowd_each_other_out_get_all_they_ask_for(
    writer: CatalogWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kb.embedded, "_KEPT", 15)  # less than two askers need
    shared, wrong = Embedded(Catalog(tmp_path), HashEmbedder()), list[str]()
    right = dict(zip(TEXTS, HashEmbedder().embed(TEXTS), strict=True))

    def ask(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(60):
                texts = chance.sample(TEXTS, AT_ONCE)
                way = chance.choice((shared.vectors, shared.sentence_vectors, shared.tokens))
                found = way(texts)
                if found.keys() != set(texts):
                    wrong.append(f"{way.__name__}: {len(found)} of {len(texts)}")
                elif way != shared.tokens and any(not np.array_equal(found[t], right[t]) for t in texts):
                    wrong.append(f"{way.__name__}: another's vector")
        except Exception as exc:
            wrong.append(repr(exc))

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_stored_is_not_embedded_and_of_the_rest_only_some(writer: CatalogWriter, tmp_path: Path) -> None:
    store(writer, TEXTS[:3])
    embedder = HashEmbedder()
    embedded = Embedded(Catalog(tmp_path), embedder)
    assert embedded.vectors(TEXTS).keys() == set(TEXTS[: 3 + AT_ONCE])
    assert embedded.sentence_vectors(TEXTS).keys() == set(TEXTS[: 3 + SENTENCES_AT_ONCE])
    assert embedder.texts == TEXTS[3 : 3 + AT_ONCE] + TEXTS[3 : 3 + SENTENCES_AT_ONCE]
    assert embedded.tokens(TEXTS[:9]).keys() == set(TEXTS[:9])
    assert len(embedder.texts) == AT_ONCE + SENTENCES_AT_ONCE, "what was made is kept"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE vector SET vector = zeroblob(1536)",
        "UPDATE vector SET vector = substr(vector, 1, 1534)",
        "UPDATE vector SET vector = substr(vector, 1, 700)",
        "UPDATE vector SET vector = randomblob(1536)",
        "UPDATE token SET vectors = zeroblob(length(vectors))",
        "UPDATE token SET vectors = substr(vectors, 1, 100)",
        "UPDATE token SET spans = zeroblob(length(spans))",
    ],
)
def test_damaged_vectors_and_pieces_are_not_used(writer: CatalogWriter, tmp_path: Path, damage: str) -> None:
    store(writer, TEXTS[:3])
    with sqlite3.connect(tmp_path / CATALOG_NAME) as connection:
        connection.execute(damage)
    connection.close()
    embedded = Embedded(Catalog(tmp_path), HashEmbedder())
    with pytest.raises(IndexNotReady, match=r"3 cached vectors in .* are damaged: run `python -m ingest build --kb"):
        [way(TEXTS) for way in (embedded.vectors, embedded.tokens)]
    reader, model = Catalog(tmp_path), HashEmbedder()
    left = (
        reader.vectors(model.model_id, TEXTS, refuse=False),
        reader.tokens(model.token_model_id, TEXTS, refuse=False),
    )
    assert {} in left


def test_pieces_of_every_length_of_a_real_kind_are_sound(writer: CatalogWriter, tmp_path: Path) -> None:
    """Rounding to signed bytes is no damage; a text without a word has no pieces."""
    texts = ["", "?", "one", *TEXTS]
    store(writer, texts)
    assert Catalog(tmp_path).tokens(HashEmbedder().token_model_id, texts).keys() == set(texts)


def test_what_was_read_of_late_is_not_read_again_and_the_oldest_goes(
    writer: CatalogWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kb.embedded, "_RECENT_PIECES", 5)
    store(writer, TEXTS[:8])
    catalog, read = Catalog(tmp_path), list[list[str]]()
    plain = catalog.tokens

    def noted(model: str, texts: list[str]) -> dict[str, tuple[Array, Offsets]]:
        read.append(list(texts))
        return plain(model, texts)

    monkeypatch.setattr(catalog, "tokens", noted)
    embedded = Embedded(catalog, HashEmbedder())
    first = embedded.tokens(TEXTS[:3])
    again = embedded.tokens([*TEXTS[:3], TEXTS[3]])
    assert all(np.array_equal(first[text][0], again[text][0]) for text in first)
    embedded.tokens(TEXTS[4:8])  # eight by now: the first three are gone
    assert set(embedded.tokens(TEXTS[:8])) == set(TEXTS[:8])
    assert read == [TEXTS[:3], [TEXTS[3]], TEXTS[4:8], TEXTS[:3]]
