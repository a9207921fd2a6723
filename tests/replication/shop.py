"""A made-up study of twelve customers, with what was published of it."""

from __future__ import annotations

import ibis
import pandas as pd

from customer_segments.base.params import PreprocessingParams, ValidationParams
from customer_segments.replication.evidence import Evidence
from customer_segments.replication.published import Published

QUICK = ValidationParams(references=19, bootstraps=10)
IDS = [f"{number:02}" for number in range(1, 13)]
NOBODY_BROKEN = pd.DataFrame({"table": [], "row": [], "reason": [], "content": []}).astype(
    {"table": "str", "row": "int64", "reason": "str", "content": "str"}
)
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": IDS,
        "gender": ["f", "m"] * 6,
        "orders": [1, 1, 1, 1, 2, 2, 9, 9, 8, 8, 7, 7],
        "net_revenue": [10.0, 10.0, 10.0, 10.0, 10.0, 30.0, 90.0, 90.0, 80.0, 80.0, 70.0, 70.0],
    }
)
SEGMENTS = pd.Series([2] * 6 + [1] * 6)
SCORES = pd.DataFrame(
    {"k": [1, 2, 3, 4, 5], "silhouette": [None, 0.7, 0.4, 0.3, 0.2], "inertia": [None, 100.0, 50.0, 40.0, 38.0]}
)


def evidence(published: Published | None = None, **changes: object) -> Evidence:
    """The study's evidence, with some parts replaced; `segments` are those of its customers."""
    customers, segments = changes.pop("customers", CUSTOMERS), changes.pop("segments", SEGMENTS)
    parts = {
        "published": published or Published(segments={"good": 1, "poor": 2}),
        "tables": {},
        "lines": None,
        "customers": customers.assign(segment=segments),
        "features": CUSTOMERS[["customer_id", "orders", "net_revenue"]],
        "scores": SCORES,
        "preprocessing": PreprocessingParams(),
        "validation": QUICK,
        "seed": 1,
    }
    return Evidence(**(parts | changes))


def listed(**columns: list[object]) -> dict[str, ibis.Table]:
    """A customer list as it was collected."""
    table = pd.DataFrame({"row": range(1, 1 + len(next(iter(columns.values())))), **columns, "unreadable": None})
    return {"customers": ibis.memtable(table.astype({"unreadable": "str"}))}


def lines(*rows: tuple[str, str, float, float]) -> dict[str, ibis.Table]:
    """Invoice lines as they were collected: customer, day, quantity, price; each an invoice of its own."""
    table = pd.DataFrame(rows, columns=["customer_id", "day", "quantity", "unit_price"])
    table = table.assign(
        row=range(1, 1 + len(table)),
        invoice_id=[f"i{number}" for number in range(len(table))],
        ordered_at=pd.to_datetime(table["day"]).astype("datetime64[us]"),
        country="Freedonia",
        unreadable=pd.Series([None] * len(table), dtype="str"),
    ).drop(columns="day")
    return {"transactions": ibis.memtable(table), "broken": ibis.memtable(NOBODY_BROKEN)}


def ordering(*rows: tuple[str, str]) -> dict[str, object]:
    """Customers by the days on which they ordered, known up to the end of the last day."""
    table = pd.DataFrame(rows, columns=["customer_id", "day"])
    table["ordered_at"] = pd.to_datetime(table["day"]).astype("datetime64[us]")
    as_of = table["ordered_at"].max() + pd.Timedelta(days=1)
    begun = (as_of - table.groupby("customer_id")["ordered_at"].min()).dt.days.rename("tenure_days").reset_index()
    lines = ibis.memtable(table.drop(columns="day").assign(net_revenue=1.0, quantity=1.0))
    return {"lines": lines, "customers": begun, "segments": 1}
