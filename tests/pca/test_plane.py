"""The plane in which segments lie farthest apart: no other shows more, and each outline holds half."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist

from customer_segments.pages.pca import maps
from customer_segments.steps.pca.plane import plane

NOISE = 8.0  # along a column that no segment differs in: the first principal component would be this one


def made(middles, each=200, seed=0):
    rng = np.random.default_rng(seed)
    middles = np.asarray(middles, dtype=float)
    values = np.repeat(middles, each, axis=0) + rng.normal(size=(each * len(middles), middles.shape[1]))
    ids = [str(place) for place in range(len(values))]
    table = pd.DataFrame(
        values, columns=["recency_days", "orders", "net_revenue", "items_per_order"][: middles.shape[1]]
    )
    features = pd.concat([pd.DataFrame({"customer_id": ids}), table], axis=1)
    features["income"] = rng.normal(scale=NOISE, size=len(values))
    return features, pd.DataFrame({"customer_id": ids, "segment": np.repeat(np.arange(len(middles)) + 1, each)})


FOUR = [[5, 0, 0, 1], [0, 5, 0, -1], [-5, 0, 4, 0], [0, -5, -4, 0]]


def test_no_plane_keeps_more_of_the_distances():
    features, segments = made(FOUR)
    found = plane(features, segments, 10)
    middles = features.drop(columns="customer_id").groupby(segments["segment"]).mean()
    kept = (found.pairs["apart"] * found.pairs["seen"]).pow(2).sum()
    rng = np.random.default_rng(1)
    planes = (np.linalg.qr(rng.normal(size=(5, 2)))[0] for _ in range(500))
    assert kept >= max((pdist(middles @ each) ** 2).sum() for each in planes)
    assert kept / found.pairs["apart"].pow(2).sum() == pytest.approx(found.metrics["kept"], abs=1e-3)
    assert found.components.loadings.loc["income", ["component_1", "component_2"]].abs().max() < 0.2


def test_an_outline_holds_half_of_its_segment():
    features, segments = made(FOUR)
    found = plane(features, segments, 10)
    inputs = features.drop(columns="customer_id") - found.components.centre
    places = (inputs @ found.components.loadings[["component_1", "component_2"]]).to_numpy()
    for row in found.outlines.itertuples():
        turned = np.radians(row.turned)
        away = places[segments["segment"] == row.segment] - [row.component_1, row.component_2]
        along, across = np.array([[np.cos(turned), np.sin(turned)], [-np.sin(turned), np.cos(turned)]]) @ away.T
        assert np.mean((along / row.long) ** 2 + (across / row.short) ** 2 <= 1) == pytest.approx(0.5, abs=0.01)
        assert row.long >= row.short > 0


def test_of_few_customers_the_middle_alone_is_told():
    features, segments = made(FOUR[:2], each=9)
    assert plane(features, segments, 10).outlines[["long", "short"]].to_numpy().max() == 0
    assert plane(features, segments, 9).outlines[["long", "short"]].to_numpy().min() > 0


@pytest.mark.parametrize("middles", [[[0, 0]], [[4, 0], [-4, 0]]])
def test_where_segments_leave_a_direction_open_customers_tell_it(middles):
    features, segments = made(middles)
    found = plane(features, segments, 10)
    assert found.outlines[["long", "short"]].to_numpy().min() > 0.1
    assert found.components.loadings["component_2" if len(middles) > 1 else "component_1"].abs().idxmax() == "income"
    assert (found.pairs["seen"] > 0.999).all()


def test_customers_in_no_segment_move_no_outline():
    features, segments = made(FOUR)
    everyone = plane(features, segments.assign(segment=segments["segment"].replace(4, 0)), 10)
    assert everyone.outlines["segment"].tolist() == [1, 2, 3]
    assert len(everyone.pairs) == 3


def test_one_column_and_customers_all_alike_in_a_segment_are_drawn():
    features, segments = made([[0.0], [5.0]])
    alone = features[["customer_id", "recency_days"]]
    alike = alone.assign(recency_days=alone["recency_days"].where(segments["segment"] == 1, 7.0))
    for table in (alone, alike):
        found = plane(table, segments, 10)
        assert found.outlines.notna().all(axis=None)
        drawing, caption, alt, title = maps.apart(found, {1: "a", 2: "b"})
        assert (drawing.name, alt) == ("map", "Map of the segments: a left and b right.")
        assert "half of a segment's customers" in caption
        assert title == "a and b, side by side"
