"""Lists to act with: the customers of each segment, and who of them is left alone in its test."""

import numpy as np
import pandas as pd

from customer_segments.base.params import ProfilingParams
from customer_segments.steps.profile import Profiled
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED
from customer_segments.steps.profiling.outcomes import aim
from customer_segments.steps.trial.draw import drawn

AT_RISK = "at_risk"
NOT_CONCERNED = "not concerned"  # by what is tested: no second order of those who have two


def lists(found: Profiled, risk: pd.DataFrame, params: ProfilingParams, seed: int) -> dict[str, pd.DataFrame]:
    """By name: everyone in each segment, with the group in its test where one would show anything; and those at risk.

    `risk` holds customers who may be leaving, the greatest loss first.
    """
    assigned = found.customers[found.customers[SEGMENT] != UNASSIGNED]
    made = {f"segment_{n}": _list(own, found, params, [seed, n]) for n, own in assigned.groupby(SEGMENT)}
    return made | ({} if risk.empty else {AT_RISK: risk.round(2)})


def _list(own: pd.DataFrame, found: Profiled, params: ProfilingParams, seed: list[int]) -> pd.DataFrame:
    segment = own[SEGMENT].iloc[0]
    listed = own[["customer_id"]].sort_values("customer_id", ignore_index=True)
    ahead = found.prospects.get(segment)
    if ahead is None or ahead.held_out is None:
        return listed
    concerned = aim(own, found.customers, ahead.outcome, params.hold_out.days, found.horizon_days).concerned
    spent = next((concerned[name] for name in ("net_revenue", "orders") if name in concerned), 0.0)
    asked = concerned.assign(spent_before=spent).sort_values("customer_id", ignore_index=True)
    groups = drawn(asked, ahead.held_out, np.random.default_rng(seed)).set_index("customer_id")["group"]
    return listed.assign(group=listed["customer_id"].map(groups).fillna(NOT_CONCERNED))
