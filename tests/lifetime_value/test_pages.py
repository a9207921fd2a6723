"""What is said of lifetime value follows from codes and numbers, and small groups are not told."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from customer_segments.base.params import LifetimeValueParams
from customer_segments.pages.lifetime_value import outlook, trust
from customer_segments.pages.plots.absent import NO_TRANSACTIONS
from customer_segments.steps.lifetime_value.behaviour import Fit, OrderModel
from customer_segments.steps.lifetime_value.forecast import Models, Note
from customer_segments.steps.lifetime_value.holdout import HoldOut
from customer_segments.steps.value import Valued
from tests.lifetime_value.test_forecast import PREDICTED
from tests.lifetime_value.test_trust import gaps_of, models_of

PARAMS = LifetimeValueParams()
UNCHECKED = HoldOut(date(2024, 10, 1), 90, pd.DataFrame(), Note("few_came_back", {"back": 1, "needed": 30}))
VALUED = Valued(PARAMS, 10, None, models_of(), PREDICTED, gaps_of(1.0), (UNCHECKED,))
SAME = {
    "segment": 1,
    "repeats": 1,
    "alive_probability": 0.5,
    "expected_value": 9.0,
    "revenue_after": 10.0,
    "revenue_before": 5.0,
}
TEN = pd.DataFrame({"expected_orders": [1.0] * 10, "orders_after": [1] * 10, "orders_before": [2] * 10}).assign(**SAME)
HELD = HoldOut(date(2024, 1, 1), 90, TEN)
CHECKED = replace(VALUED, rolling=(HELD,))


def with_table(**columns):
    """The segments told otherwise."""
    found = replace(VALUED)
    vars(found)["by_segment"] = VALUED.by_segment.assign(**columns)
    return found


def with_cautions(**codes):
    found = replace(CHECKED)
    vars(found)["cautions"] = codes
    return found


def test_few_customers_at_risk_are_told_neither_in_number_nor_in_value():
    more, _ = outlook.risk_table(
        replace(with_table(at_risk=[5, 20], value_at_risk=[250.0, 40.0]), smallest_group=5), "€"
    )
    assert more.iloc[0].tolist() == ["Segment 1", "5", "20%", "€250", "€50.00"]
    found = with_table(at_risk=[5, 20], value_at_risk=[250.0, 40.0])
    vars(found)["churn_risk"] = pd.concat([VALUED.churn_risk] * 5)
    table, _ = outlook.risk_table(found, "€")
    assert table.to_numpy().tolist() == [
        ["Segment 1", "under 10", "–", "–", "–"],
        ["Segment 2", "–", "–", "–", "–"],  # or what is known of all at risk would tell the few
    ]


def test_where_few_are_at_risk_in_all_there_is_no_table_of_nothing():
    table, caption = outlook.risk_table(VALUED, "€")
    assert table.empty
    assert caption == "Fewer than 10 customers are at risk, too few to tell more of them here."
    few = with_table(at_risk=[5, 0])
    vars(few)["churn_risk"] = pd.concat([VALUED.churn_risk] * 2)  # more of them, in segments that are not told
    table, caption = outlook.risk_table(few, "€")
    assert table.empty
    assert "10 customers at risk hold" in caption


def test_what_is_at_risk_is_told_in_all():
    table, caption = outlook.risk_table(replace(VALUED, smallest_group=5), "€")
    assert table["Customers at risk"].tolist() == ["5", "0"]
    assert table["For each of them"].tolist() == ["€50.00", "–"]
    assert "5 customers at risk hold €250; the 5 with most hold 100% of it." in caption


def test_values_are_written_for_readers_under_the_headline():
    table, caption = outlook.value_table(VALUED, "€")
    assert table.iloc[0].tolist() == ["Segment 1", 25, "82%", "2", "€90.00", "€2,250", "97%"]
    assert caption == outlook.headline(VALUED, "€")


def with_ranges(**columns):
    """What is expected in all and of segment 1, told otherwise."""
    row = {
        "segment": [None, None, 1, 1, 2], "what": ["orders", "value", "orders", "value", "value"], "customers": 30,
        "expected": [118.0, 2316.0, 50.0, 2250.0, 30.0], "low_80": [101.0, 1930.0, 40.0, 1800.0, 10.0],
        "high_80": [138.0, 2780.0, 62.0, 2810.0, 90.0], "low_95": [91.0, 1710.0, 35.0, 1500.0, 4.0],
        "high_95": [153.0, 3140.0, 71.0, 3370.0, 225.0], "before": [120.0, 2000.0, 51.0, 2100.0, float("nan")],
        "missed_by": [0.08, 0.12, 0.1, 0.15, float("nan")], "hold_outs": 4, "doubtful": [False] * 4 + [True],
    }  # fmt: skip
    found = replace(VALUED, rolling=(HELD, HELD), before=pd.DataFrame())
    vars(found)["ranges"] = pd.DataFrame(row | columns)
    return found


def test_intervals_are_told_of_all_and_of_each_segment_beside_the_time_before_and_what_was_missed():
    table, caption = outlook.ranges_table(with_ranges(), "€")
    assert list(table) == [
        "", "Expected", "8 times in 10", "19 times in 20", "The 12 months before", "Past forecasts off by"
    ]  # fmt: skip
    assert table.to_numpy().tolist() == [
        ["Segment 1", "€2,250", "€1,800 to €2,810", "€1,500 to €3,370", "€2,100", "15%"],
        ["Segment 2", "€30.00", "€10.00 to €90.00", "€4.00 to €225", "–", "–"],
        ["All customers, orders", "118", "101 to 138", "91 to 153", "120", "8%"],
        ["All customers", "€2,320", "€1,930 to €2,780", "€1,710 to €3,140", "€2,000", "12%"],
    ]
    assert "how far the forecasts of 2 past periods of 90 days, held out, were off" in caption
    assert caption.startswith(
        "The sum lies within the first range 8 times in 10, within the wider one 19 times in 20. "
    )
    assert "reach" not in caption
    assert "season" not in caption


def test_that_ranges_lean_to_where_past_forecasts_were_off_is_said_where_these_cover_a_year():
    found = with_ranges()
    earlier = replace(HELD, cut=HELD.cut - timedelta(days=300))
    _, caption = outlook.ranges_table(replace(found, rolling=(HELD, earlier), before=None), "€")
    assert "Ranges reach further to the side on which past forecasts were off again and again." in caption


def test_an_interval_says_what_it_could_not_count():
    _, caption = outlook.ranges_table(replace(VALUED, covered=200), "€")
    assert "how far such models usually are off, because nothing could be held out" in caption
    assert caption.endswith(
        " The data do not reach back far enough for the time before. The data cover less than a year: as the season "
        "ahead is not known, a usual one is counted."
    )


def test_the_total_is_told_with_both_intervals_beside_the_time_before():
    told = outlook.findings(with_ranges(), "€")[1]
    assert told == (
        "All of them together: €2,320 (between €1,930 and €2,780, 8 times in 10; between €1,710 and €3,140, 19 times "
        "in 20), after €2,000 in the 12 months before."
    )
    assert outlook.findings(VALUED, "€")[1].endswith(").")  # nothing is known of the time before


def test_whose_amount_is_not_to_be_relied_upon_is_told():
    told = " ".join(trust.cautions(with_ranges()))
    assert (
        "**Do not rely on the amount for segment 2**: where it lies 8 times in 10 reaches further than a factor" in told
    )
    sure = with_ranges(doubtful=[True, True, True, False, False])
    assert "Do not rely" not in " ".join(trust.cautions(sure))  # only segments, only their value
    assert "segment 1 (15%) and segment 2" in " ".join(trust.cautions(with_ranges(doubtful=True)))


def test_numbers_have_the_intervals_with_nothing_for_what_is_not_known():
    numbers = json.loads(json.dumps(outlook.metrics(with_ranges(), "€")))
    assert numbers["ranges"]["value"]["low_95"] == 1710
    assert numbers["by_segment"]["1"]["high_80"] == 2810
    assert numbers["by_segment"]["2"]["before"] is None
    assert numbers["by_segment"]["2"]["doubtful"] is True


def test_the_headline_says_how_much_from_whom_and_how_far_to_trust_it():
    told = outlook.headline(VALUED, "€")
    assert "The 59 customers are expected to bring €2,320 in the next 12 months (between €1,140 and €4,700, 8 t" in told
    assert "), 26% of it from the top 10%" in told
    assert "46% are likely still customers (not checked on held-out days)." in told
    assert "nobody is seen to leave" in outlook.headline(with_cautions(nobody_leaves={}), "€")
    missed = with_cautions(missed={"biases": {"orders": -0.26, "revenue": 0.4}})
    assert "held-out days were forecast with 26% too few orders and 40% too much revenue)" in (
        outlook.headline(missed, "€")
    )


def test_captions_name_the_extremes_and_what_is_left_out():
    _, told, alt, title = outlook.states(VALUED)
    assert title == "Segment 1 keeps most: 82% are likely still customers, 10% of segment 2"
    assert "Segments of fewer than 10 customers are not shown." in told
    assert "Segment 1 0% gone" in alt
    assert "20%" not in alt, "five of 25 are a few"
    _, _, alt, _ = outlook.states(replace(VALUED, smallest_group=5))
    assert "Segment 1 0% gone and 20% at risk" in alt
    alike = outlook.states(with_table(alive_probability=[0.999, 0.9985]))[3]
    assert alike == "In every segment 100% are likely still customers"
    _, told, alt, title = outlook.value(VALUED, "€")
    assert title == "Segment 1 brings most in all: 97% of the value from 42% of customers"
    assert "For each customer segment 1 brings most" in told
    assert "Segment 2 €1.00 each, 1% of all" in alt
    _, told, _, title = outlook.value(with_table(expected_value=[1.0, 90.0], segment=[1, 0]), "€")
    assert "Segment 1 brings most in all" in title
    assert "For each customer the group not assigned brings most (€90.00)" in told


def test_no_sentence_names_a_customer():
    told = [
        *outlook.findings(VALUED, "€"),
        *outlook.risk_table(replace(VALUED, smallest_group=1), "€")[1:],
        *outlook.value(VALUED, "€")[1:],
        *outlook.states(VALUED)[1:],
    ]
    assert not any("S1N" in sentence or "S2N" in sentence for sentence in told)


def test_segments_that_are_all_too_small_leave_the_rest_to_be_told():
    told = outlook.findings(replace(VALUED, smallest_group=99), "€")
    assert "The 59 customers" in told[0]
    assert not any("brings most in all" in sentence for sentence in told)


def test_the_model_is_told_with_its_parameters_and_its_rival():
    alone = trust.model(VALUED)
    assert "MBG/NBD (customers may leave after any order, the first included), in weeks" in alone
    assert "r 0.243, alpha 4.41, a 0.793, b 2.43. Spending follows Gamma-Gamma: p 6, q 4, v 15." in alone
    kept = VALUED.models.orders
    for log_likelihood, problem, told in (
        (0.0, None, "the first included, about as likely as BG/NBD)"),
        (0.0, "held out", "the first included, about as likely as BG/NBD, and better at foreseeing the held-out days)"),
        (-12.0, None, "the first included, likelier than BG/NBD by 12 in log-likelihood)"),
        (-12.0, "not_ended", "the first included; BG/NBD could not be fitted)"),
    ):
        held_out = problem == "held out"
        other = OrderModel(Fit(kept.fit.parameters, log_likelihood, problem=None if held_out else problem), False)
        rival = replace(VALUED, models=Models(kept, other, VALUED.models.spending, held_out))
        assert told in trust.model(rival)


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Note("no_transactions", {}), NO_TRANSACTIONS),
        (Note("nobody_came_back", {}), "Every customer ordered on one day only, so"),
        (Note("few_came_back", {"back": 0, "needed": 30}), "In this data no customer ordered on a second day; a model"),
        (
            Note("few_came_back", {"back": 5, "needed": 30}),
            "only 5 customers ordered on a second day; a model needs at",
        ),
        (Note("few_spent", {"needed": 30}), "Fewer than 30 customers netted anything"),
        (
            Note("not_fitted", {"of": "orders", "model": "BG/NBD", "problem": "not_ended"}),
            "The model of orders (BG/NBD) could not be fitted: the search ended before it reached the highest",
        ),
    ],
)
def test_every_refusal_is_put_in_a_sentence(refusal, said):
    refused = Valued(PARAMS, 10, refusal)
    assert said in trust.model(refused)
    assert outlook.findings(refused, "€") == [trust.model(refused)]
    reason = {"available": False, "headline": None, "reason": trust.model(refused), "by_segment": {}}
    assert outlook.metrics(refused, "€") == reason


def test_why_the_forecast_was_not_checked_is_told():
    assert trust.cautions(VALUED)[0] == (
        "The forecast could not be checked on the days from 1 October 2024 on. In this data only 1 customer ordered on "
        "a second day; a model needs at least 30."
    )
    short = HoldOut(None, 5, pd.DataFrame(), Note("too_short", {"covered": 20, "held_out": 5}))
    assert trust.not_checked(short) == (
        "The forecast could not be checked: the data covers 20 days, too few to hold 5 of them out."
    )


@pytest.mark.parametrize(
    ("code", "figures", "said"),
    [
        ("missed", {"biases": {"orders": 0.5, "revenue": -0.5}}, "50% too many orders and 50% too little revenue. The"),
        ("no_better", {"model_error": 1.551, "naive_error": 1.5}, "(error 1.55 against 1.5)"),
        ("nobody_leaves", {}, "sees nobody leave"),
        (
            "undecided",
            {"model": "BG/NBD", "other": "MBG/NBD", "chance": 0.8, "other_chance": 0.7},
            "disagree on who is a customer still**: 80% of all in BG/NBD, 70% in MBG/NBD.",
        ),
        ("once", {"share": 0.3}, "**30% of customers ordered on one day only**"),
        ("alike", {"what": ["ordering", "spending"]}, "hardly differ in how often they order and what they spend**"),
        ("regular", {"index": float("inf")}, "more regularly than at random** (index ∞; 1 is random)"),
        ("bursty", {"index": 0.4}, "come in bursts** (index 0.4; 1 is random)"),
        ("often_more", {"correlation": 0.254}, "spend more per order** (rank correlation 0.25)"),
        ("often_less", {"correlation": -0.254}, "spend less per order** (rank correlation −0.25)"),
        ("no_finite_mean", {}, "no finite mean"),
        (
            "far",
            {"horizon": 1000, "followed": 273},
            "1,000 days ahead, further than any customer has been followed** (273",
        ),
        ("netted_nothing", {"customers": 7}, "7 customers netted nothing after returns"),
    ],
)
def test_every_caution_is_put_in_a_sentence(code, figures, said):
    assert said in trust.cautions(with_cautions(**{code: figures}))[0]
    assert "1 caution above limits how far" in " ".join(outlook.findings(with_cautions(**{code: figures}), "€"))


def test_that_nothing_fails_is_told_too():
    assert trust.cautions(with_cautions()) == ["No assumption that was checked fails on this data."]
    assert "No assumption that was checked fails on this data." in outlook.findings(with_cautions(), "€")


def test_metrics_can_be_written_and_hold_every_large_segment():
    found = outlook.metrics(VALUED, "€")
    assert found["available"] is True
    assert list(found)[:3] == ["available", "headline", "horizon_days"]
    assert list(found["by_segment"]) == ["1", "2"]
    assert found["held_out"] == {"days": 90, "refused": trust.not_checked(UNCHECKED)}
    assert json.dumps(found, default=float)
    assert outlook.metrics(CHECKED, "€")["held_out"]["orders"]["naive_bias"] == 1


def test_a_held_out_forecast_is_told():
    told = " ".join(outlook.findings(CHECKED, "€"))
    assert "On the last 90 days, held out, the forecast of all orders was right to the per cent; the naive" in told
    assert "the naive one, 100% too high." in told
    _, caption, alt, title = trust.calibration(replace(CHECKED, smallest_group=1))
    assert title == "10 orders were expected in the 90 days held out, 10 came (right to the per cent)"
    assert "10 customers, grouped by their repeat orders before 1 January 2024;" in caption
    assert "errs less" in caption
    assert alt.endswith("before: 0 or more repeat orders: 1 came, 1 expected.")
    table, caption = trust.totals(CHECKED, "€")
    assert caption.endswith("root of the mean square.")  # nobody was thought gone or a customer still
    assert table["Off by"].tolist() == ["0%", "+100%", "−10%", "−50%"]
    assert table.iloc[2].tolist() == ["Revenue, the model", "€90.00", "€100", "−10%", "€1.00"]


def test_a_forecast_of_nothing_cannot_be_compared():
    nothing = replace(VALUED, rolling=(HoldOut(date(2024, 1, 1), 90, TEN.assign(orders_after=0, revenue_after=0.0)),))
    assert "0 came (not comparable, as none came)" in trust.calibration(nothing)[3]


def test_classes_of_repeat_orders_are_named_and_one_order_is_told_in_the_singular():
    people = pd.concat([TEN.assign(repeats=repeats) for repeats in (0, 1, 2, 3, 4, 7, 20)], ignore_index=True)
    _, _, alt, _ = trust.calibration(replace(VALUED, rolling=(HoldOut(date(2024, 1, 1), 90, people),)))
    for named in (
        "0 repeat orders:",
        "1 repeat order:",
        "2 repeat orders:",
        "3 to 4 repeat orders:",
        "20 or more repeat",
    ):
        assert f" {named}" in alt


def test_it_is_told_whether_chances_came_true():
    columns = {"orders_after": [0, 1, 1], "orders_before": 1, "expected_orders": 1.0, "expected_value": 1.0}
    customers = pd.DataFrame(columns).assign(revenue_after=1.0, revenue_before=1.0, alive_probability=[0.1, 0.1, 0.9])
    _, told = trust.totals(replace(VALUED, rolling=(HoldOut(date(2024, 1, 1), 90, customers),)), "€")
    assert "50% of those whose chance of being one still was below 20% and 100% of those" in told
