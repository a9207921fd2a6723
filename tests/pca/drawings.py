"""Customers whose directions of difference are known, and maps of them."""

import numpy as np
import pandas as pd

from customer_segments.base.params import PcaParams
from customer_segments.steps.pca.segment_map import Components, SegmentMap, draw, explained

PARAMS = PcaParams()


def correlated(customers: int = 400, seed: int = 2) -> pd.DataFrame:
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


def with_shares(*shares: float, loadings: list | None = None) -> Components:
    """Components with these shares of the variation."""
    names = [f"component_{number}" for number in range(1, len(shares) + 1)]
    features = ["orders", "net_revenue", "recency_days"]
    table = pd.DataFrame(loadings if loadings is not None else np.eye(3, len(shares)), index=features, columns=names)
    return Components(pd.Series(0.0, index=features), table, pd.Series(shares, index=names))


def map_of(components: Components, **known: object) -> SegmentMap:
    """A map of which only the components, and what follows from them, are known."""
    empty = dict.fromkeys(("places", "points_2d", "points_3d", "centres", "arrows", "pairs")) | known
    return SegmentMap(PARAMS, components, explained(components), **empty)


def features_of(points: np.ndarray) -> pd.DataFrame:
    """Customers at these places of a four-dimensional space of features."""
    names = ["orders", "net_revenue", "income", "channel=<b>$x$"]
    features = pd.DataFrame(points, columns=names, dtype=float)
    features.insert(0, "customer_id", [f"C{number}" for number in range(len(features))])
    return features


def two_far_one_hidden(points: int = 3_000) -> SegmentMap:
    """Three segments; the third differs from the first only in the direction that the map does not show."""
    rng = np.random.default_rng(3)
    segments = np.repeat([1, 2, 3], 60)
    middles = np.array([[0, 0, 0, 0], [9, 0, 0, 0], [0, 0, 2, 0]])
    features = features_of(middles[segments - 1] + rng.normal(size=(180, 4)) * [0.1, 3, 0.1, 0.1])
    table = pd.DataFrame({"customer_id": features["customer_id"], "segment": segments})
    return draw(features, table, PcaParams(points_2d=points, points_3d=points), seed=5)
