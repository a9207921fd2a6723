"""What a classifier's accuracy proves, in words and tables: held beside what it reaches without any groups."""

import pandas as pd

from customer_segments.base import words
from customer_segments.pages.report.written import told
from customer_segments.steps.validation.audit import Audit, Guesses

NEARLY = 0.05  # of the customers: a smaller difference is hardly one
READ = (
    "“Found” is the share of a segment that the classifier recognises, “right” the share of those it puts there who "
    "belong there, F1 their mean; beside them stands the same of the simulated customers."
)
RATES = {"found": "Found", "right": "Right", "f1": "F1"}


def sentences(found: Audit) -> str:
    """Why an accurate classifier is no evidence."""
    ours, nothing = found.ours.accuracy, found.nothing.accuracy
    share, simulated = words.percent(ours, 1), "simulated customers without any groups"
    read = f"A logistic regression guesses the segment of {share} of the customers whom it has not seen."
    if len(found.nothing.counts) < 2:
        return f"{read} Among {simulated} the method finds no segments that it could guess."
    return (
        f"{read} On {simulated}, cut in the same way, it guesses {words.percent(nothing, 1)}, "
        f"{_compared(ours, nothing)}: a classifier only finds again the borders that were drawn, whether or not "
        "anything lies behind them."
    )


def table(found: Audit, smallest: int) -> tuple[pd.DataFrame, str]:
    """How well each segment is guessed, beside segments cut from nothing, and what that proves."""
    ours, nothing = (each.report.set_index("segment") for each in (found.ours, found.nothing))
    parts = [_columns(ours, smallest), _columns(nothing.reindex(ours.index), smallest).rename(columns=_without)]
    named = pd.concat(parts, axis=1).set_axis(ours.index.map(words.segment))
    return named.rename_axis("Segment").reset_index(), f"{sentences(found)} {READ}"


def matrix(guesses: Guesses, smallest: int) -> pd.DataFrame:
    """Who is taken for whom, in numbers of customers; those of a few are not told."""
    counts, known = guesses.counts, guesses.shown(smallest)
    cells = (
        known.map("{:,.0f}".format)
        .mask(known.isna(), "–")
        .mask((counts > 0) & (counts < smallest), f"under {smallest}")
    )
    named = cells.rename(columns=words.segment).rename_axis(columns=None)
    return named.set_axis(cells.index.map(words.segment)).rename_axis("Belongs to").reset_index()


def content(found: Audit, smallest: int) -> dict[str, object]:
    """The audit for the Explorer: the sentence, the table, and both confusion matrices."""
    who = {"ours": "Our segments", "nothing": "Simulated customers without any groups"}
    return {
        "accuracy": {name: getattr(found, name).accuracy for name in who},
        "customers": found.ours.customers,
        "smallest_group": smallest,
        "sentences": sentences(found),
        "report": told(table(found, smallest)[0], READ),
        "matrices": {name: told(matrix(getattr(found, name), smallest), title) for name, title in who.items()},
    }


def _compared(ours: float, nothing: float) -> str:
    if nothing >= ours:
        return "at least as many"
    return "nearly as many" if ours - nothing <= NEARLY else f"{words.percent(ours - nothing)} of the customers fewer"


def _columns(report: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """Customers and rates as they may be told."""
    customers = report["customers"]
    told_rates = {title: report[name].where(customers >= smallest).map(words.percent) for name, title in RATES.items()}
    counts = customers.map("{:,.0f}".format).mask(customers < smallest, f"under {smallest}").mask(customers.isna(), "–")
    return pd.DataFrame({"Customers guessed": counts, **told_rates})


def _without(title: str) -> str:
    return f"Without groups: {words.within(title)}"
