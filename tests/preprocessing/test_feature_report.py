from datetime import date

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.params import FeatureParams
from customer_segments.steps.preprocessing import feature_report
from customer_segments.steps.preprocessing.feature_correlations import correlation_matrix
from customer_segments.steps.preprocessing.prepare import choose_columns, feature_table, fit_preprocessor

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": list("abcdef"),
        "orders": [1, 2, 3, 4, 5, 6],
        "net_revenue": [0.0, 1.0, 2.0, 3.0, 4.0, 1000.0],
        "days_between_orders": [np.nan, 10.0, 30.0, 20.0, 40.0, 5.0],
        "tenure_days": [10, 20, 30, 40, 50, 60],
        "channel": ["web", "web", "web", "store", "store", "store"],
    }
)
PARAMS = FeatureParams()
COLUMNS = choose_columns(CUSTOMERS, PARAMS)
PREPROCESSOR = fit_preprocessor(PARAMS, COLUMNS, CUSTOMERS)
FEATURES = feature_table(PREPROCESSOR, CUSTOMERS)
TREATED = feature_report.treatments(PREPROCESSOR, COLUMNS, CUSTOMERS)
BEHIND = feature_report.left_behind(PREPROCESSOR, COLUMNS)
MATRIX = correlation_matrix(FEATURES)


def test_definitions_say_what_a_number_means_what_is_typical_and_how_often_it_is_missing():
    expected = pd.DataFrame(
        [
            ("Orders", "Number of different invoices.", "3.5", "1.25 to 5.75", "none"),
            ("Net revenue", "Money spent, after returns.", "€2.50", "€0.25 to €751", "none"),
        ],
        columns=["Number", "What it says", "Median", "Nine in ten lie between", "Gaps"],
    )
    assert_frame_equal(feature_report.definitions(CUSTOMERS, "€").head(2), expected)
    assert feature_report.definitions(CUSTOMERS, "€").set_index("Number").loc["Days between orders", "Gaps"] == "16.7%"
    caption = feature_report.definitions_caption(CUSTOMERS, date(2024, 6, 1))
    assert caption.startswith("6 customers with 4 features made from their orders, looking back from 2024-06-01. 17% ")
    assert "without transactions" in feature_report.definitions_caption(CUSTOMERS, None)


def test_treatments_tell_what_the_pipeline_does_to_each_number():
    told = TREATED.drop(columns=["skewness_before", "skewness_after"])
    expected = pd.DataFrame(
        [
            ("orders", 0.0, 3.5, False, True),
            ("net_revenue", 0.0, 2.5, True, True),
            ("days_between_orders", 1 / 6, 20.0, False, True),
            ("tenure_days", 0.0, 35.0, False, False),
        ],
        columns=["feature", "gaps", "filled_with", "straightened", "kept"],
    )
    assert_frame_equal(told, expected)
    straightened = TREATED[TREATED["straightened"]]
    assert (straightened["skewness_after"] < straightened["skewness_before"]).all()


def test_treatments_are_written_for_a_reader():
    table = feature_report.treatments_for_reader(TREATED, PARAMS, "€").set_index("Number")
    assert table.loc["Days between orders", "Gaps"] == "16.7% filled with 20"
    assert table.loc["Net revenue", "Skewness"] == "1.79 → 1.58"
    assert table["Straightened"].tolist() == ["no", "by logarithm", "no", "no"]
    assert feature_report.treatments_caption(TREATED, FEATURES, PARAMS) == (
        "4 numbers, 1 of them with a skewness of 1 or more; these were straightened. All are then on one scale: "
        "mean 0, standard deviation 1. Categories (Channel) became 1 column of 0 and 1."
    )


def test_columns_left_behind_were_dropped_or_never_used_each_with_its_reason():
    expected = pd.DataFrame(
        [
            ("tenure_days", "It moves with Orders, which is kept (correlation 1.00).", True),
            ("channel=web", "It moves against Channel: store, which is kept (correlation −1.00).", True),
            ("customer_id", "It identifies a customer.", False),
        ],
        columns=["feature", "reason", "dropped"],
    )
    assert_frame_equal(BEHIND, expected)
    caption = feature_report.left_behind_caption(BEHIND, PARAMS)
    assert caption.startswith("2 features dropped as constant or as a near copy")
    assert feature_report.left_behind_caption(BEHIND[2:], PARAMS).startswith("No feature had to be dropped")


def unlimited(encode="alphabetical"):
    """What the report says of a study with codes for categories that keeps its constants and copies."""
    customers = CUSTOMERS.assign(legs=2)
    params = PARAMS.model_copy(update={"collinear_above": None, "encode": encode, "leave_out": ("tenure_days",)})
    columns = choose_columns(customers, params)
    preprocessor = fit_preprocessor(params, columns, customers)
    features = feature_table(preprocessor, customers)
    treated = feature_report.treatments(preprocessor, columns, customers)
    return customers, params, columns, preprocessor, features, treated


def test_without_a_limit_for_copies_no_limit_is_named():
    _, params, columns, preprocessor, _, _ = unlimited()
    assert feature_report.left_behind_caption(feature_report.left_behind(preprocessor, columns), params) == (
        "Constants and near copies stay, as `features.collinear_above` is not set; 2 columns left out beforehand."
    )


@pytest.mark.parametrize(
    ("encode", "codes"),
    [("alphabetical", "codes, in the order of the alphabet"), ("ordinal", "codes, the most frequent first")],
)
def test_categories_that_became_codes_are_named(encode, codes):
    *_, params, _, _, features, treated = unlimited(encode)
    caption = feature_report.treatments_caption(treated, features, params)
    assert caption.endswith(f"standard deviation 1. Categories (Channel) became {codes}.")


def test_a_constant_has_bars_and_a_place_among_the_correlations_but_is_no_copy_of_anything():
    customers, _, _, preprocessor, features, treated = unlimited()
    counted = feature_report.histograms(preprocessor, treated, customers)
    assert counted.loc[counted["feature"] == "legs", "customers"].sum() == 6
    matrix = correlation_matrix(features)
    assert matrix.loc["legs"].tolist() == [0.0] * 5
    assert (np.diag(matrix)[matrix.index != "legs"] == 1).all()
    alone = correlation_matrix(features[["customer_id", "orders", "legs"]])
    assert "next to go" not in feature_report.feature_findings(treated, BEHIND[:0], alone)[0]


def test_beside_a_copy_that_stays_nothing_is_the_next_to_go():
    *_, features, treated = unlimited()
    copied = correlation_matrix(features.assign(twin=features["orders"]))
    assert "next to go" not in feature_report.feature_findings(treated, BEHIND[:0], copied)[0]


def test_histograms_count_every_customer_with_a_value_and_show_straightened_numbers_twice():
    counted = feature_report.histograms(PREPROCESSOR, TREATED, CUSTOMERS)
    totals = counted.groupby(["feature", "scale"], sort=False)["customers"].sum()
    assert totals.to_dict() == {
        ("net_revenue", "as it came"): 6,
        ("net_revenue", "for the model"): 6,
        ("orders", "as it came"): 6,
        ("days_between_orders", "as it came"): 5,
    }


def test_findings_name_what_was_straightened_and_dropped_and_what_would_go_next():
    first, second = feature_report.feature_findings(TREATED, BEHIND, MATRIX)
    assert first == (
        "**4 features** make the segments. Straightened: net revenue. Dropped as redundant: days since first order and "
        "channel: web; the next to go would be channel: store, at a `features.collinear_above` below 0.88."
    )
    assert second.startswith(
        "Another choice of `features.use`, `features.leave_out`, `features.scale`, `cleaning.returns` or `as_of` would "
    )
    of_a_list = TREATED.assign(feature=["income", "engagement_score", "age", "follow_duration_months"])
    assert "cleaning.returns" not in feature_report.feature_findings(of_a_list, BEHIND, MATRIX)[1]


def test_names_from_data_are_escaped_in_findings():
    behind = pd.DataFrame({"feature": ["town=*<b>*"], "reason": ["It is rare."], "dropped": [True]})
    assert "<b>" not in feature_report.feature_findings(TREATED, behind, MATRIX)[0]


def test_metrics_hold_the_rows_of_each_table_and_what_became_of_the_columns():
    ledger = pd.DataFrame(
        {"table": ["customers"], "rows_before": [8], "rows_rejected": [2], "rows_repaired": [1], "rows_after": [6]}
    )
    assert feature_report.metrics(ledger, FEATURES, BEHIND) == {
        "rows": {"customers": {"in": 8, "rejected": 2, "repaired": 1, "used": 6}},
        "customers": 6,
        "features": ["orders", "net_revenue", "days_between_orders", "channel=store"],
        "dropped": ["channel=web", "tenure_days"],
    }
