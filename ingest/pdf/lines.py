"""Placed fragments to lines: what stands beside what on one baseline, parted where a column begins."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.pdf.drawing import WORD_GAP, Fragment

_SAME_LINE = 0.35  # of the font size: baselines nearer than this are one line
_CELL_GAP = 1.6  # ems: a wider blank parts two cells; justified text stays below
_COLUMN_GAP = 0.3  # ems: the same where a column of the document begins
CELL_JUMP = 24.0
"""Points: what begins less far to the right never begins a new column."""

_COLUMN_LINES = 3  # an edge where text begins so often is a column's
_LEADER = re.compile(r"(?:\.\s?){5,}\s*(?:\d+|[ivxlc]+)\s*$")
BARE_BULLET = re.compile(r"^[\x7f\u2022\u25cf\u25aa\u25a0\u25e6\u2023\u00b7\ue000-\uf8ff]$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one table cell or of running text, from `x` to `end` on the baseline `y`, in points.

    `row` counts the table rows of a page from 1 and is 0 for running text; `column` counts a row's cells from 0.
    `marginal`: marked as a running head or foot by the file. `contents`: of a table of contents without leaders.
    """

    page: int
    x: float
    y: float
    size: float
    bold: bool
    text: str
    end: float = 0.0
    row: int = 0
    column: int = 0
    marginal: bool = False
    contents: bool = False

    @property
    def is_contents(self) -> bool:
        """Whether it is a line of a table of contents: dot leaders and a page number, or marked as one."""
        return self.contents or bool(_LEADER.search(self.text))


def lines_of(pages: Sequence[Sequence[Fragment]]) -> list[list[Line]]:
    """The lines of each page in drawing order."""
    columns = _column_starts(pages)
    return [_page_lines(index, fragments, columns) for index, fragments in enumerate(pages)]


def _page_lines(page: int, fragments: Sequence[Fragment], columns: set[int]) -> list[Line]:
    lines: list[Line] = []
    previous: Fragment | None = None
    for fragment in fragments:
        gap = _gap(previous, fragment)
        if not fragment.text.strip():
            if lines and gap is not None and gap < fragment.size and not lines[-1].text.endswith(" "):
                lines[-1] = replace(lines[-1], text=lines[-1].text + " ")
            continue
        if lines and previous is not None and gap is not None and not _starts_cell(previous, fragment, gap, columns):
            lines[-1] = _joined(lines[-1], fragment, gap)
        else:
            lines.append(
                Line(
                    page,
                    fragment.x,
                    fragment.y,
                    fragment.size,
                    fragment.bold,
                    fragment.text,
                    fragment.end,
                    marginal=fragment.marginal,
                )
            )
        previous = fragment
    lines = [replace(line, text=re.sub(r"\s+", " ", line.text).strip()) for line in lines]
    return _with_late_bullets([line for line in lines if line.text])


def _joined(line: Line, fragment: Fragment, gap: float) -> Line:
    """`line` with `fragment` at its end."""
    parted = line.text.endswith(" ") or fragment.text[0].isspace()
    blank = " " if gap > WORD_GAP * fragment.size and not parted else ""
    alone = len(line.text.strip()) == 1  # a bullet has a face and size of its own
    bold = fragment.bold if alone else line.bold and fragment.bold
    size = fragment.size if alone else line.size
    return replace(line, text=line.text + blank + fragment.text, bold=bold, size=size, end=max(line.end, fragment.end))


def _with_late_bullets(lines: Sequence[Line]) -> list[Line]:
    """The lines; a bullet that is drawn after its text stands before it."""
    out: list[Line] = []
    for line in lines:
        beside = [
            place
            for place, other in enumerate(out)
            if BARE_BULLET.match(line.text)
            and abs(other.y - line.y) <= _SAME_LINE * max(line.size, other.size)
            and 0 < other.x - line.x < 60
        ]
        if beside:
            nearest = min(beside, key=lambda place: out[place].x)
            out[nearest] = replace(out[nearest], text=f"{line.text} {out[nearest].text}", x=line.x)
        else:
            out.append(line)
    return out


def _gap(previous: Fragment | None, fragment: Fragment) -> float | None:
    """The blank before `fragment` on the same line, in points; None when it stands on another line."""
    if previous is None or abs(previous.y - fragment.y) > _SAME_LINE * max(previous.size, fragment.size):
        return None
    return None if fragment.x < previous.x - 1 else fragment.x - previous.end


def _column_starts(pages: Sequence[Sequence[Fragment]]) -> set[int]:
    """Left edges of the document's columns, in whole points.

    A column is where text often begins to the right of what was drawn before it, and higher up or after a wide gap.
    """
    starts = Counter(
        round(fragment.x)
        for fragments in pages
        for previous, fragment in pairwise([f for f in fragments if f.text.strip()])
        if fragment.x > previous.x + CELL_JUMP
        and (fragment.y > previous.y + 0.5 * fragment.size or (_gap(previous, fragment) or 0.0) > 2.0 * fragment.size)
    )
    return {x for x, count in starts.items() if count >= _COLUMN_LINES}


def _starts_cell(previous: Fragment, fragment: Fragment, gap: float, columns: set[int]) -> bool:
    if fragment.x < previous.x + CELL_JUMP or (BARE_BULLET.match(previous.text.strip()) and gap < 60):
        return False
    return gap > _CELL_GAP * fragment.size or (round(fragment.x) in columns and gap > _COLUMN_GAP * fragment.size)
