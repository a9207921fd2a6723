"""Every published figure on the data that it was printed of, where somebody has them: nothing of it is here."""

import json
import re

import ibis
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import ValidationParams
from customer_segments.replication import compare, corrections, published
from customer_segments.replication.evidence import Evidence
from customer_segments.replication.ours import Ours
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.clustering.segmentation import customer_value, model_inputs, segmenter_for, try_each_k
from customer_segments.steps.preprocessing import prepare
from customer_segments.steps.retention import order_days
from tests.studies.their_data import collected_study
from tests.support import PROJECT

NUMBER = re.compile(r"£?\d[\d,]*(?:\.\d+)?%?")
QUICK = ValidationParams(references=19, bootstraps=10)
MOST_TRIED = {"k_max": 7, "bootstraps": 2, "references": 2}  # what the figures ask for
REPRODUCED = {"jewellery_thesis": (103, 113), "online_retail_explorer": (29, 45)}
README = (PROJECT / "README.md").read_text(encoding="utf-8")
STUDIES = published.shipped()


@pytest.fixture(scope="module", params=STUDIES)
def evidence(request, tmp_path_factory) -> Evidence:
    """A replicated study, made from its file as its stages make it, without notebooks."""
    root = tmp_path_factory.mktemp(request.param)
    params = collected_study(request.param, root)
    connection = engine.connect()
    names = [*json.loads((root / "data/raw/source.json").read_text(encoding="utf-8"))["tables"], "broken"]
    tables = {name: engine.read_parquet(connection, root / f"data/raw/{name}.parquet") for name in names}
    rules = params.preprocessing
    cleaned = clean(tables.get("customers"), tables.get("transactions"), rules, tables["broken"])
    as_of = prepare.study_day(cleaned, rules)
    customers = prepare.customer_table(cleaned, as_of, rules)
    columns = prepare.choose_columns(customers, rules.features, params.privacy.sensitive)
    features = prepare.feature_table(prepare.fit_preprocessor(rules.features, columns, customers), customers)
    value = customer_value(features, customers, params.clustering)
    found = segmenter_for(params.clustering.k, params.clustering, params.seed).fit(model_inputs(features), value)
    segments = customers[["customer_id"]].assign(segment=found.labels_)
    quick = params.clustering.model_copy(update=MOST_TRIED)
    days = None
    if cleaned.lines is not None:
        days = order_days.order_days(cleaned.lines, ibis.memtable(segments), as_of), as_of
    return Evidence(
        published.read(params.study.published), tables, customers, features, segments["segment"],
        try_each_k(features, quick, params.seed), days,
        preprocessing=rules, seed=params.seed,
    )  # fmt: skip


def test_every_figure_comes_out_or_else_the_one_that_is_said_to(evidence):
    figures = compare.outcomes(evidence)
    assert [(figure.leaf.keys, figure.leaf.printed, figure.value) for figure in figures if not figure.as_expected] == []


def test_what_the_readme_says_of_the_figures_is_what_comes_out(evidence):
    figures, title = compare.outcomes(evidence), evidence.published.title
    row = next(line for line in README.splitlines() if line.startswith("|") and title in line)
    reproduced = sum(figure.matches for figure in figures)
    assert f"| {reproduced} of {len(figures)} |" in row


def test_every_number_in_the_readmes_corrections_is_computed(evidence):
    heading = {"jewellery": "What has to be corrected in the thesis:", "online_retail": "And in the report:"}
    section = README.split(heading[evidence.published.ours])[1].split("\n\n")[1]
    told = " ".join(each.found.sentence for each in corrections.corrected(evidence, Ours(evidence, QUICK)))
    numbers = NUMBER.findall(section)
    assert len(numbers) >= 8
    assert [number for number in numbers if not re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d)", told)] == []


def test_the_counts_in_the_files_are_those_that_were_reproduced():
    counted = {
        name: (sum(leaf.found is None for leaf in found), len(found))
        for name, found in ((name, published.leaves(published.read(name))) for name in STUDIES)
    }
    assert counted == REPRODUCED


def test_no_figure_stands_twice_under_the_same_keys():
    for name in STUDIES:
        keys = pd.Series(
            [(leaf.group.title, leaf.measure, leaf.keys) for leaf in published.leaves(published.read(name))]
        )
        assert keys.is_unique
