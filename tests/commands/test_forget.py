import gzip
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Params
from customer_segments.commands.forget import forget
from customer_segments.run.workspace import Workspace
from customer_segments.steps.scorer import Scorer
from tests.commands.conftest import at, demo, finish
from tests.malformed.packed import workbook

LINES = "invoice_id,quantity,unit_price,ordered_at,customer_id\n"


def everything(folder: Path) -> dict[str, bytes]:
    """Every file with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def someone(shop: Path) -> str:
    """A customer of whom some rows were used and some rejected."""
    segments = pd.read_parquet(shop / "data/processed/segments.parquet")
    rejected = pd.read_parquet(shop / "data/interim/rejected.parquet")
    return sorted(set(segments["customer_id"]) & set(rejected["customer_id"].dropna()))[0]


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """A folder for temporary files that nobody else uses."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
    return Path(tempfile.gettempdir())


@pytest.fixture
def cached(shop):
    """The study with a cache such as DVC's: every output once more, under a name that says nothing."""
    for number, path in enumerate(sorted((shop / "data").rglob("*.*")) + sorted((shop / "reports").rglob("*.*"))):
        target = shop / ".dvc" / "cache" / "files" / "md5" / f"{number:02}" / "e1f7c0"
        target.parent.mkdir(parents=True)
        shutil.copy(path, target)
        target.chmod(0o444)
    return shop


def test_nothing_of_the_customer_is_left_and_everybody_else_stays(cached):
    customer = someone(cached)
    before = {
        path: pd.read_parquet(cached / path) for path in ("data/raw/transactions.parquet", "data/interim/lines.parquet")
    }
    said = forget([customer], at(Path.cwd(), demo()))
    assert not [path for path, content in everything(cached).items() if customer.encode() in content]
    for path, table in before.items():
        others = table[table["customer_id"] != customer].reset_index(drop=True)
        pd.testing.assert_frame_equal(pd.read_parquet(cached / path), others)
        assert len(others) < len(table)
    for path in (cached / "data").rglob("*.parquet"):
        table = pd.read_parquet(path)
        assert (
            not table.select_dtypes(["object", "string"])
            .apply(lambda c: c.astype(str).str.contains(customer))
            .any()
            .any()
        )
    assert "of DVC's cache were searched again" in said
    assert "nothing was found" in said
    assert customer not in said
    assert "git's history" in said


def test_the_next_collection_leaves_the_customer_out_for_good(shop):
    customer = someone(shop)
    count = len(pd.read_parquet("data/raw/customers.parquet"))
    forget([customer], at(Path.cwd(), demo()))
    finish(demo(), Path.cwd())
    assert not [path for path, content in everything(shop).items() if customer.encode() in content]
    assert len(pd.read_parquet("data/raw/customers.parquet")) == count - 1


def test_a_dry_run_changes_nothing(cached):
    before = everything(cached)
    said = forget([someone(cached)], at(Path.cwd(), demo()), dry_run=True)
    assert said.startswith("Nothing was changed. This would be done:")
    assert "data/interim/lines.parquet: " in said
    assert everything(cached) == before


def test_an_id_that_is_nowhere_is_refused_and_nothing_changes(shop):
    before = everything(shop)
    with pytest.raises(StudyError, match="No file of this study holds the customer 'nobody-77'"):
        forget(["nobody-77"], at(Path.cwd(), demo()))
    assert everything(shop) == before


def test_forgetting_twice_is_no_mistake(shop):
    customer = someone(shop)
    forget([customer], at(Path.cwd(), demo()))
    assert "nothing was found that holds them" in forget([customer], at(Path.cwd(), demo()))


@pytest.fixture
def business(tmp_path, monkeypatch):
    """A folder with a business's own files, of which nothing was made yet."""
    (tmp_path / "data" / "external").mkdir(parents=True)
    return tmp_path / "data" / "external"


def of(business: Path, **places: Any) -> Workspace:
    """The study of these files."""
    params = Params.of(study={"name": "shop", "title": "Shop"}, seed=1, source={"kind": "files", **places})
    return at(business.parents[1], params)


def test_other_rows_of_a_file_stay_as_they_were_to_the_byte(business):
    path = business / "t.csv"
    row = 'A{0},1,9.50,2024-01-05,{1},"two\nlines, caf\xe9"\r\n'
    head = "invoice_id,quantity,unit_price,ordered_at,customer_id,note\r\n"
    rows = [row.format(n, who) for n, who in enumerate(["12345", "12346", "12345 ", "12345", "99999"])]
    path.write_bytes((head + "".join(rows)).encode("latin-1"))
    assert "t.csv: 3 rows taken out" in forget(["12345"], of(business, transactions="data/external/t.csv"))
    assert path.read_bytes() == (head + rows[1] + rows[4]).encode("latin-1")


def test_a_number_in_another_column_is_no_customer(business):
    path = business / "t.csv"
    path.write_text(LINES + "A1,12,9.50,2024-01-05,7\nA2,7,9.50,2024-01-05,12\n")
    said = forget(["12"], of(business, transactions="data/external/t.csv"))
    assert path.read_text() == LINES + "A1,12,9.50,2024-01-05,7\n"
    assert "fewer than 5 signs" in said


def test_the_same_number_in_another_column_is_pointed_out(business):
    (business / "t.csv").write_text(LINES + "A1,1,9.50,2024-01-05,12345\n12345,1,9.50,2024-01-05,7\n")
    said = forget(["12345"], of(business, transactions="data/external/t.csv"))
    assert "t.csv: the same signs stand in other places too" in said


def test_a_stray_quote_swallows_no_other_customer(business):
    path = business / "t.csv"
    path.write_text(LINES + 'A1,1,9.50,2024-01-05,5"7\nA2,1,9.50,2024-01-05,12345\nA3,1,9.50,2024-01-05,8"\n')
    forget(["12345"], of(business, transactions="data/external/t.csv"))
    assert path.read_text() == LINES + 'A1,1,9.50,2024-01-05,5"7\nA3,1,9.50,2024-01-05,8"\n'


def test_a_ragged_row_goes_too(business):
    path = business / "t.csv"
    path.write_text(LINES + "A1,1,9.50,2024-01-05,7\nA2,12345\n")
    forget(["12345"], of(business, transactions="data/external/t.csv"))
    assert path.read_text() == LINES + "A1,1,9.50,2024-01-05,7\n"


def write_json(path, rows):
    path.write_text(json.dumps({"items": rows}))


def write_lines(path, rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def write_packed(path, rows):
    with gzip.open(path, "wt") as file:
        pd.DataFrame(rows).to_csv(file, index=False)


@pytest.mark.parametrize(
    ("name", "write", "read"),
    [
        ("c.json", write_json, lambda path: json.loads(path.read_text())["items"]),
        ("c.jsonl", write_lines, lambda path: [json.loads(line) for line in path.read_text().splitlines()]),
        ("c.csv.gz", write_packed, lambda path: pd.read_csv(path).to_dict("records")),
        (
            "c.parquet",
            lambda path, rows: pd.DataFrame(rows).to_parquet(path),
            lambda path: pd.read_parquet(path).to_dict("records"),
        ),
    ],
)
def test_files_of_each_kind_are_rewritten(business, name, write, read):
    rows = [{"customer_id": 12345, "age": 20}, {"customer_id": 12346, "age": 30}]
    write(business / name, rows)
    assert f"{name}: 1 row taken out" in forget(["12345"], of(business, customers=f"data/external/{name}"))
    assert read(business / name) == rows[1:]


def test_a_workbook_is_not_rewritten_but_named(business):
    (business / "c.csv").write_text("customer_id,age\n12345,20\n7,30\n")
    (business / "c.xlsx").write_bytes(workbook({"Customers": [["customer_id", "age"], [12345, 20], [8, 30]]}))
    before = everything(business)
    with pytest.raises(
        StudyError, match=r"data/external/c\.xlsx holds an id and is of a kind that cannot be rewritten"
    ):
        forget(["12345"], of(business, customers="data/external/c.csv"))
    assert everything(business) == before
    assert "c.csv: 1 row taken out" in forget(["7"], of(business, customers="data/external/c.csv"), dry_run=True)


def test_the_column_that_params_name_is_the_one(business):
    path = business / "c.csv"
    path.write_text("who,customer_id,age\n12345,1,20\n7,12345,30\n")
    forget(["12345"], of(business, customers="data/external/c.csv", columns={"customers": {"customer_id": "who"}}))
    assert path.read_text() == "who,customer_id,age\n7,12345,30\n"


def test_other_files_of_the_pipeline_that_hold_an_id_are_deleted(business):
    root = business.parents[1]
    (root / "reports" / "assets").mkdir(parents=True)
    (root / "reports" / "old.html").write_text("<td>12345</td>")
    (root / "reports" / "new.html").write_text("<td>123456</td>")
    (root / "reports" / "assets" / "plotly.min.js").write_text("/** plotly.js v1 */ x=12345")
    (root / ".dvc" / "elsewhere").mkdir(parents=True)
    (root / ".dvc" / "config").write_text("[cache]\n    dir = elsewhere\n['remote \"store\"']\n    url = /x\n")
    (root / ".dvc" / "elsewhere" / "e1f7c0").write_text("[12345]")
    (business / "c.csv").write_text("customer_id,age\n12345,20\n7,30\n")
    said = forget(["12345"], of(business, customers="data/external/c.csv"))
    assert sorted(path.name for path in root.rglob("*") if path.is_file()) == [
        "c.csv", "config", "forgotten.json", "new.html", "params.yaml", "plotly.min.js",
    ]  # fmt: skip
    assert "the DVC remote store" in said


def test_models_that_keep_customers_rows_go_with_their_copies(cached):
    models = cached / "data/models"
    crowds = Scorer.read(models / "scorer.json")
    Scorer(crowds._content | {"keeps_rows": True}).write(models / "scorer.json")
    copies = [cached / ".dvc" / "cache" / f"copy{number}" for number in (1, 2)]
    for copy, name in zip(copies, ("scorer.json", "segmenter.joblib"), strict=True):
        shutil.copy(models / name, copy)
    said = forget([someone(cached)], at(Path.cwd(), demo()))
    assert not any(copy.exists() for copy in copies)
    assert [path.name for path in models.iterdir()] == ["preprocessor.joblib"]
    assert "what may be theirs" in said


def test_models_without_rows_stay(cached):
    forget([someone(cached)], at(Path.cwd(), demo()))
    assert sorted(path.name for path in (cached / "data/models").iterdir()) == [
        "preprocessor.joblib", "scorer.json", "segmenter.joblib",
    ]  # fmt: skip
