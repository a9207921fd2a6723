from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest

from customer_segments.pages.validation import prediction as ahead
from customer_segments.pages.validation import verdict as told
from customer_segments.steps.clustering.gaps import Gap
from customer_segments.steps.judge import DISTINCT, UNSUPPORTED, USEFUL, Explained, Judged, Verdict, decide
from customer_segments.steps.validation.existence import KINDS, Existence
from customer_segments.steps.validation.groups import Apart, Groups
from customer_segments.steps.validation.prediction import BOOSTING, OURS, RANDOM, Period, Prediction
from customer_segments.steps.validation.returning import Returning, word

CLEAR, UNCLEAR = 0.6, 0.3
OUTCOMES, GROUPINGS = ("spend", "orders", "came_back"), (OURS, "rfm", "spend", RANDOM, BOOSTING)


def existence(silhouette: float) -> Existence:
    rows = [(kind, 0.4 + 0.001 * draw) for kind in KINDS for draw in range(20)]
    tried = pd.DataFrame({"k": [2, 4], "silhouette": [0.1, silhouette]})
    return Existence(4, tried, pd.DataFrame(rows, columns=["kind", "silhouette"]), 100)


def apart(count: int | None = 4, midway: float = 0.1) -> Apart:
    """Groups, if any; four of them are the segments."""
    gap = Gap(midway, 0.9)
    groups = Groups(np.arange(9), np.arange(9) % count + 1, "plain", gap, 0.02, 0.9) if count else None
    return Apart(gap, groups, count == 4)


def returning(rand: float) -> Returning:
    table = pd.DataFrame({"segment": [1, 2], "jaccard": [rand, rand], "word": ["stable", "doubtful"], "sure": 1.0})
    return Returning(np.full(9, rand), np.full(9, rand), np.full(9, rand), table, np.ones(5))


def prediction(share: float, periods: int = 2, possible: float = 0.4) -> Prediction:
    """What the segments explain; simple groupings 10 % and gradient boosting what is possible."""
    shares = {OURS: share, BOOSTING: possible}
    rows = [(o, g, shares.get(g, 0.1)) for o, g in product(OUTCOMES, GROUPINGS)]
    table = pd.DataFrame(rows, columns=["outcome", "grouping", "share"])
    table = table.assign(low=table["share"] - 0.05, high=table["share"] + 0.05, ahead=share - table["share"])
    table = table.assign(ahead_low=table["ahead"] - 0.02, ahead_high=table["ahead"] + 0.02)
    held = (Period(date(2024, 1, 1), 500, 0.5, 4, share), Period(date(2023, 11, 1), 400, 0.6, 3, share))[:periods]
    return Prediction(61, held, table)


@pytest.mark.parametrize(
    ("silhouette", "groups", "rand", "share", "expected"),
    [
        (CLEAR, 4, 0.9, 0.3, DISTINCT),
        (UNCLEAR, 4, 0.9, None, DISTINCT),  # long groups have gaps between them, but no clear silhouette
        (CLEAR, None, 0.9, 0.3, USEFUL),  # no gap between the segments
        (CLEAR, 2, 0.9, 0.3, USEFUL),  # they cut the groups that are there
        (CLEAR, 4, 0.6, 0.3, UNSUPPORTED),  # they do not come back
        (UNCLEAR, None, 0.9, 0.3, USEFUL),  # chance does as well, yet they predict
        (UNCLEAR, None, 0.9, 0.02, UNSUPPORTED),  # nor do they predict
        (UNCLEAR, None, 0.9, None, UNSUPPORTED),  # without orders nothing speaks for them
        (CLEAR, None, 0.9, None, USEFUL),
    ],
)
def test_the_stated_rule(silhouette, groups, rand, share, expected):
    ahead = None if share is None else prediction(share)
    verdict = decide(existence(silhouette), apart(groups), returning(rand), ahead, transactions=share is not None)
    assert (verdict.kind, verdict.k, verdict.groups) == (expected, 4, groups)
    assert told.told(verdict)["verdict"] == expected


@pytest.mark.parametrize(
    ("groups", "rand", "said"),
    [
        (4, 0.9, "are distinct groups."),
        (None, 0.9, "are a useful cut of a continuum."),
        (2, 0.9, "are a useful cut, not the 2 distinct groups that are there."),
        (None, 0.6, "are not supported by the data."),
        (4, 0.6, "lie apart, but are not found again: the data do not support them."),
    ],
)
def test_the_headline_does_not_say_otherwise_than_its_reasons(groups, rand, said):
    verdict = decide(existence(CLEAR), apart(groups), returning(rand), None, transactions=False)
    assert told.told(verdict)["headline"] == f"The 4 segments {said}"


@pytest.mark.parametrize(
    ("rand", "stable", "said"),
    [
        (0.9, 2, "Yes: 2 of 2 segments are found again among resampled customers (adjusted Rand index 0.9)."),
        (0.9, 1, "Yes: as a whole they are found again (adjusted Rand index 0.9), but only 1 of 2 segments one by one"),
        (0.6, 2, "In part: 2 of 2 segments are found again among resampled customers, but not as a whole "),
        (0.6, 1, "In part: 1 of 2 segments is found again among resampled customers (adjusted Rand index 0.6)."),
        (0.3, 0, "No: 0 of 2 segments are found again among resampled customers (adjusted Rand index 0.3)."),
    ],
)
def test_what_comes_back_is_told_of_the_whole_and_of_its_parts(rand, stable, said):
    back = returning(rand)
    back.segments["jaccard"] = [0.8] * stable + [0.6] * (2 - stable)
    back.segments["word"] = back.segments["jaccard"].map(word)
    verdict = decide(existence(CLEAR), apart(None), back, None, transactions=False)
    assert answers(verdict)[1].startswith(said)
    assert ("Every segment comes back" in told.weakest(back)) == (said[:6] == "Yes: 2")


def test_a_useful_cut_says_what_it_gives_up_of_what_a_simple_grouping_foretells():
    outdone = decide(existence(CLEAR), apart(None), returning(0.9), prediction(0.07), transactions=True)
    assert (outdone.kind, outdone.outdone_by, outdone.given_up) == (USEFUL, "rfm", pytest.approx(0.3))
    assert told.told(outdone)["headline"].endswith(
        "a useful cut of a continuum, but give up 30% of what RFM quintiles foretell."
    )
    perhaps = prediction(0.07)
    perhaps.explained["ahead_high"] += 0.03
    unsure = decide(existence(CLEAR), apart(None), returning(0.9), perhaps, transactions=True)
    assert "but may give up 30%" in told.told(unsure)["headline"]
    nearly = decide(existence(CLEAR), apart(None), returning(0.9), prediction(0.085), transactions=True)
    assert (nearly.outdone_by, nearly.given_up) == (None, 0.0)


def test_where_nothing_is_foretold_nothing_is_given_up_and_what_is_foretold_is_told():
    spend = prediction(0.3)
    of_spend = spend.explained["outcome"] == "spend"
    spend.explained.loc[of_spend, "share"] = np.where(spend.explained.loc[of_spend, "grouping"] == "rfm", 0.004, -0.01)
    verdict = decide(existence(CLEAR), apart(None), returning(0.9), spend, transactions=True)
    assert (verdict.kind, verdict.outdone_by) == (USEFUL, None)
    assert "give up" not in told.told(verdict)["headline"]
    assert "they explain 30% of the differences in the number of orders" in answers(verdict)[2]
    assert "explain 30% of the differences in the number of orders" in ahead.foretold(spend)
    spend.explained["share"] = -0.01
    verdict = decide(existence(CLEAR), apart(None), returning(0.9), spend, transactions=True)
    assert verdict.outdone_by is None
    assert "they explain 0% of the differences in spend" in answers(verdict)[2]


def answers(verdict: Verdict) -> list[str]:
    return [reason["answer"] for reason in told.told(verdict)["reasons"]]


def test_three_reasons_answer_three_questions():
    verdict = decide(existence(UNCLEAR), apart(None), returning(0.3), prediction(0.02), transactions=True)
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
    there, back, ahead = decide(existence(CLEAR), apart(), returning(0.6), prediction(0.3), transactions=True).reasons
    assert there.figures == {"p": 0.02, "midway": 0.1, "groups": 4}
    assert (back.answer, back.figures) == (
        "in part", {"adjusted_rand": pytest.approx(0.6), "stable": 1, "segments": 2},
    )  # fmt: skip
    near = pytest.approx([0.2, 0.18, 0.22])
    assert ahead.figures == {
        "what": "spend", "days": 61, "numbers": [4, 3], "share": 0.3, "ahead_of": {"rfm": near, "spend": near},
        "reached": pytest.approx(0.75),
    }  # fmt: skip


def test_answers_tell_the_figures():
    verdict = decide(existence(CLEAR), apart(), returning(0.6), prediction(-0.1), transactions=True)
    assert answers(verdict) == [
        "Yes: there is a gap between every two of them, as wide as data without groups show none (p = 0.02). Between "
        "the two told apart least, there are 10 customers midway for 100 near a middle.",
        "In part: 1 of 2 segments is found again among resampled customers (adjusted Rand index 0.6).",
        "No: made anew before (4 and 3 segments), they explain 0% of the differences in spend over the next 61 days, "
        "tried 2 times: 20 points less than RFM quintiles (95%: 18 to 22) and 20 points less than spend alone (95%: 18 "
        "to 22); 0% of what gradient boosting, a model without groups, does.",
    ]


def test_a_difference_that_cannot_be_told_is_none():
    assert ahead.compared("rfm", 0.01, -0.004, 0.03) == (
        "about as much as RFM quintiles (95%: from under 1 point less to 3 more)"
    )
    assert ahead.compared("spend", 0.012, 0.004, 0.03) == "1 point more than spend alone (95%: under 1 to 3)"


def test_where_not_even_a_model_foretells_anything_there_is_no_part_of_it():
    verdict = decide(existence(CLEAR), apart(), returning(0.9), prediction(0.0, possible=0.02), transactions=True)
    assert verdict.reasons[2].figures["reached"] is None
    assert answers(verdict)[2].endswith("gradient boosting, a model without groups, foretells nothing either.")


def test_fewer_periods_than_could_be_are_told():
    assert "Only 2 such periods could be held out" in ahead.foretold(prediction(0.3))
    one = decide(existence(CLEAR), apart(), returning(0.9), prediction(0.3, periods=1), transactions=True)
    assert "over the next 61 days: 20 points more" in answers(one)[2]
    assert "Only one such period could be held out" in ahead.foretold(prediction(0.3, periods=1))


def test_the_number_of_segments_then_is_told():
    assert ahead.foretold(prediction(0.3)).startswith("The segments explain 30% of the differences in spend over the")
    assert "(4 and 3 segments); they explain" in ahead.foretold(prediction(0.3))
    assert "(4 segments). Others explain" in ahead.foretold(prediction(0.3, periods=1))


def test_what_cannot_be_known_is_said():
    few = decide(existence(CLEAR), apart(), returning(0.9), None, transactions=True)
    none = decide(existence(CLEAR), apart(), returning(0.9), None, transactions=False)
    assert few.reasons[2].answer == none.reasons[2].answer == "not known"
    assert "too few customers" in answers(few)[2]
    assert "no orders over time" in answers(none)[2]


def test_the_verdict_is_written_with_its_reasons():
    verdict = decide(existence(CLEAR), apart(), returning(0.9), prediction(0.3), transactions=True)
    written = told.told(verdict)
    assert list(written) == ["verdict", "headline", "reasons", "advice"]
    assert written["verdict"] == DISTINCT
    assert [set(reason) for reason in written["reasons"]] == [{"question", "answer"}] * 3
    assert told.sentences(verdict)[0] == f"**{written['headline']}**"


def test_metrics_hold_what_the_verdict_rests_on():
    there, lie, back, ahead = existence(CLEAR), apart(), returning(0.9), prediction(0.3)
    judged = Judged(there, lie, back, ahead, decide(there, lie, back, ahead, transactions=True), pd.DataFrame())
    numbers = judged.metrics
    assert numbers["verdict"] == DISTINCT
    assert numbers["p_values"]["smooth"] == pytest.approx(1 / 21)
    assert numbers["adjusted_rand"] == pytest.approx(0.9)
    assert numbers["explained"]["spend"]["segments"] == pytest.approx(0.3)
    assert numbers["ahead_of"]["orders"]["rfm"] == pytest.approx([0.2, 0.18, 0.22])
    assert numbers["periods"][1] == {
        "cut_off": "2023-11-01", "customers": 400, "came_back": 0.6, "k": 3, "explained": 0.3,
    }  # fmt: skip


def test_segments_without_gaps_and_groups_that_they_are_not_are_told():
    none, other = (decide(existence(CLEAR), apart(count), returning(0.9), None, False) for count in (None, 2))
    assert none.reasons[0].answer == other.reasons[0].answer == "in part"
    assert "but some neighbours have no gap between them. Between the two" in answers(none)[0]
    assert "there are 2 distinct groups (p = 0.02), but these segments draw the borders otherwise" in answers(other)[0]


def test_what_was_learned_begins_with_the_verdict_and_ends_with_what_it_rests_on():
    there, lie, back = existence(CLEAR), apart(), returning(0.9)
    judged = Judged(there, lie, back, None, decide(there, lie, back, None, transactions=False), pd.DataFrame())
    single = pd.DataFrame({"column": ["orders"], "agreement": [0.4]})
    first, least, column, last = told.learned(judged, Explained(single, None, None, None, None))
    assert first == (
        "**The 4 segments are distinct groups.** The segments may be named and treated as groups of their own."
    )
    assert least.startswith("Every segment comes back")
    assert column.startswith("No single column makes the segments; Orders comes nearest")
    assert last.startswith("The verdict rests on 9 resamples and 20 references of each kind")
