"""What changed between two editions of a document: paragraphs aligned, their changed words and figures marked.

Equal paragraphs under one label are the anchors. Between two anchors paragraphs are paired in order by the words they
share, and what is left is looked for elsewhere, so that a moved paragraph is not both removed and added. Page numbers
in cross-references ("see page 14") are no change.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from kb.figures import FigureChange, figure_changes, figures
from kb.sentences import ROW
from kb.types import Document, Source, Span

ChangeKind = Literal["changed", "moved", "added", "removed"]

_ALIKE = 0.5  # share of words in common from which two paragraphs are versions of one; under one label less is enough
_ALIKE_SAME_LABEL = 0.3
_ALIKE_ELSEWHERE = 0.8
_WIDE = 60_000  # pairs of paragraphs between two anchors, above which only equal labels are compared


@dataclass(frozen=True, slots=True)
class Side:
    """A paragraph of one edition, verbatim, with its place. `marks` are the changed words, as spans of `text`."""

    key: str
    label: str
    span: Span
    text: str
    pages: tuple[int, int] | None = None
    printed_page: str = ""
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` is None for what was added, `after` for what was removed."""

    kind: ChangeKind
    before: Side | None
    after: Side | None
    figures: tuple[FigureChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences of two documents: changed figures first, then other wording, then moved, removed and added
    paragraphs, each in text order. `unchanged` counts paragraphs."""

    before: Source
    after: Source
    changes: tuple[Change, ...]
    unchanged: int

    def count(self, kind: ChangeKind) -> int:
        """The number of changes of one kind."""
        return sum(change.kind == kind for change in self.changes)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph, list item or table row with what it is compared by."""

    side: Side
    words: tuple[str, ...]
    label: str

    @property
    def anchor(self) -> tuple[str, tuple[str, ...]]:
        return self.label, self.words


_Pair = tuple[_Piece, _Piece]


def diff(before: Document, after: Document, old_source: Source, new_source: Source) -> Diff:
    """The differences between two documents, the older first, with the sources that describe them."""
    old, new = _pieces(before), _pieces(after)
    same, pairs, left, right = _aligned(old, new)
    moved, left, right = _moved(left, right)
    changes = [change for change in (_change("changed", *pair) for pair in pairs) if _is_marked(change)]
    same += len(pairs) - len(changes)
    changes += [_change("moved", *pair) for pair in moved]
    changes += [Change("removed", piece.side, None) for piece in left]
    changes += [Change("added", None, piece.side) for piece in right]
    return Diff(old_source, new_source, tuple(sorted(changes, key=_order)), same)


def _order(change: Change) -> tuple[int, int]:
    rank = {"changed": 1, "moved": 2, "removed": 3, "added": 4}[change.kind]
    side = change.before or change.after
    return (0 if change.kind == "changed" and change.figures else rank, side.span[0] if side else 0)


def _pieces(document: Document) -> list[_Piece]:
    """The paragraphs, items and rows of a document, without its table of contents and source lines."""
    found = []
    body = sorted((e for e in document.outline if e.kind == "body"), key=lambda e: (e.span[0], -e.span[1], e.level))
    skipped = [e.span for e in document.outline if e.kind != "body"]
    around: list[tuple[int, str]] = []  # open stretches as (end, label), outermost first
    entries = iter(body)
    entry = next(entries, None)
    for match in re.finditer(r"[^\n]+", document.text):
        start, end = match.span()
        while entry is not None and entry.span[0] <= start:
            around.append((entry.span[1], entry.label))
            entry = next(entries, None)
        around = [stretch for stretch in around if stretch[0] > start]
        words = _compared(match[0])
        if words and not any(a <= start < b for a, b in skipped):
            label = around[-1][1] if around else ""
            side = Side(document.key, label, (start, end), match[0], *_pages(document, (start, end)))
            found.append(_Piece(side, words, re.sub(r"(?:19|20)\d\d", "#", label).casefold()))
    return found


def _pages(document: Document, span: Span) -> tuple[tuple[int, int] | None, str]:
    """Numbers of the first and last page of `span`, and the printed number of the first; (None, "") if unpaged."""
    if not document.pages:
        return None, ""
    first = max((p for p in document.pages if p.start <= span[0]), key=lambda p: p.number, default=document.pages[0])
    last = max((p for p in document.pages if p.start < span[1]), key=lambda p: p.number, default=first)
    return (first.number, last.number), first.printed


def _compared(text: str) -> tuple[str, ...]:
    """The words of a paragraph as they are compared: folded, page numbers of cross-references left out."""
    plain = re.sub(r"\b(pages?)\s+\d+(?:\s*(?:-|\u2013|and|to)\s*\d+)?", r"\1 #", text.casefold())
    return tuple(re.findall(r"[^\W_]+(?:[.,:/-][^\W_]+)*|[$%#]", plain.replace("\u2019", "'")))


def _aligned(old: Sequence[_Piece], new: Sequence[_Piece]) -> tuple[int, list[_Pair], list[_Piece], list[_Piece]]:
    """The number of equal pieces, the pairs of changed ones, and those of either side that have no partner."""
    same, pairs, left, right = 0, list[_Pair](), list[_Piece](), list[_Piece]()
    matcher = SequenceMatcher(None, [p.anchor for p in old], [p.anchor for p in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            same += b - a
            continue
        found = _paired(old[a:b], new[c:d])
        pairs += [(old[a + i], new[c + j]) for i, j in found]
        left += [piece for n, piece in enumerate(old[a:b]) if n not in {i for i, _ in found}]
        right += [piece for n, piece in enumerate(new[c:d]) if n not in {j for _, j in found}]
    return same, pairs, left, right


def _paired(old: Sequence[_Piece], new: Sequence[_Piece]) -> list[tuple[int, int]]:
    """Index pairs in order whose likeness is greatest in sum (Needleman and Wunsch, 1970, without a cost for gaps)."""
    if not old or not new:
        return []
    wide = len(old) * len(new) > _WIDE
    alike = [[0.0 if wide and a.label != b.label else _likeness(a, b) for b in new] for a in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] and alike[i][j] + best[i + 1][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(a: _Piece, b: _Piece) -> float:
    """Share of words in common (Dice), 0 where it is too small for versions of one paragraph.

    Under one label, rows with the same first cell are versions of one, and paragraphs that differ in figures alone.
    """
    shared = _shared(a, b)
    if a.label != b.label:
        return shared if shared >= _ALIKE else 0.0
    if _first_cell(a) == _first_cell(b) or _shape(a) == _shape(b):
        return max(shared, _ALIKE)
    return shared if shared >= _ALIKE_SAME_LABEL else 0.0


def _first_cell(piece: _Piece) -> str:
    """What stands first in a table row; of other pieces all of it."""
    return piece.side.text.split(ROW)[0].casefold()


def _shape(piece: _Piece) -> str:
    """The text with the kind of each figure in its place."""
    text = piece.side.text.casefold()
    for figure in reversed(figures(text)):
        text = f"{text[: figure.span[0]]}<{figure.kind}>{text[figure.span[1] :]}"
    return text


def _shared(a: _Piece, b: _Piece) -> float:
    common = (Counter(a.words) & Counter(b.words)).total()
    return 2 * common / (len(a.words) + len(b.words))


def _moved(left: list[_Piece], right: list[_Piece]) -> tuple[list[_Pair], list[_Piece], list[_Piece]]:
    """Pairs of pieces that stand elsewhere in the later document, and what has no partner still.

    A very short piece ("Yes") says the same in many places: only one under its own label is the same piece.
    """
    pairs: list[_Pair] = []
    taken: set[int] = set()
    for one in left:
        free = [(n, other) for n, other in enumerate(right) if n not in taken]
        scored = [(_shared(one, other), other.label == one.label, -n) for n, other in free]
        best = max((s for s in scored if len(one.words) > 3 or s[1]), default=(0.0, False, 0))
        if best[0] >= _ALIKE_ELSEWHERE:
            taken.add(-best[2])
            pairs.append((one, right[-best[2]]))
    gone = {id(one) for one, _ in pairs}
    return pairs, [p for p in left if id(p) not in gone], [p for n, p in enumerate(right) if n not in taken]


def _change(kind: ChangeKind, old: _Piece, new: _Piece) -> Change:
    """The change between two pieces, with its words marked; without marks where only the spacing differs."""
    a, b = old.side, new.side
    before, after = _tokens(a.text), _tokens(b.text)
    matcher = SequenceMatcher(None, [w for w, _ in before], [w for w, _ in after], autojunk=False)
    changed = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    left = tuple((before[i][1][0], before[j - 1][1][1]) for _, i, j, _, _ in changed if j > i)
    right = tuple((after[i][1][0], after[j - 1][1][1]) for _, _, _, i, j in changed if j > i)
    found = figure_changes(*([f for f in figures(s.text) if _hits(f.span, m)] for s, m in ((a, left), (b, right))))
    return Change(kind, _marked(a, left), _marked(b, right), found)


def _is_marked(change: Change) -> bool:
    return any(side is not None and side.marks for side in (change.before, change.after))


def _marked(side: Side, marks: tuple[Span, ...]) -> Side:
    return Side(side.key, side.label, side.span, side.text, side.pages, side.printed_page, marks)


def _tokens(text: str) -> list[tuple[str, Span]]:
    """Words as they are compared, each with its span; page numbers of cross-references are one word, "page #"."""
    found = []
    for match in re.finditer(
        r"\bpages?\s+\d+(?:\s*(?:-|\u2013|and|to)\s*\d+)?|\$?[^\W_]+(?:[.,:/-][^\W_]+)*%?|[^\w\s]", text
    ):
        word = match[0].casefold()
        found.append(("page #" if re.match(r"pages?\s+\d", word) else word, match.span()))
    return found


def _hits(span: Span, marks: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in marks)
