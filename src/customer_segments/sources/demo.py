"""The embedded demo shop: the export of its customers and invoice lines, as untidy as in life."""

from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from customer_segments.base.params import DemoSource
from customer_segments.sources import demo_life as life

# Where each table of the shop says whose row it is.
WHO = {"customers": "CustomerID", "transactions": "CustomerID", "planted": "customer_id"}

AGE_UNKNOWN = {"Lille": 0.15}  # where the form asks for it on a second page
AGE_UNKNOWN_ELSEWHERE = 0.028
INCOME_UNKNOWN = (0.03, 0.05, 0.16)  # by channel: the app does not insist
IMPOSSIBLE_AGES = (999, -1)
UNREADABLE_QUANTITIES = ("two", "1 pc", "?")
UNREADABLE_TIMES = ("31/02/2024 10:00", "unknown", "0000-00-00 00:00")


def make_demo_shop(source: DemoSource, seed: int) -> dict[str, pd.DataFrame]:
    """Simulate the shop; its export and the planted kinds; another `dirt` leaves the purchases as they are."""
    rng = np.random.default_rng(seed)
    first_day = pd.Timestamp(source.first_day)
    days = pd.date_range(first_day, first_day + pd.DateOffset(months=source.months), inclusive="left")
    people = life.shop_customers(source.customers, len(days), rng)
    sold = life.sold_lines(people, life.orders_by_time(people, days, rng), rng)
    lines = life.with_returns(sold, people, source.dirt, rng)
    return {
        "customers": _soiled_customers(_exported_customers(people, days), source.dirt, rng),
        "transactions": _soiled_lines(_exported_lines(lines, people, days), source.dirt, rng),
        "planted": people[["customer_id", "kind"]],
    }


def write_demo_shop(shop: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write customers.csv, transactions.csv and, for tests only, planted.csv."""
    for name, table in shop.items():
        csv.write_csv(pa.Table.from_pandas(table, preserve_index=False), folder / f"{name}.csv")


def _exported_customers(people: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """The customers under the export's names, as clean as the shop knows them."""
    columns = {
        "CustomerID": people["customer_id"],
        "Age": people["age"].astype("Int64"),
        "Gender": people["gender"],
        "Location": np.array(life.CITIES["city"])[people["city"]],
        "AnnualIncome": people["income"].astype("Int64"),
        "PreferredChannel": np.array(life.CHANNELS)[people["channel"]],
        "EngagementScore": people["engagement"],
        "FollowDurationMonths": people["followed"],
        "SignUpDate": _day_text(days, people["signed_up"]),
        "Active": np.where(people["left"], "No", "Yes"),
        "ExitDate": pd.Series(_day_text(days, people["last"])).where(people["left"]),
    }
    return pd.DataFrame(columns)


def _exported_lines(lines: pd.DataFrame, people: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """The lines under the export's names, invoices numbered by time; `in_return` stays for the dirt to mind."""
    product, category = np.array(life.PRODUCTS, dtype=object).T
    invoice = pd.Series(500_001 + pd.factorize(lines["order"])[0]).astype(str)
    minutes = np.array([f" {minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)], dtype=object)
    country = np.array(life.CITIES["country"], dtype=object)[people["city"]]
    columns = {
        "InvoiceNo": invoice.where(lines["quantity"] > 0, "C" + invoice),
        "LineNo": lines.groupby("order").cumcount() + 1,
        "Product": product[lines["product"]],
        "Category": category[lines["product"]],
        "Quantity": lines["quantity"],
        "UnitPrice": lines["cents"] / 100,
        "InvoiceDate": _day_text(days, lines["day"]) + minutes[lines["minute"]],
        "CustomerID": people["customer_id"].to_numpy()[lines["customer"]],
        "Country": country[lines["customer"]],
    }
    return pd.DataFrame(columns).assign(in_return=lines["in_return"])


def _day_text(days: pd.DatetimeIndex, day: pd.Series) -> np.ndarray:
    """Days as ISO text, by their number since the shop's first."""
    return days.strftime("%Y-%m-%d").to_numpy(dtype=object)[day]


def _soiled_customers(customers: pd.DataFrame, dirt: float, rng: np.random.Generator) -> pd.DataFrame:
    """The customers with gaps that have a structure, impossible values and repeated rows."""
    soiled, count = customers.copy(), len(customers)
    age_gap = customers["Location"].map(AGE_UNKNOWN).fillna(AGE_UNKNOWN_ELSEWHERE)
    income_gap = customers["PreferredChannel"].map(dict(zip(life.CHANNELS, INCOME_UNKNOWN, strict=True)))
    soiled.loc[rng.random(count) < dirt * income_gap, "AnnualIncome"] = pd.NA
    soiled.loc[rng.random(count) < dirt * age_gap, "Age"] = pd.NA
    wrong = rng.permutation(count)[: ceil(0.001 * dirt * count)]
    soiled.loc[wrong, "Age"] = np.resize(IMPOSSIBLE_AGES, len(wrong))
    swapped = rng.permutation(np.flatnonzero(customers["ExitDate"].notna()))[: ceil(0.0005 * dirt * count)]
    soiled.loc[swapped, ["SignUpDate", "ExitDate"]] = customers.loc[swapped, ["ExitDate", "SignUpDate"]].to_numpy()
    return _with_repeats(soiled, 0.003 * dirt, rng)


def _soiled_lines(lines: pd.DataFrame, dirt: float, rng: np.random.Generator) -> pd.DataFrame:
    """The lines with unknown buyers, prices of zero, unreadable cells and repeats.

    Invoices with a line in a return are left alone, so that a cancellation finds its sale.
    """
    soiled, count = lines.drop(columns="in_return"), len(lines)
    invoice, invoices = pd.factorize(lines["InvoiceNo"])
    free, nameless = np.ones(len(invoices), dtype=bool), np.zeros(len(invoices), dtype=bool)
    free[invoice[lines["in_return"]]] = False
    nameless[rng.permutation(np.flatnonzero(free))[: ceil(0.02 * dirt * len(invoices))]] = True
    soiled.loc[nameless[invoice], "CustomerID"] = None
    spots = rng.permutation(np.flatnonzero(free[invoice]))
    sizes = [ceil(share * dirt * count) for share in (0.002, 1e-4, 1e-4)]
    given_away, quantity, time = np.split(spots, np.cumsum(sizes))[:3]
    soiled.loc[given_away, "UnitPrice"] = 0.0
    if dirt:
        soiled["Quantity"] = soiled["Quantity"].astype(str)
    soiled.loc[quantity, "Quantity"] = np.resize(UNREADABLE_QUANTITIES, len(quantity))
    soiled.loc[time, "InvoiceDate"] = np.resize(UNREADABLE_TIMES, len(time))
    return _with_repeats(soiled, 0.005 * dirt, rng)


def _with_repeats(table: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """The table with this share of its rows standing twice, one below the other."""
    repeated = rng.permutation(len(table))[: ceil(share * len(table))]
    return table.loc[np.sort(np.concatenate([table.index, repeated]), kind="stable")].reset_index(drop=True)
