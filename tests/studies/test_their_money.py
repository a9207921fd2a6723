"""What each customer brought in Online Retail, reckoned anew from the raw file line by line, with plain pandas."""

from __future__ import annotations

from collections import defaultdict, deque
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.run.workspace import Workspace
from customer_segments.steps.prepare import Prepared, prepare
from tests.studies.their_data import collected_study

TOLD = {"InvoiceNo": str, "StockCode": str, "CustomerID": str, "UnitPrice": str}
# At one moment a sale comes before its return; lines that are told apart by nothing else keep the file's order.
IN_TIME = ["time", "back", "InvoiceNo", "Quantity", "price", "Country", "row"]
BEFORE_RETURNS = ("no customer", "service line", "repeated line", "zero quantity", "zero price")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> tuple[Prepared, Path]:
    root = tmp_path_factory.mktemp("money")
    params = collected_study("online_retail", root)
    return prepare(Workspace(root).collected(engine.connect()), params.preprocessing, params.privacy), root


def raw(root: Path) -> pd.DataFrame:
    (file,) = (root / "data/external").iterdir()
    lines = pd.read_csv(file, dtype=TOLD, encoding="latin-1")
    lines["row"] = range(1, len(lines) + 1)
    lines["time"] = pd.to_datetime(lines["InvoiceDate"], dayfirst=True)
    lines["back"] = lines["Quantity"] < 0
    lines["price"] = lines["UnitPrice"].map(Decimal)
    return lines


def what_they_kept(lines: pd.DataFrame) -> tuple[dict[str, Decimal], int]:
    """What each customer's sales came to less what was taken back of them, and how many sales were not all undone."""
    rows = list(lines.sort_values(IN_TIME).itertuples())
    open_units = {row.row: abs(row.Quantity) for row in rows}
    refunds: dict[int, Decimal] = defaultdict(Decimal)
    prices = {row.row: row.price for row in rows}

    def taken_back(sale: int, back: Any, units: int) -> None:
        open_units[sale] -= units
        open_units[back.row] -= units
        refunds[sale] += min(prices[sale], back.price) * units

    whole: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in rows:
        key = (row.CustomerID, row.StockCode, row.price, abs(row.Quantity))
        if not row.back:
            whole[key].append(row.row)
        elif whole[key]:
            taken_back(whole[key].pop(), row, -row.Quantity)
    for at_its_price in (True, False):
        waiting: dict[tuple[Any, ...], deque[int]] = defaultdict(deque)
        for row in rows:
            queue = waiting[(row.CustomerID, row.StockCode, row.price if at_its_price else None)]
            if not row.back:
                queue.extend([row.row] if open_units[row.row] else [])
            while row.back and open_units[row.row] and queue:
                taken_back(queue[0], row, min(open_units[queue[0]], open_units[row.row]))
                if not open_units[queue[0]]:
                    queue.popleft()
    kept: dict[str, Decimal] = defaultdict(Decimal)
    sales = [row for row in rows if not row.back and open_units[row.row]]
    for row in sales:
        kept[row.CustomerID] += row.price * row.Quantity - refunds[row.row]
    return kept, len(sales)


def test_what_each_customer_kept_is_reckoned_alike_to_the_cent(prepared):
    found, root = prepared
    rejected = found.cleaned.rejected.to_pandas()
    before = set(rejected.loc[rejected["rule"].isin(BEFORE_RETURNS), "row"])
    lines = raw(root)
    kept, sales = what_they_kept(lines[~lines["row"].isin(before)])
    ours = found.cleaned.lines.to_pandas()
    assert len(ours) == sales
    assert ours.groupby("customer_id")["net_revenue"].sum().map(lambda money: round(money, 2)).to_dict() == {
        customer: round(money, 2) for customer, money in kept.items()
    }


def test_what_came_in_is_what_the_file_adds_up_to(prepared):
    found, root = prepared
    lines = raw(root)
    assert found.money["amount"].iloc[0] == pytest.approx(float((lines["price"] * lines["Quantity"]).sum()), abs=0.005)
