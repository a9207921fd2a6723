"""What the lines say of a customer beside orders and money: steady attributes, favourites, the usual hour.

Favourites describe segments but do not make them: they follow from what is on offer, and as columns of 0 and 1 they
would outnumber what customers do.
"""

from collections.abc import Collection, Mapping

import ibis
import ibis.expr.types as ir

from customer_segments.base import registry
from customer_segments.base.contract import ROW, TABLES, UNREADABLE
from customer_segments.base.engine import materialised
from customer_segments.base.errors import StudyError
from customer_segments.base.registry import FAVOURITE, SHARE

ID = "customer_id"
KNOWN = {ROW, UNREADABLE, *registry.names(TABLES["transactions"])}
OF_THE_CONTRACT = ("category", "country")  # of which there are favourites, too
MOST_VALUES = 50  # a column with more is a list of names, such as those of people
FEWEST_CUSTOMERS = 30  # with two lines or more, below which that they agree may be chance
STEADY = 0.99  # of those customers, from which on a column is theirs rather than the lines'
USUAL_HOUR = "usual_hour"
FIRST_CATEGORY, CATEGORY = "first_category", "category"
SEASON, A_YEAR = "season", 365  # days of lines, below which the season says no more than when they came
SEASONS = ("Dec–Feb", "Mar–May", "Jun–Aug", "Sep–Nov")
SETTING = "preprocessing.features.further"
WHY = "It says what customers favour: it describes segments but does not make them."


def more_of(transactions: ir.Table) -> ir.Table:
    """What collected lines hold beyond the contract, by row: texts, numbers and flags."""
    kinds = transactions.schema().items()
    more = [name for name, kind in kinds if name not in KNOWN and not (kind.is_date() or kind.is_timestamp())]
    return transactions.select(ROW, *more)


def steady_columns(lines: ir.Table, more: ir.Table) -> list[str]:
    """The columns of the lines that hardly ever differ within a customer, and do between them."""
    told, names = _told(lines, more)
    if not names:
        return []
    counts = {name: told[name].nunique() for name in names}
    by_customer = told.group_by(ID).agg(lines_=told.count(), **counts)
    several = by_customer.filter(by_customer.lines_ > 1)
    agree = {name: (several[name] <= 1).mean() for name in names}
    found = several.aggregate(customers_=several.count(), **agree).to_pyarrow().to_pylist()[0]
    differ = told.aggregate(**counts).to_pyarrow().to_pylist()[0]
    if found["customers_"] < FEWEST_CUSTOMERS:
        return []
    return [name for name in names if found[name] >= STEADY and 2 <= differ[name] <= _most(told, name)]


def attributes(lines: ir.Table, more: ir.Table, wanted: Collection[str]) -> ir.Table:
    """A row a customer: those of the wanted columns that lines tell, a customer's most frequent value of each."""
    told, names = _told(lines, more)
    found = materialised(lines.select(ID).distinct())
    if FIRST_CATEGORY in wanted:
        found = _joined(found, _first(lines, CATEGORY, FIRST_CATEGORY))
    for name in dict.fromkeys((*names, SEASON)):
        called = {registry.listed(name): "value", f"{FAVOURITE}{name}": "value", f"{FAVOURITE}{name}{SHARE}": "share"}
        if asked := {ours: theirs for ours, theirs in called.items() if ours in wanted}:
            found = _joined(found, _favourites(told, name).select(ID, **asked))
    if USUAL_HOUR in wanted:
        hours = lines.group_by(ID).agg(**{USUAL_HOUR: lines.ordered_at.hour().median().cast("float64")})
        found = _joined(found, materialised(hours))
    return found


def all_of(lines: ir.Table, more: ir.Table) -> list[str]:
    """What lines tell of their customers: steady attributes, favourites of other texts with their shares, the hour."""
    told, names = _told(lines, more)
    steady = steady_columns(lines, more)
    liked = [name for name in names if name not in steady and told[name].type().is_string()]
    liked = [name for name in liked if 2 <= _different(told, name) <= MOST_VALUES]
    timed = lines.filter(lines.ordered_at != lines.ordered_at.truncate("D")).limit(1).count().to_pyarrow().as_py()
    favourites = [called for name in liked for called in (f"{FAVOURITE}{name}", f"{FAVOURITE}{name}{SHARE}")]
    return [*map(registry.listed, steady), *favourites, *([USUAL_HOUR] if timed else [])]


def further(collected: ir.Table, asked: Collection[str]) -> list[str]:
    """What lines tell only where a study asks for it; refused where they cannot tell it."""
    if FIRST_CATEGORY in asked and CATEGORY not in collected.columns:
        raise StudyError("The lines name no category, so nobody has a first one: take it out.", SETTING)
    if SEASON in asked and _days(collected) < A_YEAR:
        raise StudyError("The lines cover less than a year, so no season is anybody's favourite: take it out.", SETTING)
    called = {FIRST_CATEGORY: [FIRST_CATEGORY], SEASON: [f"{FAVOURITE}{SEASON}", f"{FAVOURITE}{SEASON}{SHARE}"]}
    return [name for each in asked for name in called[each]]


def _days(lines: ir.Table) -> int:
    ends = lines.aggregate(first=lines.ordered_at.min(), last=lines.ordered_at.max()).to_pyarrow().to_pylist()[0]
    return (ends["last"] - ends["first"]).days if ends["first"] else 0


def reasons(columns: Collection[str]) -> Mapping[str, str]:
    """Which of these columns come from here and make no segments."""
    made = [name for name in columns if name.startswith(FAVOURITE) or name in (USUAL_HOUR, FIRST_CATEGORY)]
    return dict.fromkeys(made, WHY)


def _told(lines: ir.Table, more: ir.Table) -> tuple[ir.Table, list[str]]:
    """The lines with all that may be said of customers, and the columns in question."""
    own = [name for name in OF_THE_CONTRACT if name in lines.columns]
    names = [*own, *(name for name in more.columns if name != ROW)]
    season = [] if SEASON in more.columns else [_season(lines)]
    return lines.select(ROW, ID, *own, *season).join(more, ROW), names


def _season(lines: ir.Table) -> ir.Value:
    """Three months by their names: which of them are winter depends on where the shop is."""
    return (lines.ordered_at.month() % 12 // 3).cases(*enumerate(SEASONS)).name(SEASON)


def _first(lines: ir.Table, name: str, called: str) -> ir.Table:
    """Each customer's value of the first line that has one."""
    filled = lines.filter(lines[name].notnull())
    order = ibis.window(group_by=ID, order_by=["ordered_at", ROW])
    ranked = filled.mutate(place=ibis.row_number().over(order))
    return materialised(ranked.filter(ranked.place == 0).select(ID, **{called: name}))


def _most(told: ir.Table, name: str) -> float:
    return MOST_VALUES if told[name].type().is_string() else float("inf")


def _different(told: ir.Table, name: str) -> int:
    return told[name].nunique().to_pyarrow().as_py()


def _favourites(told: ir.Table, name: str) -> ir.Table:
    """Each customer's most frequent value, of equals the first by value, and its share of the lines that tell one."""
    filled = told.filter(told[name].notnull())
    counts = filled.group_by(ID, value=filled[name]).agg(times=filled.count())
    order = ibis.window(group_by=ID, order_by=[ibis.desc("times"), "value"])
    ranked = counts.mutate(
        place=ibis.row_number().over(order), share=counts.times / counts.times.sum().over(group_by=ID)
    )
    return materialised(ranked.filter(ranked.place == 0).select(ID, "value", "share"))


def _joined(one: ir.Table, other: ir.Table) -> ir.Table:
    return one.left_join(other, ID).drop(f"{ID}_right")
