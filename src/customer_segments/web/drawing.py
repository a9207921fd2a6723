"""Figures as SVG without a style of their own: colours come from the classes of segments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from customer_segments.pages.plots.palette import SEGMENTS

FULL = 0.9999  # a slice of all customers is a circle
LINE = 13  # letters of a line beside the radar
RINGS = (0.25, 0.5, 0.75, 1.0)


class Slice(NamedTuple):
    segment: int
    label: str
    share: float


class Shape(NamedTuple):
    """A line of the radar: its classes, and a value from 0 to 1 on each axis."""

    classes: str
    values: Sequence[float]


def shade(segment: int) -> str:
    """The class that colours a segment."""
    return f"segment-{(segment - 1) % len(SEGMENTS) + 1 if segment else 0}"


def pie(slices: Sequence[Slice], told: str) -> Markup:
    """Shares as a pie, from the top and clockwise; what it says stands in `told` and in its table."""
    drawn, start = [], 0.0
    for each in slices:
        title = f"<title>{escape(each.label)}</title>"
        if each.share >= FULL:
            drawn.append(f'<circle class="{shade(each.segment)}" r="100">{title}</circle>')
        elif each.share > 0:
            drawn.append(f'<path class="{shade(each.segment)}" d="{_slice(start, start + each.share)}">{title}</path>')
        start += each.share
    return _figure("-102 -102 204 204", "pie", told, drawn)


def _slice(start: float, end: float) -> str:
    far = 1 if end - start > 0.5 else 0
    return f"M0 0L{_at(start, 100)}A100 100 0 {far} 1 {_at(end, 100)}Z"


def _at(turn: float, radius: float) -> str:
    """A place on a circle, turned clockwise from the top by a share of the whole."""
    angle = 2 * math.pi * turn
    return f"{radius * math.sin(angle):.2f} {-radius * math.cos(angle):.2f}"


def bar(share: float, classes: str) -> Markup:
    """One bar, as wide as its share of the place that it is given; the number stands beside it."""
    width = 100 * min(max(share, 0), 1)
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="rail" width="100" height="10"></rect>'
        f'<rect class="{escape(classes)}" width="{width:.1f}" height="10"></rect></svg>'
    )


def radar(axes: Sequence[str], shapes: Sequence[Shape], told: str) -> Markup:
    """Profiles on axes that go out from one middle."""
    count = len(axes)
    rings = [f'<polygon class="ring" points="{_around([ring] * count)}"></polygon>' for ring in RINGS]
    spokes = [f'<path class="ring" d="M0 0L{_at(place / count, 100)}"></path>' for place in range(count)]
    lines = [
        f'<polygon class="{escape(shape.classes)}" points="{_around(shape.values)}"></polygon>' for shape in shapes
    ]
    labels = [_label(axis, place / count) for place, axis in enumerate(axes)]
    return _figure("-190 -140 380 280", "radar", told, rings + spokes + lines + labels)


def _around(values: Sequence[float]) -> str:
    return " ".join(_at(place / len(values), 100 * value).replace(" ", ",") for place, value in enumerate(values))


def _label(axis: str, turn: float) -> str:
    side = math.sin(2 * math.pi * turn)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    x, y = _at(turn, 109).split()
    lines = folded(axis)
    up = 12 * (len(lines) - 1) * (1 if math.cos(2 * math.pi * turn) > 0.9 else 0.5)
    spans = "".join(
        f'<tspan x="{x}" y="{float(y) + 4 - up + 12 * place:.1f}">{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}">{spans}</text>'


def folded(text: str, most: int = 3) -> list[str]:
    """A label in short lines; what is too long for them is cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    lines = [line if len(line) <= LINE + 2 else f"{line[:LINE]}…" for line in lines]
    return [*lines[: most - 1], f"{lines[most - 1]}…"] if len(lines) > most else lines


def _figure(box: str, classes: str, told: str, parts: Sequence[str]) -> Markup:
    inner = "".join(parts)
    return Markup(f'<svg class="drawn {classes}" viewBox="{box}" role="img" aria-label="{escape(told)}">{inner}</svg>')
