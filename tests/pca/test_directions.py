import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.decomposition import PCA

from customer_segments.base.errors import StudyError
from customer_segments.base.params import PcaParams
from customer_segments.steps.pca import directions

PARAMS = PcaParams()


def correlated(customers=400, seed=2):
    """Orders and revenue go together, recency goes against them, income goes its own way."""
    rng = np.random.default_rng(seed)
    activity, wealth = rng.normal(size=(2, customers))
    noise = 0.2 * rng.normal(size=(4, customers))
    columns = {
        "customer_id": [f"C{number}" for number in range(customers)],
        "recency_days": noise[0] - activity,
        "orders": noise[1] + activity,
        "net_revenue": noise[2] + activity,
        "income": noise[3] + wealth,
    }
    return pd.DataFrame(columns)


def with_shares(*shares, loadings=None):
    """Components with these shares of the variation."""
    names = [f"component_{number}" for number in range(1, len(shares) + 1)]
    features = ["orders", "net_revenue", "recency_days"]
    table = pd.DataFrame(loadings if loadings is not None else np.eye(3, len(shares)), index=features, columns=names)
    return directions.Components(pd.Series(0.0, index=features), table, pd.Series(shares, index=names))


def test_components_are_scikit_learns_but_for_the_sign():
    features = correlated()
    theirs = PCA().fit(features.drop(columns="customer_id"))
    ours = directions.principal_components(features)
    np.testing.assert_allclose(ours.shares, theirs.explained_variance_ratio_, atol=1e-6)
    np.testing.assert_allclose(ours.loadings.abs().T, np.abs(theirs.components_), atol=1e-6)


def test_on_every_component_the_largest_loading_is_positive():
    features = correlated()
    for sign in (1, -1):
        loadings = directions.principal_components(features.assign(orders=sign * features["orders"])).loadings
        largest = loadings.abs().idxmax()
        assert all(loadings.loc[feature, component] > 0 for component, feature in largest.items())


def test_of_equally_large_loadings_the_first_is_positive():
    features = pd.DataFrame({"customer_id": list("abcd"), "orders": [1.0, 2, 3, 4], "recency_days": [4.0, 3, 2, 1]})
    loadings = directions.principal_components(features).loadings["component_1"]
    np.testing.assert_allclose(loadings, [0.707107, -0.707107])
    assert directions._signs(np.array([[0.5], [-0.5 - 1e-12]])).tolist() == [1]


def test_the_two_ways_in_which_customers_were_made_to_differ_are_found_and_named():
    components = directions.principal_components(correlated())
    assert directions.enough(directions.explained(components)) == 2
    assert set(directions.strongest(components, "component_1", PARAMS).index) == {
        "recency_days",
        "orders",
        "net_revenue",
    }
    assert directions.meaning(components, "component_2", PARAMS) == "more income"


def test_the_meaning_sets_high_loadings_against_low_ones():
    components = with_shares(0.6, 0.3, 0.1, loadings=[[0.7, 0.1, 0.0], [0.5, -0.9, 0.2], [-0.5, 0.4, 0.34]])
    said = [directions.meaning(components, f"component_{number}", PARAMS) for number in (1, 2, 3)]
    assert said == [
        "more orders and net revenue against days since last order",
        "more days since last order against net revenue",
        "more days since last order",
    ]
    assert directions.title(components, "component_1") == "Component 1 (60%)"


def test_positions_by_hand():
    components = with_shares(0.5, 0.3, 0.2)
    components = directions.Components(components.centre + 1, components.loadings, components.shares)
    features = pd.DataFrame({"customer_id": ["a"], "recency_days": [4.0], "orders": [1.0], "net_revenue": [3.0]})
    expected = pd.DataFrame(
        {"customer_id": ["a"], "component_1": [0.0], "component_2": [2.0], "component_3": [3.0]},
    )
    assert_frame_equal(directions.positions(features, components), expected)


def test_positions_are_centred_and_vary_as_much_as_their_component():
    features = correlated()
    components = directions.principal_components(features)
    places = directions.positions(features, components).set_index("customer_id")
    np.testing.assert_allclose(places.mean(), 0, atol=1e-5)
    variances = places.var(ddof=0) / features.drop(columns="customer_id").var(ddof=0).sum()
    np.testing.assert_allclose(variances, components.shares.iloc[:3], atol=1e-5)


def test_two_features_leave_the_third_component_empty():
    features = correlated()[["customer_id", "orders", "income"]]
    components = directions.principal_components(features)
    assert components.shares["component_3"] == 0
    assert (directions.positions(features, components)["component_3"] == 0).all()
    assert len(directions.explained(components)) == len(directions.component_table(components, PARAMS)) == 2
    assert directions.meaning(components, "component_3", PARAMS).startswith("nothing")


def test_customers_who_are_all_alike_cannot_be_mapped():
    with pytest.raises(StudyError, match="alike in every feature"):
        directions.principal_components(pd.DataFrame({"customer_id": ["a", "b"], "orders": [1.0, 1.0]}))


def test_shares_add_up():
    expected = pd.DataFrame({"component": [1, 2, 3], "share": [0.5, 0.3, 0.2], "cumulative": [0.5, 0.8, 1.0]})
    table = directions.explained(with_shares(0.5, 0.3, 0.2))
    assert_frame_equal(table, expected)
    assert directions.enough(table) == 2
    assert directions.explained_caption(table) == (
        "The first component keeps 50% of the variation between customers, the first two 80%; "
        "2 of 3 are needed for 80%."
    )


def test_components_are_tabled_for_a_reader():
    expected = pd.DataFrame(
        {
            "Component": ["1", "2", "3"],
            "Share of variation": ["50%", "30%", "20%"],
            "High on it means": ["more orders", "more net revenue", "more days since last order"],
        }
    )
    assert_frame_equal(directions.component_table(with_shares(0.5, 0.3, 0.2), PARAMS), expected)
    assert "Orders weighs most on component 1 (loading 1)" in directions.component_caption(
        with_shares(0.5, 0.3, 0.2), PARAMS
    )


def test_metrics_are_small():
    assert directions.metrics(with_shares(0.5, 0.3, 0.2)) == {
        "features": 3,
        "components_for_80_percent": 2,
        "explained_by_two": 0.8,
        "explained_by_three": 1.0,
    }
