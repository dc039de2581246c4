"""The command lines, run as people run them."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.corpora import ROOT


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def run(*arguments: str | bytes | Path, cwd: Path = ROOT, **environment: str) -> Ran:
    """`python -m ARGUMENTS...` from `cwd`, with the project importable and nothing of the caller's settings."""
    settings = {name: value for name, value in os.environ.items() if name not in ("KB_DIR", "PYTHONWARNINGS")}
    done = subprocess.run(
        [sys.executable, "-m", *(os.fspath(argument) for argument in arguments)],
        cwd=cwd,
        env={**settings, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **environment},
        capture_output=True,
        timeout=300,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "backslashreplace"))


def refused(ran: Ran) -> str:
    """The one line that a command leaves on stderr when its input is bad: no traceback, nothing on stdout."""
    assert (ran.code, ran.out) == (2, ""), ran
    assert "Traceback" not in ran.err
    lines = ran.err.splitlines()
    assert len(lines) == 1, ran.err
    return lines[0]


def misused(ran: Ran) -> str:
    """The last line that argparse leaves after its usage."""
    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.err.startswith("usage: ")
    assert "Traceback" not in ran.err
    return ran.err.splitlines()[-1]
