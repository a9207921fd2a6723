import pandas as pd

from customer_segments.pages.report.publication import accounts


def ledger(**changes):
    steps = {
        "table": ["customers", "transactions", "transactions", "transactions"],
        "rule": ["no customer", "repeated line", "zero price", "reduced"],
        "why": ["No id.", "Twice.", "Free.", "In part."],
        "rows_before": [10, 100, 97, 97],
        "rows_rejected": [0, 3, 0, 0],
        "rows_repaired": [0, 0, 0, 5],
        "rows_after": [10, 97, 97, 97],
        "amount_rejected": [None, 30.0, 0.0, 0.0],
    }
    return pd.DataFrame(steps | changes)


def test_a_table_has_an_account_of_its_own_and_the_rows_add_up():
    customers, transactions = accounts(ledger())
    steps = [customers.pop("steps"), transactions.pop("steps")]
    assert [[step["rule"] for step in of_table] for of_table in steps] == [
        ["no customer"],
        ["repeated line", "zero price", "reduced"],
    ]
    assert customers == {
        "table": "Customers",
        "received": 10,
        "used": 10,
        "balance": "10 received = 10 used + 0 taken out",
        "missing": None,
        "has_amounts": False,
    }
    assert transactions == {
        "table": "Transactions",
        "received": 100,
        "used": 97,
        "balance": "100 received = 97 used + 3 taken out",
        "missing": None,
        "has_amounts": True,
    }


def test_rows_that_are_missing_are_not_passed_over():
    customers, transactions = accounts(ledger(rows_before=[11, 100, 97, 97], rows_after=[10, 97, 97, 95]))
    assert transactions["balance"] == "2 rows are not accounted for"
    assert customers["balance"] == "1 row is not accounted for"
