"""Placed fragments to lines and table cells: what stands beside what, and what is a running head or foot."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.pdf import Fragment

_SAME_LINE = 0.35  # of the font size: baselines nearer than this are one line
_CELL_JUMP = 24.0  # points: a smaller step to the right never begins a new column
_BASELINE = 1.5  # points: nearer baselines are one
_COLUMN_LINES = 3  # an edge where text begins so often is a column's
_EDGE_LINES = 4  # running heads and feet are looked for in so many first and last lines of a page
_LEADER = re.compile(r"(?:\.\s?){5,}\s*(?:\d+|[ivxlc]+)\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one table cell or of running text. `column` is 0 for running text and a row's first cell."""

    page: int
    x: float
    y: float
    size: float
    bold: bool
    text: str
    column: int = 0

    @property
    def is_contents(self) -> bool:
        """Whether it is a line of a table of contents: dot leaders and a page number."""
        return bool(_LEADER.search(self.text))


def lines_of(pages: Sequence[Sequence[Fragment]]) -> list[list[Line]]:
    """The lines of each page in drawing order; cells of one table row are numbered by their column."""
    columns = _column_starts(pages)
    return [_page_lines(index, fragments, columns) for index, fragments in enumerate(pages)]


def _page_lines(page: int, fragments: Sequence[Fragment], columns: set[int]) -> list[Line]:
    lines: list[Line] = []
    previous: Fragment | None = None
    for fragment in fragments:
        gap = _gap(previous, fragment)
        if lines and previous is not None and gap is not None and not _starts_cell(previous, fragment, gap, columns):
            last = lines[-1]
            blank = " " if gap > 0.6 * fragment.size and not last.text.endswith(" ") and fragment.text[0] != " " else ""
            style = fragment if len(last.text.strip()) == 1 else last  # a bullet has a face and size of its own
            bold = last.bold and fragment.bold if style is last else fragment.bold
            lines[-1] = replace(last, text=last.text + blank + fragment.text, bold=bold, size=style.size)
        else:
            lines.append(Line(page, fragment.x, fragment.y, fragment.size, fragment.bold, fragment.text))
        previous = fragment
    lines = [replace(line, text=re.sub(r"\s+", " ", line.text).strip()) for line in lines]
    return _number_columns([line for line in lines if line.text])


def _gap(previous: Fragment | None, fragment: Fragment) -> float | None:
    """Estimated blank before `fragment` on the same line, in points; None when it stands on another line."""
    if previous is None or abs(previous.y - fragment.y) > _SAME_LINE * max(previous.size, fragment.size):
        return None
    if fragment.x < previous.x - 1:
        return None
    width = len(previous.text) * previous.size * 0.47  # average glyph width of text faces, in ems
    return 0.0 if fragment.x == previous.x else fragment.x - previous.x - width


def _column_starts(pages: Sequence[Sequence[Fragment]]) -> set[int]:
    """Left edges of the document's columns, in whole points.

    A column is where text often begins to the right of what was drawn before it, and higher up or after a wide gap.
    """
    starts = Counter(
        round(fragment.x)
        for fragments in pages
        for previous, fragment in pairwise(fragments)
        if fragment.x > previous.x + _CELL_JUMP
        and (fragment.y > previous.y + 0.5 * fragment.size or (_gap(previous, fragment) or 0.0) > 2.0 * fragment.size)
    )
    return {x for x, count in starts.items() if count >= _COLUMN_LINES}


def _starts_cell(previous: Fragment, fragment: Fragment, gap: float, columns: set[int]) -> bool:
    if fragment.x < previous.x + _CELL_JUMP:
        return False
    overlap = 0.3 * (fragment.x - previous.x)  # the width of `previous` is estimated
    return gap > 2.0 * fragment.size or (round(fragment.x) in columns and gap > -overlap)


def _number_columns(lines: list[Line]) -> list[Line]:
    """The same lines; one that stands right of, and not below, the row's cell before it gets the next column."""
    out: list[Line] = []
    column, top, left = 0, 0.0, 0.0
    for line in lines:
        same_cell = bool(out) and abs(line.x - left) <= _CELL_JUMP / 2 and line.y < out[-1].y
        if not out or (same_cell and column == 0):
            column, top, left = 0, line.y, line.x
        elif same_cell:
            pass
        elif line.x > left + _CELL_JUMP and line.y >= out[-1].y - 1 and abs(line.y - top) < 6 * line.size:
            column, left = column + 1, line.x
        else:
            column, top, left = 0, line.y, line.x
        out.append(replace(line, column=column))
    return out


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text).strip().lower()


def strip_furniture(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[str]]:
    """Pages without running heads and feet, and each page's printed number ("" where none is found).

    A line is furniture when it stands among the first or last lines of its page (by height) and its text, digits
    aside, does so on at least a fifth of the pages (and three), and no oftener than once or twice a page; left and
    right pages may differ. So is what stands on the baseline of such a line, the chapter's name beside the plan's, and
    small print that is the outermost line at one height on most pages, whatever it says.
    """
    edges = [_edge_lines(lines) for lines in pages]
    filled = [lines for lines in pages if lines]
    seen = Counter(shape for lines in edges for shape in {_shape(line.text) for line in lines})
    everywhere = Counter(_shape(line.text) for lines in pages for line in lines)
    least = max(3, round(0.2 * len(filled)))
    repeated = {shape for shape, n in seen.items() if n >= least and everywhere[shape] <= 2 * n}
    heights = _outer_heights(filled)
    kept, marks = [], []
    for lines, edge in zip(pages, edges, strict=True):
        known = [x for x in edge if _shape(x.text) in repeated or (_height(x) in heights and x in _outermost(lines))]
        drop = [line for line in edge if any(abs(line.y - other.y) < _BASELINE for other in known)]
        marks.append(drop)
        kept.append([line for line in lines if not any(line is other for other in drop)])
    return kept, _printed_numbers(marks)


def _height(line: Line) -> tuple[int, float]:
    return round(line.y), line.size


def _outermost(lines: Sequence[Line]) -> tuple[Line, Line]:
    """The highest and the lowest line of a page that has lines."""
    return max(lines, key=lambda line: line.y), min(lines, key=lambda line: line.y)


def _outer_heights(pages: Sequence[Sequence[Line]]) -> set[tuple[int, float]]:
    """Heights and sizes at which most pages have small print as their highest or lowest line."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    outer = Counter(_height(line) for lines in pages for line in set(_outermost(lines)))
    return {place for place, n in outer.items() if place[1] < 0.95 * body and n >= max(3, 0.6 * len(pages))}


def _edge_lines(lines: Sequence[Line]) -> list[Line]:
    by_height = sorted(lines, key=lambda line: -line.y)
    return list({id(x): x for x in (*by_height[:_EDGE_LINES], *by_height[-_EDGE_LINES:])}.values())


def _printed_numbers(furniture: Sequence[Sequence[Line]]) -> list[str]:
    """Printed page numbers: the integer in the furniture that keeps the commonest distance to the page's place."""
    distances: Counter[int] = Counter()
    numbers: dict[int, set[int]] = defaultdict(set)
    for index, lines in enumerate(furniture):
        numbers[index] = {int(n) for line in lines for n in re.findall(r"(?<![\d.-])\d{1,4}(?![\d-])", line.text)}
        distances.update(index + 1 - number for number in numbers[index])
    if not distances:
        return [""] * len(furniture)
    distance, votes = distances.most_common(1)[0]
    if votes < max(3, 0.3 * len(furniture)):
        return [""] * len(furniture)
    return [str(i + 1 - distance) if i + 1 - distance in numbers[i] else "" for i in range(len(furniture))]
