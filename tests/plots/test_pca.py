import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segments.pages.plots.pca import (
    LABEL_GAP,
    MOST_NAMES,
    explained_variance,
    outlines,
    segment_map,
    turnable_map,
)
from customer_segments.pages.plots.style import spread_out
from tests.plots.texts import text_faults

TITLES = ("Component 1 (34%)", "Component 2 (18%)", "Component 3 (9%)")


def points(customers=1200, segments=3):
    """Customers in a round cloud, the segments taking turns."""
    rng = np.random.default_rng(6)
    places = pd.DataFrame(rng.normal(size=(customers, 3)), columns=["component_1", "component_2", "component_3"])
    return places.assign(segment=np.arange(customers) % segments + 1)


def centres(segments=3):
    angles = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    return pd.DataFrame(
        {"segment": range(1, segments + 1), "component_1": np.cos(angles), "component_2": np.sin(angles)}
    )


def arrows(count):
    """Arrows that nearly all point the same way: the hardest case for their labels."""
    angles = np.linspace(-0.1, 0.1, count)
    labels = [f"{number} feature, $^$ {'much too long ' * 9}" for number in range(count)]
    return pd.DataFrame({"label": labels, "x": 2 * np.cos(angles), "y": 2 * np.sin(angles)})


@pytest.mark.parametrize("count", [1, 16])
def test_labels_of_arrows_never_overlap_and_are_not_cut(count):
    for table in (arrows(count), arrows(count).assign(x=lambda left: -left["x"])):
        figure = segment_map(points(100), centres(), table, TITLES[:2])
        assert text_faults(figure) == []


def test_every_segments_centre_carries_its_number_and_every_feature_its_name():
    figure = segment_map(points(90), centres(), arrows(2), TITLES[:2])
    written = [text.get_text() for text in figure.axes[0].texts]
    assert [text for text in written if text.isdigit()] == ["1", "2", "3"]
    assert sum(" feature, $^$ " in text for text in written) == 2
    assert figure.axes[0].get_xlabel() == "Component 1 (34%) →"
    assert len(figure.axes[0].collections[0].get_offsets()) == 90


def test_arrows_longer_than_the_cloud_is_wide_are_drawn_whole():
    figure = segment_map(points(50), centres(), arrows(2).assign(x=[9, -9], y=[20, -20]), TITLES[:2])
    axis = figure.axes[0]
    assert axis.get_xlim()[0] < -9 < 9 < axis.get_xlim()[1]
    assert axis.get_ylim()[0] < -20 < 20 < axis.get_ylim()[1]


@settings(max_examples=50)
@given(st.lists(st.floats(-1, 2), min_size=1, max_size=20).map(sorted))
def test_labels_keep_their_order_their_distance_and_the_frame(heights):
    placed = spread_out(np.array(heights), LABEL_GAP)
    assert (np.diff(placed) >= LABEL_GAP - 1e-9).all()
    assert placed[0] >= -1e-9
    assert placed[-1] <= 1 + 1e-9


def test_labels_that_do_not_touch_stay_where_they_are():
    np.testing.assert_allclose(spread_out(np.array([0.1, 0.4, 0.41]), 0.05), [0.1, 0.38, 0.43])


@pytest.mark.parametrize("components", [1, 16, 40])
def test_explained_variance_has_a_bar_for_every_component(components):
    shares = np.full(components, 1 / components)
    table = pd.DataFrame({"component": range(1, components + 1), "share": shares, "cumulative": shares.cumsum()})
    figure = explained_variance(table, 0.8)
    assert len(figure.axes[0].patches) == components
    assert text_faults(figure) == []


def test_the_view_that_turns_is_light_and_holds_no_address():
    drawn = turnable_map(points(), TITLES)
    assert [trace.name for trace in drawn.data] == ["Segment 1", "Segment 2", "Segment 3"]
    assert sum(len(trace.x) for trace in drawn.data) == 1200
    page = drawn.to_html(full_html=False, include_plotlyjs=False, div_id="map-3d")
    assert len(page) < 40_000
    assert "http" not in page
    assert page == turnable_map(points(), TITLES).to_html(full_html=False, include_plotlyjs=False, div_id="map-3d")


def test_nobody_can_upload_the_customers_by_a_click():
    layout = json.loads(turnable_map(points(9), TITLES).to_json())["layout"]
    assert "sendChartToCloud" in layout["modebar"]["remove"]


@pytest.mark.parametrize(("segments", "names"), [(5, 5), (MOST_NAMES + 1, 0), (12, 0)])
def test_segments_are_called_by_their_names_unless_these_would_cover_each_other(segments, names):
    drawn = centres(segments).assign(name="Mostly weekend shoppers", long=0.2, short=0.1, turned=10.0)
    figure = outlines(drawn, ["more orders", "more returned"])
    assert text_faults(figure) == []
    written = [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]
    assert written.count("Mostly weekend shoppers") == names
    assert set(written) >= ({f"Segment {number}" for number in drawn["segment"]} if not names else set())
