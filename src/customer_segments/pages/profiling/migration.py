"""How customers have moved between segments, as a figure of flows with its numbers."""

import pandas as pd
from matplotlib.figure import Figure

from customer_segments.base import registry, words
from customer_segments.base.privacy import untold
from customer_segments.pages.plots import flows as plots
from customer_segments.pages.plots.absent import nothing
from customer_segments.pages.profiling.sentences import names_of, quoted
from customer_segments.pages.profiling.tables import UNKNOWN
from customer_segments.steps.movements.migration import NEW, Migration

NOT_YET = "Not yet customers"
NONE_SHOWN = "All who can be compared, or where they went, are too few to be shown."


def flows(found: Migration | None, profiles: pd.DataFrame, smallest: int) -> tuple[Figure | None, str, str, str]:
    """The figure, with its numbers; none where nothing was compared, or each move is of a few."""
    if found is None:
        return None, "", "", ""
    counts, names = shown(found, smallest), _names(found, profiles)
    told = counts.map(lambda count: UNKNOWN if pd.isna(count) else int(count)).rename(columns=names)
    told.insert(0, f"{found.days} days before", [names[number] for number in counts.index])
    caption = measured(found, profiles, smallest)
    if counts.isna().any(axis=None):
        caption += f" Fewer than {smallest} are not told ({UNKNOWN}), nor what would tell them."
    whole = counts.fillna(0).astype(int)
    if not whole.any(axis=None):
        return nothing(NONE_SHOWN), caption, NONE_SHOWN, title(found)
    alt = "Flows between segments; its numbers stand below."
    return plots.flows(whole, names, found.days, told), caption, alt, title(found)


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
