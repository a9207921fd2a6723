"""What an address asks of the customers' table: search, conditions, order, page and columns, each checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.http import QueryDict

from customer_segments.web.kinds import kind
from customer_segments.web.typical import label

MOST_CONDITIONS, LONGEST = 12, 200
AND, OR = "and", "or"
ID = "customer_id"
FIRST_SHOWN = (
    "segment_name", "found_again", "recency_days", "orders", "net_revenue", "alive_probability", "expected_value",
)  # fmt: skip
FEWEST_SHOWN = 6


class Operator(NamedTuple):
    """What a condition may ask: in words, of which kinds of columns, and in SQL."""

    words: str
    kinds: tuple[str, ...]
    sql: str
    bare: bool = False  # needs no value


ORDERED, ALL = ("number", "date"), ("number", "date", "text", "flag")
OPERATORS = {
    "least": Operator("is at least", ORDERED, "{} >= ?"),
    "most": Operator("is at most", ORDERED, "{} <= ?"),
    "is": Operator("is", ALL, "{} = ?"),
    "not": Operator("is not", ALL, "{} IS DISTINCT FROM ?"),
    "holds": Operator("contains", ("text",), "contains(lower({}), lower(?))"),
    "empty": Operator("is empty", ALL, "{} IS NULL", True),
    "filled": Operator("is not empty", ALL, "{} IS NOT NULL", True),
}
FITTING = {  # what else to choose, where an operator does not fit a column
    "text": "“contains” or “is”",
    "flag": "“is” or “is not”",
    "number": "“is at least” or “is at most”",
    "date": "“is at least” or “is at most”",
}


@dataclass
class Condition:
    """One row of the form; `wrong` says why it cannot be asked."""

    joined: str = AND
    column: str = ""
    operator: str = "least"
    text: str = ""
    value: Any = None
    wrong: str = ""


@dataclass
class Asked:
    """Everything that an address asks."""

    search: str = ""
    segment: int | None = None
    conditions: list[Condition] = field(default_factory=list)
    sort: str = ID
    falling: bool = False
    page: int = 1
    chosen: list[str] = field(default_factory=list)  # columns, where some are
    shown: list[str] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        return not self.wrong and not any(each.wrong for each in self.conditions)


def asked(given: QueryDict, columns: dict[str, str]) -> Asked:
    """What is asked, with a sentence for everything that cannot be."""
    made = Asked(search=given.get("q", "").strip()[:LONGEST])
    made.segment = _number_of(given, "segment", made, 0, None)
    made.page = _number_of(given, "page", made, 1, 1)
    sort = given.get("sort") or ID
    made.falling, made.sort = sort.startswith("-"), sort.removeprefix("-")
    if made.sort not in columns:
        made.wrong["sort"], made.sort = "The table has no such column to be sorted by.", ID
    made.chosen = [name for name in dict.fromkeys(given.getlist("show")) if name in columns and name != ID]
    made.shown = made.chosen or usual(columns)
    if any(name not in columns for name in given.getlist("show")):
        made.wrong["show"] = "Some of the columns asked for are not in the table."
    made.conditions = _conditions(given, columns, made)
    return made


def usual(columns: dict[str, str]) -> list[str]:
    """The columns that are shown unless others are chosen."""
    first = [name for name in FIRST_SHOWN if name in columns]
    others = [name for name in columns if name not in (ID, "segment", *first)]
    return first + others[: max(0, FEWEST_SHOWN - len(first))]


def _number_of(given: QueryDict, name: str, made: Asked, least: int, otherwise: int | None) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return otherwise
    if re.fullmatch(r"[0-9]{1,9}", text) and int(text) >= least:
        return int(text)
    made.wrong[name] = f"The {name} has to be a whole number from {least} on."
    return otherwise


def _conditions(given: QueryDict, columns: dict[str, str], made: Asked) -> list[Condition]:
    parts = [given.getlist(name) for name in ("join", "column", "is", "value")]
    if len(parts[0]) < len(parts[1]):  # nothing joins the first to anything
        parts[0] = [AND, *parts[0]]
    longest = max(map(len, parts))
    if longest > MOST_CONDITIONS:
        made.wrong["conditions"] = f"At most {MOST_CONDITIONS} conditions can be asked at once."
        return []
    filled = [
        part + [default] * (longest - len(part)) for part, default in zip(parts, (AND, "", "is", ""), strict=True)
    ]
    rows = zip(*filled, strict=True)
    return [_condition(*row, columns) for row in rows if row[1] or row[3].strip()]


def _condition(joined: str, column: str, operator: str, text: str, columns: dict[str, str]) -> Condition:
    made = Condition(OR if joined == OR else AND, column, operator, text.strip()[:LONGEST])
    if column not in columns:
        made.wrong = "Choose a column of the table."
    elif operator not in OPERATORS:
        made.wrong = "Choose what the column has to be."
    elif (own := kind(columns[column])) not in OPERATORS[operator].kinds:
        made.wrong = f"{label(column)} cannot be asked like this: choose {FITTING[own]}."
    elif not OPERATORS[operator].bare:
        try:
            made.value = VALUES[own](made.text)
        except (ValueError, OverflowError):
            made.wrong = MEANT[own].format(label(column))
    return made


def number(text: str) -> float:
    """A number as people write it: 1,234.5 or 12%."""
    plain = text.replace("−", "-").replace(" ", "")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?%?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?%?", plain, re.ASCII):
        raise ValueError
    value = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    if value in (float("inf"), float("-inf")):
        raise ValueError
    return value


def _flag(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError
    return text.lower() == "yes"


def _text(text: str) -> str:
    if not text:
        raise ValueError
    return text


VALUES = {"number": number, "flag": _flag, "date": date.fromisoformat, "text": _text}
MEANT = {
    "number": "{} holds numbers: write one, such as 12.5 or 40%.",
    "flag": "{} is yes or no: write one of them.",
    "date": "{} holds days: write one as 2025-12-31.",
    "text": "Write what {} has to be.",
}


def parameters(question: Asked, **changed: Any) -> list[tuple[str, Any]]:
    """The address of the same question with something changed; to change it is to begin at its first page."""
    told: list[tuple[str, Any]] = []
    if question.search:
        told.append(("q", question.search))
    segment = changed.get("segment", question.segment)
    if segment is not None:
        told.append(("segment", segment))
    for each in changed.get("conditions", question.conditions):
        told += [("join", each.joined), ("column", each.column), ("is", each.operator), ("value", each.text)]
    sort = changed.get("sort", f"-{question.sort}" if question.falling else question.sort)
    if sort != ID:
        told.append(("sort", sort))
    told += [("show", name) for name in question.chosen]
    if changed.get("page", 1) > 1:
        told.append(("page", changed["page"]))
    return told
