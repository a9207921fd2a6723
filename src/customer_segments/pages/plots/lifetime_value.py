"""Figures of the chapter on what customers are worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots.style import ACCENT, INK, house_style, new_figure, segment_colour

STATES = (("alive", "customers still", ACCENT), ("risk", "at risk", "#e8a15c"), ("gone", "gone", "#b8c0c9"))
WRITTEN_FROM = 0.07  # a narrower part of a bar has no room for its share


@house_style()
def calibration(table: pd.DataFrame) -> Figure:
    """Mean orders in the held-out days by repeat orders before: what came, and what two forecasts expected."""
    figure, (axes,) = new_figure(height=3.6)
    places = np.arange(len(table))
    kinds = (("actual", "came", INK), ("model", "the model", ACCENT), ("naive", "as before", "#c9d3db"))
    for step, (column, label, colour) in enumerate(kinds):
        axes.bar(places + (step - 1) * 0.27, table[column], width=0.25, color=colour, label=label)
    labels = [f"{row.repeats}\n({row.customers:,})" for row in table.itertuples()]
    axes.set_xticks(places, labels)
    axes.set_xlabel("Repeat orders before the cut-off (customers)")
    axes.set_ylabel("Orders in the held-out days, mean")
    axes.grid(visible=False, axis="x")
    axes.tick_params(axis="x", length=0)
    axes.legend(loc="upper left")
    return figure


@house_style()
def states(table: pd.DataFrame) -> Figure:
    """Each segment's customers: customers still, at risk, gone."""
    figure, (axes,) = new_figure(height=1.0 + 0.42 * len(table))
    shares = {"alive": table["alive"], "risk": 1 - table["alive"] - table["gone"], "gone": table["gone"]}
    names = [words.segment(segment) for segment in table["segment"]]
    start = np.zeros(len(table))
    for state, label, colour in STATES:
        bars = axes.barh(names, shares[state], left=start, color=colour, label=label, height=0.65)
        texts = [words.percent(share) if share >= WRITTEN_FROM else "" for share in shares[state]]
        axes.bar_label(bars, texts, label_type="center", color="white" if state == "alive" else INK)
        start = start + shares[state].to_numpy()
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(STATES))
    return figure


@house_style()
def value(table: pd.DataFrame, currency: str) -> Figure:
    """What each customer of a segment is expected to bring, and each segment's share of everything."""
    figure, (each, all_together) = new_figure(0.9 + 0.45 * len(table), columns=2, sharey=True)
    names = [words.segment(segment) for segment in table["segment"]]
    colours = [segment_colour(segment - 1) for segment in table["segment"]]
    bars = each.barh(names, table["expected_value"], color=colours, height=0.65)
    each.bar_label(bars, [words.money(value, currency) for value in table["expected_value"]], padding=4)
    each.set_title("For each customer")
    shares = all_together.barh(names, table["value_share"], color=colours, height=0.65)
    all_together.bar_label(shares, [words.percent(share) for share in table["value_share"]], padding=4)
    all_together.set_title("Share of all value")
    for axes, longest in ((each, table["expected_value"].max()), (all_together, table["value_share"].max())):
        axes.set_xlim(0, 1.3 * longest if longest > 0 else 1)
        axes.xaxis.set_visible(False)
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)
    each.invert_yaxis()
    return figure
