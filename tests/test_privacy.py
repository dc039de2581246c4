"""No question leaves the machine and none is kept: other sockets are refused, what was written is looked through."""

import os
from pathlib import Path

import pytest

from tests.command import run
from tests.corpora import ROOT, Corpus

TOKEN = "zebrafinch48151623"
GUARD = """
import os, socket
def refuse(*given, **more):
    with open(os.environ["REACHED"], "a") as file:
        file.write(repr(given) + "\\n")
    raise OSError("no network")
plain = socket.socket.connect
def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
        refuse(address)
    return plain(self, address)
socket.socket.connect = connect
socket.getaddrinfo = refuse
"""


@pytest.mark.model
def test_the_whole_path_reaches_for_no_network_and_keeps_no_question(small: Corpus, tmp_path: Path) -> None:
    site, home, scratch, kb = (tmp_path / name for name in ("site", "home", "scratch", "kb"))
    for made in (site, home, scratch):
        made.mkdir()
    (site / "sitecustomize.py").write_text(GUARD)
    reached = tmp_path / "reached"
    extra = tmp_path / "advice.md"
    extra.write_text("# Advice\n\nKeep a copy of every letter.\n")
    path = f"{site}{os.pathsep}{ROOT}"
    places = {"HOME": str(home), "TMPDIR": str(scratch), "REACHED": str(reached), "PYTHONPATH": path, "KB_DIR": str(kb)}
    for command in (
        ("ingest", "build", "--corpus", str(small.folder)),
        ("ingest", "add", str(extra)),
        ("kb", "ask", f"how long do I have to appeal {TOKEN}"),
        ("kb", "search", f"appeal {TOKEN}"),
        ("kb", "cite", "HSC 9999(a)"),
    ):
        ran = run(*command, cwd=ROOT, **places)
        assert ran.code == 0, (command, ran)
        assert TOKEN not in ran.err
    assert not reached.exists(), reached.read_text()
    kept = [file for top in (kb, home, scratch) for file in top.rglob("*") if file.is_file()]
    assert [file for file in kept if TOKEN.encode() in file.read_bytes()] == []
    # onnxruntime would keep a device number and a queue of reports in HOME and TMPDIR, were it not told off.
    assert [file for file in (*scratch.iterdir(), *home.rglob("*")) if file.is_file()] == []
