"""Distinct groups: found where they were planted, by each of the ways, and nowhere else."""

from zlib import crc32

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from calibration import customers
from customer_segments.base.params import ClusteringParams, ValidationParams
from customer_segments.pages.validation.verdict import WAYS, apart
from customer_segments.steps.clustering.gaps import Gap
from customer_segments.steps.clustering.segmenter import Segmenter
from customer_segments.steps.validation import groups, proposals
from customer_segments.steps.validation.groups import (
    Groups,
    _disputes,
    _is_open,
    _like_pieces,
    distinct_groups,
    told_apart,
)  # fmt: skip
from customer_segments.steps.validation.proposals import Proposal
from tests.planted import circles, clouds, long_clouds, table

CLUSTERING, PARAMS = ClusteringParams(k_max=5), ValidationParams()


def found(inputs: pd.DataFrame) -> Groups | None:
    return distinct_groups(inputs, CLUSTERING, PARAMS, 3)


@pytest.mark.parametrize(
    ("planted", "way"), [(clouds(), "plain"), (clouds(8), "weighted"), (long_clouds(), "bell"), (circles(), "dense")]
)
def test_each_way_finds_the_groups_that_are_made_for_it(planted, way):
    inputs, truth = planted
    told = found(inputs)
    assert told.way == way
    assert told.count == truth.max()
    assert told.are(truth)
    assert not told.are(np.where(np.arange(len(truth)) % 5, truth, 1))
    assert told.p <= 0.04
    assert told.jaccard >= 0.85
    assert told.gap.lonely >= 0.6


def ring(rng: np.random.Generator) -> np.ndarray:
    turn = rng.uniform(0, 2 * np.pi, 240)
    return np.column_stack([np.cos(turn), np.sin(turn)]) + 0.05 * rng.standard_normal((240, 2))


def crescent(rng: np.random.Generator) -> np.ndarray:
    turn = rng.uniform(0, np.pi, 240)
    return np.column_stack([np.cos(turn), np.sin(turn)]) + 0.1 * rng.standard_normal((240, 2))


def triangle(rng: np.random.Generator) -> np.ndarray:
    along, side = rng.random(240), rng.integers(0, 3, 240)
    corners = np.array([[0, 0], [1, 0], [0.5, 0.9], [0, 0]])
    points = corners[side] + along[:, None] * (corners[side + 1] - corners[side])
    return points + 0.03 * rng.standard_normal((240, 2))


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: rng.standard_normal((240, 3)),
        lambda rng: np.exp(rng.standard_normal((240, 2))),
        lambda rng: rng.integers(0, 3, (240, 2)).astype(float),
        ring,
        crescent,
        triangle,
    ],
)
def test_there_are_none_where_none_were_planted(make):
    assert all(found(table(make(np.random.default_rng(seed)))) is None for seed in range(3))


def test_a_helix_that_is_bare_by_chance_is_not_cut_in_two():
    helix = customers.KINDS["a helix"].draw(np.random.default_rng([1_000_137, crc32(b"a helix")]))[0]
    clustering, params = ClusteringParams(k_max=3), ValidationParams(references=19)
    assert distinct_groups(table(helix), clustering, params, 1_000_137 % 2**16) is None


def test_between_even_groups_there_is_next_to_nobody_midway():
    rng, labels = np.random.default_rng(3), np.repeat([1, 2], 100)
    even, peaked = rng.random((200, 2)), rng.standard_normal((200, 2))
    hazy, plain = (Proposal(labels, "plain", Gap(midway, 0.9)) for midway in (0.4, 0.2))
    assert _like_pieces(hazy, even)
    assert not _like_pieces(plain, even)
    assert not _like_pieces(hazy, peaked)


def test_borders_follow_the_spread_that_the_groups_share():
    """Standardised, two groups beside each other are long; k-means tilts its border with every chance lean."""
    rng, truth = np.random.default_rng(5), np.repeat([1, 2], [160, 80])
    points = rng.standard_normal((240, 2)) * [1, 3] + np.where(truth == 2, 6, 0)[:, None] * [1, 0.5]
    inputs = table(points)
    plain = Segmenter(k=2).fit(inputs).labels_
    assert adjusted_rand_score(truth, plain) < 0.97
    told = distinct_groups(inputs, CLUSTERING, PARAMS, 3)
    assert told.count == 2
    assert adjusted_rand_score(truth, told.labels) > 0.99


def test_bell_curves_need_a_plainer_gap_and_have_to_be_found_again_better(monkeypatch):
    near = long_clouds(apart=3.4, customers=300)[0]
    assert found(near) is None
    monkeypatch.setattr(groups, "BELLS_MIDWAY", 0.5)
    assert found(near).way == "bell"
    monkeypatch.setattr(proposals, "found_again", lambda *_, **__: 0.9)
    assert found(near) is None
    assert found(clouds()[0]).way == "plain"


def test_no_border_is_claimed_that_runs_through_a_group_found_in_another_way():
    labels = np.repeat([1, 2, 3], 100)
    halves = np.where(np.arange(300) < 150, 1, 2)
    crowds, two = Proposal(labels, "dense", Gap(0, 1)), Proposal(halves, "plain", Gap(0.4, 0.7))
    three, merged = (
        Proposal(labels, "plain", Gap(0.8, 0.6)),
        Proposal(np.where(labels == 1, 1, 2), "plain", Gap(0.3, 1)),
    )
    surely, hardly = (lambda _, enough: enough), (lambda _, enough: enough - 0.1)
    assert _disputes(crowds, two, hardly)
    assert not _disputes(crowds, merged, surely)
    assert _disputes(three, two, surely)
    assert not _disputes(three, two, hardly)
    assert not _disputes(two, three, surely)


@pytest.mark.parametrize(
    ("as_wide", "tried", "is_open"),
    [(0, 48, True), (0, 49, False), (1, 49, True), (1, 99, False), (3, 5, False), (10, 60, False), (8, 150, True)],
)
def test_more_data_without_groups_are_looked_at_where_the_first_leave_it_open(as_wide, tried, is_open):
    assert _is_open(as_wide, tried, 49) == is_open


def test_the_same_groups_come_out_each_time():
    inputs, _ = clouds()
    first, again = found(inputs), found(inputs)
    assert (first.labels == again.labels).all()
    assert (first.gap, first.p, first.jaccard) == (again.gap, again.p, again.jaccard)


def test_one_value_for_all_holds_no_groups():
    same = pd.DataFrame({"a": np.ones(60), "b": np.zeros(60)})
    assert found(same) is None
    assert told_apart(same, np.ones(60, dtype=int), CLUSTERING, PARAMS, 3).own is None


def test_segments_that_cut_the_groups_otherwise_are_told():
    inputs, truth = clouds()
    same = told_apart(inputs, truth, CLUSTERING, PARAMS, 3)
    cut = told_apart(inputs, np.where(np.arange(240) < 60, 4, truth), CLUSTERING, PARAMS, 3)
    assert (same.same, cut.same) == (True, False)
    assert cut.groups.count == 3
    assert cut.own.midway > 0.5 > same.own.midway
    assert "3 groups were found around middles (p = 0.02" in apart(same)
    assert "these segments are they" in apart(same)
    assert "these segments draw the borders otherwise" in apart(cut)


def test_customers_in_no_segment_are_not_looked_at():
    inputs, truth = clouds()
    own = told_apart(inputs, truth, CLUSTERING, PARAMS, 3).own
    few = truth.copy()
    few[::10] = 0
    assert told_apart(inputs, few, CLUSTERING, PARAMS, 3).own.midway == pytest.approx(own.midway, abs=0.2)


def test_silhouettes_are_said_to_tell_little_of_crowds():
    inputs, truth = circles()
    lie = told_apart(inputs, truth, CLUSTERING, PARAMS, 3)
    assert (lie.same, lie.own) == (True, None)
    assert apart(lie).endswith("these segments are they; silhouettes, which look for round groups, say little of them.")


def test_that_none_were_found_is_told():
    inputs = table(np.random.default_rng(1).standard_normal((120, 2)))
    told = apart(told_apart(inputs, np.arange(120) % 2 + 1, CLUSTERING, PARAMS, 3))
    assert "No groups were found. Between the two segments told apart least, there are" in told


def test_every_way_has_its_words():
    assert set(WAYS) == set(proposals.Way.__args__)
