"""No question leaves the machine and none is kept: what would leave is refused, what was written is looked through."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import connect

from kb.offline import SWITCHES
from tests.corpora import ROOT, standard

pytestmark = pytest.mark.model

TOKEN = "zebrafinch48151623"
QUESTION = f"how soon must a plan answer an urgent request {TOKEN}"


@dataclass(frozen=True)
class World:
    """Processes started in it cannot leave the machine; `top` holds all that they write."""

    top: Path

    @property
    def places(self) -> dict[str, str]:
        """Environment of such a process; see tests/offline/sitecustomize.py."""
        names = {"HOME": "home", "TMPDIR": "scratch", "REACHED": "reached", "LOGGED": "logged", "KB_DIR": "kb"}
        path = os.pathsep.join((str(ROOT / "tests" / "offline"), str(ROOT)))
        return {**{name: str(self.top / place) for name, place in names.items()}, "PYTHONPATH": path}

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        """A process of its own that has run `code`."""
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.top / "scratch",
            env={**os.environ, **self.places},
            capture_output=True,
            text=True,
            timeout=280,
        )

    def ran(self, door: str, *commands: Sequence[str]) -> str:
        """What commands of `kb`, `ingest` or `evals` print, one after another in a process; all have to end well and
        leave no word of the question on stderr."""
        done = self.python(f"from {door}.__main__ import main\nfor each in {commands!r}: assert main(each) == 0, each")
        assert done.returncode == 0, done.stderr
        assert TOKEN not in done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small corpus built, added to, asked and measured from the command line, with no way out."""
    made = World(tmp_path_factory.mktemp("world"))
    for name in ("home", "scratch", "corpus"):
        (made.top / name).mkdir()
    corpus = standard(made.top / "corpus")
    extra = made.top / "advice.md"
    extra.write_text(f"# Advice\n\nKeep a copy of every letter. {TOKEN[::-1]}\n")
    gold = [{"doc_id": "law", "quote": "(b) A plan shall answer an urgent request within 72 hours", "relevance": 2}]
    asked = {"id": "q1", "question": QUESTION, "kind": "how_long", "answerable": True, "gold": gold}
    (made.top / "asked.jsonl").write_text(json.dumps(asked) + "\n")
    made.ran("ingest", ["build", "--corpus", str(corpus.folder)], ["add", str(extra)])
    said = made.ran("kb", ["ask", QUESTION, "--json"], ["search", QUESTION], ["cite", "HSC 9999(a)"])
    assert "within 72 hours" in said
    made.ran("evals", ["run", "--questions", str(made.top / "asked.jsonl"), "--out", str(made.top / "run")])
    with served(made) as port:
        assert b"<!doctype html>" in fetched(port, f"/?q={urllib.parse.quote(QUESTION)}").lower()
        assert "within 72 hours" in page_of(port, "How soon must a plan answer an urgent request? " + TOKEN)
    return made


@contextmanager
def served(world: World) -> Iterator[int]:
    """The port of a page that was really started, at the most talkative log level; its output goes to `served`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    shutil.copy(ROOT / "app.py", world.top)  # beside the small corpus
    shutil.copytree(ROOT / ".streamlit", world.top / ".streamlit")
    command = ["streamlit", "run", str(world.top / "app.py"), "--server.port", str(port), "--logger.level", "debug"]
    with (world.top / "served").open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=world.top / "home",  # from elsewhere: the settings beside app.py hold there too
            env={**os.environ, **world.places},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            end = time.monotonic() + 60
            while time.monotonic() < end:
                try:
                    fetched(port, "/_stcore/health")
                    break
                except OSError:
                    time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def fetched(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        body: bytes = answer.read()
    return body


def page_of(port: int, question: str) -> str:
    """What the page sends to a browser that opens the address of a question."""
    opened = BackMsg()
    opened.rerun_script.query_string = urllib.parse.urlencode({"q": question})
    seen = ""
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as page:  # type: ignore[list-item]
        page.send(opened.SerializeToString())
        end = time.monotonic() + 90
        while time.monotonic() < end and "within 72 hours" not in seen:
            got = page.recv(timeout=60)
            seen += got.decode("utf-8", "replace") if isinstance(got, bytes) else got
    return seen


def test_nothing_reaches_for_the_network(world: World) -> None:
    reached = world.top / "reached"
    assert not reached.exists(), reached.read_text()


def test_no_log_line_and_no_file_holds_a_question(world: World) -> None:
    kept = [world.top / name for name in ("logged", "served")]
    kept += [file for name in ("kb", "home", "scratch") for file in (world.top / name).rglob("*") if file.is_file()]
    assert [file for file in kept if TOKEN.encode() in file.read_bytes()] == []
    assert (world.top / "logged").stat().st_size > 0, "the libraries were listened to"


def test_no_log_line_holds_what_a_document_says(world: World) -> None:
    logged = (world.top / "logged").read_text() + (world.top / "served").read_text()
    assert [words for words in (TOKEN[::-1], "within 72 hours", "copy of every letter") if words in logged] == []


def test_nothing_is_left_at_home_or_in_the_scratch_folder(world: World) -> None:
    # onnxruntime would keep a device number and a queue of reports there, were it not told off.
    left = [file for name in ("home", "scratch") for file in (world.top / name).rglob("*") if file.is_file()]
    assert left == []


def test_the_knowledge_base_is_for_its_owner_alone(world: World) -> None:
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (world.top / "kb", *(world.top / "kb").rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


@pytest.mark.parametrize("home", ["chromadb", "sentence_transformers", "onnxruntime"])
def test_the_switches_are_turned_before_a_library_is_imported(world: World, home: str) -> None:
    """Seen from an import hook, in a process that does what needs the library."""
    work = {
        "chromadb": "import pathlib, kb.dense; kb.dense.DenseIndex(pathlib.Path('.'), 'm', create=True)",
        "sentence_transformers": "from ingest.model import encoder; encoder()",
        "onnxruntime": "from kb.embed import MiniLm; MiniLm().embed(['a'])",
    }[home]
    code = f"""
import os, sys
class Look:
    def find_spec(self, name, path=None, target=None):
        if name == {home!r}:
            print({{name: os.environ.get(name) for name in {sorted(SWITCHES)!r}}})
            raise SystemExit
os.environ["ANONYMIZED_TELEMETRY"] = "True"
sys.meta_path.insert(0, Look())
{work}
"""
    done = world.python(code)
    seen = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    wanted = {"ORT_DISABLE_TELEMETRY": "1"} if home == "onnxruntime" else SWITCHES
    assert wanted.items() <= eval(seen[0]).items()


def test_a_process_that_does_reach_out_is_seen(tmp_path: Path) -> None:
    """By a name, by a number, and without a connection: else the tests above would say nothing."""
    made = World(tmp_path)
    (tmp_path / "scratch").mkdir()
    for call in (
        "socket.getaddrinfo('example.org', 80)",
        "socket.socket().connect(('192.0.2.1', 80))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ):
        assert "OSError: no network" in made.python(f"import socket\n{call}").stderr
    assert len((tmp_path / "reached").read_text().splitlines()) == 3
