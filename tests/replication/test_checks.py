import numpy as np
import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import FeatureParams, PreprocessingParams
from customer_segments.pages.replication import answers
from customer_segments.pages.replication.answers import Answer
from customer_segments.replication.checks import CHECKS, corrected
from customer_segments.replication.evidence import Evidence
from customer_segments.replication.published import Published
from tests.replication.shop import CUSTOMERS, IDS, NOBODY_BROKEN, SEGMENTS, evidence, lines, listed, ordering


def study_of(customers: pd.DataFrame, features: list[str], k: int = 2, **parts: object) -> Evidence:
    """A study of these customers, cut into k bands of its first feature."""
    bands = pd.qcut(customers[features[0]].rank(method="first"), k, labels=False) + 1
    known = customers.assign(customer_id=[f"{number:03}" for number in range(len(customers))])
    model = known[["customer_id", *features]]
    return evidence(customers=known, features=model, segments=bands, **parts)


def answer(check: str, study: Evidence, **given: object) -> Answer:
    """What a check finds in the data, as a reader sees it."""
    return answers.ANSWERS[check](**CHECKS[check](study, **given))


def test_every_check_has_its_words():
    assert list(answers.ANSWERS) == list(CHECKS)


def test_who_was_dropped_is_told_by_the_column_that_says_so():
    tables = listed(
        customer_id=["01", "02", "03", "04"], active=[True, False, True, False], region=["a", "a", "b", "b"],
        left=[None, "x", None, "y"],
    )  # fmt: skip
    kept = pd.DataFrame({"customer_id": ["02", "04"], "orders": [1, 2]})
    study = evidence(tables=tables, customers=kept, features=kept, segments=pd.Series([1, 2]))
    assert answer("dropped_rows", study).sentence == (
        "That takes 2 of 4 customers out of the study: all of those whose “Active” is “yes”, and nobody else."
    )


def test_where_no_column_tells_who_was_dropped_only_the_number_is_told():
    tables = listed(customer_id=["01", "02", "03"], active=[True, False, True])
    kept = pd.DataFrame({"customer_id": ["01", "02"], "orders": [1, 2]})
    study = evidence(tables=tables, customers=kept, features=kept, segments=pd.Series([1, 2]))
    assert answer("dropped_rows", study).sentence == "That takes 1 of 3 customers out of the study."


def test_copies_constants_and_what_is_left_are_counted():
    rng = np.random.default_rng(0)
    spend, age = rng.normal(size=(2, 60))
    customers = pd.DataFrame(
        {"spend": spend, "profit": 0.2 * spend, "cost": 3 - spend, "age": age, "both": spend + age, "legs": 2.0}
    ).round(6)
    study = study_of(customers, list(customers))
    found = answer("copies", study)
    assert found.table["Number"].tolist() == [6, 3, 1, 2]
    assert found.sentence.startswith(
        "3 of the 6 columns are one and the same on other scales, and 1 never change: 2 are independent. Spend alone "
    )
    assert found.caption == "The copies are “Spend”, “Profit” and “Cost”."


@pytest.mark.parametrize(
    ("written", "said"), [("%Y-%m-%d", "1.00 on average over 1 column of dates."), ("%d/%m/%Y", ", next to none.")]
)
def test_dates_in_the_order_of_the_alphabet_are_held_against_time(written, said):
    times = pd.date_range("2020-01-01", "2023-12-28", periods=400)
    customers = pd.DataFrame({"spend": np.arange(400.0), "first_seen": times.strftime(written), "channel": "web"})
    study = study_of(customers, list(customers))
    found = answer("alphabetical_dates", study, written=written)
    assert found.sentence.endswith(said)
    assert found.table["Date"].tolist() == ["First seen"]


def test_what_the_criteria_prefer_is_told_beside_what_was_chosen():
    study = evidence()
    told = answer("number_of_segments", study).sentence
    assert told == (
        "The silhouette is highest with 2 segments (0.700). The inertia bends most at 3; it falls by 50% with 3 and "
        "20% with 4."
    )
    three = evidence(segments=pd.Series([1, 2, 3] * 4))
    assert "(0.700; with 3 it is 0.400)" in answer("number_of_segments", three).sentence


def collected(customers: pd.DataFrame, k: int) -> Evidence:
    """A study whose customers were collected, prepared plainly."""
    import ibis

    names = list(customers)
    tables = listed(customer_id=[f"{number:03}" for number in range(len(customers))], **customers.to_dict("list"))
    plain = PreprocessingParams(features=FeatureParams(skew="none"))
    return study_of(customers, names, k, tables=tables | {"broken": ibis.memtable(NOBODY_BROKEN)}, preprocessing=plain)


def test_groups_that_are_there_are_clearer_than_chance_and_come_back():
    rng = np.random.default_rng(1)
    middles = np.repeat([[0, 0], [9, 0], [0, 9]], 70, axis=0)
    study = collected(pd.DataFrame(middles + rng.normal(size=(210, 2)), columns=["calls", "visits"]), k=3)
    told = answer("structure", study).sentence
    assert "With all 210 customers and the 2 columns of our own study, a cut into 3 is clearer than one of" in told
    assert "adjusted Rand index of 1," in told


def test_groups_that_are_not_there_are_no_clearer_than_chance():
    rng = np.random.default_rng(2)
    study = collected(pd.DataFrame(rng.uniform(size=(200, 4)), columns=["height", "visits", "weight", "calls"]), k=3)
    assert "a cut into 3 is no clearer than one of shuffled columns" in answer("structure", study).sentence


def test_printed_counts_are_added_up():
    groups = [{"title": "Sizes", "measure": "size", "figures": {"good": {"printed": "9", "found": "6"}, "poor": "6"}}]
    study = evidence(Published(segments={"good": 1, "poor": 2}, groups=groups))
    found = answer("adds_up", study, group="Sizes")
    assert found.sentence == "9 + 6 makes 15, and 12 customers were segmented."


def ten_times(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame] * 10, ignore_index=True)


def large_study():
    customers = ten_times(CUSTOMERS).assign(customer_id=[f"{number:03}" for number in range(120)])
    model = customers[["customer_id", "orders", "net_revenue"]]
    return evidence(customers=customers, features=model, segments=ten_times(SEGMENTS), noise_draws=2)


def test_the_sizes_of_the_test_stand_beside_those_of_the_population():
    study = large_study()
    found = answer("taken_for_population", study)
    assert found.sentence == (
        "The 24 are the 20% of the customers held back to test the classifier; the segments have 120 customers."
    )
    assert found.table.to_numpy().tolist() == [["good", "12", "60"], ["poor", "12", "60"]]


def test_the_accuracy_on_noise_stands_beside_the_printed_one():
    study = large_study()
    told = answer("classifier_on_noise", study).sentence
    assert told.startswith(
        "The classifier recognises 100.00% of the customers held back, and misses 0 of 12 in “good”."
    )
    assert told.endswith("on average of 2 draws.")


def test_what_customers_kept_is_what_all_their_lines_add_up_to():
    bought = [(name, "2024-01-05", 1.0, price) for name, price in zip(IDS, CUSTOMERS["net_revenue"], strict=True)]
    returned = [("07", "2024-01-06", -1.0, 88.5), ("01", "2024-01-06", -1.0, 25.0), ("12", "2024-02-06", -1.0, 70.0)]
    study = evidence(tables=lines(*bought, *returned))
    found = answer("returns_dropped", study, currency="€")
    assert study.all_lines.tolist() == [-15, 10, 10, 10, 10, 30, 1.5, 90, 80, 80, 70, 0]
    assert found.sentence == (
        "32.8% of the revenue was sent back and counts all the same. 2 customers kept nothing or less; one in “good” "
        "kept €0.00 of €70.00, the first in the list −€15.00 of €10.00."
    )
    assert found.table.iloc[:, 1:].to_numpy().tolist() == [
        ["€480", "€322", "1", "€0.00 of €70.00"],
        ["€80.00", "€55.00", "1", "−€15.00 of €10.00"],
    ]


def test_how_many_ordered_once_is_counted():
    study = evidence()
    assert answer("single_purchase", study, segment="poor").sentence == (
        "66.7% of the 6 customers in “poor” ordered once, the others up to 2 times."
    )


def history(active: list[float]) -> list[tuple[str, str]]:
    """Two hundred customers who begin in January, of whom such shares order again in the months after it."""
    months = pd.date_range("2024-01-01", periods=len(active) + 1, freq="MS")
    rows = [(f"c{number}", "2024-01-02") for number in range(200)]
    for month, share in zip(months[1:], active, strict=True):
        rows += [(f"c{number}", f"{month:%Y-%m}-10") for number in range(int(200 * share))]
    return [*rows, ("c0", f"{months[-1] + pd.offsets.MonthEnd(0):%Y-%m-%d}")]


@pytest.mark.parametrize(
    ("active", "said"),
    [([0.2, 0.25, 0.3, 0.35, 0.4], "nothing drops there."), ([0.4, 0.4, 0.4, 0.1, 0.1], "it is lower there.")],
)
def test_a_drop_is_told_from_none(active, said):
    study = evidence(**ordering(*history(active)))
    found = CHECKS["drop_off"](study, month=4)
    assert np.allclose(found["months"]["whole"], active)
    assert found["months"].equals(found["months"].assign(cut=found["months"]["whole"]))
    answered = answers.drop_off(**found)
    assert answered.sentence.endswith(said)
    assert answered.alt.startswith(f"Order again: {active[0]:.1%} in month 1, ")
    assert len(answered.figure.axes[0].lines) == 2


def test_a_month_that_had_not_ended_is_left_out_and_shown():
    rows = [row for row in history([0.2, 0.25, 0.3, 0.35, 0.4]) if row[1] <= "2024-06-10"]
    study = evidence(**ordering(*rows))
    found = CHECKS["drop_off"](study, month=3)
    assert found["months"]["month"].tolist() == [1, 2, 3, 4]
    assert "June 2024 had not ended" in answers.drop_off(**found).caption


def test_the_market_is_where_most_lines_are_sold():
    study = evidence(tables=lines(("01", "2024-01-05", 1.0, 5.0)))
    assert answer("home_market", study, currency="crowns").sentence == (
        "100% of the lines are sold in Freedonia, and amounts are in crowns."
    )


def told(**correction: object) -> list[str]:
    asked = {"said": "They come *once*.", "check": "single_purchase", "given": {"segment": "poor"}, "why": "No."}
    study = evidence(Published(segments={"good": 1, "poor": 2}, corrections=[asked | correction]))
    return [answers.item(each) for each in corrected(study)]


def test_what_was_said_what_the_data_say_and_why_it_matters_stand_together():
    assert told() == [
        "**They come &#42;once&#42;.** 66.7% of the 6 customers in “poor” ordered once, the others up to 2 times. No."
    ]


def test_what_settings_that_were_changed_leave_nothing_of_is_said():
    checked = {"said": "S.", "check": "single_purchase", "given": {"segment": "poor"}, "why": "No."}
    published = Published(segments={"good": 1, "poor": 2}, corrections=[checked])
    study = evidence(published, segments=pd.Series([1] * 12))
    [each] = corrected(study)
    assert answers.answer(each).sentence == "Under these settings this cannot be told: there is no segment “poor”."


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        ({"check": "double_purchase"}, "names the check `double_purchase`; there are dropped_rows, "),
        ({"given": {"segments": "poor"}}, "`single_purchase` of a correction cannot be made"),
        ({"given": {"segment": "worst"}}, "name a segment `worst`; under `segments:` there are"),
        ({"check": "adds_up", "given": {"group": "Sizes"}}, r"`adds_up` of a correction cannot be made \('Sizes'\)"),
    ],
)
def test_a_correction_that_cannot_be_computed_is_named(correction, said):
    with pytest.raises(StudyError, match=said):
        told(**correction)
