"""What a score carries: the commit and the corpus hash."""

import stat
from pathlib import Path

import pytest

from evals.origin import commit_of, corpus_hash


def test_the_commit_is_what_git_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(tmp_path) == "unknown"
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\necho 0123abc-dirty\n")
    git.chmod(git.stat().st_mode | stat.S_IXUSR)
    assert commit_of(tmp_path) == "0123abc-dirty"
    git.write_text("#!/bin/sh\nexit 128\n")
    assert commit_of(tmp_path) == "unknown"


def test_the_corpus_hash_depends_on_versions_and_not_on_order() -> None:
    assert corpus_hash(["a@1", "b@1"]) == corpus_hash(["b@1", "a@1"]) != corpus_hash(["a@1", "b@2"])
