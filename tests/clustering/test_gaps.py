"""Gaps between neighbouring groups, on customers placed by hand and at random."""

import numpy as np
import pytest

from customer_segments.steps.clustering.gaps import (
    Crowd,
    Gap,
    any_shape_gap,
    convex_gap,
    fitting,
    peakedness,
    shaped_gap,
    spread,
)  # fmt: skip
from tests.planted import circles


def two_clouds(apart: float, features: int = 2, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng, labels = np.random.default_rng(4), np.arange(count) % 2 + 1
    points = rng.standard_normal((count, features))
    points[:, 0] += apart * (labels - 1.5)
    return points, labels


@pytest.mark.parametrize("features", [1, 2, 3, 6])
def test_two_clouds_far_apart_have_a_gap_between_them(features):
    points, labels = two_clouds(6, features)
    gap = convex_gap(Crowd.of(points), labels)
    assert gap.midway < 0.2
    assert gap.lonely > 0.8
    assert gap.is_one
    assert gap.is_no_cut


@pytest.mark.parametrize("features", [1, 2, 3, 6])
def test_one_cloud_that_is_cut_in_two_has_none(features):
    points, _ = two_clouds(0, features)
    gap = convex_gap(Crowd.of(points), (points[:, 0] > 0) + 1)
    assert gap.midway > 0.8
    assert gap.lonely < 0.5
    assert not gap.is_one
    assert not gap.is_no_cut


def test_the_neighbours_told_apart_least_count_also_where_other_middles_are_nearer():
    """Two long groups side by side, each cut in two: the middles of the halves are farther apart than the groups."""
    rng, count = np.random.default_rng(5), 600
    group, along = np.arange(count) % 2, 8 * rng.random(count)
    points = np.column_stack([along, 3 * group + 0.3 * rng.standard_normal(count)])
    crowd = Crowd.of(points)
    assert convex_gap(crowd, group + 1).is_one
    assert not convex_gap(crowd, 2 * group + (along > 4) + 1).is_one


def test_between_long_groups_and_groups_of_unlike_widths_the_gap_is_seen_by_their_own_spread():
    rng, labels = np.random.default_rng(6), np.arange(400) % 2 + 1
    second = (labels == 2)[:, None]
    long = rng.standard_normal((400, 2)) * [6, 1] + second * [4, 6]
    assert not convex_gap(Crowd.of(long), labels).is_one
    assert shaped_gap(Crowd.of(long), labels).is_one
    unlike = rng.standard_normal((400, 2)) * np.where(second, 5, 1) + second * [15, 0]
    assert convex_gap(Crowd.of(unlike), labels).midway > 0.3 > shaped_gap(Crowd.of(unlike), labels).midway


@pytest.mark.parametrize("features", [1, 2, 6])
def test_one_cloud_that_is_cut_in_two_has_no_gap_by_its_spread_either(features):
    points, _ = two_clouds(0, features)
    assert not shaped_gap(Crowd.of(points), (points[:, 0] > 0) + 1).is_one
    assert shaped_gap(Crowd.of(points), np.ones(len(points), dtype=int)) is None


def test_a_group_of_a_handful_tells_nothing():
    points, labels = two_clouds(9)
    crowd = Crowd.of(points)
    few = np.where(np.arange(len(points)) < crowd.neighbours, labels, 1)
    assert convex_gap(crowd, few) is None
    assert any_shape_gap(crowd, few) == 0.0
    assert convex_gap(crowd, np.ones(len(points), dtype=int)) is None


def test_nothing_is_told_where_more_lie_midway_than_is_asked_for():
    points, labels = two_clouds(3)
    crowd = Crowd.of(points)
    midway = convex_gap(crowd, labels).midway
    assert convex_gap(crowd, labels, midway) == convex_gap(crowd, labels)
    assert convex_gap(crowd, labels, midway / 2) is None


def test_crowds_of_any_shape_have_a_gap_where_nobody_stands():
    turn = np.linspace(0, 2 * np.pi, 150, endpoint=False)
    circle = np.column_stack([np.cos(turn), np.sin(turn)])
    both, labels = np.vstack([circle, 3 * circle]), np.repeat([1, 2], 150)
    assert any_shape_gap(Crowd.of(both), labels) == 1.0
    halves = (both[:, 0] > 0) + 1
    assert any_shape_gap(Crowd.of(both), halves) < 0.7


def test_the_wider_gap_has_fewer_midway_and_a_lonelier_border():
    assert Gap(0.1, 0.9).as_wide_as(Gap(0.2, 0.8))
    assert Gap(0.1, 0.9).as_wide_as(Gap(0.1, 0.9))
    assert not Gap(0.1, 0.7).as_wide_as(Gap(0.2, 0.8))
    assert not Gap(0.3, 0.9).as_wide_as(Gap(0.2, 0.8))


@pytest.mark.parametrize("features", [1, 2, 6])
def test_groups_have_most_in_the_middle_and_pieces_of_a_curve_are_even(features):
    points, labels = two_clouds(6, features, count=2000)
    assert 2.6 < peakedness(points * 7, labels) < 3.4
    along = np.linspace(0, 1, 2000)[:, None] * np.arange(1, features + 1)
    assert peakedness(along, (np.arange(2000) >= 500) + 1) == pytest.approx(1.8, abs=0.01)


def test_customers_who_are_all_alike_are_not_peaked():
    assert peakedness(np.ones((20, 2)), np.repeat([1, 2], 10)) == 0


def test_few_values_are_spread_over_the_room_around_them_and_many_are_not():
    rng = np.random.default_rng(6)
    points = np.column_stack([rng.choice([0.0, 1.0, 3.0], 500), rng.standard_normal(500), np.ones(500)])
    wide = spread(points, rng)
    assert (wide[:, 1:] == points[:, 1:]).all()
    for value, low, high in ((0.0, -0.5, 0.5), (1.0, 0.5, 2.0), (3.0, 2.0, 4.0)):
        around = wide[points[:, 0] == value, 0]
        assert around.min() >= low
        assert around.max() <= high
        assert around.std() == pytest.approx((high - low) / np.sqrt(12), rel=0.15)


def test_fewer_customers_are_looked_at_with_fewer_neighbours():
    crowd = Crowd.of(two_clouds(6)[0])
    assert crowd.neighbours == 10
    assert crowd.among(np.arange(0, 300, 2)).neighbours == 5
    assert Crowd.of(crowd.points[:60]).neighbours == 4


def test_a_curve_that_breaks_by_chance_has_no_room_for_more_and_circles_have():
    turn = np.sort(np.random.default_rng(5).uniform(0, 3, 300))
    turn[150:] += 0.1
    broken = np.column_stack([np.cos(turn), np.sin(turn)])
    assert fitting(Crowd.of(broken), np.arange(300) // 150 + 1, 30) < 20
    inputs, truth = circles()
    crowd = Crowd.of(inputs.to_numpy())
    assert fitting(crowd, truth, 30) == 30
    assert fitting(Crowd.of(np.repeat(broken[:2], 50, axis=0)), np.repeat([1, 2], 50), 30) == 30
