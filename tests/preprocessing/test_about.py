"""What never makes segments unasked: sensitive matters, outcomes, codes, and what dates of a list are made into."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import CleaningParams, FeatureParams
from customer_segments.steps.preprocessing import about, days
from customer_segments.steps.preprocessing.prepare import choose_columns
from tests.tables import table_of

SOME = [3.0, 1.0, 2.0, 2.0, 5.0, 8.0]


def sensitive(name: str, cells: list | None = None) -> str | None:
    return about.sensitive(pd.Series(SOME if cells is None else cells, name=name))


@pytest.mark.parametrize(
    ("name", "matter"),
    [
        *((name, "date of birth") for name in (
            "year_birth", "geburtsdatum", "date_de_naissance", "fecha_nacimiento", "data_di_nascita", "geboortejaar",
        )),
        ("senior_citizen", "age"), ("customer_age", "age"),
        ("alter", "age"), ("edad_cliente", "age"), ("age_group", "age"), ("sexe", "sex"), ("geschlecht", "sex"),
        ("is_male", "sex"), ("anrede", "salutation"), ("civilité", "salutation"), ("religión", "religion"),
        ("konfession", "religion"), ("nationalité", "nationality"), ("cittadinanza", "nationality"),
        ("plz", "postcode"),
        ("zip_code", "postcode"), ("código_postal", "postcode"), ("has_diabetes", "health"), ("smoker", "health"),
        ("behinderung", "disability"), ("ethnicity", "ethnicity"), ("marital_status", "marital status"),
        ("familienstand", "marital status"), ("estado_civil", "marital status"),
    ],
)  # fmt: skip
def test_a_name_tells_a_sensitive_matter_in_six_languages(name, matter):
    assert sensitive(name) == matter


@pytest.mark.parametrize(
    "name",
    ["average_order_value", "account_age_days", "spend_on_health", "percentage", "language", "stage", "page_views",
     "children", "title_count", "customer_id", "mileage", "package", "tenure", "sextant", "racing_orders"],
)  # fmt: skip
def test_other_names_are_not_taken_for_it(name):
    assert sensitive(name) is None


@pytest.mark.parametrize(
    ("cells", "matter"),
    [
        (["Male", "Female", "Male", "Unknown"], "sex"), (["Herr", "Frau", "Frau", None], "salutation"),
        (["Mr.", "Mrs.", "Ms."], "salutation"), (["ledig", "verheiratet", "ledig"], "marital status"),
        (["M", "F", "F"], "sex"), (["S", "M", "L", "XL"], None), (["Male", "Male"], None), (["red", "blue"], None),
    ],
)  # fmt: skip
def test_cells_tell_it_whatever_the_column_is_called(cells, matter):
    assert sensitive("field_7", cells) == matter


@pytest.mark.parametrize(
    ("name", "cells", "outcome"),
    [
        ("churn", ["Yes", "No"], True), ("attrition_flag", ["Existing", "Attrited"], True), ("exited", [0, 1], True),
        ("churn_score", [20, 81, 44], True), ("response", [0, 1], True), ("deposit", ["yes", "no"], True),
        ("deposit", [100.0, 250.0, 30.0], False),
         ("days_since_left", [3, 5, 9], True), ("response_days", [3, 5, 9], False), ("orders", [0, 1], False),
    ],
)  # fmt: skip
def test_an_outcome_is_told_by_its_name_and_a_common_word_also_by_its_two_values(name, cells, outcome):
    assert about.is_outcome(pd.Series(cells, name=name)) is outcome


def test_numbers_that_name_something_count_nothing():
    ids = pd.Series([f"C{number}" for number in range(101, 141)])
    mixed = np.random.default_rng(1).permutation(40) + 1.0
    spend = pd.Series(np.random.default_rng(1).lognormal(3, 1, 40), name="spend")
    assert about.is_code(pd.Series(mixed, name="zeile"))
    assert about.is_code(pd.Series([4.0, 4.0, 7.0] * 10, name="store_id"))
    assert about.is_code(pd.Series(np.arange(101.0, 141.0), name="x")[::-1].reset_index(drop=True))
    assert about.is_code(pd.Series([101.0, 205.0, 309.0], name="other"), pd.Series(["C101", "C205", "C309"]))
    assert not about.is_code(spend, ids)
    assert not about.is_code(pd.Series([1.0, 2.0, 2.0] * 10, name="visits"), ids)


def test_what_never_makes_segments_is_left_out_with_a_reason_unless_it_is_named():
    rng = np.random.default_rng(3)
    people = pd.DataFrame(
        {
            "customer_id": [f"C{n}" for n in range(60)], "spend": rng.lognormal(3, 1, 60), "visits": rng.poisson(4, 60),
            "churn": rng.integers(0, 2, 60), "row_number": range(60), "senior": rng.integers(0, 2, 60),
        }
    )  # fmt: skip
    columns = choose_columns(people, FeatureParams())
    assert columns.used == ["spend", "visits"]
    told = columns.left_out.set_index("feature")["reason"]
    assert "what came of a customer" in told["churn"]
    assert "names something" in told["row_number"]
    assert "it tells the age" in told["senior"]
    assert choose_columns(people, FeatureParams(use=("spend", "churn"))).used == ["spend", "churn"]


LIST = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c"],
        "last_order_date": pd.to_datetime(["2024-03-01 09:00", "2024-03-09 18:00", None]),
        "year_birth": [1980.0, 1850.0, 1999.0],
    }
)  # fmt: skip
CLEANING = CleaningParams()


def test_dates_of_a_list_become_days_and_a_year_of_birth_an_age():
    made = days.with_days(LIST, ["last_order_date"], date(2024, 3, 10), True, CLEANING)
    assert made["days_since_last_order"].fillna(-1).tolist() == [9, 1, -1]
    assert made["age"].fillna(-1).tolist() == [44, -1, 25]  # nobody is 174
    assert "days_since_last_order" not in days.with_days(LIST, ["last_order_date"], date(2024, 3, 10), False, CLEANING)
    assert days.with_days(LIST, ["last_order_date"], None, True, CLEANING).equals(LIST)


def test_a_birthday_counts_when_it_has_come():
    born = LIST.assign(birth_date=pd.to_datetime(["1990-03-10", "1990-03-11", None])).drop(columns="year_birth")
    made = days.with_days(born, ["last_order_date", "birth_date"], date(2024, 3, 10), True, CLEANING)
    assert made["age"].fillna(-1).tolist() == [34, 33, -1]
    assert "days_since_birth" not in made


def test_the_day_of_a_list_is_the_one_given_or_the_day_after_its_latest_date_that_is_past():
    rows = [("a", "2024-03-01", "2026-01-01", "1990-01-01"), ("b", "2024-03-09", "2027-01-01", "1980-01-01")]
    columns = "customer_id last_visit_on valid_until birth_date"
    table = table_of(engine.connect(), columns, rows, dict.fromkeys(columns.split()[1:], "date"))
    assert days.list_day(table, None) == date(2024, 3, 10)
    assert days.list_day(table, date(2024, 5, 1)) == date(2024, 5, 1)
    assert days.list_day(table.drop("last_visit_on", "valid_until"), None) is None
