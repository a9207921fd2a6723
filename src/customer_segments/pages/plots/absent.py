"""What stands in the place of a figure, of sentences and of metrics where there is nothing to tell."""

from typing import Any

from matplotlib.figure import Figure

from customer_segments.pages.plots.palette import MUTED
from customer_segments.pages.plots.style import house_style, new_figure

NO_TRANSACTIONS = (
    "This study has no transactions, so nothing is known of when customers ordered: whether they come back and what "
    "they will be worth cannot be told from attributes alone."
)


@house_style()
def nothing(sentence: str) -> Figure:
    """A figure that says why there is none."""
    figure, (axes,) = new_figure(height=1.2)
    axes.set_axis_off()
    axes.text(0.5, 0.5, sentence, ha="center", va="center", color=MUTED, wrap=True)
    return figure


def not_available(why: str) -> dict[str, Any]:
    """What is written where nothing can be told."""
    return {"available": False, "headline": None, "reason": why, "by_segment": {}}
