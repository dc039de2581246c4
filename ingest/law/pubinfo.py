"""The Legislature's bulk archive (pubinfo_YYYY.zip, or the folder it unpacks to) as files of law, one a division.

Tables: LAW_SECTION_TBL has a row for each version of a section and names the lob with its text; LAW_TOC_SECTIONS_TBL
says under which node of the table of contents a version stands; LAW_TOC_TBL has the headings of the nodes. A node's
path is dotted, and every beginning of it is a node that it stands in. Only the texts of one division are in memory.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from ingest.law.archive import Archive
from ingest.law.california import (
    JURISDICTION,
    code_name,
    code_title,
    heading_name,
    heading_words,
    law_section,
    section_number,
)
from ingest.law.datfile import Row as Fields
from ingest.law.datfile import read_rows
from ingest.law.lob import read_lob
from ingest.law.sections import LawFile, LawSection
from ingest.law.spool import Node, Place, Row, Spool
from kb.codes import CODES
from kb.errors import KbError, ParseError

SECTIONS = "LAW_SECTION_TBL.dat"
_NODES, _PLACES = "LAW_TOC_TBL.dat", "LAW_TOC_SECTIONS_TBL.dat"
_WIDTHS = {SECTIONS: 18, _NODES: 19, _PLACES: 13}
_PART = 2_000_000  # bytes of lobs in one LawFile, so that its text has no more characters
_LOB = 8_000_000  # bytes; the longest sections of the codes have some hundred thousand
_RANKS = {code: rank for rank, code in enumerate(("CONS", *CODES))}
# From the outside in, as the codes are built: what a row's own columns mean where no table of contents has it.
_LEVELS = ("division", "title", "part", "chapter", "article")
_BUILT = dict.fromkeys(("EDC", "GOV", "CORP"), "title division part chapter article")
_BUILT |= dict.fromkeys(("PEN", "CCP"), "part title division chapter article")
_USUAL = "division part title chapter article"

Progress = Callable[[int, int], None]
Problem = Callable[[str], None]


def is_pubinfo(path: Path) -> bool:
    """True for a zip file or a folder in which the table of law sections lies."""
    try:
        with Archive(path) as archive:
            return SECTIONS in archive
    except KbError:
        return False


def read_pubinfo(path: Path, on_progress: Progress, on_problem: Problem) -> Iterator[LawFile]:
    """The law in the archive: codes by their abbreviation, the Constitution first, each in its own order.

    A file holds a division (or what a code is divided into), or a part of one whose text would be longer than two
    million characters. on_progress gets how many sections are read, and of how many; on_problem a sentence on each
    row or lob that could not be read and is left out. Raises KbError where the archive as a whole cannot be read.
    """
    with Archive(path) as archive, Spool() as spool:
        if SECTIONS not in archive:
            raise ParseError(
                f"{path}: there is no {SECTIONS} in it; give the archive pubinfo_YYYY.zip as it was fetched"
            )
        _fill(spool, archive, on_problem)
        done, total = 0, spool.count()
        if not total:
            raise ParseError(f"{path}: no row of {SECTIONS} could be read; fetch the archive again")
        on_progress(done, total)
        for code, rows in groupby(spool.sections(), lambda row: row.code):
            tree, titles = _Tree(code, spool.headings(code)), set[str]()
            for part in _files(rows, tree):
                sections = tuple(_sections(part.rows, tree, archive, on_problem))
                done += len(part.rows)
                if sections:
                    yield LawFile(_title(part, tree, titles), JURISDICTION, sections)
                on_progress(done, total)


def _fill(spool: Spool, archive: Archive, on_problem: Problem) -> None:
    """Put the three tables into `spool`."""
    for member in (_NODES, _PLACES):
        if member not in archive:
            on_problem(
                f"{member}: is not in the archive, so headings are only the numbers that the sections' rows give"
            )
    spool.add_nodes(
        Node(f[0] or "", f[13] or "", _columns(f[1:6]), f[14] == "Y", f[6] or "")
        for f in _rows(archive, _NODES, on_problem)
    )
    spool.add_places(
        Place(f[11] or "", f[1] or "", f[2] or "", _whole(f[4]) or _whole(f[12]))
        for f in _rows(archive, _PLACES, on_problem)
    )
    given = 0

    def rows() -> Iterator[Row]:
        nonlocal given
        for fields in _rows(archive, SECTIONS, on_problem):
            row = _row(fields, archive, on_problem)
            if row:
                given += 1
                yield row

    new = spool.add_sections(rows())
    if new < given:
        on_problem(
            f"{SECTIONS}: {given - new} row(s) repeat a version of a section that stood before; they are left out"
        )


def _rows(archive: Archive, member: str, on_problem: Problem) -> Iterator[Fields]:
    """The rows of a table; what cannot be read is told and left out."""
    if member in archive:
        try:
            yield from read_rows(archive.lines(member), _WIDTHS[member], member, on_problem)
        except ParseError as exc:
            on_problem(str(exc))


def _row(f: Fields, archive: Archive, on_problem: Problem) -> Row | None:
    """A row of the table of sections; None, and a problem told, where something needed is not in it."""
    code, written, version, lob = f[1] or "", f[2] or "", f[7] or f[0] or "", f[14] or ""
    name = f"{SECTIONS}, section {code} {written}"
    if not (code and section_number(code, written)):
        on_problem(f"{name} ({version}): the row names no code or no section; it is left out")
    elif f[15] == "N":
        on_problem(f"{name}: the version {version} is marked as not active; it is left out")
    elif lob not in archive:
        on_problem(f"{name}: its text, {lob or 'a lob without a name'}, is not in the archive; it is left out")
    else:
        names = f[0] or "", _RANKS.get(code, len(_RANKS)), version, code, written
        places = _columns(f[8:13]), _built(code, f[8:13]), f[12] or ""
        return Row(*names, *places, f[6] or "", f[13] or "", lob, archive.size(lob))
    return None


def _columns(fields: Fields) -> str:
    """Division, title, part, chapter and article with tabs between, "" for none."""
    return "\t".join((field or "").replace("\t", " ") for field in fields)


def _built(code: str, fields: Fields) -> str:
    """The same as headings, "TITLE 2." and so on, from the outside in."""
    columns = dict(zip(_LEVELS, fields, strict=True))
    levels = _BUILT.get(code, _USUAL).split()
    return _columns(tuple(f"{level.upper()} {columns[level]}" if columns[level] else None for level in levels))


def _whole(field: str | None) -> int:
    return int(field) if field and field.isascii() and field.isdecimal() and len(field) < 10 else 0


class _Tree:
    """What the sections of a code stand in."""

    def __init__(self, code: str, headings: dict[str, str]) -> None:
        self.code = code
        self._headings = headings

    def steps(self, row: Row) -> tuple[str, ...]:
        """The headings above a row, from below the code's name inwards, as the archive writes them."""
        numbers = row.path.split(".") if row.path else []
        prefixes = (".".join(numbers[: size + 1]) for size in range(len(numbers)))
        found = tuple(heading for prefix in prefixes if (heading := self._headings.get(prefix)))
        if found:
            return found
        return tuple(step for step in row.built.split("\t") if step)


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows that make a file; `cut` where they are only some of those right under their heading."""

    depth: int
    rows: list[Row]
    cut: bool = False


def _files(rows: Iterable[Row], tree: _Tree) -> Iterator[_Part]:
    """The rows of a code in files, a division each, or less."""
    for _, division in groupby(rows, lambda row: tree.steps(row)[:1]):
        yield from _parts(list(division), tree, 1)


def _parts(rows: list[Row], tree: _Tree, depth: int) -> Iterator[_Part]:
    """`rows`, which have `depth` headings in common, in files that are not too long."""
    if sum(row.size for row in rows) <= _PART:
        yield _Part(depth, rows)
    elif any(len(tree.steps(row)) > depth for row in rows):
        for _, inner in groupby(rows, lambda row: tree.steps(row)[: depth + 1]):
            yield from _parts(list(inner), tree, depth + 1)
    else:
        some, size = list[Row](), 0
        for row in rows:
            if some and size + row.size > _PART:
                yield _Part(depth, some, True)
                some, size = [], 0
            some.append(row)
            size += row.size
        yield _Part(depth, some, True)


def _title(part: _Part, tree: _Tree, titles: set[str]) -> str:
    """What a part is called; no two of a code have one title."""
    steps = tree.steps(part.rows[0])[: part.depth]
    title = ", ".join((code_title(tree.code), *map(heading_name, steps)))
    if part.cut or title in titles:
        first, last = (section_number(tree.code, row.written) for row in (part.rows[0], part.rows[-1]))
        title += f", sections {first} to {last}" if first != last else f", section {first}"
    again = 2
    base = title
    while title in titles:
        title, again = f"{base} ({again})", again + 1
    titles.add(title)
    return title


def _sections(rows: list[Row], tree: _Tree, archive: Archive, on_problem: Problem) -> Iterator[LawSection]:
    """The sections of `rows` with their texts; a lob that cannot be read is told and left out."""
    for row in rows:
        above = (code_name(row.code), *map(heading_words, tree.steps(row)))
        name = f"{row.lob}, section {row.code} {row.written}"
        try:
            text = read_lob(archive.read(row.lob, _LOB), name)
        except ParseError as exc:
            on_problem(str(exc))
            continue
        if not text:
            on_problem(f"{name}: there are no words in it; it is left out")
            continue
        article = row.article if row.code == "CONS" else ""
        yield law_section(row.code, row.written, text, above, row.history, article, _day(row.effective))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
