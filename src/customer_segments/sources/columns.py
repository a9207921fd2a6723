"""Which of the source's columns is which of ours: by hand, by name in several languages, or by what the cells hold."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from customer_segments.base import words
from customer_segments.base.contract import TABLES
from customer_segments.base.errors import StudyError
from customer_segments.base.registry import COLUMNS, Column
from customer_segments.sources import dated, figures, lined, listed, looks, naming, settling, shared
from customer_segments.sources.matching import Candidate, Match, Sureness
from customer_segments.sources.scoring import (
    ADDS_UP,
    CLEAR,
    CONTENT_ONLY,
    EXACT_NAME,
    FAINT,
    IDS,
    KNOWN_NAME,
    LIKELY_NAME,
    NOTHING_THERE,
    THIN,
    fit,
    named,
    plain_letters,
    rank,
)

FEWEST_IDS = looks.FEWEST_IDS
AMOUNT = COLUMNS["amount"]
NEAR_MONEY = 0.25  # how much less money may score that could as well be it, if it is called so at all
EXACT, USUAL = "has the very name", "a usual name for it"
NEAREST = "its name comes nearest, and not near"
NO_PIECES = ("rating", "age")  # whatever they come to when they are multiplied
OF_ONE_LINE = ("quantity", "amount", "line_number")
MULTIPLIED, MULTIPLIES = ("quantity", "unit_price", "amount"), 0.95  # what row by row is the product of the others


# Of which of ours a second column that could be it is told, and when two of them come to the same.
COME_TO_THE_SAME = {
    "customer_id": looks.same_groups, "invoice_id": looks.same_groups, "ordered_at": dated.same_times,
    "quantity": figures.in_proportion, "unit_price": figures.in_proportion, "amount": figures.in_proportion,
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
    if any(ours == "amount" and score >= LIKELY_NAME and sample[name] for score, ours, name in candidates):
        candidates = [c for c in candidates if c[1] not in MULTIPLIED[:2] or sample[c[2]]]
    if table == "transactions":
        candidates = lined.with_evidence(_multiplied(_of_own_money(candidates, once), rows, given), rows)
    else:
        candidates = listed.with_evidence(lined.without_gaps(candidates, rows), rows, wanted)
    # The best match first; of equals the one whose name stands earlier among the usual names, then in the table.
    candidates.sort(key=lambda c: (-c[0], rank(c[1], c[2]), theirs.index(c[2])))
    taken = set(given.values())
    for score, ours, name in candidates:
        if ours in wanted and name not in taken and score >= _least(wanted[ours]):
            others = [c for c in candidates if c[1] == ours and c[2] not in {name, *taken} and _is_near(c, score)]
            matches.append(_match(wanted.pop(ours), name, score, _rival(ours, name, score, others, rows)))
            taken.add(name)
    return settling.settled(matches, rows) if table == "transactions" else matches


def _is_near(other: Candidate, score: float) -> bool:
    return other[0] > score - lined.NEAR or (other[1] == "amount" and other[0] >= max(LIKELY_NAME, score - NEAR_MONEY))


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
        for names in figures.products(free)
        if not naming.speaks_of(names[0], *NO_PIECES) and not _is_no_price(names[1])
    ]
    if not ranked:
        return _added_up(candidates, free, rows)
    most, names = max(ranked, key=lambda pair: pair[0])
    told_apart = most >= (THIN if len(ranked) == 1 else LIKELY_NAME)
    others = [c for c in candidates if c[1] not in MULTIPLIED and (c[2] not in names or not told_apart)]
    return others + [
        (MULTIPLIES if told_apart else settling.UNNAMED, o, n) for o, n in zip(MULTIPLIED, names, strict=True)
    ]


def _is_no_price(name: str) -> bool:
    """Whether a column is called a tax or a fee, and no price with one on it."""
    return naming.speaks_of(name, "other money") and not naming.speaks_of(name, "price", "amount")


def _added_up(
    candidates: list[Candidate], free: Mapping[str, looks.Cells], rows: Mapping[str, looks.Cells]
) -> list[Candidate]:
    """With pieces and price that come to what the order's total says, where one of both is called so."""
    orders = max((c for c in candidates if c[1] == "invoice_id"), default=None)
    found = figures.sums_of_orders(free, rows[orders[2]]) if orders and orders[2] in rows else []
    called = {c[1:] for c in candidates if c[0] >= LIKELY_NAME}
    pairs = [names for names in found if called & set(zip(MULTIPLIED, names, strict=False))]
    if len(pairs) != 1:
        return candidates
    others = [c for c in candidates if c[1] not in MULTIPLIED and c[2] not in pairs[0]]
    return others + [(MULTIPLIES, o, n) for o, n in zip(MULTIPLIED, pairs[0], strict=False)]


def _ids(candidates: list[Candidate]) -> set[str]:
    return {name for score, ours, name in candidates if ours in (*IDS, "product") and score >= LIKELY_NAME}


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
        return "certain", EXACT
    if score == KNOWN_NAME:
        return "likely" if column.kind == "text" else "certain", USUAL
    if score == MULTIPLIES:
        return "likely", "pieces times price is the money, row by row"
    if score >= LIKELY_NAME:
        return "likely", "its name says so"
    if score == ADDS_UP:
        return "a guess", "it is another sum and what is put on it, row by row"
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
