import os
import subprocess
import sys
from datetime import date

import pandas as pd
import pytest

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Params
from customer_segments.commands import assign as assigning
from customer_segments.commands.assign import assign, assigned_customers
from customer_segments.sources.forgotten import FILE as FORGOTTEN
from customer_segments.sources.forgotten import Forgotten
from customer_segments.steps.prepare import prepare
from customer_segments.steps.recipe import FILE as RECIPE
from tests.commands.conftest import NAMES, at, demo, finish
from tests.support import PROJECT

LINES = "data/raw/demo/transactions.csv"
LIST = "data/raw/demo/customers.csv"


@pytest.fixture
def own(shop):
    """The study's own tables, as if they were new."""
    return shop / LINES, shop / LIST


def some_lines(shop, count):
    """The lines of a few customers, in a file of their own."""
    lines = pd.read_csv(shop / LINES, dtype=str)
    known = pd.read_parquet(shop / "data/processed/segments.parquet")["customer_id"].head(count)
    few = lines[lines["CustomerID"].isin(known)]
    few.to_csv(shop / "new.csv", index=False)
    return shop / "new.csv", few


def test_the_study_s_own_customers_get_the_segments_that_they_have(shop, own):
    found = assigned_customers(own[0], at(shop, demo()), customers=own[1]).customers
    segments = pd.read_parquet(shop / "data/processed/segments.parquet")
    assert found["customer_id"].tolist() == segments["customer_id"].tolist()
    assert found["segment"].tolist() == segments["segment"].tolist()
    assert (found["segment_name"] == found["segment"].map(NAMES)).all()
    assert found["certainty"].between(0, 1).all()
    assert not found["outside"].any()


def test_a_single_customer_is_enough_and_keeps_what_the_study_knows_of_it(shop):
    new, _ = some_lines(shop, 1)
    assigned = assigned_customers(new, at(shop, demo()))
    segments = pd.read_parquet(shop / "data/processed/segments.parquet")
    assert assigned.customers["segment"].tolist() == segments["segment"].head(1).tolist()
    assert assigned.filled == 0


def test_the_day_is_the_study_s_or_the_day_after_a_later_order(shop):
    new, few = some_lines(shop, 2)
    assert assigned_customers(new, at(shop, demo())).as_of == date(2025, 1, 1)
    later = few.tail(1).assign(InvoiceDate="2025-03-04 10:00", InvoiceNo="999999", LineNo="1")
    pd.concat([few, later]).to_csv(new, index=False)
    assert assigned_customers(new, at(shop, demo())).as_of == date(2025, 3, 5)
    assert assigned_customers(new, at(shop, demo()), as_of=date(2025, 6, 1)).as_of == date(2025, 6, 1)


def test_new_lines_without_the_money_that_the_study_s_have_are_refused(shop):
    new, few = some_lines(shop, 2)
    few.drop(columns="UnitPrice").to_csv(new, index=False)
    with pytest.raises(StudyError, match=r"new.csv has no column of money, and the study's lines have one"):
        assigned_customers(new, at(shop, demo()))


def test_a_customer_unlike_any_other_is_flagged(shop):
    new, few = some_lines(shop, 2)
    who = few["CustomerID"].iloc[0]
    pd.concat([few, few.tail(1).assign(CustomerID=who, UnitPrice="900000", InvoiceNo="999999")]).to_csv(
        new, index=False
    )
    found = assigned_customers(new, at(shop, demo())).customers.set_index("customer_id")["outside"]
    assert found[who]
    assert found.sum() == 1


def test_an_unknown_customer_without_attributes_is_filled_and_said(shop):
    new, few = some_lines(shop, 1)
    few.assign(CustomerID="brand new").to_csv(new, index=False)
    said = assign(new, at(shop, demo()))
    assert "1 customer is new to the study and came without the attributes" in said
    assert pd.read_csv("new_segments.csv")["customer_id"].tolist() == ["brand new"]


def test_rows_that_cannot_be_used_are_kept_with_their_reason(shop):
    new, few = some_lines(shop, 2)
    pd.concat([few, few.tail(1).assign(Quantity="many", LineNo="77")]).to_csv(new, index=False)
    said = assign(new, at(shop, demo()))
    assert "unreadable value" in said
    rejected = pd.read_csv("new_segments_rejected.csv")
    assert rejected["rule"].isin(["unreadable value"]).sum() == 1
    assert rejected["row"].max() == len(few) + 1


def test_broken_rows_of_a_file_that_is_joined_are_kept_too(shop, tmp_path):
    lines = pd.read_csv(shop / LINES, dtype=str)
    orders = lines[["InvoiceNo", "CustomerID", "InvoiceDate"]].drop_duplicates("InvoiceNo")
    orders.to_csv(tmp_path / "orders.csv", index=False)
    lines.drop(columns=["CustomerID", "InvoiceDate"]).to_csv(tmp_path / "items.csv", index=False)
    joined = {"transactions": [{"table": "orders.csv", "by": "InvoiceNo"}]}
    source = {"kind": "files", "transactions": "items.csv", "joined": joined}
    study = finish(Params.of(study={"name": "shop", "title": "Shop"}, seed=1, source=source), tmp_path)
    new = tmp_path / "new"
    new.mkdir()
    (new / "items.csv").write_bytes((tmp_path / "items.csv").read_bytes())
    (new / "orders.csv").write_text((tmp_path / "orders.csv").read_text() + "90001,17\n")
    said = assign(new, study, out=tmp_path / "found.csv")
    assert "Every row that was not used stands with its reason" in said
    rejected = pd.read_csv(tmp_path / "found_rejected.csv", dtype=str)
    broken = rejected[rejected["file"] == "orders.csv"]
    assert broken["row_in_file"].tolist() == [str(len(orders) + 1)]
    assert broken["reason"].item().startswith("it has 2 cells, and the header has 3")


def test_what_is_read_is_never_written_over(shop):
    new, _ = some_lines(shop, 2)
    (shop / "link.csv").symlink_to(new)
    rejecting = new.rename(shop / "out_rejected.csv")
    (shop / "new.csv").symlink_to(rejecting)
    before = rejecting.read_bytes()
    for out in (rejecting, shop / "link.csv", shop / "new.csv", shop / "out.csv", shop / "data" / ".." / "new.csv"):
        with pytest.raises(StudyError, match="is what is read here, and would be lost: name another file"):
            assign(rejecting, at(shop, demo()), out=out, replace=True)
        with pytest.raises(StudyError, match="is what is read here, and would be lost: name another file"):
            assign(shop / LINES, at(shop, demo()), customers=rejecting, out=out, replace=True)
    assert rejecting.read_bytes() == before


def test_values_can_be_written_too_and_nothing_is_overwritten_unasked(shop):
    new, _ = some_lines(shop, 2)
    assign(new, at(shop, demo()), out=shop / "a.parquet", values=True)
    assert {"segment", "recency_days", "income"} <= set(pd.read_parquet("a.parquet"))
    with pytest.raises(StudyError, match="is there already: add `--replace`"):
        assign(new, at(shop, demo()), out=shop / "a.parquet")
    assign(new, at(shop, demo()), out=shop / "a.parquet", replace=True)
    assert "recency_days" not in pd.read_parquet("a.parquet")


def dirty(shop, seed):
    """Lines as a careless export has them: returns, repeats, blanks, charges, nonsense, in any order."""
    lines = pd.read_csv(shop / LINES, dtype=str).sample(400, random_state=seed).reset_index(drop=True)
    back = lines.sample(60, random_state=seed).assign(InvoiceNo="C1", InvoiceDate="2024-12-30 09:00")
    back["Quantity"] = "-" + back["Quantity"].str.lstrip("-")
    lines = pd.concat([lines, back, lines.sample(30, random_state=seed + 1)], ignore_index=True)
    for place, (column, cell) in enumerate(
        [
            ("CustomerID", ""),
            ("Quantity", "0"),
            ("UnitPrice", "0"),
            ("UnitPrice", "-3"),
            ("Quantity", "x"),
            ("Product", "POSTAGE"),
            ("InvoiceDate", ""),
        ]
    ):
        lines.loc[lines.sample(5, random_state=seed + place).index, column] = cell
    return lines.sample(frac=1, random_state=seed)


SETTINGS = [
    {},
    {"returns": "drop", "duplicates": "keep", "zero_prices": "keep"},
    {"service_lines": "keep", "negative_prices": "keep", "zero_quantities": "keep", "first_day": "2024-03-01"},
]


@pytest.mark.parametrize("seed", [0, 1, 2, 4])  # the settings in turn, and once no returns
def test_the_recipe_and_the_steps_make_the_same_of_any_lines(shop, monkeypatch, seed):
    params = demo(preprocessing={"cleaning": SETTINGS[seed % 3]})
    here, lines = at(shop, params), dirty(shop, seed)
    prepared = prepare(here.collected(engine.connect()), params.preprocessing, params.privacy)
    here.write_json(prepared.recipe, RECIPE)
    (lines if seed < 4 else lines[~lines["Quantity"].str.startswith("-")]).to_csv(shop / "new.csv", index=False)
    by_recipe = assigned_customers(shop / "new.csv", here)
    monkeypatch.setattr(assigning, "_by_recipe", lambda *_: None)
    by_steps = assigned_customers(shop / "new.csv", here)
    assert len(by_steps.rejected) > 20
    for part in ("customers", "values", "rejected"):
        pd.testing.assert_frame_equal(getattr(by_recipe, part), getattr(by_steps, part), check_dtype=False)
    assert (by_recipe.as_of, by_recipe.came_in) == (by_steps.as_of, by_steps.came_in)


LOADED = """
import sys
from customer_segments.__main__ import main
assert main(["assign", "new.csv"]) == 0
print(sorted({"pandas", "ibis", "sklearn"} & set(sys.modules)))
"""


def test_lines_alone_need_neither_pandas_nor_ibis(shop):
    some_lines(shop, 1)
    at(shop, demo())
    ours = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    run = subprocess.run([sys.executable, "-c", LOADED], cwd=shop, env=ours, capture_output=True, text=True, check=True)
    assert run.stdout.endswith("[]\n")


def test_lines_with_other_columns_go_through_the_steps(shop):
    new, few = some_lines(shop, 2)
    plain = assigned_customers(new, at(shop, demo())).customers
    few.assign(Note="x").to_csv(new, index=False)
    pd.testing.assert_frame_equal(assigned_customers(new, at(shop, demo())).customers, plain)


def test_the_forgotten_are_not_placed_again(shop):
    new, few = some_lines(shop, 2)
    who = few["CustomerID"].iloc[0]
    here = at(shop, demo())
    here.write_json(Forgotten().remembering([who]), FORGOTTEN)
    found = assigned_customers(new, here)
    assert who not in found.customers["customer_id"].tolist()
    assert who not in found.rejected.to_csv()


@pytest.mark.parametrize("steps", [False, True])
def test_the_forgotten_are_known_in_another_notation(shop, monkeypatch, steps):
    new, few = some_lines(shop, 2)
    who, other = few["CustomerID"].unique()[:2]
    here = at(shop, demo())
    here.write_json(Forgotten().remembering([who]), FORGOTTEN)
    few = pd.concat([few, few.assign(CustomerID=few["CustomerID"].replace(who, f" {who}.0 "))])
    if steps:
        few["Note"] = "x"
    few.to_csv(new, index=False)
    found = assigned_customers(new, here)
    assert found.customers["customer_id"].tolist() == [other]
    assert who not in found.rejected.to_csv()


def test_the_forgotten_are_not_placed_by_their_attributes(club, tmp_path):
    club.write_json(Forgotten().remembering(["m7", "Zoë"]), FORGOTTEN)
    (tmp_path / "new.csv").write_text("customer_id,income,score\nm7,2000,3\nZoe\u0308,2000,4\nm8,3000,5\n")
    assert assigned_customers(tmp_path / "new.csv", club).customers["customer_id"].tolist() == ["m8"]
    (tmp_path / "new.csv").write_text("customer_id,income,score\nm7,2000,3\n")
    with pytest.raises(StudyError, match=r"No customer of new\.csv is left"):
        assigned_customers(tmp_path / "new.csv", club)


def test_tables_of_an_earlier_version_are_collected_anew(shop):
    new, _ = some_lines(shop, 1)
    here = at(shop, demo())
    told = here.read_json("data/raw/source.json")
    del told["tables"]["transactions"]["given"]
    here.write_json(told, "data/raw/source.json")
    with pytest.raises(StudyError, match="collected by an earlier version"):
        assign(new, here)


@pytest.fixture
def club(tmp_path, monkeypatch):
    """A finished study that knows customers and no orders."""
    monkeypatch.chdir(tmp_path)
    rows = [f"m{n},{1000 * (n % 3 + 1) + n},{(n // 30) * 50 + n % 7}" for n in range(60)]
    (tmp_path / "club.csv").write_text("customer_id,income,score\n" + "\n".join(rows))
    source = {"kind": "files", "customers": "club.csv"}
    return finish(Params.of(study={"name": "club", "title": "Club"}, seed=1, source=source), tmp_path)


def test_a_study_without_orders_assigns_from_attributes(club, tmp_path):
    found = assigned_customers(tmp_path / "club.csv", club)
    assert found.as_of is None
    assert found.customers["segment"].tolist() == pd.read_parquet("data/processed/segments.parquet")["segment"].tolist()


def test_a_word_where_the_model_wants_a_number_is_refused(club, tmp_path):
    (tmp_path / "new.csv").write_text("customer_id,income,score\nn1,2000,many\nn2,3000,few\n")
    with pytest.raises(StudyError, match=r"The column `score` holds 'many' where the study has numbers"):
        assign(tmp_path / "new.csv", club)


def test_a_column_that_the_model_needs_is_asked_for(club, tmp_path):
    (tmp_path / "new.csv").write_text("customer_id,income\nn1,2000\n")
    with pytest.raises(StudyError, match="have no column `score`"):
        assign(tmp_path / "new.csv", club)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.csv", None, "absent.csv is not in"),
        ("empty.csv", "", "empty.csv is empty"),
        ("other.csv", "x,y\n1,2\n", "no column that could be"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_nothing_behind(shop, name, content, said):
    if content is not None:
        (shop / name).write_text(content)
    before = sorted(shop.iterdir())
    with pytest.raises(StudyError, match=said):
        assign(shop / name, at(shop, demo()))
    assert sorted(shop.iterdir()) == before
