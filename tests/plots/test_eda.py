import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from customer_segments.pages.plots import eda as plots
from customer_segments.pages.plots.style import svg
from customer_segments.steps.eda import distributions
from customer_segments.steps.eda.trading import WEEKDAYS
from tests.plots.texts import text_faults


def texts_of(drawing: Figure) -> list[str]:
    return [text.get_text() for text in drawing.findobj(Text) if text.get_visible() and text.get_text()]


def test_each_column_has_its_histogram_in_its_unit():
    rng = np.random.default_rng(1)
    numbers = {
        "age": pd.Series(rng.normal(45, 10, 500).round()),
        "income": pd.Series(rng.lognormal(10, 1, 500)),
        "orders": pd.Series(rng.poisson(3, 500).astype(float)),
        "engagement_score": pd.Series(rng.uniform(0, 100, 500)),
    }
    bars = distributions.histogram(numbers, distributions.spread(numbers, 3.0))
    drawing = plots.histograms(bars, "€")
    assert [axis.get_title(loc="left") for axis in drawing.axes] == ["Age", "Income", "Orders", "Engagement score"]
    assert [axis.get_xscale() for axis in drawing.axes] == ["linear", "log", "linear", "linear"]
    assert text_faults(drawing) == []
    assert any(text.startswith("€") for text in texts_of(drawing))


def test_categories_are_bars_with_their_share_and_odd_names_do_no_harm():
    shares = pd.DataFrame(
        {
            "table": ["customers"] * 3 + ["transactions"] * 2,
            "column": ["location"] * 3 + ["category"] * 2,
            "value": ["$a$ costs", "a very long name that nobody can read", "Lille", "Toys", "Books"],
            "share": [0.5, 0.3, 0.2, 0.6, 0.4],
        }
    )
    drawing = plots.category_bars(shares)
    assert [axis.get_title(loc="left") for axis in drawing.axes] == ["Location (customers)", "Category (lines)"]
    assert not any(label.get_parse_math() for label in drawing.axes[0].get_yticklabels())
    assert {"$a$ costs", "a very long name that n…", "50%", "60%"} <= set(texts_of(drawing))
    assert text_faults(drawing) == []


def test_revenue_bars_carry_their_amounts():
    by_value = pd.DataFrame({"value": ["Toys", "Books"], "revenue": [1_234_000.0, -20.0], "share": [1.0, 0.0]})
    drawing = plots.revenue_bars(by_value, "category", "€")
    assert {"Revenue by category", "€1.23 million", "−€20.00"} <= set(texts_of(drawing))
    assert text_faults(drawing) == []


@pytest.mark.parametrize("count", [1, 24, 60])
def test_months_that_are_not_whole_are_pale_and_labels_stay_readable(count):
    months = pd.DataFrame({"month": pd.date_range("2024-01-01", periods=count, freq="MS"), "revenue": 1000.0})
    drawing = plots.by_month(months.assign(whole=months.index > 0), "revenue", "€")
    (axis,) = drawing.axes
    colours = [bar.get_facecolor() for bar in axis.patches]
    assert len(colours) == count
    assert count == 1 or colours[0] != colours[1]
    assert len(axis.get_xticks()) <= plots.LABELLED_MONTHS
    assert text_faults(drawing) == []


def test_without_hours_only_weekdays_are_drawn():
    weekdays = pd.DataFrame({"weekday": WEEKDAYS, "share": 1 / 7})
    hours = pd.DataFrame({"hour": range(24), "share": 1 / 24})
    assert len(plots.rhythm(weekdays, hours).axes) == 2
    (axis,) = plots.rhythm(weekdays, hours.head(0)).axes
    assert [label.get_text() for label in axis.get_xticklabels()] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]


def test_the_same_table_gives_the_same_picture():
    by_value = pd.DataFrame({"value": ["Toys", "Books"], "revenue": [20.0, 10.0]})
    first, second = (svg(plots.revenue_bars(by_value, "category", "€")) for _ in range(2))
    assert first == second
