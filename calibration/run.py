"""Hold the methods against simulated truth and write CALIBRATION.md: `python calibration/run.py [DRAWS]`.

Takes about an hour with 200 draws of each kind of data; the figures are rates, so machines agree on them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import intervals
import lifetime
import number_of_segments
import pandas as pd
import verdicts

from customer_segments.base.params import ClusteringParams

REPORT = Path(__file__).parents[1] / "CALIBRATION.md"
DRAWS = 200
TARGETS = {True: "at least 95%", False: "at most 5%"}


def main(draws: int) -> None:
    judged = verdicts.rates(draws, planted_draws=draws // 2)
    found = number_of_segments.searched(draws=5)
    shops = lifetime.summary(draws)
    _, heading, later = REPORT.read_text(encoding="utf-8").partition(intervals.HEADING)  # which `intervals.py` writes
    own = _report(judged, found, shops, draws)
    REPORT.write_text(f"{own}\n{heading}{later}" if heading else own, encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))


def _report(judged: pd.DataFrame, found: pd.DataFrame, shops: pd.DataFrame, draws: int) -> str:
    planted = judged["data"].str.contains("well apart")
    verdict_rows = [
        f"| {row.data} | {row.draws} | {TARGETS[is_planted]} | {row.rate:.1%} |"
        for is_planted, row in zip(
            planted, judged.rename(columns={"called distinct groups": "rate"}).itertuples(), strict=True
        )
    ]
    rule = ClusteringParams().choose_by
    right = found[rule].eq(found["groups"])
    by_groups = right.groupby(found["groups"]).mean()
    number_rows = [f"| {groups} | {share:.0%} |" for groups, share in by_groups.items()]
    shop_rows = [f"| {row.what.replace('_', ' ')} | {row.value:.3g} |" for row in shops.itertuples()]
    return f"""# Calibration

How often the methods are right where the truth is known, because the customers are simulated. Measured by
`make calibrate`; how the customers are made stands in `calibration/`.

## Called *distinct groups*

{verdicts.CUSTOMERS} customers or more, {min(verdicts.FEATURES)} to {max(verdicts.FEATURES)} features.
Groups "well apart" have middles at least {verdicts.WELL_APART:g} of their standard deviations from one another.

| data | draws | to reach | called distinct groups |
|---|---|---|---|
{chr(10).join(verdict_rows)}

## The true number of segments

{len(found)} sets of {number_of_segments.CUSTOMERS:,} customers in 2 to 8 groups of unlike size and width that overlap
moderately: {number_of_segments.MODERATE:.0%} of the customers lie nearer to the middle of another group than to
their own. The number is chosen by {rule}.

| groups | the true number was chosen |
|---|---|
{chr(10).join(number_rows)}
| all | {right.mean():.1%} (to reach: {number_of_segments.TARGET:.0%}) |

## Lifetime value

{draws} simulated shops with parameters drawn at random: how far the fitted models' forecasts lie from the truth.

| what | value |
|---|---|
{chr(10).join(shop_rows)}
"""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)
