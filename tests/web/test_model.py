"""The page on the model holds the run's evidence, and a classifier's accuracy only beside that without groups."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from customer_segments.base import words
from customer_segments.web.curves import Chart
from customer_segments.web.models import Role
from customer_segments.web.views import model
from tests.web.finished import read, rows, text


@pytest.fixture
def page(shop, person, at):
    return read(at(person("rita", shop, Role.READER)).get(f"/studies/{shop.id}/model"))


@pytest.fixture
def evidence(finished):
    return json.loads((finished / "reports/content/validation.json").read_text(encoding="utf-8"))


@pytest.fixture
def metrics(finished):
    return json.loads((finished / "reports/metrics/validation.json").read_text(encoding="utf-8"))


def test_the_verdict_stands_first_with_its_reasons(page, finished):
    verdict = json.loads((finished / "data/processed/verdict.json").read_text(encoding="utf-8"))
    told = page.select_one("aside.verdict").text
    assert all(part in told for part in (verdict["headline"], verdict["advice"]))
    assert all(reason["answer"] in told for reason in verdict["reasons"])


def test_p_values_and_effects_are_the_runs(page, metrics):
    found = rows(page, "Against data without groups")
    assert [row[-1] for row in found] == [words.p_value(round(p, 6)) for p in metrics["p_values"].values()]
    assert [row[-2] for row in found] == [words.number(effect, 2) for effect in metrics["effects"].values()]


def test_every_segments_stability_is_the_runs(page, metrics):
    found = rows(page, "Stability by segment")
    assert {row[0].removeprefix("Segment "): row[1] for row in found} == {
        segment: words.number(jaccard) for segment, jaccard in metrics["jaccard"].items()
    }


def test_the_scores_of_every_number_of_segments_are_the_runs(page, finished):
    scores = pd.read_csv(finished / "reports/metrics/k_scores.csv")
    criteria = ["inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "stability"]
    criteria += ["prediction_strength"]
    expected = [[words.number(value) for value in row] for row in scores[["k", *criteria]].to_numpy().tolist()]
    assert rows(page, "Scores of everything that was tried") == expected
    tried = scores["silhouette"].notna().sum()
    assert len(page.select("svg")[1].select(".dot")) == tried
    assert len(page.select("svg .mark")) == len(criteria)


def test_each_criterions_vote_is_the_runs(page, finished):
    votes = json.loads((finished / "reports/metrics/clustering.json").read_text(encoding="utf-8"))["votes"]
    found = rows(page, "What each criterion would choose")
    assert [row[2] for row in found] == [str(vote or "none") for vote in votes.values()]
    assert len(page.select("svg .ring")) == sum(vote is not None for vote in votes.values())


def test_a_classifiers_accuracy_is_told_beside_that_without_groups(page, evidence):
    accuracy = evidence["audit"]["accuracy"]
    meters = {dt.text: dt.find_next("meter") for dt in page.select(".meters dt")}
    assert {name: float(meter["value"]) for name, meter in meters.items()} == {
        "Our segments": accuracy["ours"], "Data without groups": accuracy["nothing"],
    }  # fmt: skip
    assert evidence["audit"]["sentences"] in page.text
    assert f"it guesses {words.percent(accuracy['nothing'], 1)}" in page.text


def test_both_confusion_matrices_are_there_and_tell_nothing_of_a_few(page, evidence, finished):
    segments = pd.read_parquet(finished / "data/processed/segments.parquet")["segment"]
    for name, table in evidence["audit"]["matrices"].items():
        found = rows(page, table["caption"])
        assert [row[0] for row in found] == [row[0] for row in table["rows"]], name
        cells = [cell for row in found for cell in row[1:]]
        assert len(cells) == len(found) ** 2
        known = [int(cell.replace(",", "")) for cell in cells if cell.replace(",", "").isdigit()]
        assert all(count == 0 or count >= 10 for count in known)
        assert sum(known) <= len(segments)
        for row in found:
            assert sum(cell == "–" or "under 10" in cell for cell in row) != 1  # the segment's size would tell it


def test_the_classifiers_report_is_the_runs(page, evidence):
    assert rows(page, "The classifier's report") == evidence["audit"]["report"]["rows"]
    heads = page.select('[aria-label="The classifier\'s report"] thead th')
    assert [text(head) for head in heads] == evidence["audit"]["report"]["columns"]


def test_a_method_that_finds_the_number_itself_is_drawn_over_its_settings():
    tried = [{"setting": 2.0, "k": 3.0, "not_assigned": 0.1}, {"setting": 4.0, "k": 2.0, "not_assigned": None}]
    curves = [{"column": "k", "title": "Segments found", "best": None}]
    choice = {"over": "setting", "used": 2, "curves": curves}
    drawn = model._drawn(curves[0], choice, tried)
    assert isinstance(drawn, Chart)
    assert (drawn.title, drawn.ringed) == ("Setting", [])
    assert model._table(choice, tried)["rows"] == [("2", ["3"]), ("4", ["2"])]
