"""What needs a decision: cells that could not be read or are missing, rows that contradict or repeat, the findings."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.partners import met
from customer_segments.pages.eda.contents import in_unit, not_whole
from customer_segments.pages.plots.eda import NOUNS
from customer_segments.steps.eda.look import Finding, FirstLook, Weight
from customer_segments.steps.eda.missing import PATTERNS, RULES

# What rows do that a check hits, and what happens if nobody looks.
CHECKS = {
    "transactions": {
        "no_customer": ("name no customer", "they count for nobody"),
        "unknown_customer": ("name a customer who is not in the customers table", "they have no attributes"),
        "returns": (
            "take back an earlier sale (quantity below zero)", "counting sales alone would overstate revenue",
        ),
        "repeated": ("repeat another line to the letter", "they would count twice"),
        "no_time": ("have no readable time", "they belong to no day"),
        "no_amount": ("have no readable quantity or price", "they come to nothing"),
        "zero_quantity": ("have a quantity of zero", "they are no sales"),
        "zero_price": ("are sold at nothing", "they count as orders without revenue"),
        "negative_price": ("have a price below zero", "they are corrections, not sales"),
        "shared_invoice": ("stand on an invoice of several customers", "it is unclear whose order it is"),
    },
    "customers": {
        "no_id": ("have no number", "their orders cannot be found"),
        "repeated": ("repeat another row to the letter", "they would count twice"),
        "same_id": ("share their number with a different row", "it is unclear which row is true"),
        "without_orders": ("have no order", "they have no behaviour to be grouped by"),
        "negative_income": ("have an income below zero", "they would pull averages"),
        "left_before_signup": ("left before they signed up", "one of the dates is wrong"),
        "active_yet_left": ("are active, and have a date on which they left", "one of the two is wrong"),
        "ordered_before_signup": ("ordered before they signed up", "the sign-up date is no start"),
        "ordered_after_leaving": ("ordered after they left", "leaving does not mean what it says"),
    },
}  # fmt: skip
WITHOUT_MONEY = {"returns": ("take back an earlier line (quantity below zero)", "the pieces would count twice")}
NO_REASON = {"chance": "no pattern found", "too_few": "too few gaps to tell"}
MOST_SENTENCES = 4  # that a reader keeps in mind
LEADS = {Weight.DISTORTS: "Changes results.", Weight.MATTERS: "Worth knowing.", Weight.INFORMS: "For information."}
TWICE = {"copy": "say exactly the same", "renamed": "name the same things", "ordered": "nearly tell the same story"}
SINGULAR = {"have": "has", "are": "is", "left": "left", "ordered": "ordered"}


def unreadable(first: FirstLook) -> tuple[pd.DataFrame, str]:
    """The cells that could not be read, and how many they are."""
    found = first.unreadable
    content = pd.DataFrame(
        {
            "Table": found["table"].str.capitalize(),
            "Column": found["column"].map(registry.label),
            "Cells": found["rows"].map("{:,}".format),
            "For example": [words.listed(f"“{text}”" for text in examples) for examples in found["examples"]],
        }
    )
    if found.empty:
        return content, "Every filled cell could be read as what its column holds."
    cells = words.counted(int(found["rows"].sum()), "cell")
    return content, f"{cells} could not be read; from here on they count as missing."


def rows(first: FirstLook, table: str, currency: str) -> tuple[pd.DataFrame, str]:
    """The checks that hit rows of the table, and how many they are; a row can be caught by several."""
    hits, noun, said = first.hits[table], NOUNS[table], dict(CHECKS[table])
    if "amount" not in hits:
        said |= WITHOUT_MONEY
    written = {
        f"{noun.capitalize()}s that": [said[check][0] for check in hits["check"]],
        "Rows": hits["rows"].map("{:,}".format),
        "Share": [words.percent(share, 1) for share in hits["share"]],
    }
    if "amount" in hits:
        written["Amount"] = [words.money(value, currency) for value in hits["amount"]]
    content = pd.DataFrame(written | {"If nobody looked": [said[check][1] for check in hits["check"]]})
    if hits.empty:
        return content, f"No {noun} repeats, contradicts or misses anything that was checked."
    most = said[hits.loc[hits["rows"].idxmax(), "check"]][0]
    if len(hits) == 1:
        return content, f"One kind of {noun}s needs a decision: those that {most}."
    kinds = f"{len(hits)} kinds of {noun}s need a decision; most are those that {most}"
    return content, f"{kinds}. One {noun} can be of several kinds."


def check(row: dict[str, Any], currency: str) -> str:
    """What a check that hit says of its rows, and what happens if nobody looks."""
    checks = CHECKS[row["table"]] if "amount" in row else CHECKS[row["table"]] | WITHOUT_MONEY
    (said, otherwise), noun = checks[row["check"]], NOUNS[row["table"]]
    noun = "customer row" if noun == "customer" and row["check"] in ("repeated", "same_id", "no_id") else noun
    money = f", {words.money(row['amount'], currency)}" if row.get("amount") else ""
    verb, _, rest = said.partition(" ")
    verb = SINGULAR.get(verb, f"{verb}s") if row["rows"] == 1 else verb
    size = f"{words.counted(row['rows'], noun)} ({words.percent(row['share'], 1)}{money})"
    return f"{size} {verb} {rest}: {otherwise}."


def gaps(first: FirstLook, table: str) -> tuple[pd.DataFrame, str]:
    """Each column with gaps and what they go with; how many follow a pattern."""
    structure = first.gaps[table]
    told = structure.assign(reason=[_reason(row) for row in structure.to_dict("records")])
    one_each = told.groupby("column", sort=False).agg(
        share=("missing_share", "first"), how=("how", "first"), reason=("reason", "; ".join)
    )
    rows = [(registry.label(row.Index), words.percent(row.share), row.reason) for row in one_each.itertuples()]
    content = pd.DataFrame(rows, columns=["Column", "Missing", "Because of something?"])
    if structure.empty:
        return content, f"{table.capitalize()}: no cell is missing."
    rules, patterns = int(one_each["how"].isin(RULES).sum()), int(one_each["how"].isin(PATTERNS).sum())
    none = len(one_each) - rules - patterns
    kinds = {"explained by a rule": rules, "following a pattern": patterns, "without a pattern we could find": none}
    found = words.listed(f"{count} {kind}" for kind, count in kinds.items() if count)
    with_gaps = f"{table.capitalize()}: {words.counted(len(one_each), 'column')} with gaps"
    return content, f"{with_gaps}: {found}." if rules + patterns else f"{with_gaps}; no pattern was found."


def gap(row: dict[str, Any]) -> str:
    """What is missing of a column, and why."""
    label = registry.label(row["column"])
    if row["how"] in RULES:
        return f"{label} is {words.escaped(_reason(row))}; an empty cell is an answer there, not a defect."
    missing = f"{label} is missing for {words.percent(row['missing_share'])} of {NOUNS[row['table']]}s"
    if row["how"] in PATTERNS:
        pull = "Filling every gap with one value would pull these to the middle."
        return f"{missing}, and not by chance: {words.escaped(_reason(row))}. {pull}"
    return f"{missing}, without any pattern that we could find."


def learned(findings: Iterable[Finding], currency: str) -> list[str]:
    """The most serious findings, each led by its weight in words, and what would change them."""
    told = [(finding, sentence(finding, words.escaped(currency))) for finding in findings]
    told.sort(key=lambda pair: (pair[0].weight, -round(pair[0].share, 6), pair[1]))
    distorting, rest = sum(finding.weight is Weight.DISTORTS for finding, _ in told), len(told) - MOST_SENTENCES
    judged = "Nothing here would change results by itself"
    if distorting:
        left = "it is" if distorting == 1 else "they are"
        judged = f"{words.counted(distorting, 'finding')} would change results if left as {left}"
    more = f"; {words.counted(rest, 'lesser one')} can be read above" if rest > 0 else ""
    change = "Another export, or other limits under `eda` in params.yaml, would change this list"
    kept = [f"**{LEADS[finding.weight]}** {said}" for finding, said in told[:MOST_SENTENCES]]
    return [*kept, f"{judged}{more}. {change}; the next chapter acts on it."]


def sentence(finding: Finding, currency: str) -> str:
    """What was noticed, in words."""
    facts, share = finding.facts, finding.share
    match finding.about:
        case "guess":
            said = f"“{registry.label(facts['ours'])}” of the {facts['table']} is a guess ({facts['why']})"
            return f"{said}: name its column under `source.columns` if it is wrong."
        case "day_first":
            column = f"“{registry.label(facts['column'])}” of the {facts['table']}"
            said = f"Nothing tells whether days or months come first in {column}"
            return f"{said}; the day was taken first: set `day_first` if it is not."
        case "offsets":
            column = f"“{registry.label(facts['column'])}” of the {facts['table']}"
            said = f"{column} has clocks of several offsets from UTC ({words.listed(facts['offsets'])})"
            return f"{said}; each counts as it is written: export one clock if that is not the shop's."
        case "broken":
            size = f"{words.counted(facts['rows'], 'row')} of the {facts['table']} ({words.percent(share, 1)})"
            said = f"{size} could not be split into cells"
            return f"{said}: they stand in `data/interim/rejected.csv` as they came."
        case "joined":
            left = " What a row without its partner lacks stays empty." if facts["unmet"] + facts["without_key"] else ""
            return f"{words.capital(words.escaped(met(facts)))}.{left}"
        case "unreadable":
            columns = words.listed(dict.fromkeys(map(registry.label, facts["columns"])))
            return f"{words.counted(facts['cells'], 'cell')} could not be read, in {columns}: they count as missing."
        case "check":
            return check(facts, currency)
        case "gaps":
            return gap(facts)
        case "apart" | "long_tail":
            return _far_out(facts, share, currency)
        case "constant" | "copy" | "renamed" | "ordered":
            return _told_twice(finding.about, facts["pairs"])
        case "cut_months":
            return f"{not_whole(facts['months'])}: do not compare with other months."
        case "pause":
            others = f", the longest of {facts['pauses']} pauses of more than a week" if facts["pauses"] > 1 else ""
            when = f"{facts['first_day']:%Y-%m-%d} to {facts['last_day']:%Y-%m-%d} ({facts['days']} days{others})"
            return f"No line from {when}: closed, or not exported?"
    covered = words.counted(facts["days"], "day")
    return f"The data covers {covered}, less than a year: seasons cannot be told from trends."


def _far_out(row: dict[str, Any], share: float, currency: str) -> str:
    label, furthest = registry.label(row["column"]), in_unit(row["column"], row["examples"], currency)[0]
    if row["apart"]:
        count = words.counted(row["apart"], "value stands", "values stand")
        return f"{label}: {count} apart from all others (such as {furthest}), more likely errors than people."
    count = f"{words.counted(row['beyond'], 'value')} far out ({words.percent(share)})"
    return f"{label} has a long tail: {count}, as far as {furthest}."


def _told_twice(how: str, pairs: list[dict[str, Any]]) -> str:
    if how == "constant":
        change = "changes" if len(pairs) == 1 else "change"
        names = words.listed(registry.label(pair["first"]) for pair in pairs)
        return f"{names} never {change} and so can tell no customers apart."
    named = [f"{registry.label(pair['first'])} with {registry.label(pair['second'])}" for pair in pairs]
    if how == "ordered":
        named = [f"{pair} ({words.signed(row['strength'])})" for pair, row in zip(named, pairs, strict=True)]
    return f"Columns that {TWICE[how]}: {words.listed(named)}. Together they would count twice."


def _reason(row: dict[str, Any]) -> str:
    """What the gaps go with, in words."""
    if row["how"] in NO_REASON:
        return NO_REASON[row["how"]]
    other = registry.label(row["other"])
    if row["how"] in RULES:
        broken = int(row["exceptions"])
        exactly = "exactly when" if broken == 0 else f"(with {words.counted(broken, 'exception')}) when"
        state = row["how"].removesuffix("_when")
        return f"{state} {exactly} {other} is {words.listed(row['level'], 'or')}"
    there, elsewhere = words.percent(row["share_there"]), words.percent(row["share_elsewhere"])
    if row["how"] == "together":
        return f"{there} where {other} is missing too, {elsewhere} elsewhere"
    level = " to ".join(map(_end, row["level"])) if isinstance(row["level"], tuple) else row["level"]
    return f"{there} missing where {other} is {level}, {elsewhere} elsewhere"


def _end(value: pd.Timestamp | float) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else words.number(value)
