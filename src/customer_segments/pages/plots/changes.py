"""Figures of what has changed."""

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.pages.plots import palette, style


@style.house_style()
def months(table: pd.DataFrame) -> Figure:
    """Active and new customers by month."""
    figure, (axes,) = style.new_figure(3.2)
    when = table.index.to_timestamp()
    axes.plot(when, table["customers"], color=palette.ACCENT, linewidth=2, label="Ordered")
    axes.plot(when, table["new"], color=palette.MUTED, linewidth=2, linestyle="--", label="For the first time")
    axes.set_ylim(0, None)
    style.few_dates(axes)
    axes.set_ylabel("Customers")
    style.legend_above(axes)
    return figure.telling("months", table.rename_axis("month").reset_index().astype({"month": str}))
