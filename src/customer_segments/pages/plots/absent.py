"""What stands in a figure's place where there is nothing to draw."""

from __future__ import annotations

from matplotlib.figure import Figure

from customer_segments.pages.plots.style import MUTED, house_style, new_figure


@house_style()
def nothing(sentence: str) -> Figure:
    """A figure that says why there is none."""
    figure, (axes,) = new_figure(height=1.2)
    axes.set_axis_off()
    axes.text(0.5, 0.5, sentence, ha="center", va="center", color=MUTED, wrap=True)
    return figure
