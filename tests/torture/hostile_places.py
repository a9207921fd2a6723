"""Places that are no plain files: pipes, loops of links, devices, folders called like files, names that are no text."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

from samples import Hostile

TWO = "customer_id,age\na,20\nb,30\n"
DEVICES = (
    "/dev/zero",
    "/dev/random",
    "/dev/full",
    "/dev/null",
    "/dev/stdin",
    "/proc/self/mem",
    "/proc/self/maps",
    "/proc/kmsg",
)


def files() -> Iterator[Hostile]:
    """All of them."""
    yield Hostile("place: a pipe that nobody writes to", "customers.csv", os.mkfifo)
    yield Hostile(
        "place: a pipe in a folder", "many", lambda path: _folder(path, lambda inner: os.mkfifo(inner / "b.csv"))
    )
    yield Hostile("place: a socket", "customers.csv", _socket)
    yield Hostile("place: a link to itself", "customers.csv", lambda path: path.symlink_to(path.name))
    yield Hostile("place: a link to nothing", "customers.csv", lambda path: path.symlink_to("nothing.csv"))
    yield Hostile("place: a folder called like a file", "customers.csv", lambda path: path.mkdir())
    yield Hostile("place: an empty folder", "many", lambda path: path.mkdir())
    yield Hostile("place: nothing", "customers.csv", lambda path: None)
    yield Hostile("place: a folder that links to itself", "many/**/*.csv", _loop)
    yield Hostile("place: every file of the system", "../../../../../../../../**/*.nosuchending", lambda path: None)
    yield Hostile("place: 3,000 files", "many", lambda path: _folder(path, _three_thousand))
    yield Hostile("place: a name that is no UTF-8", "many", lambda path: _folder(path, _no_utf8))
    yield Hostile("place: a name of 255 bytes", f"{'x' * 251}.csv", lambda path: path.write_text(TWO))
    yield Hostile("place: a file that grows", "customers.csv", _sparse)
    for device in DEVICES:
        ending = ".csv" if device != "/dev/null" else ".json"
        link = f"customers{ending}"
        yield Hostile(f"place: a link to {device}", link, lambda path, device=device: path.symlink_to(device))
        yield Hostile(f"place: {device}", f"../../../../../../../../../..{device}", lambda path: None)


def _folder(path: Path, fill: object) -> None:
    path.mkdir()
    (path / "a.csv").write_text(TWO, encoding="utf-8")
    fill(path)


def _socket(path: Path) -> None:
    here = Path.cwd()
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.path.relpath(path, here) if len(str(path)) > 100 else str(path))
    server.close()


def _loop(pattern: Path) -> None:
    folder = pattern.parents[1]
    _folder(folder, lambda inner: (inner / "loop").symlink_to(inner))


def _three_thousand(folder: Path) -> None:
    for number in range(3000):
        (folder / f"f{number}.csv").write_text(TWO, encoding="utf-8")


def _no_utf8(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.csv")).write_text(TWO, encoding="utf-8")


def _sparse(path: Path) -> None:
    """Three gigabytes of zeros that take no room."""
    with path.open("wb") as file:
        file.write(TWO.encode())
        file.truncate(3 << 30)
