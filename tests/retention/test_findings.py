"""What the chapter says follows from the numbers."""

import json
from datetime import date

import pandas as pd

from customer_segments.steps.retention import findings, sentences
from customer_segments.steps.retention.order_days import not_available
from tests.retention.test_tables import CELLS, cells_of

AS_OF = date(2024, 4, 10)
WAITS = pd.DataFrame(
    [(1, 20, True, 60), (1, 99, False, 20), (2, 50, True, 5), (2, 99, False, 15)],
    columns=["segment", "day", "came", "customers"],
)
BY_SEGMENT = pd.DataFrame(
    [(1, 1, 80, 40, 0.5, 0.4, 0.6), (2, 1, 40, 4, 0.1, 0.05, 0.2), (0, 1, 9, 9, 1.0, 0.9, 1.0)],
    columns=["segment", "age", "customers", "active", "rate", "low", "high"],
)


def said(cells, as_of=AS_OF, by_segment=BY_SEGMENT):
    return " ".join(findings.findings(cells, by_segment, WAITS, as_of, "month"))


def test_the_headline_tells_the_share_and_its_interval():
    told = findings.headline(WAITS)
    assert told.startswith("65% of customers order a second time within 90 days")
    assert "half have by day 20" in told


def test_nobody_came_is_said_without_an_interval():
    assert findings.headline(WAITS[~WAITS["came"]]) == (
        "None of 35 customers ordered a second time within 90 days of their first order."
    )


def test_an_unfinished_month_is_named_with_what_it_would_have_done():
    cells = cells_of(
        (40, 20, 4, 10),
        (20, 5, 4),
        (
            9,
            0,
        ),
        (30, 3),
    )
    assert "April 2024 had not ended" in said(cells)
    assert "would read" in said(cells_of((40, 20, 4, 10), (20, 5, 4), (90, 9)))
    assert "had not ended" not in said(cells, as_of=date(2024, 5, 1))


def test_the_first_cohort_may_hold_old_customers():
    told = "January 2024 may have been a customer before the data begins: 50% of them"
    assert told in said(cells_of((40, 20, 4, 10), (60, 6, 4)))
    assert told not in said(cells_of((40, 20, 4, 10), (20, 6, 4)))  # too few to compare with


def test_a_month_that_stands_out_is_a_season_and_not_an_age():
    flat = [[100] + [20] * (8 - place) for place in range(9)]
    for place in range(1, 6):
        flat[place][6 - place] = 60
    assert "in July 2024 60% of all earlier cohorts" in said(cells_of(*flat, as_of=date(2024, 10, 1)))
    steady = [[100] + [20] * (8 - place) for place in range(9)]
    assert "diagonal" not in said(cells_of(*steady, as_of=date(2024, 10, 1)))


def test_segments_are_compared_with_the_caution_that_they_are_made_of_the_same_orders():
    large = findings.large_enough(BY_SEGMENT, smallest=10)
    assert large["segment"].tolist() == [1, 2]
    assert "50% of segment 1 order and 10% of segment 2" in said(CELLS, by_segment=large)
    assert "by construction" in said(CELLS, by_segment=large)
    assert "the group not assigned" in said(CELLS)


def test_metrics_hold_numbers_for_every_large_segment_and_can_be_written():
    found = findings.metrics(CELLS, findings.large_enough(BY_SEGMENT, 10), WAITS, AS_OF, "month")
    assert found["available"] is True
    assert found["by_segment"]["2"]["median_days_to_second_order"] is None
    assert found["by_segment"]["1"]["rate_after_1"] == 0.5
    assert json.dumps(found, default=float)


def test_a_study_without_transactions_says_so():
    assert not_available("why") == {"available": False, "headline": None, "reason": "why", "by_segment": {}}


def test_captions_say_what_is_left_out():
    caption = sentences.rate_caption(CELLS, AS_OF, "month", 10)
    assert "1 cohort of fewer than 10 customers" in caption
    assert "April 2024 had not ended" in caption
    assert "A dot stands" in sentences.revenue_caption(CELLS, AS_OF, "month", 10)
    assert "35 customers of 100 had placed none by 9 April 2024" in sentences.waiting_caption(WAITS, AS_OF, 10)


def test_alternative_texts_carry_the_numbers():
    assert "42% order 1 month after the first" in sentences.grid_alt(CELLS, "month", 10, "rates")
    assert "Segment 1 from 50% to 50% after 1 month" in sentences.curve_alt(BY_SEGMENT, "month")
