"""Lines in an SVG: where each point comes to lie, and what stands at the axes; templates draw them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from customer_segments.pages.plots.palette import SEGMENTS

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 34, 12, 50  # what is left free around the lines
STEPS = (1, 2, 2.5, 5, 10)
LABELS_APART, LABELS_WIDE = 15, 26
Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """One line: its name, its class, its points, and between what it lies."""

    name: str
    shape: str
    points: Sequence[Point]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    short: str = ""  # at its end


@dataclass(frozen=True)
class Drawn:
    """A line as an SVG has it."""

    name: str
    shape: str
    path: str
    band: str
    dots: list[Point]
    short: str
    end: Point


@dataclass
class Chart:
    """Everything that a template needs to draw."""

    lines: list[Drawn]
    across: list[tuple[float, str]]  # where along an axis, and what stands there
    up: list[tuple[float, str]]
    title: str  # of the axis across
    width: int = WIDTH
    height: int = HEIGHT
    marked: float | None = None  # a line upright
    ringed: list[Point] = field(default_factory=list)

    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM


def shape_of(segment: int | None) -> str:
    """The class that gives a segment its colour; everyone has one as well."""
    if segment is None:
        return "everyone"
    return f"segment-{(segment - 1) % len(SEGMENTS) + 1}" if segment else "segment-0"


def chart(
    curves: Sequence[Curve],
    title: str,
    written: Callable[[float], str],
    *,
    across: tuple[float, float] | None = None,
    up: tuple[float, float] | None = None,
    stepped: bool = False,
    mark: float | None = None,
    ringed: Sequence[Point] = (),
) -> Chart:
    """Draw the curves to one scale; `stepped` ones stay where they are until the next point."""
    xs = across or _reach([x for curve in curves for x, _ in curve.points])
    ys = up or _reach([y for curve in curves for y in (*(y for _, y in curve.points), *curve.low, *curve.high)])
    whole = all(float(x).is_integer() for curve in curves for x, _ in curve.points)
    place = _Scale(xs, (LEFT, WIDTH - RIGHT)), _Scale(ys, (HEIGHT - BOTTOM, TOP))
    lines = [_drawn(curve, *place, stepped, dots=len(curves) == 1) for curve in curves if curve.points]
    return Chart(
        _apart(lines),
        [(place[0].at(x), f"{x:,.10g}") for x in ticks(*xs, whole=whole)],
        [(place[1].at(y), written(y)) for y in ticks(*ys, count=4)],
        title,
        marked=None if mark is None else place[0].at(mark),
        ringed=[(place[0].at(x), place[1].at(y)) for x, y in ringed],
    )


def ticks(low: float, high: float, count: int = 6, whole: bool = False) -> list[float]:
    """Round numbers between two, about so many."""
    rough = (high - low) / count or 1.0
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * each for each in STEPS if size * each >= rough * 0.999)
    if whole:
        step = max(1.0, math.ceil(step))
    first = math.ceil(round(low / step, 6))
    return [round((first + n) * step, 10) for n in range(int((high + step * 1e-6) / step - first) + 1)]


@dataclass(frozen=True)
class _Scale:
    values: tuple[float, float]
    places: tuple[float, float]

    def at(self, value: float) -> float:
        (low, high), (start, end) = self.values, self.places
        return round(start + (end - start) * (value - low) / ((high - low) or 1.0), 1)


def _drawn(curve: Curve, across: _Scale, up: _Scale, stepped: bool, dots: bool) -> Drawn:
    xs, path = [across.at(x) for x, _ in curve.points], _steps if stepped else _straight
    line = list(zip(xs, (up.at(y) for _, y in curve.points), strict=True))
    band = ""
    if curve.low:
        low, high = (_thinned(list(zip(xs, map(up.at, side), strict=True))) for side in (curve.low, curve.high))
        band = f"M{path(high)}L{_back(low) if stepped else path(low[::-1])}Z"
    return Drawn(curve.name, curve.shape, f"M{path(_thinned(line))}", band, line if dots else [], curve.short, line[-1])


def _thinned(points: list[Point]) -> list[Point]:
    """Without points that nobody could see: the first and the last of those on one unit of the drawing stay."""
    ends = (0, len(points) - 1)
    return [
        (x, y)
        for n, (x, y) in enumerate(points)
        if n in ends or int(x) != int(points[n - 1][0]) or int(x) != int(points[n + 1][0])
    ]


def _straight(points: Sequence[Point]) -> str:
    return "L".join(f"{x:g} {y:g}" for x, y in points)


def _steps(points: Sequence[Point]) -> str:
    """Across to where the next point is, then up or down to it."""
    (x, y), *others = points
    return f"{x:g} {y:g}" + "".join(f"H{after:g}V{height:g}" for after, height in others)


def _back(points: Sequence[Point]) -> str:
    """The same way from its end to its beginning."""
    x, y = points[-1]
    return f"{x:g} {y:g}" + "".join(f"V{height:g}H{before:g}" for before, height in reversed(points[:-1]))


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """From the least to the greatest, with some room where they are the same."""
    low, high = min(values), max(values)
    room = 0.0 if low < high else abs(low) * 0.1 or 1.0
    return low - room, high + room


def _apart(lines: list[Drawn]) -> list[Drawn]:
    """The lines, with what stands at their ends moved down until none hides another."""
    placed: list[Point] = []
    ends = {}
    for line in sorted((line for line in lines if line.short), key=lambda line: line.end[1]):
        x, y = line.end
        while near := [other for at, other in placed if abs(at - x) < LABELS_WIDE and abs(other - y) < LABELS_APART]:
            y = max(near) + LABELS_APART
        placed.append((x, y))
        ends[line.shape] = (x, y)
    return [replace(line, end=ends.get(line.shape, line.end)) for line in lines]
