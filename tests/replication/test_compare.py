import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from customer_segments.base.errors import StudyError
from customer_segments.replication import compare
from customer_segments.replication.published import Published
from tests.replication.shop import evidence

GROUPS = [
    {"title": "Sizes", "measure": "size", "figures": {"good": "6", "poor": {"printed": "7", "found": "6"}}},
    {"title": "All", "figures": {"summary": {"net_revenue": {"mean": "46.67"}}, "customers_segmented": "13"}},
]
STUDY = Published(title="A study", segments={"good": 1, "poor": 2}, groups=GROUPS)


@pytest.fixture(scope="module")
def figures() -> list[compare.Outcome]:
    return compare.outcomes(evidence(STUDY))


def test_each_figure_stands_beside_ours(figures):
    assert_frame_equal(
        compare.group_table(STUDY.groups[0], figures),
        pd.DataFrame(
            {"Figure": ["good", "poor"], "Printed": ["6", "7"], "Ours": ["6", "6"], "Comes out": ["yes", "no"]}
        ),
    )
    assert_frame_equal(
        compare.group_table(STUDY.groups[1], figures),
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
    assert compare.overview(STUDY, figures).to_numpy().tolist() == [["Sizes", 2, 1], ["All", 2, 1]]
    assert compare.overview_caption(figures) == "2 of 4 printed figures come out."
    assert compare.group_caption(STUDY.groups[0], figures) == (
        "Sizes: 1 of 2 printed figures comes out at the printed rounding."
    )
    assert compare.findings(figures) == [
        "2 of 4 printed figures come out at the rounding that was printed.",
        "2 figures do not: Sizes (1) and All (1).",
    ]
    assert compare.metrics(STUDY, figures)["not_reproduced"] == {
        "Sizes: poor": {"printed": "7", "ours": "6"},
        "All: Customers segmented": {"printed": "13", "ours": "12"},
    }


def test_what_was_said_to_come_out_instead_must_come_out(figures):
    assert [figure.as_expected for figure in figures] == [True, True, True, False]


def test_a_figure_that_comes_out_must_not_be_said_to_differ():
    groups = [{"title": "Sizes", "measure": "size", "figures": {"good": {"printed": "6", "found": "6"}}}]
    [figure] = compare.outcomes(evidence(Published(segments={"good": 1, "poor": 2}, groups=groups)))
    assert not figure.as_expected


def test_figures_are_called_by_names_for_readers_and_segments_as_in_the_study():
    groups = [
        {"title": "Columns", "measure": "summary", "figures": {"net_revenue": {"std": "1", "q25": "1", "max": "1"}}},
        {"title": "Means", "measure": "mean", "figures": {"net_revenue": {"good": "1"}}},
    ]
    study = Published(segments={"good": 1, "poor": 2}, groups=groups)
    assert [figure.name for figure in compare.outcomes(evidence(study))] == [
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
    assert compare.rounded_like(printed, value) == ours


@pytest.mark.parametrize("printed", ["38%", "£5", "about 3", "1.2.3", ""])
def test_a_figure_with_signs_around_it_is_refused_where_a_number_comes_out(printed):
    with pytest.raises(StudyError, match="write the bare number"):
        compare.rounded_like(printed, 38.0)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_no_figure_comes_out_that_lies_farther_off_than_its_rounding(value, decimals):
    printed = f"{value:.{decimals}f}"
    off = value + 0.51 * 10**-decimals + 1e-9 * abs(value)
    assert compare.rounded_like(printed, value) == printed
    assert compare.rounded_like(printed, off + 0.5 * 10**-decimals) != printed


def test_where_nothing_was_published_it_is_said():
    assert compare.findings([]) == [compare.NO_STUDY]
    assert compare.metrics(Published(), [])["figures"] == 0
