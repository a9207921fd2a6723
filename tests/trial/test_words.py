"""A trial in words: an early look never reads as a result, and what cannot be told is said."""

from dataclasses import replace
from datetime import date

import pytest

from customer_segments.pages.trial import plan_in_words, result_in_words
from customer_segments.steps.trial import Plan, Planned, Read, Result, Uplift

SEGMENTS = (Planned(1, "Dear", "basket", 300, 100, 20.0, 5.0), Planned(2, "Lost", "order", 90, 40, 12.5, None))
PLAN = Plan("spring", "spend", date(2025, 3, 1), 30, 0.8, 0.05, 7, "abc" * 20, SEGMENTS, {})
MORE = Uplift(1, 200, 100, 25.0, 20.0, 5.0, 2.0, 8.0)
UNSURE = Uplift(2, 50, 40, 12.0, 12.5, -0.5, -4.0, 3.0)
ALL = Uplift(None, 250, 140, 22.0, 18.0, 3.7, 1.0, 6.5)
READ = Read(
    PLAN, Result("spend", 1 - 0.05 / 3, 0.95, (MORE, UNSURE, ALL), 4), date(2025, 3, 30), True, 1, 0.05,
    {"before": 0, "after": 1}, 2, date(2025, 3, 1),
)  # fmt: skip


def with_uplifts(*uplifts: Uplift) -> Read:
    return replace(READ, result=replace(READ.result, uplifts=uplifts))


def test_the_plan_tells_what_is_compared_and_what_will_show():
    told = plan_in_words(PLAN, "€", ["Few"])
    assert "140 of 390 customers are left alone" in told
    assert "from 1 March 2025 to 30 March 2025" in told
    assert "  Dear       200       100    €20.00       €5.00           basket" in told
    assert "3 intervals will be given" in told
    assert "left out: Few." in told


def test_an_effect_is_told_with_its_span_and_where_it_shows_by_itself():
    told = result_in_words(READ, "€")
    assert "It worked: the treated spent €3.70 more each than those left alone (+€1.00 to +€6.50)." in told
    assert "By itself it shows in Dear." in told
    assert "Lost" in told
    assert "1 line from after it" in told
    assert "4 customers with orders are not on the list" in told
    assert "2 customers of the list asked to be forgotten" in told


@pytest.mark.parametrize(
    ("overall", "said"),
    [
        (replace(ALL, uplift=-3.7, low=-6.5, high=-1.0), "It did harm: the treated spent €3.70 less each"),
        (replace(ALL, low=-1.0), "It cannot be told whether it worked: the treated spent €3.70 more each"),
        (replace(ALL, uplift=None, low=None, high=None), "Nothing can be told: within each group all did the same"),
    ],
)
def test_harm_doubt_and_silence_are_told_as_such(overall, said):
    told = result_in_words(with_uplifts(MORE, UNSURE, overall), "€")
    assert said in told
    assert "It worked" not in told


def test_an_early_look_says_so_first_and_claims_nothing():
    early = replace(READ, final=False, day=date(2025, 3, 10), looks=2, error=0.1072)
    told = result_in_words(early, "€")
    assert told.startswith("AN EARLY LOOK, NOT THE RESULT: 10 of 30 days")
    assert "wrong in up to 10.7% of trials without one, not in 5%" in told
    assert (
        "So far the treated spent €3.70 more each than those left alone (+€1.00 to +€6.50), which is no result" in told
    )
    assert "It worked" not in told
    assert "error" not in result_in_words(READ, "€")


def test_shares_are_told_in_points():
    plan = replace(PLAN, measure="orders", segments=SEGMENTS[:1])
    one = Uplift(1, 200, 100, 0.25, 0.2, -0.05, -0.09, -0.01)
    read = replace(READ, plan=plan, result=Result("orders", 0.95, 0.95, (one,), 0))
    told = result_in_words(read, "€")
    assert (
        "It did harm: of the treated 5.0 points fewer ordered than of those left alone (−9.0 points to −1.0 points)."
        in told
    )
    assert "The interval holds with 95%" in told
