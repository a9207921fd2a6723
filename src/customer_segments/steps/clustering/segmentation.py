"""What segments are made of and ordered by, and every number of them (or every setting) tried by all criteria."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from sklearn import config_context

from customer_segments.base.params import ClusteringParams
from customer_segments.steps.clustering import numbered
from customer_segments.steps.clustering.gaps import Crowd, convex_gap
from customer_segments.steps.clustering.methods import finds_k, segmenter_for
from customer_segments.steps.clustering.numbered import NumberedSegmenter, UnusableError
from customer_segments.steps.clustering.quick import QUICK, quick_codes
from customer_segments.steps.clustering.scores import sample_by_segment, score_table, silhouettes, silhouettes_of
from customer_segments.steps.profiling.kinds import orders_over_time, worth_of

ID = "customer_id"
VALUE, ORDERS = "net_revenue", "orders"
ALL = 1  # "one segment" is all customers together
# Of the setting that is used, where the method finds the number of segments itself.
FACTORS = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)
USED = FACTORS.index(1.0)
SPREAD = 500  # customers in each data set without segments
DRAWN = 1_000  # customers in each draw
COMPARED = 1_000  # customers whose segments are compared between two fits
STARTS = 2  # for each draw; one is enough where there are no segments to find
# A number of segments comes back where the least stable of them is found again at least so well, compared with the
# best number: beyond the true number a group is cut in two at another place in every draw.
AS_STABLE = 0.8
SPLITS = 5  # into two halves
SURE, MOST_TIMES = 3, 32  # standard errors from there; so many times the draws at most, more tell no more
DECIMALS = 6


def model_inputs(features: pd.DataFrame) -> pd.DataFrame:
    """The columns that make the segments, checked: numbers without gaps."""
    inputs = features.drop(columns=ID, errors="ignore")
    numbered.refuse_unusable(inputs)
    return inputs.astype("float64")


def customer_value(features: pd.DataFrame, customers: pd.DataFrame, params: ClusteringParams) -> pd.Series | None:
    """What each customer is worth, in the features' order; None where segments are ordered by size.

    Where no column tells money, those who order more come first, if there are orders over time.
    """
    listed = worth_of(customers.select_dtypes("number"))
    worth = VALUE if VALUE in customers else listed or (ORDERS if orders_over_time(customers) else None)
    if params.order_by == "size" or worth is None or customers[worth].isna().all():
        return None
    return customers.set_index(ID)[worth].reindex(features[ID]).astype("float64")


def try_each_k(features: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """All criteria for every k of the range (and for a k set by hand), one row per k.

    Where the range begins with two segments, one segment has a row as well, for the gap statistic. Methods that find
    the number themselves are tried with other settings instead.
    """
    inputs = model_inputs(features)
    if finds_k(params):
        return try_each_setting(inputs, params, seed)
    ks = sorted({*range(params.k_min, params.k_max + 1)} | ({params.k} if params.k else set()))
    numbered.refuse_too_few(inputs.to_numpy(), ks[-1])
    tried = {k: segmenter_for(k, params, seed).fit(inputs) for k in ks}
    labelings = np.column_stack([tried[k].labels_ for k in ks])
    rows = sample_by_segment(labelings, params.silhouette_sample, np.random.default_rng(seed))
    points = inputs.to_numpy()
    scores = score_table(points, {k: tried[k].labels_ for k in ks}, {k: tried[k].inertia_ for k in ks})
    scores.insert(2, "silhouette", silhouettes(points[rows], labelings[rows]).mean(axis=0).round(6))
    scores["apart"], scores["uncut"] = _told_apart(points[rows], labelings[rows])
    scores["stability"] = stabilities(inputs, labelings, ks, params, seed)
    scores["prediction_strength"] = prediction_strengths(inputs, ks, params, seed)
    from_one = [ALL, *ks] if params.k_min == ALL + 1 else ks
    gaps = gap_statistic(inputs, from_one, params, seed)
    return gaps.merge(scores, on="k", how="left")[[*scores, "gap", "gap_error"]]


def _told_apart(points: np.ndarray, labelings: np.ndarray) -> tuple[list[int], list[int]]:
    """1 where there is a gap between every two neighbours; 1 where none of them may be one group cut in two."""
    crowd = Crowd.of(points)
    found = [convex_gap(crowd, labels) for labels in labelings.T]
    return [int(bool(gap and gap.is_one)) for gap in found], [int(bool(gap and gap.is_no_cut)) for gap in found]


def try_each_setting(inputs: pd.DataFrame, params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How many segments the method finds, how far apart, and whom it leaves out, for the used setting and others."""
    fitted = segmenter_for(params.k_min, params, seed).fit(inputs)
    name, used, rows = fitted.setting, getattr(fitted, f"{fitted.setting}_"), []
    for factor in FACTORS:
        whole = isinstance(used, int)
        setting = max(2, round(used * factor)) if whole else float(np.round(used * factor, 9))
        rows.append({"setting": setting} | _found(inputs, params.model_copy(update={name: setting}), seed))
    return pd.DataFrame(rows)


def _found(inputs: pd.DataFrame, params: ClusteringParams, seed: int) -> dict[str, float]:
    """What one setting leads to; fewer than two segments have no scores."""
    segmenter = segmenter_for(params.k_min, params, seed)
    try:
        labels = segmenter.fit(inputs).labels_
    except UnusableError:
        return {"k": segmenter.found_, "silhouette": np.nan, "not_assigned": round(1 - segmenter.crowded_, 6)}
    k, members = int(labels.max()), labels > 0
    scores = score_table(inputs.to_numpy()[members], {k: labels[members]}, {k: segmenter.inertia_}).iloc[0].drop("k")
    fit = silhouettes_of(inputs.to_numpy(), labels, params.silhouette_sample, seed)["silhouette"]
    return {"k": k, "silhouette": round(fit.mean(), 6), **scores, "not_assigned": round(float((labels == 0).mean()), 6)}


def gap_statistic(inputs: pd.DataFrame, ks: list[int], params: ClusteringParams, seed: int) -> pd.DataFrame:
    """How much tighter the segments are than those of as many customers spread evenly, for each k (Tibshirani 2001).

    The even spread fills a box around the customers that is turned as they are. Both are fitted alike, on a sample.
    """
    rng = np.random.default_rng([seed, 1])
    sample = inputs.to_numpy()[np.sort(rng.permutation(len(inputs))[:SPREAD])]
    middle = sample.mean(axis=0)
    _, _, turn = np.linalg.svd(sample - middle, full_matrices=False)
    turned = (sample - middle) @ turn.T
    boxes = rng.uniform(turned.min(axis=0), turned.max(axis=0), (params.references, *turned.shape))
    fit = partial(_fitted, names=list(inputs), params=params.model_copy(update={"n_init": 1}))
    logs = [_log_inertias(box @ turn + middle, ks, partial(fit, seed=seed + n)) for n, box in enumerate(boxes)]
    expected = np.array(logs)
    error = expected.std(axis=0) * np.sqrt(1 + 1 / params.references)
    gap = expected.mean(axis=0) - _log_inertias(sample, ks, partial(fit, seed=seed))
    return pd.DataFrame({"k": ks, "gap": gap.round(DECIMALS), "gap_error": error.round(DECIMALS)})


def stabilities(
    inputs: pd.DataFrame, labelings: np.ndarray, ks: list[int], params: ClusteringParams, seed: int
) -> np.ndarray:
    """How well the segment that comes back least is found again in customers drawn anew, on average, for each k.

    Found again is measured by the Jaccard index: the customers that two segments share, of those in either. Numbers
    of which the first draws do not tell whether they come back are drawn again and again, where that is quick: the
    outcome is to be the same from another seed.
    """
    rng, points = np.random.default_rng([seed, 2]), inputs.to_numpy()
    most = params.bootstraps * (MOST_TIMES if params.method in QUICK else 1)
    fitted = partial(_codes_again, names=list(inputs), params=params)
    found, columns = np.empty((0, len(ks))), list(range(len(ks)))
    while columns and len(found) < most:
        more = np.full((params.bootstraps, len(ks)), np.nan)
        for number in range(params.bootstraps):
            again = points[rng.integers(0, len(points), min(len(points), DRAWN))]
            compared = np.sort(rng.permutation(len(points))[:COMPARED])
            codes = fitted(again, points[compared], [ks[at] for at in columns], seed=(seed, len(found) + number))
            for at, own in zip(columns, codes, strict=True):
                if own is not None:
                    more[number, at] = jaccards(labelings[compared, at], own).min()
        found = np.vstack([found, more])
        columns = _open(found) if most > params.bootstraps else []
    drawn = ~np.isnan(found[: params.bootstraps]).any(axis=0)
    return np.where(drawn, np.nanmean(np.where(drawn, found, 0), axis=0).round(DECIMALS), np.nan)


def prediction_strengths(inputs: pd.DataFrame, ks: list[int], params: ClusteringParams, seed: int) -> np.ndarray:
    """How well one half of the customers foretells the segments of the other, on average, for each k.

    Of every segment of a half it is the share of pairs whom a fit to the other half leaves in one segment; the segment
    that is torn most counts (Tibshirani & Walther 2005).
    """
    rng, points = np.random.default_rng([seed, 4]), inputs.to_numpy()
    found = []
    for number in range(SPLITS):
        halves = np.array_split(points[rng.permutation(len(points))[: 2 * DRAWN]], 2)
        both = np.vstack(halves)
        fits = [_codes_again(half, both, ks, list(inputs), params, (seed, number)) for half in halves]
        edge = len(halves[0])
        for own, rows in enumerate((slice(edge), slice(edge, None))):
            pairs = zip(fits[own], fits[1 - own], strict=True)
            found.append([_together(one, other, rows) for one, other in pairs])
    return np.mean(found, axis=0).round(DECIMALS)


def _together(codes: np.ndarray | None, others: np.ndarray | None, rows: slice) -> float:
    """Of the segment of these rows that other borders tear most, the share of its pairs who stay together."""
    if codes is None or others is None:
        return np.nan
    codes, others = codes[rows], others[rows]
    shared = np.zeros((codes.max() + 1, others.max() + 1))
    np.add.at(shared, (codes, others), 1)
    sizes = shared.sum(axis=1)
    kept = (shared * (shared - 1)).sum(axis=1)[sizes > 1] / (sizes * (sizes - 1))[sizes > 1]
    return float(kept.min(initial=1.0))


def _codes_again(
    again: np.ndarray, everyone: np.ndarray, ks: list[int], names: list[str], params: ClusteringParams,
    seed: tuple[int, int],
) -> list[np.ndarray | None]:  # fmt: skip
    """Everyone's segment by a fit to customers drawn anew, for each k; none where too few of them differ."""
    starts = min(STARTS, params.n_init)
    if params.method in QUICK and len(np.unique(again, axis=0)) > ks[-1]:
        return list(quick_codes(again, everyone, ks, starts, np.random.default_rng([seed[0], 3, seed[1]])).T)
    quick = params.model_copy(update={"n_init": starts})
    fits = [_fitted(again, k, sum(seed), names, quick) for k in ks]
    return [fit and fit.codes(everyone) for fit in fits]


def _open(found: np.ndarray) -> list[int]:
    """The columns of the numbers of which more draws may tell whether they come back, and of the best among all."""
    drawn = np.where(np.isnan(found).all(axis=0), 0, 1)
    means = np.where(drawn, np.nanmean(np.where(drawn, found, 0), axis=0), -np.inf)
    errors = np.nanstd(np.where(drawn, found, 0), axis=0) / np.sqrt(np.maximum((~np.isnan(found)).sum(axis=0), 1))
    best = int(means.argmax())
    above, error = means - AS_STABLE * means[best], np.hypot(errors, AS_STABLE * errors[best])
    surely = max([best, *np.flatnonzero(above > SURE * error)])
    unsure = [int(at) for at in range(surely + 1, len(means)) if abs(above[at]) <= SURE * error[at]]
    return [best, *unsure] if unsure else []


def jaccards(labels: np.ndarray, again: np.ndarray) -> np.ndarray:
    """Each segment's Jaccard index with the one most like it among those found again."""
    shared = np.zeros((labels.max() + 1, again.max() + 1))
    np.add.at(shared, (labels, again), 1)
    either = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared
    return (shared / np.maximum(either, 1)).max(axis=1)[np.unique(labels)]


def _log_inertias(points: np.ndarray, ks: list[int], fit: Callable[[np.ndarray, int], NumberedSegmenter]) -> np.ndarray:
    """The logarithm of the squared distances to the own middle, for each k; 1 is all customers together."""
    found = np.full(len(ks), np.nan)
    for place, k in enumerate(ks):
        segmenter = fit(points, k) if k > 1 else None
        if k == 1 or segmenter is not None:
            codes = segmenter.codes(points) if segmenter else np.zeros(len(points), dtype=int)
            found[place] = numbered.within(points, codes)
    return np.log(np.maximum(found, 10.0**-DECIMALS))


def _fitted(
    points: np.ndarray, k: int, seed: int, names: list[str], params: ClusteringParams
) -> NumberedSegmenter | None:
    """A fit; nothing where a draw holds too few different customers."""
    segmenter = segmenter_for(k, params, seed)
    try:
        with config_context(assume_finite=True, skip_parameter_validation=True):  # checked once, before
            segmenter.learn(points, names)
    except UnusableError:
        return None
    return segmenter
