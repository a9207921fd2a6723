from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from customer_segments.pages.plots import preprocessing as plots
from tests.plots.texts import text_boxes, text_faults

STEPS = pd.DataFrame(
    [
        ("customers", "came in", "came in", 6018, 6018),
        ("customers", "no orders", "rejected", 108, 5910),
        ("customers", "used", "used", 5910, 5910),
        ("transactions", "came in", "came in", 154739, 154739),
        ("transactions", "no customer", "rejected", 3096, 151643),
        ("transactions", "return, netted against its sale", "netted", 3214, 148429),
        ("transactions", "used", "used", 148429, 148429),
    ],
    columns=["table", "step", "kind", "rows", "left"],
)


def test_the_waterfall_has_a_panel_per_table_a_bar_per_rule_and_dots_for_both_ends():
    drawing = plots.waterfall_figure(STEPS)
    customers, transactions = drawing.axes
    assert [len(panel.patches) for panel in (customers, transactions)] == [1, 2]
    assert [len(panel.lines) for panel in (customers, transactions)] == [2, 2]
    assert [(bar.get_x(), bar.get_width()) for bar in transactions.patches] == [(151643, 3096), (148429, 3214)]
    assert {"6,018", "−108", "−3,214", "148,429", "no customer"} <= {text for text, _ in text_boxes(drawing)}
    assert text_faults(drawing) == []


def test_numbers_beside_the_waterfall_stay_clear_of_the_rules():
    drawing = plots.waterfall_figure(STEPS)
    numbers = [box for text, box in text_boxes(drawing) if text in ("−108", "−3,214", "5,910", "148,429")]
    assert min(box.x0 for box in numbers) >= drawing.axes[0].get_window_extent().x0


def test_a_waterfall_without_losses_is_two_dots():
    ends = STEPS[STEPS["kind"].isin(["came in", "used"])].assign(rows=50, left=50)
    drawing = plots.waterfall_figure(ends)
    assert text_faults(drawing) == []
    drawn = [text for text, _ in text_boxes(drawing)]
    assert drawn.count("50") == 2 * 3  # each dot's number, and one tick


def histogram(feature, straightened, scale):
    edges = np.linspace(0, 20_000, 5)
    of = {"feature": feature, "straightened": straightened, "scale": scale}
    return pd.DataFrame(of | {"left": edges[:-1], "width": np.diff(edges), "customers": [9, 3, 1, 1]})


@pytest.mark.parametrize("others", [0, 1, 6])
def test_straightened_numbers_have_two_panels_and_the_others_one(others):
    bars = [histogram("net_revenue", True, "as it came"), histogram("net_revenue", True, "for the model")]
    bars += [histogram(f"feature_{n}", False, "as it came") for n in range(others)]
    drawing = plots.scales_figure(pd.concat(bars, ignore_index=True))
    drawn = [panel for panel in drawing.axes if panel.axison]
    assert len(drawn) == 2 + others
    assert [panel.get_title(loc="left") for panel in drawn][:2] == ["Net revenue", "→ for the model"]
    assert text_faults(drawing) == []


def test_titles_of_histograms_do_not_overlap():
    names = ["average_order_value", "days_between_orders", "follow_duration_months", "category_variety"]
    drawing = plots.scales_figure(pd.concat([histogram(name, False, "as it came") for name in names]))
    titles = [box for text, box in text_boxes(drawing) if text[0].isalpha()]
    assert not any(first.overlaps(second) for first, second in combinations(titles, 2))
