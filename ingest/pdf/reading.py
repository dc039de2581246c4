"""PDF to placed fragments with pypdf: what stands on each page, where, in which size and weight."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO, Any

from ingest.pdf.drawing import CLOSE_GAP, Fragment, fragments_of
from ingest.pdf.fonts import Fonts
from kb.errors import ParseError

_MAX_PAGES = 5000
_ONE_PROCESS = 60
"""Pages up to which one process reads all: starting others costs as long as reading 15 pages (2026-11)."""

_REOPEN = 250  # pages after which the file is opened again: pypdf keeps every object that it has seen
_REPLACED = "\ufffd".encode()  # what stands for lost bytes where a PDF was once saved as text
_OCR = "make one with an OCR program, for example `ocrmypdf in.pdf out.pdf`, and add that file"


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the file's own outline. `page` from 0, `depth` from 0."""

    title: str
    page: int
    depth: int


@dataclass(frozen=True, slots=True)
class PdfText:
    """Fragments of each page in drawing order, and what the file says of its pages.

    Page numbers (from 1) of pages that could not be read are in `failed`, of those whose words run together in
    `glued`, of those whose letters mean nothing in `garbled`. `labels`: the file's page labels, () where it has none
    or they only count from 1.
    """

    pages: tuple[tuple[Fragment, ...], ...]
    failed: tuple[int, ...] = ()
    glued: tuple[int, ...] = ()
    garbled: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()


_Page = tuple[tuple[Fragment, ...], str]  # fragments, and what is wrong: "" | "failed" | "glued" | "garbled"


def read_pdf(data: bytes, name: str, most: int = _MAX_PAGES) -> PdfText:
    """The text fragments of a PDF's first `most` pages.

    Raises ParseError, saying what to do, where none of them gives text.
    """
    with _quiet():
        reader = _open(data, name)
        count = min(_page_count(reader, name), most)
        halves = _in_two_processes(data, count) if count > _ONE_PROCESS else None
        pages = halves or list(_read(data, reader, range(count)))
        labels, bookmarks = _labels(reader, count), _bookmarks(reader)
    wrong = {kind: tuple(n for n, (_, fault) in enumerate(pages, 1) if fault == kind) for kind in _FAULTS}
    if not any(fragment.text.strip() for fragments, _ in pages for fragment in fragments):
        every = len(wrong["failed"]) == count
        if every or data.count(_REPLACED) > 0.05 * len(data) / len(_REPLACED):
            raise ParseError(f"{name}: the PDF is damaged and no page of it can be read; get the file again")
        raise ParseError(f"{name}: it has no text layer (a scan?); {_OCR}")
    return PdfText(tuple(p for p, _ in pages), wrong["failed"], wrong["glued"], wrong["garbled"], labels, bookmarks)


_FAULTS = ("failed", "glued", "garbled")


def pdf_warnings(pdf: PdfText, name: str) -> tuple[str, ...]:
    """What a reader of the text has to know: pages that are missing or not as they look."""
    found = []
    if pdf.failed:
        found.append(f"{name}: could not read page(s) {_listed(pdf.failed)}; the others are in")
    if pdf.glued:
        found.append(
            f"{name}: words run together on page(s) {_listed(pdf.glued)}, so searching there finds little; "
            "ask the plan for another copy, or make the text again with `ocrmypdf --force-ocr in.pdf out.pdf`"
        )
    if pdf.garbled:
        found.append(
            f"{name}: the letters of page(s) {_listed(pdf.garbled)} cannot be told (fonts without a table); "
            "make the text again with `ocrmypdf --force-ocr in.pdf out.pdf` and add that file"
        )
    empty = [n for n, fragments in enumerate(pdf.pages, 1) if not fragments and n not in pdf.failed]
    if len(empty) > 0.2 * len(pdf.pages) and len(empty) > 2:
        found.append(f"{name}: page(s) {_listed(empty)} hold no text; where they are scans, {_OCR}")
    return tuple(found)


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:20]))
    return shown if len(numbers) <= 20 else f"{shown} and {len(numbers) - 20} more"


@contextmanager
def _quiet() -> Iterator[None]:
    """pypdf without its log lines: a damaged file gives thousands."""
    log = logging.getLogger("pypdf")
    before, log.level = log.level, logging.CRITICAL + 1
    try:
        yield
    finally:
        log.level = before


def _open(data: bytes, name: str) -> Any:
    import pypdf

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ParseError(f"{name}: the PDF needs a password; save a copy without one and add that")
    except ParseError:
        raise
    except Exception as exc:  # pypdf raises many types on damaged files
        raise ParseError(f"{name}: not a readable PDF ({type(exc).__name__}: {exc}); open and save it again") from exc
    return reader


def _page_count(reader: Any, name: str) -> int:
    try:
        count = len(reader.pages)
    except Exception as exc:  # as above
        raise ParseError(f"{name}: not a readable PDF ({type(exc).__name__}: {exc}); open and save it again") from exc
    if count == 0:
        raise ParseError(f"{name}: the PDF has no pages; get the file again")
    if count > _MAX_PAGES:
        raise ParseError(f"{name}: the PDF has {count} pages, the limit is {_MAX_PAGES}; split it")
    return count


def _read(data: bytes, reader: Any, numbers: range) -> Iterator[_Page]:
    fonts = Fonts()
    for done, number in enumerate(numbers):
        if done and done % _REOPEN == 0:
            reader, fonts = _open(data, ""), Fonts()
        try:
            page = reader.pages[number]
            fragments, fault = fragments_of(page, fonts), ""
            if _is_glued(fragments):
                closer = fragments_of(page, fonts, CLOSE_GAP)
                fragments, fault = (fragments, "glued") if _is_glued(closer) else (closer, "")
            elif _is_garbled(fragments):
                fault = "garbled"
            yield fragments, fault
        except Exception:  # one broken page must not lose the others
            yield (), "failed"


def _is_glued(fragments: Sequence[Fragment]) -> bool:
    """Whether the page lost blanks between words: those of 17 letters and more are a twentieth of its letters.

    Each word counts once, so a page about neurodevelopmental therapy does not. In running English the share is below
    one in a hundred; with every blank lost it is near one.
    """
    lengths = [len(word) for word in {word for f in fragments for word in re.findall(r"[^\W\d_]+", f.text)}]
    long = [n for n in lengths if n >= 17]
    return (len(long) >= 3 or max(long, default=0) >= 30) and sum(long) > 0.05 * sum(lengths)


def _is_garbled(fragments: Sequence[Fragment]) -> bool:
    """Whether a quarter of the page's characters are none of a script: control, private, unassigned."""
    letters = [c for f in fragments for c in f.text if not c.isspace()]
    odd = sum(unicodedata.category(c) in ("Cc", "Co", "Cn", "Cs") or c == "\ufffd" for c in letters)
    return len(letters) >= 50 and odd > 0.25 * len(letters)


def _in_two_processes(data: bytes, count: int) -> list[_Page] | None:
    """The pages read by two processes at once, even and odd; None where that fails, and one has to do it."""
    root = Path(__file__).resolve().parents[2]
    running: list[subprocess.Popen[bytes]] = []
    try:
        for turn in (0, 1):
            command = [sys.executable, "-m", "ingest.pdf.reading", str(turn), str(count), str(len(data))]
            pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
            running.append(subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, stderr=quiet))
        with ThreadPoolExecutor(len(running)) as threads:
            even, odd = threads.map(lambda process: _half(process, data), running)
    except (OSError, ValueError, TypeError):
        return None
    finally:
        for process in running:
            process.kill()
            for stream in (process.stdin, process.stdout):
                _close(stream)
            process.wait()
    if (len(even), len(odd)) != ((count + 1) // 2, count // 2):
        return None
    pages: list[_Page] = [((), "")] * count
    pages[0::2], pages[1::2] = even, odd
    return pages


def _half(process: "subprocess.Popen[bytes]", data: bytes) -> list[_Page]:
    """The pages that a process gives. Its input stays open meanwhile: it ends when that does."""
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    process.stdin.write(data)
    process.stdin.flush()
    rows = json.loads(process.stdout.read())
    return [(tuple(Fragment(*row) for row in fragments), str(fault)) for fragments, fault in rows]


def _close(stream: IO[bytes] | None) -> None:
    try:
        if stream is not None:
            stream.close()
    except OSError:  # what it held back cannot be written to a process that is gone
        return


def _labels(reader: Any, count: int) -> tuple[str, ...]:
    try:
        labels = tuple(map(str, reader.page_labels)) if "/PageLabels" in reader.root_object else ()
    except Exception:  # labels are an extra
        return ()
    return labels if len(labels) == count and labels != tuple(map(str, range(1, count + 1))) else ()


def _bookmarks(reader: Any) -> tuple[Bookmark, ...]:
    """The outline flat and in order; () where there is none, or it is broken or endless."""
    found: list[Bookmark] = []
    try:
        stack = [(entry, 0) for entry in reversed(reader.outline)]
        while stack and len(found) < _MAX_PAGES:
            entry, depth = stack.pop()
            if isinstance(entry, list):
                stack += [(inner, depth + 1) for inner in reversed(entry)]
                continue
            page = reader.get_destination_page_number(entry)
            if page is not None and page >= 0:
                found.append(Bookmark(" ".join(str(entry.title).split()), page, depth))
    except Exception:  # bookmarks are an extra
        return ()
    return tuple(found)


def _serve(turn: str, count: str, size: str) -> None:
    """One half of the pages, for the process that asked; run as ``python -m ingest.pdf.reading``.

    The limits of the process that asked hold here too; when it ends, so does this one.
    """
    data = sys.stdin.buffer.read(int(size))
    threading.Thread(target=_end_with_input, daemon=True).start()
    with _quiet():
        pages = list(_read(data, _open(data, ""), range(int(turn), int(count), 2)))
    rows = [([astuple(fragment) for fragment in fragments], fault) for fragments, fault in pages]
    sys.stdout.buffer.write(json.dumps(rows, default=float).encode("ascii"))
    sys.stdout.buffer.flush()
    os._exit(0)  # the thread waits for input that never comes


def _end_with_input() -> None:
    while os.read(0, 1):
        continue
    os._exit(1)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
