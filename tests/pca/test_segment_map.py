import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.params import PcaParams
from customer_segments.steps.pca import directions, segment_map

PARAMS = PcaParams()


def features_of(points):
    """Customers at these places of a four-dimensional space of features."""
    names = ["orders", "net_revenue", "income", "channel=<b>$x$"]
    features = pd.DataFrame(points, columns=names, dtype=float)
    features.insert(0, "customer_id", [f"C{number}" for number in range(len(features))])
    return features


@pytest.fixture
def two_far_one_hidden():
    """Three segments; the third differs from the first only in the direction that the map does not show."""
    rng = np.random.default_rng(3)
    segments = np.repeat([1, 2, 3], 60)
    middles = np.array([[0, 0, 0, 0], [9, 0, 0, 0], [0, 0, 2, 0]])
    points = middles[segments - 1] + rng.normal(size=(180, 4)) * [0.1, 3, 0.1, 0.1]
    features = features_of(points)
    return features, pd.DataFrame({"customer_id": features["customer_id"], "segment": segments})


def mapped(features, segments):
    """The places on the map and what is known of the segments' distances."""
    components = directions.principal_components(features)
    places = directions.positions(features, components)
    return components, places, segment_map.distances(features, places, segments)


def test_a_segment_that_the_map_hides_is_named(two_far_one_hidden):
    _, _, pairs = mapped(*two_far_one_hidden)
    assert pairs[["one", "other"]].values.tolist() == [[1, 2], [1, 3], [2, 3]]
    np.testing.assert_allclose(pairs["apart"], [9, 2, np.hypot(9, 2)], atol=0.7)
    assert segment_map.misleading(pairs).startswith("Segments 1 and 3 are farther apart than they look")


def test_a_map_that_shows_all_distances_is_said_not_to_mislead():
    pairs = pd.DataFrame({"one": [1], "other": [2], "apart": [3.0], "seen": [0.97]})
    assert (
        segment_map.misleading(pairs)
        == "No two segments are much farther apart than they look (at least 97% of any distance shows)."
    )


def test_centres_are_the_means_of_their_customers():
    places = pd.DataFrame(
        {"customer_id": list("abc"), "component_1": [0.0, 2, 5], "component_2": [1.0, 1, 1], "component_3": 0.0}
    )
    segments = pd.DataFrame({"customer_id": list("cba"), "segment": [2, 1, 1]})
    expected = pd.DataFrame(
        {"segment": [1, 2], "component_1": [1.0, 5], "component_2": [1.0, 1], "component_3": [0.0, 0]}
    )
    assert_frame_equal(segment_map.centres(places, segments), expected)


def test_points_drawn_keep_the_share_of_every_segment_and_are_the_same_each_time(two_far_one_hidden):
    features, segments = two_far_one_hidden
    places = mapped(features, segments)[1]
    drawn = segment_map.map_points(places, segments, size=30, seed=5)
    assert drawn["segment"].value_counts().to_dict() == {1: 10, 2: 10, 3: 10}
    assert_frame_equal(drawn, segment_map.map_points(places, segments, size=30, seed=5))
    assert len(segment_map.map_points(places, segments, size=500, seed=5)) == 180


def test_only_features_with_a_large_loading_on_the_map_get_an_arrow(two_far_one_hidden):
    components, places, _ = mapped(*two_far_one_hidden)
    table = segment_map.arrows(components, places, PARAMS)
    assert table["label"].tolist() == ["Orders", "Net revenue"]
    spread = np.quantile(np.hypot(places["component_1"], places["component_2"]), 0.95)
    assert np.hypot(table["x"], table["y"]).max() == pytest.approx(0.9 * spread)


def test_sentences_tell_what_is_drawn_and_seen(two_far_one_hidden):
    features, segments = two_far_one_hidden
    components, places, pairs = mapped(features, segments)
    caption = segment_map.map_caption(components, 30, 180, pairs)
    assert "30 of 180 customers are drawn, the same share of every segment" in caption
    assert "All 180 customers are drawn" in segment_map.map_caption(components, 180, 180, pairs)
    alt = segment_map.map_alt(segment_map.arrows(components, places, PARAMS), segment_map.centres(places, segments))
    assert "segment 2 right" in alt
    assert "Orders right" in alt
    assert "drawn are 30 of 180 customers" in segment_map.turnable_caption(components, 30, 180)
    assert "3 segments" in segment_map.turnable_alt(3)


def test_findings_escape_names_that_come_from_the_data():
    rng = np.random.default_rng(4)
    features = features_of(rng.normal(size=(50, 4)) * [1, 0.1, 0.1, 9])
    segments = pd.DataFrame({"customer_id": features["customer_id"], "segment": np.repeat([1, 2], 25)})
    components, _, pairs = mapped(features, segments)
    text = "\n".join(segment_map.findings(components, pairs, PARAMS))
    assert "<b>" not in text
    assert "channel: &lt;b&gt;&#36;x&#36;" in text


def test_which_segments_are_most_alike_is_said_where_there_is_a_choice(two_far_one_hidden):
    pairs = mapped(*two_far_one_hidden)[2]
    assert segment_map.alike(pairs)[0].startswith("Segments 1 and 3 are the most alike; segments 2 and 3 are 4")
    assert segment_map.alike(pairs.head(1)) == []
