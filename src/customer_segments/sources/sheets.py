"""One sheet of a workbook as lines of JSON, read in a process of its own whose memory and time are limited.

Started by `workbooks`, without the package, the environment or anything else of the process that wants the rows.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

ALL = "all"
ROWS, SIGNS = 500, 1 << 20  # what is sent at once, at most
LONGEST_CELL = 100_000  # signs; what is longer is no value but a slip
MOST_SIGNS = 256 << 20  # in a sheet
CHUNK = 1 << 20
# A filled cell from column AAA or row 1,000,000 on; to hold it, all cells before it are held, too.
FAR = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br="((?:[A-Z]{3,}\d+)|(?:[A-Z]+\d{7,}))"[^<>]*(?<!/)>')
FAR_AT_ALL = re.compile(rb' r="(?:[A-Z]{3}|[A-Z]*\d{7})')
MOST_FAR = 100_000_000  # cells
CONTENT = "content.xml"  # of an .ods
DIES_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


def main(path: str, wanted: str, library: str, memory_bytes: str, seconds: str, parent: str) -> None:
    """Send what the workbook has, then the rows of its sheet, then that this was all."""
    sys.path.append(library)
    _limit(int(memory_bytes), int(seconds), int(parent))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    try:
        if problem := problem_of(Path(path)):
            _send(problem)
            return
        _send_sheet(path, json.loads(wanted))
    except (MemoryError, BrokenPipeError):
        os._exit(1)
    except BaseException as error:  # the library's own panics are no Exception
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        _send({"problem": "locked" if locked else "damaged"})


def _limit(memory_bytes: int, seconds: int, parent: int) -> None:
    """Where the system can, hold this process to its limits, and let it not outlive the one that wants the rows."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in (("AS", memory_bytes), ("CPU", seconds), ("CORE", 0)):
        hardest = resource.getrlimit(kind := getattr(resource, f"RLIMIT_{limit}"))[1]
        most = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
        resource.setrlimit(kind, (most, hardest))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def problem_of(path: Path) -> dict[str, str] | None:
    """What the library would not survive: an .ods that is cut, or a cell of an .xlsx beyond what any memory holds."""
    if not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if CONTENT in names and not _is_whole(archive):
                return {"problem": "damaged"}
            sheets = [name for name in names if re.fullmatch(r"/?xl/worksheets/[^/]+\.xml", name)]
            far = next(filter(None, (_far_in(archive, name) for name in sheets)), None)
            return {"problem": "far", "cell": far} if far else None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        return None  # the library may know better, or says what is wrong


def _is_whole(archive: zipfile.ZipFile) -> bool:
    """Whether the content of an .ods comes to its end; in one that does not, the library looks for it for ever."""
    try:
        with archive.open(CONTENT) as file:
            ParserCreate().ParseFile(file)
    except ExpatError:
        return False
    return True


def _far_in(archive: zipfile.ZipFile, name: str) -> str | None:
    with archive.open(name) as file:
        tail = b""
        while chunk := file.read(CHUNK):
            text = tail + chunk
            # Nearly no sheet has such a reference at all, and that is found out far quicker.
            for found in FAR.finditer(text) if FAR_AT_ALL.search(text) else ():
                if _cells_before(found[1].decode()) > MOST_FAR:
                    return found[1].decode()[:30]
            tail = text[-200:]
    return None


def _cells_before(cell: str) -> int:
    column = 0
    for letter in re.sub(r"\d", "", cell)[:20]:
        column = column * 26 + ord(letter) - 64
    return column * int(re.sub(r"\D", "", cell)[:20])


def _send_sheet(path: str, wanted: str | None) -> None:
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(path)
    names = workbook.sheet_names
    if wanted is None:
        visible = [each.name for each in workbook.sheets_metadata if str(each.visible).endswith("Visible")]
        sheets = [workbook.get_sheet_by_name(each) for each in visible]
        sheets = [sheet for sheet in sheets if sheet.height] or sheets
    else:
        sheets = [workbook.get_sheet_by_name(wanted)] if wanted in names else []
    _send({"names": names, "sheets": [sheet.name for sheet in sheets]})
    if len(sheets) == 1:
        sent = 0
        for batch in _batches(sheets[0].iter_rows()):
            sent += _send(batch)
            if sent > MOST_SIGNS:
                _send({"problem": "long"})
                return
        _send(ALL)


def _batches(rows: Iterable[list[Any]]) -> Iterator[list[list[str | None] | str]]:
    """The rows that hold anything, as text; of one that is beyond reason, its beginning as one text."""
    batch: list[list[str | None] | str] = []
    signs = 0
    for row in rows:
        cells = [(cell.strip() or None) if type(cell) is str else _text(cell) for cell in row]
        length = sum(map(len, filter(None, cells)))
        if not length:
            continue
        if length > LONGEST_CELL and (length > SIGNS or max(map(len, filter(None, cells))) > LONGEST_CELL):
            batch.append(" ".join(cell[:LONGEST_CELL] for cell in cells if cell)[:LONGEST_CELL])
        else:
            batch.append(cells)
        signs += length
        if len(batch) >= ROWS or signs > SIGNS:
            yield batch
            batch, signs = [], 0
    yield batch


def _text(cell: Any) -> str | None:
    """A cell as text: whole numbers without the point that workbooks give all numbers, times as ISO 8601."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return str(cell).strip() or None


def _send(content: Any) -> int:
    """Send one line; returns its length."""
    length = sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return length


if __name__ == "__main__":
    main(*sys.argv[1:])
