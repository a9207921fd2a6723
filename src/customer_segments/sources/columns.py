"""Which of the source's columns is which of ours: by hand, by name in several languages, or by what the cells hold."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from customer_segments.base import words
from customer_segments.base.contract import TABLES
from customer_segments.base.errors import StudyError
from customer_segments.base.registry import COLUMNS, Column
from customer_segments.sources import dependence, listed, looks, naming, settling, shared
from customer_segments.sources.matching import Candidate, Match, Sureness
from customer_segments.sources.scoring import (
    CLEAR,
    CONTENT_ONLY,
    EXACT_NAME,
    FAINT,
    IDS,
    KNOWN_NAME,
    LIKELY_NAME,
    NAMELESS,
    NOTHING_THERE,
    PLAIN_ID,
    fit,
    named,
    plain_letters,
    rank,
)

FEWEST_IDS = looks.FEWEST_IDS
AMOUNT = COLUMNS["amount"]
DECISIVE = {"customer_id": ("customer_id",), "amount": ("amount", "unit_price")}
NEAR = 0.1  # what scores so little less could as well be it
THIN = 0.35  # below this, hardly the name speaks for it
NEAREST = "its name comes nearest, and not near"
OF_ONE_LINE = ("quantity", "amount", "line_number")
MULTIPLIED, MULTIPLIES = ("quantity", "unit_price", "amount"), 0.95  # what row by row is the product of the others
NAMED, MANY = 0.4, 0.2  # how far a name speaks for customers, and the share of the rows that are many to lack them
COMES_AGAIN = 1.25  # how much more a name counts above numbers that occur again on other days
OF_LINES = 0.2  # of the rows that stand beside another of the same customer and time, from which on they are lines


# Of which of ours a second column that could be it is told, and when two of them come to the same.
COME_TO_THE_SAME = {
    "customer_id": looks.same_groups, "invoice_id": looks.same_groups, "ordered_at": looks.same_times,
    "quantity": looks.in_proportion, "unit_price": looks.in_proportion, "amount": looks.in_proportion,
}  # fmt: skip


def recognise(
    table: str, sample: dict[str, list[str]], given: Mapping[str, str | None], where: str, texts: Sequence[str] = (),
    rows: Mapping[str, looks.Cells] | None = None, once: Collection[str] = (),
) -> list[Match]:  # fmt: skip
    """Match the contract's columns to the source's, `given` by hand, or by their names and a sample of their cells.

    What is given as none is matched to no column. The source's columns that are to stay `texts` are none of ours that
    hold numbers or times. `rows` are the cells as they stand beside each other, by which two columns that come to the
    same are told. What stands there `once` for several rows is neither the pieces nor the money of one.
    """
    _refuse_unknown(table, list(sample), {ours: name for ours, name in given.items() if name is not None}, where)
    short = shared.without(sample)
    full = {told: name for name, told in short.items()}
    found = _recognise(
        table, {short[name]: cells for name, cells in sample.items()}, {o: n and short[n] for o, n in given.items()},
        texts=[short[name] for name in texts], rows={short[name]: cells for name, cells in (rows or {}).items()},
        once={short[name] for name in once},
    )  # fmt: skip
    return [replace(match, theirs=full[match.theirs], rival=full.get(match.rival)) for match in found]


def _recognise(
    table: str, sample: dict[str, list[str]], given: Mapping[str, str | None],
    texts: Sequence[str], rows: Mapping[str, looks.Cells], once: Collection[str],
) -> list[Match]:  # fmt: skip
    theirs = list(sample)
    wanted = {column.name: column for column in known(table) if column.name not in given}
    given = {ours: name for ours, name in given.items() if name is not None}
    matches = [Match(ours, name, "set by hand", "named in the settings") for ours, name in given.items()]
    candidates = [
        (score, ours, name)
        for ours, column in wanted.items()
        for name in theirs
        if name not in given.values() and (column.kind == "text" or name not in texts)
        if not (name in once and ours in OF_ONE_LINE)
        if (score := fit(table, column, name, sample[name]) * _filled(sample, name, column))
    ]
    if table == "transactions":
        candidates = _of_lines(_multiplied(_of_own_money(candidates, once), rows, given), rows)
    else:
        candidates = listed.with_evidence(candidates, rows, wanted)
    # The best match first; of equals the one whose name stands earlier among the usual names, then in the table.
    candidates.sort(key=lambda c: (-c[0], rank(c[1], c[2]), theirs.index(c[2])))
    taken = set(given.values())
    for score, ours, name in candidates:
        if ours in wanted and name not in taken and score >= _least(wanted[ours]):
            others = [c for c in candidates if c[1] == ours and c[2] not in {name, *taken} and c[0] > score - NEAR]
            matches.append(_match(wanted.pop(ours), name, score, _rival(ours, name, score, others, rows)))
            taken.add(name)
    return settling.settled(matches, rows) if table == "transactions" else matches


def _filled(sample: Mapping[str, Sequence[str]], name: str, column: Column) -> float:
    """How much a name counts: less above cells that are all empty where others are not, or nothing."""
    if sample[name] or not any(sample.values()) or named(column.name, name) == EXACT_NAME:
        return 1.0
    return NOTHING_THERE if column.required or column.name in MULTIPLIED[:2] else 0.0


def _of_own_money(candidates: list[Candidate], once: Collection[str]) -> list[Candidate]:
    """Without the prices of further tables, as of a list of products, where the lines have money of their own."""
    own = any(c[1] in ("amount", "unit_price") and c[2] not in once and c[0] >= LIKELY_NAME for c in candidates)
    return [c for c in candidates if not (own and c[1] == "unit_price" and c[2] in once)]


def _multiplied(
    candidates: list[Candidate], rows: Mapping[str, looks.Cells], given: Mapping[str, str]
) -> list[Candidate]:
    """With pieces, price and money as they multiply, whatever they are called; the names decide between several."""
    if given.keys() & MULTIPLIED:
        return candidates
    scores = {(ours, name): score for score, ours, name in candidates}
    free = {name: cells for name, cells in rows.items() if name not in given.values() and name not in _ids(candidates)}
    ranked = [
        (sum(scores.get(pair, 0.0) for pair in zip(MULTIPLIED, names, strict=True)), names)
        for names in looks.products(free)
    ]
    if not ranked:
        return candidates
    most, names = max(ranked, key=lambda pair: pair[0])
    told_apart = most >= (THIN if len(ranked) == 1 else LIKELY_NAME)
    others = [c for c in candidates if c[1] not in MULTIPLIED and (c[2] not in names or not told_apart)]
    return others + [
        (MULTIPLIES if told_apart else settling.UNNAMED, o, n) for o, n in zip(MULTIPLIED, names, strict=True)
    ]


def _ids(candidates: list[Candidate]) -> set[str]:
    return {name for score, ours, name in candidates if ours in (*IDS, "product") and score >= LIKELY_NAME}


def _of_lines(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Without totals of whole orders where lines have money of their own; ids that are new each time count less."""
    known_again = {name for _, ours, name in candidates if ours == "customer_id" and looks.again(rows.get(name, ()))}
    if known_again:
        candidates = [
            (score * (PLAIN_ID if c_ours == "customer_id" and name not in known_again else 1.0), c_ours, name)
            for score, c_ours, name in candidates
        ]
    for seen in (
        _without_gaps,
        _by_their_days,
        _without_numbers_of_lines,
        _without_ids_of_orders,
        _without_goods,
        _unnamed,
    ):
        candidates = seen(candidates, rows)
    if any(c[1] == "unit_price" and c[0] >= LIKELY_NAME for c in candidates):  # what else is money is of something else
        candidates = [c for c in candidates if c[1] != "amount" or c[0] >= THIN]
    orders = max((c for c in candidates if c[1] == "invoice_id"), default=None)
    if orders is None or orders[2] not in rows:
        return candidates
    money = {name for _, ours, name in candidates if ours in ("amount", "unit_price")}
    whole = {name for name in money if looks.of_the_order(rows[orders[2]], rows[name])}
    return [c for c in candidates if c[2] not in whole or c[1] != "amount"] if money - whole else candidates


def _without_gaps(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """A customer's number that many rows lack counts less where something else tells who it was on more of them."""
    named = {c[2] for c in candidates if c[1] == "customer_id" and c[0] >= NAMED and c[2] in rows}
    filled = {name: sum(map(bool, rows[name])) / max(len(rows[name]), 1) for name in named}
    most = max(filled.values(), default=0.0)
    gaps = {name: share**2 for name, share in filled.items() if share < most - MANY}
    return [(s * (gaps.get(n, 1.0) if ours == "customer_id" else 1.0), ours, n) for s, ours, n in candidates]


def _by_their_days(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """An order is of one day, whoever comes again comes on several: what is otherwise fits less."""
    times = max((c for c in candidates if c[1] == "ordered_at" and c[2] in rows), default=None)
    if times is None:
        return candidates
    again = {name for _, ours, name in candidates if ours in IDS and looks.again(rows.get(name, ()))}
    several = {name for name in again if looks.on_several_days(rows[name], rows[times[2]])}
    again = {name for name in again if not looks.days(rows[name])}
    who = {name for score, ours, name in candidates if ours == "customer_id" and score < CLEAR}
    less = {("invoice_id", name): NOTHING_THERE for name in several}
    less |= {("customer_id", name): PLAIN_ID for name in who & again - several if who & several}
    likely = {name for score, ours, name in candidates if ours == "customer_id" and score < LIKELY_NAME}
    more = {name for name in several & likely if looks.numbered(list(filter(None, rows[name])))}
    less |= {("customer_id", name): COMES_AGAIN for name in more if not naming.speaks_of(name, "phone")}
    orders = [(THIN, "invoice_id", name) for _, name in less if name not in several and NAMELESS.fullmatch(name)]
    return [(score * less.get((ours, name), 1.0), ours, name) for score, ours, name in candidates] + orders


def _unnamed(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """With what can only be the customers, or the money, where no name says so: it is asked about."""
    best = {ours: max((c[0] for c in candidates if c[1] in roles), default=0.0) for ours, roles in DECISIVE.items()}
    dated = next((c[2] for c in sorted(candidates, reverse=True) if c[1] == "ordered_at" and c[2] in rows), None)
    called = {name for score, ours, name in candidates if ours in ("product", "invoice_id") and score >= LIKELY_NAME}
    free = {name: cells for name, cells in rows.items() if name not in called and not NAMELESS.fullmatch(name)}
    if best["customer_id"] < FAINT and dated is not None:
        candidates = candidates + settling.somebody(free, rows[dated])
    if best["amount"] < FAINT:
        candidates = candidates + settling.some_money(free)
    return candidates


def _without_numbers_of_lines(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """What is new on each row is no order where a customer has several rows at one time."""
    best = [max((c for c in candidates if c[1] == ours), default=None) for ours in ("customer_id", "ordered_at")]
    if None in best or any(c[2] not in rows for c in best):
        return candidates
    at_once = list(zip(*(rows[c[2]] for c in best), strict=True))
    if len(at_once) < looks.ENOUGH or len(set(at_once)) > (1 - OF_LINES) * len(at_once):
        return candidates
    return [
        (score * (NOTHING_THERE if ours == "invoice_id" and looks.new_on_each(rows.get(name, ())) else 1.0), ours, name)
        for score, ours, name in candidates
    ]


def _without_ids_of_orders(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """What is new with each order is hardly the customer, where something else is called so and occurs again."""
    orders = max((c for c in candidates if c[1] == "invoice_id"), default=None)
    named = [c for c in candidates if c[1] == "customer_id" and c[0] >= FAINT and looks.again(rows.get(c[2], ()))]
    if orders is None or orders[2] not in rows or len(named) < 2:
        return candidates
    new = {c[2] for c in named if looks.same_groups(rows[orders[2]], rows[c[2]])}
    if len(new) == len(named):
        return candidates
    return [
        (s * (PLAIN_ID if ours == "customer_id" and name in new else 1.0), ours, name) for s, ours, name in candidates
    ]


def _without_goods(candidates: list[Candidate], rows: Mapping[str, looks.Cells]) -> list[Candidate]:
    """Without customers who each have one price of a piece, as only goods do."""
    price = max((c for c in candidates if c[1] == "unit_price" and c[0] >= LIKELY_NAME), default=None)
    if price is None or price[2] not in rows:
        return candidates
    own = {c[2] for c in candidates if c[1] == "customer_id" and c[0] < LIKELY_NAME and c[2] in rows}
    goods = {name for name in own if dependence.tells(rows[name], rows[price[2]], settling.FEWEST_GOODS)}
    return [c for c in candidates if c[1] != "customer_id" or c[2] not in goods]


def _rival(
    ours: str, name: str, score: float, others: Sequence[Candidate], rows: Mapping[str, looks.Cells]
) -> str | None:
    """The best of the other columns that could as well be it, and would come to something else."""
    same = COME_TO_THE_SAME.get(ours)
    if same is None or score == EXACT_NAME:
        return None
    if ours == "customer_id" and rows:  # a bank or a group of theirs is none of them
        groups = {each for *_, each in others if len(set(rows[each])) <= FEWEST_IDS < len(set(rows[name]))}
        others = [c for c in others if c[2] not in groups]
    return next(
        (
            other
            for _, _, other in others
            if _but_for_a_number(name, other) or not (rows and same(rows[name], rows[other]))
        ),
        None,
    )


def _but_for_a_number(one: str, other: str) -> bool:
    """Whether two columns are called alike but for a number, so that nothing tells what the second one is."""
    return re.sub(r"\d", "", one) == re.sub(r"\d", "", other)


def ours_for(name: str) -> str:
    """Our name for an attribute that the contract does not know: small letters of any script, digits, underscores."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain_letters(name))
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in apart.lower())
    return "_".join("".join(kept).split()) or "column"


def known(table: str) -> tuple[Column, ...]:
    """The columns that are looked for."""
    return TABLES[table]


def _least(column: Column) -> float:
    """How well a column has to fit: well where a study can do without, and what its figures rest on may be asked."""
    if column.name == "invoice_id":
        return THIN  # else the lines of a customer at one time are an order
    return FAINT if column.required or column.name in MULTIPLIED else CLEAR


def _decides(column: Column) -> bool:
    """Whether all figures rest on it, so that a name that hardly says it is asked about."""
    return column.name in ("customer_id", "unit_price", "amount", "quantity")


def _match(column: Column, name: str, score: float, rival: str | None) -> Match:
    return Match(column.name, name, *_how(column, score), rival)


def _how(column: Column, score: float) -> tuple[Sureness, str]:
    if score == EXACT_NAME:
        return "certain", "has the very name"
    if score == KNOWN_NAME:
        return "likely" if column.kind == "text" else "certain", "a usual name for it"
    if score == MULTIPLIES:
        return "likely", "pieces times price is the money, row by row"
    if score >= LIKELY_NAME:
        return "likely", "its name says so"
    if column.name == "ordered_at" and score == CONTENT_ONLY:
        return "a guess", "its cells can all be read as times"
    near = (
        CLEAR if column.name in ("customer_id", "unit_price", "amount", "quantity") else THIN
    )  # all figures rest on them
    return "a guess", NEAREST if score < near else "its name comes nearest"


def _refuse_unknown(table: str, theirs: list[str], given: Mapping[str, str], where: str) -> None:
    setting = f"source.columns.{table}"
    for ours, name in given.items():
        if name not in theirs:
            raise StudyError(f"{where} has no column {name!r}; it has {shortened(theirs)}: correct the name.", setting)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", ours):
            raise StudyError(
                f"`{ours}` cannot be a column's name (small letters, digits and _; {known(table)[0].name}, …): "
                "write another.",
                setting,
            )
    for name in given.values():
        if list(given.values()).count(name) > 1:
            twice = words.listed(f"`{ours}`" for ours, theirs_ in given.items() if theirs_ == name)
            told = f"{where}: column {name!r} is named for {twice}, and can be only one of them: take the others out."
            raise StudyError(told, setting)


def shortened(names: list[str], last: str = "and", most: int = 12) -> str:
    """Column names for a sentence, the first dozen of them, none longer than a line."""
    shown = [repr(name if len(name) <= 40 else f"{name[:37]}…") for name in names[:most]]
    more = len(names) - len(shown)
    return f"{', '.join(shown)} and {more:,} more" if more > 0 else words.listed(shown, last)
