"""Every column that this project knows by name, with all that is known of it; others get default facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from customer_segments.base import meanings, words

DAYS_SINCE = "days_since_"  # begins the name of what a date of a list is made
FAVOURITE, SHARE = "favourite_", "_share"  # a customer's most frequent value, and its share of the lines
SEPARATED_FROM = 1_000  # numbers are written with separators between their thousands
ABBREVIATIONS = {"aov", "clv", "cltv", "cpa", "id", "ltv", "rfm", "roas", "roi", "vip"}  # capitals in every name


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
    unit: Literal["number", "count", "money", "share"] = "number"  # a count is a whole number
    meaning: str = ""
    wording: Wording | None = None
    required: bool = False  # in a table as it is collected
    sensitive: bool = False  # unless a study declares others


_CUSTOMER = Column("customer_id", "text", "Customer", required=True)

CUSTOMERS = (
    _CUSTOMER,
    Column("age", wording=Wording("older", "younger", "{} years old"), sensitive=True),
    Column("gender", "text", sensitive=True),
    Column("location", "text"),
    Column("income", unit="money"),
    Column("preferred_channel", "text"),
    Column("engagement_score", wording=Wording("high engagement", "low engagement", "a score of {}")),
    Column("follow_duration_months", label="Months following",
           wording=Wording("long-time followers", "recent followers", "{} months following")),
    Column("signed_up_on", "date"),
    Column("active", "flag", wording=Wording("mostly still active", "often no longer active", "{} active")),
    Column("left_on", "date"),
)  # fmt: skip

TRANSACTIONS = (
    Column("invoice_id", "text", "Invoice", required=True),
    Column("line_number", label="Line"),
    Column("product", "text"),
    Column("description", "text"),
    Column("category", "text"),
    Column("quantity", required=True),
    Column("unit_price", unit="money", required=True),
    Column("amount", unit="money"),
    Column("ordered_at", "time", required=True),
    _CUSTOMER,
    Column("country", "text"),
)

# Made from orders, in the order in which they are written.
FEATURES = (
    Column("recency_days", label="Days since last order", unit="count",
           meaning="Days from the last order to the day of the study.",
           wording=Wording("long since the last order", "ordered lately", "{} days since the last order")),
    Column("orders", unit="count", meaning="Number of different invoices.",
           wording=Wording("many orders", "few orders", "{} orders")),
    Column("net_revenue", unit="money", meaning="Money spent, after returns.",
           wording=Wording("high revenue", "low revenue", "{}")),
    Column("tenure_days", label="Days since first order", unit="count",
           meaning="Days from the first order to the day of the study.",
           wording=Wording("long-standing", "new", "{} days since the first order")),
    Column("average_order_value", unit="money", meaning="Money spent, after returns, per order.",
           wording=Wording("large orders", "small orders", "{} an order")),
    Column("items_per_order", meaning="Items kept, after returns, per order.",
           wording=Wording("many items an order", "few items an order", "{} items an order")),
    Column("product_variety", label="Different products", unit="count", meaning="Number of different products bought.",
           wording=Wording("many different products", "few different products", "{} products")),
    Column("category_variety", label="Different categories", unit="count",
           meaning="Number of different categories bought from.",
           wording=Wording("many categories", "few categories", "{} categories")),
    Column("days_between_orders",
           meaning="Mean number of days between one day with orders and the next; unknown for a single day.",
           wording=Wording("long gaps between orders", "short gaps between orders", "{} days between orders")),
    Column("returned_share", label="Share returned", unit="share",
           meaning="Share of the items bought that were returned, not counting sales that were undone as a whole.",
           wording=Wording("more returns", "fewer returns", "{} of items sent back")),
    Column("weekend_share", unit="share", meaning="Share of the orders that were placed on a Saturday or Sunday.",
           wording=Wording("weekend orders", "weekday orders", "{} of orders at weekends")),
)  # fmt: skip

# Made from lines, too, and only to describe.
HABITS = (
    Column("usual_hour", meaning="Hour of the day before which half of the lines were bought.",
           wording=Wording("buying late in the day", "buying early in the day", "{} o’clock")),
)  # fmt: skip

# What the model of chapter 7 expects of a customer.
LIFETIMES = (
    Column("alive_probability", label="Chance of being a customer still", unit="share",
           wording=Wording("more likely still active", "less likely still active", "{} probability of being active")),
    Column("expected_orders", label="Orders expected",
           wording=Wording("many orders expected", "few orders expected", "{} orders expected")),
    Column("expected_value", label="Value expected", unit="money",
           wording=Wording("high expected value", "low expected value", "{} expected")),
)  # fmt: skip

COLUMNS = {column.name: column for column in (*CUSTOMERS, *TRANSACTIONS, *FEATURES, *HABITS, *LIFETIMES)}
# What a study calls columns of its own; one of the business's so named gets `_listed` at its end.
RESERVED = ("segment", "segment_name", "certainty", "outside", *(column.name for column in LIFETIMES))
SENSITIVE = tuple(name for name, column in COLUMNS.items() if column.sensitive)


def facts(column: str) -> Column:
    """What is known of a column: the defaults for one of the business's own, and for one of a question's answers."""
    if column.startswith(FAVOURITE) and column.endswith(SHARE):
        liked = column.removeprefix(FAVOURITE).removesuffix(SHARE).replace("_", " ")
        said = f"Share of the customer’s lines with their most frequent {liked}."
        return Column(column, label=f"Share of the favourite {liked}", unit="share", meaning=said)
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
    parts = name.replace("_", " ").strip().capitalize().split(" ")
    spelled = " ".join(part.upper() if part.lower() in ABBREVIATIONS else part for part in parts)
    written = words.isolated(facts(name).label or spelled)
    return f"{written}: {words.isolated(category)}" if category else written


def inline(column: str) -> str:
    """A column's name inside a sentence."""
    return words.within(label(column))


def in_unit(column: str, value: float, currency: str) -> str:
    """A column's value in its unit: money, per cent, or a plain number."""
    unit = facts(column).unit
    if unit == "money":
        return words.money(value, currency)
    if unit == "share":
        return words.percent(value)
    plain = value is not None and abs(value) >= SEPARATED_FROM and meanings.is_written_plain(column, value)
    return f"{value:.0f}" if plain else words.number(value)


def wording(column: str) -> Wording:
    """How a column is spoken of; categories and columns of the business's own by their label."""
    name, category = split(column)
    own = inline(name)
    if category:
        category = words.isolated(category)
        return Wording(f"{own} more often {category}", f"{own} less often {category}", "{} of them")
    if name.startswith(DAYS_SINCE):
        since = words.within(label(name.removeprefix(DAYS_SINCE)))
        return Wording(f"{since} long ago", f"{since} lately", f"{{}} days since {since}")
    return facts(column).wording or Wording(f"high {own}", f"low {own}", "{}")
