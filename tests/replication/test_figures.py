import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base.errors import StudyError
from customer_segments.pages.replication import figures as told
from customer_segments.replication.measures import outcomes
from customer_segments.replication.published import Published, Replicated, Side, rounded_like
from tests.replication.shop import evidence

GROUPS = [
    {"title": "Sizes", "measure": "size", "figures": {"good": "6", "poor": {"printed": "7", "found": "6"}}},
    {"title": "All", "figures": {"summary": {"net_revenue": {"mean": "46.67"}}, "customers_segmented": "13"}},
]
STUDY = Published(title="A study", segments={"good": 1, "poor": 2}, groups=GROUPS)


THEIRS = Side(200, 37, None, (70, 63, 46, 21), 0.1402, 0.2, 0.634, "not supported by the data")
OURS = Side(1000, 6, None, (354, 330, 316), 0.127, 1.0, 0.19, "not supported by the data")


def replicated(study: Published) -> Replicated:
    return Replicated(study, outcomes(evidence(study)))


@pytest.fixture(scope="module")
def figures() -> Replicated:
    return replicated(STUDY)


def test_each_figure_stands_beside_ours(figures):
    assert_frame_equal(
        told.group_table(STUDY.groups[0], figures)[0],
        pd.DataFrame(
            {"Figure": ["good", "poor"], "Printed": ["6", "7"], "Ours": ["6", "6"], "Comes out": ["yes", "no"]}
        ),
    )
    assert_frame_equal(
        told.group_table(STUDY.groups[1], figures)[0],
        pd.DataFrame(
            {
                "Figure": ["Summary, net revenue, mean", "Customers segmented"],
                "Printed": ["46.67", "13"],
                "Ours": ["46.67", "12"],
                "Comes out": ["yes", "no"],
            }
        ),
    )


def test_those_that_come_out_are_counted(figures):
    table, caption = told.overview(figures)
    assert table.to_numpy().tolist() == [["Sizes", 2, 1], ["All", 2, 1]]
    assert caption == "2 of 4 printed figures come out."
    assert told.group_table(STUDY.groups[0], figures)[1] == (
        "Sizes: 1 of 2 printed figures comes out at the printed rounding."
    )
    assert told.findings(figures) == [
        "2 of 4 printed figures come out at the rounding that was printed.",
        "2 figures do not: Sizes (1) and All (1).",
    ]
    assert told.metrics(figures)["not_reproduced"] == {
        "Sizes: poor": {"printed": "7", "ours": "6"},
        "All: Customers segmented": {"printed": "13", "ours": "12"},
    }


def test_figures_are_called_by_names_for_readers_and_segments_as_in_the_study():
    groups = [
        {"title": "Columns", "measure": "summary", "figures": {"net_revenue": {"std": "1", "q25": "1", "max": "1"}}},
        {"title": "Means", "measure": "mean", "figures": {"net_revenue": {"good": "1"}}},
    ]
    study = Published(segments={"good": 1, "poor": 2}, groups=groups)
    assert [told.called(leaf, study.segments) for leaf in study.leaves()] == [
        "Net revenue, standard deviation",
        "Net revenue, lower quartile",
        "Net revenue, highest",
        "Net revenue, good",
    ]


@pytest.mark.parametrize(
    ("printed", "value", "ours"),
    [
        ("0.140", 0.1402, "0.140"),
        ("4", 4.4, "4"),
        ("4.3", 4.25001, "4.3"),
        ("strong", "weak", "weak"),
        ("9", 9, "9"),
        ("1,234.5", 1234.46, "1,234.5"),
        ("−0.5", -0.51, "−0.5"),
        ("-3", -3.2, "-3"),
        ("0.25", 0.25, "0.25"),
    ],
)
def test_ours_is_rounded_as_the_figure_was_printed(printed, value, ours):
    assert rounded_like(printed, value) == ours


@pytest.mark.parametrize("printed", ["38%", "£5", "about 3", "1.2.3", ""])
def test_a_figure_with_signs_around_it_is_refused_where_a_number_comes_out(printed):
    with pytest.raises(StudyError, match="write the bare number"):
        rounded_like(printed, 38.0)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_no_figure_comes_out_that_lies_farther_off_than_its_rounding(value, decimals):
    printed = f"{value:.{decimals}f}"
    off = value + 0.51 * 10**-decimals + 1e-9 * abs(value)
    assert rounded_like(printed, value) == printed
    assert rounded_like(printed, off + 0.5 * 10**-decimals) != printed


def test_where_nothing_was_published_it_is_said():
    nothing = Replicated(Published())
    assert told.findings(nothing) == [told.NO_STUDY]
    assert told.metrics(nothing) == {
        "study": None, "sentences": None, "figures": 0, "reproduced": 0, "not_reproduced": {},
    }  # fmt: skip


def test_which_study_it_is_and_how_it_went_about_it_is_told():
    study = Published(title="A *study*", source="A shelf.", recipe=["Count.", "Cut."])
    assert told.proceeding(study) == ["**A &#42;study&#42;.** A shelf.", "Count.", "Cut."]


def test_both_sides_are_written_for_a_reader():
    assert told.sides(THEIRS, OURS, "€")[0].to_numpy().tolist() == [
        ["Customers", "200", "1,000"],
        ["Columns that make the segments", "37", "6"],
        ["Segments", "4", "3"],
        ["Customers in each", "70 · 63 · 46 · 21", "354 · 330 · 316"],
        ["Mean silhouette", "0.140", "0.127"],
        ["p-value against data without groups", "0.20", "1.00"],
        ["Found again (adjusted Rand index)", "0.63", "0.19"],
        ["Verdict", "not supported by the data", "not supported by the data"],
    ]


def test_revenue_is_told_where_there_is_any():
    trading = Side(10, 3, 1234.5, (6, 4), 0.5, 0.02, 0.9, "distinct groups")
    assert ["Revenue", "£1,234", "–"] in told.sides(trading, OURS, "£")[0].to_numpy().tolist()


def test_how_many_customers_more_or_fewer_is_told():
    captions = [told.sides(*pair, "€")[1] for pair in ((THEIRS, OURS), (OURS, THEIRS), (OURS, OURS))]
    assert [caption.split(" under our defaults.")[0] for caption in captions] == [
        "800 more customers", "800 fewer customers", "The same customers",
    ]  # fmt: skip


def test_two_verdicts_that_agree_are_told_as_one():
    assert told.verdicts(THEIRS, OURS) == (
        "As published (200 customers, 4 segments) and under our defaults (1,000 customers, 3 segments) the verdict is "
        "the same: “not supported by the data”."
    )
    distinct = Side(10, 3, 1.0, (6, 4), 0.5, 0.02, 0.9, "distinct groups")
    assert told.verdicts(distinct, OURS).endswith(
        "the verdict is “distinct groups”, under our defaults (1,000 customers, 3 segments) “not supported by the "
        "data”."
    )
