"""One PDF page to placed fragments: the text operators of its content, with the true width of every glyph."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.pdf.fonts import Font, Fonts

WORD_GAP = 0.12
"""Gap between two glyphs, in ems, from which a blank is read where none is drawn: half a narrow blank."""

CLOSE_GAP = 0.05
"""The same for a page whose words run together at WORD_GAP: a tenth of a letter, more than any kerning pair."""

_SPLIT_GAP = 1.6  # ems: a wider jump inside one operator begins a new fragment (a tab, a next column)
_DEPTH = 12  # forms within forms
_OPERATIONS = 3_000_000  # of one page with its forms; the longest real page has some 30,000
_ASIDE = 10_000.0  # points: how far below the page text that runs in another direction is put
Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of text as the page draws it: from `x` to `end` on the baseline `y`, all in points from the lower left.

    `size` in points. `marginal`: the file itself marks it as a running head or foot.
    """

    x: float
    y: float
    size: float
    bold: bool
    text: str
    end: float = 0.0
    marginal: bool = False


@dataclass(slots=True)
class _State:
    """The text state of the graphics state; `matrix` takes the form's coordinates to the page's."""

    matrix: Matrix
    font: Font | None = None
    size: float = 1.0
    letter: float = 0.0
    word: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


def fragments_of(page: Any, fonts: Fonts, word_gap: float = WORD_GAP) -> tuple[Fragment, ...]:
    """The text of a pypdf page in drawing order, level as most of the page's text runs.

    Text that runs in another direction than most of the page comes last, laid level below it.
    """
    drawing = _Drawing(fonts, word_gap)
    contents = page.get("/Contents")
    if contents is not None:
        drawing.run(contents.get_object(), page, _State(_UNIT), 0)
    runs: dict[int, list[Fragment]] = {}
    for turn, fragment in drawing.found:
        runs.setdefault(turn, []).append(fragment)
    order = sorted(runs, key=lambda turn: -sum(len(f.text) for f in runs[turn]))
    return tuple(
        fragment if not place else replace(fragment, y=round(fragment.y - place * _ASIDE, 1))
        for place, turn in enumerate(order)
        for fragment in runs[turn]
    )


class _Drawing:
    """Runs content streams and collects (direction in quarter turns, fragment)."""

    def __init__(self, fonts: Fonts, word_gap: float) -> None:
        self.found: list[tuple[int, Fragment]] = []
        self._fonts = fonts
        self._word_gap = word_gap
        self._left = _OPERATIONS
        self._marks: list[bool] = []
        self._text: Matrix = _UNIT
        self._line: Matrix = _UNIT

    def run(self, content: Any, owner: Any, state: _State, depth: int) -> None:
        """Draw `content`, a stream or an array of streams, with the resources of `owner`."""
        from pypdf.generic import ContentStream

        resources = _resources(owner)
        stream = ContentStream(content, getattr(owner, "pdf", None), "bytes")
        stack: list[_State] = []
        for operands, operator in stream.operations:
            self._left -= 1
            if self._left < 0:
                raise ValueError(f"more than {_OPERATIONS} operations on one page")
            try:
                if operator == b"q":
                    stack.append(replace(state))
                elif operator == b"Q":
                    state = stack.pop() if stack else state
                elif operator == b"Do":
                    self._form(resources, operands[0], state, depth)
                elif operator == b"Tf":
                    state.font, state.size = self._fonts.of(resources, operands[0]), float(operands[1])
                elif operator in (b"BMC", b"BDC"):
                    self._marks.append(_is_marginal(operands, resources))
                elif operator == b"EMC":
                    self._marks = self._marks[:-1]
                else:
                    self._operate(operator, operands, state)
            except (IndexError, TypeError, AttributeError, KeyError, ValueError):
                continue  # a wrong operand loses its own operation

    def _form(self, resources: Any, name: str, state: _State, depth: int) -> None:
        form = resources["/XObject"].get_object()[name].get_object()
        if form.get("/Subtype") != "/Form" or depth >= _DEPTH:
            return
        matrix = tuple(float(n) for n in form.get("/Matrix", _UNIT))
        inner = replace(state, matrix=_times(matrix, state.matrix))  # type: ignore[arg-type]
        text, line, marks = self._text, self._line, self._marks
        self.run(form, form if "/Resources" in form else {"/Resources": resources}, inner, depth + 1)
        self._text, self._line, self._marks = text, line, marks

    def _operate(self, operator: bytes, operands: Sequence[Any], state: _State) -> None:
        if operator in (b"Tj", b"TJ", b"'", b'"'):
            if operator == b'"':
                state.word, state.letter = float(operands[0]), float(operands[1])
            if operator in (b"'", b'"'):
                self._move(0.0, -state.leading)
            self._show(operands[0] if operator == b"TJ" else [operands[-1]], state)
        elif operator == b"BT":
            self._text = self._line = _UNIT
        elif operator == b"Tm":
            a, b, c, d, e, f = (float(n) for n in operands)
            self._text = self._line = (a, b, c, d, e, f)
        elif operator in (b"Td", b"TD"):
            x, y = float(operands[0]), float(operands[1])
            state.leading = -y if operator == b"TD" else state.leading
            self._move(x, y)
        elif operator == b"T*":
            self._move(0.0, -state.leading)
        elif operator == b"cm":
            a, b, c, d, e, f = (float(n) for n in operands)
            state.matrix = _times((a, b, c, d, e, f), state.matrix)
        elif operator in _SETTINGS:
            name, scale = _SETTINGS[operator]
            setattr(state, name, type(getattr(state, name))(float(operands[0]) * scale))

    def _move(self, x: float, y: float) -> None:
        self._text = self._line = _times((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def _show(self, items: Sequence[Any], state: _State) -> None:
        """Place one shown string or array: a fragment, or more where it jumps far."""
        font, size, stretch = state.font, state.size, state.stretch
        if font is None:
            return
        at, begin, end, gap = 0.0, 0.0, 0.0, 0.0
        words: list[str] = []
        limit = self._word_gap * abs(size * stretch)
        for item in items:
            if isinstance(item, (int, float)):
                step = -float(item) / 1000 * size * stretch
                at, gap = at + step, gap + step
                continue
            for text, width, blank in font.glyphs(item if isinstance(item, bytes) else str(item).encode("latin-1")):
                if words and gap > _SPLIT_GAP * abs(size):
                    self._place("".join(words), begin, end, state)
                    words = []
                elif words and gap > limit and not blank and not words[-1].isspace():
                    words.append(" ")
                if not words:
                    begin = at
                words.append(text)
                at += (width * size + state.letter + (state.word if text == " " else 0.0)) * stretch
                end, gap = at, 0.0
        self._place("".join(words), begin, end, state)
        self._text = _times((1.0, 0.0, 0.0, 1.0, at, 0.0), self._text)

    def _place(self, text: str, begin: float, end: float, state: _State) -> None:
        if not text:
            return
        a, b, c, d, e, f = _times(self._text, state.matrix)
        turn = round(math.atan2(b, a) / (math.pi / 2)) % 4
        x, y = a * begin + c * state.rise + e, b * begin + d * state.rise + f
        for _ in range(turn):
            x, y = y, -x
        size = abs(state.size) * math.hypot(c, d)
        fragment = Fragment(
            round(x, 1),
            round(y, 1),
            round(size, 1),
            (state.font is not None and state.font.bold) or state.mode == 2,
            text,
            round(x + (end - begin) * math.hypot(a, b), 1),
            any(self._marks),
        )
        if not self._is_shadow(turn, fragment):
            self.found.append((turn, fragment))

    def _is_shadow(self, turn: int, fragment: Fragment) -> bool:
        """Whether the same words were just drawn a hair's breadth beside (bold made by drawing twice)."""
        if not fragment.text.strip():
            return False
        return any(
            turn == other_turn
            and fragment.text == other.text
            and abs(fragment.x - other.x) < 0.15 * fragment.size
            and abs(fragment.y - other.y) < 0.15 * fragment.size
            for other_turn, other in self.found[-3:]
        )


_SETTINGS = {
    b"Tc": ("letter", 1.0),
    b"Tw": ("word", 1.0),
    b"Tz": ("stretch", 0.01),
    b"TL": ("leading", 1.0),
    b"Ts": ("rise", 1.0),
    b"Tr": ("mode", 1.0),
}


def _times(m: Matrix, n: Matrix) -> Matrix:
    """`m` applied first, then `n`."""
    a, b, c, d, e, f = m
    g, h, i, j, k, t = n
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + t)


def _resources(owner: Any) -> Any:
    """The resources of a page or form, a page's own or inherited."""
    seen = 0
    while owner is not None and seen < 50:
        if "/Resources" in owner:
            return owner["/Resources"].get_object() if hasattr(owner["/Resources"], "get_object") else {}
        owner = owner.get("/Parent")
        owner = owner.get_object() if owner is not None else None
        seen += 1
    return {}


def _is_marginal(operands: Sequence[Any], resources: Any) -> bool:
    """Whether marked content is a running head or foot by its own mark (tagged files)."""
    if len(operands) < 2 or operands[0] != "/Artifact":
        return False
    marks = operands[1]
    if isinstance(marks, str):
        marks = resources["/Properties"].get_object()[marks].get_object()
    return marks.get("/Type") == "/Pagination" or marks.get("/Subtype") in ("/Header", "/Footer", "/Watermark")
