import numpy as np
import pandas as pd
import pytest

from customer_segments.steps.preprocessing import feature_correlations

FEATURES = pd.DataFrame(
    {
        "customer_id": list("abcdef"),
        "orders": [1.0, 2, 3, 4, 5, 6],
        "days_between_orders": [6.0, 5, 1, 4, 2, 3],
        "channel=store": [0.0, 0, 0, 1, 1, 1],
    }
)
MATRIX = feature_correlations.correlation_matrix(FEATURES)


def test_correlations_are_those_of_the_model_columns():
    expected = FEATURES.drop(columns="customer_id").corr()
    np.testing.assert_allclose(MATRIX.to_numpy(), expected.to_numpy(), atol=1e-6)


def test_the_strongest_pair_is_named_in_caption_and_alternative_text():
    first, second, strongest = feature_correlations.strongest_pair(MATRIX)
    assert (first, second) == ("orders", "channel=store")
    assert strongest == pytest.approx(0.878, abs=0.001)
    assert feature_correlations.correlation_caption(MATRIX) == (
        "Orders and channel: store move together most (0.88); 2 pairs of 3 reach 0.5 in size. What several features "
        "say, the model hears several times."
    )
    assert "Orders with Channel: store 0.88, Orders with Days between orders −0.60" in (
        feature_correlations.correlation_alt(MATRIX)
    )


def test_the_strongest_pair_may_move_against_each_other():
    mirrored = FEATURES.assign(orders=-FEATURES["orders"])
    pair = feature_correlations.strongest_pair(feature_correlations.correlation_matrix(mirrored))
    assert pair == ("orders", "channel=store", pytest.approx(-0.878, abs=0.001))


def test_a_single_feature_has_no_pair():
    alone = MATRIX.iloc[:1, :1]
    assert feature_correlations.strongest_pair(alone) == ("", "", 0.0)
    assert feature_correlations.correlation_caption(alone) == "There is only one feature."
