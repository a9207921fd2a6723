"""Every column that this project knows by name, with all that is known of it; others get default facts."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

from customer_segments.base import meanings, words
from customer_segments.base.spelling import spelled_out

DAYS_SINCE = "days_since_"  # begins the name of what a date of a list is made
FAVOURITE, SHARE = "favourite_", "_share"  # a customer's most frequent value, and its share of the lines
SEPARATED_FROM = 1_000  # numbers are written with separators between their thousands
ABBREVIATIONS = {"aov", "clv", "cltv", "cpa", "id", "ltv", "rfm", "roas", "roi", "vip"}  # capitals in every name
SPENT = re.compile(r"(?:total |average )?(?:amount )?(?:spent|spending|spend) (?:on )?(?!score|rating|index|on\b)(.+)")
COUNTED = re.compile(r"number of (.+)")


class Wording(NamedTuple):
    """What a value above everyone's means, what one below, and the value with its unit."""

    above: str
    below: str
    value: str


@dataclass(frozen=True)
class Column:
    """A column's facts; the label is spelled from the name, and the wording from the label, unless given."""

    name: str
    kind: Literal["text", "number", "time", "date", "flag"] = "number"
    label: str = ""
    unit: Literal["number", "count", "money", "share", "clock"] = "number"  # a count is whole, a clock in hours
    meaning: str = ""
    wording: Wording | None = None
    required: bool = False  # in a table as it is collected
    sensitive: bool = False  # unless a study declares others


_CUSTOMER = Column("customer_id", "text", "Customer", required=True)

CUSTOMERS = (
    _CUSTOMER,
    Column("age", wording=Wording("are older", "are younger", "{} years old"), sensitive=True),
    Column("gender", "text", sensitive=True),
    Column("location", "text"),
    Column("income", unit="money", wording=Wording("have a higher income", "have a lower income", "{}")),
    Column("preferred_channel", "text"),
    Column("engagement_score", wording=Wording("are more engaged", "are less engaged", "a score of {}")),
    Column("follow_duration_months", label="Months following",
           wording=Wording("have followed for longer", "have followed for a shorter time", "{} months following")),
    Column("signed_up_on", "date"),
    Column("active", "flag", wording=Wording("are more often active", "are less often active", "{} active")),
    Column("left_on", "date"),
)  # fmt: skip

TRANSACTIONS = (
    Column("invoice_id", "text", "Invoice", required=True),
    Column("line_number", label="Line"),
    Column("product", "text"),
    Column("description", "text"),
    Column("category", "text"),
    Column("quantity"),
    Column("unit_price", unit="money"),
    Column("amount", unit="money"),
    Column("ordered_at", "time", required=True),
    _CUSTOMER,
    Column("country", "text"),
)

# Made from orders, in the order in which they are written.
FEATURES = (
    Column("recency_days", label="Days since last order", unit="count",
           meaning="Days from the last order to the day of the study.",
           wording=Wording("ordered longer ago", "ordered more recently", "{} days since the last order")),
    Column("orders", unit="count", meaning="Number of different invoices.",
           wording=Wording("have placed more orders", "have placed fewer orders", "{} orders")),
    Column("net_revenue", unit="money", meaning="Money spent, after returns.",
           wording=Wording("have spent more", "have spent less", "{}")),
    Column("tenure_days", label="Days since first order", unit="count",
           meaning="Days from the first order to the day of the study.",
           wording=Wording("have been customers for longer", "have been customers for a shorter time",
                           "{} days since the first order")),
    Column("average_order_value", unit="money", meaning="Money spent, after returns, per order.",
           wording=Wording("place larger orders", "place smaller orders", "{} an order")),
    Column("items_per_order", meaning="Items kept, after returns, per order.",
           wording=Wording("buy more items an order", "buy fewer items an order", "{} items an order")),
    Column("product_variety", label="Different products", unit="count", meaning="Number of different products bought.",
           wording=Wording("buy more different products", "buy fewer different products", "{} products")),
    Column("category_variety", label="Different categories", unit="count",
           meaning="Number of different categories bought from.",
           wording=Wording("buy from more categories", "buy from fewer categories", "{} categories")),
    Column("days_between_orders",
           meaning="Mean number of days between one day with orders and the next; unknown for a single day.",
           wording=Wording("leave longer between orders", "leave less time between orders", "{} days between orders")),
    Column("returned_share", label="Share returned", unit="share",
           meaning="Share of the items bought that were returned; sales that were undone as a whole count as returned.",
           wording=Wording("send back more", "send back less", "{} of items sent back")),
    Column("weekend_share", unit="share", meaning="Share of the orders that were placed on a Saturday or Sunday.",
           wording=Wording("order more at weekends", "order less at weekends", "{} of orders at weekends")),
)  # fmt: skip

# Made from lines, too, and only to describe.
HABITS = (
    Column("usual_hour", unit="clock", meaning="Time of the day before which half of the lines were bought.",
           wording=Wording("buy later in the day", "buy earlier in the day", "half of it before {}")),
    Column("first_category", "text", meaning="Category of the first line that tells one."),
    Column("favourite_season", "text", meaning="The three months of the year in which most of the lines were bought."),
)  # fmt: skip

# What the model of chapter 7 expects of a customer.
LIFETIMES = (
    Column("alive_probability", label="Likely still customers", unit="share",
           meaning="The mean chance that a customer has not gone for good.",
           wording=Wording("are more likely still customers", "are less likely still customers",
                           "{} likely still customers")),
    Column("expected_orders", label="Orders expected",
           wording=Wording("are expected to order more", "are expected to order less", "{} orders expected")),
    Column("expected_value", label="Value expected", unit="money",
           wording=Wording("are expected to spend more", "are expected to spend less", "{} expected")),
)  # fmt: skip

# What chapter 4 found of a customer.
FOUND_AGAIN = Column(
    "found_again", unit="share", meaning="Share of the resampled studies that put the customer into the same segment."
)

# What names are held against besides; no column of any table.
EVIDENCE = (
    Column("silence", label="Silence in their own usual gaps between orders"),
    Column("orders_a_year", label="Orders a year"),
    Column("categories_untried", unit="count", label="Categories that they have not tried"),
    Column("segment_share", label="Share of all customers", unit="share"),
    Column("times_average_worth", label="Worth per customer, as a multiple of everyone's"),
)

KNOWN = (*CUSTOMERS, *TRANSACTIONS, *FEATURES, *HABITS, *LIFETIMES, FOUND_AGAIN, *EVIDENCE)
COLUMNS = {column.name: column for column in KNOWN}
# What a study calls columns of its own; one of the business's so named gets `_listed` at its end.
RESERVED = ("segment", "segment_name", "certainty", "found_again", "outside", *(column.name for column in LIFETIMES))
SENSITIVE = tuple(name for name, column in COLUMNS.items() if column.sensitive)


def facts(column: str) -> Column:
    """What is known of a column: the defaults for one of the business's own, and for one of a question's answers."""
    if column.startswith(FAVOURITE) and column.endswith(SHARE):
        liked = column.removeprefix(FAVOURITE).removesuffix(SHARE).replace("_", " ")
        said = f"Share of the customer’s lines with their most frequent {liked}."
        told = Wording(f"keep more to one {liked}", f"keep less to one {liked}", f"{{}} in their favourite {liked}")
        return Column(column, label=f"Share of the favourite {liked}", unit="share", meaning=said, wording=told)
    return COLUMNS.get(column) or Column(column)


def listed(column: str) -> str:
    """What a column of the business's own is called, where a study has one of that name itself."""
    return f"{column}_listed" if column in RESERVED else column


def names(columns: Iterable[Column]) -> tuple[str, ...]:
    """What these columns are called."""
    return tuple(column.name for column in columns)


def split(column: str) -> tuple[str, str | None]:
    """`name=category` in its two parts; no category where the column is none of a question's answers."""
    name, is_category, category = column.partition("=")
    return name, category if is_category else None


def joined(name: str, category: object) -> str:
    """The column that says whether a category holds, such as `preferred_channel=web`."""
    return f"{name}={category}"


def label(column: str) -> str:
    """A column's name as a reader sees it; one-hot columns become `Column: category`."""
    name, category = split(column)
    parts = spelled_out(name).capitalize().split(" ")
    spelled = " ".join(part.upper() if part.lower() in ABBREVIATIONS else part for part in parts)
    written = words.isolated(facts(name).label or spelled)
    return f"{written}: {words.isolated(category)}" if category else written


def inline(column: str) -> str:
    """A column's name inside a sentence."""
    return words.within(label(column))


def in_unit(column: str, value: float, currency: str) -> str:
    """A column's value in its unit: money, per cent, a time of the day, or a plain number."""
    return writer(column, currency)(value)


def writer(column: str, currency: str) -> Callable[[float], str]:
    """How this column's values are written in their unit."""
    unit = facts(column).unit
    if unit == "money":
        return lambda value: words.money(value, currency)
    return {"share": words.percent, "clock": words.clock}.get(unit) or partial(_number, column)


def _number(column: str, value: float) -> str:
    plain = value is not None and abs(value) >= SEPARATED_FROM and meanings.is_written_plain(column, value)
    return f"{value:.0f}" if plain else words.number(value)


def wording(column: str, is_share: bool = False, room: int | None = None) -> Wording:
    """How a column is spoken of, as what its customers do; the business's own by what its name says.

    Where there is room for so many letters only, longer labels are cut.
    """
    name, category = split(column)
    own = words.cut(inline(name), room) if room else inline(name)
    if category:
        told = f"have {own} {words.isolated(words.cut(category, room) if room else category)}"
        return Wording(f"more often {told}", f"less often {told}", "{} of them")
    if name.startswith(DAYS_SINCE):
        since = words.within(label(name.removeprefix(DAYS_SINCE)))
        return Wording(f"have {since} longer ago", f"have {since} more recently", f"{{}} days since {since}")
    return facts(column).wording or _of_its_own(own, is_share)


def _of_its_own(label: str, is_share: bool) -> Wording:
    """The wording of a column that only its name tells of: money spent on something, a number, a yes or no."""
    if is_share:
        return Wording(f"more often say yes to “{label}”", f"less often say yes to “{label}”", "{} of them")
    if spent := SPENT.match(label):
        return Wording(f"spend more on {spent[1]}", f"spend less on {spent[1]}", "{}")
    if counted := COUNTED.match(label):
        does = "make" if counted[1].endswith(("purchases", "orders", "visits", "calls")) else "have"
        return Wording(f"{does} more {counted[1]}", f"{does} fewer {counted[1]}", "{}")
    article = "" if label.endswith("s") and not label.endswith("ss") else "a "
    return Wording(f"have {article}higher {label}", f"have {article}lower {label}", "{}")
