"""What a figure's texts look like once drawn."""

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from customer_segments.pages.plots.style import house_style


def text_faults(figure: Figure) -> list[tuple[str, ...]]:
    """Texts that the figure's edge cuts, and pairs of texts that cover each other."""
    width, height = figure.get_size_inches() * figure.dpi
    boxes = text_boxes(figure)
    cut = [(text,) for text, box in boxes if min(box.x0, box.y0) < -1 or box.x1 > width + 1 or box.y1 > height + 1]
    return cut + [(one, other) for (one, box), (other, beside) in combinations(boxes, 2) if _covers(box, beside)]


@house_style()
def text_boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every visible text with its place in pixels."""
    FigureCanvasAgg(figure).draw()
    unseen = {text for axes in figure.axes for text in _not_drawn(axes)}
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text() and text not in unseen]
    return [(text.get_text(), Text.get_window_extent(text)) for text in texts]


def _covers(box: Bbox, other: Bbox) -> bool:
    """Whether two boxes share more than a pixel each way."""
    across = min(box.x1, other.x1) - max(box.x0, other.x0)
    return across > 1 and min(box.y1, other.y1) - max(box.y0, other.y0) > 1


def _not_drawn(axes: Axes) -> list[Text]:
    """Labels of ticks beyond the limits and of hidden axes: they exist, but nobody sees them."""
    texts = []
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not axis.get_visible() or not min(limits) <= tick.get_loc() <= max(limits):
                texts += [tick.label1, tick.label2]
        if not axis.get_visible():
            texts += [axis.label, axis.offsetText]
    return texts
