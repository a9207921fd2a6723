import numpy as np
import pytest

from customer_segments.steps.trial import error_of_looks


@pytest.mark.parametrize(("looks", "error"), [(1, 0.05), (2, 0.083), (5, 0.142), (10, 0.193)])
def test_the_error_of_looks_at_even_distances_is_that_of_armitage_mcpherson_and_rowe(looks, error):
    assert error_of_looks([(number + 1) / looks for number in range(looks)], 0.05) == pytest.approx(error, abs=5e-4)


def test_the_error_of_uneven_looks_is_what_simulated_trials_have():
    shares, trials = np.array([0.1, 0.15, 0.7, 1.0]), 200_000
    steps = np.random.default_rng(1).standard_normal((trials, 4)) * np.sqrt(np.diff(shares, prepend=0))
    shown = (np.abs(steps.cumsum(axis=1) / np.sqrt(shares)) > 2.5758293).any(axis=1).mean()
    assert error_of_looks(list(shares), 0.01) == pytest.approx(shown, abs=6 * np.sqrt(shown / trials))


def test_looking_twice_at_the_same_is_looking_once():
    assert error_of_looks([0.5, 0.5, 1], 0.05) == error_of_looks([0.5, 1], 0.05)
