"""What a reader must know: the findings as sentences, the most serious first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from customer_segments.base import registry, words
from customer_segments.pages.eda.contents import in_unit, not_whole
from customer_segments.pages.eda.decisions import check, gap
from customer_segments.steps.eda.look import Finding, Weight

MOST_SENTENCES = 4  # that a reader keeps in mind
LEADS = {Weight.DISTORTS: "Changes results.", Weight.MATTERS: "Worth knowing.", Weight.INFORMS: "For information."}
TWICE = {"copy": "say exactly the same", "renamed": "name the same things", "ordered": "nearly tell the same story"}


def learned(findings: Iterable[Finding], currency: str) -> list[str]:
    """The most serious findings, each led by its weight in words, and what would change them."""
    told = [(finding, sentence(finding, currency)) for finding in findings]
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
        case "broken":
            size = f"{words.counted(facts['rows'], 'row')} of the {facts['table']} ({words.percent(share, 1)})"
            said = f"{size} could not be split into cells"
            return f"{said}: they stand in `data/interim/rejected.csv` as they came."
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
