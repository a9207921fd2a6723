import re

import numpy as np
import pandas as pd
import pytest

from customer_segments.pages.plots import style
from customer_segments.pages.plots.lifetime_value import value
from customer_segments.pages.plots.palette import segment_colour
from customer_segments.pages.plots.pca import segment_map
from customer_segments.pages.report import show


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, as bundles of type and content."""
    bundles = []
    monkeypatch.setattr(show, "display", lambda bundle, raw, metadata: bundles.append(bundle))
    return bundles


def bars(*labels: str) -> style.Drawing:
    with style.house_style():
        drawing, (axes,) = style.new_figure(2)
        axes.barh(labels, range(1, len(labels) + 1), color=segment_colour(0))
    return drawing.telling("bars", pd.DataFrame({"a_label": labels, "length": [float("nan"), 1 / 3][: len(labels)]}))


def test_a_figure_stands_under_its_finding_with_a_text_in_its_place_what_it_measures_and_its_numbers(shown):
    show.figure(bars("=1+1", "<b>"), "Length, <cm>. From `data/raw`.", 'Bars: "a" and "b"', "Most are <small>")
    page = shown[0]["text/html"]
    title, _, below = page.partition("</figcaption>")
    assert title == "<figure><figcaption>Most are &lt;small&gt;"
    assert below.startswith('<svg class="drawing" role="img" aria-label="Bars: &quot;a&quot; and &quot;b&quot;"')
    assert '</svg><p class="measured">Length, &lt;cm&gt;. From <code>data/raw</code>.</p>' in below.replace("\n", "")
    assert '<th scope="col">A label</th>' in page.partition("As a table</summary>")[2]
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert shown[0]["text/csv"] == "a_label,length\n'=1+1,\n<b>,0.333333\n"


def test_text_in_a_figure_can_be_selected_and_takes_the_colours_of_its_page(shown):
    show.figure(bars("Ångström", "fill: #1f2a37"), caption="", alt="", title="")
    drawn = shown[0]["text/html"].partition("</svg>")[0]
    assert ">Ångström</text>" in drawn
    assert ">fill: #1f2a37</text>" in drawn
    assert "var(--ink)" in drawn
    assert set(re.findall(r"#[0-9a-f]{6}\b", drawn)) == {"#1f2a37"}


def test_no_two_figures_of_a_page_share_a_name(shown):
    for labels in (("a", "b"), ("a", "c")):
        show.figure(bars(*labels), caption="", alt="", title="")
    one, other = (set(re.findall(r' id="(\w+)"', each["text/html"])) for each in shown)
    assert one
    assert not one & other
    assert set(re.findall(r"#(f\w+)\)", shown[0]["text/html"])) <= one


def test_a_name_that_holds_for_several_rows_spans_them(shown):
    rows = [("Orders", "mean", 2), ("Orders", "median", 1), ("<Age>", "mean", 40)]
    show.table(pd.DataFrame(rows, columns=["Measure", "Average", "All"]), "")
    body = shown[0]["text/html"].partition("<tbody>")[2].partition("</tbody>")[0]
    assert body == (
        '<tr><th scope="rowgroup" rowspan="2">Orders</th><th scope="row">mean</th><td class="number">2</td></tr>'
        '<tr><th scope="row">median</th><td class="number">1</td></tr>'
        '<tr><th scope="row">&lt;Age&gt;</th><td>mean</td><td class="number">40</td></tr>'
    )


def test_the_same_figure_gives_the_same_bytes(shown):
    for _ in range(2):
        show.figure(bars("a", "b"), caption="", alt="", title="")
    assert shown[0] == shown[1]


def test_a_cloud_of_many_points_is_one_picture_within_the_figure():
    def size(count: int) -> int:
        rng = np.random.default_rng(0)
        points = pd.DataFrame(rng.normal(size=(count, 2)), columns=["component_1", "component_2"]).assign(segment=1)
        arrows = pd.DataFrame({"x": [1.0], "y": [0.5], "label": ["Orders"]})
        drawn = style.svg(segment_map(points, points.groupby("segment", as_index=False).mean(), arrows, ("a", "b")))
        return len(drawn)

    assert size(20_000) < 300_000
    assert size(style.MOST_MARKS) > size(100) * 5  # so few are drawn one by one, and stay sharp


def test_columns_of_numbers_stand_right_with_their_heading(shown):
    show.table(pd.DataFrame({"Name": ["a", "2 things"], "Share": ["12%", "–"], "Count": [1234, 5]}), caption="c")
    page = shown[0]["text/html"]
    assert '<th scope="col">Name</th><th scope="col" class="number">Share</th>' in page
    assert '<th scope="row">2 things</th><td class="number">–</td><td class="number">5</td>' in page
    assert "1,234" in page


def test_text_from_data_cannot_become_html(shown):
    show.table(pd.DataFrame({"<b>": ["<script>alert(1)</script>"]}), caption="<i>")
    assert "<script>" not in shown[0]["text/html"]
    assert "<b>" not in shown[0]["text/html"]
    assert "<i>" not in shown[0]["text/html"]


def test_every_output_has_plain_text_for_comparing_runs(shown, monkeypatch):
    monkeypatch.setenv(show.PLAIN_VARIABLE, "1")
    show.findings(["One.", "Two."])
    show.table(pd.DataFrame({"A": [1.5]}), caption="c")
    assert shown == [{"text/plain": "- One.\n- Two."}, {"text/plain": "  A\n1.5\nc"}]


def test_numbers_hold_no_more_than_their_figure_draws():
    table = pd.DataFrame({"segment": [1], "expected_value": [5.0], "value_share": [1.0], "at_risk": [1]})
    assert list(value(table, "value", "€").data) == ["segment", "expected_value", "value_share"]
