from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest

from customer_segments.steps.validation.existence import KINDS, Existence, Fit
from customer_segments.steps.validation.prediction import GROUPINGS, OUTCOMES, Prediction
from customer_segments.steps.validation.returning import Returning
from customer_segments.steps.validation.verdict import DISTINCT, UNSUPPORTED, USEFUL, judge, metrics, sentences

CLEAR, UNCLEAR = 0.6, 0.3


def existence(silhouette: float, midway: float) -> Existence:
    rows = [(kind, 2, 0.4 + 0.001 * draw, 1.0) for kind in KINDS for draw in range(20)]
    return Existence(Fit(4, silhouette, midway), pd.DataFrame(rows, columns=["kind", "k", "silhouette", "midway"]), 100)


def returning(rand: float) -> Returning:
    table = pd.DataFrame({"segment": [1, 2], "jaccard": [rand, rand], "word": ["stable", "doubtful"]})
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
    verdict = judge(existence(silhouette, midway), returning(rand), ahead, transactions=share is not None)
    assert verdict.verdict == expected
    assert expected in verdict.headline
    assert "4 segments" in verdict.headline


def test_three_reasons_answer_three_questions():
    verdict = judge(existence(UNCLEAR, 1.5), returning(0.3), prediction(0.02), transactions=True)
    assert [reason.question for reason in verdict.reasons] == [
        "Are they there?",
        "Do they come back?",
        "Do they predict?",
    ]
    assert all(reason.answer.startswith("No: ") for reason in verdict.reasons)


def test_what_cannot_be_known_is_said():
    few = judge(existence(CLEAR, 0.1), returning(0.9), None, transactions=True)
    none = judge(existence(CLEAR, 0.1), returning(0.9), None, transactions=False)
    assert "too few customers" in few.reasons[2].answer
    assert "no orders over time" in none.reasons[2].answer


def test_the_verdict_is_written_with_its_reasons():
    verdict = judge(existence(CLEAR, 0.1), returning(0.9), prediction(0.3), transactions=True)
    written = verdict.as_json()
    assert written["verdict"] == DISTINCT
    assert [set(reason) for reason in written["reasons"]] == [{"question", "answer"}] * 3
    assert sentences(verdict)[0] == f"**{verdict.headline}**"


def test_metrics_hold_what_the_verdict_rests_on():
    there, back, ahead = existence(CLEAR, 0.1), returning(0.9), prediction(0.3)
    numbers = metrics(judge(there, back, ahead, transactions=True), there, back, ahead, 0.8)
    assert numbers["p_values"]["smooth"] == pytest.approx(1 / 21)
    assert numbers["adjusted_rand"] == pytest.approx(0.9)
    assert numbers["explained"]["spend"]["segments"] == pytest.approx(0.3)


def test_a_gap_that_chance_makes_as_well_is_not_called_none():
    wide = existence(CLEAR, 0.1)
    by_chance = Existence(wide.fit, wide.references.assign(midway=0.05), 100)
    there = {gap: judge(found, returning(0.9), None, False).reasons[0].answer for gap, found in
             {"none": existence(CLEAR, 0.9), "chance": by_chance}.items()}  # fmt: skip
    assert "there is no gap" in there["none"]
    assert "gaps as wide come about by chance" in there["chance"]
