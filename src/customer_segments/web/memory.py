"""What the web process need not hold on to."""

from __future__ import annotations

import ctypes
import importlib
import itertools
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

MAPS = Path("/proc/self/smaps")  # of Linux; elsewhere nothing is given back
BEGINS = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ +(/.*)?")
DONT_NEED = 4  # to `madvise`
# To `mallopt`, by its numbers: each arena keeps what its threads once needed; what is large shall go back at once.
SPARING = {-8: 1, -3: 1 << 16, -1: 1 << 16}  # most arenas; least to be mapped alone; least to be trimmed
DUCKDB_ALLOCATES = "DUCKDB_JE_MALLOC_CONF"  # how, where it has an allocator of its own; read as it is loaded
LOADING = threading.RLock()
NOW_AND_THEN = 100  # answers
ANSWERED = itertools.count(1)


def sparing_threads() -> None:
    """Let threads share what they have freed; before there are any."""
    if MAPS.exists() and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        for setting, value in SPARING.items():
            libc.mallopt(setting, value)


@contextmanager
def sparing_duckdb() -> Iterator[None]:
    """DuckDB, loaded within, gives memory back a moment later; else it keeps 10 MB and more, a share for each thread.

    To give it back at once, and have it again with the next question, takes as long as half of the questions.
    """
    os.environ[DUCKDB_ALLOCATES] = "narenas:1,tcache:false,dirty_decay_ms:200,muzzy_decay_ms:0"
    try:
        yield
    finally:
        del os.environ[DUCKDB_ALLOCATES]  # workers shall be quick


def load_later(name: str) -> None:
    """Have a module loaded when something of it is asked for."""
    sys.modules.setdefault(name, _Later(name))


class _Later(ModuleType):
    def __getattr__(self, name: str) -> Any:
        with LOADING:
            if sys.modules[self.__name__] is self:
                del sys.modules[self.__name__]
                importlib.import_module(self.__name__)
        return getattr(sys.modules[self.__name__], name)


def give_back() -> None:
    """The pages of libraries that only their loading touched: what is used comes again from the system's cache."""
    if MAPS.exists():
        libc = ctypes.CDLL(None)
        for start, end in _clean():
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), DONT_NEED)
        _trim(libc)


def answered(**_: Any) -> None:
    """Give back now and then what answers have freed between what is still needed: else 2 MB stay with them."""
    if next(ANSWERED) % NOW_AND_THEN == 0 and MAPS.exists():
        _trim(ctypes.CDLL(None))


def _trim(libc: ctypes.CDLL) -> None:
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def _clean() -> list[tuple[int, int]]:
    """Where files lie in memory that hold nothing of our own: they cannot be written, and never were."""
    return [place for place, kept in _files() if not kept["Anonymous"] and not kept["Swap"]]


def _files() -> Iterator[tuple[tuple[int, int], dict[str, int]]]:
    place, kept = None, {}
    for line in [*MAPS.read_text().splitlines(), "0-0 - - - - "]:
        if found := BEGINS.match(line):
            if place:
                yield place, kept
            is_file = found[4] and "w" not in found[3]
            place, kept = (int(found[1], 16), int(found[2], 16)) if is_file else None, {}
        else:
            name, _, value = line.partition(":")
            kept[name] = int(value.split()[0]) if value.strip().endswith("kB") else 0
