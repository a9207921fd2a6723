"""How each kind of printed figure is computed, and held against what was printed at its rounding."""

from collections.abc import Callable

from customer_segments.base.contract import ROW, UNREADABLE
from customer_segments.base.errors import StudyError
from customer_segments.replication.evidence import ID, SEGMENT, CannotTellError, Evidence
from customer_segments.replication.published import Leaf, Outcome, Value

STRENGTHS = ((0.7, "strong"), (0.3, "moderate"), (0.1, "weak"), (0.0, "negligible"))
QUANTILES = {"q25": 0.25, "median": 0.5, "q75": 0.75}
NOTHING = "–"  # what comes out where changed settings leave no answer


def outcomes(evidence: Evidence) -> list[Outcome]:
    """What comes out for every printed figure."""
    return [Outcome(leaf, computed(leaf, evidence)) for leaf in evidence.published.leaves()]


def computed(leaf: Leaf, evidence: Evidence) -> Value:
    """What comes out for a printed figure."""
    if leaf.measure not in MEASURES:
        raise StudyError(f"“{leaf.group.title}” has the measure `{leaf.measure}`; there are {', '.join(MEASURES)}.")
    try:
        return MEASURES[leaf.measure](evidence, *leaf.keys)
    except CannotTellError:
        return NOTHING
    except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError) as error:
        keys = " / ".join(leaf.keys)
        raise StudyError(
            f"“{leaf.group.title}”: {keys} cannot be computed by `{leaf.measure}` ({type(error).__name__}: {error}): "
            "check its keys in the file of published figures."
        ) from None


def _summary(of: Evidence, column: str, statistic: str) -> Value:
    values = of.column(column)
    if statistic in QUANTILES:
        return float(values.quantile(QUANTILES[statistic]))
    if statistic not in ("mean", "std", "min", "max"):
        raise StudyError(f"Published figures know no statistic `{statistic}`: mean, std, min, q25, median, q75, max.")
    return float(getattr(values, statistic)())


def _correlation(of: Evidence, first: str, second: str) -> Value:
    r = float(of.column(first).corr(of.column(second)))
    strength = next(word for limit, word in STRENGTHS if abs(r) >= limit)
    return f"{strength} {'positive' if r >= 0 else 'negative'} ({r:.2f})".replace("-", "−")


def _customer(of: Evidence, place: str, column: str) -> Value:
    row = of.customers.sort_values(ID, ignore_index=True).loc[int(place.split()[-1]) - 1]
    return of.called(row[SEGMENT]) if column == SEGMENT else float(row[column])


def _recall(of: Evidence, segment: str) -> Value:
    if not of.held_out.size(of.present(segment)):
        raise CannotTellError(f"nobody of “{segment}” was held back")
    return of.held_out.found(segment) / of.held_out.size(segment)


def _retention(of: Evidence, cohort: str, month: str) -> Value:
    cells = of.cohorts
    found = cells[(cells["cohort"].dt.strftime("%Y-%m") == cohort) & (cells["age"] == int(month.split()[-1]))]
    return 100 * float(found["rate"].iloc[0])


# By name; each takes the keys that a figure stands under.
MEASURES: dict[str, Callable[..., Value]] = {
    # Tables as they were collected.
    "rows_received": lambda of, table: int(of.tables[table].count().execute()),
    "columns_received": lambda of, table: len(set(of.tables[table].columns) - {ROW, UNREADABLE}),
    "empty_cells": lambda of, column: int(of.listed[column].isna().sum()),
    # All customers that were segmented.
    "customers_segmented": lambda of, *_: len(of.customers),
    "columns_of_the_model": lambda of, *_: len(of.used),
    "summary": _summary,  # a column's statistic
    "count": lambda of, column, value: int((of.customers[column] == value).sum()),
    "correlation": _correlation,  # of two columns, in words
    "customer": _customer,  # a cell of a customer, such as `Customer 3`: the third by the customers' numbers
    "silhouette": lambda of, k: float(of.scores.set_index("k").loc[int(k.split()[0]), "silhouette"]),  # `2 clusters`
    # A segment, by the study's name; of several most frequent values the smallest.
    "size": lambda of, segment: int(of.members(segment).sum()),
    "mean": lambda of, column, segment: float(of.column(column)[of.members(segment)].mean()),
    "most_frequent": lambda of, column, segment: float(of.column(column)[of.members(segment)].mode().iloc[0]),
    # Customers held back from the classifier, and the share of them whose segment it recognises.
    "held_back": lambda of, segment: of.held_out.size(of.present(segment)),
    "accuracy": lambda of, *_: of.held_out.accuracy,
    "recall": _recall,
    "retention": _retention,  # per cent of the beginners of a month, such as 2011-01, who ordered in `month 1` after it
}
