"""The studies on the data that they are about, where somebody has it: nothing of it is in the repository."""

import json

import pandas as pd
import pytest

from customer_segments.studies import catalogue
from tests.studies.their_data import collected_study

ROWS = {"online_retail": 541_909, "jewellery": 1_000, "mall": 200}


@pytest.fixture(scope="module")
def collected(request, tmp_path_factory) -> tuple[str, pd.DataFrame]:
    """A study's name and its table as it was collected."""
    name, root = request.param, tmp_path_factory.mktemp(request.param)
    collected_study(name, root)
    [table] = json.loads((root / "data/raw/source.json").read_text(encoding="utf-8"))["tables"]
    return name, pd.read_parquet(root / f"data/raw/{table}.parquet")


@pytest.mark.parametrize("collected", list(ROWS), indirect=True)
def test_every_row_is_collected_and_every_cell_read(collected):
    name, table = collected
    assert len(table) == ROWS[name]
    assert table["unreadable"].isna().all()


@pytest.mark.parametrize("collected", ["jewellery", "mall"], indirect=True)
def test_the_columns_that_make_the_segments_are_numbers_without_gaps(collected):
    name, table = collected
    used = table[catalogue.overlay(name).params["preprocessing"]["features"]["use"]]
    assert used.notna().all(axis=None)
    assert all(pd.api.types.is_numeric_dtype(kind) for kind in used.dtypes)


@pytest.mark.parametrize("collected", ["online_retail"], indirect=True)
def test_days_come_first_in_online_retail(collected):
    _, table = collected
    assert str(table["ordered_at"].min()) == "2010-12-01 08:26:00"
    assert str(table["ordered_at"].max()) == "2011-12-09 12:50:00"


@pytest.mark.parametrize("collected", ["mall"], indirect=True)
def test_the_zeros_in_front_of_the_malls_ids_stay(collected):
    _, table = collected
    assert table["customer_id"].iloc[0] == "0001"
