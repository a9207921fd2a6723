from datetime import date

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.params import FeatureParams
from customer_segments.pages.preprocessing import features as shown
from customer_segments.steps.preprocessing import report
from customer_segments.steps.preprocessing.prepare import choose_columns, feature_table, fit_preprocessor
from customer_segments.steps.preprocessing.report import correlation_matrix

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
SMALL = pd.DataFrame(
    {
        "customer_id": list("abcdef"),
        "orders": [1.0, 2, 3, 4, 5, 6],
        "days_between_orders": [6.0, 5, 1, 4, 2, 3],
        "channel=store": [0.0, 0, 0, 1, 1, 1],
    }
)
SMALL_MATRIX = correlation_matrix(SMALL)
PARAMS = FeatureParams()
COLUMNS = choose_columns(CUSTOMERS, PARAMS)
PREPROCESSOR = fit_preprocessor(PARAMS, COLUMNS, CUSTOMERS)
FEATURES = feature_table(PREPROCESSOR, CUSTOMERS)
TREATED = report.treatments(PREPROCESSOR, COLUMNS, CUSTOMERS)
BEHIND = report.left_behind(PREPROCESSOR, COLUMNS)
MATRIX = correlation_matrix(FEATURES)


def test_definitions_say_what_a_number_means_what_is_typical_and_how_often_it_is_missing():
    expected = pd.DataFrame(
        [
            ("Orders", "Number of different invoices.", "3.5", "1.25 to 5.75", "none"),
            ("Net revenue", "Money spent, after returns.", "€2.50", "€0.25 to €751", "none"),
        ],
        columns=["Number", "What it says", "Median", "Nine in ten lie between", "Gaps"],
    )
    typical = report.typical(CUSTOMERS)
    content, caption = shown.definitions(typical, len(CUSTOMERS), date(2024, 6, 1), "€")
    assert_frame_equal(content.head(2), expected)
    assert content.set_index("Number").loc["Days between orders", "Gaps"] == "16.7%"
    assert caption.startswith("6 customers with 4 features made from their orders, looking back from 2024-06-01. 17% ")
    without_gaps = shown.definitions(typical.assign(gaps=0.0), len(CUSTOMERS), date(2024, 6, 1), "€")[1]
    assert without_gaps.endswith("looking back from 2024-06-01.")
    assert "without transactions" in shown.definitions(typical, len(CUSTOMERS), None, "€")[1]


def test_flags_and_texts_are_no_numbers_and_a_list_without_numbers_has_none():
    people = pd.DataFrame({"customer_id": ["a", "b"], "active": True, "left": pd.Series([True, None], dtype="object")})
    assert report.typical(people).empty
    assert shown.definitions(report.typical(people), 1, None, "€")[0].empty


def test_treatments_tell_what_the_pipeline_does_to_each_number():
    told = TREATED.drop(columns=["skewness_before", "skewness_after", "gain"])
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
    content, caption = shown.treatments(TREATED, FEATURES, PARAMS, "€")
    table = content.set_index("Number")
    assert table.loc["Days between orders", "Gaps"] == "16.7% filled with 20"
    assert table.loc["Net revenue", "Skewness"] == "1.79 → 1.58"
    assert table["Straightened"].tolist() == ["no", "by logarithm", "no", "no"]
    assert caption == (
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
    content, caption = shown.left_behind(BEHIND, PARAMS)
    assert content["Column"].tolist() == ["Days since first order", "Channel: web", "Customer"]
    assert caption.startswith("2 features dropped as constant or as a near copy")
    assert shown.left_behind(BEHIND[2:], PARAMS)[1].startswith("No feature had to be dropped")


def unlimited(encode="alphabetical"):
    """What the report says of a study with codes for categories that keeps its constants and copies."""
    customers = CUSTOMERS.assign(legs=2)
    params = PARAMS.model_copy(update={"collinear_above": None, "encode": encode, "leave_out": ("tenure_days",)})
    columns = choose_columns(customers, params)
    preprocessor = fit_preprocessor(params, columns, customers)
    features = feature_table(preprocessor, customers)
    treated = report.treatments(preprocessor, columns, customers)
    return customers, params, columns, preprocessor, features, treated


def test_without_a_limit_for_copies_no_limit_is_named():
    _, params, columns, preprocessor, _, _ = unlimited()
    assert shown.left_behind(report.left_behind(preprocessor, columns), params)[1] == (
        "Constants and near copies stay, as `features.collinear_above` is not set; 2 columns left out beforehand."
    )


@pytest.mark.parametrize(
    ("encode", "codes"),
    [("alphabetical", "codes, in the order of the alphabet"), ("ordinal", "codes, the most frequent first")],
)
def test_categories_that_became_codes_are_named(encode, codes):
    *_, params, _, _, features, treated = unlimited(encode)
    _, caption = shown.treatments(treated, features, params, "€")
    assert caption.endswith(f"standard deviation 1. Categories (Channel) became {codes}.")


def test_a_constant_has_bars_and_a_place_among_the_correlations_but_is_no_copy_of_anything():
    customers, _, _, preprocessor, features, treated = unlimited()
    counted = report.histograms(preprocessor, treated, customers)
    assert counted.loc[counted["feature"] == "legs", "customers"].sum() == 6
    matrix = correlation_matrix(features)
    assert matrix.loc["legs"].tolist() == [0.0] * 5
    assert (np.diag(matrix)[matrix.index != "legs"] == 1).all()
    alone = correlation_matrix(features[["customer_id", "orders", "legs"]])
    assert "next to go" not in shown.findings(treated, BEHIND[:0], alone)[0]


def test_beside_a_copy_that_stays_nothing_is_the_next_to_go():
    *_, features, treated = unlimited()
    copied = correlation_matrix(features.assign(twin=features["orders"]))
    assert "next to go" not in shown.findings(treated, BEHIND[:0], copied)[0]


def test_histograms_count_every_customer_with_a_value_and_show_straightened_numbers_twice():
    counted = report.histograms(PREPROCESSOR, TREATED, CUSTOMERS)
    totals = counted.groupby(["feature", "scale"], sort=False)["customers"].sum()
    assert totals.to_dict() == {
        ("net_revenue", "as it came"): 6,
        ("net_revenue", "for the model"): 6,
        ("orders", "as it came"): 6,
        ("days_between_orders", "as it came"): 5,
    }


def test_the_number_that_straightening_helped_most_is_named():
    bars = report.histograms(PREPROCESSOR, TREATED, CUSTOMERS)
    _, caption, alt, title = shown.scales(bars, TREATED)
    assert title == "Straightening changes net revenue most: skewness from 1.79 to 1.58"
    assert "Numbers in grey keep their shape" in caption
    assert "Orders (skewness 0.00), Net revenue (skewness 1.79 → 1.58) and Days between orders (skewness " in alt
    more = TREATED.assign(straightened=True, kept=True, gain=[0.5, 0.2, 0.1, 0.9])
    assert "changes days since first order most" in shown.scales(bars, more)[3]
    _, caption, _, title = shown.scales(bars, TREATED.assign(straightened=False))
    assert title == "No number was straightened"
    assert "All numbers keep their shape" in caption


AND_KEPT_OUT = (
    "Sensitive, by name, by content or by `privacy.sensitive`: **{}**. {} segments but did not make them: only "
    "`features.use` can change that."
)


@pytest.mark.parametrize(
    ("use", "warned"),
    [
        (("orders", "age"), [AND_KEPT_OUT.format("Gender", "It describes"), "**Age** is"]),
        (("orders", "age", "gender"), ["**Age and Gender** are"]),
        (None, [AND_KEPT_OUT.format("Age and Gender", "They describe")]),
    ],
)
def test_sensitive_columns_that_make_segments_all_the_same_are_warned_of(use, warned):
    people = pd.DataFrame({"orders": [1, 2, 3], "age": [20, 30, 40], "gender": ["f", "m", "f"]})
    found = shown.sensitive_findings(choose_columns(people, FeatureParams(use=use)), ["age", "gender"])
    assert [text.split(" sensitive (`privacy.sensitive`)")[0] for text in found] == warned


def test_findings_name_what_was_straightened_and_dropped_and_what_would_go_next():
    first, second = shown.findings(TREATED, BEHIND, MATRIX)
    assert first == (
        "**4 features** make the segments. Straightened: net revenue. Dropped as redundant: days since first order and "
        "channel: web; the next to go would be channel: store, at a `features.collinear_above` below 0.88."
    )
    assert second.startswith(
        "Another choice of `features.use`, `features.leave_out`, `features.scale`, `cleaning.returns` or `as_of` would "
    )
    of_a_list = TREATED.assign(feature=["income", "engagement_score", "age", "follow_duration_months"])
    assert "cleaning.returns" not in shown.findings(of_a_list, BEHIND, MATRIX)[1]


def test_names_from_data_are_escaped_in_findings():
    behind = pd.DataFrame({"feature": ["town=*<b>*"], "reason": ["It is rare."], "dropped": [True]})
    assert "<b>" not in shown.findings(TREATED, behind, MATRIX)[0]


def test_metrics_hold_the_rows_of_each_table_and_what_became_of_the_columns():
    ledger = pd.DataFrame(
        {"table": ["customers"], "rows_before": [8], "rows_rejected": [2], "rows_repaired": [1], "rows_after": [6]}
    )
    assert report.metrics(ledger, FEATURES, BEHIND) == {
        "rows": {"customers": {"in": 8, "rejected": 2, "repaired": 1, "used": 6}},
        "customers": 6,
        "features": ["orders", "net_revenue", "days_between_orders", "channel=store"],
        "money": None,
        "dropped": ["channel=web", "tenure_days"],
    }
    account = pd.DataFrame({"entry": ["came in", "zero price", "net revenue"], "amount": [9.5, 0.5, 9.0]})
    assert report.metrics(ledger, FEATURES, BEHIND, account)["money"] == {"in": 9.5, "used": 9.0}


def test_correlations_are_those_of_the_model_columns():
    expected = SMALL.drop(columns="customer_id").corr()
    np.testing.assert_allclose(SMALL_MATRIX.to_numpy(), expected.to_numpy(), atol=1e-6)


def test_the_strongest_pair_is_named_in_caption_and_alternative_text():
    pairs = report.pairs(SMALL_MATRIX)
    assert pairs["first"].tolist() == ["orders", "orders", "days_between_orders"]
    assert pairs["correlation"].tolist() == pytest.approx([0.878, -0.6, -0.293], abs=0.001)
    _, caption, alt, title = shown.correlations(SMALL_MATRIX)
    assert title == "Orders and channel: store move together most (0.88)"
    assert "2 of 3 pairs reach 0.5 in size. What several features say, the model hears several times." in caption
    assert "Orders with Channel: store 0.88, Orders with Days between orders −0.60" in alt


def test_the_strongest_pair_may_move_against_each_other():
    mirrored = SMALL.assign(orders=-SMALL["orders"])
    strongest = report.pairs(correlation_matrix(mirrored)).iloc[0]
    assert strongest.tolist() == ["orders", "channel=store", pytest.approx(-0.878, abs=0.001)]


def test_features_that_hardly_move_together_are_said_to():
    alone = pd.DataFrame([[1.0, -0.2], [-0.2, 1.0]], index=["orders", "age"], columns=["orders", "age"])
    _, caption, _, title = shown.correlations(alone)
    assert title == "Hardly any two features move together: at most −0.20"
    assert "0 of 1 pair reaches 0.5 in size" in caption


def test_a_single_feature_has_no_pair():
    alone = SMALL_MATRIX.iloc[:1, :1]
    assert report.pairs(alone).empty
    assert shown.correlations(alone)[3] == "There is only one feature"
