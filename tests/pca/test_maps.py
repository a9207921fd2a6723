import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from customer_segments.pages.pca import maps
from customer_segments.steps.pca.segment_map import draw
from tests.pca.drawings import PARAMS, features_of, map_of, two_far_one_hidden, with_shares


def pair(apart, seen):
    return {"one": 1, "other": 2, "apart": apart, "seen": seen}


def test_shares_are_told():
    drawn = map_of(with_shares(0.5, 0.3, 0.2))
    _, _, alt, title = maps.explained(drawn)
    assert title == "2 of 3 components keep 80% of the variation"
    assert maps.kept(drawn.explained) == (
        "The first component keeps 50% of the variation between customers, the first two 80%; "
        "2 of 3 are needed for 80%."
    )
    assert alt.startswith("Bars of each component's share of the variation (50%, 30% and 20%)")


def test_the_meaning_sets_high_loadings_against_low_ones():
    drawn = map_of(with_shares(0.6, 0.3, 0.1, loadings=[[0.7, 0.1, 0.0], [0.5, -0.9, 0.2], [-0.5, 0.4, 0.34]]))
    assert [maps.meaning(drawn, f"component_{number}") for number in (1, 2, 3)] == [
        "more orders and net revenue against days since last order",
        "more days since last order against net revenue",
        "more days since last order",
    ]
    assert maps.titles(drawn)[0] == "Component 1 (60%)"


def test_components_are_tabled_for_a_reader_but_for_empty_ones():
    expected = pd.DataFrame(
        {
            "Component": ["1", "2", "3"],
            "Share of variation": ["50%", "30%", "20%"],
            "High on it means": ["more orders", "more net revenue", "more days since last order"],
        }
    )
    table, caption = maps.directions(map_of(with_shares(0.5, 0.3, 0.2)))
    assert_frame_equal(table, expected)
    assert "Orders weighs most on component 1 (loading 1)" in caption
    assert_frame_equal(
        maps.directions(map_of(with_shares(0.5, 0.5, 0.0)))[0][["Component"]], expected[["Component"]][:2]
    )


def test_the_maps_tell_what_is_drawn_and_seen():
    drawn = two_far_one_hidden(points=30)
    _, caption, alt, _ = maps.flat(drawn)
    assert "30 of 180 customers are drawn, the same share of every segment" in caption
    assert "All 180 customers are drawn" in maps.flat(two_far_one_hidden())[1]
    assert "segment 2 right" in alt
    assert "Orders right" in alt
    _, caption, alt, title = maps.turnable(drawn)
    assert "drawn are 30 of 180 customers" in caption
    assert "3 segments" in alt
    assert title.startswith("A third component adds ")


def test_where_there_are_two_columns_only_no_third_component_adds_anything():
    features = features_of(np.random.default_rng(1).normal(size=(40, 4))).iloc[:, :3]
    table = pd.DataFrame({"customer_id": features["customer_id"], "segment": np.repeat([1, 2], 20)})
    assert maps.turnable(draw(features, table, PARAMS, seed=5))[3].startswith("There is no third component")


def test_a_segment_that_the_map_hides_is_named():
    assert maps.misleading(two_far_one_hidden()).startswith("Segments 1 and 3 are farther apart than they look")


def test_a_map_that_shows_all_distances_is_said_not_to_mislead():
    drawn = map_of(with_shares(0.5, 0.3, 0.2), pairs=pd.DataFrame([pair(3.0, 0.97)]))
    assert (
        maps.misleading(drawn)
        == "No two segments are much farther apart than they look (at least 97% of any distance shows)."
    )


def test_what_was_learned_escapes_names_that_come_from_the_data():
    rng = np.random.default_rng(4)
    features = features_of(rng.normal(size=(50, 4)) * [1, 0.1, 0.1, 9])
    segments = pd.DataFrame({"customer_id": features["customer_id"], "segment": np.repeat([1, 2], 25)})
    text = "\n".join(maps.learned(draw(features, segments, PARAMS, seed=1)))
    assert "<b>" not in text
    assert "**Component 1 (98%)**: more channel: &lt;b&gt;&#36;x&#36;." in text
    assert "found in all 4 features" in text


def test_which_segments_are_most_alike_is_said_where_there_is_a_choice():
    pairs = two_far_one_hidden().pairs
    assert maps.alike(pairs)[0].startswith("Segments 1 and 3 are the most alike; segments 2 and 3 are 4")
    assert maps.alike(pairs.head(1)) == []
