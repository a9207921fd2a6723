"""What has moved in a few shops of other rhythms, whose exports go through the study's own steps.

`calibration/movements.py` counts more of them.
"""

from __future__ import annotations

import pandas as pd
import pytest

from calibration.movements import WORLDS, found, is_quiet, is_told
from calibration.rhythms import GROCERIES, export
from customer_segments.pages import changes

RISING, BOUGHT = 40, "Bakery"


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("fact", ["a segment grows", "a segment declines", "returns"])
def test_what_moves_is_among_the_first_three(name, fact):
    assert is_told(WORLDS[name], fact, seed=41)


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("quiet", ["steady growth", "even"])
def test_where_nothing_moves_nothing_is_told(name, quiet):
    assert is_quiet(WORLDS[name], quiet, seed=42)


def test_a_category_that_only_one_segment_buys_more_of_is_told_of_that_segment():
    table = export(GROCERIES, seed=43)
    first = table["ordered_at"].max().normalize() - pd.Timedelta(days=90)
    before = table[(table["ordered_at"] < first) & (table["quantity"] > 0)]
    rare = before.groupby("customer_id")["invoice_id"].nunique().loc[lambda orders: orders < RISING].index
    theirs = table["customer_id"].isin(rare) & (table["ordered_at"] >= first) & (table["quantity"] > 0)
    more = table[theirs & (table.index % 2 == 0)].index
    table.loc[more, ["category", "product"]] = [BOUGHT, f"{BOUGHT} 1"]
    told = {each.kind: each for each in found(table).movements}["category within"]
    assert (told.what, told.now > told.before) == (BOUGHT, True)


def test_a_segment_is_told_by_the_money_then_and_now():
    moved = found(export(GROCERIES, seed=44, fact="a segment declines"))
    place, told = next((place, each) for place, each in enumerate(moved.movements) if each.kind == "segment")
    said = changes.told(moved, "€")[place]
    assert said["title"] == f"Segment {told.segment} brings {1 - told.now / told.before:.0%} less"
    assert "from those who stood in it when these began" in said["figures"]
    assert said["segment"] == told.segment
    assert "place in it as of the first day" in changes.rule(moved, "€")
