"""Dates of a customer list as numbers: days before the study's day, and the age of who was born in a year."""

from collections.abc import Sequence
from datetime import date, timedelta

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base import meanings, registry
from customer_segments.base.contract import ROW
from customer_segments.base.params import CleaningParams

AHEAD = "expiry expires expiration until valid renewal due next ablauf verlangerung"  # dates to come
SAID_OTHERWISE = "on at date day dt time datum fecha data"  # what a name loses before "days since"
AGE = "age"


def list_day(customers: ir.Table | None, as_of: date | None) -> date | None:
    """The day that a customer list is looked back from: the given one, or the day after its latest date."""
    if as_of is not None or customers is None:
        return as_of
    past = [
        name for name in _dates(customers) if not meanings.speaks_of(name, AHEAD) and not meanings.tells_birth(name)
    ]
    if not past:
        return None
    latest = (
        customers.aggregate(**{name: customers[name].cast("date").max() for name in past}).to_pyarrow().to_pylist()[0]
    )
    known = [day for day in latest.values() if day is not None]
    return max(known) + timedelta(days=1) if known else None


def with_days(
    customers: pd.DataFrame, dates: Sequence[str], day: date | None, listed_only: bool, params: CleaningParams
) -> pd.DataFrame:
    """Add days before `day` for each date of a list that has no orders beside it, and the age where birth is told.

    Where there are orders, they tell more exactly when a customer came first and last. An impossible age is a gap.
    """
    if day is None:
        return customers
    made = customers.copy()
    for name in dates if listed_only else ():
        if not meanings.tells_birth(name) and (called := days_since(name)) not in made:
            made[called] = _days_before(customers[name], day)
    birth = next((name for name in customers if meanings.tells_birth(name)), None)
    if birth is not None and AGE not in customers:
        age = _age(customers[birth], birth in dates, day)
        possible = age is not None and age.where(age.between(params.lowest_age, params.highest_age))
        made = made if age is None else made.assign(**{AGE: possible})
    return made


def dates_of(customers: ir.Table | None) -> list[str]:
    """The dates of a customer list."""
    return [] if customers is None else _dates(customers)


def days_since(name: str) -> str:
    """What the days since a date are called: `days_since_signed_up` for `signed_up_on`."""
    kept = [part for part in name.split("_") if part not in SAID_OTHERWISE.split()]
    return registry.DAYS_SINCE + "_".join(kept or [name])


def _dates(customers: ir.Table) -> list[str]:
    kinds = customers.schema().items()
    return [name for name, kind in kinds if name != ROW and (kind.is_date() or kind.is_timestamp())]


def _days_before(column: pd.Series, day: date) -> pd.Series:
    days = pd.to_datetime(column).dt.normalize()
    return (pd.Timestamp(day) - days).dt.days.astype("float64")


def _age(column: pd.Series, is_date: bool, day: date) -> pd.Series | None:
    """Full years from a date of birth, or the years from a year; none where the column holds neither."""
    if is_date:
        born = pd.to_datetime(column)
        later = (born.dt.month > day.month) | ((born.dt.month == day.month) & (born.dt.day > day.day))
        return (day.year - born.dt.year - later).where(born.notna()).astype("float64")
    if not pd.api.types.is_numeric_dtype(column) or not meanings.is_year("year", *column.dropna()):
        return None
    return day.year - column.astype("float64")
