"""What stands at the top of every page: the study, its data, and what differs from the defaults."""

from __future__ import annotations

from typing import Any

from customer_segments.base import words
from customer_segments.base.params import Params, Section

NOT_SHOWN = ("playbook", "study", "seed", "source")


def data_line(source: dict[str, Any]) -> str:
    """The data in a line: how many rows of what, and the first digits of their fingerprint."""
    tables = [
        words.counted(table["rows"], f"row of {name}", f"rows of {name}") for name, table in source["tables"].items()
    ]
    return f"{words.listed(tables)} (data {source['fingerprint'][:10]})"


def differences(stage: str, params: Params) -> list[str]:
    """The parameters of a chapter that differ from the project's defaults, as `key = value`."""
    return _differences(getattr(params, stage), Params.model_fields[stage].default)


def _differences(chosen: Section, default: Section, prefix: str = "") -> list[str]:
    found = []
    for key in type(chosen).model_fields:
        ours, theirs = getattr(chosen, key), getattr(default, key)
        if isinstance(ours, Section):
            found += _differences(ours, theirs, f"{prefix}{key}.")
        elif ours != theirs and key not in NOT_SHOWN:
            found.append(f"{prefix}{key} = {_written(ours)}")
    return found


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
