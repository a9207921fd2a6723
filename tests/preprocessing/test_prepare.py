import io
from datetime import date

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base.engine import connect
from customer_segments.base.errors import StudyError
from customer_segments.base.params import CleaningParams, FeatureParams, PreprocessingParams
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.preprocessing.features import customer_table, study_day
from customer_segments.steps.preprocessing.prepare import (
    build_preprocessor,
    choose_columns,
    feature_table,
    fit_preprocessor,
)
from tests.tables import table_of

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "orders": [1, 2, 3, 6],
        "income": [20_000.0, np.nan, 40_000.0, 30_000.0],
        "channel": ["web", "web", None, "store"],
        "active": pd.Series([True, None, False, True], dtype="object"),
        "signed_up_on": pd.to_datetime(["2024-01-01"] * 4),
        "note": ["w", "x", "y", "z"],
        "empty": [np.nan] * 4,
    }
)
RARE_FROM_A_QUARTER = FeatureParams(rarest_category=0.3, collinear_above=1.0)


def prepared(customers: pd.DataFrame, params: FeatureParams) -> pd.DataFrame:
    preprocessor = fit_preprocessor(params, choose_columns(customers, params), customers)
    return feature_table(preprocessor, customers)


def test_every_column_is_a_number_a_category_or_left_out_with_a_reason():
    columns = choose_columns(CUSTOMERS, FeatureParams(leave_out=("active",), rarest_category=0.3))
    assert columns.numbers == ["orders", "income"]
    assert columns.categories == ["channel"]
    assert_frame_equal(
        columns.left_out,
        pd.DataFrame(
            [
                ("customer_id", "It identifies a customer."),
                ("active", "It describes segments but does not make them (`features.leave_out`)."),
                ("signed_up_on", "It is a date, neither a quantity nor a category."),
                ("note", "It is text with 4 different values, none shared by 30.0% of the customers."),
                ("empty", "It holds no value at all."),
            ],
            columns=["feature", "reason"],
        ),
    )


def test_text_with_very_many_categories_is_left_out():
    towns = pd.DataFrame({"orders": range(62), "town": [f"town {n % 31}" for n in range(62)]})
    reason = choose_columns(towns, FeatureParams(rarest_category=0.0)).left_out["reason"].tolist()
    assert reason == ["It is text with 31 different values, more than the 30 that can make segments."]


def test_sensitive_columns_describe_segments_but_do_not_make_them_unless_they_are_named():
    people = pd.DataFrame({"orders": [1, 2, 3], "age": [20, 30, 40], "religion": ["a", "b", "b"], "hobby": list("xyy")})
    columns = choose_columns(people, FeatureParams())
    assert columns.used == ["orders", "hobby"]
    assert columns.left_out.set_index("feature")["reason"].to_dict() == {
        "age": "It is sensitive (`privacy.sensitive`): it describes segments but does not make them.",
        "religion": "It is sensitive (it tells the religion): it describes segments but does not make them.",
    }
    assert choose_columns(people, FeatureParams(), ["hobby"]).used == ["orders"]
    assert choose_columns(people, FeatureParams(use=("orders", "age"))).used == ["orders", "age"]


def test_use_names_the_columns_even_those_that_are_otherwise_left_out():
    columns = choose_columns(CUSTOMERS, FeatureParams(use=("orders", "active"), leave_out=("active",)))
    assert columns.used == ["orders", "active"]


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"use": ("odrers",)}, "`preprocessing.features.use` names `odrers`.*known are orders, income, channel"),
        ({"leave_out": ("agee",)}, "`preprocessing.features.leave_out` names `agee`"),
        ({"use": ("orders", "signed_up_on")}, "names `signed_up_on`, which cannot make segments: it is a date"),
        (
            {"use": ("channel",), "rarest_category": 0.0},
            r"No numeric feature is left.*\(it is not named in `features.use`: Orders, Income, ",
        ),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_a_sentence(params, says):
    with pytest.raises(StudyError, match=says):
        choose_columns(CUSTOMERS, FeatureParams(**params))


def test_what_other_studies_have_may_be_left_out():
    assert "orders" in choose_columns(CUSTOMERS, FeatureParams(leave_out=("age", "weekend_share"))).used


def test_numbers_are_filled_and_standardised_and_categories_become_columns_of_0_and_1():
    expected = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"],
            "orders": [-1.069045, -0.534522, 0.0, 1.603567],
            "income": [-1.414214, 0.0, 1.414214, 0.0],
            "channel=other": [0.0, 0.0, 1.0, 1.0],
            "channel=web": [1.0, 1.0, 0.0, 0.0],
        }
    )
    params = RARE_FROM_A_QUARTER.model_copy(update={"leave_out": ("active",)})
    assert_frame_equal(prepared(CUSTOMERS, params), expected)


def test_a_missing_category_is_a_category_and_flags_are_yes_and_no():
    params = FeatureParams(rarest_category=0.0, collinear_above=1.0, use=("orders", "active", "channel"))
    assert list(prepared(CUSTOMERS, params))[2:] == [
        *("channel=store", "channel=unknown", "channel=web"),
        *("active=no", "active=unknown", "active=yes"),
    ]


def test_ordinal_categories_are_ranked_and_scaled_like_numbers():
    params = FeatureParams(use=("orders", "channel"), encode="ordinal", scale="min_max", rarest_category=0.0)
    assert prepared(CUSTOMERS, params)["channel"].tolist() == [0.0, 0.0, 1.0, 0.5]


BY_THE_ALPHABET = FeatureParams(
    use=("orders", "channel", "active"), encode="alphabetical", scale="none", rarest_category=0.0, collinear_above=None
)


def test_alphabetical_categories_are_numbered_by_the_alphabet_gaps_among_them_as_unknown():
    expected = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"],
            "orders": [1.0, 2.0, 3.0, 6.0],
            "channel": [2.0, 2.0, 1.0, 0.0],  # store, unknown, web
            "active": [2.0, 1.0, 0.0, 2.0],  # no, unknown, yes
        }
    )
    assert_frame_equal(prepared(CUSTOMERS, BY_THE_ALPHABET), expected)


def test_capitals_come_before_small_letters_and_dates_as_written_go_by_their_days():
    people = pd.DataFrame({"orders": [1, 2, 3, 4], "channel": ["web", "App", "app", "Web"]})
    people = people.assign(joined=["21/07/2022", "03/12/2023", "21/01/2021", "04/01/2020"], customer_id=list("abcd"))
    features = prepared(people, BY_THE_ALPHABET.model_copy(update={"use": ("orders", "channel", "joined")}))
    assert features["channel"].tolist() == [3, 0, 2, 1]
    assert features["joined"].tolist() == [3, 0, 2, 1]


def test_a_category_never_seen_at_fitting_comes_before_the_alphabet_or_is_one_of_the_rare():
    strangers = CUSTOMERS.head(2).assign(channel=["fax", None])
    codes = {}
    for rarest in (0.0, 0.3):
        params = BY_THE_ALPHABET.model_copy(update={"rarest_category": rarest})
        preprocessor = fit_preprocessor(params, choose_columns(CUSTOMERS, params), CUSTOMERS)
        codes[rarest] = feature_table(preprocessor, strangers)["channel"].tolist()
    assert codes == {0.0: [-1.0, 1.0], 0.3: [0.0, 0.0]}  # store, unknown, web; other, web


def test_text_with_very_many_values_may_be_numbered_by_the_alphabet():
    towns = pd.DataFrame({"customer_id": [f"c{n}" for n in range(62)], "orders": range(62)})
    towns = towns.assign(town=[f"town {n % 31:02d}" for n in range(62)])
    params = BY_THE_ALPHABET.model_copy(update={"use": ("orders", "town")})
    assert choose_columns(towns, params).categories == ["town"]
    assert prepared(towns, params)["town"].tolist() == [float(n % 31) for n in range(62)]


def test_alphabetical_codes_are_put_on_the_scale_of_the_numbers():
    params = BY_THE_ALPHABET.model_copy(update={"scale": "min_max"})
    assert prepared(CUSTOMERS, params)["channel"].tolist() == [1.0, 1.0, 0.5, 0.0]


@pytest.mark.parametrize("scale", ["standard", "robust", "min_max", "none"])
def test_without_a_limit_for_copies_constants_and_copies_make_segments_too(scale):
    same = CUSTOMERS.assign(orders_again=CUSTOMERS["orders"], legs=2, planet="Earth")
    params = FeatureParams(use=("orders", "orders_again", "legs", "planet"), scale=scale, collinear_above=None)
    preprocessor = fit_preprocessor(params, choose_columns(same, params), same)
    features = feature_table(preprocessor, same)
    assert list(features) == ["customer_id", "orders", "orders_again", "legs", "planet=Earth"]
    assert (features["orders"] == features["orders_again"]).all()
    assert features["legs"].nunique() == 1
    assert preprocessor["drop"].dropped_.empty


@pytest.mark.parametrize(("scale", "orders"), [("none", [1, 2, 3, 6]), ("robust", [-0.75, -0.25, 0.25, 1.75])])
def test_other_scales(scale, orders):
    assert prepared(CUSTOMERS, FeatureParams(use=("orders",), scale=scale))["orders"].tolist() == orders


def test_new_customers_go_through_the_fitted_pipeline_one_by_one_and_unseen_categories_do_no_harm():
    params = FeatureParams(leave_out=("active",), rarest_category=0.0)
    preprocessor = fit_preprocessor(params, choose_columns(CUSTOMERS, params), CUSTOMERS)
    everyone = feature_table(preprocessor, CUSTOMERS)
    assert_frame_equal(feature_table(preprocessor, CUSTOMERS.tail(1)), everyone.tail(1))
    stranger = CUSTOMERS.head(1).assign(channel="fax", income=np.inf)
    assert feature_table(preprocessor, stranger).filter(like="channel=").to_numpy().sum() == 0
    assert feature_table(preprocessor, stranger)["income"].item() == everyone["income"][1]


def test_new_customers_without_a_needed_column_are_refused():
    preprocessor = fit_preprocessor(RARE_FROM_A_QUARTER, choose_columns(CUSTOMERS, RARE_FROM_A_QUARTER), CUSTOMERS)
    with pytest.raises(StudyError, match="have no column `income`"):
        feature_table(preprocessor, CUSTOMERS.drop(columns="income"))


def test_a_study_whose_numbers_are_all_constant_is_refused_with_the_reason():
    same = CUSTOMERS.assign(orders=1, income=5.0)
    with pytest.raises(
        StudyError, match=r"No numeric feature is left.*\(it is the same for every customer: Orders and Income\)"
    ):
        prepared(same, FeatureParams(leave_out=("active",), rarest_category=0.0))


def test_the_saved_pipeline_is_the_same_bytes_and_gives_the_same_features():
    columns = choose_columns(CUSTOMERS, FeatureParams())
    saved = []
    for _ in range(2):
        buffer = io.BytesIO()
        joblib.dump(fit_preprocessor(FeatureParams(), columns, CUSTOMERS), buffer)
        saved.append(buffer.getvalue())
    assert saved[0] == saved[1]
    again = joblib.load(io.BytesIO(saved[0]))
    assert_frame_equal(feature_table(again, CUSTOMERS), prepared(CUSTOMERS, FeatureParams()))


def test_the_input_is_left_as_it_was():
    before = CUSTOMERS.copy(deep=True)
    prepared(CUSTOMERS, RARE_FROM_A_QUARTER)
    assert_frame_equal(CUSTOMERS, before)


def test_planted_redundancy_is_found_and_nothing_else_is_dropped():
    random = np.random.default_rng(7)
    spent = random.lognormal(4, 1, 400)
    customers = pd.DataFrame(
        {
            "customer_id": [f"c{n}" for n in range(400)],
            "net_revenue": spent,
            "engagement_score": random.normal(40, 10, 400),
            "spent_in_cents": spent * 100,
            "planet": "Earth",
            "income": random.lognormal(10, 0.5, 400),
        }
    )
    params = FeatureParams()
    preprocessor = fit_preprocessor(params, choose_columns(customers, params), customers)
    assert sorted(preprocessor["drop"].dropped_["feature"]) == ["planet=Earth", "spent_in_cents"]
    features = feature_table(preprocessor, customers).drop(columns="customer_id")
    assert features.mean().abs().max() < 1e-6
    assert features.std(ddof=0).to_numpy() == pytest.approx(1, abs=1e-5)


NUMBERS = st.one_of(st.none(), st.floats(-1e9, 1e9), st.sampled_from([np.inf, -np.inf, 0.0]))


@settings(max_examples=16)
@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from(["web", "app", None, ""])), min_size=2, max_size=12),
    st.sampled_from(["log", "yeo_johnson", "none"]),
    st.sampled_from(["standard", "robust", "min_max", "none"]),
    st.sampled_from(["one_hot", "ordinal", "alphabetical"]),
    st.sampled_from([0.9, None]),
)
def test_law_features_have_neither_gaps_nor_infinite_values(rows, skew, scale, encode, limit):
    customers = pd.DataFrame(rows, columns=["x", "y", "channel"]).astype({"x": float, "y": float})
    customers = customers.assign(customer_id=[str(n) for n in range(len(rows))], orders=range(len(rows)))
    features = prepared(customers, FeatureParams(skew=skew, scale=scale, encode=encode, collinear_above=limit))
    assert np.isfinite(features.drop(columns="customer_id").to_numpy()).all()


@pytest.fixture(scope="module")
def backend():
    return connect()


def shop(backend, customers: int):
    lines = [(f"i{n}", f"c{n}", "2024-05-01 10:00", 1.0, 10.0 + n) for n in range(customers)]
    return table_of(backend, "invoice_id customer_id ordered_at quantity unit_price", lines)


def test_a_study_of_transactions_alone(backend):
    params = PreprocessingParams()
    cleaned = clean(None, shop(backend, 12), params)
    day = study_day(cleaned, params)
    customers = customer_table(cleaned, day, params)
    assert day == date(2024, 5, 2)
    assert customers.loc[0, ["customer_id", "recency_days", "orders", "net_revenue"]].tolist() == ["c0", 1, 1, 10.0]


def test_who_is_rejected_for_an_empty_cell_does_not_come_back_through_orders(backend):
    people = table_of(backend, "customer_id age", [(f"c{n}", None if n == 3 else 20.0 + n) for n in range(11)])
    params = PreprocessingParams(cleaning=CleaningParams(missing_cells="reject"))
    cleaned = clean(people, shop(backend, 12), params)
    customers = customer_table(cleaned, study_day(cleaned, params), params)
    assert set(customers["customer_id"]) == {f"c{n}" for n in range(12)} - {"c3"}


def test_a_study_of_the_customer_list_alone(backend):
    params = PreprocessingParams()
    people = table_of(backend, "customer_id age", [(f"c{n}", 20.0 + n) for n in range(12)])
    cleaned = clean(people, None, params)
    assert study_day(cleaned, params) is None
    assert list(customer_table(cleaned, None, params)) == ["customer_id", "age"]


def test_too_few_customers_are_refused(backend):
    params = PreprocessingParams()
    cleaned = clean(None, shop(backend, 9), params)
    with pytest.raises(StudyError, match="Only 9 customers are left after cleaning, and a study needs at least 10"):
        customer_table(cleaned, study_day(cleaned, params), params)


def test_the_pipeline_takes_its_settings_from_the_params():
    params = FeatureParams(impute="mean", skew="none", scale="none", collinear_above=0.5)
    columns = choose_columns(CUSTOMERS, params)
    settings_of = build_preprocessor(params, columns).get_params()
    assert settings_of["by_kind__numbers__simpleimputer__strategy"] == "mean"
    assert settings_of["by_kind__numbers__straightener__method"] == "none"
    assert settings_of["drop__above"] == 0.5
