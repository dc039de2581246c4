"""Curves as drawings (SVG) that need no library and no script: on the page, on paper, and in the downloaded report."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evals.curves import Depth, Refusing
from ui.language import say
from ui.markup import text_html

_WIDTH, _HEIGHT = 420, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 14, 44
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

_INK = """text{fill:#1d2326;font:13px system-ui,sans-serif}.grid{stroke:#c9cecd}polyline{fill:none;stroke-width:2.2}
polyline.first,line.first{stroke:#4257b2}polyline.second,line.second{stroke:#96580d}
polyline.second{stroke-dasharray:8 4}polyline.curve{stroke:#5a6366;stroke-dasharray:3 4}
.spread{stroke-width:1.4;opacity:.7}
circle.first,rect.first{fill:#4257b2}circle.second,rect.second{fill:#96580d}
@media(prefers-color-scheme:dark){text{fill:#e9ecea}.grid{stroke:#3c4648}polyline.first,line.first{stroke:#93a4f0}
polyline.second,line.second{stroke:#e2a155}polyline.curve{stroke:#aab2b0}circle.first,rect.first{fill:#93a4f0}
circle.second,rect.second{fill:#e2a155}}"""
"""Colours of a drawing, in itself: Streamlit takes SVG out of markup, so that it goes in as a picture."""

Shape = Literal["dot", "square", "none"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points (x, y), both from 0 to 1 of the axes; `spread` is low and high of y at each point."""

    name: str
    css: str
    shape: Shape
    points: tuple[tuple[float, float], ...]
    spread: tuple[tuple[float, float], ...] = ()


def depth_chart(depths: Sequence[Depth]) -> str:
    """How much is found among the first k hits: success and recall, with intervals."""
    last = max(depth.k for depth in depths)
    lines = []
    for css, shape, name in (("first", "dot", "success"), ("second", "square", "recall")):
        estimates = [depth.success if name == "success" else depth.recall for depth in depths]
        points = tuple((depth.k / last, e.value or 0.0) for depth, e in zip(depths, estimates, strict=True))
        spread = tuple((e.low or 0.0, e.high or 0.0) for e in estimates)
        lines.append(Line(say(f"evaluate.{name}"), css, "dot" if shape == "dot" else "square", points, spread))
    ticks = [(depth.k / last, str(depth.k)) for depth in depths]
    return _chart(say("evaluate.depth-title"), say("evaluate.depth-x"), say("evaluate.depth-y"), lines, ticks)


def refusing_chart(curve: Sequence[Refusing], points: Sequence[tuple[str, Refusing]]) -> str:
    """Answered against refused: the curve of a threshold on the score, and where the runs of `points` stand."""
    along = tuple((one.answered, one.refused) for one in curve)
    lines = [Line(say("evaluate.threshold"), "curve", "none", along)]
    for number, (name, one) in enumerate(points):
        shape: Shape = "dot" if number == 0 else "square"
        lines.append(Line(name, "first" if number == 0 else "second", shape, ((one.answered, one.refused),)))
    ticks = [(tick, f"{tick:g}") for tick in _TICKS]
    return _chart(say("evaluate.refusing-title"), say("evaluate.refusing-x"), say("evaluate.refusing-y"), lines, ticks)


def _chart(title: str, x_name: str, y_name: str, lines: Sequence[Line], x_ticks: Sequence[tuple[float, str]]) -> str:
    """The drawing with its legend; the numbers themselves belong in a table beside it."""
    grid = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_y(tick):.1f}" y2="{_y(tick):.1f}"/>'
        f'<text x="{_LEFT - 7}" y="{_y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>'
        for tick in _TICKS
    )
    below = "".join(
        f'<text x="{_x(at):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{text_html(words)}</text>'
        for at, words in x_ticks
    )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    names = f'<text x="{middle:.0f}" y="{_HEIGHT - 6}" text-anchor="middle">{text_html(x_name)}</text>'
    key = "".join(f'<li class="{line.css}">{_sample(line.shape)} {text_html(line.name)}</li>' for line in lines)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"><style>{_INK}</style>'
        f"{grid}{below}{names}{''.join(map(_drawn, lines))}</svg>"
    )
    return (
        f'<figure class="chart"><figcaption>{text_html(title)}</figcaption>'
        f'<p class="facts">{text_html(y_name)}</p>'
        f'<img alt="{text_html(say("evaluate.drawing", title=title))}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'src="data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}">'
        f'<ul class="key">{key}</ul></figure>'
    )


def _drawn(line: Line) -> str:
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in line.points)
    drawn = f'<polyline class="{line.css}" points="{path}"/>' if len(line.points) > 1 else ""
    for (x, _), (low, high) in zip(line.points, line.spread, strict=False):
        at = f'x1="{_x(x):.1f}" x2="{_x(x):.1f}" y1="{_y(low):.1f}" y2="{_y(high):.1f}"'
        drawn += f'<line class="{line.css} spread" {at}/>'
    return drawn + "".join(_mark(line, x, y) for x, y in line.points)


def _mark(line: Line, x: float, y: float) -> str:
    if line.shape == "dot":
        return f'<circle class="{line.css}" cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="4.5"/>'
    if line.shape == "square":
        return f'<rect class="{line.css}" x="{_x(x) - 4:.1f}" y="{_y(y) - 4:.1f}" width="8" height="8"/>'
    return ""


def _sample(shape: Shape) -> str:
    """The sign of a line in the legend; its shape tells it apart without colour."""
    return f'<span class="key-{shape}" aria-hidden="true"></span>'


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)
