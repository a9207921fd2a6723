"""Figures of the chapter on what customers are worth."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots.palette import ACCENT, BESIDE, INK, RISK, WASH
from customer_segments.pages.plots.style import bare, house_style, legend_above, new_figure, segment_bars

STATES = (("alive", "safe", ACCENT), ("at_risk", "at risk", RISK), ("gone", "gone", BESIDE))
UNTOLD = ("untold", "not told apart: of a few", WASH)
WRITTEN_FROM = 0.07  # a narrower part of a bar has no room for its share


@house_style()
def calibration(table: pd.DataFrame) -> Figure:
    """Mean orders in the held-out days by repeat orders before: what came, and what two forecasts expected."""
    figure, (axes,) = new_figure(height=3.6)
    places = np.arange(len(table))
    kinds = (("actual", "came", INK), ("model", "the model", ACCENT), ("naive", "as before", BESIDE))
    for step, (column, label, colour) in enumerate(kinds):
        axes.bar(places + (step - 1) * 0.27, table[column], width=0.25, color=colour, label=label)
    shorter = table["repeats"].astype(str).str.replace(" to ", "–").str.replace(" or more", "+")
    labels = [f"{repeats}\n({customers:,})" for repeats, customers in zip(shorter, table["customers"], strict=True)]
    axes.set_xticks(places, labels)
    axes.set(xlabel="Repeat orders before the cut-off (customers)", ylabel="Orders in the held-out days, mean")
    axes.grid(visible=False, axis="x")
    axes.tick_params(axis="x", length=0)
    legend_above(axes)
    return figure.telling("held_out", table[["repeats", "customers", "actual", "model", "naive"]])


@house_style()
def states(table: pd.DataFrame) -> Figure:
    """Each segment's customers: safe, at risk, gone; what is not told of a few fills the rest of the bar."""
    figure, (axes,) = new_figure(height=1.0 + 0.42 * len(table))
    told = table[["alive", "at_risk", "gone"]].astype(float)
    rest = (1 - told.sum(axis=1)).where(told.isna().any(axis=1), 0.0)
    shares, shown = told.fillna(0.0).assign(untold=rest), (*STATES, *([UNTOLD] if rest.any() else ()))
    names = [words.segment(segment) for segment in table["segment"]]
    start = np.zeros(len(table))
    for state, label, colour in shown:
        bars = axes.barh(names, shares[state], left=start, color=colour, label=label, height=0.65)
        texts = [words.percent(share) if share >= WRITTEN_FROM else "" for share in shares[state]]
        axes.bar_label(bars, texts, label_type="center", color="white" if state == "alive" else INK)
        start = start + shares[state].to_numpy()
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    bare(axes, scale=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=min(len(shown), 3))
    return figure.telling("states", table[["segment", "alive", "at_risk", "gone"]])


@house_style()
def value(table: pd.DataFrame, measure: str, currency: str) -> Figure:
    """What each customer of a segment is expected to bring (value or orders), and each segment's share of all."""
    figure, panels = new_figure(0.9 + 0.45 * len(table), columns=2, sharey=True)
    write = partial(words.money, currency=currency) if measure == "value" else words.number
    shown = {
        "For each customer": (table[f"expected_{measure}"], write),
        f"Share of all {measure}": (table[f"{measure}_share"], words.percent),
    }
    for axes, (title, (lengths, write)) in zip(panels, shown.items(), strict=True):
        segment_bars(axes, table["segment"], lengths, list(map(write, lengths)), height=0.65)
        axes.set(title=title, xlim=(0, 1.3 * lengths.max() if lengths.max() > 0 else 1))
        bare(axes, scale=False, baseline=True)
    panels[0].invert_yaxis()
    return figure.telling("lifetime_value", table[["segment", f"expected_{measure}", f"{measure}_share"]])
