"""Why work failed, in the sentence that a person can act on, found among all that was said."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from customer_segments.run.pipeline import OUTPUTS

OF_A_STAGE = re.compile(rf"(?:{'|'.join(OUTPUTS)}): (?!cell \d+ of|done in)(.+)")
OF_DVC = re.compile(r"(?:ERROR|WARNING|Running stage|Stage|Updating lock|To track|Use `dvc|>|\$|!|\d+%)")
NOT_FOR_READERS = re.compile(
    r"\((?:The notebook as far as it came is kept in|`[\w.]+` stands in params\.yaml)[^)]*\.\)"
)
PLACE = re.compile(r"(?:/[\w.@+-]+){2,}/?")
KILLED, LONGEST = -9, 1000


def reason(said: Path, code: int) -> str:
    """What a stage said, else the last line that is no message of the tools."""
    lines = [line.strip() for line in said.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    stages = [found[1] for line in lines if (found := OF_A_STAGE.match(line))]
    others = [line for line in lines if not OF_DVC.match(line)]
    if stages or others:
        return _for_readers((stages or others)[-1])
    if code == KILLED:
        return "It was ended from outside, most often for want of memory: go on, or send fewer rows."
    return f"It ended without a word (code {code}): go on, and tell an administrator where it happens again."


def _for_readers(sentence: str) -> str:
    """Without places on this machine, and without advice for a command line."""
    told = sentence.replace(str(settings.HOME), "…")
    told = NOT_FOR_READERS.sub("", told)
    return PLACE.sub(lambda found: Path(found[0]).name, told).strip()[:LONGEST]
