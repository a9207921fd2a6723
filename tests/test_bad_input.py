"""Tables of which little can be made: a verdict or one clear sentence, and nothing on the console."""

import numpy as np
import pandas as pd
import pytest

import customer_segments as cs
from customer_segments.base.errors import StudyError
from customer_segments.steps.judge import UNSUPPORTED
from tests.test_small_shop import PIXELS

QUICK = {"clustering": {"bootstraps": 10}, "validation": {"references": 19, "bootstraps": 10}}
# What libraries warn of among themselves.
pytestmark = [
    pytest.mark.filterwarnings("error"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option is deprecated"),
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]


def people(count: int, **columns: object) -> pd.DataFrame:
    """Customers of whom two numbers are known, that have nothing to do with each other, and more columns."""
    rng = np.random.default_rng(count)
    numbers = {"visits": rng.poisson(5, count), "spend": rng.lognormal(4, 0.6, count).round(2)}
    return pd.DataFrame({"customer_id": [f"c{n}" for n in range(count)]} | numbers | columns)


def questions(count: int, answers: np.ndarray) -> pd.DataFrame:
    return people(count)[["customer_id"]].join(pd.DataFrame(answers).rename(columns="q{}".format))


def alike(*others: int) -> pd.DataFrame:
    """A customer many times over, under other ids, and some who are unlike."""
    return people(200, visits=5, spend=9.0).assign(visits=[*others, *[5] * (200 - len(others))])


RNG = np.random.default_rng(1)
JUDGED = {
    "a constant column": people(200, points=3),
    "thirty customers": people(30),
    "the same list twice": pd.concat([people(100)] * 2),
    "one customer far out": people(200).assign(spend=[*[10.0] * 199, 1e9]),
    "one column": people(200)[["customer_id", "spend"]],
    "100 columns": questions(150, RNG.standard_normal((150, 100))),
    "more columns than customers": questions(30, RNG.standard_normal((30, 100))),
    "100 columns that say the same": questions(150, np.repeat(RNG.standard_normal((150, 1)), 100, axis=1)),
    "nothing but yes or no": questions(150, RNG.integers(0, 2, (150, 40))),
    "gaps": people(200).assign(visits=np.where(RNG.random(200) < 0.9, np.nan, 3.0)),
}
REFUSED = {
    "all columns constant": (alike(), "No feature tells customers apart: .* are the same for every customer"),
    "one customer 200 times": (pd.concat([people(1)] * 200), "Only 1 customer is left after cleaning"),
    "nine customers": (people(9), "Only 9 customers are left after cleaning, and a study needs at least 10"),
    "too few are unlike": (
        alike(1, 2, 3, 4),
        "of whom only 5 differ in their features: lower clustering.k_max .* to 4",
    ),
    "three are unlike": (alike(1, 2), "of whom only 3 differ in their features: name further columns"),
    "all categories": (
        people(200)[["customer_id"]].assign(plan=["basic", "plus"] * 100, member=["yes", "no", "no", "no"] * 50),
        "No numeric feature is left .*these make segments only beside numbers: Plan and Member",
    ),
    "ids alone": (people(200)[["customer_id"]], "No numeric feature is left .*there are no other columns"),
    "no rows": (people(0), "has columns and no rows"),
}


@pytest.mark.parametrize("table", JUDGED.values(), ids=JUDGED)
def test_what_can_be_judged_gets_a_verdict(table, capfd):
    study = cs.run_study(customers=table, params=QUICK)
    assert study.verdict.kind == UNSUPPORTED
    assert len(study.profiles) == study.k
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("table", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_is_refused_in_a_sentence(table, said, capfd):
    with pytest.raises(StudyError, match=said) as refused:
        cs.run_study(customers=table, params=QUICK)
    assert "\n" not in str(refused.value)
    assert capfd.readouterr() == ("", "")


def test_the_number_that_a_refusal_names_can_be_tried():
    study = cs.run_study(customers=alike(1, 2, 3, 4), params=QUICK | {"clustering": {"k_max": 4, "bootstraps": 10}})
    assert study.k <= 4


def test_a_folder_of_yes_and_no_is_run_to_its_end_and_its_pages_say_what_they_can(copied_shop):
    table = JUDGED["nothing but yes or no"].assign(same=4)
    table.to_csv(copied_shop.path("mine.csv"), index=False)
    copied_shop.change(source={"kind": "files", "customers": "mine.csv"})
    finished = copied_shop.repro()
    assert "arning" not in finished.stdout + finished.stderr
    for page in copied_shop.path("reports").glob("*.html"):
        text = PIXELS.sub("", page.read_text(encoding="utf-8"))
        assert not [word for word in ("Traceback", "Warning", "NaN", "nan%") if word in text], page.name
    profiles = copied_shop.path("reports/08_profiling.html").read_text(encoding="utf-8")
    assert "How far do their customers overlap?" not in profiles  # no column is a quantity
