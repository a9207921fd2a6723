"""Every published figure on the data that it was printed of, where somebody has them: nothing of it is here."""

import re

import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import ValidationParams
from customer_segments.pages.replication import answers
from customer_segments.replication import checks, measures, published
from customer_segments.replication.evidence import Evidence
from customer_segments.run.workspace import Workspace
from customer_segments.steps.prepare import prepare
from customer_segments.steps.segment import segment
from tests.studies.their_data import collected_study
from tests.support import PROJECT

NUMBER = re.compile(r"£?\d[\d,]*(?:\.\d+)?%?")
QUICK = ValidationParams(references=19, bootstraps=10)
MOST_TRIED = {"k_max": 7, "bootstraps": 2, "references": 2}  # what the figures ask for
REPRODUCED = {"jewellery_thesis": (103, 113), "online_retail_explorer": (29, 45)}
README = (PROJECT / "README.md").read_text(encoding="utf-8")
STUDIES = {name: published.read(name, PROJECT) for name in published.shipped()}


@pytest.fixture(scope="module", params=STUDIES)
def evidence(request, tmp_path_factory) -> Evidence:
    """A replicated study, made from its file as its stages make it, without notebooks."""
    root = tmp_path_factory.mktemp(request.param)
    params = collected_study(request.param, root)
    tables = Workspace(root).collected(engine.connect())
    prepared = prepare(tables, params.preprocessing, params.privacy)
    quick = params.clustering.model_copy(update=MOST_TRIED)
    found = segment(prepared.features, prepared.customers, quick, params.seed)
    customers = prepared.customers.assign(segment=found.labels)
    return Evidence(
        STUDIES[params.study.published], tables, prepared.cleaned.lines, customers, prepared.features, found.scores,
        params.preprocessing, QUICK, params.seed,
    )  # fmt: skip


def as_expected(figure: published.Outcome) -> bool:
    """Whether it came out, or else the value that the file of figures says comes out instead."""
    if figure.leaf.found is None:
        return figure.matches
    return not figure.matches and published.rounded_like(figure.leaf.found, figure.value) == figure.leaf.found


def test_every_figure_comes_out_or_else_the_one_that_is_said_to(evidence):
    figures = measures.outcomes(evidence)
    assert [
        (figure.leaf.keys, figure.leaf.printed, figure.value) for figure in figures if not as_expected(figure)
    ] == []


def test_what_the_readme_says_of_the_figures_is_what_comes_out(evidence):
    figures, title = measures.outcomes(evidence), evidence.published.title
    row = next(line for line in README.splitlines() if line.startswith("|") and title in line)
    reproduced = sum(figure.matches for figure in figures)
    assert f"| {reproduced} of {len(figures)} |" in row


def test_every_number_in_the_readmes_corrections_is_computed(evidence):
    heading = {"jewellery": "What has to be corrected in the thesis:", "online_retail": "And in the report:"}
    section = README.split(heading[evidence.published.ours])[1].split("\n\n")[1]
    told = " ".join(answers.answer(each).sentence for each in checks.corrected(evidence))
    numbers = NUMBER.findall(section)
    assert len(numbers) >= 8
    assert [number for number in numbers if not re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d)", told)] == []


def test_a_figure_that_comes_out_must_not_be_said_to_differ():
    leaf = published.Leaf(published.Group(title="T", figures={"size": {"a": "6"}}), "size", ("a",), "6", "6")
    assert not as_expected(published.Outcome(leaf, 6))
    assert as_expected(published.Outcome(leaf._replace(found=None), 6))
    assert as_expected(published.Outcome(leaf._replace(printed="7"), 6))


def test_the_counts_in_the_files_are_those_that_were_reproduced():
    found = {name: study.leaves() for name, study in STUDIES.items()}
    assert {name: (sum(leaf.found is None for leaf in own), len(own)) for name, own in found.items()} == REPRODUCED


def test_no_figure_stands_twice_under_the_same_keys():
    for study in STUDIES.values():
        assert pd.Series([(leaf.group.title, leaf.measure, leaf.keys) for leaf in study.leaves()]).is_unique
