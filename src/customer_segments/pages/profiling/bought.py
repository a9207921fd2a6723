"""What segments buy, when and where, as tables for a reader, each with what it shows most."""

from functools import partial

import pandas as pd

from customer_segments.base import words
from customer_segments.pages.profiling.sentences import names_of, quoted
from customer_segments.pages.profiling.tables import ALL, UNKNOWN, Told
from customer_segments.steps.profiling.bought import EVERYONE, MORE, PARTS, Bought
from customer_segments.steps.profiling.distinctiveness import SEGMENT

NOTHING: Told = pd.DataFrame(), ""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def categories(found: Bought | None, profiles: pd.DataFrame) -> Told:
    """The share of each category in what a segment keeps."""
    if found is not None and found.categories.empty and found.products.empty:
        return pd.DataFrame(), "The lines name neither categories nor products that enough customers bought."
    return _shares(found and found.categories, profiles, f"of {_kept(found)} in", "Categories")


def places(found: Bought | None, profiles: pd.DataFrame) -> Told:
    """The share of each country in what a segment keeps."""
    return _shares(found and found.places, profiles, f"of {_kept(found)} from", "Places")


def weekdays(found: Bought | None, profiles: pd.DataFrame) -> Told:
    """The share of each weekday in a segment's orders."""
    table = None if found is None else found.weekdays.set_axis(WEEKDAYS, axis=1)
    return _shares(table, profiles, "of orders on", "Weekdays")


def hours(found: Bought | None, profiles: pd.DataFrame) -> Told:
    """The share of each part of the day in a segment's orders."""
    if found is None or found.hours.empty:
        return NOTHING
    parts = [f"{PARTS * part}:00 to {PARTS * part + PARTS - 1}:59" for part in found.hours]
    return _shares(found.hours.set_axis(parts, axis=1), profiles, "of orders from", "Times of the day")


def _kept(found: Bought | None) -> str:
    return "net revenue" if found is None or found.in_money else "pieces"


def _shares(table: pd.DataFrame | None, profiles: pd.DataFrame, of: str, what: str) -> Told:
    if table is None or table.empty:
        return NOTHING
    names = names_of(profiles)
    shown, everyone = _told(table, profiles), table.loc[EVERYONE]
    written = shown.map(lambda share: UNKNOWN if pd.isna(share) else words.percent(share))
    written.insert(0, "Segment", [names.get(number, ALL) for number in written.index])
    apart = (shown.drop(EVERYONE) - everyone).stack()
    if apart.empty or apart.max() < MORE:
        points = words.number(100 * MORE)
        return pd.DataFrame(), f"{what} of the segments differ by less than {points} points from all customers'."
    segment, value = apart.idxmax()
    share = words.percent(shown.loc[segment, value])
    return written, (
        f"What differs most from all customers: {quoted(names[segment])} have {share} {of} {value}, all customers "
        f"{words.percent(everyone[value])}."
    )


def _told(table: pd.DataFrame, profiles: pd.DataFrame) -> pd.DataFrame:
    """Without the segments of which nothing is shown, so that no difference tells of them either."""
    untold = profiles[SEGMENT][profiles["untold"]].tolist()
    return table.drop(index=[number for number in untold if number in table.index])


def products(found: Bought | None, profiles: pd.DataFrame) -> Told:
    """What each segment buys more often than others."""
    if found is None or found.products.empty:
        return NOTHING
    names = names_of(profiles)
    rows = found.products[~found.products[SEGMENT].isin(profiles[SEGMENT][profiles["untold"]])]
    if rows.empty:
        return NOTHING
    told = [
        f"{words.isolated(row.product)} ({words.percent(row.share)} of them, {words.percent(row.share_of_all)} of all)"
        for row in rows.itertuples()
    ]
    listed = pd.Series(told, rows.index).groupby(rows[SEGMENT]).agg("; ".join)
    table = pd.DataFrame({"Segment": listed.index.map(names), "Bought by more of them than of all": listed.to_numpy()})
    top = rows.loc[(rows["share"] - rows["share_of_all"]).idxmax()]
    return table, (
        f"Told are the products with the largest difference in how many have bought them: {words.percent(top['share'])}"
        f" of {quoted(names[top[SEGMENT]])} have bought {words.isolated(top['product'])}, "
        f"{words.percent(top['share_of_all'])} of all customers."
    )


def quarters(found: Bought | None, profiles: pd.DataFrame, currency: str) -> Told:
    """What today's members of each segment brought in each quarter, and who has grown most."""
    if found is None or found.quarters.shape[1] < 2:
        return NOTHING
    names, shown = names_of(profiles), _told(found.quarters, profiles)
    write = partial(words.about, currency=currency) if found.in_money else words.about
    written = shown.map(lambda worth: UNKNOWN if pd.isna(worth) else write(worth))
    written.columns = [f"Q{quarter.quarter} {quarter.year}" for quarter in written.columns]
    written.insert(0, "Segment", [names.get(number, ALL) for number in written.index])
    past = shown.columns[-1] - 4 if shown.columns[-1] - 4 in shown.columns else shown.columns[-2]
    then, now = shown.drop(EVERYONE)[past], shown.drop(EVERYONE)[shown.columns[-1]]
    when = "a year before" if past == shown.columns[-1] - 4 else "the quarter before"
    told = [
        f"{quoted(names[number])} {write(now[number])} after {write(then[number])}"
        for number in (now - then).abs().dropna().sort_values(ascending=False, kind="stable").index[:2]
    ]
    if not told:
        return NOTHING
    return written, (
        f"{words.capital(_kept(found))} of the last whole quarter against {when}, where it moved most: "
        f"{words.listed(told)}. Counted are today's members: who came later could not buy earlier, and who has lapsed "
        "is here because of it."
    )
