"""What the Explorer is told of the chapter is what stands in the report, and nothing of a few."""

import json
from dataclasses import replace

import pytest

from customer_segments.base.params import LifetimeValueParams
from customer_segments.pages.lifetime_value import outlook, trust
from customer_segments.pages.lifetime_value.content import content
from customer_segments.steps.lifetime_value.forecast import Note
from customer_segments.steps.value import Valued
from tests.lifetime_value.test_pages import CHECKED, VALUED, with_table


def test_what_is_expected_and_how_it_was_checked_is_told_as_in_the_report():
    told = json.loads(json.dumps(content(CHECKED, "€")))
    assert told["headline"] == outlook.headline(CHECKED, "€")
    assert told["value"]["columns"] == list(outlook.value_table(CHECKED, "€")[0])
    assert told["ranges"]["columns"] == list(outlook.ranges_table(CHECKED, "€")[0])
    assert told["ranges"]["caption"] == outlook.what_ranges_are(CHECKED)
    _, caption, _, title = trust.calibration(CHECKED)
    assert told["held_out"]["caption"] == f"{title}. {caption}".partition(" From `")[0]
    assert told["held_out"]["totals"]["caption"] == trust.totals(CHECKED, "€")[1]
    assert told["not_checked"] is None
    assert not any("**" in sentence for sentence in told["cautions"])
    assert "churn_risk" not in json.dumps(told)


def test_why_it_was_not_checked_is_told():
    told = content(VALUED, "€")
    assert told["held_out"] is None
    assert told["not_checked"] == trust.not_checked(VALUED.held)


def test_why_there_is_no_forecast_is_told():
    refused = Valued(LifetimeValueParams(), 10, Note("nobody_came_back", {}))
    assert content(refused, "€")["reason"].startswith("Every customer ordered on one day only")


def test_where_all_segments_are_small_none_is_told_of():
    none = replace(VALUED)
    vars(none)["by_segment"] = VALUED.by_segment.head(0)
    told = content(none, "€")
    assert (told["value"], told["states"]) == (None, [])


@pytest.mark.parametrize(
    ("gone", "alive", "hidden"),
    [(0.25, 0.5, []), (0.0, 1.0, []), (0.05, 0.5, ["at_risk", "gone"]), (0.02, 0.97, ["alive", "at_risk", "gone"])],
)
def test_shares_that_tell_of_a_few_are_not_told(gone, alive, hidden):
    told = content(with_table(customers=100, gone=gone, alive=alive), "€")["states"]
    assert [sorted(name for name, share in row.items() if share is None) for row in told] == [hidden] * 2
