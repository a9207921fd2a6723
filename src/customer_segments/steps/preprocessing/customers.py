"""One row per customer, from the cleaned tables: behaviour, then attributes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from customer_segments.base import words
from customer_segments.base.engine import as_floats
from customer_segments.base.errors import StudyError
from customer_segments.steps.preprocessing.features import customer_features, join_attributes, resolve_as_of
from customer_segments.steps.preprocessing.plain import DECIMALS

if TYPE_CHECKING:
    from customer_segments.base.params import PreprocessingParams
    from customer_segments.steps.cleaning.clean import Cleaned

ID = "customer_id"
FEWEST_CUSTOMERS = 10  # below this there is nothing to divide


def study_day(cleaned: Cleaned, params: PreprocessingParams) -> date | None:
    """The day that features look back from; none where there are no transactions."""
    return None if cleaned.lines is None else resolve_as_of(cleaned.lines, params.as_of)


def customer_table(cleaned: Cleaned, as_of: date | None, params: PreprocessingParams) -> pd.DataFrame:
    """One row per customer that the study goes on with: behaviour, then attributes, gaps as they are."""
    customers = customer_rows(cleaned, as_of, params)
    refuse_too_few(customers)
    return customers


def customer_rows(cleaned: Cleaned, as_of: date | None, params: PreprocessingParams) -> pd.DataFrame:
    """The same, however few they are."""
    features = None if cleaned.lines is None else customer_features(cleaned.lines, as_of, params.features.recency)
    if features is not None and cleaned.left_out is not None:
        features = features.anti_join(cleaned.left_out, ID)
    joined = join_attributes(features, cleaned.customers, params.cleaning.customers_without_orders)
    customers = as_floats(joined).to_pandas()
    return customers.round(dict.fromkeys(customers.select_dtypes("float"), DECIMALS))


def refuse_too_few(customers: pd.DataFrame) -> None:
    """A handful of customers cannot be divided."""
    if len(customers) >= FEWEST_CUSTOMERS:
        return
    left = f"Only {words.counted(len(customers), 'customer')}" if len(customers) else "No customer"
    raise StudyError(
        f"{left} {'are' if len(customers) > 1 else 'is'} left after cleaning, and a study needs at least "
        f"{FEWEST_CUSTOMERS}: check the source files, or make the rules under `preprocessing.cleaning` in "
        "params.yaml less strict."
    )
