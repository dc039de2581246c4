"""Files read and looked at for what readers get wrong: how many faults of each kind, without storing anything."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.build import Item
from ingest.pdf.furniture import strip_furniture
from ingest.pdf.lines import lines_of
from ingest.pdf.reading import read_pdf
from ingest.read import read
from ingest.split import LIMIT, split
from kb.errors import KbError
from kb.types import Document, Passage

FAULTS = ("text", "pages", "heads", "long", "lost")
"""Passages whose text is not that of their span; pages out of order; running heads and page numbers inside a passage;
passages above the limit; characters that no passage holds."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading one file gave. `faults` has a count for each of FAULTS; `failure` is set where it was not read."""

    name: str
    pages: int = 0
    passages: int = 0
    characters: int = 0
    seconds: float = 0.0
    faults: tuple[int, ...] = (0,) * len(FAULTS)
    warnings: tuple[str, ...] = ()
    failure: str = ""

    @property
    def is_sound(self) -> bool:
        return not self.failure and not any(self.faults)


def check(item: Item) -> Checked:
    """One file read as `add` would, and its faults counted."""
    begun = time.monotonic()
    try:
        data = item.file.read_bytes()
        document, warnings = read(item.source, data)
    except (KbError, OSError) as exc:
        return Checked(item.source.path, failure=str(exc))
    seconds = time.monotonic() - begun
    passages = split(document)
    faults = (
        sum(passage.text != document.text[slice(*passage.span)] for passage in passages),
        _disorder(document, passages),
        _left_inside(document, passages, _furniture(data, item.source.path)),
        sum(len(passage.text) > LIMIT for passage in passages),
        _lost(document, passages),
    )
    name, size = item.source.path, len(document.text)
    return Checked(name, len(document.pages), len(passages), size, seconds, faults, warnings)


def _disorder(document: Document, passages: Sequence[Passage]) -> int:
    """How often a page begins before the one ahead of it, or a passage stands on an earlier page than the last."""
    starts = [page.start for page in document.pages]
    places = [passage.pages for passage in passages if passage.pages is not None]
    return sum(a > b for a, b in pairwise(starts)) + sum(a[0] > b[0] or b[0] > b[1] for a, b in pairwise(places))


def _furniture(data: bytes, name: str) -> Counter[str]:
    """The lines that were taken out of a PDF's pages as heads and feet, and how often; none for other formats."""
    if data.lstrip()[:5] != b"%PDF-":
        return Counter()
    taken = strip_furniture(lines_of(read_pdf(data, name).pages)).furniture
    return Counter(_shape(line.text) for lines in taken for line in lines)


def _left_inside(document: Document, passages: Sequence[Passage], furniture: Counter[str]) -> int:
    """Lines of passages that are running heads or feet of other pages, or a page's printed number alone.

    A head's words may stand once: as the chapter's own heading, or as the note that is shown on its first page.
    """
    lines = [(passage, line.removeprefix("- ")) for passage in passages for line in passage.text.split("\n")]
    repeated = {shape for shape, count in furniture.items() if count > 2}
    found = Counter(_shape(line) for _, line in lines if _shape(line) in repeated)
    printed = {page.number: page.printed for page in document.pages if page.printed}
    alone = sum(line.isdigit() and any(printed.get(n) == line for n in passage.pages or ()) for passage, line in lines)
    return alone + sum(count if "#" in shape else count - 1 for shape, count in found.items() if shape != "#")


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text).strip().lower()


def _lost(document: Document, passages: Sequence[Passage]) -> int:
    """Characters, blanks aside, that stand in no passage or in two."""
    held = Counter(n for passage in passages for n in range(*passage.span))
    return sum(held[n] != 1 for n, character in enumerate(document.text) if not character.isspace())


def table(checked: Sequence[Checked]) -> str:
    """The outcome as lines of text: a row for each file, failures and warnings below."""
    width = max([len(one.name) for one in checked] + [8])
    names = "".join(f"{name:>7}" for name in FAULTS)
    rows = [f"{'document':<{width}} {'pages':>6} {'passages':>9} {'characters':>11} {'pages/s':>8}{names}"]
    for one in checked:
        if one.failure:
            rows.append(f"{one.name:<{width}} not read")
            continue
        speed = f"{one.pages / one.seconds:.1f}" if one.pages and one.seconds else "-"
        counts = "".join(f"{count:>7}" for count in one.faults)
        rows.append(f"{one.name:<{width}} {one.pages:>6} {one.passages:>9} {one.characters:>11} {speed:>8}{counts}")
    rows += [f"failed: {one.failure}" for one in checked if one.failure]
    rows += [f"note: {line}" for one in checked for line in one.warnings]
    return "\n".join(rows)
