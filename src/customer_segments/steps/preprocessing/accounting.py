"""The account of rows and money: what came in, what each cleaning rule took or mended, and what is used."""

from __future__ import annotations

from decimal import Decimal

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base import words
from customer_segments.steps.cleaning.netting import BEYOND, NETTED, REDUCED, UNDONE, WITHOUT_SALE
from customer_segments.steps.cleaning.returns import MONEY, PRICE, QUANTITY

OF_NETTING = (NETTED, BEYOND, UNDONE)  # they move money between lines; no row is lost to them
OF_RETURNS = (NETTED, BEYOND, WITHOUT_SALE)
STUDY = "customers in the study"
NOUNS = {
    "customers": ("row of the customer list", "rows of the customer list"),
    "transactions": ("line", "lines"),
    STUDY: ("customer", "customers"),
}
TITLES = {"customers": "Customer list", "transactions": "Transactions", STUDY: "Customers in the study"}
MOST_IN_CSV = 1_000_000  # rows of rejected.csv; a spreadsheet opens no more


def totals(ledger: pd.DataFrame) -> pd.DataFrame:
    """Per table, in the ledger's order: rows in, rejected, repaired and used."""
    return ledger.groupby("table", sort=False, as_index=False).agg(
        rows_in=("rows_before", "first"),
        rows_rejected=("rows_rejected", "sum"),
        rows_repaired=("rows_repaired", "sum"),
        rows_used=("rows_after", "last"),
    )


def waterfall(ledger: pd.DataFrame) -> pd.DataFrame:
    """Per table, the steps from the rows that came in to those used: only rules that took rows.

    Columns: table, step, kind (came in, netted, rejected or used), rows, and left: how many rows are left after it.
    """
    steps = []
    for table, rules in ledger.groupby("table", sort=False):
        first, last = int(rules["rows_before"].iloc[0]), int(rules["rows_after"].iloc[-1])
        steps.append((table, "came in", "came in", first, first))
        for rule in rules[rules["rows_rejected"] > 0].itertuples():
            kind = "netted" if rule.rule in OF_NETTING else "rejected"
            steps.append((table, rule.rule, kind, rule.rows_rejected, rule.rows_after))
        steps.append((table, "used", "used", last, last))
    return pd.DataFrame(steps, columns=["table", "step", "kind", "rows", "left"])


def money_in(transactions: ir.Table | None) -> Decimal:
    """Quantity times unit price over all lines that came in, returns counted off; exact."""
    if transactions is None:
        return Decimal(0)
    amount = transactions.quantity.try_cast(QUANTITY) * transactions.unit_price.try_cast(PRICE)
    return amount.cast(MONEY).sum().to_pyarrow().as_py() or Decimal(0)


def net_revenue(lines: ir.Table | None) -> Decimal:
    """The money of the lines that are used, after returns; exact."""
    return Decimal(0) if lines is None else lines.net_revenue.sum().to_pyarrow().as_py() or Decimal(0)


def money_account(ledger: pd.DataFrame, came_in: Decimal, used: Decimal) -> pd.DataFrame:
    """From the money that came in to net revenue, rule by rule; `unaccounted` is zero to the cent.

    Columns: entry, amount.
    """
    taken = ledger[(ledger["table"] == "transactions") & (ledger["amount_rejected"] != 0)]
    entries = [("came in", float(came_in)), *zip(taken["rule"], -taken["amount_rejected"], strict=True)]
    unaccounted = round(sum(amount for _, amount in entries) - float(used), 2) + 0.0
    entries += [("net revenue", float(used)), ("unaccounted", unaccounted)]
    return pd.DataFrame(entries, columns=["entry", "amount"])


def ledger_for_reader(ledger: pd.DataFrame) -> pd.DataFrame:
    """From the rows that came in to those used: each rule that found something, and what it did."""
    steps = []
    for table, rules in ledger.groupby("table", sort=False):
        steps.append((f"{TITLES[table]}: came in", 0, 0, rules["rows_before"].iloc[0]))
        for rule in rules[_found_something(rules)].itertuples():
            step = f"{_capitalised(rule.rule)}. {rule.why}"
            steps.append((step, rule.rows_rejected, rule.rows_repaired, rule.rows_after))
        steps.append((f"{TITLES[table]}: used", 0, 0, rules["rows_after"].iloc[-1]))
    written = [(step, *(f"{count:,}" if count else "–" for count in counts)) for step, *counts in steps]
    return pd.DataFrame(written, columns=["Step", "Taken out", "Mended", "Left"])


def money_for_reader(account: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The money account, to the cent."""
    names = {"came in": "All lines that came in", "net revenue": "Net revenue of the lines used"}
    return pd.DataFrame(
        {
            "Entry": [names.get(entry, _capitalised(entry)) for entry in account["entry"]],
            "Amount": [
                f"{'+' if amount > 0 and entry not in (*names, 'unaccounted') else ''}{to_the_cent(amount, currency)}"
                for entry, amount in zip(account["entry"], account["amount"], strict=True)
            ],
        }
    )


def ledger_caption(ledger: pd.DataFrame) -> str:
    """What the ledger says in a sentence or two, quiet rules named."""
    used = words.listed(_used(row) for row in totals(ledger).itertuples())
    quiet = ledger[~_found_something(ledger)].groupby("table", sort=False)["rule"]
    idle = (f"{words.listed(f'“{rule}”' for rule in rules)} ({TITLES[table].lower()})" for table, rules in quiet)
    silent = f" Applied, and found nothing: {'; '.join(idle)}." if quiet.ngroups else ""
    return f"Used: {used}. Every row is judged by the first rule that catches it.{silent}"


def waterfall_caption(ledger: pd.DataFrame) -> str:
    """The largest loss of each table."""
    losses = [_largest_loss(rules) for _, rules in ledger.groupby("table", sort=False)]
    netted = " Grey steps are returns and the sales they undo." if ledger["rule"].isin(OF_NETTING).any() else ""
    return f"{' '.join(losses)}{netted} The axes do not start at zero, so that the steps can be seen."


def waterfall_alt(steps: pd.DataFrame) -> str:
    """The waterfall as text."""
    tables = []
    for table, rows in steps.groupby("table", sort=False):
        passed = (f"{row.step} {row.rows:,}" for row in rows.itertuples())
        tables.append(f"{TITLES[table]}: {', '.join(passed)}")
    return f"Rows from those that came in to those used. {'. '.join(tables)}."


def money_caption(account: pd.DataFrame, currency: str) -> str:
    """Whether the money adds up."""
    amounts = account.set_index("entry")["amount"]
    unaccounted = amounts["unaccounted"]
    if unaccounted:
        return f"The account does not add up: {to_the_cent(unaccounted, currency)} cannot be explained by any rule."
    if not amounts["came in"]:
        return "There is no money to account for: the study has no transactions, or they are worth nothing."
    kept = words.percent(amounts["net revenue"] / amounts["came in"], 1)
    return (
        f"Net revenue is {kept} of the money that came in; the rules explain the difference to the cent. "
        "Returns count as negative money until they meet their sale."
    )


def row_findings(ledger: pd.DataFrame, account: pd.DataFrame, currency: str) -> list[str]:
    """What a reader should know about the rows: how many are used, what was lost most, what became of returns."""
    used = words.listed(f"**{_used(row)}**" for row in totals(ledger).itertuples())
    sentences = [f"The study uses {used}; {_listed_in(int(ledger['rows_rejected'].sum()))}"]
    lost = ledger[(ledger["table"] == "transactions") & ~ledger["rule"].isin([*OF_NETTING, WITHOUT_SALE])]
    if lost["rows_rejected"].sum():
        most = lost.loc[lost["rows_rejected"].idxmax()]
        came_in = account["amount"].iloc[0]
        share = f" ({words.percent(most['amount_rejected'] / came_in, 1)} of all money)" if came_in else ""
        sentences.append(
            f"Most lines were lost to “{most['rule']}”: **{words.counted(int(most['rows_rejected']), 'line')}** worth "
            f"{words.money(most['amount_rejected'], currency)}{share}. {most['why']}"
        )
    return sentences + _returns_sentence(ledger)


def to_the_cent(amount: float, currency: str) -> str:
    """An amount with its cents: −€1,234.50."""
    return f"{'−' if amount < 0 else ''}{currency}{abs(amount):,.2f}"


def _listed_in(rejected: int) -> str:
    """Where the rejected rows are told one by one."""
    if rejected <= MOST_IN_CSV:
        return "every other row stands in `data/interim/rejected.csv` with its reason."
    return (
        f"all {rejected:,} others stand in `data/interim/rejected.parquet` with their reasons, the first "
        f"{MOST_IN_CSV:,} also in `rejected.csv`, which is cut there so that a spreadsheet can open it."
    )


def _returns_sentence(ledger: pd.DataFrame) -> list[str]:
    """How many returns met their sale; nothing where returns are not netted or there are none."""
    rules = ledger[ledger["table"] == "transactions"].set_index("rule")
    if NETTED not in rules.index or not rules.loc[list(OF_RETURNS), "rows_rejected"].sum():
        return []
    netted, beyond, unmatched, undone = (
        int(rules.loc[rule, "rows_rejected"]) for rule in (NETTED, BEYOND, WITHOUT_SALE, UNDONE)
    )
    matched = netted + beyond
    left_over = (
        f"{unmatched:,} found no sale to cover all of it, most likely because the sale is older than the data"
        if unmatched
        else "none is left without its sale"
    )
    met = "was netted against its sale" if matched == 1 else "were netted against their sales"
    in_part = int(rules.loc[REDUCED, "rows_repaired"])
    return [
        f"Of {words.counted(matched + unmatched, 'return')}, **{matched:,} {met}**: "
        f"{words.counted(undone, 'sale')} undone as a whole, {in_part:,} in part; {left_over}.{_beyond_sale(beyond)}"
    ]


def _beyond_sale(returns: int) -> str:
    if not returns:
        return ""
    paid = "1 of those netted paid" if returns == 1 else f"{returns:,} of those netted paid"
    return f" {paid} back more than the sale had cost; what goes beyond it counts against no sale."


def _used(total: tuple) -> str:
    """`95 of 100 lines (95%)`, from a row of the totals."""
    came_in = words.counted(total.rows_in, *NOUNS[total.table])
    return f"{total.rows_used:,} of {came_in} ({_share(total.rows_used, total.rows_in)})"


def _largest_loss(rules: pd.DataFrame) -> str:
    """Which rule took most rows of a table, netting aside."""
    name = TITLES[rules["table"].iloc[0]]
    rejecting = rules[~rules["rule"].isin(OF_NETTING)]
    if not rejecting["rows_rejected"].sum():
        return f"{name}: no row is lost."
    most = rejecting.loc[rejecting["rows_rejected"].idxmax()]
    taken, came_in = int(most["rows_rejected"]), int(rules["rows_before"].iloc[0])
    return f"{name}: most rows are lost to “{most['rule']}” ({taken:,}, {_share(taken, came_in)} of what came in)."


def _found_something(ledger: pd.DataFrame) -> pd.Series:
    return (ledger["rows_rejected"] > 0) | (ledger["rows_repaired"] > 0)


def _share(part: int, whole: int) -> str:
    return words.percent(part / whole, 1) if whole else "–"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
