"""A first look of which only some parts are known."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from customer_segments.base.params import EdaParams
from customer_segments.steps.eda.look import FirstLook


def first_look(**known: Any) -> FirstLook:
    return FirstLook(**dict.fromkeys([field.name for field in fields(FirstLook)]) | {"params": EdaParams()} | known)
