"""A finished study of a small demo shop: what the commands work on, made once without the notebooks."""

from __future__ import annotations

import shutil
from pathlib import Path

import ibis
import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.params import Params
from customer_segments.run import workspace
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.clustering import segmentation
from customer_segments.steps.preprocessing import prepare
from tests.sources.shop import collect_into
from tests.support import PROJECT

NAMES = {1: "Dear", 2: "Frequent", 3: "Lost"}


def demo(**changes: object) -> Params:
    source = {"kind": "demo", "customers": 200, "months": 12, "dirt": 0.3}
    return Params.of(study={"name": "shop", "title": "Shop"}, seed=1, source=source, **changes)


def finish(params: Params) -> None:
    """What the stages up to profiling write."""
    collect_into(workspace.root(), params)
    tables = workspace.read_json("data/raw/source.json")["tables"]
    connection = engine.connect()
    read = {name: engine.read_parquet(connection, workspace.existing(f"data/raw/{name}.parquet")) for name in tables}
    broken = ibis.memtable(pd.read_parquet(workspace.existing("data/raw/broken.parquet")), schema=BROKEN)
    folder = workspace.destination("data/interim/lines.parquet").parent
    files = {name: table["files"] for name, table in tables.items()}
    cleaned = clean(read.get("customers"), read.get("transactions"), params.preprocessing, broken, files, folder)
    engine.write_parquet(cleaned.rejected, folder / "rejected.parquet")
    engine.write_csv(cleaned.rejected, folder / "rejected.csv")
    customers = prepare.customer_table(cleaned, prepare.study_day(cleaned, params.preprocessing), params.preprocessing)
    columns = prepare.choose_columns(customers, params.preprocessing.features)
    preprocessor = prepare.fit_preprocessor(params.preprocessing.features, columns, customers)
    features = prepare.feature_table(preprocessor, customers)
    value = segmentation.customer_value(features, customers, params.clustering)
    segmenter = segmentation.segmenter_for(3, params.clustering, 1).fit(segmentation.model_inputs(features), value)
    segments = pd.DataFrame({"customer_id": features["customer_id"], "segment": segmenter.labels_})
    workspace.write_table(customers, "data/processed/customers.parquet")
    workspace.write_table(features, "data/processed/features.parquet")
    workspace.write_table(segments, "data/processed/segments.parquet")
    workspace.write_table(
        pd.DataFrame({"segment": list(NAMES), "name": list(NAMES.values())}), "data/processed/profiles.parquet"
    )
    named = customers.merge(segments, on="customer_id")
    named = named.assign(segment_name=named["segment"].map(NAMES))
    workspace.write_table(named, "data/processed/segmented_customers.parquet")
    workspace.write_table(named, "reports/segmented_customers.csv")
    workspace.write_model(preprocessor, "data/models/preprocessor.joblib")
    workspace.write_model(segmenter, "data/models/segmenter.joblib")


BROKEN = ibis.schema({"table": "string", "row": "int64", "reason": "string", "content": "string"})


@pytest.fixture(scope="session")
def finished_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished study; read it, never change it."""
    folder = tmp_path_factory.mktemp("finished") / "shop"
    (folder / "data" / "external").mkdir(parents=True)
    shutil.copy(PROJECT / "params.yaml", folder)
    shutil.copy(PROJECT / "dvc.yaml", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(workspace.ROOT_VARIABLE, str(folder))
        patch.delenv(workspace.STAGING_VARIABLE, raising=False)
        finish(demo())
    return folder


@pytest.fixture
def shop(finished_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the finished study, to be changed, from which commands are run."""
    folder = tmp_path / "shop"
    shutil.copytree(finished_shop, folder)
    monkeypatch.setenv(workspace.ROOT_VARIABLE, str(folder))
    monkeypatch.delenv(workspace.STAGING_VARIABLE, raising=False)
    monkeypatch.chdir(folder)
    return folder
