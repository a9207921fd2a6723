"""How the demo shop's customers live: who they are, when they order, what they buy and what they send back."""

from math import ceil

import numpy as np
import pandas as pd

# What a typical customer of each planted kind is like; individuals vary around it, so the kinds overlap.
KINDS: dict[str, list] = {
    "kind": ["weekday regular", "weekend family", "passing visitor", "app bargain hunter", "home stylist"],
    "share": [0.30, 0.25, 0.20, 0.15, 0.10],
    "orders_per_year": [12.0, 7.0, 2.5, 16.0, 6.0],
    "lifetime_years": [7.0, 6.0, 0.5, 4.0, 8.0],
    "lines_per_order": [2.0, 4.4, 1.8, 1.5, 2.4],
    "units_per_line": [1.4, 2.0, 1.3, 1.2, 2.4],
    "thrift": [1.2, 1.1, 1.2, 2.6, 0.35],  # above 1 the cheaper half of a category is preferred, below 1 the dearer
    "favourite_share": [0.25, 0.10, 0.40, 0.20, 0.55],  # of the lines, bought in the personal favourite category
    "weekend_share": [0.10, 0.82, 0.35, 0.35, 0.30],
    "returned_share": [0.003, 0.003, 0.001, 0.003, 0.30],  # of the lines; home stylists order several to choose from
    "store_share": [0.80, 0.45, 0.25, 0.04, 0.15],
    "web_share": [0.15, 0.40, 0.65, 0.10, 0.75],  # the rest prefers the app
    "engagement": [52.0, 45.0, 18.0, 79.0, 62.0],
    "income": [33e3, 48e3, 38e3, 23e3, 68e3],
    "age": [57.0, 41.0, 38.0, 27.0, 48.0],
    "arrival": [0.24, 0.32, 0.37, 0.63, 0.32],  # mean sign-up as a share of the shop's time
    "followed_before_months": [9.0, 6.0, 2.0, 2.0, 10.0],
}
NEVER_BOUGHT = 0.015

CATALOGUE: dict[str, list] = {
    "category": ["Kitchen", "Garden", "Gifts & Toys", "Stationery", "Textiles", "Lighting", "Decoration", "Candles"],
    "noun": ["Bowl", "Planter", "Puzzle", "Notebook", "Throw", "Lamp", "Vase", "Candle"],
    "share": [0.18, 0.12, 0.14, 0.16, 0.12, 0.08, 0.12, 0.08],
    "cheapest": [6.0, 5.0, 4.0, 2.0, 9.0, 12.0, 5.0, 3.0],
    "dearest": [60.0, 90.0, 55.0, 35.0, 120.0, 180.0, 140.0, 45.0],
}
STYLES = (
    *("Plain", "Mini", "Basic", "Striped", "Dotted", "Floral", "Rustic", "Classic"),
    *("Vintage", "Large", "Artisan", "Designer", "Signature", "Heritage", "Limited"),
)  # from the cheapest to the dearest in each category
PRODUCTS = [
    (f"{style} {noun}", category)
    for category, noun in zip(CATALOGUE["category"], CATALOGUE["noun"], strict=True)
    for style in STYLES
]
DISCONTINUED = len(PRODUCTS)
PRODUCTS.append(("Old Season Wreath", "Decoration"))  # sold before the shop's first day only

CITIES: dict[str, list] = {
    "city": ["Amsterdam", "Rotterdam", "Antwerp", "Liège", "Köln", "Lille"],
    "country": ["Netherlands", "Netherlands", "Belgium", "Belgium", "Germany", "France"],
    "share": [0.30, 0.18, 0.17, 0.10, 0.15, 0.10],
}
CHANNELS = ("Store", "Web", "App")
SEASON = (0.80, 0.80, 0.90, 1.00, 1.05, 0.95, 0.85, 0.85, 1.00, 1.05, 1.35, 1.90)  # demand, January to December
PROMOTION_EVERY_DAYS, PROMOTION_DAYS, PROMOTION_PULL = 56, 14, 0.12
WHOLLY_RETURNED, UNMATCHED_RETURNS = 0.35, 1e-4


def shop_customers(count: int, days: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row per customer in order of sign-up: kind, attributes and habits."""
    borders = np.round(np.cumsum(KINDS["share"]) * count).astype(int)
    kind = rng.permutation(np.repeat(np.arange(len(borders)), np.diff(borders, prepend=0)))
    arrival = np.array(KINDS["arrival"])[kind]
    arrival = rng.beta(3.5 * arrival, 3.5 * (1 - arrival))
    order = np.argsort(arrival, kind="stable")
    typical = pd.DataFrame(KINDS).iloc[kind[order]].reset_index(drop=True)
    signed_up = (arrival[order] * (days - 1)).astype(int)
    lifetime = np.ceil(rng.exponential(365.0 * typical["lifetime_years"])).astype(int)
    last = np.minimum(signed_up + lifetime, days - 1)
    followed_before = rng.gamma(2.0, typical["followed_before_months"] / 2.0)
    channel_draw = rng.random(count) - typical["store_share"]
    return pd.DataFrame(
        {
            "customer_id": (100_001 + np.arange(count)).astype(str),
            "kind": typical["kind"],
            "signed_up": signed_up,
            "last": last,
            "left": signed_up + lifetime < days,
            "age": np.clip(rng.normal(typical["age"], 10.0), 18, 92).round().astype(int),
            "gender": rng.choice(["Female", "Male", "Diverse"], count, p=[0.56, 0.42, 0.02]),
            "city": rng.choice(len(CITIES["city"]), count, p=CITIES["share"]),
            "income": (100 * np.round(_around(typical["income"], 0.25, rng) / 100)).astype(int),
            "channel": (channel_draw > 0).astype(int) + (channel_draw > typical["web_share"]),
            "engagement": np.clip(rng.normal(typical["engagement"], 11.0), 0, 100).round().astype(int),
            "followed": np.round((last - signed_up) / 30.44 + followed_before).astype(int),
            "buys": rng.random(count) >= NEVER_BOUGHT,
            "orders_per_year": typical["orders_per_year"] * rng.gamma(6.0, 1 / 6.0, count),
            "extra_lines": _around(typical["lines_per_order"] - 1, 0.25, rng),
            "extra_units": _around(typical["units_per_line"] - 1, 0.2, rng),
            "thrift": _around(typical["thrift"], 0.3, rng),
            "favourite": rng.choice(len(CATALOGUE["category"]), count, p=CATALOGUE["share"]),
            "favourite_share": typical["favourite_share"],
            "weekend_share": rng.beta(8 * typical["weekend_share"], 8 * (1 - typical["weekend_share"])),
            "returned_share": typical["returned_share"],
        }
    )


def _around(mean: pd.Series, spread: float, rng: np.random.Generator) -> pd.Series:
    """Personal values, log-normal around each customer's typical one."""
    return mean * rng.lognormal(-(spread**2) / 2, spread, len(mean))


def orders_by_time(people: pd.DataFrame, days: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    """One row per order, by time: one in the week of sign-up, then a Poisson process until the customer leaves."""
    demand = np.array(SEASON)[days.month - 1] / np.mean(SEASON)
    at_weekend = days.day_of_week >= 5
    reached = [np.concatenate([[0.0], np.cumsum(demand * chosen)]) for chosen in (~at_weekend, at_weekend)]
    start, stop = people["signed_up"].to_numpy(), people["last"].to_numpy() + 1
    expected = people["orders_per_year"].to_numpy() / 365 * sum(upto[stop] - upto[start] for upto in reached)
    buyers = np.flatnonzero(people["buys"])
    repeats = np.repeat(buyers, rng.poisson(expected[buyers]))
    customer = np.concatenate([buyers, repeats])
    stop = np.concatenate([np.minimum(stop[buyers], start[buyers] + 7), stop[repeats]])
    on_weekend = rng.random(len(customer)) < people["weekend_share"].to_numpy()[customer]
    day = _days_drawn(start[customer], stop, on_weekend, reached, rng)
    minute = np.clip(60 * rng.normal(14.5, 3.0, len(customer)), 8 * 60, 21 * 60).astype(int)
    orders = pd.DataFrame({"customer": customer, "day": day, "minute": minute})
    return orders.sort_values(["day", "minute", "customer"], kind="stable", ignore_index=True)


def _days_drawn(
    start: np.ndarray, stop: np.ndarray, on_weekend: np.ndarray, reached: list[np.ndarray], rng: np.random.Generator
) -> np.ndarray:
    """A day in [start, stop) for each order, by the demand reached up to each weekday and each weekend day."""
    drawn, day = rng.random(len(start)), np.empty(len(start), dtype=int)
    for wanted, upto in enumerate(reached):
        mine = on_weekend == wanted
        low, high = upto[start[mine]], upto[stop[mine]]
        day[mine] = np.searchsorted(upto, low + drawn[mine] * (high - low), side="right") - 1
    return np.clip(day, start, stop - 1)  # a stay too short to have such a day: its last one


def sold_lines(people: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row per product of an order, at the price of the day."""
    lines_per_order = 1 + rng.poisson(people["extra_lines"].to_numpy()[orders["customer"]])
    lines = orders.rename_axis("order").reset_index().loc[np.repeat(orders.index, lines_per_order)]
    habits = people.loc[lines["customer"], ["favourite", "favourite_share", "thrift", "extra_units"]]
    favourite, favourite_share, thrift, extra_units = (habits[name].to_numpy() for name in habits)
    count, categories = len(lines), len(CATALOGUE["category"])
    category = rng.choice(categories, count, p=CATALOGUE["share"])
    category = np.where(rng.random(count) < favourite_share, favourite, category)
    calendar = rng.integers(categories, size=orders["day"].max() // PROMOTION_EVERY_DAYS + 1)
    period, day_of_period = np.divmod(lines["day"].to_numpy(), PROMOTION_EVERY_DAYS)
    promoted = np.where(day_of_period < PROMOTION_DAYS, calendar[period], -1)
    category = np.where((promoted >= 0) & (rng.random(count) < PROMOTION_PULL), promoted, category)
    style = (len(STYLES) * rng.random(count) ** thrift).astype(int)
    cheapest, dearest = np.array(CATALOGUE["cheapest"])[category], np.array(CATALOGUE["dearest"])[category]
    cents = 100 * np.round(cheapest * (dearest / cheapest) ** (style / (len(STYLES) - 1))).astype(int) - 5
    lines = lines.assign(
        product=category * len(STYLES) + style,
        quantity=1 + rng.poisson(extra_units),
        cents=np.where(category == promoted, cents * 4 // 5, cents),
    )
    return lines.drop_duplicates(["order", "product"], ignore_index=True)


def with_returns(sold: pd.DataFrame, people: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """All lines by time, with this share of the cancellations that life brings; `in_return` marks both sides of one.

    A handful of cancellations match no sale: they bring back what was sold before the first day.
    """
    returned_share = people["returned_share"].to_numpy()[sold["customer"]]
    days_later = rng.integers(1, 11, len(sold))
    in_time = sold["day"] + days_later <= people["last"].to_numpy()[sold["customer"]]
    in_return = (rng.random(len(sold)) < share * returned_share) & in_time
    kept = np.where(rng.random(len(sold)) < WHOLLY_RETURNED, 0, sold["quantity"] // 2)
    minute = rng.integers(9 * 60, 20 * 60, len(sold))
    matched = sold.assign(day=sold["day"] + days_later, minute=minute, quantity=kept - sold["quantity"])[in_return]
    unmatched = sold.iloc[rng.choice(len(sold), ceil(UNMATCHED_RETURNS * share * len(sold)), replace=False)]
    unmatched = unmatched.assign(product=DISCONTINUED, quantity=-1, cents=1495)
    returned = pd.concat([matched, unmatched], ignore_index=True)
    returned = returned.assign(order=sold["order"].max() + 1 + returned.index, in_return=True)
    lines = pd.concat([sold.assign(in_return=in_return), returned], ignore_index=True)
    return lines.sort_values(["day", "minute", "order", "product"], kind="stable", ignore_index=True)
