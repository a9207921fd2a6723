"""Every address of the resolver, with its name, to be walked by tests."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from django.urls import URLPattern, get_resolver

NOWHERE = str(uuid.UUID(int=0))
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# What stands for a parameter; of an unknown one a text.
VALUES = {
    "uuid": NOWHERE,
    "uuidstr": NOWHERE,
    "int": "0",
    "secret": "none",
    "name": "03_clustering.html",
    "key": "x",
    "uidb36": "x",
}


def addresses() -> dict[str, str]:
    """By view name: the address, with `{study}` where a study's number stands."""
    return dict(_within(get_resolver().url_patterns, "", ""))


def _within(patterns: list[object], before: str, space: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        route = before + _plain(str(each.pattern))
        if isinstance(each, URLPattern):
            yield f"{space}{each.name}", "/" + PARAMETER.sub(_value, route)
        else:
            yield from _within(each.url_patterns, route, f"{space}{each.namespace}:" if each.namespace else space)


def _plain(route: str) -> str:
    return route.removeprefix("^").removesuffix("$").removesuffix("\\Z")


def _value(found: re.Match[str]) -> str:
    kind, name = found[1] or "str", found[2]
    return "{study}" if name == "study" else VALUES.get(name, VALUES.get(kind, "x"))
