import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import Play, ProfilingParams
from customer_segments.base.params.profiling import CoinParams, HoldOutParams
from customer_segments.steps.profiling import worth
from customer_segments.steps.profiling.tone import CUT, UNSUPPORTED

REGULARS = Play(name="Regulars", when={"orders": "high"}, do="Thank them.", response=0.05)
PARAMS = ProfilingParams(playbook=(REGULARS,))


def customers(count=1000, segment=1, **columns):
    values = {"average_order_value": 20.0, "expected_value": 1.234567, "alive_probability": 1.0}
    values["expected_orders"] = 365 / 30 * np.log(2)  # half of them order within 30 days
    ids = [f"{segment}-{number}" for number in range(count)]
    return pd.DataFrame({"customer_id": ids, "segment": segment} | values | columns, index=range(count))


def profiles(play="Regulars", verdict=CUT, segment=1):
    row = {"segment": segment, "name": "Some", "play": play, "action": "Thank them.", "too_few": False}
    return pd.DataFrame([row | {"verdict": verdict}])


def test_one_more_order_of_some_is_worth_their_usual_order_value():
    assert worth.worth(customers(), 0.1, "€") == (
        "If 1 in 10 of them (100 customers) ordered once more at their usual €20.00, that would bring about €2,000."
    )


def test_what_is_expected_in_any_case_is_said():
    said = worth.worth(customers(), 0.07, "€", horizon_days=365)
    assert said.startswith("If 7% of them (70 customers)")
    assert said.endswith("Expected of them in any case, over the next 12 months: about €1,230.")


def test_who_usually_nets_nothing_promises_nothing():
    assert "promises nothing" in worth.worth(customers(average_order_value=-1.0), 0.1, "€")


def test_without_orders_nothing_is_said_of_worth_and_the_hardest_base_is_taken():
    members = pd.DataFrame({"customer_id": range(2000)})
    assert worth.worth(members, 0.1, "€") == ""
    assert "a base of 50%, the hardest case (nothing is expected of them)," in worth.trial(
        members, 0.1, HoldOutParams()
    )


def test_the_base_rate_is_the_share_expected_to_order_within_the_days():
    # One is sure to be a customer and orders once a month on average, the other is so with a chance of one half.
    own = pd.DataFrame({"alive_probability": [1.0, 0.5], "expected_orders": [12.0, 6.0]})
    assert worth.base_rate(own, 30, 360) == pytest.approx(0.75 * (1 - np.exp(-1)))


def test_there_is_no_base_rate_where_nothing_is_expected():
    assert worth.base_rate(pd.DataFrame({"alive_probability": [0.0], "expected_orders": [0.0]}), 30, 360) is None
    assert worth.base_rate(customers(), 30, None) is None


def test_a_test_states_its_group_its_base_and_its_power():
    assert worth.trial(customers(1000), 0.1, HoldOutParams(), 365) == (
        "Leave 261 of the 1,000, drawn at random, alone: 10 points more than the 50% expected to order within 30 "
        "days anyway would then show with a probability of 80%."
    )


def test_a_group_too_small_for_a_test_is_told_what_it_could_show():
    said = worth.trial(customers(100), 0.1, HoldOutParams(), 365)
    assert said.startswith("Too few to show 10 points more: even with half of the 100 held out, only 27 points or more")
    assert worth.trial(customers(4), 0.1, HoldOutParams(), 365) == "They are too few for any test."


def test_those_who_never_order_anyway_get_a_rate_of_a_little():
    said = worth.trial(customers(alive_probability=0.001, expected_orders=0.001), 0.1, HoldOutParams(), 365)
    assert "the under 1% expected to order within 30 days anyway" in said


def test_where_nearly_all_order_anyway_there_is_no_room_for_more():
    said = worth.trial(customers(expected_orders=50.0), 0.1, HoldOutParams(), 365)
    assert said == (
        "98% are expected to order within 30 days anyway, which leaves no room for 10 points more: compare what they "
        "spend instead."
    )


def test_a_plays_own_response_goes_before_the_studys():
    told = worth.recommendations(profiles(), customers(), PARAMS, "€", 365)
    assert told["worth"].item().startswith("If 1 in 20 of them")
    assert "5 points" in told["test"].item()
    assert (
        worth.recommendations(profiles(play=""), customers(), PARAMS, "€", 365)["worth"].item().startswith("If 1 in 10")
    )


def test_where_the_data_support_no_segments_nothing_is_promised_but_a_test():
    told = worth.recommendations(profiles(verdict=UNSUPPORTED), customers(), PARAMS, "€", 365)
    assert told["worth"].item() == ""
    assert told["test"].item() != ""


def test_those_in_no_segment_are_neither_valued_nor_tested():
    told = worth.recommendations(profiles(play="", segment=0), customers(segment=0), PARAMS, "€", 365)
    assert told[["worth", "test"]].to_numpy().tolist() == [["", ""]]


def test_loyalty_coins_are_a_lever_where_they_are_on():
    params = PARAMS.model_copy(update={"coins": CoinParams(on=True, welcome=0.0)})
    told = worth.recommendations(profiles(), customers(net_revenue=100.0), params, "€", 365)
    assert told["action"].item() == (
        "Thank them. Lever: they hold 100,000 loyalty coins worth €1,000, 1.0% of their net revenue."
    )
    assert told["coins"].item() == 100_000
    assert "coins" not in worth.recommendations(profiles(), customers(), PARAMS, "€", 365)
