"""The front page: what a manager reads in two minutes."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_segments import words, workspace
from customer_segments.clustering.scores import strength
from customer_segments.params import Params
from customer_segments.plots.style import segment_colour
from customer_segments.profiling import sentences
from customer_segments.profiling.distinctiveness import SEGMENT
from customer_segments.profiling.tables import has_revenue
from customer_segments.report.accounts import accounts
from customer_segments.report.chapter import TEMPLATES, style
from customer_segments.report.chapters import CHAPTERS
from customer_segments.report.header import SOURCE, data_line, differences

LINES = "data/interim/lines.parquet"
EXPORT = "segmented_customers.csv"  # beside the page
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MEANING = {
    "strong": "customers are much closer to their own segment than to any other",
    "reasonable": "most customers are clearly closer to their own segment than to any other",
    "weak": "many customers lie between two segments, so names fit the typical customer and not everyone",
    "very weak": "the segments run into one another, so borders between them are largely a matter of choice",
}


class Picture(NamedTuple):
    """A figure within the page."""

    source: str
    alt: str
    caption: str


def publish(params: Params) -> None:
    """Write reports/index.html from what the stages before have made."""
    profiles = workspace.read_table("data/processed/profiles.parquet")
    source = workspace.read_json(SOURCE)
    page = {
        "study": params.study,
        "chapters": CHAPTERS,
        "chapter": None,
        "style": style(),
        "data": data_line(source),
        "made_up": source["kind"] == "demo",
        "headline": sentences.headline(profiles),
        "figures": key_figures(profiles, _period(), params.study.currency),
        "cards": cards(profiles),
        "main": Picture(_picture("segments"), sentences.size_alt(profiles), _main_caption(profiles)),
        "map": Picture(_picture("map"), "Map of the customers, coloured by segment.", _map_caption()),
        "heatmap": Picture(_picture("heatmap"), _heat_alt(profiles), _heat_caption(params)),
        "accounts": accounts(workspace.read_table("data/interim/ledger.parquet"), params.study.currency),
        "confidence": confidence(workspace.read_json("reports/metrics/clustering.json")["silhouette"]),
        "changes": changes(params),
        "export": EXPORT,
        "customers": f"{profiles['customers'].sum():,}",
    }
    workspace.write_text(render(page), "reports/index.html")


def render(page: dict[str, Any]) -> str:
    """The page's HTML; everything that comes from data is escaped."""
    loader = FileSystemLoader([TEMPLATES, TEMPLATES / "chapter"])
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("index.html.j2").render(page=page)


def key_figures(profiles: pd.DataFrame, period: str | None, currency: str) -> list[tuple[str, str]]:
    """The study's size in a few numbers: label and value."""
    figures = [("Customers", f"{profiles['customers'].sum():,}"), ("Segments", str(len(profiles)))]
    if "orders" in profiles:
        figures.append(("Orders", f"{profiles['orders'].sum():,.0f}"))
    if "revenue" in profiles:
        figures.append(("Net revenue", words.money(profiles["revenue"].sum(), currency)))
    if period:
        figures.append(("Period", period))
    return figures


def cards(profiles: pd.DataFrame) -> list[dict[str, Any]]:
    """One card per segment: colour, name, size, worth, what it is like, what to do."""
    money = has_revenue(profiles)
    return [
        {
            "number": row[SEGMENT],
            "colour": segment_colour(place),
            "name": row["name"],
            "customers": f"{row['customers']:,}",
            "customer_share": words.percent(row["customer_share"]),
            "revenue_share": words.percent(row["revenue_share"]) if money else None,
            "traits": row["traits"].split("\n"),
            "action": row["action"],
        }
        for place, row in enumerate(profiles.to_dict("records"))
    ]


def confidence(silhouette: float) -> str:
    """How clearly the segments are separated, in words."""
    word = strength(silhouette)
    scored = f"mean silhouette {words.number(silhouette, 2)}, where 1 is perfect"
    return f"The separation of the segments is {word} ({scored}): {MEANING[word]}."


def changes(params: Params) -> list[tuple[str, str]]:
    """The parameters that differ from the defaults, with the title of their chapter."""
    return [
        (chapter.title, change)
        for chapter in CHAPTERS
        for change in differences(chapter.stage, getattr(params, chapter.stage).model_dump())
    ]


def _main_caption(profiles: pd.DataFrame) -> str:
    if not has_revenue(profiles):
        return sentences.size_caption(profiles)
    leaders = words.listed(sentences.leaders(profiles)["name"].map(sentences.quoted))
    return f"Most of the net revenue comes from {leaders}."


def _map_caption() -> str:
    share = words.percent(workspace.read_json("reports/metrics/pca.json")["explained_by_two"])
    return (
        f"Every point is a customer; the closer two points, the more alike the customers. The map shows {share} of all "
        "differences between them, so segments that overlap here may lie apart in what it leaves out."
    )


def _heat_caption(params: Params) -> str:
    return (
        "Each cell holds a segment's typical value; the last column is that of all customers. Red is above, blue below "
        f"all customers; from {params.profiling.high_above:g} standard deviations on a value counts as high or low."
    )


def _heat_alt(profiles: pd.DataFrame) -> str:
    first = profiles["name"] + ": " + profiles["traits"].str.split("\n").str[0]
    return f"Table of segments and columns, coloured by the difference from all customers. {'; '.join(first)}."


def _picture(name: str) -> str:
    """A figure's PNG as an address that needs no file."""
    content = workspace.existing(f"reports/figures/{name}.png").read_bytes()
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def _period() -> str | None:
    """The days of the first and the last order, read from one column; nothing without transactions."""
    if not workspace.has(LINES):
        return None
    import pyarrow.compute
    import pyarrow.parquet

    ordered_at = pyarrow.parquet.read_table(workspace.existing(LINES), columns=["ordered_at"])["ordered_at"]
    first, last = pyarrow.compute.min_max(ordered_at).as_py().values()
    return " – ".join(f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in (first, last))
