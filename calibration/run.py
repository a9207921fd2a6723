"""Hold number of segments and lifetime value against simulated truth: `python calibration/run.py [DRAWS]`.

Writes its parts of CALIBRATION.md; the figures are rates, so machines agree on them.
"""

from __future__ import annotations

import sys

import drawing
import lifetime
import number_of_segments
import pandas as pd

from customer_segments.base.params import ClusteringParams

DRAWS = 200
NUMBER, SHOPS = "## The true number of segments", "## Lifetime value"


def main(draws: int) -> None:
    drawing.write(NUMBER, _of_numbers(number_of_segments.searched(draws=5)))
    drawing.write(SHOPS, _of_shops(lifetime.summary(draws), draws))
    print(drawing.REPORT.read_text(encoding="utf-8"))


def _of_numbers(found: pd.DataFrame) -> str:
    rule = ClusteringParams().choose_by
    right = found[rule].eq(found["groups"])
    by_groups = right.groupby(found["groups"]).mean()
    number_rows = [f"| {groups} | {share:.0%} |" for groups, share in by_groups.items()]
    return f"""{NUMBER}

{len(found)} sets of {number_of_segments.CUSTOMERS:,} customers in 2 to 8 groups of unlike size and width that overlap
moderately: {number_of_segments.MODERATE:.0%} of the customers lie nearer to the middle of another group than to
their own. The number is chosen by {rule}.

| groups | the true number was chosen |
|---|---|
{chr(10).join(number_rows)}
| all | {right.mean():.1%} (to reach: {number_of_segments.TARGET:.0%}) |
"""


def _of_shops(shops: pd.DataFrame, draws: int) -> str:
    rows = [f"| {row.what.replace('_', ' ')} | {row.value:.3g} |" for row in shops.itertuples()]
    return f"""{SHOPS}

{draws} simulated shops with parameters drawn at random: how far the fitted models' forecasts lie from the truth.

| what | value |
|---|---|
{chr(10).join(rows)}
"""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)
