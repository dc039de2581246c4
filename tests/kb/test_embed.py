"""The embedding model: unit vectors that do not depend on who is beside whom."""

from pathlib import Path

import numpy as np
import pytest

from ingest.model import ready_model
from kb.embed import DIMENSIONS, MiniLm
from kb.errors import ModelError

TEXTS = ["72 hours", "How long do I have to appeal?", "", "x " * 2000, "\u00e9\U0001f600\u05d0", "a", "No fee."]


@pytest.fixture(scope="module")
def model() -> MiniLm:
    return ready_model()


@pytest.mark.model
def test_vectors_have_unit_length_whatever_the_text(model: MiniLm) -> None:
    vectors = model.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)
    assert model.embed([]).shape == (0, DIMENSIONS)


@pytest.mark.model
def test_a_vector_depends_on_its_text_alone(model: MiniLm) -> None:
    together = model.embed(TEXTS * 6)
    for number, text in enumerate(TEXTS):
        alone = model.embed([text])[0]
        assert together[number :: len(TEXTS)] == pytest.approx(np.tile(alone, (6, 1)), abs=1e-4)


@pytest.mark.model
def test_texts_of_one_meaning_are_nearer_than_others(model: MiniLm) -> None:
    asked, near, far = model.embed(
        ["who pays for the doctor", "the plan must cover the physician's costs", "The clinic closes at noon."]
    )
    assert asked @ near > asked @ far + 0.1


@pytest.mark.model
def test_word_pieces_stand_in_their_text(model: MiniLm) -> None:
    for text, found in zip(TEXTS, model.embed_tokens(TEXTS), strict=True):
        assert len(found.vectors) == len(found.spans) == len(found.weights)
        assert all(0 <= a < b <= len(text) for a, b in found.spans)
        assert [tuple(span) for span in found.spans] == sorted(tuple(span) for span in found.spans)
        assert found.vector == pytest.approx(model.embed([text])[0], abs=1e-4)
        if len(found.vectors):
            assert float(found.weights.sum()) == pytest.approx(1.0, abs=1e-4)
            assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(np.ones(len(found.vectors)), abs=1e-3)
    assert model.embed_tokens([]) == []


def test_a_missing_model_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no embedding model in .*run `python -m ingest build`, which makes it"):
        MiniLm(tmp_path).embed(["a"])


def test_a_damaged_model_says_what_to_delete(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"nothing of the sort")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match=r"the embedding model in .* is damaged .*delete that folder"):
        MiniLm(tmp_path).embed(["a"])


def test_nothing_to_embed_opens_no_model(tmp_path: Path) -> None:
    assert MiniLm(tmp_path).embed([]).shape == (0, DIMENSIONS)
