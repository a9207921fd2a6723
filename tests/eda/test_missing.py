import numpy as np
import pandas as pd
import pytest

from customer_segments.pages.eda import decisions
from customer_segments.pages.eda.decisions import sentence
from customer_segments.steps.eda import missing
from customer_segments.steps.eda.look import Weight, in_gaps
from tests.eda.looks import first_look

ABOVE = 0.1


def structure_of(table: pd.DataFrame) -> pd.DataFrame:
    described = pd.DataFrame({"column": table.columns, "filled_share": table.notna().mean().to_numpy()})
    return missing.gap_structure(table, described, ABOVE)


def told(structure: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return decisions.gaps(first_look(gaps={"customers": structure}), "customers")


def people(seed: int, rows: int = 2000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.normal(45, 12, rows).round(),
            "location": rng.choice(["Amsterdam", "Ghent", "Lille", "Cologne"], rows, p=[0.4, 0.3, 0.2, 0.1]),
            "signed_up_on": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, rows), unit="D"),
            "income": rng.lognormal(10, 0.5, rows).round(),
        }
    )


@pytest.mark.parametrize("seed", range(5))
def test_gaps_that_depend_on_a_category_are_found_with_where_they_are(seed):
    table, rng = people(seed), np.random.default_rng(seed + 100)
    chance = np.where(table["location"] == "Lille", 0.25, 0.03)
    table["income"] = table["income"].mask(rng.random(len(table)) < chance)
    found = structure_of(table).iloc[0]
    assert (found["column"], found["other"], found["how"], found["level"]) == (
        "income", "location", "more_often", "Lille",
    )  # fmt: skip
    assert found["share_there"] == pytest.approx(0.25, abs=0.07)
    assert found["share_elsewhere"] == pytest.approx(0.03, abs=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_gaps_that_depend_on_a_number_are_found_also_where_they_lie_in_its_middle(seed):
    table, rng = people(seed), np.random.default_rng(seed + 100)
    chance = np.where(table["age"].between(40, 50), 0.25, 0.03)
    table["income"] = table["income"].mask(rng.random(len(table)) < chance)
    assert structure_of(table).iloc[0]["other"] == "age"


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rows", [200, 2000])
def test_gaps_at_random_have_no_reason(seed, rows):
    table, rng = people(seed, rows), np.random.default_rng(seed + 100)
    table["income"] = table["income"].mask(rng.random(rows) < 0.1)
    table["age"] = table["age"].mask(rng.random(rows) < 0.15)
    assert list(structure_of(table)["how"]) == ["chance", "chance"]


def test_gaps_that_depend_on_a_date_are_found():
    table = people(1)
    table["income"] = table["income"].mask((table["signed_up_on"] < "2024-03-01") & (np.arange(len(table)) % 2 == 0))
    structure = structure_of(table)
    assert structure["other"].iloc[0] == "signed_up_on"
    assert "missing where Signed up on is 2024-01-01 to 2024-0" in told(structure)[0].iloc[0, -1]


def test_ranges_of_numbers_that_are_told_alike_are_one():
    table, position = people(1), np.arange(2000)
    table["score"] = np.where(position < 1000, 7, 100 + position / 8000)
    table["income"] = table["income"].mask((position >= 1600) & (position % 2 == 0))
    reason = "20% missing where Score is 100 to 100, 0% elsewhere"
    assert told(structure_of(table))[0]["Because of something?"].tolist() == [reason]


def test_columns_missing_in_the_same_rows_are_found_from_both_sides():
    table, rng = people(2), np.random.default_rng(3)
    together = rng.random(len(table)) < 0.1
    table["income"] = table["income"].mask(together)
    table["age"] = table["age"].mask(together & (rng.random(len(table)) < 0.9))
    found = structure_of(table)
    assert list(found["how"]) == ["together", "together"]
    assert list(zip(found["column"], found["other"], strict=True)) == [("age", "income"), ("income", "age")]
    assert found["share_there"].iloc[0] == pytest.approx(0.9, abs=0.05)


def leavers(active: list[bool | None]) -> pd.DataFrame:
    table = people(4, len(active))
    left = [None if stays else pd.Timestamp("2025-05-01") for stays in active]
    return table.assign(active=pd.Series(active, dtype=object), left_on=pd.Series(left, dtype="datetime64[us]"))


def test_a_date_filled_exactly_for_those_who_are_not_active_is_a_rule_and_no_defect():
    found = structure_of(leavers([True, True, False] * 40)).iloc[0]
    assert (found["column"], found["other"], found["how"], found["level"], found["exceptions"]) == (
        "left_on", "active", "filled_when", ("no",), 0,
    )  # fmt: skip
    (finding,) = in_gaps("customers", structure_of(leavers([True, True, False] * 40)))
    assert finding.weight is Weight.INFORMS
    assert sentence(finding, "€").startswith("Left on is filled exactly when Active is no;")


def test_a_rule_may_have_few_exceptions_which_are_counted():
    table = leavers([True, True, False] * 40)
    table.loc[2, "left_on"] = None
    found = structure_of(table).iloc[0]
    assert (found["how"], found["exceptions"]) == ("filled_when", 1)
    assert told(structure_of(table))[0].iloc[0, -1] == "filled (with 1 exception) when Active is no"


def test_many_exceptions_make_no_rule():
    table = leavers([True, True, False] * 40)
    table.loc[table.index[table["left_on"].notna()][:10], "left_on"] = None
    assert structure_of(table).iloc[0]["how"] == "more_often"


def test_too_few_gaps_tell_nothing():
    table = people(5)
    table.loc[:4, "income"] = None
    structure = structure_of(table)
    assert list(structure["how"]) == ["too_few"]
    assert list(in_gaps("customers", structure)) == []
    assert told(structure)[1] == "Customers: 1 column with gaps; no pattern was found."


def test_a_full_table_has_no_gaps():
    structure = structure_of(people(6, 50))
    assert structure.empty
    content, caption = told(structure)
    assert content.empty
    assert caption == "Customers: no cell is missing."


def test_shares_are_those_of_the_whole_table_where_only_a_part_is_looked_at():
    table = people(7)
    table.loc[::10, "income"] = None
    described = pd.DataFrame({"column": ["income", "age"], "filled_share": [0.91, 1.0]})
    assert missing.gap_structure(table, described, ABOVE)["missing_share"].item() == pytest.approx(0.09)


def test_large_gaps_with_a_pattern_distort_and_small_ones_matter():
    base = {"column": "income", "other": "location", "how": "more_often", "level": "Lille *", "share_there": 0.3}
    base |= {"share_elsewhere": 0.02, "exceptions": 0}
    ((large,), (small,)) = (in_gaps("customers", pd.DataFrame([base | {"missing_share": s}])) for s in (0.1, 0.02))
    assert (large.weight, small.weight) == (Weight.DISTORTS, Weight.MATTERS)
    assert sentence(large, "€").startswith("Income is missing for 10% of customers, and not by chance: 30% missing")
    assert "Lille &#42;" in sentence(large, "€")
