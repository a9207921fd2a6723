"""Points come to lie where they should, and what stands beside them can be read."""

from __future__ import annotations

from itertools import pairwise

import pytest

from customer_segments.base import words
from customer_segments.web.curves import BOTTOM, HEIGHT, LABELS_APART, LEFT, RIGHT, TOP, WIDTH, Curve, chart, ticks

CORNERS = Curve("a", "segment-1", [(0, 0.0), (10, 1.0)], short="1")


@pytest.mark.parametrize(
    ("low", "high", "whole", "expected"),
    [
        (0, 1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (1, 12, True, [2, 4, 6, 8, 10, 12]),
        (2, 4, True, [2, 3, 4]),
        (0.251, 0.272, False, [0.255, 0.26, 0.265, 0.27]),
        (-0.1, 0.1, False, [-0.1, -0.05, 0, 0.05, 0.1]),
        (3, 3, True, [3]),
    ],
)
def test_ticks_are_round_and_within(low, high, whole, expected):
    assert ticks(low, high, whole=whole) == pytest.approx(expected)


def test_a_line_fills_the_drawing():
    drawn = chart([CORNERS], "Days", words.percent)
    assert drawn.lines[0].path == f"M{LEFT} {HEIGHT - BOTTOM}L{WIDTH - RIGHT} {TOP}"
    assert [text for _, text in drawn.up] == ["0%", "25%", "50%", "75%", "100%"]
    assert [text for _, text in drawn.across] == ["0", "2", "4", "6", "8", "10"]


def test_steps_stay_where_they_are_until_the_next_point():
    curve = Curve("a", "everyone", [(0, 0.0), (5, 0.5), (10, 1.0)], low=[0, 0.4, 0.8], high=[0, 0.6, 1.0])
    drawn = chart([curve], "Days", words.percent, stepped=True).lines[0]
    middle, end, half = (LEFT + WIDTH - RIGHT) / 2, WIDTH - RIGHT, (HEIGHT - BOTTOM + TOP) / 2
    assert drawn.path == f"M{LEFT} {HEIGHT - BOTTOM}H{middle:g}V{half:g}H{end}V{TOP}"
    assert drawn.band.endswith(f"H{middle:g}V{HEIGHT - BOTTOM}H{LEFT}Z")


def test_points_that_nobody_could_see_are_left_out_but_the_ends_stay():
    many = Curve("a", "everyone", [(n / 100, n / 100_000) for n in range(100_001)])
    path = chart([many], "Days", words.percent).lines[0].path
    assert len(path) < 20_000
    assert path.endswith(f"L{WIDTH - RIGHT} {TOP}")


def test_what_stands_at_the_ends_of_lines_does_not_hide_each_other():
    near = [Curve(f"{n}", f"segment-{n}", [(0, 0.5), (10, 0.5 + n / 1000)], short=f"{n}") for n in range(1, 6)]
    ends = sorted(line.end[1] for line in chart(near, "Days", words.percent, up=(0, 1)).lines)
    assert all(after - before >= LABELS_APART for before, after in pairwise(ends))


def test_a_line_that_ends_elsewhere_keeps_its_place():
    early = Curve("b", "segment-2", [(0, 0.0), (5, 1.0)], short="2")
    ends = {line.shape: line.end for line in chart([CORNERS, early], "Days", words.percent).lines}
    assert ends["segment-1"][1] == ends["segment-2"][1] == TOP


def test_one_point_is_a_line_too():
    drawn = chart([Curve("a", "score", [(2, 0.4)])], "Segments", words.number, mark=2, ringed=[(2, 0.4)])
    assert drawn.lines[0].dots == drawn.ringed
