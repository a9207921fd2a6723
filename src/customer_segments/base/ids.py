"""How customers' ids are told apart, however they are written."""

import re
import unicodedata

from customer_segments.base.files import RUN_BY_SPREADSHEETS

# Unseen signs that stand around cells besides the blank and line ends.
RARE_BLANKS = "\t\u00a0\u2007\u202f\u200b\u200e\u200f\ufeff"
BLANKS = f" \r\n{RARE_BLANKS}"
WHOLE_NUMBER = re.compile(r"([+-]?[0-9]+)\.0+")


def key(text: str) -> str:
    """What an id is told apart by, however it is written: `'@eve` in a CSV of ours, `17850.0`, either normal form."""
    if text.isascii() and text.isalnum():
        return text
    bare = unicodedata.normalize("NFC", text.strip(BLANKS)).strip(BLANKS)
    bare = bare[1:] if bare[:1] == "'" and bare[1:2] in RUN_BY_SPREADSHEETS else bare
    number = WHOLE_NUMBER.fullmatch(bare)
    return number[1] if number else bare
