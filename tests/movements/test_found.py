"""What has moved, on simulated shops in which one thing does, or none; and against plain pandas."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.pages import changes
from customer_segments.steps.movements.found import moved
from customer_segments.steps.movements.movement import noise
from customer_segments.steps.movements.windows import Back
from tests.movements import shops

AS_OF = shops.FIRST + timedelta(days=shops.DAYS)


def found(table: pd.DataFrame, folder, as_of=AS_OF, undone=None):
    table.to_parquet(folder / "lines.parquet")
    connection = engine.connect()
    lines = engine.read_parquet(connection, folder / "lines.parquet")
    if undone is not None:
        undone.to_parquet(folder / "undone.parquet")
        undone = engine.read_parquet(connection, folder / "undone.parquet")
    back = lines.filter(lines.returned_quantity > 0) if "returned_quantity" in lines.columns else None
    returns = None if back is None else back.select("customer_id", "ordered_at", quantity=-back.returned_quantity)
    return moved(lines, Back(undone, returns), as_of, 10)


@pytest.mark.parametrize("kind", shops.KINDS)
def test_what_moves_is_among_the_first_three(kind, tmp_path):
    moved = found(shops.shop(kind, seed=4), tmp_path)
    assert shops.KINDS[kind] in [each.kind for each in moved.movements[:3]]
    figures = [each["figures"] for each in changes.told(moved, "€")]
    assert all("€" in sentence and "nan" not in sentence for sentence in figures)
    assert ("Nothing has moved" in changes.sentences(moved, "€")[0]) == (kind == "season")


@pytest.mark.parametrize("seed", range(3))
def test_where_nothing_moves_nothing_is_told(seed, tmp_path):
    quiet = found(shops.shop(None, seed), tmp_path)
    assert quiet.movements == ()
    assert changes.sentences(quiet, "€")[0].startswith("Nothing has moved against the same days a year before")


def test_its_numbers_are_those_of_plain_pandas(tmp_path):
    table = shops.shop("fewer new", seed=9)
    new, first = found(table, tmp_path), table.groupby("customer_id")["ordered_at"].min()
    start = pd.Timestamp(AS_OF) - pd.Timedelta(days=91)
    before = start - pd.Timedelta(days=364)
    told = {each.kind: each for each in new.movements}["new customers"]
    assert told.now == (first >= start).sum()
    # Of the many who seem new a year before, as many had been there before the data as come back now after so long.
    seen = (first >= before) & (first < before + pd.Timedelta(days=91))
    known = table[(table["ordered_at"] >= start - (before - pd.Timestamp(shops.FIRST))) & (table["ordered_at"] < start)]
    came = set(table.loc[table["ordered_at"] >= start, "customer_id"])
    back = came - set(known["customer_id"]) - set(first.index[first >= start])
    assert told.before == seen.sum() - len(back)
    assert len(back) > 20
    assert f"not counting {len(back)} who may have been customers before" in " ".join(changes.sentences(new, "€"))
    gross = table["net_revenue"] + table["refunded"]
    assert new.gross[1] == pytest.approx(gross[table["ordered_at"] >= start].sum())
    month = table["ordered_at"].dt.to_period("M")
    assert new.months["customers"].iloc[-1] == table.loc[month == new.months.index[-1], "customer_id"].nunique()
    whole = (first >= new.months.index[0].start_time) & (first <= new.months.index[-1].end_time)
    assert new.months["new"].sum() == whole.sum()


def test_money_says_what_it_would_be_had_nothing_moved(tmp_path):
    prices = next(each for each in found(shops.shop("dearer", seed=9), tmp_path).movements if each.kind == "prices")
    assert prices.change == pytest.approx(0.18, abs=0.005)
    table = shops.shop("dearer", seed=9)
    recent = table[table["ordered_at"] >= pd.Timestamp(AS_OF) - pd.Timedelta(days=91)]
    gross = (recent["net_revenue"] + recent["refunded"]).sum()
    assert prices.money == pytest.approx(gross * (1 - 1 / 1.18), rel=0.05)


def test_returns_count_on_their_own_day_and_sales_undone_as_a_whole_were_bought(tmp_path):
    table = shops.shop("returns", seed=5)
    recent = table["ordered_at"] >= pd.Timestamp(AS_OF) - pd.Timedelta(days=91)
    undone = table[recent].sample(frac=0.12, random_state=0)[["customer_id", "ordered_at", "quantity"]]
    told = {each.kind: each for each in found(table, tmp_path, undone=undone).movements}["returns"]
    bought = table.loc[recent, "quantity"].sum() + undone["quantity"].sum()
    assert told.now == pytest.approx(table.loc[recent, "returned_quantity"].sum() / bought)


def test_shorter_data_are_held_against_the_days_before_and_the_shortest_against_none(tmp_path):
    table = shops.shop("one category grows", seed=3)
    begun = pd.Timestamp(AS_OF) - pd.Timedelta(days=300)
    short = found(table[table["ordered_at"] >= begun], tmp_path)
    assert (short.windows.days, short.windows.ago) == (70, 70)
    assert "of another season" in changes.rule(short, "€")
    assert found(table[table["ordered_at"] >= pd.Timestamp(AS_OF) - pd.Timedelta(days=80)], tmp_path) is None
    assert "too short" in changes.sentences(None, "€")[0]


def test_without_money_products_categories_or_returns_it_tells_orders(tmp_path):
    table = shops.shop("fewer new", seed=6)[["customer_id", "invoice_id", "ordered_at", "quantity"]]
    told = found(table, tmp_path)
    assert "new customers" in [each.kind for each in told.movements]
    assert told.gross[1] == pytest.approx(
        table.loc[table["ordered_at"] >= pd.Timestamp(AS_OF) - pd.Timedelta(days=91), "invoice_id"].nunique()
    )
    sentences = changes.sentences(told, None)
    assert all("€" not in sentence for sentence in sentences)
    assert any("orders fewer" in sentence for sentence in sentences)


def test_a_category_of_few_customers_is_not_told_of(tmp_path):
    table = shops.shop(None, seed=7)
    few = table["customer_id"].unique()[:5]
    table.loc[table["customer_id"].isin(few), "category"] = "Rare"
    late = table["ordered_at"] >= pd.Timestamp(AS_OF) - pd.Timedelta(days=91)
    table.loc[table["customer_id"].isin(few) & late, ["net_revenue"]] *= 500
    assert "Rare" not in [each.what for each in found(table, tmp_path).movements]


def test_names_from_the_data_are_no_markup(tmp_path):
    table = shops.shop("one category grows", seed=8)
    table["category"] = table["category"].replace("Kitchen", "<b>*Kitchen*</b>")
    sentences = " ".join(changes.sentences(found(table, tmp_path), "€"))
    assert "Kitchen" in sentences
    assert "<b>" not in sentences


def test_the_noise_of_weeks_is_that_of_their_sums():
    rng = np.random.default_rng(0)
    weeks = [pd.Series(rng.normal(1000, 80, 120)) for _ in range(200)]
    ratios = [np.log(each.iloc[:13].sum() / each.iloc[52:65].sum()) for each in weeks]
    assert np.mean([noise(each, 13) for each in weeks]) == pytest.approx(np.std(ratios), rel=0.2)


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"customer_id": ["a"] * 900, "days": range(900)}),
        pd.DataFrame({"customer_id": [f"c{n}" for n in range(900)], "days": range(900)}),
        pd.DataFrame({"customer_id": ["a", "b"], "days": [0, 899]}),
    ],
    ids=["one customer", "each once", "two lines"],
)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_little_or_uniform_data_end_without_a_warning(table, tmp_path):
    when = pd.Timestamp("2022-01-01") + pd.to_timedelta(table["days"], unit="D")
    lines = table.assign(
        invoice_id=[f"i{n}" for n in range(len(table))], ordered_at=when.astype("datetime64[us]"), quantity=1.0,
        net_revenue=0.0, refunded=0.0, returned_quantity=0.0, product="x", category="y",
    )  # fmt: skip
    told = found(lines.drop(columns="days"), tmp_path, as_of=(when.max() + pd.Timedelta(days=1)).date())
    assert told is not None
    changes.months(told)
