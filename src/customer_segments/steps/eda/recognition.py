"""How the source was read: which of its columns was taken for what, how surely, and how its cells are written."""

from __future__ import annotations

from typing import Any

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.steps.eda.findings import Finding, Weight

ENOUGH_TO_MATTER = 0.001  # of the rows
Source = dict[str, Any]  # what `collect` wrote to source.json about one table


def columns_for_readers(tables: dict[str, Source]) -> pd.DataFrame:
    """Every column, what the source calls it, and how sure it is that they are the same."""
    rows = [
        {
            "Table": name.capitalize(),
            "Column": registry.label(match["ours"]),
            "In the source": match["theirs"] or "–",
            "How sure": match["sureness"].capitalize(),
            "Why": match["why"].capitalize(),
        }
        for name, table in tables.items()
        for match in table["columns"]
    ]
    return pd.DataFrame(rows, columns=["Table", "Column", "In the source", "How sure", "Why"])


def caption(tables: dict[str, Source]) -> str:
    """How many columns were recognised without being named, and how each table is written."""
    matches = [match for table in tables.values() for match in table["columns"]]
    named = sum(match["sureness"] == "set by hand" for match in matches)
    count = words.counted(len(matches), "column")
    others = "; the others were recognised or kept as they are" if named < len(matches) else ""
    written = (f"{name.capitalize()}: {_writing(table)}." for name, table in tables.items())
    return f"Named in params.yaml: {named} of {count}{others}. {' '.join(written)}"


def findings(tables: dict[str, Source]) -> list[Finding]:
    """What was guessed, what could not be told, and rows that could not be split into cells."""
    return [finding for name, table in tables.items() for finding in _findings(name, table)]


def _findings(name: str, table: Source) -> list[Finding]:
    found = []
    for match in table["columns"]:
        if match["sureness"] == "a guess":
            said = f"“{registry.label(match['ours'])}” of the {name} is a guess ({match['why']})"
            found.append(
                Finding(Weight.MATTERS, 0.0, f"{said}: name its column under `source.columns` if it is wrong.")
            )
    for column in table["writing"]["doubts"]:
        said = f"Nothing tells whether days or months come first in “{registry.label(column)}” of the {name}"
        found.append(Finding(Weight.DISTORTS, 0.0, f"{said}; the day was taken first: set `day_first` if it is not."))
    if broken := table["broken"]:
        share = broken / table["rows"]
        weight = Weight.MATTERS if share >= ENOUGH_TO_MATTER else Weight.INFORMS
        size = f"{words.counted(broken, 'row')} of the {name} ({words.percent(share, 1)})"
        said = f"{size} could not be split into cells: they stand in `data/interim/rejected.csv` as they came."
        found.append(Finding(weight, share, said))
    return found


def _writing(table: Source) -> str:
    """`2 files, utf-8, comma between cells, decimal point, day first`."""
    files, writing = table["files"], table["writing"]
    told = [words.counted(len(files), "file")] if len(files) > 1 else []
    told += sorted({file["encoding"] for file in files if "encoding" in file})
    told += sorted({f"{file['delimiter']} between cells" for file in files if "delimiter" in file})
    told += sorted({f"sheet “{file['sheet']}”" for file in files if "sheet" in file})
    told += [f"decimal {'comma' if writing['decimal'] == ',' else 'point'}"]
    told += [f"dates with the {writing['days']}"] if "days" in writing else []
    told += [f"“{registry.label(name)}” counted in {how}" for name, how in writing["counted"].items()]
    return ", ".join(told)
