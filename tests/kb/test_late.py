"""Late interaction, written out piece by piece."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.catalog import Catalog
from kb.catalog_writer import CatalogWriter
from kb.late import Array, Offsets, Tokens, lessened, packed, score, score_within, scores, similarities, unpacked
from tests.fakes import HashEmbedder


def unit(rows: Array) -> Array:
    scaled: Array = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return scaled


@st.composite
def pieces(draw: st.DrawFn, least: int = 0) -> Tokens:
    """Word pieces of a made-up text, in order, one after another."""
    count = draw(st.integers(least, 12))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    vectors = unit(random.standard_normal((count, 16)).astype(np.float32))
    starts = np.cumsum(random.integers(1, 6, count)) if count else np.zeros(0, dtype=np.int64)
    spans: Offsets = np.stack([starts, starts + 1], axis=1).astype(np.int32)
    weights = random.random(count).astype(np.float32) + 0.01
    return Tokens(vectors, spans, weights / max(float(weights.sum()), 1e-9), np.ones(4, dtype=np.float32))


def by_hand(asked: Tokens, there: list[Array]) -> float:
    """The definition: each piece asked finds its nearest; their cosines, weighted."""
    if not there:
        return 0.0
    return sum(
        float(weight) * max(float(np.dot(vector, other)) for other in there)
        for vector, weight in zip(asked.vectors, asked.weights, strict=True)
    )


@given(pieces(), pieces())
def test_the_score_is_that_of_the_definition(asked: Tokens, there: Tokens) -> None:
    cosines = similarities(asked, there.vectors)
    assert cosines.shape == (len(asked.vectors), len(there.vectors))
    assert score(asked, cosines) == pytest.approx(by_hand(asked, list(there.vectors)), abs=1e-5)


@given(pieces(least=1), st.lists(pieces(), max_size=5))
def test_many_passages_score_as_each_alone(asked: Tokens, many: list[Tokens]) -> None:
    alone = [score(asked, similarities(asked, there.vectors)) for there in many]
    assert scores(asked, [there.vectors for there in many]) == pytest.approx(alone, abs=1e-5)


@given(pieces(least=1), pieces(), st.integers(0, 80), st.integers(0, 80))
def test_within_a_stretch_only_its_pieces_count(asked: Tokens, there: Tokens, start: int, end: int) -> None:
    inside = [v for v, (a, b) in zip(there.vectors, there.spans, strict=True) if a < end and b > start]
    found = score_within(asked, similarities(asked, there.vectors), there.spans, start, end)
    assert found == pytest.approx(by_hand(asked, inside), abs=1e-5)


@given(pieces(least=1))
def test_a_text_answers_itself_best(asked: Tokens) -> None:
    assert score(asked, similarities(asked, asked.vectors)) == pytest.approx(1.0, abs=1e-5)


@given(pieces())
def test_what_is_packed_comes_out_nearly_the_same(found: Tokens) -> None:
    vectors, spans = unpacked(*packed(found))
    assert np.array_equal(spans, found.spans)
    assert len(vectors) == len(found.vectors)
    if len(vectors):
        assert float(np.abs(vectors - found.vectors).max()) <= 0.5 / 127 + 1e-6


def test_the_catalog_keeps_pieces_by_text_and_model(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    texts = ["The plan shall answer within 72 hours.", "No fee.", "?"]
    made = dict(zip(texts, embedder.embed_tokens(texts), strict=True))
    writer = CatalogWriter(tmp_path)
    writer.add_tokens("m1", made)
    reader = Catalog(tmp_path)
    kept = reader.tokens("m1", [*texts, "absent"])
    assert kept.keys() == made.keys()
    for text, (vectors, spans) in kept.items():
        assert np.array_equal(spans, made[text].spans)
        assert len(vectors) == len(spans)
    assert reader.tokens("m2", texts) == {}
    reader.close()
    writer.close()


@given(st.text(max_size=60))
def test_the_stand_in_keeps_the_rules_of_an_embedder(text: str) -> None:
    (found,) = HashEmbedder().embed_tokens([text])
    assert len(found.vectors) == len(found.spans) == len(found.weights)
    assert not len(found.weights) or float(found.weights.sum()) == pytest.approx(1.0, abs=1e-5)
    assert all(0 <= a < b <= len(text) for a, b in found.spans)
    assert np.array_equal(found.vector, HashEmbedder().embed([text])[0])


@given(pieces(least=1), st.integers(0, 80), st.floats(0, 1))
def test_lessened_pieces_keep_a_share_and_all_weights_their_sum(asked: Tokens, start: int, share: float) -> None:
    found = lessened(asked, start, share)
    assert float(found.weights.sum()) == pytest.approx(1.0, abs=1e-4)
    before = asked.spans[:, 0] < start
    if before.any():
        expected = np.where(before, 1.0, share) * asked.weights
        assert found.weights == pytest.approx(expected / expected.sum(), abs=1e-4)
    elif share == 0:
        assert np.array_equal(found.weights, asked.weights)
