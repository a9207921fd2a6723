"""The one error that a person is meant to read."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Collection

OF_THE_DISK = {"OSError", "IOException"}  # DuckDB's errors are known by name, so that it need not be loaded
REFUSED = {"ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE", "EIO"}  # never a slip in code
WITHOUT_MEMORY = {"MemoryError", "OutOfMemoryException"}
MEMORY_IS_SHORT = re.compile(r"cannot allocate memory|failed to map segment|can't start new thread|bad_?alloc", re.I)
LONGEST_PLACE = 300  # signs that are shown
NUMBER = re.compile(r"\[errno (\d+)\]", re.I)
PLACE = re.compile(r"""(?P<quote>['"])(?P<place>.+?)(?P=quote)""")


class StudyError(Exception):
    """Something the person running the study can mend: says what is wrong, where, and what to do.

    It does not know who asked: `setting` names the parameter to change (`clustering.k_max`), `stage` the step to run
    first; the edge (command line, web page) adds where that setting stands and how that step is run.
    """

    code = 1  # with which a command ends

    def __init__(self, what: str, setting: str | None = None, stage: str | None = None) -> None:
        super().__init__(what)
        self.setting, self.stage = setting, stage

    def in_a_study_folder(self) -> str:
        """The sentence for someone at a study's folder, with the file to edit or the command to run."""
        told = str(self)
        if self.setting and f"`{self.setting}`" in told:
            told += f" (`{self.setting}` stands in params.yaml.)"
        elif self.setting:
            told += f" The setting is `{self.setting}` in params.yaml."
        return f"{told} Run `dvc repro {self.stage}` (or `make run`) first." if self.stage else told

    def _render_traceback_(self) -> list[str]:
        """Show only the sentence when a notebook cell raises this (a hook of IPython's)."""
        return [f"StudyError: {self.in_a_study_folder()}"]


def of_the_machine(kinds: Collection[str], told: str, *, refused_only: bool = False) -> StudyError | None:
    """What the machine refused, in a sentence: by the names of an error's classes and its words; None for all else.

    `refused_only` leaves out what a slip in code may cause as well, such as a file that is not there.
    """
    if any(kind.endswith(tuple(WITHOUT_MEMORY)) for kind in kinds) or MEMORY_IS_SHORT.search(told):
        return StudyError("There is not enough memory: close other programs, or use fewer rows, and try again.")
    if "RecursionError" in kinds and not refused_only:
        return StudyError("Something that was read is nested too deeply: make it flatter, and try again.")
    if "UnicodeEncodeError" in kinds and "surrogates not allowed" in told:
        return StudyError("The name of a file or folder, or a word of the command, is not UTF-8: rename it.")
    if not OF_THE_DISK & set(kinds):
        return None
    numbers = [int(number) for number in NUMBER.findall(told)]
    if refused_only and "OSError" in kinds and not REFUSED & {errno.errorcode.get(number) for number in numbers}:
        return None
    reason = os.strerror(numbers[-1]) if numbers else told.removeprefix("IO Error: ").strip().partition("\n")[0]
    places = [found["place"] for found in PLACE.finditer(told)] if numbers else []
    named = places[-1] if places else "A file"
    named = named if len(named) <= LONGEST_PLACE else f"{named[: LONGEST_PLACE - 1]}…"
    todo = "shorten it" if errno.ENAMETOOLONG in numbers else "make room or give access"
    return StudyError(f"{named} could not be read or written ({reason or 'no reason told'}): {todo}.")
