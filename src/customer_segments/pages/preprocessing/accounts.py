"""The account of rows and money in words: what each rule took, whether money adds up, what became of returns."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots.preprocessing import TITLES, waterfall_figure
from customer_segments.steps.cleaning.rules import BEYOND, NETTED, REDUCED, UNDONE, WITHOUT_SALE
from customer_segments.steps.preprocessing import report
from customer_segments.steps.preprocessing.report import MOST_IN_CSV, OF_NETTING, STUDY

NOUNS = {
    "customers": ("row of the customer list", "rows of the customer list"),
    "transactions": ("line", "lines"),
    STUDY: ("customer", "customers"),
}
LOST = {"without_sale": "Money without a sale", "beyond_sale": "Money beyond the sale"}
JOINS = ["Table", "Joined with", "By", "Rows", "With a partner", "Without a partner", "Rows there that none asks for"]
ENTRIES = {"came in": "All lines that came in", "net revenue": "Net revenue of the lines used"}


def joins(sources: Mapping[str, Mapping[str, Any]]) -> tuple[pd.DataFrame, str]:
    """What each table was put together from, by which key, and what met no partner; nothing where all is one file."""
    met = [(table, each) for table, source in sources.items() for each in source.get("joined", ())]
    content = pd.DataFrame([_join(table, each) for table, each in met], columns=JOINS if met else [])
    alone = sum(each["unmet"] + each["without_key"] for _, each in met)
    left = "What a row without its partner lacks stays empty." if alone else "Every row met its partner."
    return content, f"No row was lost or doubled by joining. {left}" if met else ""


def _join(table: str, meeting: Mapping[str, Any]) -> list[str]:
    key = words.listed(one if one == other else f"{one} = {other}" for one, other in meeting["by"].items())
    alone = meeting["unmet"] + meeting["without_key"]
    counts = (meeting["lines"], meeting["met"], alone, meeting["unused"])
    return [TITLES[table], meeting["name"], key, *(f"{count:,}" for count in counts)]


def rules(ledger: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """From the rows that came in to those used, each rule that found something; the caption names the quiet ones."""
    found = (ledger["rows_rejected"] > 0) | (ledger["rows_repaired"] > 0)
    steps = []
    for table, applied in ledger.groupby("table", sort=False):
        steps.append((f"{TITLES[table]}: came in", 0, 0, applied["rows_before"].iloc[0]))
        steps += [
            (f"{words.capital(rule.rule)}. {rule.why}", rule.rows_rejected, rule.rows_repaired, rule.rows_after)
            for rule in applied[found[applied.index]].itertuples()
        ]
        steps.append((f"{TITLES[table]}: used", 0, 0, applied["rows_after"].iloc[-1]))
    written = [(step, *(f"{count:,}" if count else "–" for count in counts)) for step, *counts in steps]
    content = pd.DataFrame(written, columns=["Step", "Taken out", "Mended", "Left"])
    used = words.listed(_used(row) for row in report.totals(ledger).itertuples())
    quiet = ledger[~found].groupby("table", sort=False)["rule"]
    idle = (f"{words.listed(f'“{rule}”' for rule in names)} ({TITLES[table].lower()})" for table, names in quiet)
    silent = f" Applied, and found nothing: {'; '.join(idle)}." if quiet.ngroups else ""
    return content, f"Used: {used}. Every row is judged by the first rule that catches it.{silent}"


def lost_rows(ledger: pd.DataFrame) -> tuple[Figure, str, str, str]:
    """The waterfall from the rows that came in to those used: how many are, and the largest loss of each table."""
    steps = report.waterfall(ledger)
    losses = [_largest_loss(rules) for _, rules in ledger.groupby("table", sort=False)]
    netted = " Grey steps are returns and the sales they undo." if ledger["rule"].isin(OF_NETTING).any() else ""
    used = words.listed(
        f"{_share(row.rows_used, row.rows_in)} of {NOUNS[row.table][1]}" for row in report.totals(ledger).itertuples()
    )
    caption = (
        f"Rows left after each rule. {' '.join(losses)}{netted} The axes do not start at zero, so that the steps can "
        "be seen. From `data/interim/ledger.parquet`."
    )
    passed = steps["step"] + " " + steps["rows"].map("{:,}".format)
    tables = [f"{TITLES[table]}: {', '.join(rows)}" for table, rows in passed.groupby(steps["table"], sort=False)]
    alt = f"Rows from those that came in to those used. {'. '.join(tables)}."
    return waterfall_figure(steps), caption, alt, f"{used} are used"


def money(account: pd.DataFrame, currency: str) -> tuple[pd.DataFrame, str]:
    """The money account to the cent, and whether it adds up; nothing to show where no money is told."""
    if account.empty:
        return account, ""
    amounts = account.set_index("entry")["amount"]
    if not amounts["came in"] and not amounts["net revenue"]:
        return account.iloc[:0], "There is no money to account for: the lines are worth nothing."
    rows = [
        (
            ENTRIES.get(entry, words.capital(entry)),
            ("+" if amount > 0 and entry not in (*ENTRIES, "unaccounted") else "")
            + words.to_the_cent(amount, currency),
        )
        for entry, amount in amounts.items()
    ]
    content = pd.DataFrame(rows, columns=["Entry", "Amount"])
    if unaccounted := amounts["unaccounted"]:
        missing = words.to_the_cent(unaccounted, currency)
        return content, f"The account does not add up: {missing} cannot be explained by any rule."
    if not amounts["came in"]:
        return content, "What came in and what was given back are worth the same."
    kept = words.percent(amounts["net revenue"] / amounts["came in"], 1)
    return content, (
        f"Net revenue is {kept} of the money that came in; the rules explain the difference to the cent. "
        "Returns count as negative money until they meet their sale."
    )


def unmatched(totals: pd.DataFrame, currency: str) -> tuple[pd.DataFrame, str]:
    """Returns that met no sale: how many there are, what they are worth, and where they are listed one by one.

    Where none were looked for, there is nothing to say.
    """
    if not len(totals.columns):
        return totals, ""
    content = pd.DataFrame(
        {
            "Returned in": totals["period"].replace("", "Periods with few, together"),
            "Returns": totals["returns"].map("{:,}".format),
            "Units without a sale": totals["units"].map(words.number),
        }
        | {title: [words.money(each, currency) for each in totals[n]] for n, title in LOST.items() if n in totals},
        dtype="object",
    )
    if totals.empty:
        return content, "Every return that was netted found its sale."
    returns = words.counted(int(totals["returns"].sum()), "return")
    said = f"{returns} met no sale"
    if lost := [name for name in LOST if name in totals]:
        worth = words.money(totals[lost].to_numpy().sum(), currency)
        said = f"{returns} worth {worth} met no sale, or paid back more than the sale had cost"
    return content, (
        f"{said}. Each is listed in `{report.UNMATCHED}`; a sale older than the data is the most likely reason."
    )


def findings(ledger: pd.DataFrame, account: pd.DataFrame, currency: str) -> list[str]:
    """What a reader should know about the rows: how many are used, what was lost most, what became of returns."""
    currency = words.escaped(currency)
    used = words.listed(f"**{_used(row)}**" for row in report.totals(ledger).itertuples())
    listed = "every other row stands in `data/interim/rejected.csv` with its reason."
    if (rejected := int(ledger["rows_rejected"].sum())) > MOST_IN_CSV:
        listed = (
            f"all {rejected:,} others stand in `data/interim/rejected.parquet` with their reasons, the first "
            f"{MOST_IN_CSV:,} also in `rejected.csv`, which is cut there so that a spreadsheet can open it."
        )
    sentences = [f"The study uses {used}; {listed}"]
    lines = ledger[ledger["table"] == "transactions"]
    lost = lines[~lines["rule"].isin([*OF_NETTING, WITHOUT_SALE])]
    if lost["rows_rejected"].sum():
        most = lost.loc[lost["rows_rejected"].idxmax()]
        sentences.append(
            f"Most lines were lost to “{most['rule']}”: **{words.counted(int(most['rows_rejected']), 'line')}**"
            f"{_worth(most['amount_rejected'], account, currency)}. {most['why']}"
        )
    return sentences + _returns(lines.set_index("rule"))


def _worth(amount: float, account: pd.DataFrame, currency: str) -> str:
    """What the lines were worth that were lost; nothing where no money is told."""
    if account.empty:
        return ""
    came_in = account["amount"].iloc[0]
    share = f" ({words.percent(amount / came_in, 1)} of all money)" if came_in else ""
    return f" worth {words.money(amount, currency)}{share}"


def _returns(rules: pd.DataFrame) -> list[str]:
    """How many returns met their sale; nothing where returns are not netted or there are none."""
    taken = rules["rows_rejected"].astype(int).reindex([NETTED, BEYOND, WITHOUT_SALE, UNDONE], fill_value=0)
    if NETTED not in rules.index or not taken.drop(UNDONE).sum():
        return []
    matched, alone, beyond = taken[NETTED] + taken[BEYOND], taken[WITHOUT_SALE], taken[BEYOND]
    left_over = "none is left without its sale"
    if alone:
        left_over = f"{alone:,} found no sale to cover all of it, most likely because the sale is older than the data"
    met = "was netted against its sale" if matched == 1 else "were netted against their sales"
    paid_beyond = f" {beyond:,} of those netted paid back more than the sale had cost; what goes beyond it counts "
    paid_beyond = f"{paid_beyond}against no sale." if beyond else ""
    return [
        f"Of {words.counted(matched + alone, 'return')}, **{matched:,} {met}**: "
        f"{words.counted(taken[UNDONE], 'sale')} undone as a whole, {int(rules.loc[REDUCED, 'rows_repaired']):,} in "
        f"part; {left_over}.{paid_beyond}"
    ]


def _used(total: Any) -> str:
    """`95 of 100 lines (95%)`, from a row of the totals."""
    came_in = words.counted(total.rows_in, *NOUNS[total.table])
    return f"{total.rows_used:,} of {came_in} ({_share(total.rows_used, total.rows_in)})"


def _largest_loss(rules: pd.DataFrame) -> str:
    """Which rule took most rows of a table, netting aside."""
    name, rejecting = TITLES[rules["table"].iloc[0]], rules[~rules["rule"].isin(OF_NETTING)]
    if not rejecting["rows_rejected"].sum():
        return f"{name}: no row is lost."
    most = rejecting.loc[rejecting["rows_rejected"].idxmax()]
    taken, came_in = int(most["rows_rejected"]), int(rules["rows_before"].iloc[0])
    return f"{name}: most rows are lost to “{most['rule']}” ({taken:,}, {_share(taken, came_in)} of what came in)."


def _share(part: int, whole: int) -> str:
    return words.percent(part / whole, 1) if whole else "–"
