"""Every printed figure beside ours, in words and tables, and what changes under our defaults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from customer_segments.base import registry, words
from customer_segments.replication.published import Group, Leaf, Outcome, Published, Replicated, Side

if TYPE_CHECKING:
    import pandas as pd

SPELLED = {
    "std": "standard deviation", "min": "lowest", "q25": "lower quartile", "q75": "upper quartile", "max": "highest",
}  # fmt: skip
NO_STUDY = (
    "This study names no published figures, so there is nothing to replicate: `study.published` in params.yaml names "
    "a file of them."
)


def proceeding(published: Published) -> list[str]:
    """Which study it is, and how it went about it."""
    title = f"**{words.escaped(published.title)}.** {words.escaped(published.source)}"
    return [title, *map(words.escaped, published.recipe)]


def overview(found: Replicated) -> tuple[pd.DataFrame, str]:
    """The groups of figures: how many were printed, and how many come out."""
    groups = [(group.title, _of(group, found)) for group in found.published.groups]
    rows = [(title, len(own), sum(outcome.matches for outcome in own)) for title, own in groups]
    return frame(rows, ["What was printed", "Figures", "Come out"]), f"{_counted(found.outcomes)}."


def group_table(group: Group, found: Replicated) -> tuple[pd.DataFrame, str]:
    """The figures of a group: what, printed, ours, and whether they agree."""
    own, agree = _of(group, found), {True: "yes", False: "no"}
    named = [called(each.leaf, found.published.segments) for each in own]
    rows = [(name, each.leaf.printed, each.shown, agree[each.matches]) for name, each in zip(named, own, strict=True)]
    about = f" {group.about}" if group.about else ""
    caption = f"{group.title}: {_counted(own)} at the printed rounding.{about}"
    return frame(rows, ["Figure", "Printed", "Ours", "Comes out"]), caption


def sentences(found: Replicated) -> list[str]:
    """The result in a sentence or two; none where nothing was published."""
    if not found.outcomes:
        return []
    different = [outcome for outcome in found.outcomes if not outcome.matches]
    told = [f"{_counted(found.outcomes)} at the rounding that was printed."]
    if different:
        counts = Counter(outcome.leaf.group.title for outcome in different)
        grouped = words.listed(f"{title} ({count})" for title, count in counts.items())
        told.append(f"{words.counted(len(different), 'figure does', 'figures do')} not: {grouped}.")
    return told


def findings(found: Replicated) -> list[str]:
    """The result in a sentence or two, and the two verdicts, for a list."""
    told = [words.escaped(sentence) for sentence in sentences(found)] or [NO_STUDY]
    return [*told, verdicts(*found.sides)] if found.sides else told


def metrics(found: Replicated) -> dict[str, Any]:
    """The outcome in numbers, small enough to compare between runs."""
    segments, different = found.published.segments, [each for each in found.outcomes if not each.matches]
    return {
        "study": found.published.title or None,
        "sentences": sentences(found) or None,  # DVC stumbles over an empty list
        "figures": len(found.outcomes),
        "reproduced": len(found.outcomes) - len(different),
        "not_reproduced": {
            f"{leaf.group.title}: {called(leaf, segments)}": {"printed": leaf.printed, "ours": shown}
            for leaf, shown in ((each.leaf, each.shown) for each in different)
        },
    }


def called(leaf: Leaf, segments: Collection[str]) -> str:
    """What a figure is of, for a reader; segments are called as in the study."""
    first, *others = leaf.keys if leaf.group.measure else (leaf.measure, *leaf.keys)
    inline = {key: registry.inline(key) for key in others if key.islower() and key not in segments}
    ours = [SPELLED.get(key) or inline.get(key, key) for key in others]
    return ", ".join([first if first in segments else registry.label(first), *ours])


def sides(theirs: Side, ours: Side, currency: str) -> tuple[pd.DataFrame, str]:
    """The study as it was published and the same data under our defaults, and what the change comes to."""
    rows = {
        "Customers": lambda side: f"{side.customers:,}",
        "Columns that make the segments": lambda side: f"{side.columns}",
        "Revenue": lambda side: "–" if side.revenue is None else words.money(side.revenue, currency),
        "Segments": lambda side: f"{len(side.sizes)}",
        "Customers in each": lambda side: " · ".join(f"{size:,}" for size in side.sizes),
        "Mean silhouette": lambda side: f"{side.silhouette:.3f}",
        "p-value against data without groups": lambda side: words.p_value(side.p_value),
        "Found again (adjusted Rand index)": lambda side: words.number(side.found_again, 2),
        "Verdict": lambda side: side.verdict,
    }
    written = [(name, write(theirs), write(ours)) for name, write in rows.items()]
    shown = [row for row in written if row[1:] != ("–", "–")]
    more = ours.customers - theirs.customers
    customers = f"{abs(more):,} {'more' if more > 0 else 'fewer'} customers" if more else "The same customers"
    return frame(shown, ["", "As published", "Under our defaults"]), (
        f"{customers} under our defaults. The p-value is that of the strictest comparison of chapter 4. Segments are "
        "counted from the most valuable, or the largest, to the least."
    )


def verdicts(theirs: Side, ours: Side) -> str:
    """The two verdicts, for the end of the chapter."""
    published = f"As published ({words.counted(theirs.customers, 'customer')}, {len(theirs.sizes)} segments)"
    own = f"under our defaults ({words.counted(ours.customers, 'customer')}, {len(ours.sizes)} segments)"
    if theirs.verdict == ours.verdict:
        return f"{published} and {own} the verdict is the same: “{ours.verdict}”."
    return f"{published} the verdict is “{theirs.verdict}”, {own} “{ours.verdict}”."


def frame(rows: Any, columns: Sequence[str]) -> pd.DataFrame:
    """A table; what it takes is loaded only where there is one."""
    import pandas as pd

    return pd.DataFrame(rows, columns=columns)


def _of(group: Group, found: Replicated) -> list[Outcome]:
    return [outcome for outcome in found.outcomes if outcome.leaf.group is group]


def _counted(found: Sequence[Outcome]) -> str:
    matching = sum(outcome.matches for outcome in found)
    return f"{matching} of {words.counted(len(found), 'printed figure')} come{'s' if matching == 1 else ''} out"
