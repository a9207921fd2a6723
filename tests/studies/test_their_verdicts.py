"""What the verdict says of well-known data, where somebody has it: nothing of it is in the repository."""

import json
from pathlib import Path

import pytest

from customer_segments.base import engine
from customer_segments.base.params import ValidationParams
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.clustering.choice import choose_k
from customer_segments.steps.clustering.segmentation import model_inputs, segmenter_for, try_each_k
from customer_segments.steps.preprocessing import prepare
from customer_segments.steps.validation import prediction
from customer_segments.steps.validation.existence import existence
from customer_segments.steps.validation.returning import returning
from customer_segments.steps.validation.verdict import DISTINCT, UNSUPPORTED, USEFUL, Verdict, judge
from tests.studies.their_data import collected_study

QUICK = ValidationParams(references=19, reference_sample=300, bootstraps=10)


def judged(name: str, root: Path) -> Verdict:
    """The way from the study's file to its verdict, without notebooks."""
    params = collected_study(name, root)
    connection = engine.connect()
    names = [*json.loads((root / "data/raw/source.json").read_text(encoding="utf-8"))["tables"], "broken"]
    tables = {name: engine.read_parquet(connection, root / f"data/raw/{name}.parquet") for name in names}
    cleaned = clean(tables.get("customers"), tables.get("transactions"), params.preprocessing, tables["broken"])
    customers = prepare.customer_table(cleaned, prepare.study_day(cleaned, params.preprocessing), params.preprocessing)
    columns = prepare.choose_columns(customers, params.preprocessing.features, params.privacy.sensitive)
    preprocessor = prepare.fit_preprocessor(params.preprocessing.features, columns, customers)
    features = prepare.feature_table(preprocessor, customers)
    clustering, inputs, seed = params.clustering, model_inputs(features), params.seed
    k = choose_k(try_each_k(features, clustering, seed), clustering).k
    labels = segmenter_for(k, clustering, seed).fit(inputs).labels_
    parts = prediction.StudyParts(params.preprocessing, params.privacy, clustering)
    ahead = cleaned.lines is not None and prediction.predict_next(tables, cleaned.lines, k, parts, QUICK, seed)
    there = existence(inputs, k, clustering, QUICK, seed)
    back = returning(inputs, labels, k, clustering, QUICK, seed)
    return judge(there, back, ahead or None, transactions=cleaned.lines is not None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("mall", {DISTINCT}), ("jewellery", {UNSUPPORTED}), ("online_retail", {USEFUL, DISTINCT})],
)
def test_the_verdict_on_well_known_data(name, expected, tmp_path):
    verdict = judged(name, tmp_path)
    assert verdict.verdict in expected, verdict
