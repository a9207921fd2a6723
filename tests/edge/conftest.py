from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.edge.ends import settings
from tests.support import PROJECT


@pytest.fixture
def folder(tmp_path) -> Path:
    """A study with earlier results, whose chapter does nothing but what `cell` makes it do."""
    shutil.copy(PROJECT / "dvc.yaml", tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "mine.csv").write_text("customer_id,age\n" + "".join(f"{n},{20 + n % 50}\n" for n in range(200)))
    settings(tmp_path, {"kind": "files", "customers": "mine.csv"})
    for kept in ("data/raw/source.json", "data/raw/customers.parquet", "reports/01_eda.html"):
        (tmp_path / kept).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / kept).write_text("{}")
    return tmp_path


@pytest.fixture(params=["alone", "as a copy"])
def way(request: pytest.FixtureRequest) -> dict[str, str]:
    """How a stage runs: by itself, or as a copy of a process that has imported everything."""
    return {} if request.param == "alone" else request.getfixturevalue("warm")
