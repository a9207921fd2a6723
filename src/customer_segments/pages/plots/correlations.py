"""Which columns move together: one figure, for the received columns and for the prepared features."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.pages.plots.style import OPPOSITES, house_style, new_figure

TALLEST = 9.0  # inches: a page


@house_style()
def correlation_heatmap(correlations: pd.DataFrame, decimals: int = 1, written_from: float = 0.0) -> Figure:
    """Each pair once, blue together and orange against each other; values from `written_from` on are written."""
    pairs = correlations.iloc[1:, :-1].rename(index=registry.label, columns=registry.label)
    drawing, (panel,) = new_figure(min(0.34 * len(correlations) + 1.8, TALLEST))
    if pairs.empty:
        panel.set_axis_off()
        return drawing
    once = ~np.tril(np.ones(pairs.shape, dtype=bool)) | pairs.isna().to_numpy()
    written = pairs.map(lambda value: words.signed(value, decimals) if abs(value) >= written_from else "")
    sns.heatmap(
        pairs, mask=once, annot=written, fmt="", annot_kws={"fontsize": 8}, cmap=OPPOSITES, vmin=-1, vmax=1,
        linewidths=1, cbar_kws={"label": "Correlation", "shrink": 0.6, "ticks": [-1, 0, 1]}, ax=panel,
    )  # fmt: skip
    panel.set_xticks(np.arange(pairs.shape[1]) + 0.5, pairs.columns, rotation=45, ha="right", rotation_mode="anchor")
    panel.set_yticks(np.arange(len(pairs)) + 0.5, pairs.index, rotation=0)
    panel.set(xlabel="", ylabel="")
    panel.tick_params(length=0)
    panel.grid(visible=False)
    return drawing
