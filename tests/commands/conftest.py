"""A finished study of a small demo shop: what the commands work on, made once without the notebooks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import Params
from customer_segments.run.workspace import RAW, Workspace
from customer_segments.sources import collect
from customer_segments.sources.forgotten import FILE, forgotten
from customer_segments.sources.secrets import Reach
from customer_segments.steps.clustering.methods import segmenter_for
from customer_segments.steps.clustering.segmentation import customer_value, model_inputs
from customer_segments.steps.prepare import prepare
from customer_segments.steps.recipe import FILE as RECIPE
from customer_segments.steps.scorer import scorer_of
from tests.support import PROJECT

NAMES = {1: "Dear", 2: "Frequent", 3: "Lost"}


def demo(**changes: object) -> Params:
    source = {"kind": "demo", "customers": 200, "months": 12, "dirt": 0.3}
    return Params.of(study={"name": "shop", "title": "Shop"}, seed=1, source=source, **changes)


def at(folder: Path, params: Params) -> Workspace:
    """The study in a folder, with these parameters."""
    text = json.dumps(params.model_dump(mode="json", exclude_unset=True))  # which is YAML, too
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    return Workspace(folder)


def finish(params: Params, folder: Path) -> Workspace:
    """What the stages up to profiling write."""
    here = at(folder, params)
    raw = here.destination(f"{RAW}/source.json").parent
    reach = Reach(folder, {}, forgotten(folder / FILE))
    here.write_json(collect(params.source, reach, raw, seed=params.seed), f"{RAW}/source.json")
    files = {name: table["files"] for name, table in here.read_json(f"{RAW}/source.json")["tables"].items()}
    interim = here.destination("data/interim/lines.parquet").parent
    prepared = prepare(here.collected(engine.connect()), params.preprocessing, params.privacy, files, interim)
    engine.write_parquet(prepared.rejected, interim / "rejected.parquet")
    engine.write_csv(prepared.rejected, interim / "rejected.csv")
    here.write_json(prepared.recipe, RECIPE)
    value = customer_value(prepared.features, prepared.customers, params.clustering)
    segmenter = segmenter_for(3, params.clustering, 1).fit(model_inputs(prepared.features), value)
    segments = prepared.features[["customer_id"]].assign(segment=segmenter.labels_)
    here.write_table(prepared.customers, "data/processed/customers.parquet")
    here.write_table(prepared.features, "data/processed/features.parquet")
    here.write_table(segments, "data/processed/segments.parquet")
    here.write_table(
        pd.DataFrame({"segment": list(NAMES), "name": list(NAMES.values())}), "data/processed/profiles.parquet"
    )
    named = prepared.customers.merge(segments, on="customer_id")
    named = named.assign(segment_name=named["segment"].map(NAMES))
    here.write_table(named, "data/processed/segmented_customers.parquet")
    here.write_table(named, "reports/segmented_customers.csv")
    here.write_model(prepared.preprocessor, "data/models/preprocessor.joblib")
    here.write_model(segmenter, "data/models/segmenter.joblib")
    scorer_of(prepared.preprocessor, segmenter).write(here.destination("data/models/scorer.json"))
    return here


@pytest.fixture(scope="session")
def finished_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished study; read it, never change it."""
    folder = tmp_path_factory.mktemp("finished") / "shop"
    (folder / "data" / "external").mkdir(parents=True)
    shutil.copy(PROJECT / "dvc.yaml", folder)
    finish(demo(), folder)
    return folder


@pytest.fixture
def shop(finished_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the finished study, to be changed, from which commands are run."""
    folder = tmp_path / "shop"
    shutil.copytree(finished_shop, folder)
    monkeypatch.chdir(folder)
    return folder
