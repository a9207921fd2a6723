"""What would move a customer: every figure that is proposed does, and no nearer one."""

from __future__ import annotations

import re

import numpy as np
import pytest

from customer_segments.steps.scorer import Scorer
from customer_segments.web import typical, whatif
from customer_segments.web.entering import spreads
from customer_segments.web.results import Run
from customer_segments.web.typical import Spread

GRID = 60


@pytest.fixture(scope="module")
def run(finished):
    return Run(finished)


@pytest.fixture(scope="module")
def everyone(run):
    return run.rows(f"SELECT * FROM {run.customers}")


@pytest.fixture(scope="module")
def proposed(run, everyone):
    """Each customer with all that is proposed."""
    known = spreads(run)
    return [(own, whatif.changes(run.scorer, own, known, "€")) for own in everyone]


def placed(run, own, column, values):
    rows = [{name: own[name] for name in run.scorer.needed} | {column: value} for value in values]
    return run.scorer.score(rows).segment


def figure(text: str) -> float:
    """What a reader takes a text for."""
    plain = float(re.sub(r"[^\d.\-]", "", text.replace("−", "-")))
    return round(plain / 100, 9) if text.endswith("%") else plain


def test_what_is_proposed_lands_where_it_says_for_every_customer(run, proposed):
    told = [(own, change) for own, changes in proposed for change in changes]
    assert len(told) > 300
    wrong = [
        (own["customer_id"], change)
        for own, change in told
        if placed(run, own, change.column, [change.to])[0] != change.segment or change.segment == own["segment"]
    ]
    assert wrong == []


def test_the_text_says_the_very_figure_that_was_tried(proposed):
    told = [change for _, changes in proposed for change in changes if change.passed is not None]
    assert [change for change in told if figure(change.text) != pytest.approx(change.to, abs=1e-9)] == []


def step(change) -> float:
    """One unit of the last digit that is shown."""
    digits = change.text.removesuffix("%").partition(".")[2]
    return 10 ** -(len(digits) + 2 * change.text.endswith("%"))


def test_no_nearer_figure_of_the_same_digits_would_do(run, proposed):
    nearer = []
    for own, changes in proposed:
        for change in changes:
            if change.passed is None:
                continue
            now, side = float(own[change.column]), np.sign(change.to - float(own[change.column]))
            end = change.to - side * step(change)
            if (end - now) * side <= 0:
                continue
            segments = placed(run, own, change.column, np.linspace(now, end, GRID).tolist())
            if set(segments.tolist()) - {own["segment"], 0}:
                nearer.append((own["customer_id"], change))
    assert nearer == []


def test_the_other_side_is_not_nearer(run, proposed):
    """As far to the other side as what is proposed, nothing changes either."""
    known, nearer = spreads(run), []
    for own, changes in proposed:
        for change in changes:
            if change.passed is None:
                continue
            now = float(own[change.column])
            end = 2 * now - change.to
            end = now + (end - now) * 0.999
            spread = known[change.column]
            values = [value for value in np.linspace(now, end, GRID) if spread.lowest <= value <= spread.highest]
            if spread.whole:
                values = [value for value in values if float(value).is_integer()]
            if values and set(placed(run, own, change.column, values).tolist()) - {own["segment"], 0}:
                nearer.append((own["customer_id"], change, values[-1]))
    # Beside a border, rounding outwards may reach farther than the border on the other side.
    assert [each for each in nearer if abs(each[1].to - each[2]) > 4 * step(each[1])] == []


def test_the_smallest_comes_first_and_stays_within_what_was_seen(run, proposed):
    known = spreads(run)
    for own, changes in proposed:
        passed = [change.passed for change in changes if change.passed is not None]
        assert passed == sorted(passed)
        assert len({change.column for change in changes if change.passed is not None}) == len(passed)
        for change in changes:
            if change.passed is not None:
                assert known[change.column].lowest <= change.to <= known[change.column].highest
                assert not known[change.column].whole or float(change.to).is_integer(), own


def test_a_customer_without_a_figure_is_not_asked_to_change_it(run, everyone, proposed):
    gaps = [changes for own, changes in proposed if own["days_between_orders"] is None]
    assert gaps
    assert all(change.column != "days_between_orders" for changes in gaps for change in changes)


# Where the nearest of three customers decides: the one in the middle belongs to segment 2, those beside it to 1.
ISLAND = {
    "study": "", "keeps_rows": True, "categories": [], "reach": [9e9, 9e9, 9e9],
    "numbers": {"names": ["net_revenue"], "fences": [None], "fill": [100.0], "powers": [None], "first": [0.0],
                "second": [1.0], "scaling": "divide"},
    "places": {"kind": "crowds", "anchors": [[100.0], [100.45], [100.9]], "members": [0, 1, 0], "within": [9e9, 9e9]},
}  # fmt: skip


def test_a_figure_that_would_leap_over_the_segment_is_told_more_finely():
    spread = Spread(tuple(100 + place / 10 for place in range(101)), whole=False)
    (change,) = whatif.changes(Scorer(ISLAND), {"net_revenue": 100.0}, {"net_revenue": spread}, "€")
    assert (change.to, change.text, change.segment) == (100.3, "€100.3", 2)


@pytest.mark.parametrize(
    ("value", "decimals", "rising", "expected"),
    [
        (1.001, 2, True, 1.01),
        (1.009, 2, False, 1.0),
        (-1.001, 1, False, -1.1),
        (7.0, 0, True, 7.0),
    ],
)
def test_figures_are_rounded_away_from_the_customer(value, decimals, rising, expected):
    assert whatif.outwards(value, decimals, rising) == expected


def test_a_spread_ranks_values_between_0_and_1(run):
    spread = typical.spread(run, "net_revenue")
    assert isinstance(spread, Spread)
    assert spread.rank(-1e9) == 0
    assert spread.rank(1e9) == 1
    assert 0.45 < spread.rank(spread.middle) < 0.55


def test_nobody_has_less_than_the_least_however_many_have_as_much():
    spread = Spread((0.0,) * 60 + tuple(map(float, range(1, 42))), whole=True)
    assert spread.below(0.0) == 0
    assert spread.rank(0.0) == pytest.approx(0.3, abs=0.01)
    assert spread.below(1.0) == pytest.approx(0.6, abs=0.01)
