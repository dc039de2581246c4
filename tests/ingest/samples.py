"""Where the real documents lie that some tests read; a test skips where they are missing."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.law.sections import LawFile, LawSection
from kb.errors import KbError
from tests.corpora import ROOT

SAMPLES = ROOT.parent / "shared" / "samples"


def sample(*names: str) -> Path:
    """The sample at this place below the folder of samples."""
    path = SAMPLES.joinpath(*names)
    if not path.exists():
        pytest.skip(f"the real documents are not beside this checkout ({'/'.join(names)})")
    return path


def outline(section: LawSection) -> str:
    """A section as a golden file shows it: what is known of it, and where its subdivisions begin and end."""
    lines = [f"{section.label} | {section.head} | {section.status} {section.effective_from} to {section.effective_to}"]
    lines += [f"above: {heading}" for heading in section.above] + [f"history: {section.history}", section.url]
    for part in section.subdivisions:
        words = section.text[slice(*part.span)].strip()
        lead = f"  lead-in: ...{section.text[slice(*part.lead_in)][-24:]}" if part.lead_in else ""
        label = "".join(f"({label})" for label in part.path)
        lines.append(f"{'  ' * len(part.path)}{label} {part.span}: {words[:32]!r} ... {words[-24:]!r}{lead}")
    return "\n".join(lines) + "\n"


def damaged(data: bytes, read: Callable[[bytes], LawFile | list[LawFile]], seed: int) -> None:
    """Read `data` a hundred times, each time damaged in another way: only KbError may come of it.

    RECOURSE_MUTATIONS sets another number for a long run.
    """
    chance = random.Random(seed)
    for _ in range(int(os.environ.get("RECOURSE_MUTATIONS", "100"))):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 1, 3, 20))):
            at = chance.randrange(len(broken) + 1)
            match chance.randrange(5):
                case 0:
                    broken[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del broken[at : at + chance.choice((1, 10, 300))]
                case 2:
                    broken[at:at] = chance.choice(
                        (b"<", b">", b"`", b"\\", b"\t", b"\n", b"\0", b"&x;", b"</body>", b"'")
                    )
                case 3:
                    other = chance.randrange(len(broken) + 1)
                    broken[at:at] = broken[other : other + chance.choice((5, 80))]
                case _:
                    del broken[max(at, 1) :]
        try:
            found = read(bytes(broken))
        except KbError as exc:
            assert str(exc)
            continue
        for file in [found] if isinstance(found, LawFile) else found:
            for section in file.sections:
                assert section.text and section.number
                assert all(0 <= part.span[0] < part.span[1] <= len(section.text) for part in section.subdivisions)
