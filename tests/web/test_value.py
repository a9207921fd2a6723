"""The page on value holds what the run has written; only managers see customers."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from customer_segments.base import words
from customer_segments.web.models import Role
from customer_segments.web.views.value import ON_A_PAGE
from tests.web.finished import read, rows, without_names


@pytest.fixture
def told(finished):
    return json.loads((finished / "reports/content/lifetime_value.json").read_text(encoding="utf-8"))


@pytest.fixture
def risk(finished):
    return pd.read_parquet(finished / "data/processed/churn_risk.parquet")


def page_of(shop, person, at, role, address="value"):
    return at(person("mara", shop, role)).get(f"/studies/{shop.id}/{address}")


def test_what_is_expected_of_each_segment_is_the_sum_of_its_customers(shop, person, at, finished):
    lifetime = pd.read_parquet(finished / "data/processed/lifetime.parquet")
    segments = pd.read_parquet(finished / "data/processed/segments.parquet")
    known = lifetime.merge(segments, on="customer_id").groupby("segment")
    expected = [
        [
            words.segment(segment), f"{len(own):,}", words.percent(own["alive_probability"].mean()),
            words.money(own["expected_value"].mean(), "€"), words.about(own["expected_value"].sum(), "€"),
        ]
        for segment, own in known if len(own) >= 10
    ]  # fmt: skip
    found = rows(read(page_of(shop, person, at, Role.READER)), "Expected value by segment")
    assert [[*row[:3], *row[4:6]] for row in found] == expected


def test_intervals_are_the_reports_and_hold_what_is_expected(shop, person, at, told, finished):
    page = read(page_of(shop, person, at, Role.READER))
    assert rows(page, "Expected value with its intervals") == [[*row[:1], *row[1:]] for row in told["ranges"]["rows"]]
    kept = pd.read_parquet(finished / "data/processed/forecasts.parquet")
    assert kept["expected"].between(kept["low_80"] * 0.995, kept["high_80"] * 1.005).all()
    total = kept[kept["segment"].isna() & (kept["what"] == "value")].iloc[0]
    low, high = (words.about(total[end], "€") for end in ("low_80", "high_80"))
    assert f"(between {low} and {high}, 8 times in 10)" in page.select_one("h1").text
    metrics = json.loads((finished / "reports/metrics/lifetime_value.json").read_text(encoding="utf-8"))
    assert metrics["ranges"]["value"]["low_80"] == total["low_80"]


def test_a_segments_interval_stands_beside_what_is_expected(shop, person, at, finished):
    text = read(at(person("mara", shop, Role.READER)).get(f"/studies/{shop.id}")).text
    cards = json.loads((finished / "reports/content.json").read_text(encoding="utf-8"))["cards"]
    told = [card["range"] for card in cards if card["range"]]
    assert told
    assert all(each in text for each in told)


def test_a_reader_sees_no_customer_at_risk(shop, person, at, risk):
    answer = page_of(shop, person, at, Role.READER)
    page = read(answer)
    assert page.select('[aria-label="Customers at risk"]') == []
    assert "/customers/" not in answer.content.decode()
    assert "Managers of the study also see" in page.text


def test_a_manager_sees_those_at_risk_and_gets_to_each(shop, person, at, risk):
    assert len(risk) > ON_A_PAGE
    page = read(page_of(shop, person, at, Role.MANAGER))
    expected = [
        [
            row.customer_id, words.segment(row.segment), words.percent(row.alive_probability),
            words.money(row.expected_value, "€"), words.money(row.value_at_risk, "€"),
        ]
        for row in risk.head(ON_A_PAGE).itertuples()
    ]  # fmt: skip
    assert rows(page, "Customers at risk") == expected
    first = page.select_one('[aria-label="Customers at risk"] tbody a')
    assert first["href"] == f"/studies/{shop.id}/customers/{risk['customer_id'][0]}"


def test_all_of_them_stand_on_one_page_or_another(shop, person, at, risk):
    client = at(person("mara", shop, Role.MANAGER))
    pages = -(-len(risk) // ON_A_PAGE)
    seen = [
        row[0]
        for number in range(1, pages + 1)
        for row in rows(read(client.get(f"/studies/{shop.id}/value?page={number}")), "Customers at risk")
    ]
    assert seen == risk["customer_id"].tolist()


@pytest.mark.parametrize("number", ["0", "999", "-1", "x", "²", "1.5", "9" * 400, ""])
def test_a_page_that_is_not_there_is_said(shop, person, at, number):
    answer = page_of(shop, person, at, Role.MANAGER, f"value?page={number}")
    assert answer.status_code == 422
    assert "There is no such page; this is the first of" in answer.content.decode()


def test_few_at_risk_are_not_told_in_number(shop, person, at):
    found = rows(read(page_of(shop, person, at, Role.READER)), "Value at risk by segment")
    counts = [int(row[1].replace(",", "")) for row in found if row[1].replace(",", "").isdigit()]
    assert all(count == 0 or count >= 10 for count in counts)


def test_the_states_of_a_segment_are_told_where_none_is_of_a_few(shop, person, at, told):
    page = read(page_of(shop, person, at, Role.READER))
    found = rows(page, "Who is a customer still, by segment")
    expected = [[words.percent(row[name]) for name in ("gone", "at_risk", "alive")] for row in told["states"]]
    assert [row[1:4] for row in found] == expected
    whole = [row for row in told["states"] if None not in row.values()]
    assert len(page.select(".states svg")) == len(whole)


def test_the_held_out_check_is_the_reports(shop, person, at, told, finished):
    page = read(page_of(shop, person, at, Role.READER))
    assert rows(page, "Held-out days against two forecasts") == told["held_out"]["totals"]["rows"]
    metrics = json.loads((finished / "reports/metrics/lifetime_value.json").read_text(encoding="utf-8"))
    assert rows(page, "Held-out days against two forecasts")[0][2] == f"{metrics['held_out']['orders']['actual']:,.0f}"
    by_repeats = rows(page, "Orders by repeat orders before")
    assert [row[0] for row in by_repeats] == [row["repeats"] for row in told["held_out"]["by_repeats"]]
    assert all(caution in without_names(page.text) for caution in told["cautions"])
    assert "**" not in page.text
