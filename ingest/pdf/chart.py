"""Lines to table rows: which lines stand side by side, as cells of one row, and in which column each cell is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest

from ingest.pdf.lines import CELL_JUMP, Line

_STEP = 1.45  # of the font size: a larger step down leaves the lines of a paragraph
_CELL_STEP = 2.8  # the same between paragraphs of one cell that is drawn in one go
_TOLERANCE = 0.35  # of the font size: baselines nearer than this are one


@dataclass(slots=True)
class _Row:
    """A row under construction: the lines of each cell by slot; slot 0 holds the row's name and may be empty."""

    cells: list[list[Line]]
    slots: list[int] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [line for cell in self.cells for line in cell]

    @property
    def top(self) -> float:
        return max(line.y for line in self.lines)

    @property
    def bottom(self) -> float:
        return min(line.y for line in self.lines)

    @property
    def is_bold(self) -> bool:
        return all(line.bold for line in self.lines)


Slots = list[tuple[float, float]]
"""The columns of one chart from left to right: how far left and right their text reaches, in points."""

_Piece = Line | _Row


def with_rows(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The same lines with `row` and `column` set where they belong to a table, cells of a row beside each other.

    An empty cell between others keeps its column number free. Rows are counted on each page.
    """
    done: list[list[Line]] = []
    slots: Slots = []
    for lines in pages:
        pieces = _pieces(lines, slots)
        groups = _groups(pieces)
        for group in groups:
            slots = _assign(group, slots)
            pieces = _merged(pieces, group)
        done.append(_numbered(pieces))
    return done


def _pieces(lines: Sequence[Line], before: Slots) -> list[_Piece]:
    """Running lines and rows in drawing order. `before` are the columns of the chart that may go on at the top."""
    edges = _edges(lines)
    pieces: list[_Piece] = []
    row: _Row | None = None
    for line in lines:
        if row is not None and _joins(row, line):
            continue
        first = _first_cell(pieces, line, edges) if not line.is_contents else []
        if first:
            pieces = pieces[: len(pieces) - len(first)]
            row = _Row([first, [line]])
            pieces.append(row)
        elif pieces and (right := _drawn_before(pieces[-1], line)):
            row = _Row([[line], [right]])
            pieces[-1] = row
        elif _is_lone_cell(pieces, line, before):
            row = _Row([[], [line]])
            pieces.append(row)
        else:
            row = None
            pieces.append(line)
    return pieces


def _edges(lines: Sequence[Line]) -> Counter[int]:
    """How often text begins at an x right of, and not below, the line drawn before it."""
    return Counter(
        round(line.x / 4)
        for previous, line in pairwise(lines)
        if line.x > previous.x + CELL_JUMP and line.y >= previous.y - 1
    )


def _joins(row: _Row, line: Line) -> bool:
    """Whether `line` is of the open `row`; it is then in one of its cells or in a new one."""
    if line.is_contents:
        return False
    first = row.cells[0]
    left = first[0].x if first else min(x.x for x in row.lines) - 2 * CELL_JUMP
    if first and row.top - row.bottom < line.size and _is_left_of(line, first[0]):
        row.cells.insert(0, [line])
        return True
    if line.x <= left + CELL_JUMP:
        return False
    for cell in row.cells[1:]:
        if _overlap(cell, line) > 0 and all(_overlap(other, line) <= 0 for other in row.cells if other is not cell):
            room = _CELL_STEP if cell is row.cells[-1] else _STEP
            if 0.3 * line.size < cell[-1].y - line.y <= room * line.size:
                cell.append(line)
                return True
    beside = row.bottom - 1 <= line.y <= row.top + 1.5 * line.size
    if beside and all(_overlap([x], line) <= 1 for x in row.lines if abs(x.y - line.y) < 0.8 * line.size):
        row.cells.append([line])
        row.cells[1:] = sorted(row.cells[1:], key=lambda cell: cell[0].x)
        return True
    return False


def _overlap(cell: Sequence[Line], line: Line) -> float:
    """By how many points `line` and the cell share a stretch of the page's width; below 0 where they do not."""
    if not cell:
        return -1.0
    return min(max(x.end for x in cell), line.end) - max(min(x.x for x in cell), line.x)


def _first_cell(pieces: Sequence[_Piece], line: Line, edges: Counter[int]) -> list[Line]:
    """The running lines before `line` that are the first cell of the row which it makes with them; [] for none."""
    last = pieces[-1] if pieces else None
    if not isinstance(last, Line) or line.x <= last.x + CELL_JUMP or line.y < last.y - 1:
        return []
    often = sum(edges[round(line.x / 4) + d] for d in (-1, 0, 1)) >= 2
    if line.y > last.y + 6 * line.size and not often:
        return []
    level: list[Line] = []
    for piece in reversed(pieces):
        if not isinstance(piece, Line) or piece.end > line.x + 2 or piece.is_contents or abs(piece.x - last.x) > 60:
            break
        step = piece.y - level[0].y if level else 0.0
        near = step <= _STEP * piece.size and (not level or piece.bold == level[0].bold)
        if step < -1 or piece.y > line.y + 6 * line.size or not (near or (often and piece.y <= line.y + 2)):
            break
        level.insert(0, piece)
    return _from_its_top(level, line)


def _from_its_top(level: list[Line], line: Line) -> list[Line]:
    """`level` without lines above the row: where `line` stands beside one of several, that one begins the row.

    A single line beside the middle one of three is centred, and all of them are the cell.
    """
    if not level or line.y > level[0].y + 2 * line.size:
        return []
    at = next((n for n, x in enumerate(level) if abs(x.y - line.y) <= _TOLERANCE * line.size), None)
    if at is None or at == 0:
        return level
    centred = at == len(level) - 1 - at and level[0].y - level[-1].y <= 2 * _STEP * at * line.size
    return level if centred else level[at:]


def _drawn_before(last: _Piece, line: Line) -> Line | None:
    """`last` where it is the second cell of a row whose first, `line`, is drawn after it."""
    if not isinstance(last, Line) or last.is_contents or line.is_contents:
        return None
    return last if _is_left_of(line, last) else None


def _is_left_of(line: Line, other: Line) -> bool:
    """Whether `line` stands on the baseline of `other`, a cell's distance to its left."""
    level = abs(other.y - line.y) <= _TOLERANCE * line.size
    return level and line.x < other.x - CELL_JUMP and line.end < other.x - 0.5 * line.size


def _is_lone_cell(pieces: Sequence[_Piece], line: Line, before: Slots) -> bool:
    """Whether `line` goes on with a chart of the page before, at the top of its page and right of its first column."""
    if len(before) < 2 or not before[1][0] - 6 <= line.x <= before[-1][1]:
        return False
    if any(isinstance(piece, Line) for piece in pieces) or any(not p.is_bold for p in pieces if isinstance(p, _Row)):
        return False
    return line.x > before[0][1] - 6


def _groups(pieces: Sequence[_Piece]) -> list[list[_Row]]:
    """Rows of one chart: those that no heading and no line across the columns parts."""
    groups: list[list[_Row]] = []
    last: list[_Row] | None = None
    for piece in pieces:
        if isinstance(piece, Line):
            if last and (piece.end > min(x.x for x in last[-1].cells[1]) or piece.size > 1.08 * last[-1].lines[0].size):
                last = None
        elif last is None:
            last = [piece]
            groups.append(last)
        else:
            last.append(piece)
    return groups


def _assign(group: Sequence[_Row], before: Slots) -> Slots:
    """Give every cell of a chart the slot of its column; the columns."""
    widest = max(len(row.cells) for row in group)
    slots = _columns([row for row in group if len(row.cells) == widest], widest)
    goes_on = len(before) > widest or slots[0][1] < slots[0][0]
    if goes_on and before and all(any(_fits(slot, cell) for slot in before) for row in group for cell in row.cells):
        slots = before
    for row in group:
        if row.cells[0] and 1 < len(row.cells) < len(slots) and row.cells[0][0].x > slots[0][1] - 6:
            row.cells.insert(0, [])
    full = [row for row in group if len(row.cells) == len(slots)]
    slots = _columns(full, len(slots), slots)
    for row, below in zip_longest(group, group[1:]):
        storey = below is not None and row.is_bold and below.is_bold and len(below.cells) > len(row.cells)
        row.slots = list(range(len(row.cells))) if storey else _slots_of(row, slots)
    return slots


def _columns(rows: Sequence[_Row], count: int, known: Slots | None = None) -> Slots:
    """How far the text of each of `count` columns reaches in `rows`, which have all of them, and in `known`."""
    slots = known or [(1e9, -1e9)] * count
    for row in rows:
        slots = [_wider(slot, cell) for slot, cell in zip(slots, row.cells, strict=True)]
    return slots


def _wider(slot: tuple[float, float], cell: Sequence[Line]) -> tuple[float, float]:
    return min([slot[0], *(x.x for x in cell)]), max([slot[1], *(x.end for x in cell)])


def _fits(slot: tuple[float, float], cell: Sequence[Line]) -> bool:
    return not cell or any(_shared(slot, line) > 0 for line in cell)


def _shared(slot: tuple[float, float], line: Line) -> float:
    return min(slot[1], line.end) - max(slot[0], line.x)


def _slots_of(row: _Row, slots: Slots) -> list[int]:
    """The column of each cell, rising; the best by shared width where the row has fewer cells than the chart."""
    if len(row.cells) >= len(slots):
        return list(range(len(row.cells)))
    chosen = [0]
    for place, cell in enumerate(row.cells[1:], 1):
        free = range(chosen[-1] + 1, len(slots) - (len(row.cells) - 1 - place))
        shared = {n: max(_shared(slots[n], line) for line in cell) for n in free}
        best = max(shared.values())
        # a cell across several columns stands in the first of them
        chosen.append(next(n for n in free if shared[n] >= min(best, 1.0) or shared[n] == best))
    return chosen


def _merged(pieces: Sequence[_Piece], group: Sequence[_Row]) -> list[_Piece]:
    """`pieces` with rows of `group` that only go on with the row above made one with it.

    Only a row that could not stand alone is merged: its name is missing or begins in mid-sentence; and only where
    it follows at the distance of lines, not of rows.
    """
    out: list[_Piece] = []
    for piece in pieces:
        upper = out[-1] if out else None
        if isinstance(piece, _Row) and isinstance(upper, _Row) and piece in group and upper in group:
            step = upper.bottom - piece.top
            text = piece.cells[0][0].text if piece.cells[0] else ""
            goes_on = not text or text[0].islower() or text[0] == "("
            if goes_on and 0 < step <= _STEP * piece.lines[0].size and upper.is_bold == piece.is_bold:
                _append(upper, piece)
                continue
        out.append(piece)
    return out


def _append(upper: _Row, lower: _Row) -> None:
    by_slot = dict(zip(upper.slots, upper.cells, strict=True))
    for slot, cell in zip(lower.slots, lower.cells, strict=True):
        by_slot[slot] = [*by_slot.get(slot, []), *cell]
    upper.slots = sorted(by_slot)
    upper.cells = [by_slot[slot] for slot in upper.slots]


def _numbered(pieces: Sequence[_Piece]) -> list[Line]:
    out: list[Line] = []
    count = 0
    for piece in pieces:
        if isinstance(piece, Line):
            out.append(piece)
            continue
        count += 1
        for slot, cell in zip(piece.slots, piece.cells, strict=True):
            out += [replace(line, row=count, column=slot) for line in cell]
    return out
