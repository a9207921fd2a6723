"""What the report's own prose says of lines that tell no money, where it otherwise speaks of it."""

import re
from collections.abc import Mapping
from typing import Any

from customer_segments.base.contract import tells_money

TITLES = {"lifetime_value": ("Outlook", "How often will they order?")}  # and the question, by chapter
# By chapter: a passage of its notebook, and what stands there instead.
INSTEAD = {
    "preprocessing": {
        "recency, frequency and monetary value (RFM, after Hughes 1994): of $n$ orders at the days $t_i$ with the net "
        "revenue $m_i$, seen": "recency and frequency (after Hughes 1994): of $n$ orders at the days $t_i$, seen",
        r", \quad M = \sum_i m_i": "",
    },
    "retention": {
        "A customer gained is worth little until they return.": "Who came once is a customer only when they return.",
        "; revenue is net of returns": "",
        "and what it comes to in money decides the order": "and what it comes to in orders decides their order",
    },
    "lifetime_value": {
        "# 7. What are they worth?": "# 7. How often will they order?",
        "What a customer has spent is known": "How often a customer has ordered is known",
        "still, how many orders to expect, and what these would bring.": "still, and how many orders to expect.",
        "Spending is taken to lie around a mean of the customer's own (Gamma-Gamma: Fader and Hardie 2013): after $n$ "
        r"orders of together $m$, one more is expected to bring $$\frac{p\,(v + m)}{p\,n + q - 1}$$": "",
        "; value is net revenue after returns": "",
        "## What will they bring?": "## How many orders will they place?",
        "## Whose loss would cost most?": "## Whose loss would be felt most?",
    },
    "profiling": {
        "how large each segment is and what it is worth": "how large each segment is and how often it orders",
        "## How many are they, and what are they worth?": "## How many are they, and how often do they order?",
    },
}


def is_without_money(source: Mapping[str, Any]) -> bool:
    """Whether a study's lines, as they were collected, tell no money."""
    lines = source["tables"].get("transactions", {})
    return "columns" in lines and not tells_money([match["ours"] for match in lines["columns"]])


def reworded(text: str, stage: str) -> str:
    """A notebook's prose without its passages on money."""
    for passage, instead in INSTEAD.get(stage, {}).items():
        wherever_lines_end = r"\s+".join(map(re.escape, passage.split()))
        text = re.sub(wherever_lines_end, lambda _, instead=instead: instead, text)
    return text
