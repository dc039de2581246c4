"""What all tests share: no network, fixed random choices, golden files, and knowledge bases built once."""

import shutil
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ingest.build import build
from kb.base import KnowledgeBase
from kb.errors import KbError
from tests.corpora import CORPUS, Corpus, standard
from tests.fakes import HashEmbedder

settings.register_profile(
    "recourse",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("recourse")

GOLDEN = Path(__file__).resolve().parent / "golden"
Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes what the golden tests saw instead of comparing."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the files in tests/golden")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """golden(name, text): the text is what tests/golden/<name> holds; with --update-golden it is written there."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is missing: run pytest --update-golden, and read what it wrote"
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Connections that would leave this machine fail."""

    def is_local(sock: socket.socket, address: Any) -> bool:
        if sock.family not in (socket.AF_INET, socket.AF_INET6):
            return True
        host = str(address[0])
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False

    def guarded(plain: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
        def connect(sock: socket.socket, address: Any) -> Any:
            if not is_local(sock, address):
                raise RuntimeError(f"a test tried to reach {address!r}")
            return plain(sock, address)

        return connect

    plain_lookup = socket.getaddrinfo

    def looked_up(host: Any, *given: Any, **more: Any) -> Any:
        if host not in (None, "", "localhost", "127.0.0.1", "::1"):
            raise RuntimeError(f"a test tried to look up {host!r}")
        return plain_lookup(host, *given, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", looked_up)
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(scope="session")
def corpus_kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The whole bundled corpus, built with the hashed embedder; its folder is `.folder`. Not to be written to."""
    folder = tmp_path_factory.mktemp("corpus-kb")
    embedder = HashEmbedder()
    report = build(CORPUS, folder, embedder)
    assert not report.failed
    return KnowledgeBase.open(folder, embedder)


@pytest.fixture(scope="session")
def real_folder(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A folder with the whole bundled corpus, built with the real model; for tests marked `model`.

    The vectors of the last run are kept in pytest's cache, since embedding the corpus takes a minute. A test run
    works on a copy.
    """
    from ingest.model import ready_model

    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("recourse-kb") / "kb"
    folder = tmp_path_factory.mktemp("real") / "kb"
    try:
        report = build(CORPUS, kept, ready_model())
    except KbError:  # what an earlier version of the program left
        shutil.rmtree(kept)
        report = build(CORPUS, kept, ready_model())
    assert not report.failed
    shutil.copytree(kept, folder)
    return folder


@pytest.fixture(scope="session")
def real_kb(real_folder: Path) -> KnowledgeBase:
    """The knowledge base in `real_folder`."""
    return KnowledgeBase.open(real_folder)


@pytest.fixture
def embedder() -> HashEmbedder:
    """A fresh hashed embedder, its call count at zero."""
    return HashEmbedder()


@pytest.fixture
def small(tmp_path: Path) -> Corpus:
    """A small corpus in a folder of its own, free to change: one law, one guide, two editions of a contract."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    return standard(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test may build its knowledge base."""
    return tmp_path / "kb"
