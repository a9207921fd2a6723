from datetime import date

import pandas as pd
import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import Params
from customer_segments.commands.assign import assign, assigned_customers
from tests.commands.conftest import NAMES, at, demo, finish

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


def test_values_can_be_written_too_and_nothing_is_overwritten_unasked(shop):
    new, _ = some_lines(shop, 2)
    assign(new, at(shop, demo()), out=shop / "a.parquet", values=True)
    assert {"segment", "recency_days", "income"} <= set(pd.read_parquet("a.parquet"))
    with pytest.raises(StudyError, match="is there already: add `--replace`"):
        assign(new, at(shop, demo()), out=shop / "a.parquet")
    assign(new, at(shop, demo()), out=shop / "a.parquet", replace=True)
    assert "recency_days" not in pd.read_parquet("a.parquet")


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
