"""The calibration of the verdict: customers of every kind, how a claim is scored, and the part of the report."""

import numpy as np
import pytest

from calibration import claims, customers


@pytest.mark.parametrize("kind", [kind for kind in customers.KINDS if "20,000" not in kind])
def test_customers_of_a_kind_are_the_same_each_time_and_told_by_numbers(kind):
    draw = customers.KINDS[kind].draw
    points, truth = draw(np.random.default_rng(1))
    assert np.isfinite(points).all()
    assert (points == draw(np.random.default_rng(1))[0]).all()
    assert (truth is not None) == (kind in customers.PLANTED)
    assert truth is None or len(truth) == len(points)


def test_there_are_kinds_enough_and_some_are_held_back():
    assert len(customers.STRUCTURELESS) >= 25
    assert sum(kind.held_back for kind in customers.KINDS.values()) >= len(customers.STRUCTURELESS) / 5


def test_groups_lie_as_far_apart_as_is_said():
    points, truth = customers.round_groups(6, groups=4, features=3)(np.random.default_rng(3))
    middles = np.array([points[truth == group].mean(axis=0) for group in range(4)])
    apart = np.linalg.norm(middles[:, None] - middles, axis=2)[np.triu_indices(4, 1)]
    assert apart.min() > 5.5


def test_a_border_through_a_group_and_two_groups_in_one_are_counted():
    truth = np.repeat([0, 1, 2], 20)
    assert claims._truly(truth + 1, truth) == {"groups": 3, "rand": 1.0, "cut": 0, "merged": 0}
    cut = np.where(np.arange(60) < 10, 4, truth + 1)
    assert (claims._truly(cut, truth)["cut"], claims._truly(cut, truth)["merged"]) == (1, 0)
    merged = np.minimum(truth + 1, 2)
    assert (claims._truly(merged, truth)["cut"], claims._truly(merged, truth)["merged"]) == (0, 1)


def test_a_draw_is_judged_the_same_each_time_and_few_values_are_no_groups():
    line = claims.drawn("3 by 3 values", claims.TUNING)
    assert line == claims.drawn("3 by 3 values", claims.TUNING)
    assert line["claimed"] is None


def test_what_is_claimed_is_scored_against_the_groups_that_were_planted():
    line = claims.drawn("moons", claims.TUNING)
    assert (line["claimed"], line["groups"], line["cut"], line["merged"]) == (2, 2, 0, 0)
    assert line["rand"] > 0.95
    assert not line["are"]  # around middles, segments cut both


def test_segments_by_the_best_method_are_the_crowds_that_are_claimed():
    line = claims.drawn("moons", claims.TUNING, "best")
    assert line["are"]
    assert (line["k"], line["segments_rand"]) == (2, 1.0)
    assert "| moons | 1 | at least 90% | 100.0% | 100.0% | 100.0% | 100.0% | 1.00 |" in claims.report_best([line])


def test_what_was_drawn_by_other_code_does_not_count(tmp_path, monkeypatch):
    monkeypatch.setattr(claims.drawing, "DRAWN", tmp_path)
    claims._keep("claims", [{"kind": "moons", "seed": 1}])
    claims.drawing.keep("claims", [{"kind": "moons", "seed": 2, "code": "of before"}])
    assert [line["seed"] for line in claims._lines("claims")] == [1]
    (tmp_path / "a.py").write_text("one")
    before = claims.drawing.print_of(tmp_path)
    (tmp_path / "a.py").write_text("two")
    assert claims.drawing.print_of(tmp_path) != before


def line_of(kind, seed, claimed, k=3, **truth):
    return {"kind": kind, "seed": seed, "k": k, "claimed": claimed, "are": claimed == k} | truth


def test_the_report_scores_the_claim_and_not_the_word():
    true = {"groups": 3, "rand": 0.99, "cut": 0, "merged": 0, "segments_rand": 0.9}
    lines = [
        line_of("one cloud", 0, None), line_of("one cloud", 1, 2),
        line_of("moons", 0, 3, **true), line_of("moons", 1, 4, k=4, **true | {"rand": 0.7, "cut": 1}),
        *(line_of("steady 0", seed, 3 if seed else None) for seed in range(4)),
    ]  # fmt: skip
    text = claims.report(lines)
    assert "| one cloud | 2 | at most 1% | 50.0% |" in text
    assert "| moons | 2 | at least 90% | 50.0% | 100.0% | 50.0% | 50.0% | 0.90 |" in text
    assert "among all claims: 50.0% of 2" in text
    assert "75.0% of 4 (1 data sets" in text
