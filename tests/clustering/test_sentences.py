import pandas as pd

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering import sentences

FIT = pd.DataFrame({"segment": [1, 1, 1, 2], "silhouette": [0.9, 0.7, -0.4, 0.2]})
TABLE = pd.DataFrame(
    {
        "segment": [1, 2],
        "customers": [3, 1],
        "share": [0.75, 0.25],
        "silhouette": [0.4, 0.2],
        "misplaced": [0.33, 0.0],
        "value": [30.0, 20.0],
    }
)
LEFT_OVER = pd.concat([TABLE, pd.DataFrame({"segment": [0], "customers": [1], "share": [0.2]})], ignore_index=True)


def test_how_well_customers_fit_is_told_with_the_best_and_the_least_segment():
    assert sentences.silhouette_caption(FIT, TABLE) == (
        "The mean silhouette, 0.35, is weak. Segment 1 holds together best (0.4), segment 2 least (0.2); "
        "25% of customers lie closer to another segment than to their own (left of zero)."
    )
    assert "the means are segment 1 0.4 and segment 2 0.2" in sentences.silhouette_alt(TABLE)


def test_sizes_are_told_with_what_the_numbers_follow():
    caption = sentences.size_caption(TABLE, "€")
    assert "Segment 1 is the largest with 75% of customers, segment 2 the smallest with 25%." in caption
    assert "from €30.00 in segment 1 down to €20.00 in segment 2" in caption
    by_size = sentences.numbering(TABLE.drop(columns="value"), "€")
    assert by_size == "Segments are numbered by size, the largest first."


def test_customers_who_are_not_assigned_are_told_and_are_no_segment():
    assert "20% are like too few others and belong to no segment" in sentences.size_caption(LEFT_OVER, "€")
    assert "down to €20.00 in segment 2" in sentences.size_caption(LEFT_OVER, "€")
    assert sentences.size_alt(LEFT_OVER).endswith("segment 2 1 customer and not assigned 1 customer.")
    assert "25% of the assigned customers lie closer" in sentences.silhouette_caption(FIT, LEFT_OVER)
    assert "segment 0" not in sentences.silhouette_alt(LEFT_OVER).lower()
    assert sentences.unassigned(TABLE) == ""


def test_samples_are_told():
    few = ClusteringParams(silhouette_sample=150)
    assert "from 150 of the 400 customers" in sentences.sampled(400, few)
    assert sentences.sampled(150, few) == ""
    ward = ClusteringParams(method="ward")
    assert "Ward's tree learns from 5,000 of the 9,000 customers" in sentences.sampled(9_000, ward)
