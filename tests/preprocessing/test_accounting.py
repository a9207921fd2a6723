from decimal import Decimal

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from customer_segments.base.engine import connect
from customer_segments.base.params import PreprocessingParams
from customer_segments.pages.preprocessing import accounts
from customer_segments.steps.cleaning.clean import clean
from customer_segments.steps.cleaning.rules import BEYOND, NETTED, REDUCED, UNDONE, WITHOUT_SALE
from customer_segments.steps.preprocessing import report
from tests.tables import table_of

COLUMNS = ["table", "rule", "why", "rows_before", "rows_rejected", "rows_repaired", "rows_after", "amount_rejected"]
BACKEND = connect()
OF_RETURNS = "customer_id ordered_at unmatched_quantity refunded_beyond unmatched_amount"
TYPES = dict.fromkeys(("unmatched_quantity", "refunded_beyond", "unmatched_amount"), "float64")
NAN = float("nan")
LEDGER = pd.DataFrame(
    [
        ("customers", "repeated row", "It repeats another.", 100, 5, 0, 95, NAN),
        ("customers", "impossible age", "It is a slip.", 95, 0, 2, 95, NAN),
        ("customers", "no customer", "Nobody is named.", 95, 0, 0, 95, NAN),
        ("transactions", "no customer", "Nobody is named.", 1000, 40, 0, 960, 400.0),
        ("transactions", NETTED, "It is taken off.", 960, 48, 0, 912, 0.0),
        ("transactions", BEYOND, "It paid back more.", 912, 2, 0, 910, -1.5),
        ("transactions", WITHOUT_SALE, "More came back.", 910, 2, 0, 908, -20.5),
        ("transactions", UNDONE, "All came back.", 908, 30, 0, 878, 0.0),
        ("transactions", REDUCED, "Some came back.", 878, 0, 15, 878, 0.0),
    ],
    columns=COLUMNS,
)
ACCOUNT = report.money_account(LEDGER, came_in=Decimal("10378.00"), used=Decimal("10000.00"))


def test_totals_are_what_came_in_what_was_rejected_or_repaired_and_what_is_used():
    expected = pd.DataFrame(
        [("customers", 100, 5, 2, 95), ("transactions", 1000, 122, 15, 878)],
        columns=["table", "rows_in", "rows_rejected", "rows_repaired", "rows_used"],
    )
    assert_frame_equal(report.totals(LEDGER), expected)


def test_the_waterfall_falls_from_came_in_to_used_over_the_rules_that_took_rows():
    steps = report.waterfall(LEDGER)
    expected = pd.DataFrame(
        [
            ("transactions", "came in", "came in", 1000, 1000),
            ("transactions", "no customer", "rejected", 40, 960),
            ("transactions", NETTED, "netted", 48, 912),
            ("transactions", BEYOND, "netted", 2, 910),
            ("transactions", WITHOUT_SALE, "rejected", 2, 908),
            ("transactions", UNDONE, "netted", 30, 878),
            ("transactions", "used", "used", 878, 878),
        ],
        columns=["table", "step", "kind", "rows", "left"],
    )
    assert_frame_equal(steps[steps["table"] == "transactions"].reset_index(drop=True), expected)


def test_the_money_account_ends_with_what_no_rule_explains():
    expected = pd.DataFrame(
        [
            ("came in", 10378.0),
            ("no customer", -400.0),
            (BEYOND, 1.5),
            (WITHOUT_SALE, 20.5),
            ("net revenue", 10000.0),
            ("unaccounted", 0.0),
        ],
        columns=["entry", "amount"],
    )
    assert_frame_equal(ACCOUNT, expected)
    short = report.money_account(LEDGER, came_in=Decimal("10378.50"), used=Decimal("10000.00"))
    assert short["amount"].iloc[-1] == 0.5
    assert "does not add up: €0.50" in accounts.money(short, "€")[1]


def test_money_is_written_to_the_cent_with_its_sign():
    written = accounts.money(ACCOUNT, "€")[0]["Amount"].tolist()
    assert written == ["€10,378.00", "−€400.00", "+€1.50", "+€20.50", "€10,000.00", "€0.00"]


def test_the_ledger_for_a_reader_leaves_out_rules_that_found_nothing_and_the_caption_names_them():
    expected = pd.DataFrame(
        [
            ("Customer list: came in", "–", "–", "100"),
            ("Repeated row. It repeats another.", "5", "–", "95"),
            ("Impossible age. It is a slip.", "–", "2", "95"),
            ("Customer list: used", "–", "–", "95"),
        ],
        columns=["Step", "Taken out", "Mended", "Left"],
    )
    content, caption = accounts.rules(LEDGER)
    assert_frame_equal(content.head(4), expected)
    assert caption == (
        "Used: 95 of 100 rows of the customer list (95.0%) and 878 of 1,000 lines (87.8%). Every row is judged by the "
        "first rule that catches it. Applied, and found nothing: “no customer” (customer list)."
    )


def test_the_caption_names_the_largest_loss_and_does_not_count_netting_as_one():
    _, caption, alt, title = accounts.lost_rows(LEDGER)
    assert title == "95.0% of rows of the customer list and 87.8% of lines are used"
    assert "Transactions: came in 1,000, no customer 40, return, netted against its sale 48, " in alt
    assert "Grey steps are returns and the sales they undo." in caption
    assert "Transactions: most rows are lost to “no customer” (40, 4.0% of what came in)." in caption
    nothing = LEDGER[LEDGER["rule"] == "impossible age"]
    assert "after each rule. Customer list: no row is lost. The axes" in accounts.lost_rows(nothing)[1]


def test_findings_say_what_is_used_what_was_lost_most_and_what_became_of_returns():
    assert accounts.findings(LEDGER, ACCOUNT, "€") == [
        "The study uses **95 of 100 rows of the customer list (95.0%)** and **878 of 1,000 lines (87.8%)**; every "
        "other row stands in `data/interim/rejected.csv` with its reason.",
        "Most lines were lost to “no customer”: **40 lines** worth €400 (3.9% of all money). Nobody is named.",
        "Of 52 returns, **50 were netted against their sales**: 30 sales undone as a whole, 15 in part; 2 found no "
        "sale to cover all of it, most likely because the sale is older than the data. 2 of those netted paid back "
        "more than the sale had cost; what goes beyond it counts against no sale.",
    ]


def test_where_the_list_for_a_spreadsheet_is_cut_the_findings_say_so():
    many = LEDGER.assign(rows_rejected=LEDGER["rows_rejected"] * 100_000)
    assert "the first 1,000,000 also in `rejected.csv`" in accounts.findings(many, ACCOUNT, "€")[0]


def test_a_study_without_transactions_has_no_money_to_account_for():
    people = LEDGER[LEDGER["table"] == "customers"]
    account = report.money_account(people, report.money_in(None), report.net_revenue(None))
    assert account["entry"].tolist() == ["came in", "net revenue", "unaccounted"]
    assert accounts.money(account, "€")[1].startswith("There is no money to account for")
    assert len(accounts.findings(people, account, "€")) == 1


@pytest.fixture(scope="module")
def shop():
    """A shop with a return of its sale, one without, two lines without customer and an unreadable quantity."""
    lines = [
        ("i1", "c1", "2024-05-01", "Cup", 3.0, 10.0, None),
        ("i2", "c1", "2024-05-02", "Cup", -1.0, 10.0, None),
        ("i3", "c2", "2024-05-03", "Pot", -2.0, 7.5, None),
        ("i4", None, "2024-05-04", "Pot", 1.0, 7.5, None),
        ("i5", "c2", "2024-05-05", "Pot", None, 7.5, "quantity: 'abc'"),
        ("i6", None, "2024-05-06", "Jug", 1.0, 5.0, None),
    ]
    names = "invoice_id customer_id ordered_at product quantity unit_price unreadable"
    transactions = table_of(BACKEND, names, lines)
    return transactions, clean(None, transactions, PreprocessingParams())


def test_the_money_of_a_cleaned_shop_adds_up_and_returns_meet_their_sale(shop):
    transactions, cleaned = shop
    came_in, used = report.money_in(transactions), report.net_revenue(cleaned.lines)
    assert (came_in, used) == (Decimal("17.5"), Decimal("20"))
    account = report.money_account(cleaned.ledger, came_in, used)
    assert account.set_index("entry").loc["unaccounted", "amount"] == 0
    assert account.set_index("entry").loc[WITHOUT_SALE, "amount"] == 15
    returns = accounts.findings(cleaned.ledger, account, "€")[-1]
    assert returns.startswith(
        "Of 2 returns, **1 was netted against its sale**: 0 sales undone as a whole, 1 in part; 1 "
    )


def lost(**returns):
    """So many returns in each month, named like `in_2024_03`."""
    days = [name.removeprefix("in_").replace("_", "-") for name in returns for _ in range(returns[name])]
    return table_of(BACKEND, OF_RETURNS, [(f"c{n}", f"{day}-05", 2.0, 0.5, 10.0) for n, day in enumerate(days)], TYPES)


def test_returns_are_added_up_by_month_and_months_with_few_are_pooled():
    totals = report.unmatched_totals(lost(in_2024_01=6, in_2024_02=2, in_2024_03=3))
    expected = [("2024-01", 6, 12.0, 60.0, 3.0), ("", 5, 10.0, 50.0, 2.5)]
    assert_frame_equal(totals, pd.DataFrame(expected, columns=report.RETURNS), check_dtype=False)
    written, _ = accounts.unmatched(totals, "€")
    assert written["Returned in"].tolist() == ["2024-01", "Periods with few, together"]


def test_a_month_with_few_is_never_told_by_subtraction():
    totals = report.unmatched_totals(lost(in_2024_01=6, in_2024_02=9, in_2024_03=1))
    assert totals[["period", "returns"]].to_numpy().tolist() == [["2024-02", 9], ["", 7]]


def test_where_most_months_have_few_the_table_is_by_year():
    totals = report.unmatched_totals(lost(in_2023_01=3, in_2023_02=3, in_2024_01=4, in_2024_02=3))
    assert totals[["period", "returns"]].to_numpy().tolist() == [["2023", 6], ["2024", 7]]


def test_the_caption_says_what_they_are_worth_and_where_each_is_listed():
    _, caption = accounts.unmatched(report.unmatched_totals(lost(in_2024_01=6)), "€")
    assert caption.startswith("6 returns worth €63")
    assert "`data/interim/unmatched_returns.csv`" in caption
    content, caption = accounts.unmatched(report.unmatched_totals(lost()), "€")
    assert (len(content), caption) == (0, "Every return that was netted found its sale.")


def test_where_no_returns_were_looked_for_nothing_is_said_of_them():
    content, caption = accounts.unmatched(report.unmatched_totals(None), "€")
    assert (len(content), caption) == (0, "")
