import pandas as pd
import pytest

from customer_segments.base.params import ClusteringParams
from customer_segments.pages.clustering import segments
from customer_segments.steps.clustering.methods import METHODS
from tests.clustering.scores_by_hand import SCORES, SETTINGS, found

FIT = pd.DataFrame({"segment": [1, 1, 1, 2], "silhouette": [0.9, 0.7, -0.4, 0.2]})
TABLE = pd.DataFrame(
    {"segment": [1, 2], "customers": [3, 1], "share": [0.75, 0.25], "silhouette": [0.4, 0.2], "value": [30.0, 20.0]}
)
LEFT_OVER = pd.concat([TABLE, pd.DataFrame({"segment": [0], "customers": [1], "share": [0.2]})], ignore_index=True)
COMPARED = pd.DataFrame(
    {
        "method": ["kmeans", "ward", "hdbscan", "dbscan"],
        "segments": [2, 2, 3, 0],
        "silhouette": [0.5, 0.45, 0.4, None],
        "not_assigned": [0, 0, 0.1, 1.0],
        "agreement": [1, 0.9, 0.7, None],
    }
)


def told(labels=(1, 1, 1, 2), **changed):
    return found(SCORES, ClusteringParams(k_max=5, **changed), labels, silhouettes=FIT, compared=COMPARED)


def test_every_method_has_a_title():
    assert set(segments.TITLES) == set(METHODS)


def test_how_well_customers_fit_is_told_with_the_best_and_the_least_segment():
    _, caption, alt, title = segments.fits(told())
    assert title == "The fit is weak: a mean silhouette of 0.35"
    assert (
        "Segment 1 holds together best (0.4), segment 2 least (0.2); "
        "25% of customers lie closer to another segment than to their own (left of zero)."
    ) in caption
    assert alt == (
        "Silhouettes of customers, sorted within their segment; the means are segment 1 0.4 and segment 2 0.2."
    )


def test_sizes_are_told_with_what_the_numbers_follow():
    assert segments.told_sizes(TABLE, "€", "net revenue") == (
        "Segment 1 is the largest with 75% of customers, segment 2 the smallest with 25%. Segments are numbered by "
        "mean net revenue per customer, from €30.00 in segment 1 down to €20.00 in segment 2."
    )
    by_size = segments.told_sizes(TABLE.drop(columns="value"), "€", None)
    assert by_size.endswith("25%. Segments are numbered by size, the largest first, which is no order of worth.")


def test_customers_who_are_not_assigned_are_told_and_are_no_segment():
    caption = segments.told_sizes(LEFT_OVER, "€", "net revenue")
    assert "25%. 20% are like too few others and belong to no segment (not assigned). Segments are" in caption
    assert "down to €20.00 in segment 2" in caption
    left = told([1, 1, 1, 2, 0])
    assert segments.sizes(left, "€")[2].endswith("segment 2 1 customer and not assigned 1 customer.")
    _, caption, alt, _ = segments.fits(left)
    assert "25% of the assigned customers lie closer" in caption
    assert "segment 0" not in alt.lower()


def test_samples_are_told():
    few = {"silhouette_sample": 150}
    assert "from 150 of the 400 customers" in segments.sampled(told([1] * 400, **few))
    assert segments.sampled(told([1] * 150, **few)) == ""
    ward = told([1] * 6_000, method="ward")
    assert segments.sampled(ward) == (
        " Ward's tree learns from 5,000 of the 6,000 customers; the others are assigned to what it found."
    )


@pytest.mark.parametrize(
    ("silhouette", "said"),
    [
        (0.71, "0.71, is **strong**: customers are much nearer"),
        (0.5, "0.5, is **reasonable**: customers are much nearer"),
        (0.26, "0.26, is **weak**: customers are on average little nearer"),
        (0.1, "0.1, is **very weak**: customers are on average little"),
    ],
)
def test_a_mean_silhouette_in_words(silhouette, said):
    fit = FIT.assign(silhouette=silhouette)
    assert f"Their mean silhouette, {said}" in segments.separation(
        found(SCORES, ClusteringParams(k_max=5), silhouettes=fit)
    )


def test_methods_stand_side_by_side():
    table, caption = segments.other_methods(told())
    assert table["Method"].tolist() == ["K-means", "Ward's tree", "HDBSCAN", "DBSCAN"]
    assert table.iloc[2].tolist() == ["HDBSCAN", "3", "0.4", "10%", "0.7"]
    assert table.iloc[3].tolist() == ["DBSCAN", "none", "–", "–", "–"]
    assert caption == (
        "Methods: K-means (Lloyd 1982), Ward's tree (Ward 1963), HDBSCAN (Campello, Moulavi and Sander 2013) and "
        "DBSCAN (Ester, Kriegel, Sander and Xu 1996). Agreement is the adjusted Rand index (Hubert and Arabie 1985): "
        "1 for the same segments, 0 for chance. Ward's tree agrees most with "
        "K-means (0.9), HDBSCAN least (0.7). DBSCAN finds no two segments."
    )


def test_a_single_other_method_agrees_most_and_none_is_said():
    def caption(rows):
        return segments.other_methods(found(SETTINGS, ClusteringParams(method="dbscan"), compared=COMPARED.loc[rows]))[
            1
        ]

    assert caption([0, 1]).endswith("0 for chance. Ward's tree agrees most with K-means (0.9).")
    assert caption([0, 3]).endswith("0 for chance. DBSCAN finds no two segments.")
    assert caption([0]) == "K-means alone was used; `clustering.compare` takes other methods to compare it with."
