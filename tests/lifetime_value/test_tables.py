"""What is told by segment adds up, and small groups are not told."""

import json
from datetime import date

import pandas as pd
import pytest

from customer_segments.base.params import LifetimeValueParams
from customer_segments.steps.lifetime_value import metrics, sentences, tables
from customer_segments.steps.lifetime_value.calibration import HoldOut
from customer_segments.steps.lifetime_value.forecast import Models
from tests.lifetime_value.test_assumptions import gaps_of, models_of

PARAMS = LifetimeValueParams()
UNCHECKED = HoldOut(None, 90, pd.DataFrame(), "The forecast could not be checked.")


def people(segment, count, alive, value, first=0):
    numbers = range(first, first + count)
    return pd.DataFrame(
        {
            "customer_id": [f"S{segment}N{number:03}" for number in numbers],
            "segment": segment,
            "repeats": [number % 3 for number in numbers],
            "revenue": [10.0 + number for number in numbers],
            "age": 60.0,
            "alive_probability": alive,
            "expected_orders": 2.0,
            "expected_value": value,
            "value_if_still": value / alive,
        }
    )


PREDICTED = pd.concat(
    [people(1, 20, 0.9, 100.0), people(1, 5, 0.5, 50.0, 20), people(2, 30, 0.1, 1.0), people(0, 4, 0.9, 9.0)],
    ignore_index=True,
)
TABLE = tables.by_segment(PREDICTED, PARAMS, smallest=10)


def test_each_segment_is_told_with_its_share_of_everyone():
    assert TABLE["segment"].tolist() == [1, 2]
    assert TABLE["customers"].tolist() == [25, 30]
    assert TABLE["total"].tolist() == [2250, 30]
    assert TABLE["alive"].tolist() == [0.8, 0]
    assert TABLE["gone"].tolist() == [0, 1]
    assert TABLE["value_share"].sum() == pytest.approx(2280 / 2316)


def test_few_customers_at_risk_are_told_neither_in_number_nor_in_value():
    more = TABLE.assign(at_risk=[5, 20], value_at_risk=[250.0, 40.0])
    assert tables.risk_for_readers(more, "€", smallest=10).to_numpy().tolist() == [
        ["Segment 1", "under 10", "–", "–", "–"],
        ["Segment 2", "20", "67%", "€40.00", "€2.00"],
    ]
    assert tables.risk_for_readers(TABLE, "€", smallest=5).iloc[0].tolist() == [
        *("Segment 1", "5", "20%", "€250", "€50.00"),
    ]


def test_where_few_are_at_risk_in_all_there_is_no_table_of_nothing():
    assert tables.risk_for_readers(TABLE, "€", smallest=10).empty


def test_values_are_written_for_readers():
    first = tables.value_for_readers(TABLE, "€").iloc[0]
    assert first.tolist() == ["Segment 1", 25, "82%", "2", "€90.00", "€2,250", "97%"]


def test_the_headline_says_how_much_from_whom_and_how_far_to_trust_it():
    told = sentences.headline(PREDICTED, UNCHECKED, PARAMS, "€")
    assert "The 59 customers are expected to bring €2,316 in the next 12 months" in told
    assert "(not checked on held-out days)" in told
    everyone = PREDICTED.assign(alive_probability=0.999)
    assert "nobody is seen to leave" in sentences.headline(everyone, UNCHECKED, PARAMS, "€")


def test_captions_name_the_extremes_and_what_is_left_out():
    told = sentences.states_caption(TABLE, PARAMS, 10)
    assert "Segment 1 holds most of its customers (82% likely to be customers still), segment 2 fewest (10%)." in told
    assert "Segments of fewer than 10 customers are not shown." in told
    alike = sentences.states_caption(TABLE.assign(alive_probability=0.999), PARAMS, 10)
    assert "In every segment 100% are likely to be customers still, so this does not tell them apart." in alike
    assert "Segment 1 brings most in all (97% of the value from 42% of the customers), and most for each" in (
        sentences.value_caption(TABLE, PARAMS, "€")
    )
    assert sentences.risk_caption(PREDICTED, PARAMS, "€", 10).startswith("Fewer than 10 customers are at risk")
    assert "5 customers at risk hold €250" in sentences.risk_caption(PREDICTED, PARAMS, "€", 5)


def test_no_sentence_names_a_customer():
    told = [
        *sentences.findings(PREDICTED, TABLE, UNCHECKED, [], PARAMS, "€"),
        sentences.risk_caption(PREDICTED, PARAMS, "€", 1),
        sentences.value_alt(TABLE, "€"),
        sentences.states_alt(TABLE),
    ]
    assert not any("S1N" in sentence or "S2N" in sentence for sentence in told)


def test_the_model_is_told_with_its_parameters_and_its_rival():
    models = models_of(may_leave_at_once=True)
    alone = sentences.model_sentence(models)
    assert "MBG/NBD (customers may leave after any order, the first included)" in alone
    assert "r 0.243, alpha 4.41, a 0.793, b 2.43" in alone
    rival = sentences.model_sentence(Models(models.orders, models.orders, models.spending))
    assert "about as likely as MBG/NBD" in rival


def test_metrics_can_be_written_and_hold_every_large_segment():
    found = metrics.metrics(PREDICTED, models_of(), gaps_of(1.0), UNCHECKED, TABLE, PARAMS, "€")
    assert found["available"] is True
    assert list(found["by_segment"]) == ["1", "2"]
    assert found["held_out"] == {"days": 90, "refused": "The forecast could not be checked."}
    assert json.dumps(found, default=float)


def test_a_held_out_forecast_is_told_in_the_findings():
    columns = {
        "repeats": 1,
        "alive_probability": 0.5,
        "expected_value": 9.0,
        "revenue_after": 10.0,
        "revenue_before": 5.0,
    }
    orders = {"expected_orders": [1.0] * 10, "orders_after": [1] * 10, "orders_before": [2] * 10}
    held = HoldOut(date(2024, 1, 1), 90, pd.DataFrame(orders).assign(**columns))
    told = " ".join(sentences.findings(PREDICTED, TABLE, held, ["one"], PARAMS, "€"))
    assert "was right to the per cent; the naive one, 100% too high" in told
    assert "1 caution above limits" in told
    assert "They expected 10 orders of 10 customers, 10 came (right to the per cent)" in sentences.calibration_caption(
        held
    )
    assert "everything before 1 January 2024 and" in sentences.calibration_caption(held)
    assert tables.totals_for_readers(held, "€")["Off by"].tolist() == ["0%", "+100%", "−10%", "−50%"]
    assert tables.totals_for_readers(held, "€").iloc[2].tolist() == [
        *("Revenue, the model", "€90.00", "€100", "−10%", "€1.00"),
    ]


def test_one_repeat_order_is_told_in_the_singular():
    groups = pd.DataFrame({"repeats": ["1", "20 or more"], "actual": [0.9, 15.0], "model": [0.7, 10.0]})
    assert sentences.calibration_alt(groups).endswith(
        "1 repeat order: 0.9 came, 0.7 expected and 20 or more repeat orders: 15 came, 10 expected."
    )


def test_it_is_told_whether_chances_came_true():
    columns = {"orders_after": [0, 1, 1], "orders_before": 1, "expected_orders": 1.0, "expected_value": 1.0}
    customers = pd.DataFrame(columns).assign(revenue_after=1.0, revenue_before=1.0, alive_probability=[0.1, 0.1, 0.9])
    told = sentences.totals_caption(HoldOut(date(2024, 1, 1), 90, customers), PARAMS)
    assert "50% of those whose chance of being one still was below 20% and 100% of those" in told
