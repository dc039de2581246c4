"""Damaged files by the thousand: every reader has to give a document or a KbError, within its limits.

    python -m tests.torture.fuzz --inputs 20000 --seed 1

Files that the tests make, and the real samples where they lie beside this checkout, are changed at random and read:
what a person may add in the bounded worker, the parts of the bulk archive in this process under an alarm, as they are
in a build. A table of what came of them is printed; the exit code is 1 where a reader crashed.
"""

import argparse
import io
import random
import re
import signal
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from ingest.bounded import ContainedError, Limits, Worker
from ingest.law.bulk import read_archive
from ingest.law.datfile import read_rows
from ingest.law.lob import read_lob
from kb.errors import KbError
from kb.types import Source
from tests.corpora import CORPUS, GUIDE, LAW
from tests.ingest.archives import SECTION_COLUMNS, many, node_row, tables
from tests.ingest.samples import SAMPLES
from tests.torture.bombs import ECFR, USES, page, stream, word_file, words_of

READERS = ("pdf", "html", "docx", "markdown", "text", "section page", "ecfr", "uslm", "dat", "lob", "archive")
LIMITS = Limits(seconds=10, seconds_per_mb=0, memory=2_000_000_000, output=100_000_000, patience=3)
_LARGEST = 400_000  # bytes of a sample; larger ones take too long to read thousands of times
_SPLICES = (
    b"<",
    b">",
    b"`",
    b"\\",
    b"\t",
    b"\n",
    b"\0",
    b"&#xD800;",
    b"</body>",
    b"(a)(1)",
    b"[",
    b"endobj",
    b"\xff\xfe",
)
_USLM = b"""<uscDoc xmlns="http://xml.house.gov/schemas/uslm/1.0" identifier="/us/usc/t1"><meta>
<title>Title 1</title></meta><main><title identifier="/us/usc/t1"><num>Title 1</num><section
identifier="/us/usc/t1/s1"><num>1.</num><heading>Words
</heading><subsection identifier="/us/usc/t1/s1/a"><num>(a)</num><chapeau>These apply:</chapeau><paragraph
identifier="/us/usc/t1/s1/a/1"><num>(1)</num><content>Words.</content></paragraph></subsection></section></title>
</main></uscDoc>"""
_PAGE = b"""<html><body><div id="manylawsections"><h4>Health and Safety Code - HSC</h4>
<h5>DIVISION 2. PLANS [1. - 9.]</h5>
<div><h6>1383.15.</h6><p>(a) Words these apply:</p><p>(1) More words.</p>
<i>(Added by Stats. 1999, Ch. 531, Sec. 1.)</i>
</div></div></body></html>"""


class _Overdue(Exception):
    """The alarm that ends a reader in this process."""


@dataclass
class Tally:
    """What came of the inputs of each reader: read, refused by a KbError, stopped at a limit, crashed."""

    read: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    crashed: Counter[str] = field(default_factory=Counter)

    def table(self) -> str:
        columns = (self.read, self.refused, self.stopped, self.crashed)
        lines = [f"{'reader':<14}{'inputs':>8}{'read':>8}{'refused':>9}{'stopped':>9}{'crashed':>9}"]
        for name in READERS:
            counts = [column[name] for column in columns]
            lines.append(f"{name:<14}{sum(counts):>8}{counts[0]:>8}{counts[1]:>9}{counts[2]:>9}{counts[3]:>9}")
        totals = [sum(column.values()) for column in columns]
        lines.append(f"{'all':<14}{sum(totals):>8}{totals[0]:>8}{totals[1]:>9}{totals[2]:>9}{totals[3]:>9}")
        return "\n".join(lines)


def seeds() -> dict[str, list[bytes]]:
    """Sound files of each reader: some made here, some of the corpus, some real."""
    made = tables(list(many(6, 300)), [node_row("HSC", "1", ("1.", None, None, None, None), "DIVISION 1. PLANS")])
    archive = made.members()
    with tempfile.TemporaryDirectory() as folder:
        packed = made.zip(Path(folder) / "a.zip").read_bytes()
    found = {
        "pdf": [page(stream(b"BT /F1 12 Tf 72 720 Td (You may appeal.) Tj 0 -14 Td (Within 180 days.) Tj ET"))],
        "html": [b"<!DOCTYPE html><html><body><h1>A</h1><p>B<ul><li>C</ul><table><tr><td>D<td>E</table></body></html>"],
        "docx": [
            word_file(words_of("<w:p><w:r><w:t>Words</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"))
        ],
        "markdown": [GUIDE.encode()],
        "text": [LAW.encode()],
        "section page": [_PAGE],
        "ecfr": [ECFR.replace(USES, b"(a) <I>Words</I>. These: (1) One. (2) Two.")],
        "uslm": [_USLM],
        "dat": [data for name, data in archive.items() if name.endswith(".dat")],
        "lob": [data for name, data in archive.items() if name.endswith(".lob")][:3],
        "archive": [packed],
    }
    for reader, folder_name, pattern in (
        ("pdf", "plans", "*.pdf"),
        ("docx", "office", "*.docx"),
        ("section page", "leginfo", "*.html"),
        ("ecfr", "ecfr", "*.xml"),
        ("uslm", "uslm", "*.xml"),
        ("dat", "pubinfo", "*.dat"),
        ("lob", "pubinfo", "*.lob"),
    ):
        files = sorted((SAMPLES / folder_name).rglob(pattern))[:12]
        found[reader] += [file.read_bytes() for file in files if file.stat().st_size <= _LARGEST]
    found["markdown"] += [file.read_bytes() for file in sorted((CORPUS / "guides").glob("*.md"))[:3]]
    return found


def changed(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """`data` with some bytes overwritten, cut out, put in, repeated, or taken from another file."""
    broken = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        at = chance.randrange(len(broken) + 1)
        match chance.randrange(7):
            case 0:
                broken[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del broken[at : at + chance.choice((1, 10, 300))]
            case 2:
                broken[at:at] = chance.choice(_SPLICES) * chance.choice((1, 1, 3, 2000))
            case 3:
                other = chance.randrange(len(broken) + 1)
                broken[at:at] = broken[other : other + chance.choice((5, 80))]
            case 4:
                stranger = chance.choice(others)
                other = chance.randrange(len(stranger) + 1)
                broken[at:at] = stranger[other : other + chance.choice((20, 2000))]
            case 5:
                broken[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"9999", b"-1-1"))
            case _:
                del broken[max(at, 1) :]
    return bytes(broken)


def _repacked(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """A zip file with one member changed inside, or one of its own bytes, which mostly ends at a checksum.

    A member of XML mostly stays well formed, so that the reader of its elements is reached and not the parser alone.
    """
    if chance.random() < 0.15:
        return changed(data, chance, others)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as sound, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as broken:
        names = sound.namelist()
        wrong = chance.choice([*names, *[name for name in names if name == "word/document.xml"] * 3 * len(names)])
        for name in names:
            member = sound.read(name)
            if name == wrong and b"<" in member and chance.random() < 0.8:
                member = _rewritten(member, chance)
            elif name == wrong:
                member = changed(member, chance, others)
            broken.writestr(name, member)
    return target.getvalue()


_ELEMENT = re.compile(rb"<(/?)([\w:]+)([^<>]*?)(/?)>")
_VALUES = (
    b"",
    b"0",
    b"-1",
    b"99999999999999999999",
    b"NaN",
    b"\xef\xbb\xbf",
    b"a" * 5000,
    b"&#1;",
    b"../../x",
    b"true",
)


def _rewritten(xml: bytes, chance: random.Random) -> bytes:
    """XML with elements doubled, emptied, taken out, nested in each other or renamed, or with other values; the tags
    still close."""
    for _ in range(chance.choice((1, 1, 3, 12))):
        tags = [tag for tag in _ELEMENT.finditer(xml) if not tag[1]]
        if not tags:
            break
        tag = chance.choice(tags)
        end = xml.find(b"</" + tag[2] + b">", tag.end())
        whole = slice(tag.start(), tag.end() if tag[4] or end < 0 else end + len(tag[2]) + 3)
        piece = xml[whole]
        match chance.randrange(6):
            case 0:
                new = piece * chance.choice((0, 2, 50))
            case 1:
                depth = chance.choice((1, 30, 300))
                new = (b"<" + tag[2] + tag[3] + b">") * depth + piece + (b"</" + tag[2] + b">") * depth
            case 2:
                other = chance.choice(tags)[2]
                new = piece.replace(b"<" + tag[2], b"<" + other, 1)
                new = new[: -len(tag[2]) - 1] + other + b">" if new.endswith(b"</" + tag[2] + b">") else new
            case 3:
                new = re.sub(rb'="[^"]*"', lambda _: b'="' + chance.choice(_VALUES) + b'"', piece, count=3)
            case 4:
                elsewhere = chance.choice(tags)
                new = piece + elsewhere[0] if elsewhere[4] else piece + b"<" + elsewhere[2] + b"/>"
            case _:
                new = re.sub(rb">[^<]+<", b">" + chance.choice(_VALUES) + b"<", piece, count=1)
        xml = xml[: whole.start] + new + xml[whole.stop :]
        if len(xml) > 3_000_000:
            break
    return xml


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    """Raises _Overdue in what runs longer."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _Overdue

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _bulk(reader: str, data: bytes, folder: Path) -> None:
    """Read a part of the bulk archive as a build does."""
    if reader == "lob":
        read_lob(data, "a.lob").encode("utf-8")
    elif reader == "dat":
        for row in read_rows(io.BytesIO(data), SECTION_COLUMNS, "a.dat", lambda line: None):
            "".join(field or "" for field in row).encode("utf-8")
    else:
        file = folder / "a.zip"
        file.write_bytes(data)
        source = Source("codes", "a.zip", "", "", "law", origin="upload", collection="codes")
        for _, document in read_archive(source, file, lambda done, total: None, lambda line: None):
            document.text.encode("utf-8")


_NAMES = {"pdf": "a.pdf", "docx": "a.docx", "markdown": "a.md", "text": "a.txt", "ecfr": "a.xml", "uslm": "a.xml"}


def fuzz(
    inputs: int, seed: int, say: Callable[[str], None] = lambda line: None, readers: Sequence[str] = READERS
) -> Tally:
    """Read `inputs` damaged files, the `readers` in turn."""
    chance, tally, sound = random.Random(seed), Tally(), seeds()
    others = [data for group in sound.values() for data in group]
    with Worker(LIMITS) as worker, tempfile.TemporaryDirectory() as folder:
        for number in range(inputs):
            reader = readers[number % len(readers)]
            data = chance.choice(sound[reader])
            zipped = reader in ("archive", "docx")
            data = _repacked(data, chance, others) if zipped else changed(data, chance, others)
            try:
                if reader in ("dat", "lob", "archive"):
                    with alarm(10):
                        _bulk(reader, data, Path(folder))
                else:
                    name = _NAMES.get(reader, "a.html")
                    rank = "law" if reader == "text" else "guide"
                    source = Source("d", name, "", "D", rank, citation="HSC 1" if reader == "text" else "")  # type: ignore[arg-type]
                    parsed = worker.parse(source, data)
                    parsed.document.text.encode("utf-8")
                tally.read[reader] += 1
            except (ContainedError, _Overdue) as exc:
                if isinstance(exc, ContainedError) and exc.reason in ("fault", "broke off"):
                    tally.crashed[reader] += 1
                    tally.crashes.append(f"{reader}, input {number} of seed {seed}: {exc}")
                else:
                    tally.stopped[reader] += 1
            except KbError:
                tally.refused[reader] += 1
            except Exception:
                tally.crashed[reader] += 1
                tally.crashes.append(f"{reader}, input {number} of seed {seed}: {traceback.format_exc()}")
            if number % 500 == 499:
                say(f"{number + 1} inputs, {len(tally.crashes)} crashes")
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.fuzz", description="Read damaged files.")
    parser.add_argument("--inputs", type=int, default=20_000, help="how many files (default 20000)")
    parser.add_argument("--seed", type=int, default=1, help="other numbers give other files (default 1)")
    parser.add_argument("--reader", choices=READERS, action="append", help="only this reader (all)")
    options = parser.parse_args()
    readers = options.reader or READERS
    tally = fuzz(options.inputs, options.seed, lambda line: print(line, file=sys.stderr), readers)
    print(tally.table())
    for crash in tally.crashes[:20]:
        print(crash)
    return 1 if tally.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
