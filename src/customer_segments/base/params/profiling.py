"""Who are they, and what to do?"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, NonNegativeFloat, PositiveFloat, Strict, model_validator
from ruamel.yaml import YAML

from customer_segments.base.params.section import Level, Section

RANK = re.compile(r"(top|bottom) (\d{1,2}(?:\.\d+)?)%")
BOUND = re.compile(r"(at least|at most|above|below) (-?\d+(?:\.\d+)?)")


def _condition(text: str) -> str:
    if text not in get_args(Level) and not RANK.fullmatch(text) and not BOUND.fullmatch(text):
        raise ValueError(
            f"{text!r} is no condition; write {', '.join(get_args(Level))}, a place among all customers such as "
            "`top 20%` or `bottom 25%`, or a bound such as `at most 180`"
        )
    return text


def _bound(text: str) -> str:
    if not BOUND.fullmatch(text):
        raise ValueError(f"{text!r} is no bound; write `at least 2`, `at most 1`, `above 0` or `below 5`")
    return text


def _several_ways(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


Condition = Annotated[str, AfterValidator(_condition)]  # of a segment against all customers, or a bound
Bound = Annotated[str, AfterValidator(_bound)]  # of a segment's own values
Conditions = Annotated[dict[str, Condition], Field(min_length=1)]
# What an action is to bring about, and so what it is worth and how it is tested.
Outcome = Literal[
    "order", "second order", "reactivation", "basket", "returns", "referral", "renewal", "answer"
]  # fmt: skip


class Play(Section):
    """One entry of the playbook: a name, the profiles that earn it, what they must not lack, and what to do."""

    name: Annotated[str, Field(min_length=1)]
    when: Annotated[tuple[Conditions, ...], BeforeValidator(_several_ways), Field(min_length=1), Strict(False)]
    requires: Annotated[dict[str, Bound], Field(default_factory=dict)]  # where the study has the column
    do: Annotated[str, Field(min_length=1)]
    holds_for: Annotated[dict[str, Bound], Field(default_factory=dict)]  # whom the advice is for, if not all
    otherwise: str = ""  # what to do where it holds for too few
    outcome: Outcome = "order"
    response: Annotated[float, Field(gt=0, le=0.5)] | None = None


@cache
def standard_playbook() -> tuple[Play, ...]:
    """The plays that come with the package."""
    text = (resources.files(__package__) / "playbook.yaml").read_text(encoding="utf-8")
    return tuple(Play.of(**play) for play in YAML(typ="safe").load(text))


def _or_standard(playbook: Any) -> Any:
    return standard_playbook() if playbook is None else playbook


Playbook = Annotated[tuple[Play, ...], Strict(False), BeforeValidator(_or_standard)]


class HoldOutParams(Section):
    """What a test of a recommendation must be able to show."""

    days: Annotated[int, Field(ge=1, le=365)] = 30
    power: Annotated[float, Field(ge=0.5, lt=1)] = 0.8
    significance: Annotated[float, Field(gt=0, le=0.2)] = 0.05


class CoinParams(Section):
    """The rules of a loyalty account in coins."""

    on: bool = False
    per_amount: NonNegativeFloat = 1.0
    per_order: NonNegativeFloat = 0.0
    per_referral: NonNegativeFloat = 200.0
    per_review: NonNegativeFloat = 20.0
    welcome: NonNegativeFloat = 50.0
    worth: NonNegativeFloat = 0.01


class ProfilingParams(Section):
    """Who are they?"""

    rising = ("high_above", "very_high_above")

    high_above: PositiveFloat = 0.4
    very_high_above: PositiveFloat = 1.2
    traits: Annotated[int, Field(ge=1, le=10)] = 4
    compare_days: Annotated[int, Field(ge=1, le=3650)] | None = 91
    playbook: Playbook = Field(default_factory=standard_playbook)
    otherwise: str = "No standard play fits; look at the profile before acting."
    response: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    hold_out: HoldOutParams = HoldOutParams()
    coins: CoinParams = CoinParams()

    @model_validator(mode="after")
    def _each_play_has_its_own_name(self) -> ProfilingParams:
        names = [play.name for play in self.playbook]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two plays are called {twice[0]!r}; each needs a name of its own")
        return self
