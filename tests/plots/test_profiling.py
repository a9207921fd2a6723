from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from customer_segments.pages.plots import profiling as plots
from customer_segments.pages.plots.palette import MUTED, segment_colour
from tests.profiling.made import profiles

LONG = ["Preferred channel more often App, high engagement", "Long gaps between orders, many items an order"]


def drawn(figure):
    """The figure laid out."""
    FigureCanvasAgg(figure).draw()
    return figure


def apart(labels, along):
    """Whether the texts follow each other without touching."""
    boxes = [label.get_window_extent() for label in labels if label.get_text()]
    spans = sorted((getattr(box, f"{along}0"), getattr(box, f"{along}1")) for box in boxes)
    return all(left[1] <= right[0] for left, right in pairwise(spans))


def inside(figure, texts):
    width, height = figure.canvas.get_width_height()
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    return all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)


@pytest.mark.parametrize("names", [["Champions", "Others"], LONG])
def test_each_segment_has_its_two_shares_and_all_texts_fit(names):
    figure = drawn(plots.segments(profiles().assign(name=names)))
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [0.3, 0.7, 0.8, 0.2]
    assert [text.get_text() for text in axes.texts] == [
        "30% of customers", "70% of customers", "80% of net revenue", "20% of net revenue",
    ]  # fmt: skip
    assert apart(axes.get_yticklabels(), "y")
    assert inside(figure, [*axes.texts, *axes.get_yticklabels()])


def test_customers_in_no_segment_are_grey_and_all_others_keep_their_segments_colour():
    (axes,) = drawn(plots.segments(profiles(revenue=None).assign(segment=[2, 0]))).axes
    assert [to_hex(bar.get_facecolor()) for bar in axes.patches] == [segment_colour(1), MUTED]


def test_a_segment_too_small_to_show_has_no_bar_of_revenue():
    hidden = profiles().assign(revenue_share=[0.8, None])
    (axes,) = drawn(plots.segments(hidden)).axes
    assert [text.get_text() for text in axes.texts[2:]] == ["80% of net revenue", ""]


def test_without_revenue_there_is_one_bar_per_segment():
    assert len(drawn(plots.segments(profiles(revenue=None))).axes[0].patches) == 2


def test_boxes_carry_the_segments_names_and_the_columns_unit():
    columns = ["column", "segment", "whislo", "q1", "med", "q3", "whishi"]
    rows = [("income", 1, 1e4, 2e4, 3e4, 4e4, 5e4), ("income", 2, 2e4, 3e4, 4e4, 5e4, 6e4)]
    figure = drawn(plots.distributions(pd.DataFrame(rows, columns=columns), pd.Series(LONG, index=[1, 2]), "€"))
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == "Income"
    assert len(axes.patches) == 2
    assert all(label.get_text().startswith("€") for label in axes.get_xticklabels())
    assert apart(axes.get_yticklabels(), "y")


def test_names_of_a_dozen_segments_stand_apart_beside_their_boxes():
    columns = ["column", "segment", "whislo", "q1", "med", "q3", "whishi"]
    table = pd.DataFrame([("income", number, 1e4, 2e4, 3e4, 4e4, 5e4) for number in range(12)], columns=columns)
    long = "Segment 11: more often have plan Basic, and a lower income"
    figure = drawn(plots.distributions(table, pd.Series(["Short", "Brief"] * 4 + [long] * 4), "€"))
    assert apart(figure.axes[0].get_yticklabels(), "y")
