"""What came of a join, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customer_segments.base import words


def met(meeting: Mapping[str, Any]) -> str:
    """What came of a join, in a sentence: by which key, and what on either side met no partner."""
    by = words.listed(repr(one) if one == other else f"{one!r} = {other!r}" for one, other in meeting["by"].items())
    lines, name = meeting["lines"], meeting["name"]
    told = [f"joined with {name} by {by}: {meeting['met']:,} of {words.counted(lines, 'row')} meet their partner there"]
    sides = [
        (meeting["unmet"], "row has", "rows have", f"a key that {name} does not have"),
        (meeting["without_key"], "row has", "rows have", "no key"),
        (meeting["unused"], f"row of {name} is", f"rows of {name} are", "asked for by none"),
        (meeting["repeated"], f"row of {name} repeats", f"rows of {name} repeat", "another and counts once"),
        (meeting["broken"], f"row of {name} cannot", f"rows of {name} cannot", "be split into cells"),
    ]
    told += [f"{words.counted(count, one, many)} {what}" for count, one, many, what in sides if count]
    return "; ".join(told)
