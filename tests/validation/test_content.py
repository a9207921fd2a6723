"""What the Explorer is told of the chapter is what stands in the report."""

import json

import pandas as pd

from customer_segments.pages.validation import audit, explaining, verdict
from customer_segments.pages.validation import prediction as ahead
from customer_segments.pages.validation.content import content
from customer_segments.steps.judge import Explained, Judged, decide
from customer_segments.steps.validation.explaining import Condition
from tests.validation.test_audit import FOUND
from tests.validation.test_verdict import CLEAR, apart, existence, prediction, returning

RULES = pd.DataFrame(
    {"segment": [1, 2], "conditions": [[Condition("age", 30.0, None)], []], "right": [0.9, 0.5], "covers": [0.7, 0.0]}
)
EXPLAINED = Explained(None, None, RULES, 0.8, FOUND)


def judged_of(ahead, transactions=True) -> Judged:
    there, lie, back = existence(CLEAR), apart(), returning(0.9)
    return Judged(there, lie, back, ahead, decide(there, lie, back, ahead, transactions), pd.DataFrame())


def test_the_three_questions_and_the_audit_are_told_as_in_the_report():
    judged = judged_of(prediction(0.3))
    told = json.loads(json.dumps(content(judged, EXPLAINED, "EUR", 10)))
    figures = {"clearer": verdict.there(judged.there), "found_again": verdict.back(judged.back)}
    for name, (_, caption, _, title) in (figures | {"foretold": ahead.figure(judged.ahead)}).items():
        assert told[name] == f"{title}. {caption}".partition(" From `")[0]
    assert told["there"]["rows"] == verdict.there_table(judged.there, judged.apart)[0].to_numpy().tolist()
    assert told["back"]["caption"] in verdict.back_table(judged.back)[1]
    assert "data/processed" not in json.dumps(told)
    assert told["stability"] == {"1": 0.9, "2": 0.9}
    assert told["rules"]["rows"] == explaining.rules(EXPLAINED, "EUR")[0].to_numpy().tolist()
    assert told["rules"]["rows"][0] == ["Segment 1", "Age above 30", "90%", "70%"]
    assert told["audit"]["accuracy"] == {"ours": 0.82, "nothing": 0.88}
    assert told["audit"]["sentences"] == audit.sentences(FOUND)


def test_why_nothing_is_foretold_is_said():
    told = content(judged_of(None, transactions=False), EXPLAINED, "EUR", 10)
    assert (told["ahead"], told["foretold"]) == (None, ahead.unknown(transactions=False))
    assert content(judged_of(None), EXPLAINED, "EUR", 10)["foretold"] == ahead.unknown(transactions=True)
