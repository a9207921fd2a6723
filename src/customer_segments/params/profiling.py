"""Who are they, and what to do?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveFloat, Strict, model_validator

from customer_segments.params.section import Level, Section


class Play(Section):
    """One entry of the playbook: a name, the profile that earns it, and what to do."""

    name: Annotated[str, Field(min_length=1)]
    when: Annotated[dict[str, Level], Field(min_length=1)]
    do: Annotated[str, Field(min_length=1)]


class ProfilingParams(Section):
    """Who are they?"""

    high_above: PositiveFloat = 0.4
    very_high_above: PositiveFloat = 1.2
    traits: Annotated[int, Field(ge=1, le=10)] = 4
    playbook: Annotated[tuple[Play, ...], Strict(False)] = ()
    otherwise: str = "No standard play fits; look at the profile before acting."

    @model_validator(mode="after")
    def _levels_in_order(self) -> ProfilingParams:
        if self.high_above >= self.very_high_above:
            raise ValueError("high_above must be below very_high_above")
        return self

    @model_validator(mode="after")
    def _each_play_has_its_own_name(self) -> ProfilingParams:
        names = [play.name for play in self.playbook]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two plays are called {twice[0]!r}; each needs a name of its own")
        return self
