import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.decomposition import PCA

from customer_segments.base.errors import StudyError
from customer_segments.base.params import PcaParams
from customer_segments.steps.pca import segment_map
from tests.pca.drawings import correlated, map_of, two_far_one_hidden, with_shares


def test_components_are_scikit_learns_but_for_the_sign():
    features = correlated()
    theirs = PCA().fit(features.drop(columns="customer_id"))
    ours = segment_map.principal_components(features)
    np.testing.assert_allclose(ours.shares, theirs.explained_variance_ratio_, atol=1e-6)
    np.testing.assert_allclose(ours.loadings.abs().T, np.abs(theirs.components_), atol=1e-6)


def test_on_every_component_the_largest_loading_is_positive():
    features = correlated()
    for sign in (1, -1):
        loadings = segment_map.principal_components(features.assign(orders=sign * features["orders"])).loadings
        largest = loadings.abs().idxmax()
        assert all(loadings.loc[feature, component] > 0 for component, feature in largest.items())


def test_of_equally_large_loadings_the_first_is_positive():
    features = pd.DataFrame({"customer_id": list("abcd"), "orders": [1.0, 2, 3, 4], "recency_days": [4.0, 3, 2, 1]})
    loadings = segment_map.principal_components(features).loadings["component_1"]
    np.testing.assert_allclose(loadings, [0.707107, -0.707107])
    assert segment_map._signs(np.array([[0.5], [-0.5 - 1e-12]])).tolist() == [1]


def test_the_two_ways_in_which_customers_were_made_to_differ_are_found():
    components = segment_map.principal_components(correlated())
    assert segment_map.enough(segment_map.explained(components)) == 2
    assert set(components.strongest("component_1", above=0.35).index) == {"recency_days", "orders", "net_revenue"}
    assert components.strongest("component_2", above=0.35).index.tolist() == ["income"]


def test_the_strongest_features_come_first_and_of_weak_ones_only_the_strongest():
    components = with_shares(0.6, 0.3, 0.1, loadings=[[0.5, 0.1, 0.0], [0.5, -0.9, 0.2], [-0.7, 0.4, 0.34]])
    named = [components.strongest(f"component_{number}", above=0.35).index.tolist() for number in (1, 2, 3)]
    assert named == [["recency_days", "orders", "net_revenue"], ["net_revenue", "recency_days"], ["recency_days"]]


def test_positions_by_hand():
    components = with_shares(0.5, 0.3, 0.2)
    components = segment_map.Components(components.centre + 1, components.loadings, components.shares)
    features = pd.DataFrame({"customer_id": ["a"], "recency_days": [4.0], "orders": [1.0], "net_revenue": [3.0]})
    expected = pd.DataFrame(
        {"customer_id": ["a"], "component_1": [0.0], "component_2": [2.0], "component_3": [3.0]},
    )
    assert_frame_equal(segment_map.positions(features, components), expected)


def test_positions_are_centred_and_vary_as_much_as_their_component():
    features = correlated()
    components = segment_map.principal_components(features)
    places = segment_map.positions(features, components).set_index("customer_id")
    np.testing.assert_allclose(places.mean(), 0, atol=1e-5)
    variances = places.var(ddof=0) / features.drop(columns="customer_id").var(ddof=0).sum()
    np.testing.assert_allclose(variances, components.shares.iloc[:3], atol=1e-5)


def test_two_features_leave_the_third_component_empty():
    features = correlated()[["customer_id", "orders", "income"]]
    components = segment_map.principal_components(features)
    assert components.shares["component_3"] == 0
    assert (segment_map.positions(features, components)["component_3"] == 0).all()
    assert len(segment_map.explained(components)) == 2
    assert components.strongest("component_3", above=0.35).empty


def test_customers_who_are_all_alike_cannot_be_mapped():
    with pytest.raises(StudyError, match="alike in every feature"):
        segment_map.principal_components(pd.DataFrame({"customer_id": ["a", "b"], "orders": [1.0, 1.0]}))


def test_shares_add_up():
    expected = pd.DataFrame({"component": [1, 2, 3], "share": [0.5, 0.3, 0.2], "cumulative": [0.5, 0.8, 1.0]})
    table = segment_map.explained(with_shares(0.5, 0.3, 0.2))
    assert_frame_equal(table, expected)
    assert segment_map.enough(table) == 2


def test_centres_are_the_means_of_their_customers():
    places = pd.DataFrame(
        {"customer_id": list("abc"), "component_1": [0.0, 2, 5], "component_2": [1.0, 1, 1], "component_3": 0.0}
    )
    segments = pd.DataFrame({"customer_id": list("cba"), "segment": [2, 1, 1]})
    expected = pd.DataFrame(
        {"segment": [1, 2], "component_1": [1.0, 5], "component_2": [1.0, 1], "component_3": [0.0, 0]}
    )
    assert_frame_equal(segment_map.centres(places, segments), expected)


def test_points_drawn_keep_the_share_of_every_segment_and_are_the_same_each_time():
    drawn, again = two_far_one_hidden(points=30), two_far_one_hidden(points=30)
    assert drawn.points_2d["segment"].value_counts().to_dict() == {1: 10, 2: 10, 3: 10}
    assert_frame_equal(drawn.points_2d, again.points_2d)
    assert_frame_equal(drawn.points_3d, drawn.points_2d)
    assert len(two_far_one_hidden(points=500).points_2d) == 180


def test_only_features_with_a_large_loading_on_the_map_get_an_arrow():
    drawn = two_far_one_hidden()
    assert drawn.arrows["feature"].tolist() == ["orders", "net_revenue"]
    spread = np.quantile(np.hypot(drawn.places["component_1"], drawn.places["component_2"]), 0.95)
    assert np.hypot(drawn.arrows["x"], drawn.arrows["y"]).max() == pytest.approx(0.9 * spread)


def test_how_far_segments_lie_apart_and_how_much_of_it_the_map_shows():
    pairs = two_far_one_hidden().pairs
    assert pairs[["one", "other"]].values.tolist() == [[1, 2], [1, 3], [2, 3]]
    np.testing.assert_allclose(pairs["apart"], [9, 2, np.hypot(9, 2)], atol=0.7)
    assert (pairs["seen"] < 0.5).tolist() == [False, True, False]


def test_customers_who_are_not_assigned_are_drawn_and_are_no_segment():
    features = correlated(customers=60)
    segments = pd.DataFrame({"customer_id": features["customer_id"], "segment": np.arange(60) % 3})
    drawn = segment_map.draw(features, segments, PcaParams(), seed=1)
    assert set(drawn.points_2d["segment"]) == {0, 1, 2}
    assert drawn.centres["segment"].tolist() == [1, 2]
    assert len(drawn.pairs) == 1


def test_metrics_are_small():
    assert map_of(with_shares(0.5, 0.3, 0.2)).metrics == {
        "features": 3,
        "components_for_80_percent": 2,
        "explained_by_two": 0.8,
        "explained_by_three": 1.0,
    }
