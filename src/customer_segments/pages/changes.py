"""What has moved, in words and in a figure: of chapter 6, the front page and the brief."""

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from customer_segments.base import words
from customer_segments.pages.plots import changes as plots
from customer_segments.steps.movements.found import Moved
from customer_segments.steps.movements.movement import LEAST, SURE, SURE_OF_SEGMENT, Movement

FIRST, MOST = 3, 7  # that the front page tells, and that are told at all
Write = Callable[[float], str]


def told(found: Moved | None, currency: str | None) -> list[dict[str, str]]:
    """Each movement: what moved, and the numbers that say so; without a currency, in orders."""
    if found is None:
        return []
    return [_told(each, found, currency) for each in found.movements[:MOST]]


def sentences(found: Moved | None, currency: str | None) -> list[str]:
    """As a list in a notebook has them."""
    said = [f"**{words.escaped(each['title'])}.** {words.escaped(each['figures'])}" for each in told(found, currency)]
    return said if _moved(found) else [nothing(found), *said]


def _moved(found: Moved | None) -> bool:
    """A season comes every year: it has not moved."""
    return found is not None and any(each.kind != "season" for each in found.movements)


def nothing(found: Moved | None) -> str:
    """What is said where nothing is told."""
    if found is None:
        return (
            "The data are too short to say what has changed: four weeks, as many before them, and twice as many "
            "earlier, to know how weeks differ, are the least."
        )
    return (
        f"Nothing has moved {_than(found)} by a tenth or more and by more than weeks differ anyway: neither new, "
        "active or regular customers nor orders, baskets, prices, returns, categories, segments or the largest "
        "customers' share."
    )


def rule(found: Moved, currency: str | None) -> str:
    """By what rule something is told, and in what order."""
    segments = (
        " What a segment brings comes from those whom the study's rules place in it as of the first day, then and now, "
        f"by as many days before; it has to move by {SURE_OF_SEGMENT:g} standard errors, being one of several."
        if any(each.segment is not None for each in found.movements)
        else ""
    )
    season = "" if found.windows.a_year_ago else " The days before are of another season, which is not taken off."
    worth = "money" if currency else "orders"
    return (
        f"Compared are the last {found.windows.days} days {_than(found)}. Told is what moved by {words.percent(LEAST)} "
        f"or more and by {SURE:g} standard errors (weeks differ by so much anyway), ranked by the {worth} beyond "
        f"chance, unless it has only gone on at its pace.{segments}{season}"
    )


def months(found: Moved) -> tuple[Figure, str, str, str]:
    """New and active customers of every whole month."""
    table = found.months
    most, last = table["new"].idxmax(), table.index[-1]
    highest, latest = (f"{int(table['new'][month]):,} ({month:%B %Y})" for month in (most, last))
    title = f"New customers a month are at their most: {highest}"
    if table["new"][last] < table["new"][most]:
        title = f"New customers a month fell from {highest} to {latest}"
    alt = (
        f"Lines of active and of new customers a month: {int(table['new'].max()):,} new in {most:%B %Y}, the most, and "
        f"{int(table['new'].iloc[-1]):,} in {last:%B %Y}, the last."
    )
    caption = (
        "Customers who ordered in each whole month, and those of them who did for the first time. From "
        "`data/interim/lines.parquet`."
    )
    return plots.months(table), caption, alt, title


def _than(found: Moved) -> str:
    here = found.windows
    return "against the same days a year before" if here.a_year_ago else f"against the {here.days} before"


def _told(each: Movement, found: Moved, currency: str | None) -> dict[str, str]:
    title, value = WORDS[each.kind](each)
    drawn = {"course": course(each)} | ({} if each.segment is None else {"segment": each.segment})
    if each.kind == "season":
        figures = f"{value(each.now)} in the weaker of two years; {_worth(each, currency)} than an average month."
        return {"title": title, "figures": words.capital(figures)} | drawn
    then = "a year before" if found.windows.a_year_ago else f"in the {found.windows.days} days before"
    days = f"the last {found.windows.days} days"
    both = f"{value(each.now)} in {days}, {value(each.before)} {then}"
    if each.left_out:
        both += f", not counting {each.left_out:,.0f} who may have been customers before the data begin"
    if each.kind == "segment":
        now, before = (words.about(amount, currency) for amount in (each.now, each.before))
        unit = "" if currency else " orders"
        both = f"{now}{unit} in {days} from those who stood in it when these began, {before}{unit} {then}"
    figures = words.capital(f"{both}: {_worth(each, currency)} than if it had stayed as it was.")
    return {"title": title, "figures": figures} | drawn


def course(each: Movement) -> str | None:
    """The points of a line in a field 100 wide and 24 high, from zero up; None where no course is known."""
    if len(each.course) < 2 or not max(each.course) > 0:
        return None
    across, up = 100 / (len(each.course) - 1), 22 / max(each.course)
    return " ".join(f"{number * across:.1f},{23 - value * up:.1f}" for number, value in enumerate(each.course))


def _worth(each: Movement, currency: str | None) -> str:
    amount = words.about(abs(each.money), currency)
    unit = "" if currency else " orders"
    if each.kind == "concentration":
        return f"about {amount}{unit} {'more' if each.money > 0 else 'less'} rest on them"
    return f"about {amount}{unit} {'more' if each.money > 0 else 'less' if currency else 'fewer'}"


def _up(each: Movement) -> bool:
    return each.now > each.before


def _by(each: Movement) -> str:
    return words.percent(abs(each.change))


def _new(each: Movement) -> tuple[str, Write]:
    return f"{_by(each)} {'more' if _up(each) else 'fewer'} new customers", "{:,.0f} first orders".format


def _largest(each: Movement) -> tuple[str, Write]:
    way = "more" if _up(each) else "less"
    return f"The largest customers bring {way}", _share("of sales to those who had brought most")


def _segment(each: Movement) -> tuple[str, Write]:
    way = "more" if _up(each) else "less"
    return f"{words.segment(each.segment)} brings {_by(each)} {way}", words.about


def _within(each: Movement) -> tuple[str, Write]:
    way = "more" if _up(each) else "less"
    return f"{words.segment(each.segment)} buys {way} {words.isolated(each.what)}", _share("of what it buys", 1)


def _customers(each: Movement) -> tuple[str, Write]:
    return f"{_by(each)} {'more' if _up(each) else 'fewer'} customers order", "{:,.0f} customers ordered".format


def _often(each: Movement) -> tuple[str, Write]:
    way = "more" if _up(each) else "less"
    return f"Customers who order do so {way} often, by {_by(each)}", _number("orders each")


def _basket(each: Movement) -> tuple[str, Write]:
    return f"Orders hold {_by(each)} {'more' if _up(each) else 'fewer'} items", _number("items an order")


def _prices(each: Movement) -> tuple[str, Write]:
    way = "more" if _up(each) else "less"
    return f"The same products cost {_by(each)} {way}", lambda price: f"{words.number(price)} an item on average"


def _returns(each: Movement) -> tuple[str, Write]:
    return f"{'More' if _up(each) else 'Less'} is sent back", _share("of items sent back")


def _lost(each: Movement) -> tuple[str, Write]:
    way = "More" if _up(each) else "Fewer"
    just_before = "of those who ordered on three days or more just before did not"
    return f"{way} regular customers stay away", _share(just_before)


def _concentrated(each: Movement) -> tuple[str, Write]:
    return f"{'More' if _up(each) else 'Less'} rests on the largest customers", _share("of sales to the top tenth")


def _category(each: Movement) -> tuple[str, Write]:
    way = "takes a larger" if _up(each) else "has a smaller"
    return f"{words.isolated(each.what)} {way} share of what is sold", _share("of sales", 1)


def _season(each: Movement) -> tuple[str, Write]:
    return f"{each.what} is the month that counts", lambda times: f"{times:.1f} times an average month"


def _number(unit: str) -> Write:
    return lambda value: f"{words.number(value)} {unit}"


def _share(of: str, places: int = 0) -> Write:
    return lambda share: f"{words.percent(share, places)} {of}"


WORDS: dict[str, Callable[[Movement], tuple[str, Write]]] = {
    "new customers": _new, "customers": _customers, "orders per customer": _often, "items per order": _basket,
    "prices": _prices, "returns": _returns, "lost regulars": _lost, "concentration": _concentrated,
    "category": _category, "season": _season, "largest customers": _largest, "segment": _segment,
    "category within": _within,
}  # fmt: skip


def metrics(found: Moved | None, currency: str | None) -> dict[str, Any]:
    """The outcome in numbers, with what the front page says of it."""
    if found is None:
        return {"changes": None}
    said = {str(place): each for place, each in enumerate(told(found, currency)[:FIRST], 1)}
    instead = None if _moved(found) else nothing(found)
    return {"changes": {"rule": rule(found, currency), "told": said, "nothing": instead, **found.numbers}}
