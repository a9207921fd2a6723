import numpy as np
import pandas as pd
import pytest

from customer_segments.steps.movements.drift import REFIT, stability, stability_table


def test_the_index_is_the_one_of_the_textbook():
    old, new = pd.Series(["x"] * 500 + ["y"] * 500), pd.Series(["x"] * 700 + ["y"] * 300)
    index, _ = stability(old, new)
    assert index == pytest.approx(0.2 * np.log(7 / 5) - 0.2 * np.log(3 / 5), rel=0.01)


def test_the_same_numbers_have_not_moved_and_shifted_ones_have():
    numbers = pd.Series(np.random.default_rng(1).normal(size=2000))
    assert stability(numbers, numbers)[0] == 0
    assert stability(numbers, numbers + 1)[0] > REFIT


def test_gaps_are_a_group_of_their_own():
    full, half = pd.Series([1.0, 2.0] * 100), pd.Series([1.0, 2.0, None, None] * 50)
    assert stability(full, half)[0] > REFIT


def test_two_small_samples_of_the_same_customers_are_no_drift():
    rng = np.random.default_rng(2)
    shifts = [
        stability_table(pd.DataFrame({"x": rng.normal(size=60)}), pd.DataFrame({"x": rng.normal(size=60)}))[
            "shift"
        ].iloc[0]
        for _ in range(200)
    ]
    assert np.mean([shift == "stable" for shift in shifts]) >= 0.9


def test_days_and_lists_of_names_are_not_compared():
    table = pd.DataFrame({"day": pd.to_datetime(["2024-01-01"] * 40), "town": [str(n) for n in range(40)]})
    assert stability_table(table, table).empty
