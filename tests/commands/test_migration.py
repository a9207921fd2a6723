"""Who has moved, held against `segments assign` on what was known then."""

from datetime import date, timedelta

import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.commands.assign import assigned_customers
from customer_segments.pages.plots import flows as plots
from customer_segments.pages.profiling import migration as pages
from customer_segments.steps.movements.migration import NEW, Migration, Placing, migration
from tests.commands.conftest import at, demo
from tests.plots.texts import text_faults
from tests.profiling.made import profiles

LINES = "data/raw/demo/transactions.csv"


@pytest.fixture
def moved(shop):
    """Of the small study, so many days before its own."""
    here = at(shop, demo())
    customers, segments = (here.read_table(f"data/processed/{name}.parquet") for name in ("customers", "segments"))
    rules = here.existing("data/interim"), here.existing("data/models/scorer.json")

    def on(days: int | None) -> Migration | None:
        return migration(
            Placing.read(here.collected(engine.connect())["transactions"], *rules, customers), segments, days
        )

    return on


def test_on_the_study_s_own_day_everyone_stands_where_they_stand(moved, shop):
    segments = pd.read_parquet(shop / "data/processed/segments.parquet")["segment"]
    found = moved(0)
    assert found.moved == 0
    sizes = segments.value_counts().to_dict()
    assert {number: found.counts.at[number, number] for number in sizes} == sizes
    assert found.counts.to_numpy().sum() == len(segments)


def test_before_it_they_stand_where_assign_places_them_by_what_was_known_then(moved, shop):
    day = date(2025, 1, 1) - timedelta(days=60)
    lines = pd.read_csv(shop / LINES, dtype=str)
    stamps = (
        engine.opened()
        .execute(f"SELECT row, ordered_at FROM '{shop / 'data/raw/transactions.parquet'}' ORDER BY row")
        .df()
    )
    lines[(stamps["ordered_at"] < pd.Timestamp(day)).to_numpy()].to_csv(shop / "then.csv", index=False)
    then = assigned_customers(shop / "then.csv", at(shop, demo()), as_of=day).customers
    now = pd.read_parquet(shop / "data/processed/segments.parquet")
    both = now.merge(then, on="customer_id", how="left", suffixes=("", "_then"))
    expected = pd.crosstab(both["segment_then"].fillna(NEW).astype(int), both["segment"])
    found = moved(60).counts
    assert found.loc[expected.index, expected.columns].to_numpy().tolist() == expected.to_numpy().tolist()
    assert found.to_numpy().sum() == len(now)


def test_nothing_that_came_later_changes_where_they_stood(moved, shop, tmp_path):
    day, path = date(2025, 1, 1) - timedelta(days=60), shop / "data/raw/transactions.parquet"
    before = moved(60).counts
    engine.opened().execute(
        f"COPY (FROM '{path}' UNION ALL BY NAME SELECT * REPLACE (row + 1000000 AS row, -quantity AS quantity, "
        f"TIMESTAMP '{day} 10:00' AS ordered_at) FROM '{path}' WHERE ordered_at < '{day}' AND quantity > 0) "
        f"TO '{tmp_path / 'all_sent_back.parquet'}'"
    )
    (tmp_path / "all_sent_back.parquet").replace(path)
    assert moved(60).counts.to_numpy().tolist() == before.to_numpy().tolist()


def test_where_the_data_go_back_too_little_nothing_is_compared(moved):
    assert moved(300) is None
    assert moved(None) is None
    assert pages.flows(None, profiles(), 5) == (None, "", "", "")


def test_few_are_not_told_and_the_largest_move_is():
    counts = pd.DataFrame({1: [50, 8, 3, 4], 2: [12, 60, 0, 0], 3: [0, 0, 20, 0]}, index=[1, 2, 3, NEW])
    found = Migration(91, counts, ("income",))
    table = profiles()
    drawing, caption, _, title = pages.flows(found, table, 5)
    assert drawing.data.columns.tolist() == ["91 days before", "Group A", "Group B", "Segment 3"]
    assert drawing.data.to_numpy().tolist() == [
        ["Group A", 50, 12, 0], ["Group B", 8, 60, 0], ["Segment 3", "–", 0, 20], ["Not yet customers", "–", 0, 0],
    ]  # fmt: skip
    assert "Fewer than 5 are not told" in caption
    assert found.moved == pytest.approx(23 / 153)
    assert title == "Of those who were customers 91 days before, 15% stand in another segment now"
    assert "most, 12, went from “Group A” to “Group B”" in caption
    assert "In income today's values stand" in caption
    assert "most" not in pages.flows(Migration(91, counts, ()), table, 13)[1].split(".")[0]


def test_where_every_move_is_of_a_few_none_is_drawn():
    few = Migration(91, pd.DataFrame({1: [3, 2, 4], 2: [4, 1, 3]}, index=[1, 2, NEW]), ())
    drawing, caption, alt, _ = pages.flows(few, profiles(), 5)
    assert (drawing.data, alt) == (None, pages.NONE_SHOWN)
    assert "Fewer than 5 are not told" in caption


def test_names_of_small_segments_beside_the_flows_stand_clear_of_one_another():
    counts = pd.DataFrame({1: [500, 0, 0], 2: [0, 10, 0], 3: [0, 0, 10]}, index=[1, 2, 3])
    names = {number: f"Segment {number}: with a rather long name" for number in counts}
    assert text_faults(plots.flows(counts, names, 91, counts)) == []
