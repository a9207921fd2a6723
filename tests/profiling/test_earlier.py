"""What is said of the study before."""

import numpy as np
import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.pages.profiling import earlier
from customer_segments.steps.movements.drift import Run, against


def run(segments, names, verdict="distinct groups", first=0, **values) -> Run:
    """A run whose customers are numbered from `first` on."""
    customers = [str(first + place) for place in range(len(segments))]
    table = pd.DataFrame({"customer_id": customers, "segment": segments})
    return Run("then", table, names, pd.DataFrame({"customer_id": customers} | values), verdict)


OLD = run([1] * 40 + [2] * 60, {1: "Dear", 2: "Lost"}, orders=[9.0] * 40 + [1.0] * 60)
NEW = run([1] * 55 + [2] * 65, {1: "Dear", 2: "Lost"}, orders=[9.0] * 55 + [1.0] * 65)


def test_sizes_then_and_now_stand_beside_one_another():
    table, caption = earlier.sizes(against(OLD, NEW), 10)
    assert table.to_numpy().tolist() == [["Dear", "Dear", "40", "55"], ["Lost", "Lost", "60", "65"]]
    assert "not told" not in caption


def test_a_segment_that_ended_and_one_that_is_new_have_no_other():
    new = run([1] * 30 + [2] * 30 + [3] * 40, {1: "Dear", 2: "Late", 3: "Lost"})
    old = run([1] * 60 + [2] * 40, {1: "Dear", 2: "Lost"})
    table, _ = earlier.sizes(against(old, new), 10)
    assert table.to_numpy().tolist() == [
        ["Dear", "Dear", "60", "30"], ["Late", "–", "0", "30"], ["Lost", "Lost", "40", "40"]
    ]  # fmt: skip


def test_flows_count_who_moved_came_and_went():
    found = against(OLD, NEW)
    table, _ = earlier.flows(found, 1)
    assert list(table.columns) == ["Then", "Dear", "Lost"]
    assert table.to_numpy().tolist() == [["Dear", "40", "0"], ["Lost", "15", "45"], ["Not among them", "0", "20"]]
    assert "15, went from “Lost” to “Dear”" in " ".join(earlier.said(found, 10))
    assert "went from" not in " ".join(earlier.said(found, 16))


def test_a_few_are_told_neither_in_tables_nor_in_sentences():
    new = run([1] * 43 + [2] * 57, {1: "Dear", 2: "Lost"})
    for told in (earlier.sizes, earlier.flows):
        table, caption = told(against(run([1] * 40 + [2] * 60, OLD.names), new), 10)
        assert "3" not in table.to_numpy().ravel().tolist()
        assert ("not told" in caption) == (told is earlier.flows)
    said = " ".join(earlier.said(against(OLD, run([1] * 95, {1: "Dear"})), 10))
    assert "fewer than 10 are no longer there" in said


def test_the_verdict_then_and_now_comes_first():
    assert earlier.said(against(OLD, NEW), 10)[0] == "The verdict is what it was: the segments are distinct groups."
    other = Run("now", NEW.segments, NEW.names, NEW.values, "not supported by the data")
    first = earlier.said(against(OLD, other), 10)[0]
    assert first == "**The segments were distinct groups, and are not supported by the data.**"


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (NEW, None),
        (run([1] * 70 + [2] * 30, OLD.names), "30% of the customers of both stand in another segment"),
        (
            run([1] * 40 + [2] * 60, OLD.names, "not supported by the data"),
            "the segments, then distinct groups, are not",
        ),
    ],
)
def test_the_front_page_is_told_only_of_much(new, told):
    sentence = earlier.metrics(against(OLD, new))["compared"]["sentence"]
    assert sentence is None if told is None else told in sentence


def test_where_nothing_is_compared_nothing_is_told():
    assert earlier.metrics(None) == {}


def test_what_shifted_is_told():
    rng = np.random.default_rng(4)
    old, new = (run([1] * 500, {1: "All"}, spent=rng.normal(mean, 1, 500)) for mean in (0, 2))
    assert "Spent has shifted." in earlier.said(against(old, new), 10)
    table, caption = earlier.shifts(against(old, new))
    assert table["Which has"].tolist() == ["shifted"]
    assert "there is no other" in caption
    table, caption = earlier.shifts(against(old, old))
    assert table.empty
    assert caption.startswith("No column has moved")


def test_studies_that_have_nothing_in_common_are_refused():
    with pytest.raises(StudyError, match="no customer and no column in common") as refused:
        against(OLD, run([1] * 30, {1: "Others"}, first=1000, size=[1.0] * 30))
    assert refused.value.setting == "compare"


def test_names_from_the_data_are_no_markup():
    new = run([1] * 70 + [2] * 30, {1: "<b>Dear</b>", 2: "*Lost*"})
    said = " ".join(earlier.said(against(run([1] * 40 + [2] * 60, new.names, "<i>"), new), 10))
    assert "<b>" not in said
    assert "<i>" not in said
    assert "*Lost*" not in said
