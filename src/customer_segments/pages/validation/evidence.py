"""What the three questions found, in words and tables: a figure's caption with its alt text, a table's caption."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base import words
from customer_segments.steps.validation.existence import STRICTEST, Existence
from customer_segments.steps.validation.prediction import FEWEST_CUSTOMERS, SIMPLER, Prediction
from customer_segments.steps.validation.returning import CERTAIN, DOUBTFUL, STABLE, Returning

KINDS = {
    "shuffled": ("Columns shuffled", "every link between columns"),
    "cloud": ("Same columns, same correlations", "all groups, but not the humps of single columns"),
    "smooth": ("The same, each column with one hump", "all groups, also those that single columns show"),
}
OUTCOMES = {"spend": "Spend (logarithm)", "orders": "Orders (logarithm)", "came_back": "Came back at all"}
GROUPINGS = {
    "segments": "Our segments",
    "rfm": "RFM quintiles (up to 125 cells)",
    "spend": "Spend alone, cut into as many groups",
    "random": "Random groups of the same sizes",
}
IN_PROSE = {"rfm": "RFM quintiles", "spend": "spend alone"}


def there(found: Existence) -> tuple[str, str]:
    """Whether the fit is clearer than chance, and how that was computed."""
    better = "is clearer than" if found.beats_chance else "is no clearer than what can be had on"
    own, p = {kind: found.drawn(kind) for kind in KINDS}, words.p_value(found.p_value(STRICTEST))
    ranges = [f"{KINDS[kind][0]}: {words.number(low.min())} to {words.number(low.max())}" for kind, low in own.items()]
    return (
        f"Our fit with {found.fit.k} segments {better} data without groups (p = {p} against "
        f"the strictest of the three). Each p-value comes from {len(own[STRICTEST])} tables of "
        f"{found.customers:,} customers, segmented as ours were, with the same search for the number of segments, of "
        "which the clearest counts. Effect: how far our silhouette lies above theirs, in their standard deviations."
    ), f"Dots of the references' silhouettes. {'; '.join(ranges)}. Ours, a line: {words.number(found.fit.silhouette)}."


def there_table(found: Existence) -> tuple[pd.DataFrame, str]:
    """The fit against each kind of reference."""
    rows = []
    for kind, title in KINDS.items():
        own = found.drawn(kind)
        rows.append(
            [*title, words.number(found.fit.silhouette), words.number(own.mean()), words.number(own.max()),
             words.number(found.effect(kind), 2), words.p_value(found.p_value(kind))]
        )  # fmt: skip
    columns = ["Compared with", "Taken away", "Our silhouette", "Theirs, mean", "Theirs, best", "Effect", "p-value"]
    return pd.DataFrame(rows, columns=columns), gap(found.fit.midway, found.usual_midway)


def gap(midway: float, usual: float) -> str:
    """Whether there is room between the segments."""
    told = f"For 100 customers near the middle of a segment there are {words.number(100 * midway, 2)} midway to the"
    return f"{told} next one; on data without groups there are {words.number(100 * usual, 2)}."


def back(found: Returning) -> tuple[str, str]:
    """How far the whole comes back, by resampling, halves and starts."""
    low, high = np.quantile(found.rand, [0.025, 0.975])
    counts = found.segments["word"].value_counts()
    parts = [
        f"{counts[name]} {'is' if counts[name] == 1 else 'are'} {name}"
        for name in ("stable", "doubtful", "dissolved")
        if name in counts
    ]
    bars = [f"{words.segment(row.segment)} {words.number(row.jaccard)}" for row in found.segments.itertuples()]
    return (
        f"Among {len(found.rand)} resampled sets of customers the same segments were found with a mean adjusted Rand "
        f"index of {words.number(found.as_a_whole)} (95% between {words.number(low)} and {words.number(high)}; 1 is "
        f"the same, 0 is chance); between two halves {words.number(found.halves.mean())}, between two random starts "
        f"{words.number(found.starts.mean())}. Of the segments, {words.listed(parts)} "
        f"(Jaccard from {STABLE:g} on is stable, below {DOUBTFUL:g} dissolved)."
    ), f"Bars of how well each segment is found again (Jaccard): {words.listed(bars)}."


def back_table(found: Returning) -> tuple[pd.DataFrame, str]:
    """Per segment: how well it comes back, and how many of its customers surely belong to it."""
    table = pd.DataFrame(
        {
            "Segment": [words.segment(segment) for segment in found.segments["segment"]],
            "Found again (mean Jaccard)": found.segments["jaccard"].map(words.number),
            "Reading": found.segments["word"],
            f"Customers found in it at least {words.percent(CERTAIN)} of the time": found.segments["sure"].map(
                words.percent
            ),
        }
    )
    return table, (
        f"{words.percent((found.certainty >= CERTAIN).mean())} of all customers were found in their own segment at "
        f"least {words.percent(CERTAIN)} of the time; the others live near a border. Each customer's certainty is in "
        "`data/processed/certainty.parquet`."
    )


def weakest(found: Returning) -> str:
    """The segment that comes back least."""
    least = found.segments.loc[found.segments["jaccard"].idxmin()]
    name, jaccard = words.segment(int(least["segment"])), words.number(least["jaccard"], 2)
    if least["word"] == "stable":
        return f"Every segment comes back among other customers; {name} least often (Jaccard {jaccard})."
    return f"{name} comes back least (Jaccard {jaccard}, {least['word']}): check it before acting on it."


def ahead(found: Prediction) -> tuple[str, str]:
    """How well the segments predict, against which other groupings."""
    others = [f"{title} {_explained(found, name, 'spend')}" for name, title in IN_PROSE.items()]
    dots = [
        f"{title}: {words.listed(f'{GROUPINGS[name]} {_explained(found, name, outcome)}' for name in GROUPINGS)}"
        for outcome, title in OUTCOMES.items()
    ]
    return (
        f"Made from orders before {words.day(found.cut_off)} only, the segments explain "
        f"{_explained(found, 'segments', 'spend')} of the differences in spend (its logarithm) over the {found.days} "
        f"days that followed; {words.listed(others)}. {words.percent(found.came_back)} of {found.customers:,} "
        "customers came back. Shares are of the variance, in customers left out when the means were computed; in "
        "brackets what 95% of resampled sets of customers give."
    ), f"Dots with intervals of what each grouping explains. {'; '.join(dots)}."


def ahead_table(found: Prediction) -> tuple[pd.DataFrame, str]:
    """What each grouping explains, and whether simpler groupings predict better."""
    table = pd.DataFrame({"Grouping": list(GROUPINGS.values())})
    for outcome, title in OUTCOMES.items():
        cells = [found.share(grouping, outcome)[["share", "low", "high"]].clip(lower=0) for grouping in GROUPINGS]
        written = [[words.percent(share) for share in cell] for cell in cells]
        table[title] = [f"{share} ({low}–{high})" for share, low, high in written]
    better = [name for name in SIMPLER if not found.beats(name)]
    if not better:
        return table, "On most outcomes the segments explain more than RFM quintiles and more than spend alone."
    verb = "explains" if better == ["spend"] else "explain"
    return table, (
        f"On most outcomes {words.listed(IN_PROSE[name] for name in better)} {verb} "
        "as much or more: for forecasts alone the simpler grouping would do; segments have to earn their place by "
        "being easier to act on."
    )


def ahead_unknown(transactions: bool) -> str:
    """Why nothing can be said of what customers do next."""
    if transactions:
        return (
            f"Fewer than {FEWEST_CUSTOMERS} customers came back after the cut-off, or stayed away: too few to tell "
            "what the segments predict. Set `validation.cut_off_days` in params.yaml to predict a longer period."
        )
    return "The study has no orders over time, so whether the segments predict what customers do next is not known."


def _explained(found: Prediction, grouping: str, outcome: str) -> str:
    return at_least_nothing(found.share(grouping, outcome)["share"])


def at_least_nothing(share: float) -> str:
    """A share explained, as per cent; less than nothing is nothing."""
    return words.percent(max(0.0, share))
