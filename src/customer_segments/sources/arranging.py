"""Several tables as a study's own: which one holds the lines, what is joined to it, which is the customers' list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from customer_segments.base import words
from customer_segments.base.params import Joined
from customer_segments.sources import columns, joining, looks, naming
from customer_segments.sources.matching import Match
from customer_segments.sources.reading import rows_seen
from customer_segments.sources.related import Given, Link, links, pattern
from customer_segments.sources.scoring import LIKELY_NAME, fit
from customer_segments.sources.which_table import likely_table

if TYPE_CHECKING:
    import duckdb

SURE = 0.95  # of the rows that find their partner; below, a person is asked
MONEY, PIECES = frozenset({"amount", "unit_price"}), frozenset({"product", "quantity"})
WANTED = frozenset(
    {"customer_id", "ordered_at", "category", "description", "country"}
)  # for which a further table is joined
MOST = 30  # tables that are held against each other


@dataclass(frozen=True)
class Arrangement:
    """The table of lines, those joined to it and how, the customers' list, and what is said of it all."""

    main: Given
    joined: list[tuple[Given, Joined]]
    customers: Given | None
    key: str | None  # of the list, by which the lines name its customers
    left_out: list[str]  # a sentence for each table that is not used
    doubts: list[str]


@dataclass(frozen=True)
class Tables:
    """All tables, what each is known to hold, and how they name each other."""

    given: Sequence[Given]
    roles: list[frozenset[str]]
    links: list[Link]

    def cells(self, number: int, column: str) -> list[str]:
        return self.given[number].parts[0].filled()[column]

    def reached(self, main: int) -> list[Link]:
        """The links by which a table reaches others, each by the shortest way."""
        seen, way, found = {main}, [main], []
        for here in way:
            for link in sorted((each for each in self.links if each.here == here), key=_most_telling):
                if link.there not in seen:
                    seen.add(link.there)
                    way.append(link.there)
                    found.append(link)
        return found


def arranged(connection: duckdb.DuckDBPyConnection, given: Sequence[Given]) -> Arrangement | None:
    """How the tables belong together; None where no key leads from lines with money to who bought and when."""
    if not 1 < len(given) <= MOST:
        return None
    sure = Tables(given, [_roles(each) for each in given], links(connection, given))
    tables, main = sure, _main(sure)
    if main is None:  # whose columns are guesses, about which somebody is asked
        tables = replace(sure, roles=[_roles(each, frozenset({"customer_id", "ordered_at"})) for each in given])
        main = _main(tables)
    if main is None:
        return None
    ways = tables.reached(main)
    to_list = next((link for link in ways if _is_list(tables, link)), None)
    listed, key = (to_list.there, to_list.by[0][1]) if to_list else (None, None)
    used = _useful(tables, main, [link for link in ways if link.there != listed])
    if not any(main in (link.here, link.there) for link in tables.links):
        return None
    doubts = [_doubt(given, link) for link in (*used, *(w for w in ways if w.there == listed)) if link.share < SURE]
    customers = None if listed is None else given[listed]
    left_out = _left_out(tables, main, used, listed)
    return Arrangement(given[main], _named(given, main, used), customers, key, left_out, doubts)


def _main(tables: Tables) -> int | None:
    """The table of the lines; None where there is none."""
    found = [(rank, -number) for number in range(len(tables.given)) if (rank := _rank(tables, number)) is not None]
    return -max(found)[1] if found else None


def _most_telling(link: Link) -> tuple[float, int]:
    return -link.told, link.there


def _roles(given: Given, may_be: frozenset[str] = frozenset()) -> frozenset[str]:
    """What a table surely holds of lines; where it holds some, also what can only be their time, and what may be it."""
    filled = given.parts[0].filled()
    rows = rows_seen(given.parts) if may_be else None
    found = columns.recognise("transactions", filled, {}, given.name, rows=rows)
    guessed = may_be | ({"ordered_at"} if likely_table(filled) == "transactions" else set())
    sure = (match for match in found if match.sureness != "a guess" or match.ours in guessed or _is_email(match))
    return frozenset(match.ours for match in sure)


def _is_email(match: Match) -> bool:
    return match.ours == "customer_id" and naming.speaks_of(match.theirs, "email")


def _rank(tables: Tables, main: int) -> tuple | None:
    """How good a table of lines it is; None where it leads to nobody, to no day or to no money."""
    own = tables.roles[main]
    all_ = own.union(*(tables.roles[link.there] for link in tables.reached(main)))
    money = bool(own & MONEY) or ("quantity" in own and "unit_price" in all_)
    if not (money or _are_events(tables, main)) or not {"customer_id", "ordered_at"} <= all_:
        return None
    return bool(own & MONEY), money, len(own & PIECES), len(tables.reached(main))


def _are_events(tables: Tables, main: int) -> bool:
    """Whether a table without money tells who did something and when, and another one lists who they are."""
    listed = any(_is_list(tables, link) for link in tables.reached(main))
    return listed and {"customer_id", "ordered_at"} <= tables.roles[main]


def _names_customers(tables: Tables, link: Link) -> bool:
    """Whether the key by which a table is reached is a customer's."""
    name = link.by[0][0]
    return len(link.by) == 1 and fit("transactions", _CUSTOMER, name, tables.cells(link.here, name)) >= LIKELY_NAME


def _is_list(tables: Tables, link: Link) -> bool:
    """Whether a table has one row a customer, by the very id that the lines name."""
    filled = tables.given[link.there].parts[0].filled()
    listed = _names_customers(tables, link) and likely_table(filled) == "customers"
    return listed and not _knows_persons(tables, link)


def _knows_persons(tables: Tables, link: Link) -> bool:
    """Whether the person is known by another id there, as where each order has its own number for the customer."""
    filled, key = tables.given[link.there].parts[0].filled(), link.by[0][1]
    called_so = (name for name in filled if fit("transactions", _CUSTOMER, name, filled[name]) >= LIKELY_NAME)
    return _names_customers(tables, link) and any(looks.again(filled[name]) for name in called_so if name != key)


def _useful(tables: Tables, main: int, ways: list[Link]) -> list[Link]:
    """The links that lead to who bought, when and what, and to what the products are; the others bring other things."""
    needed, known = set(), set(tables.roles[main])
    wanted = WANTED if known & PIECES else WANTED | PIECES
    for link in ways:
        brings = tables.roles[link.there]
        if (brings - known) & wanted or _knows_persons(tables, link) or _of_goods(tables, link):
            needed.add(link.there)
            known |= brings
    for link in reversed(ways):  # and those on the way there
        if link.there in needed and link.here != main:
            needed.add(link.here)
    return [link for link in ways if link.there in needed]


def _of_goods(tables: Tables, link: Link) -> bool:
    texts = tables.cells(link.here, link.by[0][0])
    return any(fit("transactions", column, link.by[0][0], texts) >= LIKELY_NAME for column in _GOODS)


def _named(given: Sequence[Given], main: int, used: list[Link]) -> list[tuple[Given, Joined]]:
    """The joins as a source names them: columns by what they are called once the earlier ones have been joined."""
    called = {(main, name): name for name in given[main].parts[0].columns}
    found = []
    for link in used:
        there = given[link.there]
        by = {called[link.here, one]: other for one, other in link.by}
        how = Joined.of(
            table=pattern(there.places), by=by, **there.written.model_dump(include=set(_OPENED), exclude_none=True)
        )
        brought = [name for name in there.parts[0].columns if name not in by.values()]
        names = joining.free(brought, list(called.values()), joining.short_name(how))
        called |= {(link.there, name): ours for name, ours in zip(brought, names, strict=True)}
        called |= {(link.there, other): called[link.here, one] for one, other in link.by}
        found.append((there, how))
    return found


def _doubt(given: Sequence[Given], link: Link) -> str:
    here, there, by = given[link.here].name, given[link.there].name, words.listed(f"{one!r}" for one, _ in link.by)
    return (
        f"Only {link.met:,} of {words.counted(link.keyed, 'row')} of {here} find a row of {there} by {by} "
        f"({words.percent(link.share)})"
    )


def _left_out(tables: Tables, main: int, used: list[Link], listed: int | None) -> list[str]:
    """Why each table is not used that is not."""
    taken = {main, listed, *(link.there for link in used)}
    return [_why(tables, number, taken) for number in range(len(tables.given)) if number not in taken]


def _why(tables: Tables, number: int, taken: set[int | None]) -> str:
    name = tables.given[number].name
    to = next((link for link in tables.links if link.here == number and link.there in taken), None)
    if to and to.several:
        other, by = tables.given[to.there].name, words.listed(f"{one!r}" for one, _ in to.by)
        return (
            f"{name} is left out: it has several rows for one of {other} (by {by}), so that joining it would count "
            "money more than once"
        )
    if any(number in (link.here, link.there) for link in tables.links):
        return f"{name} is left out: the study needs nothing of it; join it by hand if its columns are wanted"
    return f"{name} is left out: none of its columns is a key of the others"


_CUSTOMER = next(column for column in columns.known("transactions") if column.name == "customer_id")
_GOODS = [column for column in columns.known("transactions") if column.name in ("product", "category")]
_OPENED = ("encoding", "delimiter", "header", "sheet")
