import pandas as pd
import pytest

from customer_segments.base.params import Play, ProfilingParams
from customer_segments.pages.profiling import sentences as said
from customer_segments.steps.profiling.advice import Advice
from customer_segments.steps.profiling.playbook import Fit
from customer_segments.steps.profiling.traits import CUT, UNSUPPORTED, facts, trait_table
from customer_segments.steps.profiling.worth import Prospect
from tests.profiling.made import comparison, found, unlike

REGULARS = Play(name="Regulars", when={"orders": "high"}, do="Thank them.")
PARAMS = ProfilingParams(playbook=(REGULARS,))
AHEAD = Prospect(
    outcome="order",
    customers=1000, response=0.1, orders=100, order_value=20.0, money=2000.0, expected=0.0, base_rate=0.5,
    has_room=True, held_out=261, smallest_uplift=None,
)  # fmt: skip


def told(play="Regulars", verdict=CUT, segment=1, too_few=False, traits=(), coins=None, **ahead):
    """The words on one segment, of which these numbers differ from those of an ordinary one."""
    row = {"segment": segment, "name": "Some", "customers": 1000, "too_few": too_few, "play": play, "verdict": verdict}
    compared = comparison([(segment, *trait) for trait in traits])
    result = found(
        segments=pd.DataFrame([row | (coins or {})]),
        traits=(told := trait_table(compared, unlike(compared), 9, "€")),
        facts=facts(told[told["column"] != "age"], {segment: ["orders"]}),
        fits={segment: Fit(REGULARS, {"orders": "high"})} if play else {},
        advised={segment: Advice(REGULARS.do)} if play else {},
        prospects={segment: AHEAD._replace(**ahead)} if segment and not too_few else {},
        horizon_days=365,
    )
    return said.in_words(result, PARAMS, "€")


def test_words_stand_after_the_play_and_around_the_verdict():
    table = told(coins={"coins": 1.0, "coin_cost": 0.1})
    assert list(table) == [
        *["segment", "name", "customers", "too_few", "play"],
        *["traits", "facts", "action", "because", "verdict", "worth", "may_bring", "test", "tested"],
        *["coins", "coin_cost"],
    ]


def test_a_trait_gives_the_value_and_everyones_one_a_line():
    traits = [("orders", 1.5, 14, 5), ("channel=App", -0.8, 0.1, 0.4), ("net_revenue", 0.5, 900, 300)]
    assert told(traits=traits)["traits"].item().split("\n") == [
        "Have placed more orders: 14 orders (all customers: 5)",
        "Less often have channel App: 10% of them (all customers: 40%)",
        "Have spent more: €900 (all customers: €300)",
    ]


def test_a_card_tells_first_what_the_name_rests_on_last_what_a_model_expects_and_nothing_sensitive():
    others = [("items_per_order", 1.5, 9, 3), ("net_revenue", 1.2, 900, 300), ("age", 1.1, 60, 40)]
    traits = [("expected_value", 2.0, 900, 300), *others, ("orders", 1.0, 14, 5)]
    assert told(traits=traits)["facts"].item().split("\n") == [
        "Have placed more orders: 14 orders (all customers: 5)",
        "Buy more items an order: 9 items an order (all customers: 3)",
        "Have spent more: €900 (all customers: €300)",
    ]
    assert told(traits=[("age", 1.1, 60, 40)])["facts"].item().startswith("Far from all customers only in sensitive")
    assert told(traits=others[:2])["facts"].item().startswith("Buy more items an order")


def test_a_trait_says_where_its_values_are_medians():
    compared = comparison([(1, "orders", 1.5, 14, 5)]).assign(by_median=True)
    lines = said.trait_lines(trait_table(compared, unlike(compared), 9, "€"), "€")
    assert lines.tolist() == ["Have placed more orders: 14 orders (all customers: 5; medians)"]


def test_a_single_one_is_told_in_the_singular():
    traits = [("orders", -1.5, 1, 5), ("recency_days", -1.2, 1, 40)]
    assert told(traits=traits)["traits"].item().split("\n") == [
        "Have placed fewer orders: 1 order (all customers: 5)",
        "Ordered more recently: 1 day since the last order (all customers: 40)",
    ]


def test_a_column_of_the_business_is_called_by_its_own_name():
    text = told(traits=[("loyalty {points}", 1.0, 80, 20)])["traits"].item()
    assert text == "Higher loyalty {points}: 80 (all customers: 20)"


def test_a_segment_like_everyone_is_said_to_be():
    assert told()["traits"].item() == "In nothing far from all customers"


def test_the_reason_is_the_conditions_in_words():
    assert told()["because"].item() == "orders high"
    assert said.reason(Fit(REGULARS, {"orders": "top 20%", "recency_days": "very low"})) == (
        "orders in the top 20% of all customers and days since last order very low"
    )


def test_where_no_play_fits_the_study_says_what_to_do():
    table = told(play="")
    assert table[["action", "because"]].to_numpy().tolist() == [[PARAMS.otherwise, ""]]


def test_without_support_nobody_is_to_be_treated_differently_and_nothing_is_promised_but_a_test():
    table = told(play="", verdict=UNSUPPORTED, coins={"coins": 1.0, "coin_cost": 0.1})
    assert table["action"].item() == "Do not treat them differently on this evidence; test first."
    assert table["worth"].item() == ""
    assert table["test"].item() != ""


def test_those_in_no_segment_are_neither_valued_nor_tested():
    table = told(play="", segment=0, coins={"coins": 1.0, "coin_cost": 0.1})
    assert table["action"].item() == said.NO_SEGMENT
    assert table[["worth", "test"]].to_numpy().tolist() == [["", ""]]


def test_too_few_customers_are_not_described_and_treated_as_persons():
    table = told(play="", too_few=True, coins={"coins": 1.0, "coin_cost": 0.1})
    expected = [["Too few to describe without describing single persons", said.TOO_FEW, "", ""]]
    assert table[["traits", "action", "worth", "test"]].to_numpy().tolist() == expected


@pytest.mark.parametrize(
    ("share", "told_share"),
    [({"coin_share": 0.01}, ", 1.0% of their net revenue"), ({"coin_share": None}, ""), ({}, "")],
)
def test_loyalty_coins_are_a_lever_where_they_are_on(share, told_share):
    action = told(coins={"coins": 100_000.0, "coin_cost": 1000.0} | share)["action"].item()
    assert action == f"Thank them. Lever: they hold 100,000 loyalty coins worth €1,000{told_share}."


def test_one_more_order_of_some_is_worth_their_usual_order_value():
    assert told()["worth"].item() == (
        "If 1 in 10 of them (100 customers) ordered once more at their usual €20.00, that would bring about €2,000."
    )


def test_what_is_expected_in_any_case_is_said():
    text = told(response=0.07, orders=70, money=1400.0, expected=1234.567)["worth"].item()
    assert text.startswith("If 7% of them (70 customers)")
    assert text.endswith("Expected of them in any case, over the next 12 months: about €1,230.")


def test_who_usually_nets_nothing_promises_nothing_and_without_money_only_answers_are_counted():
    assert "promises nothing" in told(order_value=-1.0)["worth"].item()
    said_of_answers = told(outcome="answer", order_value=None, money=None)["worth"].item()
    assert said_of_answers.startswith(
        "If 1 in 10 of them (100 customers) answered: what that is worth is for you to say"
    )


def test_a_test_states_its_group_its_base_and_its_power():
    assert told()["test"].item() == (
        "Leave 261 of the 1,000, drawn at random, alone, and compare who orders: 10 points more than the 50% expected "
        "to order within 30 days anyway would then show with a probability of 80%."
    )


@pytest.mark.parametrize(
    ("base", "text"),
    [
        (None, "more than a base of 50%, the hardest case (nothing is expected of them), would"),
        (0.001, "more than the under 1% expected to order within 30 days anyway would"),
        (0.01, "more than the 1% expected to order"),
    ],
)
def test_the_base_is_named_as_it_is_known(base, text):
    assert text in told(base_rate=base)["test"].item()


def test_a_group_too_small_for_a_test_is_told_what_it_could_show():
    text = told(customers=100, held_out=None, smallest_uplift=0.262)["test"].item()
    assert text.startswith(
        "Too few to show 10 points more in who orders: even with half of the 100 held out, only 27 points or more"
    )
    assert told(held_out=None)["test"].item() == "They are too few for any test."


@pytest.mark.parametrize(("base", "share"), [(0.98, "98%"), (None, "50%")])
def test_where_nearly_all_order_anyway_there_is_no_room_for_more(base, share):
    assert told(has_room=False, held_out=None, base_rate=base)["test"].item() == (
        f"{share} are expected to order within 30 days anyway, which leaves no room for 10 points more: compare what "
        "they spend instead."
    )
