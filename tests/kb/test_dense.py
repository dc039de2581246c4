"""The dense index against an exact search in numpy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.catalog import Vectors
from kb.dense import DenseIndex, seal_of
from kb.errors import IndexNotReady
from kb.types import Passage

MODEL = "random-1"
COUNT = 600
KEYS = ("a@1", "a@2", "b@1", "c@1")
PASSAGES = tuple(
    Passage(doc_id, version, (n, n + 1), f"text {n % 50}", "label")
    for n in range(COUNT)
    for doc_id, _, version in [KEYS[n % len(KEYS)].partition("@")]
)


def unit(rows: Vectors) -> Vectors:
    scaled: Vectors = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return scaled


VECTORS = unit(np.random.default_rng(11).standard_normal((COUNT, 384)).astype(np.float32))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DenseIndex]:
    made = DenseIndex(tmp_path_factory.mktemp("dense"), MODEL, create=True)
    for start in range(0, COUNT, 200):
        made.add(PASSAGES[start : start + 200], VECTORS[start : start + 200])
    yield made
    made.close()


def exact(vector: Vectors, keys: tuple[str, ...], k: int) -> list[tuple[str, float]]:
    """The k rows of highest cosine, by measuring all."""
    scored = [(p.passage_id, float(v @ vector)) for p, v in zip(PASSAGES, VECTORS, strict=True) if p.key in keys]
    return sorted(scored, key=lambda row: -row[1])[:k]


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.sampled_from(KEYS), unique=True, min_size=1).map(tuple),
    st.sampled_from([1, 5, 30, 100]),
)
def test_the_nearest_are_those_of_an_exact_search(index: DenseIndex, seed: int, keys: tuple[str, ...], k: int) -> None:
    vector = unit(np.random.default_rng(seed).standard_normal(384).astype(np.float32))
    found, expected = index.search(vector, keys, k), exact(vector, keys, k)
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-4)


@pytest.mark.parametrize("row", [0, 1, 2, 3, 599])
def test_a_vector_finds_itself(index: DenseIndex, row: int) -> None:
    passage = PASSAGES[row]
    ((found, score),) = index.search(VECTORS[row], [passage.key], 1)
    assert found == passage.passage_id
    assert score == pytest.approx(1.0, abs=1e-4)


def test_more_than_there_are_gives_all(index: DenseIndex) -> None:
    assert len(index.search(VECTORS[0], ["b@1"], 10_000)) == COUNT // len(KEYS)


def test_nothing_asked_nothing_found(index: DenseIndex) -> None:
    assert index.search(VECTORS[0], [], 5) == []
    assert index.search(VECTORS[0], ["b@1"], 0) == []
    assert index.search(VECTORS[0], ["absent@1"], 5) == []


def test_equal_texts_are_rows_of_their_own(index: DenseIndex) -> None:
    assert index.ids() == {passage.passage_id for passage in PASSAGES}


def test_adding_again_changes_nothing(tmp_path: Path) -> None:
    index = DenseIndex(tmp_path, MODEL, create=True)
    index.add(PASSAGES[:8], VECTORS[:8])
    before = index.search(VECTORS[0], KEYS, 8)
    index.add(PASSAGES[:8], VECTORS[8:16])
    index.add([], VECTORS[:0])
    assert index.search(VECTORS[0], KEYS, 8) == before
    index.add(PASSAGES[:12], VECTORS[:12])
    assert index.ids() == {passage.passage_id for passage in PASSAGES[:12]}
    index.close()


def test_rows_are_there_for_the_next_who_opens(tmp_path: Path) -> None:
    index = DenseIndex(tmp_path, MODEL, create=True)
    index.add(PASSAGES[:8], VECTORS[:8])
    before = index.search(VECTORS[0], KEYS, 8)
    index.close()
    again = DenseIndex(tmp_path, MODEL)
    assert again.search(VECTORS[0], KEYS, 8) == before
    again.close()


def test_models_do_not_meet(tmp_path: Path) -> None:
    index = DenseIndex(tmp_path, MODEL, create=True)
    index.add(PASSAGES[:8], VECTORS[:8])
    other = DenseIndex(tmp_path, "random-2", create=True)
    assert other.ids() == set()
    with pytest.raises(IndexNotReady, match=r"dense.* cannot be used .*run `python -m ingest rebuild-index"):
        DenseIndex(tmp_path, "random-3")
    other.close()
    index.close()


def test_a_missing_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexNotReady, match=r"no dense index in .*run `python -m ingest build"):
        DenseIndex(tmp_path, MODEL)


def test_a_damaged_index_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "dense").mkdir()
    (tmp_path / "dense" / "chroma.sqlite3").write_bytes(b"nothing of the sort" * 100)
    with pytest.raises(IndexNotReady, match=r"dense.* cannot be used .*run `python -m ingest rebuild-index"):
        DenseIndex(tmp_path, MODEL)


@pytest.mark.parametrize("name", ["data_level0.bin", "link_lists.bin", "header.bin", "index_metadata.pickle"])
def test_a_graph_that_is_not_as_it_was_sealed_is_never_opened(
    sealed: tuple[Path, str], tmp_path: Path, name: str
) -> None:
    """Chroma follows the numbers in these files wherever they lead: out of the process's memory, too."""
    shutil.copytree(sealed[0] / "dense", tmp_path / "dense")
    (file,) = tmp_path.glob(f"dense/*/{name}")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 16
    file.write_bytes(data)
    with pytest.raises(IndexNotReady, match=r"files are not as written.*`python -m ingest rebuild-index dense"):
        DenseIndex(tmp_path, MODEL, seal=sealed[1])


def test_opening_and_asking_break_no_seal(sealed: tuple[Path, str]) -> None:
    folder, seal = sealed
    for _ in range(2):
        index = DenseIndex(folder, MODEL, seal=seal)
        assert index.search(VECTORS[0], KEYS, 8)
        index.close()
        assert seal_of(folder / "dense") == seal


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a dense index large enough that Chroma writes its graph, and that index's seal."""
    folder = tmp_path_factory.mktemp("sealed")
    index = DenseIndex(folder, MODEL, create=True)
    index.add([Passage("a", "1", (n, n + 1), "text", "label") for n in range(1200)], np.tile(VECTORS, (2, 1)))
    index.close()
    return folder, seal_of(folder / "dense")
