from datetime import date, datetime, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.contract import ROW
from customer_segments.base.errors import StudyError
from customer_segments.base.params import ClusteringParams, PreprocessingParams, PrivacyParams, ValidationParams
from customer_segments.pages.validation import prediction as told
from customer_segments.steps.validation import periods as pe
from customer_segments.steps.validation import prediction as pr

QUICK = ClusteringParams(n_init=2, k_max=4, bootstraps=4)
LISTED = pd.DataFrame({"customer_id": ["c000", "x1", "x2"], ROW: [1, 2, 3]})


def shop(customers: int = 240) -> pd.DataFrame:
    """Half of the customers buy every ten days, the other half once and then hardly ever again."""
    start, rows = datetime(2024, 1, 1), []
    for customer in range(customers):
        keen = customer % 2 == 0
        days = range(customer % 10, 360, 10) if keen else [customer % 180, *([300] if customer % 8 == 1 else [])]
        rows += [
            (f"c{customer:03}", start + timedelta(days=day), 3.0 if keen else 30.0 * (1 + customer % 6)) for day in days
        ]
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "unit_price"])
    table["invoice_id"] = [f"i{row}" for row in range(len(table))]
    return table.assign(quantity=1.0, product="p", row=range(1, len(table) + 1))


def past(
    sold: pd.DataFrame, listed: pd.DataFrame = LISTED, features: dict[str, object] | None = None, **cleaning: object
) -> pe.Past:
    """What was collected of a shop that nobody sent anything back to."""
    connection = engine.connect()
    tables = {
        "transactions": connection.create_table("sold", ibis.memtable(sold.rename(columns={"row": ROW}))),
        "customers": connection.create_table("listed", ibis.memtable(listed)),
    }
    paid = {"net_revenue": sold["unit_price"]} if "unit_price" in sold else {}
    lines = connection.create_table("lines", ibis.memtable(sold.assign(**paid)))
    rules = {"features": features or {"use": ("recency_days", "orders", *paid)}, "cleaning": cleaning}
    return pe.Past(tables, lines, PreprocessingParams.of(**rules), PrivacyParams())


def predicted(of: pe.Past) -> pr.Prediction | None:
    return pr.predict_next(of, QUICK, ValidationParams(), 1)


@pytest.fixture(scope="module")
def found() -> pr.Prediction:
    return predicted(past(shop()))


def test_segments_of_two_kinds_of_buyers_tell_who_comes_back(found):
    assert found.share("segments", "came_back")["share"] > 0.2
    assert found.predicts


def test_random_groups_tell_nothing(found):
    assert abs(found.share("random", "came_back")["share"]) < 0.05
    assert found.share("random", "came_back")["low"] < pr.WORTHWHILE


def test_intervals_hold_the_share(found):
    table = found.explained
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()


def test_spend_alone_misleads_where_the_keen_spend_little_at_a_time(found):
    assert found.share("segments", "came_back")["share"] > found.share("spend", "came_back")["share"]


def test_the_last_three_quarters_are_foretold_each_from_what_came_before_it(found):
    days = [date(2024, 12, 24) - timedelta(days=89 * quarter - 1) for quarter in (1, 2, 3)]  # of 359
    assert ([period.cut_off for period in found.periods], found.days) == (days, 89)


def test_each_period_has_as_many_days_before_it_as_it_has_itself():
    lines = pd.DataFrame({"ordered_at": [datetime(2024, 1, 1), datetime(2024, 4, 9)]})  # 100 days
    for length, held in ((25, 3), (30, 2), (40, 1), (80, 1)):
        cut_offs, days = pe.cut_offs(ibis.memtable(lines), ValidationParams(cut_off_days=length))
        assert (len(cut_offs), days) == (held, length)
        assert cut_offs[0] == date(2024, 4, 10) - timedelta(days=length)


def test_what_happened_after_a_day_begins_with_that_day():
    lines = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "invoice_id": ["1", "2", "3"],
            "ordered_at": [datetime(2024, 1, 1), datetime(2024, 2, 1), datetime(2024, 1, 31, 23)],
            "net_revenue": [5.0, 7.0, 9.0],
        }
    )
    lines["quantity"] = 1.0
    after = pe.outcomes(ibis.memtable(lines), date(2024, 2, 1), 10)
    assert after.to_dict("index") == {"a": {"spend": 7.0, "orders": 1.0}}
    before = pe.outcomes(ibis.memtable(lines), date(2024, 1, 30), 2)
    assert before.to_dict("index") == {"b": {"spend": 9.0, "orders": 1.0}}


def test_what_only_came_back_is_no_order():
    lines = pd.DataFrame(
        {
            "customer_id": ["a", "b", "b"],
            "invoice_id": ["1", "2", "3"],
            "ordered_at": datetime(2024, 2, 1),
            "quantity": [-1.0, 1.0, -1.0],
        }
    )
    assert pe.outcomes(ibis.memtable(lines), date(2024, 2, 1), 1)["orders"].to_dict() == {"a": 0.0, "b": 1.0}


def test_too_few_who_stay_or_leave_tell_nothing():
    did = pd.DataFrame({"orders": [1.0] * 49 + [0.0] * 60})
    assert pr.too_few(did)
    assert not pr.too_few(pd.concat([did, did]))


def test_a_shop_that_had_a_handful_of_customers_before_the_cut_off_tells_nothing():
    late = shop().assign(
        ordered_at=lambda sold: sold["ordered_at"].where(sold["customer_id"] < "c005", sold["ordered_at"].max())
    )
    assert predicted(past(late)) is None


def test_without_transactions_there_is_nothing_to_predict():
    assert predicted(pe.Past({}, None, None, None)) is None


DAY = date(2024, 10, 1)


def people(age: float, pet: str, more: tuple[str, ...] = ()) -> pd.DataFrame:
    """The list: who has a fish has no toy for it, which nobody who comes later is told of."""
    ids = pd.Series([*shop()["customer_id"].unique(), *more])
    rows, kind = pd.RangeIndex(len(ids)), ids.str[-1]
    table = pd.DataFrame({"customer_id": ids, ROW: rows + 1, "visits": age + rows % 7})
    pets = pet + kind.mask(kind == "3", "fish")
    return table.assign(pet=pets, toy=(ids.str[-2] + " toys").mask(ids.isin(more) | (kind == "3")))


def told_more(sold: pd.DataFrame) -> pd.DataFrame:
    """Lines without invoices of their own, that say each customer's contract and the category of goods."""
    number = sold["customer_id"].str[-1].astype(int)
    return sold.assign(
        contract="kind " + (number % 3).astype(str),
        category="goods " + (sold["row"] % 4).astype(str),
        invoice_id=sold["customer_id"] + " " + sold["ordered_at"].astype(str) + " 00:00:00",
    )


def after_the_day(sold: pd.DataFrame, day: date) -> pd.DataFrame:
    """Other figures and texts from the day on, fewer orders, new customers, and earlier sales sent back."""
    later = sold["ordered_at"] >= pd.Timestamp(day)
    other = {"unit_price": 99.0, "quantity": 7.0, "contract": sold["row"].map("kind {}".format), "category": "other"}
    changed = sold[later].iloc[::2].assign(**other)
    changed["invoice_id"] = [f"i{row}" for row in changed["row"]]
    new = sold[later].iloc[1::9].assign(customer_id=lambda rows: "n" + rows["customer_id"])
    back = sold[~later].head(40).assign(ordered_at=pd.Timestamp(day), quantity=-1.0)
    both = pd.concat([sold[~later], changed, new, back])
    return both.assign(row=range(1, len(both) + 1))


@pytest.mark.parametrize("fixed", [(), ("pet", "toy")])
@pytest.mark.parametrize("day", [date(2024, 10, 1), date(2024, 7, 2), date(2024, 4, 3)])
def test_nothing_from_after_the_cut_off_makes_the_segments_of_then(day, fixed):
    features = {"fixed": fixed, "leave_out": ("visits",), "further": ["first_category"]}
    sold = told_more(shop())
    newcomers = tuple(f"nc{number:03}" for number in range(240))
    of_both = ((sold, people(1.0, "cat ")), (after_the_day(sold, day), people(50.0, "cat ", newcomers)))
    pasts = [past(*tables, features, missing_cells="reject_unexplained") for tables in of_both]
    one, other = (pe.cut_then(pe.known_on(each, day), QUICK, 1) for each in pasts)
    assert one.inputs.to_csv() == other.inputs.to_csv()
    assert one.customers.to_csv() == other.customers.to_csv()
    assert one.labels.tobytes() == other.labels.tobytes()
    assert not [name for name in one.inputs if "visits" in name]
    assert bool([name for name in one.inputs if "pet" in name]) == bool(fixed)
    assert [name for name in one.inputs if "contract" in name]


def test_segments_of_attributes_alone_are_of_no_earlier_day():
    of_attributes = past(shop(), people(1.0, "cat "), {"use": ("visits",)})
    with pytest.raises(StudyError):
        pe.known_on(of_attributes, DAY)
    assert predicted(of_attributes) is None
    assert pe.known_on(past(shop(), people(1.0, "cat "), {"use": ("visits",), "fixed": ("visits",)}), DAY) is not None


def test_a_season_that_takes_a_year_to_be_told_keeps_no_earlier_day_from_being_tried(found):
    longer = shop().assign(ordered_at=lambda sold: sold["ordered_at"] + (sold["ordered_at"] - datetime(2024, 1, 1)))
    features = {"use": ("recency_days", "orders", "net_revenue"), "further": ["season"]}
    assert len(predicted(past(longer, features=features)).periods) == len(found.periods)


def test_the_number_of_segments_is_chosen_anew_by_the_rule_of_the_study():
    rng = np.random.default_rng(1)
    groups = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])[np.arange(300) % 3] + rng.normal(size=(300, 2))
    table = pd.DataFrame(groups, columns=["calls", "visits"]).assign(customer_id=np.arange(300))
    for rule in ("stability", "silhouette", "gap"):
        assert pe.number_then(table, ClusteringParams(choose_by=rule), 1) == 3
    assert pe.number_then(table, ClusteringParams(k=5), 1) == 5


def test_customers_who_never_ordered_are_not_predicted_even_where_the_study_keeps_them(found):
    assert predicted(past(shop(), customers_without_orders="keep")).explained.equals(found.explained)


def test_outliers_are_treated_as_in_the_study():
    sold = shop()
    sold["unit_price"] *= np.where(sold["customer_id"] == "c000", 1000.0, 1.0)
    fence = {"outlier_fence": 5.0}
    assert predicted(past(sold, outliers="set_aside", **fence)).periods[0].customers == 239
    assert predicted(past(sold, outliers="keep", **fence)).periods[0].customers == 240


def test_why_nothing_is_known_is_said():
    assert "Fewer than 50 customers came back" in told.unknown(transactions=True)
    assert "no orders" in told.unknown(transactions=False)


def test_a_groups_mean_is_no_guess_for_those_it_was_computed_from():
    target, groups = np.array([0.0, 10.0, 0.0, 10.0]), np.arange(4)
    folds = np.array([0, 1, 0, 1])
    # Each group has one customer, so that nothing is known of the group when the customer is left out.
    assert pr.by_group(target, groups, folds).tolist() == [10, 0, 10, 0]


def test_groups_that_differ_by_chance_only_say_nothing_however_many_they_are():
    rng = np.random.default_rng(4)
    target, folds = rng.normal(size=1000), np.arange(1000) % pr.FOLDS
    plain = ((target - pr.by_group(target, np.zeros(1000), folds)) ** 2).sum()
    for count in (3, 120):
        off = ((target - pr.by_group(target, rng.integers(count, size=1000), folds)) ** 2).sum()
        assert abs(1 - off / plain) < 0.01


def test_groups_that_differ_keep_their_means():
    target = np.repeat([1.0, 5.0, 9.0], 50) + np.tile([-0.1, 0.1], 75)
    guess = pr.by_group(target, np.repeat([0, 1, 2], 50), np.arange(150) % pr.FOLDS)
    assert guess == pytest.approx(np.repeat([1.0, 5.0, 9.0], 50), abs=0.02)


def test_a_customer_of_several_periods_is_drawn_with_all_of_them():
    """The same customers three times over are no more evidence than once."""
    rng = np.random.default_rng(1)
    ids, did = pd.DataFrame({"customer_id": np.arange(200)}), pd.DataFrame({"orders": [1.0], "spend": [1.0]})
    held = pr._Held(pe.Then(ids, ids, ids), did, (pr.OURS, "rfm"), rng.random((3, 3, 200)))
    once, thrice = pr.explained([held], 1), pr.explained([held] * 3, 1)
    pd.testing.assert_frame_equal(once, thrice)


def test_spend_is_cut_into_groups_of_the_same_sizes():
    assert pr.cut_like(np.array([1.0, 9.0, 5.0, 7.0]), np.array([1, 3])).tolist() == [1, 0, 1, 1]


def test_differences_are_those_of_the_shares(found):
    for outcome in found.outcomes:
        ours = found.share(pr.OURS, outcome)["share"]
        for name in found.groupings:
            row = found.share(name, outcome)
            assert row["ahead"] == pytest.approx(ours - row["share"], abs=2e-6)
            assert row["ahead_low"] <= row["ahead"] <= row["ahead_high"]


def test_what_is_reached_of_the_possible_is_the_share_of_shares(found):
    ours, possible = (found.share(name, "spend")["share"] for name in (pr.OURS, pr.BOOSTING))
    assert found.reached == pytest.approx(ours / possible)


def test_what_is_said_follows_the_numbers(found):
    figure, caption, alt, title = told.figure(found)
    assert title.startswith("The segments explain ")
    assert len(figure.axes) == len(found.outcomes) == 3
    counts = [(period.customers, round(period.came_back, 3)) for period in found.periods]
    assert counts == [(240, 0.625), (240, 0.5), (196, 0.612)]
    assert "62%, 50% and 61% of 240, 240 and 196 customers came back" in caption
    assert "Random groups of the same sizes" in alt
    table, comparison = told.table(found)
    assert table["Grouping"].tolist() == [told.GROUPINGS[name] for name in found.groupings]
    assert table["Came back at all"].str.fullmatch(r"\d+% \((under )?\d+%–(under )?\d+%\)").all()
    assert comparison


def test_every_outcome_and_grouping_has_its_words(found):
    unpaid = predicted(past(shop().drop(columns="unit_price")))
    assert set(told.OUTCOMES) == {*found.outcomes, *unpaid.outcomes}
    assert set(told.GROUPINGS) == {*found.groupings, *unpaid.groupings}
    assert set(told.IN_PROSE) == set(told.FORETELLS) == {*found.simpler, *unpaid.simpler}


def test_without_money_orders_are_predicted_and_held_against_recency_and_frequency(found):
    unpaid = predicted(past(shop().drop(columns="unit_price")))
    assert (unpaid.outcomes, unpaid.simpler) == (["orders", "came_back"], ["rf", "orders"])
    who = [(period.cut_off, period.customers, period.came_back) for period in found.periods]
    assert [(period.cut_off, period.customers, period.came_back) for period in unpaid.periods] == who
