"""Did it work? A hold-out group drawn by chance, and what the others did more than it once the days are over."""

from customer_segments.steps.trial.draw import FEWEST, HELD_OUT, TREATED, draw
from customer_segments.steps.trial.looks import error_of_looks
from customer_segments.steps.trial.plan import ORDERS, SPEND, Plan, Planned, measure_of, planned
from customer_segments.steps.trial.result import Read, Result, Uplift, result

__all__ = [
    "FEWEST", "HELD_OUT", "ORDERS", "SPEND", "TREATED", "Plan", "Planned", "Read", "Result", "Uplift", "draw",
    "error_of_looks", "measure_of", "planned", "result",
]  # fmt: skip
