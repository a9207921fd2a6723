import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.pages.profiling import bought as pages
from customer_segments.steps.profiling.bought import EVERYONE, OTHERS, bought
from tests.profiling.made import profiles

SMALLEST = 5


@pytest.fixture(scope="module")
def lines():
    """Two segments; the second buys tea, and mostly on Sundays in the evening."""
    rng = np.random.default_rng(8)
    rows = 900
    customer = rng.integers(0, 100, rows)
    second = (customer >= 50) & (customer < 100)
    day = pd.Timestamp("2023-02-10") + pd.to_timedelta(rng.integers(0, 500, rows), unit="D")
    sunday = day + pd.to_timedelta((6 - day.day_of_week) * (second & (rng.random(rows) < 0.6)), unit="D")
    goods = np.array(["tea", "cups", "pots", "tins", "jam", "salt", "oats", "rare"])
    likes = np.where(second & (rng.random(rows) < 0.5), 0, rng.choice(8, rows, p=[0.14] * 7 + [0.02]))
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:03}" for number in customer],
            "invoice_id": [f"i{number}" for number in range(rows)],
            "product": goods[likes],
            "category": goods[likes],
            "ordered_at": sunday + pd.to_timedelta(np.where(second, 19, 10), unit="h"),
            "quantity": rng.integers(1, 5, rows).astype(float),
            "net_revenue": rng.uniform(1, 30, rows).round(2),
        }
    )


@pytest.fixture(scope="module")
def segments():
    ids = [f"c{number:03}" for number in range(100)]
    return pd.DataFrame({"customer_id": ids, "segment": [1] * 50 + [2] * 50})


@pytest.fixture(scope="module")
def found(lines, segments, tmp_path_factory):
    return _found(lines, segments, tmp_path_factory.mktemp("bought"))


def _found(lines, segments, folder):
    lines.to_parquet(folder / "lines.parquet")
    return bought(engine.read_parquet(engine.connect(), folder / "lines.parquet"), segments, SMALLEST)


@pytest.fixture(scope="module")
def plain(lines, segments):
    return lines.merge(segments, on="customer_id")


def test_shares_are_those_of_plain_pandas(found, plain):
    sums = plain.pivot_table(index="segment", columns="category", values="net_revenue", aggfunc="sum")
    shares = sums.div(sums.sum(axis=1), axis=0)
    assert found.categories.loc[[1, 2], "tea"].tolist() == pytest.approx(shares.loc[[1, 2], "tea"].tolist())
    everyone = plain.groupby("category")["net_revenue"].sum() / plain["net_revenue"].sum()
    assert found.categories.loc[EVERYONE, "tea"] == pytest.approx(everyone["tea"])
    assert found.categories.sum(axis=1).tolist() == pytest.approx([1.0] * 3)
    assert found.categories.columns[[0, -1]].tolist() == ["tea", OTHERS]
    days = plain.assign(day=plain["ordered_at"].dt.day_of_week).groupby("segment")["day"].value_counts(normalize=True)
    assert found.weekdays.loc[2, 6] == pytest.approx(days[2, 6])
    assert found.hours.loc[[1, 2, EVERYONE]].to_numpy() == pytest.approx(
        np.array([[0, 1, 0, 0], [0, 0, 0, 1], [0, plain["segment"].ne(2).mean(), 0, plain["segment"].eq(2).mean()]])
    )


def test_products_are_told_by_how_many_bought_them(found, plain):
    row = found.products[found.products["segment"] == 2].iloc[0]
    buyers = plain[plain["product"] == row["product"]].groupby("segment")["customer_id"].nunique()
    assert row["share"] == buyers[2] / 50
    assert row["share_of_all"] == buyers.sum() / 100
    assert set(found.products["segment"]) <= {1, 2}


def test_only_whole_quarters_are_told(found, plain):
    assert [str(quarter) for quarter in found.quarters] == ["2023Q2", "2023Q3", "2023Q4", "2024Q1"]
    own = plain[(plain["segment"] == 1) & (plain["ordered_at"].dt.to_period("Q") == "2023Q3")]
    assert found.quarters.loc[EVERYONE].sum() == pytest.approx(
        plain.loc[plain["ordered_at"].dt.to_period("Q").isin(found.quarters.columns), "net_revenue"].sum()
    )
    assert found.quarters.loc[1, "2023Q3"] == pytest.approx(own["net_revenue"].sum())


def test_what_few_bought_is_not_told_nor_can_it_be_reckoned(lines, segments, tmp_path):
    first = lines[lines["customer_id"].isin(["c000", "c001"]) | (lines["product"] != "jam")]
    told = _found(first, segments, tmp_path).categories
    assert "jam" not in told  # of two customers in all: part of the others
    some = lines[~((lines["product"] == "tea") & lines["customer_id"].between("c003", "c049"))]
    shares = _found(some, segments, tmp_path).categories["tea"]
    assert shares[[1, 2]].isna().all()  # of three in the first: the second's would tell it
    assert shares[EVERYONE] > 0
    third = segments.assign(segment=segments["segment"].where(segments["customer_id"] > "c003", 3))
    assert 3 not in _found(lines, third, tmp_path).weekdays.index


def test_what_differs_most_is_said_and_tables_name_the_segments(found):
    table = profiles(customers=(50, 50))
    shown, told = pages.categories(found, table)
    assert shown["Segment"].tolist() == ["Group A", "Group B", "All customers"]
    assert told.startswith("What differs most from all customers: “Group B” have ")
    assert "of net revenue in tea, all customers" in told
    assert "“Group B” have" in pages.weekdays(found, table)[1]
    assert "of orders on Sunday" in pages.weekdays(found, table)[1]
    assert "tea (" in pages.products(found, table)[0].iloc[1, 1]
    assert "after €" in pages.quarters(found, table, "€")[1]


def test_a_segment_of_which_nothing_is_shown_is_in_no_table(found):
    table = profiles(customers=(50, 50)).assign(untold=[False, True])
    for told in (pages.categories, pages.weekdays, pages.hours, pages.products):
        assert "Group B" not in told(found, table)[0].to_string()


def test_without_lines_and_without_columns_nothing_is_said(lines, segments, tmp_path):
    assert bought(None, segments, SMALLEST) is None
    bare = lines.drop(columns=["product", "category", "net_revenue"])
    midnight = bare.assign(ordered_at=bare["ordered_at"].dt.normalize())
    found, table = _found(midnight, segments, tmp_path), profiles(customers=(50, 50))
    for told in (pages.products, pages.hours, pages.places):
        assert told(found, table)[1] == told(None, table)[1] == ""
    assert pages.categories(found, table)[1].startswith("The lines name neither categories nor products")
    assert pages.categories(None, table)[1] == ""
    assert "€" not in pages.quarters(found, table, "€")[1]
