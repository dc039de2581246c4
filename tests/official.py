"""What tests of official formats share: sample files, an outline as text, damaged bytes."""

import os
import random
from collections.abc import Callable, Iterator

from ingest.law.sections import LawFile, LawSection
from kb.errors import KbError
from kb.labels import canonical_label, parse_citation
from kb.types import Span
from tests.ingest.samples import sample as sample_place

MUTATIONS = int(os.environ.get("RECOURSE_MUTATIONS", "100"))
"""Damaged files that each importer is tried on."""


def sample(path: str) -> bytes:
    """The bytes of a sample file; the test is skipped where the samples are not beside the checkout."""
    return sample_place(path).read_bytes()


def section_of(file: LawFile, number: str) -> LawSection:
    """The one section of that number."""
    (section,) = [section for section in file.sections if section.number == number]
    return section


def outline_text(section: LawSection) -> str:
    """A section and its subdivisions, a line each: label, span, heading, first and last words, end of the lead-in."""
    lines = [f"{section.label} [{section.status}] {section.head}", *(f"  above: {words}" for words in section.above)]
    lines += [f"  history: {section.history[:80]}", f"  url: {section.url}"]
    for part in section.subdivisions:
        words = section.text[slice(*part.span)].strip().replace("\n", " / ")
        label = section.label + "".join(f"({piece})" for piece in part.path)
        heading = f" <{part.heading}>" if part.heading else ""
        lead = f"  lead-in: ...{section.text[slice(*part.lead_in)][-24:]}" if part.lead_in else ""
        lines.append(f"{'  ' * len(part.path)}{label} {part.span}{heading}: {words[:32]} ... {words[-24:]}{lead}")
    return "\n".join(lines) + "\n"


def uncitable(file: LawFile) -> list[str]:
    """Labels of a file that are not the canonical form of what they parse to."""
    found = []
    for section in file.sections:
        for path in [(), *(part.path for part in section.subdivisions)]:
            label = section.label + "".join(f"({piece})" for piece in path)
            citation = parse_citation(label)
            if citation is None or canonical_label(citation) != label:
                found.append(label)
    return found


def assert_sound(section: LawSection) -> None:
    """Stretches lie inside the text, in order, each inside those around it, and the edges cut no word."""
    open_parts: list[tuple[tuple[str, ...], Span]] = [((), (0, len(section.text)))]
    for part in section.subdivisions:
        while len(open_parts) > 1 and not open_parts[-1][1][0] <= part.span[0] < open_parts[-1][1][1]:
            open_parts.pop()
        around = open_parts[-1]
        assert around[1][0] <= part.span[0] <= part.span[1] <= around[1][1], (section.label, part.path)
        assert part.path == () or part.path[: len(around[0])] == around[0], (section.label, part.path)
        if part.lead_in:
            assert part.span[0] <= part.lead_in[0] < part.lead_in[1] <= part.span[1]
        open_parts.append((part.path, part.span))
    assert section.text == section.text.strip()
    assert all(line == " ".join(line.split()) != "" for line in section.text.split("\n")) or not section.text


def damaged(data: bytes, seed: int) -> Iterator[bytes]:
    """MUTATIONS copies of `data`, each with one kind of damage: bytes changed, cut out, doubled, or the end missing."""
    chance = random.Random(seed)
    for _ in range(MUTATIONS):
        at, size = chance.randrange(len(data)), chance.choice([1, 1, 2, 8, 200])
        kind = chance.randrange(5)
        if kind == 0:
            yield data[:at] + bytes(chance.randrange(256) for _ in range(size)) + data[at + size :]
        elif kind == 1:
            yield data[:at] + data[at + size :]
        elif kind == 2:
            yield data[:at] + data[at : at + size] * 2 + data[at + size :]
        elif kind == 3:
            yield data[:at]
        else:  # digits, letters and signs swapped inside the markup: often still sound XML
            old, new = chance.choice(
                [(b"DIV8", b"DIV9"), (b'"', b"'"), (b"N=", b"M="), (b"section", b"part"), (b"1", b"")]
            )
            yield data[:at] + data[at:].replace(old, new, chance.choice([1, 5, -1]))


def tried(read: Callable[[bytes, str], LawFile], data: bytes) -> str:
    """ "read" or "refused": what comes of reading `data`. Any other exception is the test's failure."""
    try:
        file = read(data, "damaged.xml")
    except KbError as exc:
        assert str(exc).startswith("damaged.xml: ")
        return "refused"
    for section in file.sections:
        assert_sound(section)
    return "read"
