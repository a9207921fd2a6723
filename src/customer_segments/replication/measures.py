"""How each kind of printed figure is computed; a measure takes the evidence and the keys that a figure stands under."""

from __future__ import annotations

from collections.abc import Callable

from customer_segments.base.contract import ROW, UNREADABLE
from customer_segments.base.errors import StudyError
from customer_segments.replication.evidence import ID, SEGMENT, CannotTellError, Evidence
from customer_segments.replication.published import Leaf

STRENGTHS = ((0.7, "strong"), (0.3, "moderate"), (0.1, "weak"), (0.0, "negligible"))
STATISTICS = {"q25": 0.25, "median": 0.5, "q75": 0.75}
Value = float | str
NOTHING = "–"  # what comes out where changed settings leave no answer


def rows_received(evidence: Evidence, table: str) -> Value:
    """Rows of a table as it was collected."""
    return int(evidence.tables[table].count().execute())


def columns_received(evidence: Evidence, table: str) -> Value:
    """Columns of a table as it was collected."""
    return len([name for name in evidence.tables[table].columns if name not in (ROW, UNREADABLE)])


def empty_cells(evidence: Evidence, column: str) -> Value:
    """Empty cells of a column of the customer list."""
    return int(evidence.listed[column].isna().sum())


def customers_segmented(evidence: Evidence, *_: str) -> Value:
    """Customers who are left after cleaning."""
    return len(evidence.customers)


def columns_of_the_model(evidence: Evidence, *_: str) -> Value:
    """Columns that make the segments."""
    return len(evidence.used)


def summary(evidence: Evidence, column: str, statistic: str) -> Value:
    """A statistic of a column over all customers."""
    values = evidence.column(column)
    if statistic in STATISTICS:
        return float(values.quantile(STATISTICS[statistic]))
    if statistic not in ("mean", "std", "min", "max"):
        raise StudyError(f"Published figures know no statistic `{statistic}`: mean, std, min, q25, median, q75, max.")
    return float(getattr(values, statistic)())


def count(evidence: Evidence, column: str, value: str) -> Value:
    """Customers with a value in a column."""
    return int((evidence.customers[column] == value).sum())


def size(evidence: Evidence, segment: str) -> Value:
    """Customers in a segment."""
    return int(evidence.members(segment).sum())


def mean(evidence: Evidence, column: str, segment: str) -> Value:
    """The mean of a column in a segment."""
    return float(evidence.column(column)[evidence.members(segment)].mean())


def most_frequent(evidence: Evidence, column: str, segment: str) -> Value:
    """The value that most customers of a segment have in a column; of several the smallest."""
    return float(evidence.column(column)[evidence.members(segment)].mode().iloc[0])


def silhouette(evidence: Evidence, k: str) -> Value:
    """The mean silhouette with so many segments, such as `2 clusters`."""
    return float(evidence.scores.set_index("k").loc[int(k.split()[0]), "silhouette"])


def correlation(evidence: Evidence, first: str, second: str) -> Value:
    """The correlation of two columns in words."""
    r = float(evidence.column(first).corr(evidence.column(second)))
    strength = next(word for limit, word in STRENGTHS if abs(r) >= limit)
    return f"{strength} {'positive' if r >= 0 else 'negative'} ({r:.2f})".replace("-", "−")


def customer(evidence: Evidence, place: str, column: str) -> Value:
    """A cell of a customer, such as `Customer 3`: the third by the customers' numbers."""
    row = evidence.customers.sort_values(ID, ignore_index=True).loc[int(place.split()[-1]) - 1]
    if column != SEGMENT:
        return float(row[column])
    return evidence.called(row[SEGMENT])


def held_back(evidence: Evidence, segment: str) -> Value:
    """Customers of a segment among those held back from the classifier."""
    return evidence.held_out.size(evidence.present(segment))


def accuracy(evidence: Evidence, *_: str) -> Value:
    """The share of the customers held back whose segment the classifier recognises."""
    return evidence.held_out.accuracy


def recall(evidence: Evidence, segment: str) -> Value:
    """The share of a segment's customers held back whom the classifier recognises."""
    held = evidence.held_out
    if not held.size(evidence.present(segment)):
        raise CannotTellError(f"nobody of “{segment}” was held back")
    return held.found(segment) / held.size(segment)


def retention(evidence: Evidence, cohort: str, month: str) -> Value:
    """Per cent of the customers who began in a month, such as 2011-01, that ordered in `month 1` after it."""
    cells = evidence.cohorts
    found = cells[(cells["cohort"].dt.strftime("%Y-%m") == cohort) & (cells["age"] == int(month.split()[-1]))]
    return 100 * float(found["rate"].iloc[0])


MEASURES: dict[str, Callable[..., Value]] = {
    measure.__name__: measure
    for measure in (
        rows_received, columns_received, empty_cells, customers_segmented, columns_of_the_model, summary, count,
        size, mean, most_frequent, silhouette, correlation, customer, held_back, accuracy, recall, retention,
    )
}  # fmt: skip


def computed(leaf: Leaf, evidence: Evidence) -> Value:
    """What comes out for a printed figure."""
    name = leaf.measure
    if name not in MEASURES:
        raise StudyError(f"“{leaf.group.title}” has the measure `{name}`; there are {', '.join(MEASURES)}.")
    try:
        return MEASURES[name](evidence, *leaf.keys)
    except CannotTellError:
        return NOTHING
    except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError) as error:
        keys = " / ".join(leaf.keys)
        raise StudyError(
            f"“{leaf.group.title}”: {keys} cannot be computed by `{name}` ({type(error).__name__}: {error}): check its "
            "keys in the file of published figures."
        ) from None
