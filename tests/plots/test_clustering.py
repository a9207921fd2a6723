import pandas as pd
import pytest
from matplotlib.colors import to_hex

from customer_segments.pages.plots.clustering import choice_of_k, silhouette_of_each, sizes
from customer_segments.pages.plots.palette import MUTED
from customer_segments.steps.segment import Choice
from tests.clustering.scores_by_hand import SCORES, SETTINGS
from tests.plots.texts import text_faults

CHOICE = Choice(
    3,
    "silhouette",
    {
        "silhouette": 4,
        "elbow": None,
        "calinski_harabasz": 2,
        "davies_bouldin": 3,
        "gap": 3,
        "stability": None,
        "prediction_strength": 2,
    },
)
OUTCOME = Choice(3, "method", {})
TABLE = pd.DataFrame({"segment": [1, 2], "customers": [3000, 1], "share": [0.9997, 0.0003]})
FIT = pd.DataFrame({"segment": [1, 1, 1, 2], "silhouette": [0.5, 0.3, -0.2, 0.1]})


def test_every_criterion_is_drawn_with_its_own_choice_ringed_and_the_chosen_number_as_a_line():
    axes = choice_of_k(SCORES, CHOICE).axes
    assert [axis.get_title(loc="left").split(":")[0] for axis in axes] == [
        "Inertia",
        "Mean silhouette",
        "Calinski-Harabasz",
        "Davies-Bouldin",
        "Gap statistic",
        "Stability",
        "Prediction strength",
    ]
    rings = [[tuple(ring.get_offsets()[0]) for ring in axis.collections] for axis in axes]
    assert rings == [[], [(4, 0.36)], [(2, 90)], [(3, 0.9)], [(3, 0.4)], [], [(2, 0.97)]]
    assert all(axis.lines[0].get_xdata()[0] == 3 for axis in axes)


def test_a_method_that_finds_the_number_itself_is_drawn_over_its_settings():
    axes = choice_of_k(SETTINGS, OUTCOME).axes
    assert [axis.lines[1].get_ydata().tolist() for axis in axes] == [
        SETTINGS["k"].tolist(),
        SETTINGS["not_assigned"].tolist(),
    ]
    assert all(axis.lines[0].get_xdata()[0] == 1.0 for axis in axes)


def test_customers_who_are_not_assigned_are_grey_and_have_no_silhouettes():
    left = pd.concat([TABLE, pd.DataFrame({"segment": [0], "customers": [7], "share": [0.1]})], ignore_index=True)
    assert [label.get_text() for label in sizes(left).axes[0].get_yticklabels()][-1] == "Not assigned"
    assert to_hex(sizes(left).axes[0].patches[-1].get_facecolor()) == MUTED
    assert len(silhouette_of_each(FIT, left).axes[0].collections) == 2


def test_every_customer_has_a_bar_in_the_order_of_fit():
    axis = silhouette_of_each(FIT, TABLE).axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["Segment 1", "Segment 2"]
    assert len(axis.collections) == 2
    assert axis.lines[1].get_xdata()[0] == pytest.approx(FIT["silhouette"].mean())


def test_sizes_are_written_beside_their_bars():
    axis = sizes(TABLE).axes[0]
    assert [bar.get_width() for bar in axis.patches] == [3000, 1]
    assert [text.get_text() for text in axis.texts] == ["3,000 · 100%", "1 · under 1%"]


@pytest.mark.parametrize(
    "figure",
    [choice_of_k(SCORES, CHOICE), choice_of_k(SETTINGS, OUTCOME), silhouette_of_each(FIT, TABLE), sizes(TABLE)],
    ids=["choice", "settings", "fit", "sizes"],
)
def test_no_text_is_cut_or_covers_another(figure):
    assert text_faults(figure) == []
