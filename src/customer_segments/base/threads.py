"""The threads of what computes with numbers: one where nobody has said how many.

On tables of this size several threads mostly wait for one another, and their sums may differ in the last digit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Given = ParamSpec("Given")
Found = TypeVar("Found")


@contextmanager
def threads(most: int) -> Iterator[None]:
    """At most so many threads in here, and as many as before outside."""
    with _pools().limit(limits=most):
        yield


def in_one_thread(step: Callable[Given, Found]) -> Callable[Given, Found]:
    """The step, taking one thread where its libraries would take every core, as they do until they are told."""

    @wraps(step)
    def pinned(*given: Given.args, **how: Given.kwargs) -> Found:
        if any(pool["num_threads"] not in (1, os.cpu_count()) for pool in _pools().info()):
            return step(*given, **how)
        with threads(1):
            return step(*given, **how)

    return pinned


def _pools() -> ThreadpoolController:
    import sklearn.cluster  # noqa: F401  (a library can be told of its threads once it is there)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
