"""How customers have moved between segments, as a figure of flows and a table."""

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.base.privacy import untold
from customer_segments.pages.plots import flows as plots
from customer_segments.pages.profiling.sentences import names_of, quoted
from customer_segments.pages.profiling.tables import UNKNOWN, Told
from customer_segments.steps.movements.migration import NEW, Migration

NOT_YET = "Not yet customers"


def flows(found: Migration | None, profiles: pd.DataFrame, smallest: int) -> tuple[Figure | None, str, str, str]:
    """The figure; none where nothing was compared."""
    if found is None:
        return None, "", "", ""
    told, names = shown(found, smallest), _names(found, profiles)
    drawing = plots.flows(told.fillna(0).astype(int), names, found.days)
    alt = "Flows between segments; the table below has the numbers."
    return drawing, measured(found, profiles, smallest), alt, title(found)


def table(found: Migration | None, profiles: pd.DataFrame, smallest: int) -> Told:
    """The same as numbers of customers."""
    if found is None:
        return pd.DataFrame(), ""
    names = _names(found, profiles)
    cells = shown(found, smallest).map(lambda count: UNKNOWN if pd.isna(count) else f"{count:,.0f}")
    written = cells.rename(columns=names)
    written.insert(0, f"{found.days} days before", [names[number] for number in cells.index])
    hidden = (cells == UNKNOWN).any(axis=None)
    few = f" Fewer than {smallest} are not told ({UNKNOWN}), nor what would tell them." if hidden else ""
    return written, f"Customers by where they would have stood {found.days} days before, and where they stand.{few}"


def title(found: Migration) -> str:
    """How many have moved."""
    moved = words.percent(found.moved)
    return f"Of those who were customers {found.days} days before, {moved} stand in another segment now"


def measured(found: Migration, profiles: pd.DataFrame, smallest: int) -> str:
    """What is counted, from where to where most have moved, and what is not compared."""
    names, both = _names(found, profiles), found.both
    told = f"Customers by their segment {found.days} days before and now"
    others = both.where(both.index.to_numpy()[:, None] != both.columns.to_numpy(), 0)
    if others.max(axis=None) >= smallest:
        here, there = others.stack().idxmax()
        told += f"; most, {others.loc[here, there]:,}, went from {quoted(names[here])} to {quoted(names[there])}"
    if found.attributes:
        columns = words.listed(map(registry.inline, found.attributes))
        told += f". In {columns} today's values stand for those of then, which nobody knows"
    return f"{told}. What a customer has ordered only adds up, so some move up by staying. From `data/raw`."


def shown(found: Migration, smallest: int) -> pd.DataFrame:
    """The counts without those of a few, nor what would tell them by subtraction."""
    few = found.counts.apply(lambda counts: pd.Series(untold(counts.tolist(), smallest), counts.index))
    return found.counts.astype(float).mask(few)  # by column: how many stand there today is known, and nothing by row


def _names(found: Migration, profiles: pd.DataFrame) -> dict[int, str]:
    names = names_of(profiles)
    return {number: names.get(number, words.segment(number)) for number in found.counts.columns} | {NEW: NOT_YET}
