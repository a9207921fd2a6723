import json

import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Format
from customer_segments.sources.files import read
from tests.malformed.packed import gzipped, parquet, workbook, zip_marked_as_encrypted, zipped

PLAIN = "customer_id,age\na,20\nb,30\n"
BYTES = PLAIN.encode()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("shop.tsv", PLAIN.replace(",", "\t")),
        ("SHOP.CSV", PLAIN),
        ("shop.csv.gz", gzipped(BYTES)),
        ("shop.gz", gzipped(BYTES)),
        ("shop.zip", zipped({"export/shop.csv": BYTES, "__MACOSX/._shop.csv": b"x"})),
        ("shop.json.gz", gzipped(b'[{"customer_id": "a", "age": 20}, {"customer_id": "b", "age": 30}]')),
        ("shop.xlsx", workbook({"Customers": [["customer_id", "age"], ["a", 20], ["b", 30]]})),
        ("shop.json", json.dumps([{"customer_id": "a", "age": 20}, {"customer_id": "b", "age": 30}])),
        ("shop.jsonl", '{"customer_id": "a", "age": 20}\n{"customer_id": "b", "age": 30}\n'),
        ("shop.parquet", parquet(customer_id=["a", "b"], age=[20, 30])),
    ],
)
def test_every_kind_of_file_gives_the_table_that_the_csv_gives(shop, file, content):
    usual = shop.customers(PLAIN)
    pd.testing.assert_frame_equal(shop.customers(content, file), usual)


def test_a_folder_is_read_in_the_order_of_names_and_its_rows_are_numbered_through(shop):
    shop.put("all/2.csv", "age,customer_id\n40,c\n")
    shop.put("all/1.csv", f"{PLAIN}x\n")
    shop.put("all/notes.md", "no table")
    shop.collect(customers="data/external/all")
    assert shop.table("customers")[["row", "customer_id", "age"]].values.tolist() == [
        [1, "a", 20.0], [2, "b", 30.0], [4, "c", 40.0],
    ]  # fmt: skip
    assert shop.broken() == [("customers", 3, "it has 1 cell, and the header has 2", "x")]
    files = shop.source()["tables"]["customers"]["files"]
    assert [(file["name"], file["rows"]) for file in files] == [("1.csv", 3), ("2.csv", 1)]


def test_a_pattern_takes_the_files_that_fit(shop):
    shop.put("2024-01.csv", PLAIN)
    shop.put("2024-02.csv.gz", gzipped(b"customer_id,age\nc,40\n"))
    shop.put("2023-12.csv", "rubbish")
    shop.collect(customers="data/external/2024-*")
    assert shop.table("customers")["customer_id"].tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("shop.csv", b"", "shop.csv is empty"),
        ("shop.docx", b"x", "shop.docx is of a kind that cannot be read: files ending in .csv"),
        ("shop.docx.gz", gzipped(b"x"), "shop.docx in shop.docx.gz is of a kind"),
        ("shop.csv.gz", b"rubbish", "shop.csv.gz is damaged, or no gz file at all"),
        ("shop.csv.gz", gzipped(BYTES)[:-4], "shop.csv.gz ends early"),
        ("shop.csv.gz", gzipped(b""), "shop.csv.gz holds an empty file"),
        ("shop.zip", zipped({"1.csv": BYTES, "2.csv": BYTES}), "shop.zip holds 1.csv and 2.csv, and one file is"),
        ("shop.zip", zip_marked_as_encrypted("1.csv", BYTES), "shop.zip is locked with a password"),
        ("shop.zip", zipped({"1.csv.gz": gzipped(BYTES)}), "shop.zip holds another packed file (1.csv.gz)"),
    ],
)
def test_what_cannot_be_opened_is_refused(shop, file, content, said):
    with pytest.raises(StudyError) as caught:
        shop.customers(content, file)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere.csv", "The source file nowhere.csv is not in external"),
        ("*.csv", "No file fits the pattern data/external/*.csv"),
        ("empty", "The folder data/external/empty holds no file that can be read"),
        ("fetched.csv", "has not been fetched yet: run `dvc update data/external/fetched.csv.dvc`"),
    ],
)
def test_a_place_without_files_is_refused(shop, place, said):
    shop.put("empty/notes.md", "x")
    shop.put("fetched.csv.dvc", "outs: []")
    with pytest.raises(StudyError) as caught:
        shop.collect(customers=f"data/external/{place}")
    assert said in str(caught.value)
    assert caught.value.setting == (None if "dvc" in said else "source.customers")


def test_a_pattern_may_begin_at_the_root(tmp_path):
    (tmp_path / "a.csv").write_text("customer_id,age\n1,30\n2,40\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert [part.name for part in read(str(tmp_path / "*.csv"), Format(), scratch, tmp_path)] == ["a.csv"]
    for pattern in ("nothing/*.csv", "a**b.csv"):
        with pytest.raises(StudyError, match="No file fits the pattern"):
            read(str(tmp_path / pattern), Format(), scratch, tmp_path)


def test_the_list_of_those_to_be_forgotten_is_no_data(tmp_path):
    (tmp_path / "a.csv").write_text("customer_id,age\n1,30\n2,40\n")
    (tmp_path / "scratch").mkdir()
    (tmp_path / "forgotten.json").write_text('{"salt": "x", "prints": []}')
    for place in (".", "*.*"):
        assert [part.name for part in read(place, Format(), tmp_path / "scratch", tmp_path)] == ["a.csv"]
