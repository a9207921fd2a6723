"""The segments' profiles as tables for a reader: every cell written out, every column in words."""

from __future__ import annotations

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.steps.profiling.distinctiveness import SEGMENT, written

ALL = "All customers"


def has_revenue(profiled: pd.DataFrame) -> bool:
    """Whether there are shares of revenue to speak of."""
    return "revenue_share" in profiled and bool(profiled["revenue_share"].notna().any())


def size_table(profiled: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Sizes and revenue, for a reader; the figure shows the shares."""
    table = pd.DataFrame(
        {
            "Segment": profiled[SEGMENT].astype(str),
            "Name": profiled["name"],
            "Customers": profiled["customers"].map("{:,}".format),
        }
    )
    if has_revenue(profiled):
        table["Net revenue"] = [words.money(value, currency) for value in profiled["revenue"]]
        worth = profiled["revenue"] / profiled["customers"]
        table["Net revenue per customer"] = [words.money(value, currency) for value in worth]
    if "alive_probability" in profiled:
        table["Likely still active"] = profiled["alive_probability"].map(words.percent)
    if "expected_value" in profiled:
        table["Expected value"] = [words.money(value, currency) for value in profiled["expected_value"]]
    return table.drop(columns="Segment") if _names_hold_numbers(profiled) else table


def _names_hold_numbers(profiled: pd.DataFrame) -> bool:
    """Whether every name begins with its segment's number, so that a column of numbers would say it twice."""
    return all(map(str.startswith, profiled["name"], profiled[SEGMENT].map(words.segment)))


def values_table(compared: pd.DataFrame, profiled: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Mean and median of every measure: a row per column, a column per segment and one for everyone."""
    names = profiled.set_index(SEGMENT)["name"]
    rows = []
    for column, own in compared[~compared["is_share"]].groupby("column", sort=False):
        cells = {"Mean (median)": registry.label(column)} | dict.fromkeys(names, "–")
        for segment, mean, median in own[[SEGMENT, "mean", "median"]].itertuples(index=False):
            cells[names[segment]] = _pair(column, mean, median, currency)
        everyone = own.iloc[0]
        rows.append(cells | {ALL: _pair(column, everyone["mean_of_all"], everyone["median_of_all"], currency)})
    return pd.DataFrame(rows)


def _pair(column: str, mean: float, median: float, currency: str) -> str:
    return f"{registry.in_unit(column, mean, currency)} ({registry.in_unit(column, median, currency)})"


def shares_table(compared: pd.DataFrame, profiled: pd.DataFrame) -> pd.DataFrame:
    """Yes/no columns and the most frequent category of each question, with shares."""
    names = profiled.set_index(SEGMENT)["name"]
    told = compared[compared["is_share"]].copy()
    parts = [registry.split(column) for column in told["column"]]
    told["question"] = [registry.label(question) for question, _ in parts]
    told["answer"] = [f"{answer}, " if answer else "" for _, answer in parts]
    rows = []
    for question, own in told.groupby("question", sort=False):
        cells = {"Most frequent": question} | dict.fromkeys(names, "–")
        for segment, answers in own.groupby(SEGMENT):
            cells[names[segment]] = _most_frequent(answers, "mean")
        rows.append(cells | {ALL: _most_frequent(own, "mean_of_all")})
    return pd.DataFrame(rows)


def _most_frequent(answers: pd.DataFrame, statistic: str) -> str:
    top = answers.sort_values([statistic, "column"], ascending=[False, True]).iloc[0]
    return f"{top['answer']}{words.percent(top[statistic])}"


def heat(compared: pd.DataFrame, profiled: pd.DataFrame, currency: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The heatmap's colours and its texts: a row per column, a column per segment; texts have one for everyone too.

    Of the categories only those are shown in which some segment is not middling.
    """
    telling = compared.groupby("column")["level"].transform(lambda levels: (levels != "middling").any())
    shown = compared[telling | compared["column"].map(lambda column: registry.split(column)[1] is None)]
    shown = shown.assign(text=_cells(shown, "typical", currency), everyone=_cells(shown, "typical_of_all", currency))
    names = profiled.set_index(SEGMENT)["name"]
    labels = {column: registry.label(column) for column in shown["column"].unique()}
    wide = shown.pivot(index="column", columns=SEGMENT, values=["difference", "text"]).loc[list(labels)]
    colours = wide["difference"].astype(float).reindex(columns=names.index).rename(columns=names, index=labels)
    texts = wide["text"].reindex(columns=names.index).astype("object").fillna("–").rename(columns=names, index=labels)
    everyone = shown.groupby("column")["everyone"].first()
    return colours, texts.assign(**{ALL: everyone[list(labels)].to_numpy()})


def _cells(compared: pd.DataFrame, statistic: str, currency: str) -> list[str]:
    rows = compared[["column", statistic, "is_share"]].itertuples(index=False)
    return [written(*row, currency) for row in rows]


def profile_table(profiled: pd.DataFrame) -> pd.DataFrame:
    """Each segment in words: name, what it is like, and where some have a name of the playbook why they do."""
    nameless = (profiled[SEGMENT] == 0) | profiled["too_few"]
    why = profiled["because"].mask(nameless, "–")
    table = pd.DataFrame(
        {
            "Name": profiled["name"],
            "What they are like": profiled["traits"].str.replace("\n", "; ") + ".",
            "Named for": why.mask(why == "", "its strongest traits"),
        }
    )
    return table if profiled["because"].any() else table.drop(columns="Named for")


def action_table(profiled: pd.DataFrame) -> pd.DataFrame:
    """What to do about each segment, what it may bring, and how to find out; what is known of none is left out."""
    table = pd.DataFrame(
        {
            "Name": profiled["name"],
            "What to do": profiled["action"],
            "What it may bring": profiled["worth"],
            "How to test it": profiled["test"],
        }
    )
    return table.loc[:, (table != "").any()].replace("", "–")
