from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest

from customer_segments.pages.validation import verdict as told
from customer_segments.steps.judge import DISTINCT, UNSUPPORTED, USEFUL, Explained, Judged, Verdict, decide
from customer_segments.steps.validation.existence import KINDS, Existence, Fit
from customer_segments.steps.validation.prediction import OURS, RANDOM, Prediction
from customer_segments.steps.validation.returning import Returning

CLEAR, UNCLEAR = 0.6, 0.3
OUTCOMES, GROUPINGS = ("spend", "orders", "came_back"), (OURS, "rfm", "spend", RANDOM)


def existence(silhouette: float, midway: float) -> Existence:
    rows = [(kind, 2, 0.4 + 0.001 * draw, 1.0) for kind in KINDS for draw in range(20)]
    return Existence(Fit(4, silhouette, midway), pd.DataFrame(rows, columns=["kind", "k", "silhouette", "midway"]), 100)


def returning(rand: float) -> Returning:
    table = pd.DataFrame({"segment": [1, 2], "jaccard": [rand, rand], "word": ["stable", "doubtful"], "sure": 1.0})
    return Returning(np.full(9, rand), np.full(9, rand), np.full(9, rand), table, np.ones(5))


def prediction(share: float) -> Prediction:
    rows = [
        (o, g, share if g == "segments" else 0.1, share - 0.05, share + 0.05) for o, g in product(OUTCOMES, GROUPINGS)
    ]
    table = pd.DataFrame(rows, columns=["outcome", "grouping", "share", "low", "high"])
    return Prediction(date(2024, 1, 1), date(2024, 3, 1), 500, 0.5, table)


@pytest.mark.parametrize(
    ("silhouette", "midway", "rand", "share", "expected"),
    [
        (CLEAR, 0.1, 0.9, 0.3, DISTINCT),
        (CLEAR, 0.1, 0.9, None, DISTINCT),
        (CLEAR, 0.9, 0.9, 0.3, USEFUL),  # no gap between the segments
        (CLEAR, 0.1, 0.6, 0.3, UNSUPPORTED),  # they do not come back
        (UNCLEAR, 0.1, 0.9, 0.3, USEFUL),  # chance does as well, yet they predict
        (UNCLEAR, 1.5, 0.9, 0.02, UNSUPPORTED),  # nor do they predict
        (UNCLEAR, 1.5, 0.9, None, UNSUPPORTED),  # without orders nothing speaks for them
        (CLEAR, 0.9, 0.9, None, USEFUL),
    ],
)
def test_the_stated_rule(silhouette, midway, rand, share, expected):
    ahead = None if share is None else prediction(share)
    verdict = decide(existence(silhouette, midway), returning(rand), ahead, transactions=share is not None)
    assert (verdict.kind, verdict.k) == (expected, 4)
    assert told.told(verdict)["headline"] == f"The 4 segments are {expected}."


def answers(verdict: Verdict) -> list[str]:
    return [reason["answer"] for reason in told.told(verdict)["reasons"]]


def test_three_reasons_answer_three_questions():
    verdict = decide(existence(UNCLEAR, 1.5), returning(0.3), prediction(0.02), transactions=True)
    assert [(reason.question, reason.answer) for reason in verdict.reasons] == [
        ("there", "no"), ("back", "no"), ("ahead", "no"),
    ]  # fmt: skip
    assert [reason["question"] for reason in told.told(verdict)["reasons"]] == [
        "Are they there?",
        "Do they come back?",
        "Do they predict?",
    ]
    assert all(answer.startswith("No: ") for answer in answers(verdict))


def test_a_reason_holds_the_figures_that_it_rests_on():
    there, back, ahead = decide(existence(CLEAR, 0.1), returning(0.6), prediction(0.3), transactions=True).reasons
    assert there.figures == {"p": pytest.approx(1 / 21), "midway": 0.1, "usual_midway": 1.0}
    assert (back.answer, back.figures) == (
        "in part", {"adjusted_rand": pytest.approx(0.6), "stable": 1, "segments": 2},
    )  # fmt: skip
    assert ahead.figures == {"days": 61, "segments": 0.3, "rfm": 0.1, "spend": 0.1, "random": 0.1}


def test_answers_tell_the_figures():
    verdict = decide(existence(CLEAR, 0.1), returning(0.6), prediction(-0.1), transactions=True)
    assert answers(verdict) == [
        "Yes: they are clearer than anything found on data without groups (p = 0.048), and there are gaps. For 100 "
        "customers near the middle of a segment there are 10 midway to the next one; on data without groups there are "
        "100.",
        "In part: 1 of 2 segments are found again among resampled customers (adjusted Rand index 0.6).",
        "No: made before, they explain 0% of the differences in spend over the next 61 days; RFM quintiles 10% and "
        "spend alone 10%.",
    ]


def test_what_cannot_be_known_is_said():
    few = decide(existence(CLEAR, 0.1), returning(0.9), None, transactions=True)
    none = decide(existence(CLEAR, 0.1), returning(0.9), None, transactions=False)
    assert few.reasons[2].answer == none.reasons[2].answer == "not known"
    assert "too few customers" in answers(few)[2]
    assert "no orders over time" in answers(none)[2]


def test_the_verdict_is_written_with_its_reasons():
    verdict = decide(existence(CLEAR, 0.1), returning(0.9), prediction(0.3), transactions=True)
    written = told.told(verdict)
    assert list(written) == ["verdict", "headline", "reasons", "advice"]
    assert written["verdict"] == DISTINCT
    assert [set(reason) for reason in written["reasons"]] == [{"question", "answer"}] * 3
    assert told.sentences(verdict)[0] == f"**{written['headline']}**"


def test_metrics_hold_what_the_verdict_rests_on():
    there, back, ahead = existence(CLEAR, 0.1), returning(0.9), prediction(0.3)
    judged = Judged(there, back, ahead, decide(there, back, ahead, transactions=True), pd.DataFrame())
    numbers = judged.metrics
    assert numbers["verdict"] == DISTINCT
    assert numbers["p_values"]["smooth"] == pytest.approx(1 / 21)
    assert numbers["adjusted_rand"] == pytest.approx(0.9)
    assert numbers["explained"]["spend"]["segments"] == pytest.approx(0.3)


def test_a_gap_that_chance_makes_as_well_is_not_called_none():
    wide = existence(CLEAR, 0.1)
    by_chance = Existence(wide.chosen, wide.references.assign(midway=0.05), 100)
    none, chance = (decide(found, returning(0.9), None, False) for found in (existence(CLEAR, 0.9), by_chance))
    assert none.reasons[0].answer == chance.reasons[0].answer == "in part"
    assert "there is no gap" in answers(none)[0]
    assert "gaps as wide come about by chance" in answers(chance)[0]


def test_what_was_learned_begins_with_the_verdict_and_ends_with_what_it_rests_on():
    there, back = existence(CLEAR, 0.1), returning(0.9)
    judged = Judged(there, back, None, decide(there, back, None, transactions=False), pd.DataFrame())
    single = pd.DataFrame({"column": ["orders"], "agreement": [0.4]})
    first, least, column, last = told.learned(judged, Explained(single, None, None, None, None))
    assert first == (
        "**The 4 segments are distinct groups.** The segments may be named and treated as groups of their own."
    )
    assert least.startswith("Every segment comes back")
    assert column.startswith("No single column makes the segments; Orders comes nearest")
    assert last.startswith("The verdict rests on 9 resamples and 20 references of each kind")
