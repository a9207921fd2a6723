"""Why work failed, in the sentence that a person can act on, found among all that was said."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from django.conf import settings

from customer_segments.run.pipeline import OUTPUTS

log = logging.getLogger(__name__)
OF_A_STAGE = re.compile(rf"(?:{'|'.join(OUTPUTS)}): (?!cell \d+ of|done in)(.+)")
OF_TOOLS = re.compile(
    r"ERROR:|WARNING:|Running stage|Stage '|Generating lock|Updating lock|To track|Use `dvc|>|\$|!|\d+%|"
    r"The study could not be run|The notebook as far as"
)
KILLED = re.compile(r"exited with -(?:9|6)\b")
FOR_A_COMMAND_LINE = re.compile(
    r"\(The notebook as far as it came is kept in [^)]*\)|\(`[\w.]+` stands in params\.yaml\.\)|"
    r"The setting is `[\w.]+` in params\.yaml\.| in params\.yaml\b"
)
PLACE = re.compile(r"(?:/[\w.@+-]+){2,}/?")
LONGEST = 1000
UNFORESEEN = "Something that is not foreseen"
CAUSE = re.compile(r"\((\w+): .*(, in [^,()]+, line \d+\))", re.S)
WANT_OF_MEMORY = "It was ended from outside, most often for want of memory: go on, or send fewer rows."


def reason(said: Path, code: int | None) -> str:
    """What a stage said, else the last line that is no message of the tools."""
    text = said.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    stages = [found[1] for line in lines if (found := OF_A_STAGE.match(line))]
    others = [line for line in lines if not OF_TOOLS.match(line)]
    if stages:
        return _for_readers(stages[-1])
    if code is None or KILLED.search(text):
        return WANT_OF_MEMORY
    told = [line for line in others if not re.match(r"\w+: (?:cell|done)", line)]
    if told:
        return _for_readers(told[-1])
    return f"It ended without a word (code {code}): go on, and tell an administrator where it happens again."


def _for_readers(sentence: str) -> str:
    """Without places on this machine, without advice for a command line, without what only programmers read."""
    if sentence.startswith(UNFORESEEN):
        log.error("%s", CAUSE.sub(r"(\1\2", sentence))  # what it says may hold someone's data
        return f"{UNFORESEEN} went wrong; it has been written down for your administrator."
    told = FOR_A_COMMAND_LINE.sub("", sentence.replace(str(settings.HOME), "…"))
    return " ".join(PLACE.sub(lambda found: Path(found[0]).name, told).split())[:LONGEST]
