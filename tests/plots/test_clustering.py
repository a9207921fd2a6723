import pandas as pd
import pytest

from customer_segments.clustering.choice import Choice
from customer_segments.plots.clustering import choice_of_k, silhouette_of_each, sizes
from tests.plots.texts import text_faults

SCORES = pd.DataFrame(
    {
        "k": [2, 3, 4],
        "inertia": [64_000.0, 30_000.0, 29_000.0],
        "silhouette": [0.2, 0.3, 0.1],
        "calinski_harabasz": [900.0, 800.0, 700.0],
        "davies_bouldin": [1.5, 1.1, 1.2],
    }
)
CHOICE = Choice(3, "silhouette", "", {"silhouette": 3, "elbow": None, "calinski_harabasz": 2, "davies_bouldin": 3})
TABLE = pd.DataFrame({"segment": [1, 2], "customers": [3000, 1], "share": [0.9997, 0.0003]})
FIT = pd.DataFrame({"segment": [1, 1, 1, 2], "silhouette": [0.5, 0.3, -0.2, 0.1]})


def test_every_criterion_is_drawn_with_its_own_choice_ringed_and_the_chosen_number_as_a_line():
    axes = choice_of_k(SCORES, CHOICE).axes
    assert [axis.get_title(loc="left").split(":")[0] for axis in axes] == [
        "Inertia",
        "Mean silhouette",
        "Calinski-Harabasz",
        "Davies-Bouldin",
    ]
    rings = [[tuple(ring.get_offsets()[0]) for ring in axis.collections] for axis in axes]
    assert rings == [[], [(3, 0.3)], [(2, 900)], [(3, 1.1)]]
    assert all(axis.lines[0].get_xdata()[0] == 3 for axis in axes)


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
    [choice_of_k(SCORES, CHOICE), silhouette_of_each(FIT, TABLE), sizes(TABLE)],
    ids=["choice", "fit", "sizes"],
)
def test_no_text_is_cut_or_covers_another(figure):
    assert text_faults(figure) == []
