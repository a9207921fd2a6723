import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import ValidationParams
from customer_segments.replication import trade_checks as checks
from customer_segments.replication.ours import Ours
from tests.replication.shop import CUSTOMERS, IDS, SEGMENTS, days, evidence, lines


def ours(of: object) -> Ours:
    return Ours(of, ValidationParams())


def ten_times(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame] * 10, ignore_index=True)


def large_study():
    customers = ten_times(CUSTOMERS).assign(customer_id=[f"{number:03}" for number in range(120)])
    model = customers[["customer_id", "orders", "net_revenue"]]
    return evidence(customers=customers, features=model, segments=ten_times(SEGMENTS), noise_draws=2)


def test_the_sizes_of_the_test_stand_beside_those_of_the_population():
    study = large_study()
    found = checks.taken_for_population(study, ours(study))
    assert found.sentence == (
        "The 24 are the 20% of the customers held back to test the classifier; the segments have 120 customers."
    )
    assert found.table.to_numpy().tolist() == [["good", "12", "60"], ["poor", "12", "60"]]


def test_the_accuracy_on_noise_stands_beside_the_printed_one():
    study = large_study()
    told = checks.classifier_on_noise(study, ours(study)).sentence
    assert told.startswith(
        "The classifier recognises 100.00% of the customers held back, and misses 0 of 12 in “good”."
    )
    assert told.endswith("on average of 2 draws.")


def test_what_customers_kept_is_what_all_their_lines_add_up_to():
    bought = [(name, "2024-01-05", 1.0, price) for name, price in zip(IDS, CUSTOMERS["net_revenue"], strict=True)]
    returned = [("07", "2024-01-06", -1.0, 88.5), ("01", "2024-01-06", -1.0, 25.0), ("12", "2024-02-06", -1.0, 70.0)]
    study = evidence(tables=lines(*bought, *returned))
    found = checks.returns_dropped(study, ours(study), currency="€")
    assert study.all_lines.tolist() == [-15, 10, 10, 10, 10, 30, 1.5, 90, 80, 80, 70, 0]
    assert found.sentence == (
        "32.8% of the revenue was sent back and counts all the same. 2 customers kept nothing or less; one in “good” "
        "kept €0.00 of €70.00, the first in the list −€15.00 of €10.00."
    )
    assert found.table.iloc[:, 1:].to_numpy().tolist() == [
        ["€480", "€322", "1", "€0.00 of €70.00"],
        ["€80.00", "€55.00", "1", "−€15.00 of €10.00"],
    ]


def test_how_many_ordered_once_is_counted():
    study = evidence()
    assert checks.single_purchase(study, ours(study), segment="poor").sentence == (
        "66.7% of the 6 customers in “poor” ordered once, the others up to 2 times."
    )


def history(active: list[float]) -> list[tuple[str, str]]:
    """Two hundred customers who begin in January, of whom such shares order again in the months after it."""
    months = pd.date_range("2024-01-01", periods=len(active) + 1, freq="MS")
    rows = [(f"c{number}", "2024-01-02") for number in range(200)]
    for month, share in zip(months[1:], active, strict=True):
        rows += [(f"c{number}", f"{month:%Y-%m}-10") for number in range(int(200 * share))]
    return [*rows, ("c0", f"{months[-1] + pd.offsets.MonthEnd(0):%Y-%m-%d}")]


@pytest.mark.parametrize(
    ("active", "verdict"),
    [([0.2, 0.25, 0.3, 0.35, 0.4], "nothing drops there."), ([0.4, 0.4, 0.4, 0.1, 0.1], "it is lower there.")],
)
def test_a_drop_is_told_from_none(active, verdict):
    study = evidence(days=days(*history(active)))
    found = checks.drop_off(study, ours(study), month=4)
    assert found.sentence.endswith(verdict)
    assert np.allclose(found.table["whole"], active)
    assert found.table.equals(found.table.assign(cut=found.table["whole"]))


def test_a_month_that_had_not_ended_is_left_out_and_shown():
    rows = [row for row in history([0.2, 0.25, 0.3, 0.35, 0.4]) if row[1] <= "2024-06-10"]
    study = evidence(days=days(*rows))
    found = checks.drop_off(study, ours(study), month=3)
    assert found.table["month"].tolist() == [1, 2, 3, 4]
    assert "June 2024 had not ended" in found.caption


def test_the_market_is_where_most_lines_are_sold():
    study = evidence(tables=lines(("01", "2024-01-05", 1.0, 5.0)))
    assert checks.home_market(study, ours(study), currency="crowns").sentence == (
        "100% of the lines are sold in Freedonia, and amounts are in crowns."
    )
