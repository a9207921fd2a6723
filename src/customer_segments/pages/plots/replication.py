"""Figures of the chapter on published studies."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from customer_segments.pages.plots.style import ACCENT, MUTED, house_style, new_figure


@house_style()
def months(table: pd.DataFrame) -> Figure:
    """Who orders again, by months since the first order: whole months, and with one that had not ended."""
    figure, (axes,) = new_figure(3.2)
    axes.plot(table["month"], table["whole"], "o-", color=ACCENT, label="Whole months")
    axes.plot(
        table["month"], table["cut"], "o--", color=MUTED, markersize=4, label="With the month\nthat had not ended"
    )
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("Months after the first order")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)
    return figure
