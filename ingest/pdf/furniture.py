"""Lines of pages without what is not their text: running heads and feet, repeated notes, marks of continuation.

Also tells a table of contents without dot leaders, and the page numbers that are printed.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.pdf.lines import Line

_BASELINE = 1.5  # points: nearer baselines are one
_EDGE_LINES = 4  # running heads and feet are looked for in so many first and last lines of a page
_APART = 2.2  # body sizes: the blank between a running head and the text
_ROMAN = r"[ivxlc]{1,6}"
_NOTE = re.compile(r"^[*\u2020\u2021\u00a7\u00b9\u00b2\u00b3]|(?:\S+\s+){9,}\S+\.$")
_GOES_ON = re.compile(
    r"^\W*(?:(?:this|the) (?:benefit|chart|table|section|list|service)s? (?:is |are )?)?"
    r"continue[sd](?: (?:on|from) (?:the )?(?:next|previous|following) page)?\W*$",
    re.I,
)
_NUMBERED = re.compile(rf"^(.*\S)\s+(\d{{1,4}}|{_ROMAN})$")
_LEAST_CONTENTS = 5
_COST = re.compile(r"\$|\d%|#%|\bno charge\b|\bcopay")  # what a chart has at the edge of a page again and again
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class Stripped:
    """Pages without furniture, the printed number of each page ("" where none is found), and the lines taken out."""

    pages: list[list[Line]]
    printed: list[str]
    furniture: list[list[Line]]


def _shape(line: Line) -> tuple[str, int]:
    """A line without what changes from page to page: digits, and a roman number at one end; and its size.

    With the size, a running head is told from the chapter's heading, which has the same words.
    """
    return re.sub(rf"\d+|^{_ROMAN}(?=\s|$)|(?:(?<=\s)|^){_ROMAN}$", "#", line.text).lower(), round(line.size)


def strip_furniture(pages: Sequence[Sequence[Line]]) -> Stripped:
    """Pages without running heads and feet, and each page's printed number.

    A line is furniture when it stands among the first or last lines of its page (by height) and its text, digits
    aside, does so on at least a fifth of the pages (and three), and no oftener than once or twice a page, with
    nothing but furniture further out; left and right pages may differ. So is what stands on the baseline of such a
    line, the chapter's name beside the plan's; a line that is the outermost at one height on most pages, in small
    print or well apart, whatever it says; and what the file itself marks. A note that repeats, a whole sentence or
    one behind a star, stays where it stands first.
    """
    edges = [_edge_lines(lines) for lines in pages]
    filled = [lines for lines in pages if lines]
    seen = Counter(shape for lines in edges for shape in {_shape(line) for line in lines})
    everywhere = Counter(_shape(line) for lines in pages for line in lines)
    least = max(3, round(0.2 * len(filled)))
    repeated = {s for s, n in seen.items() if n >= least and everywhere[s] <= 2 * n and not _COST.search(s[0])}
    notes = {s for s, n in seen.items() if n >= 3 and s not in repeated and everywhere[s] <= 2 * n and _is_note(s[0])}
    heights = _outer_heights(filled)
    marked = _trusts_marks(filled)
    kept: list[list[Line]] = []
    dropped: list[list[Line]] = []
    shown: set[tuple[str, int]] = set()
    for lines, edge in zip(pages, edges, strict=True):
        ends = _outermost(lines) if lines else ()
        header = _chart_header(lines)
        known = [
            x for x in edge if x not in header and (_shape(x) in repeated or (_height(x) in heights and x in ends))
        ]
        drop = _peeled(edge, known)
        drop += [x for x in lines if (marked and x.marginal) or (x in edge and _shape(x) in notes)]
        drop += [x for x in lines if _GOES_ON.match(x.text)]
        first = [x for x in drop if _is_note(x.text) and not x.marginal and _shape(x) not in shown]
        shown.update(_shape(x) for x in first)
        drop = [x for x in drop if not any(x is note for note in first)]
        dropped.append(drop)
        kept.append([line for line in lines if not any(line is other for other in drop)])
    if not any(kept):  # pages of one line each: nothing tells heads from text
        return Stripped([list(lines) for lines in pages], [""] * len(pages), [[] for _ in pages])
    return Stripped(kept, _printed_numbers(dropped), dropped)


def _chart_header(lines: Sequence[Line]) -> list[Line]:
    """The header row of a chart at the top of the page: bold words side by side, close above what follows.

    It repeats like a running head, but gives the rows their meaning; `layout` drops all but the first.
    """
    top = sorted(lines, key=lambda line: -line.y)[: 3 * _EDGE_LINES]
    block: list[Line] = []
    for line in top:
        if block and (not line.bold or block[-1].y - line.y > 1.45 * line.size):
            beside = any(abs(a.y - b.y) < _BASELINE for a, b in pairwise(block))
            if beside and block[-1].y - line.y <= _APART * 1.2 * line.size and not any(x.text.isdigit() for x in block):
                return block
            block = []
        if line.bold:
            block.append(line)
    return []


def _peeled(edge: Sequence[Line], known: Sequence[Line]) -> list[Line]:
    """The `known` lines and what shares their baselines, from both ends inwards up to the first other line."""
    drop: list[Line] = []
    for ordered in (edge, list(reversed(edge))):
        for line in ordered:
            if not any(abs(line.y - other.y) < _BASELINE for other in known):
                break
            if not any(line is other for other in drop):
                drop.append(line)
    return drop


def _is_note(text: str) -> bool:
    return bool(_NOTE.search(text)) and len(text) > 20


def _trusts_marks(pages: Sequence[Sequence[Line]]) -> bool:
    """Whether the file's own marks of heads and feet can be: they cover little of the text."""
    marginal = sum(len(line.text) for lines in pages for line in lines if line.marginal)
    return marginal <= 0.25 * sum(len(line.text) for lines in pages for line in lines)


def _height(line: Line) -> tuple[int, float]:
    return round(line.y), line.size


def _outermost(lines: Sequence[Line]) -> tuple[Line, Line]:
    """The highest and the lowest line of a page that has lines."""
    return max(lines, key=lambda line: line.y), min(lines, key=lambda line: line.y)


def _outer_heights(pages: Sequence[Sequence[Line]]) -> set[tuple[int, float]]:
    """Heights and sizes at which most pages have their highest or lowest line, in small print or well apart."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    outer: Counter[tuple[int, float]] = Counter()
    apart: Counter[tuple[int, float]] = Counter()
    for lines in pages:
        for line in {*_outermost(lines)}:
            gap = min((abs(line.y - x.y) for x in lines if abs(line.y - x.y) > _BASELINE), default=0.0)
            outer[_height(line)] += 1
            apart[_height(line)] += gap > _APART * body
    least = max(3, 0.6 * len(pages))
    small = {place for place, n in outer.items() if place[1] < 0.95 * body and n >= least}
    return small | {
        place for place, n in apart.items() if place[1] < 1.3 * body and n >= max(least, 0.9 * outer[place])
    }


def _edge_lines(lines: Sequence[Line]) -> list[Line]:
    by_height = sorted(lines, key=lambda line: -line.y)
    return list({id(x): x for x in (*by_height[:_EDGE_LINES], *by_height[-_EDGE_LINES:])}.values())


def _printed_numbers(furniture: Sequence[Sequence[Line]]) -> list[str]:
    """Printed page numbers: the number in the furniture that keeps the commonest distance to the page's place.

    Roman numbers of the first pages are looked for where no other is.
    """
    arabic = [
        {int(n): n for line in lines for n in re.findall(r"(?<![\d.-])\d{1,4}(?![\d-])", line.text)}
        for lines in furniture
    ]
    roman = [
        {_value(n): n for line in lines for n in re.findall(rf"^{_ROMAN}$|^{_ROMAN}(?=\s)|(?<=\s){_ROMAN}$", line.text)}
        for lines in furniture
    ]
    found = _steady(arabic, max(3, 0.3 * len(furniture)))
    front = _steady([{} if done else names for names, done in zip(roman, found, strict=True)], 3)
    return [number or other for number, other in zip(found, front, strict=True)]


def _steady(numbers: Sequence[dict[int, str]], least: float) -> list[str]:
    """For each page its number at the distance that most pages have; "" where fewer than `least` agree."""
    distances: Counter[int] = Counter()
    for index, names in enumerate(numbers):
        distances.update(index + 1 - number for number in names)
    if not distances or distances.most_common(1)[0][1] < least:
        return [""] * len(numbers)
    distance = distances.most_common(1)[0][0]
    return [names.get(index + 1 - distance, "") for index, names in enumerate(numbers)]


def _value(roman: str) -> int:
    digits = [_VALUES[c] for c in roman]
    return sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True))


def mark_contents(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The lines, those of a table of contents without dot leaders marked.

    Such a table begins below a line that says "Contents" and is a run of lines that end in rising page numbers; it
    may go on over pages.
    """
    done: list[list[Line]] = []
    last = 0
    for lines in pages:
        joined = _numbers_beside(lines)
        begins = next(
            (n for n, x in enumerate(joined) if re.search(r"\bcontents\b", x.text, re.I) and len(x.text) < 60), None
        )
        if begins is None and not last:
            done.append(list(lines))
            continue
        run, end = _rising(joined, begins + 1 if begins is not None else 0, 0 if begins is not None else last)
        last = end if len(run) >= _LEAST_CONTENTS else 0
        done.append([replace(x, contents=n in run) for n, x in enumerate(joined)] if last else list(lines))
    return done


def _numbers_beside(lines: Sequence[Line]) -> list[Line]:
    """The lines; a number alone that stands at the right of a line is its end."""
    out: list[Line] = []
    for line in lines:
        alone = re.fullmatch(rf"\d{{1,4}}|{_ROMAN}", line.text)
        if out and alone and abs(out[-1].y - line.y) < _BASELINE and line.x > out[-1].end:
            out[-1] = replace(out[-1], text=f"{out[-1].text} {line.text}", end=line.end)
        else:
            out.append(line)
    return out


def _rising(lines: Sequence[Line], begin: int, least: int) -> tuple[set[int], int]:
    """The lines from `begin` on that end in rising numbers, with those that run over to one; and the last number."""
    run: set[int] = set()
    over: list[int] = []
    for place in range(begin, len(lines)):
        match = _NUMBERED.match(lines[place].text)
        number = 0 if match is None else int(match[2]) if match[2].isdigit() else _value(match[2])
        if match is not None and (number >= least or not match[2].isdigit()):
            run |= {place, *over}
            over, least = [], number if match[2].isdigit() else least
        else:
            over.append(place)
            if len(over) > 2:
                break
    return run, least
