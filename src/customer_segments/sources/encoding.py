"""What a text file's bytes are: read once for their encoding and fingerprint, and put into UTF-8 where they are not."""

import codecs
import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from customer_segments.base.errors import StudyError
from customer_segments.sources import scripts
from customer_segments.sources.part import FORMATS, RARE_BLANKS

CHUNK = 1 << 22
HEAD = 1 << 16  # bytes by which another script is known
UTF8 = ("utf-8", "ascii")
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
REPLACED = "\N{REPLACEMENT CHARACTER}"
# ą ł ż ź within a word, and ść; in Western text these would be ¹ ³ ¿ Ÿ and œæ.
CENTRAL_EUROPEAN = re.compile(rb"[A-Za-z][\xb9\xb3\xbf\x9f][a-z]|\x9c\xe6")
# š and ž within words, and ě or ř beside them; in Western text the latter would be ì and ø, of different languages.
CZECH = re.compile(rb"[a-z\x80-\xff][\x9a\x9e]|[\x9a\x9e][a-z\x80-\xff]"), re.compile(rb"[A-Za-z][\xec\xf8]")
# ő and ű beside á or í, as õ and û beside ã, ç or ê are not; and ş, ğ and ı, as þ, ð and ý beside æ or á are not.
HUNGARIAN = re.compile(rb"[A-Za-z][\xf5\xfb]"), re.compile(rb"[A-Za-z][\xe1\xed]")
TURKISH = (re.compile(rb"[A-Za-z\xfc\xf6\xe7][\xf0\xfd\xfe]"),)
EASTERN = (("cp1250", (CENTRAL_EUROPEAN,), b""), ("cp1250", CZECH, b""),
           ("cp1250", HUNGARIAN, b"\xe3\xe7\xea\xe8\xe0"), ("cp1254", TURKISH, b"\xe6\xe1\xed\xf3\xfa"))  # fmt: skip

TELLING = b"\xb9\xb3\xbf\x9f\x9c\x9a\x9e\xf5\xfb\xf0\xfd\xfe"  # of which each such word has one


@dataclass(frozen=True)
class Scan:
    """A file's fingerprint and the encoding in which all of it can be read."""

    sha256: str
    encoding: str
    blanks: str  # which rare blanks occur, if it is UTF-8, so that cells need be looked at for no others
    endless: bool = False  # whether a line is longer than `CHUNK`


UNREAD = Scan("", "utf-8", RARE_BLANKS)  # what is taken of a file of which only a sample is read


def scan(path: Path, name: str, given: str | None = None) -> Scan:
    """Read the file once: is all of it UTF-8, or what else is it?"""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    is_utf8, first_zero, read = True, None, 0
    blanks: set[str] = set()
    endless = False
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if first_zero is None and 0 in chunk:
                first_zero = read + chunk.index(0)
            text = _decoded(decoder, chunk) if is_utf8 else None
            is_utf8 = text is not None
            blanks |= {sign for sign in RARE_BLANKS if sign in (text or "")}
            endless |= len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk
            read += len(chunk)
    is_utf8 = is_utf8 and _decoded(decoder, b"", final=True) is not None
    encoding = _known(given, name) if given else _encoding(path, name, head, is_utf8, first_zero)
    if encoding in UTF8 and not is_utf8:
        if not given:  # its first bytes say so
            _refuse_damaged_utf8(path, name)
        raise _unreadable(name, encoding)
    return Scan(digest.hexdigest(), encoding, "".join(sorted(blanks)), endless)


def in_utf8(path: Path, name: str, given: str | None, scratch: Path) -> tuple[Path, Scan]:
    """The file, or where it is written otherwise a copy in UTF-8; and what was found out about it."""
    scanned = scan(path, name, given)
    if scanned.encoding in UTF8:
        return path, scanned
    target, encoding = scratch / f"{scanned.sha256[:16]}.utf8", scanned.encoding
    blanks: set[str] = set()
    try:
        with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
            while text := source.read(CHUNK):
                copy.write(text)
                blanks |= {sign for sign in RARE_BLANKS if sign in text}
    except UnicodeError:
        raise _unreadable(name, encoding) from None
    return target, replace(scanned, blanks="".join(sorted(blanks)))


def _unreadable(name: str, encoding: str) -> StudyError:
    told = (
        f"{name} cannot be read as {encoding}: set another `encoding` for it, or take the setting out to have it found."
    )
    return StudyError(told, setting=FORMATS)


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> str | None:
    """The text, if the bytes so far are UTF-8."""
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return None


def _known(given: str, name: str) -> str:
    try:
        "".encode(given)  # which also refuses codecs that are no encodings of text
        return codecs.lookup(given).name
    except LookupError:
        raise StudyError(
            f"`encoding: {given}` for {name} is not known: write one such as utf-8, cp1252, latin-1 or utf-16.",
            setting=FORMATS,
        ) from None


def _encoding(path: Path, name: str, head: bytes, is_utf8: bool, first_zero: int | None) -> str:
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding
    if first_zero is not None:
        return _of_zeros(path, name, first_zero)
    if is_utf8:
        return "utf-8"
    _refuse_damaged_utf8(path, name)
    if script := _of_other_script(path):
        return script
    if eastern := _eastern(path):
        return eastern
    return "cp1252" if _without(path, NOT_IN_CP1252) else "latin-1"


def _eastern(path: Path) -> str | None:
    """The encoding of letters that stand within words, where Western text has signs such as ³, or other letters."""
    with path.open("rb") as file:
        text = file.read(CHUNK)
    if not any(sign in text for sign in TELLING):  # found far quicker than the words around them
        return None
    return next(
        (
            encoding
            for encoding, signs, others in EASTERN
            if all(len(each.findall(text)) >= 2 for each in signs) and not any(byte in text for byte in others)
        ),
        None,
    )


def _of_other_script(path: Path) -> str | None:
    with path.open("rb") as file:
        return scripts.encoding_of(file.read(HEAD))


def _of_zeros(path: Path, name: str, first: int) -> str:
    """UTF-16 without its mark has a zero in every other byte of Western text; elsewhere zeros are damage."""
    with path.open("rb") as file:
        head = file.read(4096)
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if len(head) > 1 and min(even, odd) < 0.1 * len(head) / 2 < 0.4 * len(head) / 2 < max(even, odd):
            return "utf-16-be" if even > odd else "utf-16-le"
        file.seek(0)
        line = file.read(first).count(b"\n") + 1
    raise StudyError(
        f"{name} holds a NUL byte in line {line:,}, which no text file does: export it again as UTF-8 CSV."
    )


def _refuse_damaged_utf8(path: Path, name: str) -> None:
    """Refuse a file that is UTF-8 but for a few bytes: read as anything else, all its other accents would be wrong."""
    good = bad = 0
    first_line, line = None, 1
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        while text := file.read(CHUNK):
            damaged = text.count(REPLACED)
            if damaged and first_line is None:
                first_line = line + text.count("\n", 0, text.index(REPLACED))
            bad += damaged
            good += len(text) - len(text.encode("ascii", "ignore")) - damaged
            line += text.count("\n") if first_line is None else 0
    if good > 2 * bad:
        raise StudyError(
            f"{name} is UTF-8 but for {bad:,} damaged signs, the first in line {first_line:,}: export it again, "
            "or set its `encoding`.",
            setting=FORMATS,
        )


def _without(path: Path, signs: bytes) -> bool:
    """Whether none of the bytes occur in the file."""
    with path.open("rb") as file:
        return not any(sign in chunk for chunk in iter(lambda: file.read(CHUNK), b"") for sign in signs)
