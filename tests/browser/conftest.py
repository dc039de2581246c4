"""The real app on the real corpus for a real Chromium; skipped, with the reason, where that is not installed."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.reader import CHROMIUM, DRIVER
from tests.corpora import ROOT

MISSING = [name for name, file in (("chromium", CHROMIUM), ("chromedriver", DRIVER)) if not file]

QUESTIONS = 6
"""Of the question set that the Evaluate page runs here: the whole takes minutes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser the tests of this folder say so and pass over."""
    if MISSING:
        here = Path(__file__).parent
        skip = pytest.mark.skip(reason=f"not installed: {', '.join(MISSING)} (apt install chromium chromium-driver)")
        for item in items:
            if here in item.path.parents:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def site(real_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, which runs as `make run` starts it, on copies of the knowledge base and the questions."""
    kb, evals = tmp_path_factory.mktemp("site") / "kb", tmp_path_factory.mktemp("evals")
    shutil.copytree(real_folder, kb)
    lines = (ROOT / "evals/questions/v1.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = [*lines[: QUESTIONS - 2], *[line for line in lines if '"answerable": false' in line][:2]]
    (evals / "questions").mkdir()
    (evals / "questions" / "few.jsonl").write_text("\n".join(chosen), encoding="utf-8")
    (evals / "questions" / "faulty.jsonl").write_text('{"id": "x", "question": "y"}\n', encoding="utf-8")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "app.log"
    with log.open("w", encoding="utf-8") as out:
        app = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "KB_DIR": str(kb), "EVALS_DIR": str(evals)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, app, log)
        yield address
    finally:
        app.terminate()
        app.wait(30)


def _wait_for(address: str, app: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            assert app.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.25)
    raise AssertionError(f"the app did not start: {log.read_text(encoding='utf-8')}")
