"""Published suites: what is claimed of a set is held against the expert who agrees most, without noise."""

import gzip

import numpy as np
import pytest

from calibration import suites


@pytest.fixture
def circles(tmp_path):
    rng, truth = np.random.default_rng(2), np.arange(300) % 2 + 1
    turn = rng.uniform(0, 2 * np.pi, 300)
    points = np.column_stack([np.cos(turn), np.sin(turn)]) * np.where(truth == 1, 1, 3)[:, None]
    points += 0.1 * rng.standard_normal(points.shape)
    noise = np.where(np.arange(300) < 10, 0, truth)
    for name, table in (("data", points), ("labels0", noise), ("labels1", (points[:, 0] > 0) + 1)):
        with gzip.open(tmp_path / f"circles.{name}.gz", "wt") as file:
            np.savetxt(file, table, fmt="%g")
    return suites.found(tmp_path / "circles.data.gz")


def test_groups_of_any_shape_are_found_without_being_told_how_many(circles):
    assert (circles.experts, circles.claimed, circles.way, circles.cut) == ([2], 2, "dense", 0)
    assert circles.rand == 1.0
    assert circles.segments_rand < 0.6


def test_the_report_counts_sets_with_a_border_through_a_group(circles):
    wrong = suites.Found("a/b", [2, 3], 2, "plain", 0.5, 3, 0.4, 1)
    told = suites.report([circles, wrong])
    assert "| a/b | 2 or 3 | 2 | plain | 0.50 | 1 | 3 | 0.40 |" in told
    assert "Mean adjusted Rand index: 0.75" in told
    assert "border through a group: 1" in told
