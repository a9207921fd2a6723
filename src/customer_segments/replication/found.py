"""What a check has found: a sentence, and where it needs one a table or a figure."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Found:
    """The answer to something that a study says; `drawn` names the figure that is drawn of the table."""

    sentence: str
    table: pd.DataFrame | None = None
    caption: str = ""
    drawn: str | None = None
    alt: str = ""
