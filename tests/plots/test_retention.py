import pandas as pd
import pytest

from customer_segments.pages.plots.absent import nothing
from customer_segments.pages.plots.retention import coming_back, curves
from customer_segments.steps.retention import survival
from tests.plots.texts import text_faults
from tests.retention.test_survival import MERCAPTOPURINE

RATES = pd.DataFrame(
    [(segment, age, 50, 20, 0.4, 0.3, 0.5) for segment in (0, 1, 2) for age in (1, 2, 3)],
    columns=["segment", "age", "customers", "active", "rate", "low", "high"],
)
WAITS = survival.kaplan_meier(MERCAPTOPURINE)


def test_each_segment_has_a_curve_in_its_colour_and_those_not_assigned_are_grey():
    axis = curves(RATES, "month").axes[0]
    assert [line.get_label() for line in axis.lines] == ["Not assigned", "Segment 1", "Segment 2"]
    assert len({line.get_color() for line in axis.lines}) == 3


def test_the_share_that_came_back_rises_from_nothing_and_ends_where_few_are_left():
    axis = coming_back(WAITS, {0: WAITS, 1: WAITS[WAITS["day"] <= 10]}).axes[0]
    by_name = {line.get_label(): line for line in axis.lines}
    assert by_name["Everyone"].get_ydata()[0] == 0
    assert by_name["Everyone"].get_ydata()[-1] == pytest.approx(1 - 0.448, abs=1e-3)
    assert by_name["Segment 1"].get_xdata()[-1] == 10


@pytest.mark.parametrize(
    "figure",
    [
        curves(RATES, "month"),
        coming_back(WAITS, {0: WAITS, 1: WAITS}),
        nothing("No transactions: nothing to follow."),
    ],
    ids=["curves", "second", "nothing"],
)
def test_no_text_is_cut_or_covers_another(figure):
    assert text_faults(figure) == []
