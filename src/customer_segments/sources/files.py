"""Files as a source: one, a folder or a pattern; unpacked where packed, and read by what their names end in."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.sources import forgotten
from customer_segments.sources.part import Part, SeveralSheetsError, sha256

if TYPE_CHECKING:
    from customer_segments.base.params import Format

# Which module here reads what; it is loaded when it is needed.
READERS = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), "delimited"),
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".ods", ".xlsm"), "workbooks"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "records"),
    **dict.fromkeys((".parquet", ".pq"), "columnar"),
}
PACKED = (".gz", ".zip")
CHUNK = 1 << 22
MOST_SHEETS = 60  # of the same columns
BOMB_RATIO, BOMB_SIZE = 200, 1 << 28  # what grows more than this, and becomes larger than this, is refused


def read(place: str, given: Format, scratch: Path, base: Path, setting: str | None = None) -> list[Part]:
    """All files at the place, which is seen from `base` and named by a setting, in the order of their names."""
    return [part for path in _found(place, base, setting) for part in _parts(path, given, scratch)]


def _parts(path: Path, given: Format, scratch: Path) -> list[Part]:
    """The file; where it has several sheets with the same columns, as a year each, all of them below one another."""
    try:
        return [read_one(path, given, scratch)]
    except SeveralSheetsError as several:
        parts = _alike(path, several.sheets, given, scratch)
        if not parts:
            raise
        return parts


def _alike(path: Path, sheets: tuple[str, ...], given: Format, scratch: Path) -> list[Part]:
    """The sheets as parts, if all can be read, have the same columns, and none is a copy of another; else none."""
    parts: list[Part] = []
    for sheet in sheets[:MOST_SHEETS]:
        try:
            part = read_one(path, given.model_copy(update={"sheet": sheet}), scratch)
        except StudyError:
            return []
        copied = any(part.sample == other.sample for other in parts)
        parts.append(replace(part, name=f"{part.name}, sheet {sheet}"))
        if copied or set(part.columns) != set(parts[0].columns):
            return []
    return parts if len(parts) == len(sheets) else []


def _found(place: str, base: Path, setting: str | None) -> list[Path]:
    """The files that a path, a folder or a pattern names."""
    path = base / place
    if path.is_dir():
        readable = (*READERS, *PACKED)
        files = [each for each in sorted(path.iterdir()) if _is_data(each) and each.suffix.lower() in readable]
        if not files:
            raise StudyError(
                f"The folder {place} holds no file that can be read: put some there; {_readable()}.", setting
            )
        return files
    if path.is_file():
        return [path]
    if any(sign in place for sign in "*?["):
        if not (files := _fitting(place, base)):
            raise StudyError(f"No file fits the pattern {place}: put the files there, or correct it.", setting)
        return files
    if path.with_name(f"{path.name}.dvc").exists():
        raise StudyError(f"{place} has not been fetched yet: run `dvc update {place}.dvc` (or `dvc pull`) first.")
    folder = f"{path.parent.name}/" if path.parent.name else "the folder"
    raise StudyError(f"The source file {path.name} is not in {folder}: put it there, or correct its name.", setting)


def _fitting(pattern: str, base: Path) -> list[Path]:
    """The files that fit a pattern; such as cannot be one fits none."""
    anchor = Path(pattern).anchor
    within = (Path(anchor), pattern[len(anchor) :]) if anchor else (base, pattern)
    with suppress(ValueError):  # as `**` within a name
        return sorted(each for each in within[0].glob(within[1]) if _is_data(each))
    return []


def _is_data(path: Path) -> bool:
    """Whether it is a file of the business's; the list of those who asked to be forgotten stands beside them."""
    return path.is_file() and path.name != forgotten.NAME


def read_one(path: Path, given: Format, scratch: Path) -> Part:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = path.name.encode("utf-8", "backslashreplace").decode()
        raise StudyError(f"The name of {shown}, or of a folder above it, is not UTF-8: give it another name.") from None
    if path.stat().st_size == 0:
        raise StudyError(f"{path.name} is empty: export it again with its data.")
    name, original = path.name, path
    if path.suffix.lower() in PACKED:
        path, name = _unpacked(path, scratch)
    reader = READERS.get(Path(name).suffix.lower())
    if reader is None:
        where = name if path == original else f"{name} in {original.name}"
        raise StudyError(f"{where} is of a kind that cannot be read: {_readable()}; export it as one of them.")
    part = import_module(f"{__package__}.{reader}").read(path, name, given, scratch)
    return part if path == original else replace(part, name=original.name, fingerprint=sha256(original))


def _unpacked(path: Path, scratch: Path) -> tuple[Path, str]:
    """The one file inside a packed one, and its name."""
    try:
        if path.suffix.lower() == ".gz":
            inner = path.stem if Path(path.stem).suffix else f"{path.stem}.csv"
            with gzip.open(path) as packed:
                return _copied(packed, path, inner, scratch), inner
        with zipfile.ZipFile(path) as archive:
            member = _only_member(archive, path.name)
            with archive.open(member) as packed:
                return _copied(packed, path, member.filename, scratch), Path(member.filename).name
    except EOFError:
        raise StudyError(f"{path.name} ends early, as after a broken download: fetch or pack it again.") from None
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise StudyError(
                f"{path.name} could not be unpacked ({error.strerror}): make room, or unpack it yourself."
            ) from None
        kind = path.suffix[1:].lower()
        raise StudyError(f"{path.name} is damaged, or no {kind} file at all: fetch or pack it again.") from None


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    files = [member for member in archive.infolist() if not member.is_dir()]
    # What a Mac adds to an archive, and hidden files, are none of the business's.
    members = [m for m in files if not m.filename.startswith("__MACOSX/") and not Path(m.filename).name.startswith(".")]
    if len(members) != 1:
        inside = words.listed(m.filename[:60] for m in members[:5]) or "nothing"
        raise StudyError(
            f"{name} holds {inside}{' …' if len(members) > 5 else ''}, and one file is wanted: "
            "unpack it and name the file."
        )
    if members[0].flag_bits & 1:
        raise StudyError(f"{name} is locked with a password: unpack it yourself and name the file.")
    return members[0]


def _copied(packed: IO[bytes], path: Path, inner: str, scratch: Path) -> Path:
    """Unpack into the scratch folder, under a name of ours; stop where a file grows beyond all reason."""
    if Path(inner).suffix.lower() in PACKED:
        raise StudyError(
            f"{path.name} holds another packed file ({Path(inner).name}): unpack it yourself and name the file."
        )
    target = scratch / f"{len(list(scratch.iterdir()))}-unpacked{Path(inner).suffix.lower()}"
    most, written = max(BOMB_SIZE, BOMB_RATIO * path.stat().st_size), 0
    with target.open("wb") as file:
        while chunk := packed.read(CHUNK):
            written += len(chunk)
            if written > most:
                raise StudyError(
                    f"{path.name} unpacks to more than {BOMB_RATIO} times its size, as zip bombs do: "
                    "unpack it yourself if you trust it."
                )
            file.write(chunk)
    if shutil.disk_usage(scratch).free < CHUNK:
        raise StudyError(f"There is no room left to unpack {path.name}: free some and run again.")
    if not written:
        raise StudyError(f"{path.name} holds an empty file: export it again with its data.")
    return target


def _readable() -> str:
    return f"files ending in {words.listed(READERS, 'or')} can be, also packed as {words.listed(PACKED, 'or')}"
