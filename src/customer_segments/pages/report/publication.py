"""What the last stage publishes: what the study comes to, the front page as HTML, the brief as PDF."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_segments.base import words
from customer_segments.base.files import scratch_folder
from customer_segments.base.params import Params
from customer_segments.pages.pca.plane import told_apart
from customer_segments.pages.plots import inline, palette
from customer_segments.pages.plots.palette import DEJAVU, FONTS
from customer_segments.pages.profiling import sentences
from customer_segments.pages.report.cards import by_money_at_stake, cards, cards_of_orders
from customer_segments.pages.report.chapters import (
    CHAPTERS,
    TEMPLATES,
    called,
    chapters_of,
    data_line,
    differences,
    style,
)
from customer_segments.pages.report.moneyless import is_without_money
from customer_segments.pages.report.signs import with_its_signs
from customer_segments.steps.profiling.sizes import has_revenue, shown, totals
from customer_segments.steps.profiling.traits import CUT, UNSUPPORTED

# Always the same time of making, so that the bytes of a brief say only what it holds.
PDF = {"format": "pdf", "timestamp": datetime(2024, 1, 1, tzinfo=UTC), "pdf_standards": "ua-1"}
# What the finding must not be read without.
TONES = {CUT: "A useful cut, not separate groups: ", UNSUPPORTED: "The data do not support these segments: "}


@dataclass(frozen=True)
class Results:
    """What the stages before have made, as far as the front page and the brief tell of it."""

    profiles: pd.DataFrame
    ledger: pd.DataFrame
    source: dict[str, Any]
    verdict: dict[str, Any]
    metrics: dict[str, dict[str, Any]]  # by chapter
    map: bytes  # as SVG
    days: tuple[date, date] | None  # of the first and the last order

    @property
    def without_money(self) -> bool:
        """Whether the lines tell no money."""
        return is_without_money(self.source)

    @property
    def forecasts(self) -> dict[str, dict[str, Any]]:
        """What is expected of each segment, by its number."""
        return self.metrics["lifetime_value"].get("by_segment", {})

    @property
    def sums(self) -> dict[str, float]:
        """What all segments come to."""
        return totals(self.profiles)


class Picture(NamedTuple):
    """A figure that an earlier stage drew, as SVG, and the file of what it shows."""

    content: bytes
    alt: str
    title: str
    caption: str
    numbers: str

    def __html__(self) -> str:
        """The figure as part of a page."""
        return inline.within_page(self.content, self.alt)


def content(params: Params, results: Results) -> dict[str, Any]:
    """Everything that the front page and the brief say."""
    profiles, currency = results.profiles, params.study.currency
    public, sums = shown(profiles), results.sums
    return {
        "study": params.study,
        "title": words.isolated(params.study.title),
        "data": data_line(results.source),
        "made_up": results.source["kind"] == "demo",
        "headline": headline(profiles, results.verdict["verdict"]),
        "verdict": results.verdict,
        "figures": key_figures(sums, results.days, currency),
        "cards": (cards_of_orders if results.without_money else cards)(public, currency, results.forecasts),
        "ranked": by_money_at_stake(public),
        "changed": _named(results.metrics["retention"].get("changes"), public),
        **_before(results.metrics["profiling"]),
        "horizon": words.span(params.lifetime_value.horizon_days),
        "about_time": about_time(results.metrics),
        "at_risk": _at_risk(results.metrics["lifetime_value"], currency),
        "map": _map(results),
        "customers": f"{sums['customers']:,}",
        "smallest_group": params.privacy.smallest_group,
        "changes": _changes(params, results.without_money),
        **({"measure": "orders"} if results.without_money else {}),
    }


def _named(changed: dict[str, Any] | None, profiles: pd.DataFrame) -> dict[str, Any] | None:
    """What has changed, with the names of segments, which chapter 6 does not know."""
    if not changed:
        return changed
    names = sentences.names_of(profiles)
    told = {place: _with_name(each, names) for place, each in changed["told"].items()}
    return changed | {"told": told}


def _with_name(told: dict[str, Any], names: pd.Series) -> dict[str, Any]:
    number = told.get("segment")
    if number not in names.index:
        return told
    return told | {"title": told["title"].replace(words.segment(number), sentences.quoted(names[number]), 1)}


def _before(profiling: dict[str, Any]) -> dict[str, str]:
    """What is said of the study before, where it is another."""
    said = profiling.get("compared", {}).get("sentence")
    return {"before": said} if said else {}


def _changes(params: Params, without_money: bool) -> list[tuple[str, str]]:
    """What differs from the defaults, each with its chapter."""
    titles = {chapter.stage: called(chapter, without_money).title for chapter in CHAPTERS}
    return [(title, change) for stage, title in titles.items() for change in differences(stage, params)]


def told(content: dict[str, Any], ledger: pd.DataFrame) -> dict[str, Any]:
    """The front page for programs: words, numbers, what is said of its figures, and the accounts of the rows."""
    said = {
        key: {"alt": value.alt, "title": value.title, "caption": value.caption} if isinstance(value, Picture) else value
        for key, value in content.items()
    }
    return said | {"study": content["study"].model_dump(mode="json"), "accounts": accounts(ledger)}


def headline(profiles: pd.DataFrame, verdict: str) -> str:
    """The finding in one sentence, after what it must not be read without."""
    if verdict == UNSUPPORTED and not has_revenue(profiles):
        # How large segments are that are not there is no finding.
        count = sentences.spelled(totals(profiles)["segments"])
        return f"The data do not support the {count} segments that were tried"
    before, finding = TONES.get(verdict, ""), sentences.headline(profiles)
    return f"{before}{words.within(finding)}" if before else finding


def key_figures(sums: dict[str, float], days: tuple[date, date] | None, currency: str) -> list[tuple[str, str]]:
    """The study's size in a few numbers: label and value."""
    figures = [("Customers", f"{sums['customers']:,}"), ("Segments", str(sums["segments"]))]
    if "orders" in sums:
        figures.append(("Orders", f"{sums['orders']:,.0f}"))
    if "revenue" in sums:
        figures.append(("Net revenue", words.money(sums["revenue"], currency)))
    if days:
        figures.append(("Period", " – ".join(f"{day.day} {day:%b %Y}" for day in dict.fromkeys(days))))
    return figures


def about_time(metrics: dict[str, dict[str, Any]]) -> list[str]:
    """What the chapters on retention and lifetime value found; nothing where there are no transactions."""
    found = [metrics[chapter] for chapter in ("retention", "lifetime_value")]
    told = [each["headline"] for each in found if each["available"] and each["headline"]]
    return [sentence if sentence.endswith((".", "!", "?")) else f"{sentence}." for sentence in told]


def _at_risk(value: dict[str, Any], currency: str) -> str | None:
    """What those who may be leaving would take with them; nothing where none is told."""
    money, orders = value.get("value_at_risk"), value.get("orders_at_risk")
    return words.about(money, currency) if money else f"{words.about(orders)} orders" if orders else None


def _map(results: Results) -> Picture:
    names = dict(zip(results.profiles["segment"], results.profiles["name"], strict=True))
    title, caption = told_apart(results.metrics["profiling"]["plane"], names)
    alt = "Map of the segments, as far apart as a plane can show them."
    return Picture(results.map, alt, title, caption, "profiling/map.csv")


def front_page(params: Params, results: Results, common: dict[str, Any]) -> str:
    """The page's HTML, from the content that it shares with the brief; everything that comes from data is escaped."""
    page = common | {
        "chapters": chapters_of(params.study.published, set(results.ledger["table"]), results.without_money),
        "replicated": results.metrics["replication"] if params.study.published else None,
        "chapter": None,
        "style": style(),
        "accounts": accounts(results.ledger),
        "money_used": _money_used(results.metrics["preprocessing"].get("money")),
    }
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, TEMPLATES / "chapter", TEMPLATES / "shared"]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "themed": palette.themed,
        "count": "{:,}".format,
        "money": partial(words.money, currency=params.study.currency),
    }
    return with_its_signs(environment.get_template("index.html.j2").render(page=page))


def _money_used(money: dict[str, float] | None) -> str | None:
    """How much of the money that came in is used; nothing where none came in."""
    if not money or money["in"] <= 0:
        return None
    share = f"{words.percent(money['used'] / money['in'], 1)} of the money that came in after returns"
    return share if money["used"] <= money["in"] else f"{share} (rows left out gave back more than they sold)"


def accounts(ledger: pd.DataFrame) -> list[dict[str, Any]]:
    """One account per table of the ledger: received = used + taken out, or else the page says so."""
    told = []
    for name, steps in ledger.groupby("table", sort=False):
        received, used = int(steps["rows_before"].iloc[0]), int(steps["rows_after"].iloc[-1])
        taken_out = int(steps["rows_rejected"].sum())
        balance = f"{received:,} received = {used:,} used + {taken_out:,} taken out"
        missing = abs(received - used - taken_out)
        unaccounted = f"{words.counted(missing, 'row')} {words.are(missing)} not accounted for" if missing else None
        told.append(
            {
                "table": str(name).capitalize(),
                "received": received,
                "used": used,
                "steps": steps.to_dict("records"),
                "balance": unaccounted or balance,
                "missing": unaccounted,
                "has_amounts": bool(steps["amount_rejected"].notna().any()),
            }
        )
    return told


def brief(content: dict[str, Any], form: dict[str, Any] = PDF) -> Any:
    """The brief in this form, the same bytes for the same content, with nothing from the network or system fonts."""
    with scratch_folder() as scratch:
        folder = Path(scratch)
        shutil.copy(TEMPLATES / "brief.typ", folder)
        # Data goes through a file of its own, so that no text of theirs is ever read as markup.
        told = {key: _plain(value, key, folder) for key, value in content.items()}
        (folder / "content.json").write_text(json.dumps(told), encoding="utf-8")
        return typst.compile(
            folder / "brief.typ", root=folder, font_paths=[DEJAVU, FONTS], ignore_system_fonts=True,
            package_path=folder / "none", package_cache_path=folder / "none", **form,
        )  # fmt: skip


def _plain(value: Any, key: str, folder: Path) -> Any:
    """What JSON can hold; a figure is put beside the template."""
    if isinstance(value, Picture):
        drawn, texts = inline.apart(value.content.decode())
        (folder / f"{key}.svg").write_text(drawn, encoding="utf-8")
        return {"file": f"{key}.svg", "alt": value.alt, "caption": f"{value.title}. {value.caption}", "texts": texts}
    return value.model_dump() if hasattr(value, "model_dump") else value
