"""Columns of lines: what is the customer's own becomes theirs, favourites describe, and new lines are read alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PreprocessingParams, PrivacyParams
from customer_segments.steps.prepare import Prepared, prepare
from customer_segments.steps.preprocessing import habits
from customer_segments.steps.recipe import Recipe
from tests.tables import frame_of, table_of

LINES = "invoice_id customer_id ordered_at quantity unit_price category tier channel region"
DAY = "2024-01-0{} {:02}:30"


def lines_of(rows: list[tuple]):
    return table_of(engine.connect(), LINES, rows, {"tier": "string", "channel": "string", "region": "string"})


def shop(customers: int = 40, seed: int = 1) -> list[tuple]:
    """Four lines a customer: a tier and a region of their own, a channel that changes, hours by customer."""
    rng = np.random.default_rng(seed)
    return [
        (
            f"{who}-{n}", f"C{who}", DAY.format(1 + n, 8 + who % 10), 1.0, float(rng.integers(1, 99)),
            str(rng.choice(["tea", "cup"])), ["gold", "basic"][who % 2], ["web", "shop", "web", "web"][n],
            ["north", "south"][who % 2],
        )
        for who in range(customers)
        for n in range(4)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare({"transactions": lines_of(shop())}, PreprocessingParams(), PrivacyParams())


def test_what_hardly_differs_within_a_customer_is_theirs_and_the_rest_has_a_favourite(prepared):
    first = prepared.everyone.set_index("customer_id").loc["C3"]
    assert first[["tier", "region", "favourite_channel", "favourite_channel_share"]].tolist() == [
        "basic", "south", "web", 0.75,
    ]  # fmt: skip
    assert first["usual_hour"] == 11
    assert "tier" in prepared.columns.categories


def test_favourites_the_hour_and_places_describe_but_make_no_segments(prepared):
    told = prepared.columns.left_out.set_index("feature")["reason"]
    assert told["region"] == "It tells a place: it describes segments but does not make them."
    assert told["favourite_channel_share"] == told["favourite_category"] == told["usual_hour"] == habits.WHY
    named = PreprocessingParams.model_validate({"features": {"use": ["orders", "net_revenue", "favourite_channel"]}})
    made = prepare({"transactions": lines_of(shop())}, named, PrivacyParams())
    assert made.columns.used == ["orders", "net_revenue", "favourite_channel"]


def test_a_column_called_segment_is_not_taken_for_the_study_s_own():
    lines = lines_of(shop()).rename(segment="tier")
    customers = prepare({"transactions": lines}, PreprocessingParams(), PrivacyParams()).customers
    assert set(customers["segment_listed"]) == {"gold", "basic"}
    assert "segment" not in customers


def test_of_too_few_customers_nothing_is_called_theirs():
    lines = lines_of(shop(20))
    assert habits.steady_columns(lines, habits.more_of(lines)) == []


def test_of_equal_favourites_the_first_by_name_counts():
    rows = [("1", "a", DAY.format(n, 9), 1.0, 1.0, good, "x", "y", "z") for n, good in enumerate(["tea", "cup"], 1)]
    lines = lines_of(rows)
    found = frame_of(
        habits.attributes(lines, habits.more_of(lines), ["favourite_category", "favourite_category_share"])
    )
    assert found.to_dict("records") == [
        {"customer_id": "a", "favourite_category": "cup", "favourite_category_share": 0.5}
    ]


def test_times_without_a_clock_have_no_usual_hour():
    lines = lines_of([(*row[:2], row[2][:10], *row[3:]) for row in shop(35)])
    assert habits.USUAL_HOUR not in habits.all_of(lines, habits.more_of(lines))


SEASONS = {12: "Dec–Feb", 1: "Dec–Feb", 2: "Dec–Feb", 3: "Mar–May", 4: "Mar–May", 5: "Mar–May", 6: "Jun–Aug",
           7: "Jun–Aug", 8: "Jun–Aug", 9: "Sep–Nov", 10: "Sep–Nov", 11: "Sep–Nov"}  # fmt: skip
FURTHER = {"further": ["first_category", "season"]}


def years(customers: int = 40) -> list[tuple]:
    """Twelve lines a customer in two years, some of no category, several in one order."""
    rng = np.random.default_rng(3)
    days = rng.integers(0, 700, (customers, 12)) // 5 * 5  # so that some lines fall on one time
    goods = rng.choice(["tea", "cup", "pot", ""], (customers, 12), p=[0.4, 0.3, 0.2, 0.1])
    return [
        (
            f"{who}-{day}", f"C{who}", str(pd.Timestamp("2023-01-01 09:30") + pd.Timedelta(days=int(day))), 1.0,
            1.0 + n, good or None, ["gold", "basic"][who % 2], "web", ["north", "south"][who % 2],
        )
        for who in range(customers)
        for n, (day, good) in enumerate(zip(days[who], goods[who], strict=True))
    ]  # fmt: skip


def asked(features: dict, rows: list[tuple]) -> Prepared:
    return prepare({"transactions": lines_of(rows)}, PreprocessingParams(features=features), PrivacyParams())


def test_first_category_and_season_are_what_pandas_finds():
    told = asked(FURTHER, years()).everyone.set_index("customer_id")
    raw = pd.DataFrame(years(), columns=LINES.split()).assign(row=range(480))
    raw["ordered_at"] = pd.to_datetime(raw["ordered_at"])
    first = raw.dropna(subset="category").sort_values(["ordered_at", "row"]).groupby("customer_id")["category"].first()
    assert told["first_category"].to_dict() == first.to_dict()
    season = raw["ordered_at"].dt.month.map(SEASONS)
    counts = season.groupby(raw["customer_id"]).value_counts().unstack(fill_value=0).sort_index(axis=1)
    assert told["favourite_season"].to_dict() == counts.idxmax(axis=1).to_dict()
    share = counts.max(axis=1) / 12
    assert told["favourite_season_share"].to_dict() == pytest.approx(share.to_dict(), abs=1e-6)


def test_first_category_and_season_are_told_only_where_asked_for_and_make_no_segments_by_themselves():
    rows, told = years(), {"first_category", "favourite_season", "favourite_season_share"}
    assert not told & set(asked({}, rows).everyone)
    both = asked(FURTHER, rows)
    assert told <= set(both.everyone)
    assert not told & set(both.columns.used)
    assert both.columns.left_out.set_index("feature")["reason"][list(told)].unique().tolist() == [habits.WHY]
    named = asked(FURTHER | {"use": ["orders", "net_revenue", "first_category"]}, rows)
    assert named.columns.used == ["orders", "net_revenue", "first_category"]


def test_new_lines_have_their_first_category_by_the_recipe():
    made = asked(FURTHER | {"use": ["orders", "first_category", "favourite_season_share"]}, years())
    connection, recipe = engine.opened(), Recipe(**made.recipe["recipe"])
    connection.register("given", frame_of(lines_of(years())))
    casts = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in recipe.columns.items())
    followed = recipe.follow(connection, f"SELECT {casts} FROM given", None).customers
    by_customer = made.everyone.set_index("customer_id").loc[followed["customer_id"]]
    assert followed["first_category"] == by_customer["first_category"].tolist()
    assert followed["favourite_season_share"] == pytest.approx(by_customer["favourite_season_share"].tolist(), abs=1e-6)


def test_a_season_in_the_export_is_the_one_that_is_told():
    lines = lines_of(years()).rename(season="channel")
    params = PreprocessingParams(features=FURTHER)
    told = prepare({"transactions": lines}, params, PrivacyParams()).everyone
    assert set(told["favourite_season"]) == {"web"}


@pytest.mark.parametrize(
    ("which", "rows", "why"),
    [("first_category", "no category", "name no category"), ("season", "four days", "cover less than a year")],
)
def test_what_lines_cannot_tell_is_refused_where_it_is_asked_for(which, rows, why):
    lines = lines_of(years()).drop("category") if rows == "no category" else lines_of(shop())
    with pytest.raises(StudyError, match=why) as refused:
        prepare({"transactions": lines}, PreprocessingParams(features={"further": [which]}), PrivacyParams())
    assert refused.value.setting == "preprocessing.features.further"


def test_the_recipe_tells_of_new_lines_what_the_segments_are_made_of(prepared):
    new = shop(2, seed=5)
    connection = engine.opened()
    given = frame_of(lines_of(new))
    recipe = Recipe(**prepared.recipe["recipe"])
    connection.register("given", given)
    casts = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in recipe.columns.items())
    followed = recipe.follow(connection, f"SELECT {casts} FROM given", None)
    assert followed.customers["tier"] == ["gold", "basic"]
    assert "favourite_channel" not in followed.customers
