"""What the verdict says of well-known data, where somebody has it: nothing of it is in the repository."""

from pathlib import Path

import pytest

from customer_segments.base import engine
from customer_segments.base.params import ValidationParams
from customer_segments.run.workspace import Workspace
from customer_segments.steps.judge import DISTINCT, UNSUPPORTED, USEFUL, Cut, Verdict, judge
from customer_segments.steps.prepare import prepare
from customer_segments.steps.segment import segment
from customer_segments.steps.validation.periods import Past
from tests.studies.their_data import collected_study

QUICK = ValidationParams(references=19, reference_sample=300, bootstraps=10)


def judged(name: str, root: Path) -> Verdict:
    """The way from the study's file to its verdict, without notebooks."""
    params = collected_study(name, root)
    tables = Workspace(root).collected(engine.connect())
    prepared = prepare(tables, params.preprocessing, params.privacy)
    found = segment(prepared.features, prepared.customers, params.clustering, params.seed)
    cut = Cut(prepared.features, prepared.customers, found.labels, found.k)
    past = Past(tables, prepared.cleaned.lines, params.preprocessing, params.privacy)
    return judge(cut, past, params.clustering, QUICK, params.seed).verdict


@pytest.mark.parametrize(
    ("name", "expected"),
    [("mall", {USEFUL}), ("jewellery", {UNSUPPORTED}), ("online_retail", {USEFUL, DISTINCT})],
)
def test_the_verdict_on_well_known_data(name, expected, tmp_path):
    verdict = judged(name, tmp_path)
    assert verdict.kind in expected, verdict
