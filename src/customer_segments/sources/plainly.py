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
TOLD_AT, DOUBT = "told_at", "doubt"
# A `Format` in which nothing is set; the class itself takes longer to load than most files to read.
AS_FOUND = SimpleNamespace(
    encoding=None, delimiter=None, decimal=None, day_first=None, header=None, sheet=None, as_text=()
)
DIGITS = {"%H:%M": (3,), "%H:%M:%S": (3, 6)}  # how far from the end its colons stand where no digit is left out
ISO = ("____-__-__", "____-__-_____:__", "____-__-_____:__:__")


@dataclass(frozen=True)
class Lines:
    """A query for lines with what is told of their time, and a doubt; its other columns; and SQL on top of it."""

    query: str
    columns: tuple[str, ...]
    moment: str = TOLD_AT  # the time that is told
    odd: str = "false"  # whether the ids, or the time, may be meant otherwise


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
    colons = [f"substr({text}, -{place}, 1) = ':'" for place in (ends[-1] if ends else ())]
    written = " AND ".join([f"right({text}, 1) BETWEEN '0' AND '9'", *colons])  # which `epoch` is not
    return f"CASE WHEN {written} THEN try_strptime({text}, '{formats[0]}') END"


def _lines(part: Part, decided: Reading) -> Lines:
    texts = {m.ours: cell(part.columns.index(m.theirs)) for m in decided.matches if m.theirs is not None}
    numbers = {name: texts[name] for name in NUMBERS if name in texts}
    kept = {name: texts[name] for name in IDS} | {TOLD_AT: texts[TIME]}
    read = kept | {name: f"try_cast({text} AS DOUBLE)" for name, text in numbers.items()}
    columns = ", ".join(f"{each} AS {name}" for name, each in read.items())
    doubts = " OR ".join(f"({text} IS NOT NULL AND ({_odd(name, text)}))" for name, text in numbers.items())
    query = (
        f"SELECT {', '.join(read)}, {doubts} AS {DOUBT} "
        f"FROM (SELECT {', '.join(numbers.values())}, {columns} FROM ({part.query}))"
    )
    moment = _time(TOLD_AT, decided.writing)
    first, last = f"TIMESTAMP '{guess.FIRST_YEAR}-01-01'", f"TIMESTAMP '{guess.LAST_YEAR}-12-31 23:59:59'"
    odd = [f"{name} IS DISTINCT FROM {cells.typed('text', name, name, Writing(), RARE_BLANKS)}" for name in IDS]
    odd.append(f"({TOLD_AT} IS NOT NULL AND ({moment} IS NULL OR {moment} NOT BETWEEN {first} AND {last}))")
    return Lines(query, (*IDS, *numbers, TIME), moment, " OR ".join(odd))


def _odd(value: str, text: str) -> str:
    """The SQL of whether a number may be meant otherwise than DuckDB alone takes it."""
    begins = f"{text} >= '-' AND {text} < ':'"
    return f"{value} IS NULL OR NOT abs({value}) < {amounts.LARGEST} OR contains({text}, '_') OR NOT ({begins})"
