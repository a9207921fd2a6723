import io

import matplotlib.figure
import pandas as pd
import pytest

from customer_segments.pages.plots import style
from customer_segments.pages.report import show


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, as bundles of type and content."""
    bundles = []
    monkeypatch.setattr(show, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_a_figure_has_a_text_in_its_place_and_a_caption(shown):
    show.figure(matplotlib.figure.Figure(figsize=(8, 2)), caption="Most are <small>", alt='Bars: "a" and "b"')
    page = shown[0]["text/html"]
    assert page.startswith('<figure><img src="data:image/png;base64,')
    assert 'alt="Bars: &quot;a&quot; and &quot;b&quot;"' in page
    assert "<figcaption>Most are &lt;small&gt;</figcaption>" in page


def test_the_same_figure_gives_the_same_bytes(shown):
    for _ in range(2):
        drawing = matplotlib.figure.Figure()
        drawing.subplots().plot([1, 2], [3, 4], label="x")
        show.figure(drawing, caption="", alt="")
    assert shown[0] == shown[1]


def test_columns_of_numbers_stand_right_with_their_heading(shown):
    show.table(pd.DataFrame({"Name": ["a", "2 things"], "Share": ["12%", "–"], "Count": [1234, 5]}), caption="c")
    page = shown[0]["text/html"]
    assert '<th>Name</th><th class="number">Share</th><th class="number">Count</th>' in page
    assert '<td>2 things</td><td class="number">–</td><td class="number">5</td>' in page
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


def test_a_figure_is_the_same_as_matplotlib_would_draw_it():
    def drawn() -> matplotlib.figure.Figure:
        drawing, (left, right) = style.new_figure(3, columns=2)
        left.barh(["short", "a label that takes room"], [1, 2])
        right.imshow([[1, 2], [3, 4]])
        right.set_title("Two lines\nof words", size=9)
        return drawing

    with style.house_style():
        usual = io.BytesIO()
        drawn().savefig(usual, format="png", dpi=style.PIXELS_PER_INCH, metadata={"Software": None})
        assert style.png(drawn()) == usual.getvalue()
