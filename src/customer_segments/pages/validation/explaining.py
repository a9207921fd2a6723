"""What people can follow the segments by, in words and tables: single columns, and short rules."""

import math

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.steps.judge import Explained
from customer_segments.steps.validation.explaining import ONE_COLUMN_FROM, SAME_STORY_FROM, Condition

NO_RULE = "no rule of this length finds it"


def columns(found: Explained) -> tuple[pd.DataFrame, str]:
    """Each column's agreement and those that tell the same story; whether one would do, and which story weighs most."""
    single, stories = found.single, found.stories
    story = {column: row for row in stories.itertuples() for column in row.columns}
    others = [[registry.label(other) for other in story[c].columns if other != c] for c in single["column"]]
    table = pd.DataFrame(
        {
            "Column": single["column"].map(registry.label),
            "Reproduces the segments (adjusted Rand)": single["agreement"].map(words.signed),
            "Moves together with": [words.listed(labels) or "–" for labels in others],
            "Their weight in all distances": [words.percent(story[c].weight) for c in single["column"]],
        }
    )
    best, top = single.iloc[0], stories.iloc[0]
    one = best["agreement"] >= ONE_COLUMN_FROM
    enough = "which is nearly the whole segmentation" if one else "so one column is not enough"
    verb = "moves alone and has" if len(top["columns"]) == 1 else "move together and have"
    return table, (
        f"{registry.label(best['column'])} alone reproduces the segments with an adjusted Rand index of "
        f"{words.number(best['agreement'])}, {enough}. {words.listed(map(registry.label, top['columns']))} {verb} "
        f"{words.percent(top['weight'])} of the weight in the distances between customers (columns move together from "
        f"a rank correlation of {SAME_STORY_FROM:g} on)."
    )


def one_column(single: pd.DataFrame) -> str:
    """Whether a single column would have done."""
    best = single.iloc[0]
    name, agreement = words.escaped(registry.label(best["column"])), words.number(best["agreement"], 2)
    if best["agreement"] >= ONE_COLUMN_FROM:
        return f"One column is nearly enough: {name} alone reproduces the segments (adjusted Rand index {agreement})."
    return f"No single column makes the segments; {name} comes nearest (adjusted Rand index {agreement})."


def rules(found: Explained, currency: str) -> tuple[pd.DataFrame, str]:
    """The rules, and how faithful they are."""
    told = [words.listed(_condition(each, currency) for each in rule) or NO_RULE for rule in found.rules["conditions"]]
    table = pd.DataFrame(
        {
            "Segment": [words.segment(segment) for segment in found.rules["segment"]],
            "Rule": [rule[:1].upper() + rule[1:] for rule in told],
            "Right for": found.rules["right"].map(words.percent),
            "Finds": found.rules["covers"].map(words.percent),
        }
    )
    enough = "can be followed by hand" if found.fidelity >= 0.8 else "are a rough guide only"
    return table, (
        f"Together these rules put {words.percent(found.fidelity)} of customers into the segment the model gives them, "
        f"so they {enough}. “Right for” is the share of those meeting the rule who belong to the segment, “finds” the "
        "share of the segment that meets it; segments may have further, smaller rules."
    )


def _condition(of: Condition, currency: str) -> str:
    """What a column must be: above `low`, up to `high`, or between; a count is told in whole numbers."""
    question, answer = registry.split(of.column)
    if answer is not None:
        return f"{registry.inline(question)} {'is not' if of.low is None else 'is'} {answer}"
    label, counted = registry.inline(of.column), registry.facts(of.column).unit == "count"
    low, high = of.low, of.high
    if counted:
        low, high = None if low is None else math.floor(low) + 1, None if high is None else math.floor(high)
    least, most = (None if limit is None else registry.in_unit(of.column, limit, currency) for limit in (low, high))
    if least and most:
        return f"{label} {least}" if least == most else f"{label} between {least} and {most}"
    if least:
        return f"{label} {least} or more" if counted else f"{label} above {least}"
    return f"{label} up to {most}"
