import pandas as pd

from customer_segments.pages.report.accounts import Account, Step, accounts


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


def test_rules_that_met_no_row_are_left_out_and_the_rows_add_up():
    assert accounts(ledger(), "€") == [
        Account("Customers", "10", "10", (), (), "10 received = 10 used + 0 taken out", has_amounts=False),
        Account(
            "Transactions",
            "100",
            "97",
            (Step("repeated line", "Twice.", "3", "€30.00"),),
            (Step("reduced", "In part.", "5", "€0"),),
            "100 received = 97 used + 3 taken out",
            has_amounts=True,
        ),
    ]


def test_rows_that_are_missing_are_not_passed_over():
    account = accounts(ledger(rows_after=[10, 97, 97, 95]), "€")[1]
    assert account.balance == "2 rows are not accounted for"
