"""One look at a small shop finds what the chapter shows."""

import pytest

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.base.params import EdaParams
from customer_segments.steps.eda.look import Weight, look
from tests.tables import table_of

BACKEND = engine.connect()
SOURCE = {"rows": 5, "broken": 1, "columns": [], "files": [], "writing": {"doubts": []}}


@pytest.fixture(scope="module")
def tables():
    customers = [("1", 30.0, "f", None), ("2", None, "m", "age: 'abc'"), ("2", 41.0, "m", None), ("3", 50.0, "f", None)]
    lines = [("A", "1", "Toys", 2.0, 1.0, "2024-01-01 10:00"), ("B", "2", "Toys", -1.0, 1.0, "2024-01-02 10:00")]
    return {
        "customers": table_of(BACKEND, "customer_id age gender unreadable", customers),
        "transactions": table_of(
            BACKEND, "invoice_id customer_id category quantity unit_price ordered_at unreadable",
            [(*line, None) for line in lines],
        ),
    }  # fmt: skip


def test_a_look_at_both_tables_holds_the_whole_chapter(tables):
    first = look(tables, EdaParams(), {"customers": SOURCE, "transactions": SOURCE | {"broken": 0, "rows": 2}})
    assert list(first.overviews) == list(first.hits) == list(first.gaps) == ["customers", "transactions"]
    assert set(first.spread["column"]) == {"age", "quantity", "unit_price"} == set(first.bars["column"])
    assert first.categories["column"].tolist() == ["gender", "gender", "category"]
    assert first.trading.sold == "category"
    assert [finding.about for finding in first.findings] == [
        *("broken", "unreadable", "check", "check", "check", "gaps", "cut_months", "short"),
    ]


def test_metrics_hold_only_what_is_not_trivial_and_count_the_rows_of_the_source(tables):
    first = look(tables, EdaParams(), {"customers": SOURCE})
    assert first.metrics["customers"] == {
        "rows": 5,
        "columns": 3,
        "missing_share": {"age": 0.25},
        "need_a_decision": {"same_id": 1, "without_orders": 3},
    }
    assert first.metrics["transactions"]["rows"] == 2
    assert first.metrics["time"]["days_covered"] == 2
    weights = [finding.weight for finding in first.findings]
    assert first.metrics["findings"] == {weight.name.lower(): weights.count(weight) for weight in Weight}


def test_either_table_may_be_absent(tables):
    alone = look({"customers": tables["customers"]}, EdaParams())
    assert alone.trading is None
    assert list(alone.metrics) == ["customers", "findings"]
    lines = look({"transactions": tables["transactions"]}, EdaParams())
    assert lines.rows == {"transactions": 2}
    assert set(lines.correlations) <= {"quantity", "ordered_at"}


def test_lines_without_a_time_name_the_setting_to_mend():
    timeless = table_of(
        BACKEND, "invoice_id customer_id quantity unit_price ordered_at unreadable", [("A", "1", 1.0, 2.0, None, None)]
    )
    with pytest.raises(StudyError, match="ordered_at") as raised:
        look({"transactions": timeless}, EdaParams())
    assert raised.value.setting == "source.columns.transactions"
