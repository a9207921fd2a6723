"""Invoice lines of a file read as plainly as most are written, with a doubt wherever a cell may be meant otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from customer_segments.base.errors import StudyError
from customer_segments.base.ids import RARE_BLANKS
from customer_segments.sources import amounts, cells, delimited, guess, reading
from customer_segments.sources.cells import Writing
from customer_segments.sources.part import Part, cell
from customer_segments.sources.reading import Reading

IDS, NUMBERS, TIME = ("customer_id", "invoice_id"), ("quantity", "unit_price", "amount"), "ordered_at"
# A `Format` in which nothing is set; the class itself takes longer to load than most files to read.
AS_FOUND = SimpleNamespace(
    encoding=None, delimiter=None, decimal=None, day_first=None, header=None, sheet=None, as_text=()
)
DIGITS = {"%H:%M": (3,), "%H:%M:%S": (3, 6)}  # how far from the end its colons stand where no digit is left out
ISO = ("____-__-__", "____-__-_____:__", "____-__-_____:__:__")


@dataclass(frozen=True)
class Lines:
    """A query for lines with a column `doubt`, its other columns, and what throws doubt on an invoice's two ids."""

    query: str
    columns: tuple[str, ...]
    odd: str


def lines(path: Path, scratch: Path) -> Lines | None:
    """The lines, if a sample of the file says that they can be read so."""
    if not path.is_file() or delimited.__name__.rpartition(".")[2] != _reader(path):
        return None
    try:
        part = delimited.glanced(path, AS_FOUND, scratch)
        decided = None if part is None else reading.decide("transactions", [part], {}, AS_FOUND)
    except StudyError:
        return None
    return _lines(part, decided) if decided and _is_plain(decided) else None


def _reader(path: Path) -> str | None:
    from customer_segments.sources.files import READERS

    return READERS.get(path.suffix.lower())


def _is_plain(decided: Reading) -> bool:
    """Whether ids, times and money all stand in columns of their own, and are written in one usual way."""
    found = {match.ours for match in decided.matches if match.theirs is not None}
    has_all = {*IDS, TIME, "quantity"} <= found and found & {"unit_price", "amount"}
    asked = decided.doubts or decided.of_orders
    return (
        bool(has_all) and not asked and _time(cell(0), decided.writing) is not None and _writes_plainly(decided.writing)
    )


def _writes_plainly(writing: Writing) -> bool:
    odd = {*writing.counted, *writing.offsets, *writing.float_ids, *writing.mixed, *writing.doubts}
    return writing.decimal == "." and not odd & {*IDS, *NUMBERS, TIME}


def _time(text: str, writing: Writing) -> str | None:
    """The SQL of a time in the one format that occurs, null where a digit is left out; none for unusual formats."""
    formats = writing.formats.get(TIME, ())
    if not formats:
        usual = " OR ".join(f"{text} LIKE '{each}'" for each in ISO)
        return f"CASE WHEN ({usual}) AND right({text}, 1) BETWEEN '0' AND '9' THEN try_cast({text} AS TIMESTAMP) END"
    ends = [DIGITS[clock] for clock in DIGITS if formats[0].endswith(clock)]
    if len(formats) > 1 or "%Y" not in formats[0] or formats[0] in guess.COMPACT or (":" in formats[0] and not ends):
        return None
    colons = " AND ".join(f"substr({text}, -{place}, 1) = ':'" for place in (ends[-1] if ends else ()))
    read = f"try_strptime({text}, '{formats[0]}')"
    return f"CASE WHEN {colons} THEN {read} END" if colons else read


def _lines(part: Part, decided: Reading) -> Lines:
    texts = {m.ours: cell(part.columns.index(m.theirs)) for m in decided.matches if m.theirs is not None}
    numbers = [name for name in NUMBERS if name in texts]
    read = {name: texts[name] for name in IDS} | {name: f"try_cast({texts[name]} AS DOUBLE)" for name in numbers}
    read[TIME] = _time(texts[TIME], decided.writing)
    first, last = f"TIMESTAMP '{guess.FIRST_YEAR}-01-01'", f"TIMESTAMP '{guess.LAST_YEAR}-12-31 23:59:59'"
    odd = [_odd(name, texts[name]) for name in numbers]
    odd.append(f"{TIME} IS NULL OR {TIME} NOT BETWEEN {first} AND {last}")
    doubts = " OR ".join(
        f"({texts[name]} IS NOT NULL AND ({each}))" for name, each in zip([*numbers, TIME], odd, strict=True)
    )
    columns = ", ".join(f"{each} AS {name}" for name, each in read.items())
    kept = ", ".join({texts[name] for name in [*numbers, TIME]})
    query = f"SELECT {', '.join(read)}, {doubts} AS doubt FROM (SELECT {kept}, {columns} FROM ({part.query}))"
    differ = (f"{name} IS DISTINCT FROM {cells.typed('text', name, name, Writing(), RARE_BLANKS)}" for name in IDS)
    return Lines(query, tuple(read), " OR ".join(differ))


def _odd(value: str, text: str) -> str:
    """The SQL of whether a number may be meant otherwise than DuckDB alone takes it."""
    begins = f"{text} >= '-' AND {text} < ':'"
    return f"{value} IS NULL OR NOT abs({value}) < {amounts.LARGEST} OR contains({text}, '_') OR NOT ({begins})"
