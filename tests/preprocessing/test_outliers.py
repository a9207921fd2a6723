"""Customers too far from all others are kept, drawn in or set aside, and the account of them adds up."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base.engine import connect
from customer_segments.base.errors import StudyError
from customer_segments.base.params import CleaningParams, PreprocessingParams
from customer_segments.pages.preprocessing import features
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.preprocessing import outliers
from customer_segments.steps.preprocessing.transformers import Winsoriser
from tests.tables import frame_of, table_of

# One customer with far too many orders, one with far too much income.
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": [f"c{n:02}" for n in range(14)],
        "orders": [*range(1, 13), 900, 3],
        "income": [*(20_000.5 + 1000 * n for n in range(12)), None, 9_000_000.0],
        "age": [40.0] * 13 + [950.0],
    }
)
FEATURES = ["orders", "income"]


def treated(choice: str, customers: pd.DataFrame = CUSTOMERS) -> outliers.Study:
    return outliers.treat_outliers(customers, FEATURES, CleaningParams(outliers=choice, outlier_fence=3.0))


def test_outliers_are_found_in_what_makes_the_segments_and_kept_unless_told_otherwise():
    study = treated("keep")
    assert study.found[["feature", "beyond"]].to_numpy().tolist() == [["orders", 1], ["income", 1]]
    assert_frame_equal(study.customers, CUSTOMERS)
    assert study.ledger.empty
    assert study.set_aside.empty


def test_customers_set_aside_are_rejected_with_the_values_that_did_it():
    study = treated("set_aside")
    assert study.customers["customer_id"].tolist() == [f"c{n:02}" for n in range(12)]
    account = study.ledger.iloc[0]
    assert account[["table", "rule", "rows_before", "rows_rejected", "rows_after"]].tolist() == [
        *("customers in the study", "outlier"),
        *(14, 2, 12),
    ]
    by_customer = study.set_aside.set_index("customer_id")
    assert json.loads(by_customer.loc["c12", "content"]) == {"orders": 900.0}
    assert by_customer.loc["c12", "reason"].startswith("Too far from all others: orders is 900, expected is up to ")


def test_values_drawn_in_stop_at_the_fence_and_are_counted_for_each_column():
    study = treated("winsorise")
    fences = study.found.set_index("feature")["upper_fence"]
    assert study.customers["orders"].tolist()[12] == int(fences["orders"])
    assert study.customers["orders"].dtype == CUSTOMERS["orders"].dtype
    assert study.customers["income"].tolist()[13] == pytest.approx(fences["income"])
    assert study.customers["income"].isna().sum() == 1
    assert study.customers["age"].tolist() == CUSTOMERS["age"].tolist()
    steps = study.ledger[["rule", "rows_before", "rows_repaired", "rows_after"]].to_numpy().tolist()
    assert steps == [["outlier drawn in: orders", 14, 1, 14], ["outlier drawn in: income", 14, 1, 14]]


def test_the_fences_that_values_were_drawn_in_to_draw_in_the_raw_values_too():
    study = treated("winsorise")
    found = study.found.set_index("feature")["upper_fence"]
    assert {name: fence.high for name, fence in study.fences.items()} == {
        "orders": np.floor(found["orders"]),
        "income": round(found["income"], 6),
    }
    drawn = Winsoriser(study.fences).set_output(transform="pandas").fit_transform(CUSTOMERS[FEATURES])
    assert_frame_equal(drawn, study.customers[FEATURES].astype(float))
    assert treated("keep").fences == treated("set_aside").fences == {}


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(-5, 90), st.floats(-1e6, 1e6) | st.floats(0, 12).map(np.exp) | st.none()),
        min_size=12, max_size=50,
    ),
    st.sampled_from([0.05, 0.5, 1.0, 3.0]),
)  # fmt: skip
def test_law_drawing_in_the_raw_table_gives_the_studys_and_drawing_that_in_again_changes_nothing(rows, reach):
    customers = pd.DataFrame(rows, columns=FEATURES).astype({"income": "float"}).round(6)
    customers["customer_id"] = [f"c{n}" for n in range(len(rows))]
    study = outliers.treat_outliers(customers, FEATURES, CleaningParams(outliers="winsorise", outlier_fence=reach))
    winsoriser = Winsoriser(study.fences).set_output(transform="pandas").fit(customers[FEATURES])
    drawn = study.customers[FEATURES].astype(float)
    assert_frame_equal(winsoriser.transform(customers[FEATURES]), drawn)
    assert_frame_equal(winsoriser.transform(drawn), drawn)


def test_where_nobody_is_far_out_the_account_says_so():
    calm = CUSTOMERS.head(12)
    assert treated("set_aside", calm).ledger["rows_rejected"].tolist() == [0]
    assert treated("winsorise", calm).ledger["rows_repaired"].tolist() == [0]
    assert features.far_out(treated("keep", calm), CleaningParams(), "€")[1].startswith("No customer lies far out")


def test_setting_aside_leaves_enough_customers_or_is_refused():
    with pytest.raises(StudyError, match="Only 9 customers are left"):
        treated("set_aside", CUSTOMERS.tail(11))


def test_customers_set_aside_stand_after_the_rejected_rows_of_the_source():
    lines = table_of(connect(), "invoice_id customer_id ordered_at quantity unit_price", [("1", None, None, 1.0, 1.0)])
    rejected = clean(None, lines, PreprocessingParams()).rejected
    study = treated("set_aside")
    assert frame_of(outliers.with_set_aside(rejected, study))["table"].tolist() == [
        "transactions",
        *["customers in the study"] * 2,
    ]
    assert outliers.with_set_aside(rejected, treated("keep")) is rejected


def test_a_reader_sees_what_was_expected_and_what_became_of_them():
    params = CleaningParams(outliers="set_aside")
    content, caption = features.far_out(treated("set_aside"), params, "€")
    table = content.set_index("Number")
    assert table.loc["Orders", "Beyond it":"They are"].tolist() == ["1", "7.1%", "set aside"]
    assert table.loc["Orders", "Expected of customers used"].startswith("up to ")
    assert "2 customers with such a value are set aside" in caption
    assert "They are kept:" in features.far_out(treated("keep"), CleaningParams(), "€")[1]
    drawn_in = features.far_out(treated("winsorise"), CleaningParams(outliers="winsorise"), "€")[1]
    assert drawn_in.endswith("2 values are drawn in to the fence, so every customer stays.")
