from customer_segments.replication import sides
from customer_segments.replication.sides import Side

THEIRS = Side(200, 37, None, (70, 63, 46, 21), 0.1402, 0.2, 0.634, "not supported by the data")
OURS = Side(1000, 6, None, (354, 330, 316), 0.127, 1.0, 0.19, "not supported by the data")


def test_both_sides_are_written_for_a_reader():
    assert sides.table(THEIRS, OURS, "€").to_numpy().tolist() == [
        ["Customers", "200", "1,000"],
        ["Columns that make the segments", "37", "6"],
        ["Segments", "4", "3"],
        ["Customers in each", "70 · 63 · 46 · 21", "354 · 330 · 316"],
        ["Mean silhouette", "0.140", "0.127"],
        ["p-value against data without groups", "0.20", "1.00"],
        ["Found again (adjusted Rand index)", "0.63", "0.19"],
        ["Verdict", "not supported by the data", "not supported by the data"],
    ]


def test_revenue_is_told_where_there_is_any():
    trading = Side(10, 3, 1234.5, (6, 4), 0.5, 0.02, 0.9, "distinct groups")
    assert ["Revenue", "£1,234", "–"] in sides.table(trading, OURS, "£").to_numpy().tolist()


def test_how_many_customers_more_or_fewer_is_told():
    assert sides.caption(THEIRS, OURS).startswith("800 more customers under our defaults.")
    assert sides.caption(OURS, THEIRS).startswith("800 fewer customers under our defaults.")
    assert sides.caption(OURS, OURS).startswith("The same customers under our defaults.")


def test_two_verdicts_that_agree_are_told_as_one():
    assert sides.sentence(THEIRS, OURS) == (
        "As published (200 customers, 4 segments) and under our defaults (1,000 customers, 3 segments) the verdict is "
        "the same: “not supported by the data”."
    )
    distinct = Side(10, 3, 1.0, (6, 4), 0.5, 0.02, 0.9, "distinct groups")
    assert sides.sentence(distinct, OURS).endswith(
        "the verdict is “distinct groups”, under our defaults (1,000 customers, 3 segments) “not supported by the "
        "data”."
    )
