"""What the Explorer is told of the choice is what stands in the report."""

import json

from customer_segments.base.params import ClusteringParams
from customer_segments.pages.clustering import number
from customer_segments.pages.clustering.content import content
from tests.clustering.scores_by_hand import SCORES, SETTINGS, found


def test_the_votes_and_the_curves_of_every_criterion_are_told():
    choice = found(SCORES, ClusteringParams(k_min=2, k_max=5, choose_by="silhouette"))
    told = json.loads(json.dumps(content(choice)))
    assert told["sentence"] == number.sentence(choice)
    assert told["votes"]["caption"] == number.votes(choice)[1]
    assert (told["over"], told["used"]) == ("k", 4)
    assert {curve["column"] for curve in told["curves"]} <= set(SCORES)
    assert [curve["best"] for curve in told["curves"]] == [
        choice.choice.votes[name] for name in ("elbow", *(c["column"] for c in told["curves"][1:]))
    ]


def test_of_a_method_that_finds_the_number_itself_its_settings_are_told():
    choice = found(SETTINGS, ClusteringParams(method="dbscan"))
    told = content(choice)
    assert told["over"] == "setting"
    assert told["used"] in SETTINGS["setting"].tolist()
    assert [(curve["column"], curve["best"]) for curve in told["curves"]] == [("k", None), ("not_assigned", None)]
