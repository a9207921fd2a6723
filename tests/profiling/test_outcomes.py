"""What an action may bring follows from what it is to bring about; held against plain sums."""

import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import Play, ProfilingParams
from customer_segments.pages.profiling import outcomes as told
from customer_segments.steps.profiling import worth
from customer_segments.steps.profiling.advice import Advice, advice
from customer_segments.steps.profiling.playbook import Fit

PARAMS = ProfilingParams()
EVERYONE = pd.DataFrame(
    {
        "segment": [1] * 100 + [2] * 100,
        "orders": [1] * 60 + [4] * 40 + [9] * 100,
        "average_order_value": [20.0] * 100 + [80.0] * 100,
        "net_revenue": [90.0] * 100 + [700.0] * 100,
        "returned_share": [0.1] * 100 + [0.0] * 100,
        "category_variety": [8] * 70 + [5] * 30 + [3] * 100,
        "alive_probability": 0.9,
        "expected_orders": 2.0,
        "expected_value": 50.0,
    }
)
OWN = EVERYONE[EVERYONE["segment"] == 1]


def fit(outcome="order", response=None, **more):
    play = Play(name="Some", when={"orders": "high"}, do="Do it.", outcome=outcome, response=response, **more)
    return Fit(play, play.when[0])


def ahead(outcome, response=None, own=OWN, horizon=365):
    return worth.prospect(own, EVERYONE, fit(outcome, response), PARAMS, horizon)


def test_a_second_order_concerns_those_who_have_ordered_once():
    found = ahead("second order")
    assert (found.customers, found.orders, found.money) == (60, 6, 6 * 20.0)


def test_returns_avoided_are_worth_what_was_sent_back():
    found = ahead("returns")
    whole = sum(90 / 0.9 * 0.1 for _ in range(100))
    assert (found.whole, found.money) == (pytest.approx(whole), pytest.approx(whole / 10))
    assert "If 1 in 10 of these items had stayed" in told.brings(found, "€")


def test_larger_baskets_grow_what_is_expected():
    found = ahead("basket", 0.05)
    assert (found.money, found.mean) == (pytest.approx(0.05 * 50 * 100), 20.0)
    assert told.brings(found, "€") == (
        "If their orders were 5% larger (today €20.00 on average), that would bring about €250 more than is expected "
        "of them."
    )


def test_a_friend_brings_the_usual_order_of_everyone():
    assert ahead("referral").money == 10 * 50.0


def test_where_no_money_is_known_only_answers_are_counted():
    people = pd.DataFrame({"segment": [1] * 50, "tenure": range(50)})
    found = worth.prospect(people, people, fit("basket"), PARAMS, None)
    assert (found.outcome, found.orders, found.money) == ("answer", 5, None)
    assert "no money is known here" in told.brings(found, "€")


@pytest.mark.parametrize("outcome", ["order", "second order", "reactivation", "basket", "returns", "referral"])
def test_each_outcome_names_its_own_measure(outcome):
    found = ahead(outcome)
    assert found.outcome == outcome
    assert told.MEASURED[found.outcome] not in [told.MEASURED[other] for other in told.MEASURED if other != outcome]


def test_the_hold_out_of_a_mean_shows_the_change_in_a_simulation():
    count, spread, change = 2000, 10.0, 2.0
    held = worth.hold_out_of_means(count, spread, change, PARAMS.hold_out)
    rng = np.random.default_rng(7)
    alone = rng.normal(0, spread, (4000, held)).mean(axis=1)
    treated = rng.normal(change, spread / np.sqrt(count - held), 4000)
    z = (treated - alone) / (spread * np.sqrt(1 / held + 1 / (count - held)))
    assert (z > 1.96).mean() == pytest.approx(0.8, abs=0.03)


def test_advice_says_for_how_many_it_holds():
    untried = fit(holds_for={"categories_untried": "at least 1"}, otherwise="Do other things.")
    assert advice(OWN, EVERYONE, untried, 10) == Advice("Do it.", 30, 100)  # 70 of them have bought all eight


def test_advice_that_holds_for_few_gives_way_to_another():
    few = fit(holds_for={"orders": "at least 20"}, otherwise="Do other things.")
    assert advice(OWN, EVERYONE, few, 10) == Advice("Do other things.")


def test_what_a_study_has_no_column_for_is_not_asked():
    assert advice(OWN, EVERYONE, fit(holds_for={"age": "at least 90"}), 10) == Advice("Do it.")
