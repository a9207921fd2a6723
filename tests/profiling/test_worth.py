import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import Play, ProfilingParams
from customer_segments.base.params.profiling import HoldOutParams
from customer_segments.steps.profiling import outcomes, worth
from customer_segments.steps.profiling.playbook import Fit

ASKED = HoldOutParams()
PARAMS = ProfilingParams()


def customers(count=1000, segment=1, **columns):
    values = {"average_order_value": 20.0, "expected_value": 1.234567, "alive_probability": 1.0}
    values["expected_orders"] = 365 / 30 * np.log(2)  # half of them order within 30 days
    ids = [f"{segment}-{number}" for number in range(count)]
    return pd.DataFrame({"customer_id": ids, "segment": segment} | values | columns, index=range(count))


def test_one_more_order_of_some_is_worth_their_usual_order_value():
    found = worth.prospect(customers(), customers(), None, PARAMS, 365)
    assert (found.customers, found.response, found.orders, found.order_value) == (1000, 0.1, 100, 20.0)
    assert (found.money, found.expected) == (2000.0, pytest.approx(1234.567))
    assert (found.base_rate, found.held_out, found.smallest_uplift) == (pytest.approx(0.5), 261, None)


def test_a_plays_own_response_goes_before_the_studys():
    play = Play(name="Regulars", when={"orders": "high"}, do="Thank them.", response=0.05)
    assert worth.prospect(customers(), customers(), Fit(play, play.when[0]), PARAMS, 365).response == 0.05
    without = play.model_copy(update={"response": None})
    assert worth.prospect(customers(), customers(), Fit(without, play.when[0]), PARAMS, 365).response == 0.1


def test_without_orders_nothing_is_known_of_worth_and_the_hardest_base_is_taken():
    members = worth.prospect(pd.DataFrame({"customer_id": range(2000)}), pd.DataFrame(), None, PARAMS, None)
    assert (members.order_value, members.money, members.expected, members.base_rate) == (None, None, 0.0, None)
    assert members.held_out == worth.hold_out(2000, 0.5, 0.1, ASKED)


def test_a_single_customer_may_answer_in_the_smallest_segment():
    assert worth.prospect(customers(3), customers(3), None, PARAMS, 365).orders == 1


def test_a_group_too_small_for_a_test_has_the_uplift_that_half_would_show():
    small = worth.prospect(customers(100), customers(100), None, PARAMS, 365)
    assert small.held_out is None
    assert small.smallest_uplift == worth.smallest_uplift(100, 0.5, ASKED)
    assert worth.prospect(customers(4), customers(4), None, PARAMS, 365).smallest_uplift is None


@pytest.mark.parametrize(("orders", "room"), [(50.0, False), (8.0, True)])
def test_where_nearly_all_order_anyway_there_is_no_room_for_more(orders, room):
    assert (
        worth.prospect(customers(expected_orders=orders), customers(expected_orders=orders), None, PARAMS, 365).has_room
        is room
    )


def test_the_base_rate_is_the_share_expected_to_order_within_the_days():
    # One is sure to be a customer and orders once a month on average, the other is so with a chance of one half.
    own = pd.DataFrame({"alive_probability": [1.0, 0.5], "expected_orders": [12.0, 6.0]})
    assert outcomes.base_rate(own, 30, 360) == pytest.approx(0.75 * (1 - np.exp(-1)))


def test_there_is_no_base_rate_where_nothing_is_expected():
    assert outcomes.base_rate(pd.DataFrame({"alive_probability": [0.0], "expected_orders": [0.0]}), 30, 360) is None
    assert outcomes.base_rate(customers(), 30, None) is None


@pytest.mark.parametrize(("customers", "base", "uplift"), [(1500, 0.5, 0.1), (4000, 0.03, 0.02), (600, 0.7, 0.15)])
def test_the_hold_out_shows_the_uplift_as_often_as_was_asked_in_simulation(customers, base, uplift):
    held_out = worth.hold_out(customers, base, uplift, ASKED)
    treated, random = customers - held_out, np.random.default_rng(11)
    left = random.binomial(held_out, base, 20_000) / held_out
    done = random.binomial(treated, base + uplift, 20_000) / treated
    pooled = (left * held_out + done * treated) / customers
    z = (done - left) / np.sqrt(pooled * (1 - pooled) * (1 / held_out + 1 / treated))
    assert (np.abs(z) > 1.959964).mean() == pytest.approx(0.8, abs=0.03)


def test_equal_groups_have_the_size_of_the_textbooks():
    # Fleiss: 50% against 60% at 80% power and 5% two-sided needs 388 in each group.
    powers = [worth.chance_to_show(size, 2 * size, 0.5, 0.1, 0.05) for size in (387, 388)]
    assert powers[0] < 0.8 <= powers[1]


def test_one_customer_fewer_held_out_would_not_show_it():
    held_out = worth.hold_out(1500, 0.5, 0.1, ASKED)
    assert worth.chance_to_show(held_out - 1, 1500, 0.5, 0.1, 0.05) < 0.8


@pytest.mark.parametrize("customers", [0, 1, 2, 100])
def test_where_even_half_does_not_show_it_there_is_no_hold_out(customers):
    assert worth.hold_out(customers, 0.5, 0.1, ASKED) is None


def test_the_smallest_uplift_shows_and_a_tenth_of_a_point_less_does_not():
    least = worth.smallest_uplift(100, 0.5, ASKED)
    assert worth.chance_to_show(50, 100, 0.5, least, 0.05) >= 0.8
    assert worth.chance_to_show(50, 100, 0.5, least - 0.001, 0.05) < 0.8
    assert worth.smallest_uplift(4, 0.5, ASKED) is None


@pytest.mark.parametrize(("base", "used"), [(0.0, 0.01), (0.3, 0.3), (1.0, 0.89)])
def test_the_base_leaves_room_for_the_uplift_and_is_never_nothing(base, used):
    assert worth.usable_rate(base, 0.1) == pytest.approx(used)
