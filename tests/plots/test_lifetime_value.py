import pandas as pd
import pytest

from customer_segments.pages.plots.lifetime_value import calibration, states, value
from tests.plots.texts import text_faults

GROUPS = pd.DataFrame(
    [
        ("0", 902, 1.02, 0.93, 0.45),
        ("1", 576, 1.6, 1.6, 1.0),
        ("5 to 9", 1319, 3.9, 3.5, 3.2),
        ("20 or more", 27, 9, 8, 8),
    ],
    columns=["repeats", "customers", "actual", "model", "naive"],
)
TABLE = pd.DataFrame(
    [(0, 0.89, 0.03, 12.0, 0.1), (1, 0.2, 0.5, 1_388_000.0, 0.75), (2, 0.5, 0.0, 0.0, 0.15)],
    columns=["segment", "alive", "gone", "expected_value", "value_share"],
).assign(at_risk=[0.08, 0.3, 0.5])


def test_what_came_stands_beside_what_was_expected():
    axis = calibration(GROUPS).axes[0]
    assert [bar.get_height() for bar in axis.patches] == [*GROUPS["actual"], *GROUPS["model"], *GROUPS["naive"]]
    assert axis.get_xticklabels()[2].get_text() == "5–9\n(1,319)"


def test_the_states_of_each_segment_fill_its_bar_and_small_parts_go_unwritten():
    axis = states(TABLE).axes[0]
    ends = [bar.get_x() + bar.get_width() for bar in axis.patches[-3:]]
    assert ends == pytest.approx([1, 1, 1])
    assert [text.get_text() for text in axis.texts] == ["89%", "20%", "50%", "8%", "30%", "50%", "", "50%", ""]


def test_what_is_not_told_of_a_few_fills_the_rest_of_a_bar():
    axis = states(TABLE.assign(at_risk=[0.08, None, 0.5], gone=[0.03, None, 0.0])).axes[0]
    assert [text.get_text() for text in axis.texts[-3:]] == ["", "80%", ""]
    assert axis.get_legend().get_texts()[-1].get_text() == "not told apart: of a few"


def test_values_are_written_beside_their_bars_in_the_segments_colours():
    each, shares = value(TABLE, "value", "€").axes
    assert [text.get_text() for text in each.texts] == ["€12.00", "€1.39 million", "€0"]
    assert [text.get_text() for text in shares.texts] == ["10%", "75%", "15%"]
    assert len({bar.get_facecolor() for bar in each.patches}) == 3


@pytest.mark.parametrize(
    "figure", [calibration(GROUPS), states(TABLE), value(TABLE, "value", "€")], ids=["calibration", "states", "value"]
)
def test_no_text_is_cut_or_covers_another(figure):
    assert text_faults(figure) == []
