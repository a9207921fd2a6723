"""A run as a project to take away: its study folder as `segments new` lays it, with its data and its lock.

It is packed while it is sent, and has the same bytes each time.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = "project"
LAID = (
    ".gitignore", ".dvcignore", ".dvc/config", ".dvc/.gitignore", "customer_segments.txt", "dvc.yaml", "dvc.lock",
    "params.yaml",
)  # fmt: skip
WHOLE = ("notebooks", "data/external")
HISTORY = (".git/HEAD", ".git/config", ".git/objects", ".git/refs")  # the first commit, which DVC looks for
BLOCK = 1 << 18
LONG_AGO = (1980, 1, 1, 0, 0, 0)
LARGE = 1 << 30  # from here on with sizes of 64 bits


class _Sink:
    """A file that is only written to, and emptied from time to time."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        told, self.parts = b"".join(self.parts), []
        return told


def stream(study: Path) -> Iterator[bytes]:
    """The archive, piece by piece."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in _files(study):
            entry = zipfile.ZipInfo(f"{FOLDER}/{path.relative_to(study).as_posix()}", LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            large = path.stat().st_size >= LARGE
            with path.open("rb") as file, packed.open(entry, "w", force_zip64=large) as target:
                while block := file.read(BLOCK):
                    target.write(block)
                    yield sink.taken()
    yield sink.taken()


def _files(study: Path) -> list[Path]:
    """What belongs to the project; no link leads out of it."""
    named = [study / name for name in LAID]
    below = [path for name in (*WHOLE, *HISTORY) for path in _below(study / name)]
    return [path for path in [*named, *sorted(below)] if path.is_file() and not path.is_symlink()]


def _below(place: Path) -> list[Path]:
    return [place] if place.is_file() else list(place.rglob("*"))
