"""What is different from the study before: sizes, who moved, what shifted and the verdict, in words and tables."""

from typing import Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.privacy import hidden
from customer_segments.pages.profiling.sentences import quoted
from customer_segments.pages.profiling.tables import UNKNOWN, Told
from customer_segments.steps.movements.drift import GONE, NEW, REFIT, WATCH, Drift, Run

NOT_YET, NO_MORE = "Not among them", "No longer among them"


def said(found: Drift, smallest: int) -> list[str]:
    """The comparison in sentences, the verdict first."""
    told = [_verdict(found), _customers(found, smallest)]
    if found.moved is not None:
        told.append(f"{_moved(found)}{_most(found, smallest)}.")
    if found.both < len(found.old.segments) / 2:
        told.append("Fewer than half of the customers of then are among those of now: what shifted may be that choice.")
    if found.by_overlap:
        told.append("Names are others than then, so segments are paired by the customers whom they share.")
    return [*told, _columns(found)]


def sizes(found: Drift, smallest: int) -> Told:
    """How many stood in each segment then, and now."""
    table = found.sizes
    cells, few = _cells(table[["then", "now"]], smallest)
    written = pd.DataFrame(cells, columns=["Then", "Now"])
    written.insert(0, "Now called", [_name(found.new, number) for number in table["new"]])
    written.insert(1, "Then called", [_name(found.old, number) for number in table["old"]])
    return written, f"Customers of each segment in the study before and in this one.{few}"


def flows(found: Drift, smallest: int) -> Told:
    """Who stood where, and stands where."""
    table = found.migration
    cells, few = _cells(table, smallest)
    names = [NO_MORE if number == GONE else _name(found.new, number) for number in table.columns]
    written = pd.DataFrame(cells, columns=names)
    written.insert(0, "Then", [NOT_YET if number == NEW else _name(found.old, number) for number in table.index])
    return written, f"Customers by their segment in the study before, and in this one.{few}"


def _cells(counts: pd.DataFrame, smallest: int) -> tuple[list[list[str]], str]:
    """The counts without those of a few, and what is said of these."""
    lines = counts.to_numpy().tolist()
    gone = hidden(lines, smallest, fewest=1)
    cells = [
        [UNKNOWN if (row, place) in gone else f"{count:,}" for place, count in enumerate(line)]
        for row, line in enumerate(lines)
    ]
    return cells, f" Fewer than {smallest} are not told ({UNKNOWN}), nor what would tell them." if gone else ""


def shifts(found: Drift) -> Told:
    """How far the values of the columns that have moved are others."""
    all_of_them = found.stability
    moved = all_of_them[all_of_them["shift"] != "stable"]
    if moved.empty:
        return pd.DataFrame(), "No column has moved that both have." if len(all_of_them) else ""
    table = pd.DataFrame(
        {
            "Column": moved["column"].map(registry.label),
            "Index": moved["psi"].map("{:.2f}".format),
            "Which has": moved["shift"],
        }
    )
    others = (
        f"{len(all_of_them) - len(moved)} others have not" if len(moved) < len(all_of_them) else "there is no other"
    )
    rule = f"above {WATCH:g} a column has moved a little, above {REFIT:g} it has shifted, unless chance explains it"
    adds_up = "What a customer has done adds up, and more days are known of it: such columns shift by themselves."
    return table, f"Population stability index of columns that both have ({others}): {rule}. {adds_up}"


def metrics(found: Drift | None) -> dict[str, Any]:
    """What programs and the front page are told; nothing where nothing is compared."""
    if found is None:
        return {}
    psi = dict(zip(found.stability["column"], found.stability["psi"], strict=True))
    return {
        "compared": {
            "with": found.old.label, "in_both": found.both, "moved": found.moved, "adjusted_rand": found.agreement,
            "verdict_then": found.old.verdict, "stability": psi,
            "sentence": _sentence(found) if found.is_large else None,
        }
    }  # fmt: skip


def _sentence(found: Drift) -> str:
    """What the front page says of it."""
    parts = [f"{words.percent(found.moved)} of the customers of both stand in another segment"] if found.moved else []
    if found.old.verdict != found.new.verdict:
        parts.append(f"the segments, then {found.old.verdict}, are {found.new.verdict}")
    return f"Against the study before ({words.isolated(found.old.label)}), {words.listed(parts)}."


def _verdict(found: Drift) -> str:
    then, now = words.escaped(found.old.verdict), words.escaped(found.new.verdict)
    if then == now:
        return f"The verdict is what it was: the segments are {now}."
    return f"**The segments were {then}, and are {now}.**"


def _customers(found: Drift, smallest: int) -> str:
    new, gone = len(found.new.segments) - found.both, len(found.old.segments) - found.both
    both, new, gone = (
        f"fewer than {smallest}" if 0 < count < smallest else f"{count:,}" for count in (found.both, new, gone)
    )
    label = words.escaped(words.isolated(found.old.label))
    return f"Compared is the run in {label}: {both} customers are in both, {new} are new, {gone} are no longer there."


def _moved(found: Drift) -> str:
    share = words.percent(found.moved)
    return (
        f"{share} of those in both stand in another segment (adjusted Rand index {found.agreement:.2f}, 1 = the same)"
    )


def _most(found: Drift, smallest: int) -> str:
    """From where to where most have gone."""
    flows = found.migration.drop(index=NEW, columns=GONE, errors="ignore")
    pairs = ((old, new, count) for old, line in flows.iterrows() for new, count in line.items())
    others = {(old, new): count for old, new, count in pairs if found.matched.get(old) != new}
    (old, new), most = max(others.items(), key=lambda each: each[1], default=((None, None), 0))
    if most < smallest:
        return ""
    there, here = (words.escaped(quoted(_name(run, place))) for run, place in ((found.old, old), (found.new, new)))
    return f"; most, {most:,}, went from {there} to {here}"


def _columns(found: Drift) -> str:
    if found.stability.empty:
        return "The two have no column in common whose values could be compared."
    if not found.shifted:
        return "No column that both have has shifted."
    named = words.listed([words.escaped(registry.inline(name)) for name in found.shifted])
    return f"{words.capital(named)} {'has' if len(found.shifted) == 1 else 'have'} shifted."


def _name(run: Run, number: Any) -> str:
    return UNKNOWN if pd.isna(number) else run.names.get(int(number), words.segment(int(number)))
