"""What the data say of a published study: its figures, its statements (a check each), and our defaults beside them."""

from collections.abc import Callable, Mapping
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base.errors import StudyError
from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.replication.evidence import ID, SEGMENT, CannotTellError, Evidence, on_noise
from customer_segments.replication.measures import outcomes
from customer_segments.replication.published import Corrected, Correction, Replicated, Side
from customer_segments.steps.clustering.scores import knee
from customer_segments.steps.clustering.segmentation import model_inputs
from customer_segments.steps.judge import Cut, judge
from customer_segments.steps.prepare import prepare
from customer_segments.steps.retention import cohorts
from customer_segments.steps.segment import segment as segmented
from customer_segments.steps.validation.existence import SIGNIFICANT, STRICTEST, existence, labels_of
from customer_segments.steps.validation.explaining import single_columns
from customer_segments.steps.validation.periods import Past
from customer_segments.steps.validation.returning import returning
from customer_segments.studies import catalogue

SHUFFLED = "shuffled"
LARGE = 2_000  # customers whose silhouette is held against that of shuffled columns
ROUNDED = 1e-6  # of the largest direction: what is smaller stems from rounding the features
SAME = 1 - 1e-9  # a correlation from which two columns are one
REVENUE = "net_revenue"
CLUSTERING, PRIVACY = ClusteringParams(), PrivacyParams()  # ours, to stand beside a study as it was published
Figures = dict[str, Any]


def replicate(evidence: Evidence, judged: Mapping[str, Any]) -> Replicated:
    """Compute every figure and every correction anew; `judged` are the numbers of the study's own verdict."""
    found, sides = outcomes(evidence), None
    if found:
        theirs = side(evidence.customers, len(evidence.used), evidence.scores, judged)
        params = defaults(evidence.published.ours)
        sides = theirs, under_our_defaults(evidence.tables, params, evidence.validation, evidence.seed)
    return Replicated(evidence.published, found, corrected(evidence), sides)


def side(customers: pd.DataFrame, columns: int, scores: pd.DataFrame, judged: Mapping[str, Any]) -> Side:
    """What customers cut into segments come to; `judged` are the numbers of their verdict."""
    sizes = customers["segment"].value_counts().sort_index()
    revenue = float(customers[REVENUE].sum()) if REVENUE in customers else None
    silhouette = float(scores.set_index("k").loc[int((sizes.index > 0).sum()), "silhouette"])
    p, again = judged["p_values"][STRICTEST], judged["adjusted_rand"]
    return Side(len(customers), columns, revenue, tuple(map(int, sizes)), silhouette, p, again, judged["verdict"])


def defaults(study: str | None) -> PreprocessingParams:
    """How this project prepares the data, with the columns that a ready-made study of them names."""
    return PreprocessingParams.of(**(catalogue.overlay(study).params.get("preprocessing", {}) if study else {}))


def under_our_defaults(
    tables: Mapping[str, ir.Table], params: PreprocessingParams, validation: ValidationParams, seed: int
) -> Side:
    """What this project makes of the collected tables."""
    prepared = prepare(tables, params, PRIVACY)
    found = segmented(prepared.features, prepared.customers, CLUSTERING, seed)
    cut = Cut(prepared.features, prepared.customers, found.labels, found.k)
    judged = judge(cut, Past(tables, prepared.cleaned.lines, params, PRIVACY), CLUSTERING, validation, seed)
    customers = prepared.customers.assign(segment=found.labels)
    return side(customers, len(found.inputs.columns), found.scores, judged.metrics)


def corrected(evidence: Evidence) -> list[Corrected]:
    """Every correction of the study, computed."""
    return [_checked(each, evidence) for each in evidence.published.corrections]


def _checked(correction: Correction, evidence: Evidence) -> Corrected:
    if correction.check not in CHECKS:
        raise StudyError(f"A correction names the check `{correction.check}`; there are {', '.join(CHECKS)}.")
    try:
        return Corrected(correction, CHECKS[correction.check](evidence, **correction.given))
    except CannotTellError as why:
        return Corrected(correction, {}, str(why))
    except (KeyError, TypeError) as error:
        raise StudyError(f"The check `{correction.check}` of a correction cannot be made ({error}).") from None


def dropped_rows(evidence: Evidence) -> Figures:
    """Who went with the rows that have an empty cell: those with one value in a column, and nobody else?"""
    everyone = evidence.listed
    kept = everyone[ID].isin(evidence.customers[ID])
    whose = None
    for name in everyone.columns.drop(ID):
        values = everyone[name].astype("object")
        gone = set(values[~kept].dropna())
        if len(gone) == 1 and values[~kept].notna().all() and not gone & set(values[kept].dropna()):
            whose = name, *gone
            break
    return {"customers": len(everyone), "dropped": int((~kept).sum()), "whose": whose}


def copies(evidence: Evidence) -> Figures:
    """Which columns are one column on several scales, and how many independent ones there are."""
    inputs = evidence.features[evidence.used]
    varying = inputs.loc[:, inputs.std() > 0]
    correlations = varying.corr().abs()
    largest = max(((correlations[name] >= SAME) for name in varying), key=lambda same: int(same.sum()))
    twins = list(correlations.index[largest])
    sizes = np.linalg.svd(inputs - inputs.mean(), compute_uv=False)
    rank, constant = int((sizes > ROUNDED * sizes[0]).sum()), len(inputs.columns) - len(varying.columns)
    single = single_columns(inputs, evidence.customers[SEGMENT], evidence.seed).set_index("column")["agreement"]
    return {
        "columns": len(inputs.columns), "twins": twins, "constant": constant, "independent": rank,
        "alone": float(single[twins[0]]),
    }  # fmt: skip


def alphabetical_dates(evidence: Evidence, written: str) -> Figures:
    """How much is left of dates, `written` like %d/%m/%Y, when they are numbered by the alphabet."""
    texts = evidence.customers[evidence.used].select_dtypes(exclude=["number", "bool"])
    times = texts.apply(pd.to_datetime, format=written, errors="coerce").dropna(axis="columns")
    found = {name: days.corr(evidence.column(name), method="spearman") for name, days in times.items()}
    return {"correlations": found, "mean": float(np.mean(list(found.values())))}


def number_of_segments(evidence: Evidence) -> Figures:
    """Which number the silhouette prefers, where the inertia bends, and how much it falls from the chosen number on."""
    scores, k = evidence.scores[evidence.scores["k"] > 1].set_index("k"), evidence.k
    best = int(scores["silhouette"].idxmax())
    falls = (1 - scores["inertia"] / scores["inertia"].shift()).loc[k : k + 2].dropna()
    silhouettes = {each: float(scores.loc[each, "silhouette"]) for each in (best, k)}
    bend = knee(scores.index.to_numpy(), scores["inertia"].to_numpy())
    return {"k": k, "best": best, "silhouettes": silhouettes, "bend": bend, "falls": falls.to_dict()}


def structure(evidence: Evidence) -> Figures:
    """Whether as many segments of everybody, on our columns and the study's scale, are clearer than chance."""
    params, validation, k, seed = defaults(evidence.published.ours), evidence.validation, evidence.k, evidence.seed
    scale = {name: getattr(evidence.preprocessing.features, name) for name in ("skew", "scale")}
    params = params.model_copy(update={"features": params.features.model_copy(update=scale)})
    inputs = model_inputs(prepare(evidence.tables, params, PRIVACY).features)
    given, large = (CLUSTERING.model_copy(update={"k": k}), validation.model_copy(update={"reference_sample": LARGE}))
    there = existence(inputs, k, given, large, seed, kinds=(SHUFFLED,))
    back = returning(inputs, labels_of(inputs, k, given, seed), k, given, validation, seed)
    p, theirs = there.p_value(SHUFFLED), float(there.drawn(SHUFFLED).mean())
    return {
        "k": k, "customers": len(inputs), "columns": len(inputs.columns), "silhouette": float(there.best["silhouette"]),
        "theirs": theirs, "p": p, "clearer": p <= SIGNIFICANT, "found_again": back.as_a_whole,
    }  # fmt: skip


def adds_up(evidence: Evidence, group: str) -> Figures:
    """What the printed counts of a group add up to, and how many customers there are."""
    printed = [leaf.printed for leaf in {each.title: each for each in evidence.published.groups}[group].leaves()]
    return {"printed": printed, "total": sum(map(int, printed)), "customers": len(evidence.customers)}


def taken_for_population(evidence: Evidence) -> Figures:
    """The customers of each segment, beside those who were held back to test the classifier."""
    sizes = {name: int(evidence.members(name).sum()) for name in evidence.published.segments}
    return {"sizes": sizes, "held": evidence.held_out, "customers": len(evidence.customers)}


def classifier_on_noise(evidence: Evidence) -> Figures:
    """The accuracy of the same classifier where there is nothing to find, and the segment that it misses most of."""
    held, size = evidence.held_out, (len(evidence.customers), len(evidence.used))
    noise = on_noise(*size, evidence.k, evidence.noise_draws, evidence.seed)
    worst = max(evidence.published.segments, key=held.missed)
    return {"held": held, "worst": worst, "noise": noise}


def returns_dropped(evidence: Evidence, currency: str) -> Figures:
    """What is left of each segment's revenue when returned lines are counted too."""
    customers = evidence.customers.assign(left=evidence.all_lines)
    customers["share"] = customers["left"] / customers["net_revenue"]
    segments = []
    for name in evidence.published.segments:
        own = customers[evidence.members(name)]
        least = own.loc[own["share"].idxmin()]
        totals = own["net_revenue"].sum(), own["left"].sum(), int((own["left"] <= 0).sum())
        segments.append((name, *totals, (least["left"], least["net_revenue"])))
    undone, first = 1 - customers["left"].sum() / customers["net_revenue"].sum(), customers.sort_values(ID).iloc[0]
    return {
        "segments": segments,  # name, revenue, left, customers who kept nothing, left and bought of who kept least
        "undone": undone, "nothing": int((customers["left"] <= 0).sum()),
        "first": (first["left"], first["net_revenue"]), "currency": currency,
    }  # fmt: skip


def single_purchase(evidence: Evidence, segment: str) -> Figures:
    """How many customers of a segment ordered once."""
    orders = evidence.customers.loc[evidence.members(segment), "orders"]
    return {"segment": segment, "customers": len(orders), "once": (orders == 1).mean(), "most": int(orders.max())}


def drop_off(evidence: Evidence, month: int) -> Figures:
    """How many customers order so many months after the first order, with and without a month that had not ended."""
    cells = evidence.cohorts
    whole = cohorts.rates(cells).set_index("age")["rate"]
    cut = cohorts.rates(cells.assign(whole=True)).set_index("age")["rate"].reindex(whole.index)
    months = pd.DataFrame({"month": whole.index, "whole": whole.to_numpy(), "cut": cut.to_numpy()})
    near, unfinished = whole[[1, month - 1, month, month + 1]].tolist(), cells.loc[~cells["whole"], "period"]
    ended = None if unfinished.empty else unfinished.max()
    return {"month": month, "near": near, "months": months, "unfinished": ended}


def home_market(evidence: Evidence, currency: str) -> Figures:
    """Where the shop sells."""
    lines = evidence.tables["transactions"]
    counts = lines.group_by("country").agg(lines=lines.count()).to_pandas().sort_values("lines", ascending=False)
    top = counts.iloc[0]
    return {"country": top["country"], "share": top["lines"] / counts["lines"].sum(), "currency": currency}


CHECKS: dict[str, Callable[..., Figures]] = {
    check.__name__: check
    for check in (
        dropped_rows, copies, alphabetical_dates, number_of_segments, structure, adds_up, taken_for_population,
        classifier_on_noise, returns_dropped, single_purchase, drop_off, home_market,
    )
}  # fmt: skip
