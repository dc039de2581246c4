"""How the program is laid out: who imports whom, which library lives where, and how long things may grow."""

import ast
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from tests.corpora import ROOT

PACKAGES = ("kb", "ingest", "ui", "evals")
PROGRAM = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py")) + sorted(ROOT.glob("app.py"))
PROGRAM_NAMES = [path.relative_to(ROOT).as_posix() for path in PROGRAM]

ALLOWED = {
    "kb": {"kb"},
    "ingest": {"ingest", "kb"},
    "evals": {"evals", "kb"},
    "ui": {"ui", "ingest", "evals", "kb"},
    "app.py": {"ui", "ingest", "evals", "kb"},
}
"""First-party packages that each package may import."""

HOMES = {
    "streamlit": ("app.py", "ui/"),
    "pypdf": ("ingest/pdf/reading.py", "ingest/pdf/drawing.py", "ingest/pdf/fonts.py"),
    "docx": ("ingest/docx.py",),
    "chromadb": ("kb/dense.py",),
    "llama_index": ("kb/dense.py", "evals/fusion.py", "kb/llm/client.py"),
    "httpx": ("kb/llm/transport.py",),
    "tantivy": ("kb/lexical.py",),
    "onnxruntime": ("kb/embed.py",),
    "tokenizers": ("kb/embed.py",),
    "threadpoolctl": ("kb/embed.py",),
    "torch": ("ingest/model.py", "ingest/training/"),
    "sentence_transformers": ("ingest/model.py",),
    "transformers": ("ingest/model.py",),
    "sqlite3": ("kb/schema.py", "kb/catalog.py", "kb/catalog_writer.py", "ingest/law/spool.py"),
    "bs4": ("ingest/html.py", "ingest/law/california_page.py"),
    "lxml": ("ingest/law/lob.py", "ingest/law/xml.py"),
    "markdown_it": ("ingest/markdown.py",),
    "filelock": ("ingest/store.py", "ingest/fetch/run.py"),
    "yaml": ("ingest/manifest.py", "ingest/fetch/official.py", "evals/"),
    "httpx2": ("ingest/fetch/download.py",),
}
HEAVY = sorted({*HOMES, "numpy", "pypdfium2", "tqdm"} - {"sqlite3", "filelock"})

LINES, FUNCTION_LINES = 300, 60
TOO_LONG = {"kb/labels.py": "a reader of citations in one class, 400 lines"}


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted name of every module imported anywhere in `tree`."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            assert part.level == 0, "imports are absolute here"
            yield part.module or ""


def is_home(path: str, homes: tuple[str, ...]) -> bool:
    return any(path == home or (home.endswith("/") and path.startswith(home)) for home in homes)


@pytest.mark.parametrize("name", PROGRAM_NAMES)
def test_a_module_imports_only_what_its_package_may(name: str) -> None:
    modules = {module.split(".")[0] for module in imported(ast.parse((ROOT / name).read_text(encoding="utf-8")))}
    first_party = modules & {*PACKAGES, "app", "tests"}
    assert first_party <= ALLOWED[name.split("/")[0]]


@pytest.mark.parametrize("name", PROGRAM_NAMES)
def test_a_library_is_imported_only_at_its_home(name: str) -> None:
    modules = {module.split(".")[0] for module in imported(ast.parse((ROOT / name).read_text(encoding="utf-8")))}
    strangers = {library for library, homes in HOMES.items() if library in modules and not is_home(name, homes)}
    assert not strangers


def test_every_home_is_lived_in() -> None:
    used = {
        (library, name)
        for name, path in zip(PROGRAM_NAMES, PROGRAM, strict=True)
        for library in {module.split(".")[0] for module in imported(ast.parse(path.read_text(encoding="utf-8")))}
    }
    exact = {(library, home) for library, homes in HOMES.items() for home in homes if home.endswith(".py")}
    assert {pair for pair in exact if (ROOT / pair[1]).exists()} <= used


def loaded_after(code: str) -> set[str]:
    """Top-level modules loaded in a fresh interpreter that ran `code`."""
    script = f"{code}\nimport sys\nprint('LOADED', *sorted({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("module", ["kb.__main__", "ingest.__main__", "evals.__main__"])
def test_a_door_opens_without_a_heavy_library(module: str) -> None:
    assert not loaded_after(f"import {module}") & set(HEAVY)


def test_the_knowledge_base_is_imported_without_a_heavy_library() -> None:
    assert not loaded_after("import kb.base") & (set(HEAVY) - {"numpy"})


def test_a_question_loads_neither_torch_nor_llama_index(corpus_kb: KnowledgeBase) -> None:
    loaded = loaded_after(
        "from pathlib import Path\n"
        "from kb.base import KnowledgeBase\nfrom kb.types import Query\nfrom tests.fakes import HashEmbedder\n"
        f"base = KnowledgeBase.open(Path({str(corpus_kb.folder)!r}), HashEmbedder())\n"
        "print(base.ask(Query('who pays for a second opinion')).status)"
    )
    assert "chromadb" in loaded and "tantivy" in loaded
    assert not loaded & {
        "torch",
        "llama_index",
        "openai",
        "sentence_transformers",
        "transformers",
        "streamlit",
        "pypdf",
    }


@pytest.mark.parametrize(
    "name",
    [name for name in PROGRAM_NAMES if name not in TOO_LONG],
)
def test_a_module_is_short(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("name", PROGRAM_NAMES)
def test_a_function_is_short(name: str) -> None:
    lengths = {
        part.name: (part.end_lineno or 0) - part.lineno + 1
        for part in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8")))
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {function: lines for function, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_no_test_reaches_the_network() -> None:
    with socket.socket() as one, pytest.raises(RuntimeError, match=r"a test tried to reach \('192\.0\.2\.1', 80\)"):
        one.connect(("192.0.2.1", 80))
    with socket.socket() as listener, socket.socket() as other:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        other.connect(listener.getsockname())


SUFFIXES = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".jsonl", ".html", ".css", ".cfg", ".sh", ""}
HIDDEN_OK = {".ci", ".streamlit", ".github", ".gitignore"}
NOT_OURS = {"runs", "__pycache__"}


def written_files() -> list[Path]:
    """Every text file of the project: what is generated or installed is left out."""

    def is_ours(path: Path) -> bool:
        parts = path.relative_to(ROOT).parts
        return not any((part.startswith(".") and part not in HIDDEN_OK) or part in NOT_OURS for part in parts)

    top = [path for path in ROOT.iterdir() if is_ours(path)]
    files = [file for path in top for file in ([path] if path.is_file() else path.rglob("*"))]
    return sorted(file for file in files if file.is_file() and file.suffix.lower() in SUFFIXES and is_ours(file))


def test_no_file_names_a_place_on_one_machine() -> None:
    place = re.compile(r"/(work|root|farm)/")
    found = {
        f"{file.relative_to(ROOT)}:{number}"
        for file in written_files()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if place.search(line)
    }
    assert not found


def test_no_program_file_prints_an_error_and_goes_on() -> None:
    """`assert` is for tests, a bare `except:` for nobody."""
    found = [
        f"{name}:{part.lineno}"
        for name, path in zip(PROGRAM_NAMES, PROGRAM, strict=True)
        for part in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(part, ast.Assert) or (isinstance(part, ast.ExceptHandler) and part.type is None)
    ]
    assert not found


def test_every_package_module_says_what_it_is() -> None:
    undocumented = [
        name
        for name, path in zip(PROGRAM_NAMES, PROGRAM, strict=True)
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not undocumented
