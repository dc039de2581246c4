"""What readers say of answers: kept in a private file, without the question unless agreed, shown, and deleted."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.upkeep import FEEDBACK_NAME, destroy
from kb.errors import SourceError
from kb.schema import CATALOG_NAME
from ui.feedback_file import Feedback, forget, keep, kept, new_feedback


def test_what_is_kept_is_private_and_comes_back_latest_first(tmp_path: Path) -> None:
    first, second = (
        new_feedback("useful", "answered"),
        new_feedback("wrong", "abstained", " a\nnote ", "why?", ("HSC 1",)),
    )
    keep(tmp_path, first)
    keep(tmp_path, second)
    assert kept(tmp_path) == ((second, first), 0)
    assert stat.S_IMODE((tmp_path / FEEDBACK_NAME).stat().st_mode) == 0o600
    assert (second.note, first.question, first.shown) == ("a\nnote", "", ())


def test_what_is_deleted_is_gone_and_an_empty_file_too(tmp_path: Path) -> None:
    one, other = new_feedback("useful", "answered", "mine"), new_feedback("wrong", "answered")
    keep(tmp_path, one)
    keep(tmp_path, other)
    forget(tmp_path, {one.id})
    assert kept(tmp_path) == ((other,), 0)
    assert "mine" not in (tmp_path / FEEDBACK_NAME).read_text()
    assert stat.S_IMODE((tmp_path / FEEDBACK_NAME).stat().st_mode) == 0o600
    forget(tmp_path, {other.id})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    ["", "no json", "[]", '{"id": 1}', '{"id": "a", "when": "b", "verdict": "nice", "status": "c", "shown": []}'],
)
def test_a_damaged_line_is_counted_and_the_rest_is_read(tmp_path: Path, line: str) -> None:
    one = new_feedback("useful", "answered")
    (tmp_path / FEEDBACK_NAME).write_text(f"{line}\n")
    keep(tmp_path, one)
    assert kept(tmp_path) == ((one,), int(bool(line)))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"feedback\.jsonl: cannot be written"):
        keep(tmp_path / "none", new_feedback("useful", "answered"))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_words_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, note: str, question: str) -> None:
    folder = tmp_path_factory.mktemp("said")
    one = Feedback("i", "w", "wrong", "s", note, question, (note,))
    keep(folder, one)
    assert kept(folder) == ((one,), 0)


def test_what_was_said_goes_with_the_knowledge_base(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / CATALOG_NAME).write_bytes(b"")
    keep(folder, new_feedback("wrong", "answered", "a secret"))
    assert destroy(folder) == 3  # the lock too
    assert not folder.exists()
