"""What a published study says, what its data say, and why it matters: the checks' figures in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from customer_segments.base import registry, words
from customer_segments.pages.replication.figures import frame

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    from customer_segments.replication.evidence import HeldOut
    from customer_segments.replication.published import Corrected

NEXT_TO_NONE = 0.1  # a correlation below this


class Answer(NamedTuple):
    """A sentence, and where it needs one a table, or a figure under its finding."""

    sentence: str
    table: pd.DataFrame | None = None
    caption: str = ""
    figure: Figure | None = None
    alt: str = ""
    title: str = ""


def answer(each: Corrected) -> Answer:
    """What a check has found, or why it cannot be told."""
    if each.unknown:
        return Answer(f"Under these settings this cannot be told: {words.escaped(each.unknown)}.")
    return ANSWERS[each.correction.check](**each.found)


def item(each: Corrected) -> str:
    """What was said, what the data say, and why it matters, in a list item."""
    said, why = words.escaped(each.correction.said), words.escaped(each.correction.why)
    return f"**{said}** {answer(each).sentence} {why}"


def dropped_rows(customers: int, dropped: int, whose: tuple[str, Any] | None) -> Answer:
    sentence = f"That takes {dropped:,} of {words.counted(customers, 'customer')} out of the study"
    if whose is None:
        return Answer(f"{sentence}.")
    name, value = whose
    written = {True: "yes", False: "no"}.get(value, value)
    those = f"“{words.escaped(registry.label(name))}” is “{words.escaped(written)}”"
    return Answer(f"{sentence}: all of those whose {those}, and nobody else.")


def copies(columns: int, twins: list[str], constant: int, independent: int, alone: float) -> Answer:
    numbers = {
        "In the model": columns,
        f"Exact copies of {_quoted(twins[0])}, itself among them": len(twins),
        "The same for everybody": constant,
        "Independent of one another (rank of the matrix)": independent,
    }
    sentence = (
        f"{len(twins)} of the {columns} columns are one and the same on other scales, and {constant} never "
        f"change: {independent} are independent. {registry.label(twins[0])} alone reproduces the segments with an "
        f"adjusted Rand index of {words.number(alone, 2)}."
    )
    table = frame(list(numbers.items()), columns=["Columns", "Number"])
    return Answer(sentence, table, f"The copies are {words.listed(map(_quoted, twins))}.")


def alphabetical_dates(correlations: Mapping[str, float], mean: float) -> Answer:
    much = ", next to none" if abs(mean) < NEXT_TO_NONE else ""
    rows = [(registry.label(name), words.signed(value)) for name, value in correlations.items()]
    return Answer(
        "The order of the alphabet and the order of time have a rank correlation of "
        f"{words.signed(mean)} on average over {words.counted(len(correlations), 'column')} of dates{much}.",
        frame(rows, columns=["Date", "Rank correlation"]),
        "Each date's place in the alphabet against its place in time.",
    )


def number_of_segments(
    k: int, best: int, silhouettes: Mapping[int, float], bend: int | None, falls: Mapping[int, float]
) -> Answer:
    highest = f"{best} segments ({silhouettes[best]:.3f}"
    highest += ")" if best == k else f"; with {k} it is {silhouettes[k]:.3f})"
    bends = "has no bend to speak of" if bend is None else f"bends most at {bend}"
    told = words.listed(f"{words.percent(fall)} with {each}" for each, fall in falls.items())
    return Answer(f"The silhouette is highest with {highest}. The inertia {bends}; it falls by {told}.")


def structure(k: int, customers: int, columns: int, *, clearer: bool, **found: float) -> Answer:
    than = "is clearer than" if clearer else "is no clearer than"
    return Answer(
        f"With all {words.counted(customers, 'customer')} and the {columns} columns of our own study, a cut into {k} "
        f"{than} one of shuffled columns (silhouette {found['silhouette']:.3f}, theirs {found['theirs']:.3f} on "
        f"average, p = {words.p_value(found['p'])}). Among resampled customers it is found again with an adjusted Rand "
        f"index of {words.number(found['found_again'], 2)}, where 1 is the same and 0 is chance."
    )


def adds_up(printed: list[str], total: int, customers: int) -> Answer:
    return Answer(f"{' + '.join(printed)} makes {total:,}, and {words.counted(customers, 'customer')} were segmented.")


def taken_for_population(sizes: Mapping[str, int], held: HeldOut, customers: int) -> Answer:
    rows = [(name, f"{held.size(name):,}", f"{size:,}") for name, size in sizes.items()]
    tested = len(held.truth)
    return Answer(
        f"The {tested:,} are the {words.percent(tested / customers)} of the customers held back to test the "
        f"classifier; the segments have {words.counted(customers, 'customer')}.",
        frame(rows, columns=["Segment", "Held back for the test", "In the population"]),
        "The printed sizes are those of the test; a marketing plan needs the others.",
    )


def classifier_on_noise(held: HeldOut, worst: str, noise: np.ndarray) -> Answer:
    return Answer(
        f"The classifier recognises {held.accuracy:.2%} of the customers held back, and misses {held.missed(worst)} of "
        f"{held.size(worst)} in “{words.escaped(worst)}”. On evenly spread points without any groups, cut by k-means "
        f"in the same way, it recognises {noise.min():.1%} to {noise.max():.1%}, {noise.mean():.1%} on average of "
        f"{words.counted(len(noise), 'draw')}."
    )


def returns_dropped(
    segments: list[tuple], undone: float, nothing: int, first: tuple[float, float], currency: str
) -> Answer:
    rows = [
        (name, words.money(revenue, currency), words.money(left, currency), f"{none:,}", _kept(*least, currency))
        for name, revenue, left, none, least in segments
    ]
    sentence = (
        f"{words.percent(undone, 1)} of the revenue was sent back and counts all the same. "
        f"{words.counted(nothing, 'customer')} kept nothing or less; one in “{words.escaped(rows[0][0])}” "
        f"kept {words.escaped(rows[0][-1])}, the first in the list {words.escaped(_kept(*first, currency))}."
    )
    columns = ["Segment", "Revenue as published", "Left after returns", "Customers who kept nothing"]
    table = frame(rows, columns=[*columns, "Least kept by a customer"])
    return Answer(sentence, table, "Lines of returns counted with their sign, customer by customer.")


def _kept(left: float, bought: float, currency: str) -> str:
    """What a customer kept of what was bought, to the penny."""
    return f"{words.to_the_cent(left, currency)} of {words.to_the_cent(bought, currency)}"


def single_purchase(segment: str, customers: int, once: float, most: int) -> Answer:
    return Answer(
        f"{words.percent(once, 1)} of the {words.counted(customers, 'customer')} in “{words.escaped(segment)}” ordered "
        f"once, the others up to {most} times."
    )


def drop_off(month: int, near: list[float], months: pd.DataFrame, unfinished: pd.Timestamp | None) -> Answer:
    from customer_segments.pages.plots import retention as plots

    first, before, then, after = (words.percent(rate, 1) for rate in near)
    drops = "nothing drops there" if near[2] >= near[1] else "it is lower there"
    each = [
        f"{words.percent(rate, 1)} in month {age}" for age, rate in zip(months["month"], months["whole"], strict=True)
    ]
    early = f" {unfinished:%B %Y} had not ended, and taken for whole it looks like leaving." if unfinished else ""
    return Answer(
        f"{first} order again in month 1 after the first order, {before} in month {month - 1}, {then} in month {month} "
        f"and {after} in month {month + 1}: {drops}.",
        caption="Customers who order again, by months since their first order; the last months are those of the "
        f"earliest customers alone.{early} From `data/interim/lines.parquet`.",
        figure=plots.months(months),
        alt=f"Order again: {words.listed(each)}.",
        title=f"{then} order again in month {month}, {before} in the month before: {drops}",
    )


def home_market(country: str, share: float, currency: str) -> Answer:
    sold = words.percent(share)
    return Answer(
        f"{sold} of the lines are sold in {words.escaped(country)}, and amounts are in {words.escaped(currency)}."
    )


def _quoted(name: str) -> str:
    """A column's name in a table or a caption, which are escaped as a whole."""
    return f"“{registry.label(name)}”"


ANSWERS: dict[str, Callable[..., Answer]] = {
    told.__name__: told
    for told in (
        dropped_rows, copies, alphabetical_dates, number_of_segments, structure, adds_up, taken_for_population,
        classifier_on_noise, returns_dropped, single_purchase, drop_off, home_market,
    )
}  # fmt: skip
