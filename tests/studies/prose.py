"""Numbers that pages give in sentences: the name that each stands under, and whose it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd
from bs4 import BeautifulSoup, Tag

from customer_segments.base import registry

EVERYONE = "Everyone"
# In patterns: {V} the number, {S} the segment that it is of, {C} the column or the time that it is of, {N} any number.
PARTS = {
    "V": r"(?P<value>[−+]?[^\w\s(]?\d[\d,]*(?:\.\d+)?(?:%|k\b| million)?|under [\d.]+%)",
    "N": r"[−+]?[^\w\s(]?\d[\d,]*(?:\.\d+)?(?:%|k\b| million)?",
    "D": r"(?P<value>\d{4}-\d\d-\d\d|\d{1,2} [A-Z][a-z]+ \d{4})",
}
# What pages call by one name, and how they put it: within sentences that begin with what stands before a “…”, or all.
NAMES: dict[str, tuple[str, ...]] = {
    "Customers": (
        r"(?:[Tt]he|[Aa]ll|of the) {V} customers(?: are|,|\.)", r"{V} customers with {N} features", r"^Customers {V}$",
        r"Bars of the segments' sizes…{S} {V} customers", r"of customers \({V}\)", r"half of the {V} held out",
        r"\d of the {V}(?:\.|, drawn)",
    ),
    "Share of customers": (
        r"{S} (?:is )?the (?:largest with|smallest with) {V}(?: of customers)?", r"{S}: {V} of customers",
        r"{V} of customers \(", r"{S} (?:brings|places) most in all: {N} of the (?:value|orders) from {V}",
    ),
    "Share of net revenue": (r"{S}: {N} of customers, {V} of net revenue", r"^Segment.*? {V} of net revenue"),
    "Share of orders": (r"{S}: {N} of customers, {V} of orders", r"^Segment.*? {V} of orders"),
    "Customers in the leading segments": (r"segments?, {V} of customers, (?:bring|place)s? ",),
    "Brought by the leading segments": (r", (?:bring|place)s? {V} of the (?:net revenue|orders)",),
    "Segments": (
        r"[Tt]he {V} segments (?:are|taken|chosen|set)", r"^{V} segments, because", r"fit with {V} segments",
        r"of {V} segments (?:is|are) (?:found again|stable)", r"^Segments {V}$",
    ),
    "Net revenue in all": (r"^Net revenue {V}$", r"^Net revenue of the lines used {V}$"),
    "Last day": (r"placed (?:none|one) by {D}", r"^Period .* – {D}$"),
    "Rows used": (r"[Uu]se[sd]:? {V} of {C} rows", r"and {V} of {C} lines", r"^{C} received = {V} used"),
    "Features": (r"in all {V} features", r"^{V} features make the segments", r"Correlations of {V} columns"),
    "Silhouette": (
        r"[Tt]he mean silhouette, {V}", r"a mean silhouette of {V}", r"^Silhouette .* {V}$",
        r"means are…{S} {V}", r"{S} holds together best \({V}", r"holds together…{S} least \({V}",
    ),
    "Customers nearer to another segment": (r"{V} of customers lie closer to another segment",),
    "Jaccard index": (r"found again \(Jaccard\)…{S} {V}", r"{S} least often \(Jaccard {V}", r"{S} .* \(Jaccard {V}"),
    "Jaccard index of the least stable segment": (
        r"the least stable(?: of {N})? is found again with a Jaccard index of {V}", r"least often \(Jaccard {V}",
        r"comes back least \(Jaccard {V}",
    ),
    "Jaccard index of the least in a draw": (
        r"comes back least in a draw has a Jaccard index of {V}", r"^Stability .* {V}$",
        r"about as well as any number \(Jaccard {V}",
    ),
    "Jaccard index that would do": (r"where {V} would do",),
    "Adjusted Rand index": (r"found again .*\(adjusted Rand index {V}", r"by a mean adjusted Rand index of {V}"),
    "Midway": (r"there are {V} customers midway for 100",),
    "p-value": (r"\(p = {V}",),
    "Explained by the segments": (
        r"(?:they|segments) explain {V} of", r"explains\. (?:Spend|Orders).*?Our segments {V}",
    ),
    "Explained by RFM quintiles": (r"Others explain: RFM quintiles {V}",),
    "Nearest to the segments by one column": (r"{C} (?:alone reproduces.*index of|comes nearest .*index) {V}",),
    "First component": (r"first component keeps {V}", r"Component 1 \({V}\)"),
    "Two components": (r"the first two {V}", r"[Tt]he map (?:keeps|shows) {V}"),
    "Not told on the map": (r"only {V} of their distance",),
    "Second order within 90 days": (r"{V} of customers order a second time within 90", r"within 90 days:…{S} {V}"),
    "Half have ordered a second time by day": (r"half have by day {V}", r"^Everyone .* {V} days$"),
    "Return": (
        r"(?:On average|Over all)…{V} order {C} months? after",
        r"On average {V} of a cohort order again {C} months? after",
    ),
    "One month on": (r"One month on, {V} of {S} order", r"One month on.* and {V} of {S}"),
    "Value expected in all": (
        r"{V} (?:orders )?expected from them", r"in any case, over the next .*: about {V}", r"to bring {V}",
        r"to place {V} orders", r"[Aa]ll of them together: {V}",
    ),
    "Value expected, 80% from": (r"\(between {V} and",),
    "Value expected, 80% to": (r"\(between {N} and {V}, 8 times",),
    "The 12 months before": (
        r"they (?:brought|placed) {V} in as long before", r"after {V}(?: orders)? in the 12 months",
    ),
    "Share of value": (r"{S} {N}(?: orders)? each, {V} of all", r"{S} (?:brings|places) most in all: {V}"),
    "Share of the top 10%": (r"{V} of (?:it|them) from the top 10%",),
    "Value expected": (r"{S} {V} each,", r"each customer {S} (?:brings|places) most \({V}"),
    "Orders expected": (r"{S} {V} orders each,",),
    "Likely still customers": (
        r"before {V} likely still customers", r"{S} keeps most: {V} are likely still", r"; {V} are likely still",
        r"keeps most: {N} are likely still customers, {V} of {S}",
    ),
    "Foretold": (r"{V} orders were expected in the", r"^Orders, the model {V}"),
    "Came": (r"held out, {V} came", r"^Orders, the model {N} {V}"),
    "Forecast off by": (r"came \({V} too", r"the forecast of all orders was {V}"),
    "As before off by": (r"[;.] [Tt]he naive .*?{V} too",),
    "Net revenue": (
        r"mean net revenue per customer, from {V} in {S} down", r"net revenue per customer, from.* down to {V} in {S}",
    ),
    "Orders": (r"mean orders per customer, from {V} in {S} down", r"orders per customer, from.* down to {V} in {S}"),
    "Average order value": (r"\(today {V} on average",),
    "Average order value, median": (r"at their usual {V}",),
    "Share returned": (r"{V} of a customer's items on average",),
}  # fmt: skip
HEADINGS = {
    "8 times in 10": "Value expected, 80% from",
    "Found again (mean Jaccard)": "Jaccard index", "Value in all": "Value expected in all",
    "Expected value": "Value expected in all", "Orders in all": "Value expected in all",
    "Expected orders": "Value expected in all", "Value each": "Value expected",
    "Orders each": "Orders expected", "Net revenue per customer": "Net revenue", "Orders per customer": "Orders",
    "Within 90 days": "Second order within 90 days", "Expected": "Value expected in all",
    "Net revenue": "Net revenue of the segment", "Orders": "Orders of the segment",
    "Share of expected orders": "Share of value",
}  # fmt: skip
MEDIAN = ", median"


class Passage(NamedTuple):
    """A sentence, or several, of a page; `whose` where it stands on a segment's card."""

    page: str
    whose: str
    text: str


class Telling(NamedTuple):
    """A number, the name that it stands under, and where."""

    name: str
    whose: str
    value: str
    passage: Passage


def passages(pages: Mapping[str, str], names: Mapping[str, int]) -> list[Passage]:
    """All that a reader sees, or hears of figures."""
    return [told for page, text in pages.items() for told in _passages(page, BeautifulSoup(text, "html.parser"), names)]


def _passages(page: str, read: BeautifulSoup, names: Mapping[str, int]) -> Iterator[Passage]:
    for code in read.find_all(["script", "style", "pre", "nav", "details"]):
        code.decompose()
    for part in read.select("p, li, dd, dl > div, h1, figcaption, caption, td, tr, svg[aria-label]"):
        text = part.get("aria-label", "") if part.name == "svg" else " ".join(part.get_text(" ").split())
        stands_by = _stands_by(part, names)
        if re.search(r"\d", text) and not (stands_by and part.name == "tr"):  # whose cells are read one by one
            yield Passage(page, stands_by, re.sub(r" (?=[.,;:)](?:\s|$))", "", text))


def _stands_by(part: Tag, names: Mapping[str, int]) -> str:
    """The segment on whose card, or in whose row of a table, this stands."""
    around = part.find_parent(class_="card") or (part if part.name == "tr" else part.find_parent("tr"))
    said = around.get_text(" ") if around else ""
    if found := re.search(r"Segment \d+", said):
        return found[0]
    return next((f"Segment {segment}" for name, segment in names.items() if said.strip().startswith(name)), "")


def tellings(told: list[Passage], names: Mapping[str, int]) -> list[Telling]:
    """Every number of the passages that stands under one of the names."""
    found = []
    for passage in told:
        for name, within, pattern in _patterns(tuple(names)):
            if re.search(within, passage.text):
                found += [_telling(name, match, passage, names) for match in pattern.finditer(passage.text)]
        found += list(_traits(passage, names))
    return found


@cache
def _patterns(names: tuple[str, ...]) -> list[tuple[str, str, re.Pattern[str]]]:
    """Each name with the words that a passage holds, and the pattern of the number in it."""
    segments = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    parts = PARTS | {
        "S": rf"[“]?(?P<segment>[Ss]egment \d+{'|' * bool(names)}{segments})[”]?",
        "C": "(?P<what>[\\w ,]+?)",
    }
    found = []
    for name, forms in NAMES.items():
        for form in forms:
            within, _, pattern = form.rpartition("…")
            for part, written in parts.items():
                pattern = pattern.replace(f"{{{part}}}", written)
            found.append((name, within, re.compile(pattern)))
    return found


def _telling(name: str, match: re.Match[str], passage: Passage, names: Mapping[str, int]) -> Telling:
    said = match.groupdict()
    whose = said["what"].strip().capitalize() if said.get("what") else passage.whose or EVERYONE
    return Telling(name, _segment(said["segment"], names) if said.get("segment") else whose, match["value"], passage)


def _segment(called: str, names: Mapping[str, int]) -> str:
    return f"Segment {names[called]}" if called in names else called.capitalize()


def _traits(passage: Passage, names: Mapping[str, int]) -> Iterator[Telling]:
    """What segments are like, beside all customers: `Have placed more orders: 22 orders (all customers: 10.7)`."""
    for found in TRAIT.finditer(passage.text):
        name = SAID.get(found["said"].lower(), OFTEN.sub("", found["said"]).lower())
        name += MEDIAN if found["median"] else ""
        before = re.findall("|".join([r"Segment \d+", *map(re.escape, names)]), passage.text[: found.start("said")])
        whose = passage.whose or (_segment(before[-1], names) if before else "")
        if whose:
            yield Telling(name, whose, found["ours"], passage)
        yield Telling(name, EVERYONE, found["theirs"], passage)


def _plain(said: str) -> str:
    return re.sub(r"^(are|have an?) ", "", said)


SAID = {
    _plain(said): registry.label(name)
    for name in registry.COLUMNS
    for said in registry.wording(name)[:2]
}  # fmt: skip
OFTEN = re.compile(r"^(More|Less) often have ", re.IGNORECASE)
ANY = r"\d{1,2}:\d\d|" + PARTS["N"] + r"|under \d+%"
TRAIT = re.compile(
    rf"(?:^|: |; )(?P<said>[A-Za-z][^:;.]*): [^:;()]*?(?P<ours>{ANY})[^:;()]*"
    rf"\(all customers: (?P<theirs>{ANY})(?P<median>; medians)?\)"
)


def between(value: str) -> tuple[float, float]:
    """What a number may stand for, as far as it is written out: 0.23 for all from 0.225 to 0.235."""
    if moment := re.fullmatch(r"(\d+):(\d\d)", value):
        minutes = 60 * int(moment[1]) + int(moment[2])
        return minutes - 0.5, minutes + 0.5
    if re.search(r"\d-\d|\d [A-Z]", value):
        day = pd.Timestamp(value).toordinal()
        return day - 0.5, day + 0.5
    if value.startswith("under"):
        return 0.0, float(re.sub(r"[^\d.]", "", value))
    size, digits = (
        {"k": 1e3, "million": 1e6}.get(re.sub(r".*?([a-z]*)$", r"\1", value), 1),
        re.sub(r"[^\d.]", "", value),
    )
    whole, _, decimals = digits.partition(".")
    # Of large amounts the last digits may be nothing but zeros.
    zeros = max(0, min(len(whole) - 3, len(whole) - len(whole.rstrip("0")))) if not decimals else -len(decimals)
    exact, half = float(digits) * (-1 if value[0] in "−-" else 1), 10**zeros / 2
    return (exact - half) * size, (exact + half) * size


def apart(told: list[Telling]) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Names under which something has two values that no one number can be rounded to; the pages of each."""
    by_name = defaultdict(list)
    for each in told:
        by_name[each.name, each.whose].append(each)
    found = {}
    for where, own in by_name.items():
        ends = [between(each.value) for each in own]
        if max(low for low, _ in ends) >= min(high for _, high in ends):
            found[where] = {value: {each.passage.page for each in own if each.value == value} for value in
                            {each.value for each in own}}  # fmt: skip
    return found
