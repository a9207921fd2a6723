"""What has moved in a few shops of other rhythms, whose exports go through the study's own steps.

`calibration/movements.py` counts more of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from calibration.movements import WORLDS, found, is_quiet, is_told
from calibration.rhythms import GROCERIES, export
from customer_segments.pages import changes

OFTEN, BOUGHT = 35, "Bakery"


@pytest.mark.parametrize(
    ("name", "fact"),
    [("weekly groceries", "returns"), ("wholesale", "a segment grows"), ("a young shop", "returns")],
)
def test_what_moves_is_among_the_first_three(name, fact):
    assert is_told(WORLDS[name], fact, seed=41)


@pytest.mark.parametrize("name", WORLDS)
def test_where_nothing_moves_nothing_is_told(name):
    assert is_quiet(WORLDS[name], "steady growth", seed=42)


def test_a_category_that_one_segment_buys_more_of_and_another_less_is_told_of_a_segment():
    table = export(GROCERIES, seed=43)
    sold = table["quantity"] > 0
    recent = sold & (table["ordered_at"] >= table["ordered_at"].max().normalize() - pd.Timedelta(days=90))
    orders = table[sold & ~recent].groupby("customer_id")["invoice_id"].nunique()
    often = table["customer_id"].map(orders > OFTEN).fillna(False).astype(bool)
    more = table[recent & ~often & (table.index % 2 == 0)].index
    less = table[recent & often & (table["category"] == BOUGHT)].index[: len(more)]
    table.loc[more, ["category", "product"]] = [BOUGHT, f"{BOUGHT} 1"]
    table.loc[less, "category"] = np.resize([name for name in GROCERIES.categories if name != BOUGHT], len(less))
    told = {each.kind: each for each in found(table).movements}
    assert told["category within"].what == BOUGHT
    assert "category" not in told


def test_a_segment_is_told_by_the_money_then_and_now():
    moved = found(export(GROCERIES, seed=41, fact="a segment grows"))
    place, told = next((place, each) for place, each in enumerate(moved.movements) if each.kind == "segment")
    said = changes.told(moved, "€")[place]
    assert said["title"] == f"Segment {told.segment} brings {told.change:.0%} more"
    assert "from those who stood in it when these began" in said["figures"]
    assert said["segment"] == told.segment
    assert "place in it as of the first day" in changes.rule(moved, "€")
