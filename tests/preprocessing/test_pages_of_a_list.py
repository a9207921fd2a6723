"""What the pages say of a customer list: no silly figures, and nothing of orders that are not there."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import EdaParams, PreprocessingParams, PrivacyParams
from customer_segments.pages.eda import contents, decisions
from customer_segments.pages.preprocessing import accounts, features
from customer_segments.pages.report.chapters import chapters_of
from customer_segments.steps.eda.look import FirstLook, look
from customer_segments.steps.prepare import Prepared, prepare
from customer_segments.steps.preprocessing import report

SIZE = 400
ODD = [1893.0, 1899.0]


def members() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    shops = np.where(np.arange(SIZE) % 40 == 0, 90_001.0, rng.integers(11, 15, SIZE))
    return pd.DataFrame(
        {
            "row": range(1, SIZE + 1), "customer_id": [f"K{n}" for n in range(SIZE)],
            "year_birth": [*ODD, *rng.integers(1930, 1997, SIZE - len(ODD)).astype(float)], "store_id": shops,
            "plz": rng.choice([10115.0, 80331.0], SIZE), "spend": rng.lognormal(4, 1, SIZE),
            "complain": (rng.random(SIZE) < 0.04).astype(float), "churn": rng.integers(0, 2, SIZE).astype(float),
            "last_visit_date": pd.Timestamp("2024-06-30") - pd.to_timedelta(np.arange(SIZE) % 300, unit="D"),
            "unreadable": None,
        }
    ).astype({"unreadable": "string"})  # fmt: skip


@pytest.fixture(scope="module")
def table():
    kinds = dict.fromkeys(("customer_id", "unreadable"), "string") | {"row": "int64", "last_visit_date": "timestamp(6)"}
    schema = {name: kinds.get(name, "float64") for name in members()}
    return engine.connect().create_table("members", ibis.memtable(members(), schema=schema))


@pytest.fixture(scope="module")
def first(table) -> FirstLook:
    return look({"customers": table}, EdaParams())


@pytest.fixture(scope="module")
def prepared(table) -> Prepared:
    return prepare({"customers": table}, PreprocessingParams(), PrivacyParams())


def cells(told: tuple) -> str:
    return f"{told[0].to_csv()} {told[1]}"


def test_years_codes_and_postcodes_are_written_as_they_are(first, prepared):
    seen = cells(contents.columns(first, "customers", "€"))
    assert "1893 to 1996" in seen
    assert "11 to 90001" in seen
    assert "10115 to 80331" in seen
    made = cells(features.definitions(report.typical(prepared.everyone), SIZE, None, "€", prepared.listed_day))
    assert not any(silly in seen + made for silly in ("1,8", "1,9", "90,0", "10,1"))
    assert "Days are counted back from 2024-07-01." in made


def test_codes_are_no_numbers_that_stand_apart(first):
    assert set(first.spread["column"]).isdisjoint({"store_id", "plz", "year_birth"})
    assert not any("Store ID" in sentence for sentence in decisions.learned(first.findings, "€"))


def test_a_column_of_0_and_1_is_not_straightened(prepared):
    told, _ = features.treatments(prepared.treatments, prepared.features, PreprocessingParams().features, "€")
    assert told.set_index("Number").loc["Complain", "Straightened"] == "no"
    assert told.set_index("Number").loc["Spend", "Straightened"] == "by logarithm"


def test_there_is_no_account_of_money_and_no_chapter_on_orders(prepared):
    content, sentence = accounts.money(prepared.money, "€")
    assert content.empty
    assert "0.00" not in sentence
    assert [chapter.number for chapter in chapters_of(None, ["customers"])] == [1, 2, 3, 4, 5, 8]
    assert [chapter.number for chapter in chapters_of(None)] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_an_impossible_age_has_one_definition(first, prepared):
    assert prepared.everyone["age"].max() <= PreprocessingParams().cleaning.highest_age
    assert prepared.everyone["age"].isna().sum() == len(ODD)
    assert "impossible_age" not in set(first.hits["customers"]["check"])


def test_the_page_names_what_was_left_out_and_why(prepared):
    told = features.left_behind(prepared.left_behind, PreprocessingParams().features)[0].set_index("Column")["Why"]
    assert told["Year birth"].startswith("It is sensitive (it tells the date of birth): it describes segments")
    assert told["Churn"].startswith("It tells what came of a customer")
    assert told["Store ID"].startswith("It is a number that names something")
    assert told["Last visit date"] == "It is a date; the days since then stand in its place."
    (found,) = features.sensitive_findings(prepared.columns, prepared.sensitive)
    assert "**Year birth, Plz and Age**. They describe segments" in found
