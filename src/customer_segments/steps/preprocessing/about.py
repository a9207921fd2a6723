"""What a customer's column is about, by its name and its cells: something sensitive, an outcome, or a mere code."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from customer_segments.base import meanings, registry

FEWEST_NUMBERED = 20  # customers, from which on numbers without a gap are no chance
SAID_BY = 0.9  # of the filled cells


def sensitive(column: pd.Series) -> str | None:
    """What sensitive matter a column tells, if any."""
    name = str(column.name)
    return None if name == "customer_id" else meanings.sensitive(name) or _by_cells(column)


def found(customers: pd.DataFrame) -> dict[str, str]:
    """The customers' sensitive columns, each with what it tells."""
    told = {name: sensitive(customers[name]) for name in customers}
    return {name: matter for name, matter in told.items() if matter}


def with_found(declared: Iterable[str], customers: pd.DataFrame) -> tuple[str, ...]:
    """The columns declared sensitive, and after them those found to be."""
    return tuple(dict.fromkeys([*declared, *found(customers)]))


def is_outcome(column: pd.Series) -> bool:
    """Whether a column tells what came of a customer, which segments should foretell rather than be made of."""
    name = str(column.name)
    told = column.nunique() <= 2 or name.startswith(registry.DAYS_SINCE)
    perhaps = told and meanings.speaks_of(name, meanings.PERHAPS_OUTCOMES)
    return perhaps or meanings.speaks_of(name, meanings.SURELY_OUTCOMES)


def is_code(column: pd.Series, customer_id: pd.Series | None = None) -> bool:
    """Whether whole numbers name something rather than count it: a code, a row's number, a copy of the id."""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return False
    values = column.dropna().to_numpy(dtype="float64")
    if len(values) < 2 or not np.isfinite(values).all() or (values % 1 != 0).any():
        return False
    if meanings.names_code(str(column.name)):
        return True
    different = len(np.unique(values)) == len(column)
    return different and (_steps_by_one(values) or (customer_id is not None and _copies(column, customer_id)))


def _by_cells(column: pd.Series) -> str | None:
    """What cells say: nearly all are words of one matter, and at least two different ones occur."""
    if not (pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)):
        return None
    shares = column.dropna().astype(str).str.strip().str.lower().value_counts(normalize=True)
    shares = shares[~shares.index.isin(meanings.UNSAID)]
    if len(shares) < 2:
        return None
    for matter, listed in meanings.SENSITIVE_CELLS.items():
        of_matter = shares.index.isin([*listed.split()])
        if of_matter.sum() >= 2 and shares[of_matter].sum() >= SAID_BY * shares.sum():
            return matter
    return None


def _steps_by_one(values: np.ndarray) -> bool:
    """Whether the numbers are 1, 2, 3 … in some order; a few could be by chance."""
    return len(values) >= FEWEST_NUMBERED and values.max() - values.min() == len(values) - 1


def _copies(column: pd.Series, customer_id: pd.Series) -> bool:
    texts = customer_id.astype(str).str.extract(r"(\d+)$")[0]
    return bool((pd.to_numeric(texts, errors="coerce") == column.astype("float64")).all())
