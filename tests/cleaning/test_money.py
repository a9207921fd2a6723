"""Money to the cent: whatever an export tells of quantities and prices, its amounts are what counts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from customer_segments.base import engine
from customer_segments.base.params import FilesSource, PreprocessingParams, PrivacyParams
from customer_segments.sources import collect
from customer_segments.sources.secrets import Reach
from customer_segments.steps.prepare import Prepared, prepare
from customer_segments.steps.preprocessing.report import money_in
from customer_segments.steps.rfm import rfm

CENT = Decimal("0.01")
ODD_LINES = 75_000


def prepared(folder: Path, lines: pd.DataFrame, **cleaning) -> Prepared:
    """The lines as a file, collected and prepared, nothing left out but what the rules say."""
    lines.to_csv(folder / "lines.csv", index=False)
    source = FilesSource(kind="files", transactions="lines.csv")
    account = collect(source, Reach(folder, {}), folder / "raw", seed=1, threads=1)
    connection = engine.connect()
    tables = {name: engine.read_parquet(connection, folder / f"raw/{name}.parquet") for name in account["tables"]}
    params = PreprocessingParams.model_validate({"cleaning": cleaning})
    return prepare(tables, params, PrivacyParams())


def shop(rows: int, decimals: int, seed: int = 1) -> pd.DataFrame:
    """Odd amounts that no price times quantity gives, on lines of many customers; as texts, exactly as exported."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "order_id": rng.integers(1, max(rows // 3, 2), rows),
            "customer_id": [f"C{who}" for who in rng.integers(1, max(rows // 20, 12), rows)],
            "order_date": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
            "product": [f"P{good}" for good in rng.integers(1, 9, rows)],
            "quantity": rng.choice([1, 3, 6, 7, 11, 13, 97, 144], rows),
            "amount": [f"{value:.{decimals}f}" for value in rng.lognormal(4, 1.5, rows) + 1],
        }
    )


def exact(texts: pd.Series) -> Decimal:
    return sum(map(Decimal, texts), Decimal(0))


def cents(values: pd.Series) -> dict[str, Decimal]:
    return {who: Decimal(value).quantize(CENT) for who, value in values.items()}


def balances(done: Prepared) -> bool:
    money = done.money.set_index("entry")["amount"]
    return money["unaccounted"] == 0


PRICED = "amount quantity unit_price"


@pytest.mark.parametrize(
    ("told", "decimals"), [("amount", 3), ("amount quantity", 2), (PRICED, 0), (PRICED, 2), (PRICED, 3)]
)
def test_each_customers_revenue_is_what_plain_pandas_sums_from_the_file(tmp_path, decimals, told):
    lines = shop(600, decimals)
    if "unit_price" in told:  # before a discount, so that the three disagree
        lines["unit_price"] = [
            f"{Decimal(a) / q * 2:.2f}" for a, q in zip(lines["amount"], lines["quantity"], strict=True)
        ]
    if "quantity" not in told:
        lines = lines.drop(columns="quantity")
    done = prepared(tmp_path, lines, duplicates="keep")
    sums = lines.groupby("customer_id")["amount"].agg(exact)
    assert done.cleaned.lines.net_revenue.sum().to_pyarrow().as_py() == exact(lines["amount"])
    assert cents(done.everyone.set_index("customer_id")["net_revenue"]) == cents(sums)
    assert cents(rfm(tmp_path / "lines.csv").df().set_index("customer_id")["monetary"]) == cents(sums)


def test_75_000_odd_lines_come_to_the_cent(tmp_path):
    lines = shop(ODD_LINES, 2)
    done = prepared(tmp_path, lines, duplicates="keep")
    assert money_in(done.tables["transactions"]) == exact(lines["amount"])
    assert done.cleaned.lines.net_revenue.sum().to_pyarrow().as_py() == exact(lines["amount"])
    priced = (lines["amount"].astype(float) / lines["quantity"]).round(4) * lines["quantity"]
    assert abs(priced.sum() - float(exact(lines["amount"]))) > 0.05  # what the prices would have made of it


def test_a_line_without_an_amount_is_incomplete_and_one_of_nothing_is_not(tmp_path):
    lines = shop(40, 2).assign(unit_price="5.00")
    lines.loc[0, "amount"] = ""
    lines.loc[1, ["quantity", "amount"]] = [0, "3.00"]
    lines.loc[2, "unit_price"] = ""
    lines.loc[3, "amount"] = "0.00"
    lines.loc[4, "amount"] = "-7.00"
    done = prepared(tmp_path, lines)
    rules = done.cleaned.rejected.select("row", "rule").to_pyarrow().to_pylist()
    assert {each["row"]: each["rule"] for each in rules} == {
        1: "incomplete line", 2: "zero quantity", 4: "zero price", 5: "negative price",
    }  # fmt: skip
    assert balances(done)


def test_a_line_may_come_to_tens_of_billions(tmp_path):
    prices = range(4_000_000_000, 4_000_000_040)
    lines = shop(40, 0).drop(columns="amount").assign(quantity=[7, 97] * 20, unit_price=prices)
    sums = (lines["quantity"] * lines["unit_price"]).groupby(lines["customer_id"]).sum()
    done = prepared(tmp_path, lines)
    assert balances(done)
    assert cents(done.everyone.set_index("customer_id")["net_revenue"]) == cents(sums)
    assert cents(rfm(tmp_path / "lines.csv").df().set_index("customer_id")["monetary"]) == cents(sums)


bought = st.tuples(st.sampled_from("ab"), st.sampled_from([1, 2, 3, 7]), st.integers(0, 100_000))
taken = st.tuples(st.sampled_from("ab"), st.sampled_from([-1, -2, -3, -7]), st.integers(0, 100_000))


@settings(max_examples=6, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.one_of(bought, bought, taken), min_size=30, max_size=120))
def test_with_returns_what_came_in_is_what_is_used_and_what_was_taken_out(tmp_path_factory, drawn):
    lines = pd.DataFrame(drawn, columns=["product", "quantity", "amount"])
    lines["amount"] = [
        f"{cents / 100 * np.sign(q):.2f}" for cents, q in zip(lines["amount"], lines["quantity"], strict=True)
    ]
    lines["customer_id"] = [f"C{place % 12}" for place in range(len(lines))]
    lines["order_date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(range(len(lines)), unit="h")
    lines["order_id"] = range(len(lines))
    sales = shop(24, 2).assign(customer_id=[f"C{place % 12}" for place in range(24)], order_id=range(900, 924))
    lines = pd.concat([lines, sales[lines.columns]], ignore_index=True)
    done = prepared(tmp_path_factory.mktemp("shop"), lines)
    used = done.cleaned.lines.net_revenue.sum().to_pyarrow().as_py()
    taken_out = round(Decimal(str(done.cleaned.ledger["amount_rejected"].sum())), 4)
    assert round(used + taken_out, 2) == exact(lines["amount"])
    assert done.cleaned.lines.net_revenue.min().to_pyarrow().as_py() > -CENT / 1000


def test_a_part_that_comes_back_takes_its_part_of_the_amount_with_it(tmp_path):
    lines = shop(30, 2)[["order_id", "customer_id", "order_date", "product", "quantity", "amount"]]
    lines.loc[0] = [9001, "Ann", pd.Timestamp("2024-02-01"), "tea", 3, "10.00"]
    lines.loc[1] = [9002, "Ann", pd.Timestamp("2024-02-02"), "tea", -1, "-3.33"]
    lines.loc[2] = [9003, "Ann", pd.Timestamp("2024-02-03"), "tea", -2, "-6.67"]
    lines.loc[3] = [9004, "Ann", pd.Timestamp("2024-02-03"), "cup", 1, "5.00"]
    done = prepared(tmp_path, lines)
    assert done.everyone.set_index("customer_id").loc["Ann", "net_revenue"] == 5.0
    assert balances(done)


def alike(clock: str = "") -> pd.DataFrame:
    """Two equal purchases of each of twelve customers, on one day; no product, no invoice."""
    days = [f"2024-{month:02}-10{clock}" for month in (1, 2, 2)]
    return pd.DataFrame(
        [(f"C{who}", day, f"{who}.50") for who in range(12) for day in days],
        columns=["customer_id", "date", "amount"],
    )


def test_two_equal_purchases_on_one_day_are_two_where_nothing_tells_lines_apart(tmp_path):
    done = prepared(tmp_path, alike())
    assert done.cleaned.lines.count().to_pyarrow().as_py() == 36
    assert "repeated line" not in set(done.cleaned.ledger["rule"])
    assert recipe_rules(done) == set()


@pytest.mark.parametrize("lines", [alike(" 10:15:03"), alike().assign(product="tea")], ids=["second", "product"])
def test_lines_alike_in_the_second_or_the_product_are_copies(tmp_path, lines):
    done = prepared(tmp_path, lines)
    assert done.cleaned.lines.count().to_pyarrow().as_py() == 24
    assert recipe_rules(done) == {"repeated line"}


def recipe_rules(done: Prepared) -> set[str]:
    """Which rules the fast path, too, has for repeats."""
    return {"repeated line"} if "repeated line" in done.recipe["recipe"]["rejected"] else set()


def test_what_rests_on_invoices_and_quantities_that_are_not_told_makes_no_segments(tmp_path):
    done = prepared(tmp_path, shop(300, 2)[["customer_id", "order_date", "amount"]], duplicates="keep")
    told = done.columns.left_out.set_index("feature")["reason"]
    assert {"average_order_value", "items_per_order", "returned_share"} <= set(told.index)
    assert told["items_per_order"].startswith("It rests on invoices or quantities")
