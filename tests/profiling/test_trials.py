import numpy as np
import pytest

from customer_segments.base.params.profiling import HoldOutParams
from customer_segments.steps.profiling import trials

ASKED = HoldOutParams()


@pytest.mark.parametrize(("customers", "base", "uplift"), [(1500, 0.5, 0.1), (4000, 0.03, 0.02), (600, 0.7, 0.15)])
def test_the_hold_out_shows_the_uplift_as_often_as_was_asked_in_simulation(customers, base, uplift):
    held_out = trials.hold_out(customers, base, uplift, ASKED)
    treated, random = customers - held_out, np.random.default_rng(11)
    left = random.binomial(held_out, base, 20_000) / held_out
    done = random.binomial(treated, base + uplift, 20_000) / treated
    pooled = (left * held_out + done * treated) / customers
    z = (done - left) / np.sqrt(pooled * (1 - pooled) * (1 / held_out + 1 / treated))
    assert (np.abs(z) > 1.959964).mean() == pytest.approx(0.8, abs=0.03)


def test_equal_groups_have_the_size_of_the_textbooks():
    # Fleiss: 50% against 60% at 80% power and 5% two-sided needs 388 in each group.
    powers = [trials.chance_to_show(size, 2 * size, 0.5, 0.1, 0.05) for size in (387, 388)]
    assert powers[0] < 0.8 <= powers[1]


def test_one_customer_fewer_held_out_would_not_show_it():
    held_out = trials.hold_out(1500, 0.5, 0.1, ASKED)
    assert trials.chance_to_show(held_out - 1, 1500, 0.5, 0.1, 0.05) < 0.8


@pytest.mark.parametrize("customers", [0, 1, 2, 100])
def test_where_even_half_does_not_show_it_there_is_no_hold_out(customers):
    assert trials.hold_out(customers, 0.5, 0.1, ASKED) is None


def test_the_smallest_uplift_shows_and_a_tenth_of_a_point_less_does_not():
    least = trials.smallest_uplift(100, 0.5, ASKED)
    assert trials.chance_to_show(50, 100, 0.5, least, 0.05) >= 0.8
    assert trials.chance_to_show(50, 100, 0.5, least - 0.001, 0.05) < 0.8
    assert trials.smallest_uplift(4, 0.5, ASKED) is None


@pytest.mark.parametrize(("base", "used"), [(0.0, 0.01), (0.3, 0.3), (1.0, 0.89)])
def test_the_base_leaves_room_for_the_uplift_and_is_never_nothing(base, used):
    assert trials.usable_rate(base, 0.1) == pytest.approx(used)
