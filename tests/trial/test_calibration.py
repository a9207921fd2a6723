"""The calibration of trials: what holds of every draw, how a result is scored, and the part of the report."""

import numpy as np
import pytest

from calibration import treated, trials
from customer_segments.steps.trial.result import Result, Uplift


@pytest.mark.parametrize("name", list(treated.KINDS)[::7])
def test_what_cannot_fail_by_chance_holds_of_kinds_of_every_sort(name):
    trials.cannot_fail_by_chance(name)


def test_some_kinds_are_held_back_and_effects_are_where_they_are_said_to_be():
    assert sum(kind.held_back for kind in treated.KINDS.values()) >= len(treated.KINDS) / 6
    for name, kind in treated.KINDS.items():
        truths = [kind.draw(np.random.default_rng(seed)) for seed in range(20)]  # of a few, sometimes nobody is moved
        assert any(abs((each.treated - each.left_alone).mean()) > 1e-9 for each in truths) == kind.effect, name


def uplift(segment, low, high):
    return Uplift(segment, 50, 50, 1.0, 1.0, (low + high) / 2, low, high)


@pytest.mark.parametrize(
    ("spans", "scored"),
    [
        ([(1, 3), (-2, 2), (0.5, 1.5)], {"held": True, "called": True, "all_held": True, "any_wrong": False}),
        ([(1, 3), (1, 2), (-1, 1.5)], {"held": True, "called": False, "all_held": False, "any_wrong": True}),
        ([(-3, -1), (-1, 1), (0.2, 0.8)], {"held": False, "called": True, "all_held": False, "any_wrong": True}),
    ],
)
def test_a_result_is_scored_by_what_treating_all_of_them_does(spans, scored):
    truth = treated.of_segments(
        np.random.default_rng(1), [(60, 20), (60, 20)],
        lambda rng, count, segment: (np.zeros(count), np.ones(count), np.ones(count) + (2.0 if segment == 1 else 0.0)),
    )  # fmt: skip
    found = Result("spend", 0.98, 0.95, tuple(uplift(n, *span) for n, span in zip((1, 2, None), spans, strict=True)), 0)
    assert {name: trials.judged(found, truth)[name] for name in scored} == scored


def test_the_report_counts_by_kind():
    names = "20 in either group, effect none", "20 in either group, effect multiplied"
    line = {
        "told": True,
        "held": True,
        "called": False,
        "all_held": True,
        "any_wrong": False,
        "intervals": 1,
        "half": 1,
    }
    wrong = {"any_wrong": True, "held": False}
    lines = [line | {"kind": names[0]}, line | {"kind": names[0]} | wrong, line | {"kind": names[1], "called": True}]
    text = trials.report(lines)
    assert f"| {names[0]} | 2 | 50.0% | 50.0% | 100.0% |" in text
    assert f"| {names[1]} | 1 | 100.0% | 0.0% | 100.0% | 100.0% |" in text
    assert "nothing called an effect 50.0%" in text
