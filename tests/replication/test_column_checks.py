import numpy as np
import pandas as pd
import pytest

from customer_segments.base.params import FeatureParams, PreprocessingParams, ValidationParams
from customer_segments.replication import column_checks as checks
from customer_segments.replication.evidence import Evidence
from customer_segments.replication.ours import Ours
from customer_segments.replication.published import Published
from tests.replication.shop import NOBODY_BROKEN, evidence, listed

QUICK = ValidationParams(references=19, bootstraps=10)


def study_of(customers: pd.DataFrame, features: list[str], k: int = 2, **parts: object) -> Evidence:
    """A study of these customers, cut into k bands of its first feature."""
    bands = pd.qcut(customers[features[0]].rank(method="first"), k, labels=False) + 1
    known = customers.assign(customer_id=[f"{number:03}" for number in range(len(customers))])
    model = known[["customer_id", *features]]
    return evidence(customers=known, features=model, segments=bands, **parts)


def ours(of: Evidence) -> Ours:
    return Ours(of, QUICK)


def test_who_was_dropped_is_told_by_the_column_that_says_so():
    tables = listed(
        customer_id=["01", "02", "03", "04"], active=[True, False, True, False], region=["a", "a", "b", "b"],
        left=[None, "x", None, "y"],
    )  # fmt: skip
    kept = pd.DataFrame({"customer_id": ["02", "04"], "orders": [1, 2]})
    study = evidence(tables=tables, customers=kept, features=kept, segments=pd.Series([1, 2]))
    assert checks.dropped_rows(study, ours(study)).sentence == (
        "That takes 2 of 4 customers out of the study: all of those whose “Active” is “yes”, and nobody else."
    )


def test_where_no_column_tells_who_was_dropped_only_the_number_is_told():
    tables = listed(customer_id=["01", "02", "03"], active=[True, False, True])
    kept = pd.DataFrame({"customer_id": ["01", "02"], "orders": [1, 2]})
    study = evidence(tables=tables, customers=kept, features=kept, segments=pd.Series([1, 2]))
    assert checks.dropped_rows(study, ours(study)).sentence == "That takes 1 of 3 customers out of the study."


def test_copies_constants_and_what_is_left_are_counted():
    rng = np.random.default_rng(0)
    spend, age = rng.normal(size=(2, 60))
    customers = pd.DataFrame(
        {"spend": spend, "profit": 0.2 * spend, "cost": 3 - spend, "age": age, "both": spend + age, "legs": 2.0}
    ).round(6)
    study = study_of(customers, list(customers))
    found = checks.copies(study, ours(study))
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
    found = checks.alphabetical_dates(study, ours(study), written=written)
    assert found.sentence.endswith(said)
    assert found.table["Date"].tolist() == ["First seen"]


def test_what_the_criteria_prefer_is_told_beside_what_was_chosen():
    study = evidence()
    told = checks.number_of_segments(study, ours(study)).sentence
    assert told == (
        "The silhouette is highest with 2 segments (0.700). The inertia bends most at 3; it falls by 50% with 3 and "
        "20% with 4."
    )
    three = evidence(segments=pd.Series([1, 2, 3] * 4))
    assert "(0.700; with 3 it is 0.400)" in checks.number_of_segments(three, ours(three)).sentence


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
    told = checks.structure(study, ours(study)).sentence
    assert "With all 210 customers and the 2 columns of our own study, a cut into 3 is clearer than one of" in told
    assert "adjusted Rand index of 1," in told


def test_groups_that_are_not_there_are_no_clearer_than_chance():
    rng = np.random.default_rng(2)
    study = collected(pd.DataFrame(rng.uniform(size=(200, 4)), columns=["height", "visits", "weight", "calls"]), k=3)
    assert "a cut into 3 is no clearer than one of shuffled columns" in checks.structure(study, ours(study)).sentence


def test_printed_counts_are_added_up():
    groups = [{"title": "Sizes", "measure": "size", "figures": {"good": {"printed": "9", "found": "6"}, "poor": "6"}}]
    study = evidence(Published(segments={"good": 1, "poor": 2}, groups=groups))
    found = checks.adds_up(study, ours(study), group="Sizes")
    assert found.sentence == "9 + 6 makes 15, and 12 customers were segmented."
