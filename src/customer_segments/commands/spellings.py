"""Ids found in bytes of any kind: in every usual encoding, and as JSON, HTML, addresses and workbooks escape them."""

import html
import re
import unicodedata
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import IO

CHUNK = 1 << 22
ENCODINGS = ("cp1252", "iso8859-15", "cp1250", "cp1251", "cp1253", "cp437", "cp850", "mac_roman", "koi8_r")
ENCODINGS += ("shift_jis", "gb18030", "euc_kr", "big5")
LOOSE = "surrogatepass"
# Of numpy's text, Excel's and Windows': what a sign beside the id would look like.
WIDE = {"utf-16-le": (2, 0), "utf-16-be": (2, 1), "utf-32-le": (4, 0), "utf-32-be": (4, 3)}
LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Begun by one of three signs, which is found quickly, and then told apart by it.
ESCAPE = re.compile(
    rb"[\\&%](?:(?<=\\)\\*u[0-9a-fA-F]{4}(?:\\+u[0-9a-fA-F]{4})*|(?<=\\)\\*[nrtbf\"'/]"
    rb"|(?<=&)(?:amp;)*#?[0-9A-Za-z]+;|(?<=%)[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*)"
)
# In a workbook: a sign that XML does not know, and where one text changes its looks.
OF_WORKBOOKS = re.compile(
    rb"_x([0-9a-fA-F]{4})_|</t>\s*</r>\s*<r>(?:\s*<rPr>.{0,1000}?</rPr>)?\s*<t[^>]{0,40}>", re.DOTALL
)
OF_WORKBOOK = b"</t>"
OF_JSON = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
DOUBLED = re.compile(rb"[\"'\\]+")
ODD = re.compile(rb"[\"'\\\s\xa0]+")
LINE_END, HARD_BLANK = b"\r\n", "\u00a0".encode()
LONGEST_SIGN = 40  # bytes of one sign in any spelling


@dataclass(frozen=True)
class Spellings:
    """Some ids, to be looked for where no letter or digit stands beside them."""

    ids: tuple[str, ...]

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Spellings":
        forms = {unicodedata.normalize(form, each) for each in ids for form in ("NFC", "NFD")}
        return cls(tuple(sorted(forms)))

    def within(self, text: bytes) -> bool:
        """Whether one of the ids stands in these bytes."""
        if not self.ids:
            return False
        unescaped = ESCAPE.sub(lambda found: _sign(found[0]), text)
        plain = [text, unescaped]
        if OF_WORKBOOK in text:
            plain.append(OF_WORKBOOKS.sub(_joined, unescaped))
        if any(_stands(each, form) for each in plain for form in self._plain):
            return True
        if any(core in each and _stands(_folded(each), form) for each in plain for form, core in self._folded):
            return True
        return any(form in text and _stands(text, form, *beside) for form, beside in self._other)

    def within_file(self, file: IO[bytes]) -> bool:
        """The same for a file, piece by piece."""
        overlap, before = LONGEST_SIGN * (2 + max(map(len, self.ids), default=0)), b""
        chunk = file.read(CHUNK) if self.ids else b""
        while chunk:
            following = file.read(CHUNK)
            whole = before + chunk
            # A number that is cut through is not the number that is left of it.
            inner = whole.lstrip(LETTERS) if before else whole
            if self.within(inner.rstrip(LETTERS) if following else inner):
                return True
            before, chunk = whole[-overlap:], following
        return False

    @cached_property
    def _plain(self) -> list[bytes]:
        return [each.encode(errors=LOOSE) for each in self.ids]

    @cached_property
    def _folded(self) -> list[tuple[bytes, bytes]]:
        """Those with quotes, which may be doubled or escaped, or blanks, of which there are several; and a part."""
        odd = [each for each in self._plain if ODD.search(each)]
        return [(_folded(each), max(ODD.split(each), key=len)) for each in odd]

    @cached_property
    def _other(self) -> list[tuple[bytes, tuple[int, int]]]:
        wide = [(each.encode(name, LOOSE), beside) for each in self.ids for name, beside in WIDE.items()]
        old = {form for each in self.ids if not each.isascii() for form in _encoded(each)}
        return [*wide, *((form, (1, 0)) for form in sorted(old))]


def _encoded(text: str) -> Iterator[bytes]:
    for name in ENCODINGS:
        try:
            yield text.encode(name)
        except UnicodeEncodeError:
            continue


def _stands(text: bytes, form: bytes, width: int = 1, place: int = 0) -> bool:
    """Whether the form occurs where the signs beside it, `width` bytes each, are no ASCII letters or digits."""
    start = text.find(form)
    while start >= 0:
        after = start + len(form)
        beside = text[max(0, start - width) : start], text[after : after + width]
        if not any(_is_letter(each, width, place) for each in beside):
            return True
        start = text.find(form, start + 1)
    return False


def _is_letter(sign: bytes, width: int, place: int) -> bool:
    return len(sign) == width and sign[place] in LETTERS and sign.count(0) == width - 1


def _joined(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1], 16)).encode(errors=LOOSE) if found[1] else b""


def _folded(text: bytes) -> bytes:
    return DOUBLED.sub(b"", text).replace(LINE_END, b"\n").replace(HARD_BLANK, b" ")


@lru_cache(maxsize=1 << 14)
def _sign(escape: bytes) -> bytes:
    """What an escape stands for, in UTF-8."""
    if escape.startswith(b"&"):
        return html.unescape(re.sub(rb"&(?:amp;)+(?=.)", b"&", escape).decode()).encode(errors=LOOSE)
    if escape.startswith(b"%"):
        return urllib.parse.unquote_to_bytes(escape)
    bare = escape.lstrip(b"\\")
    if bare.startswith(b"u") and len(bare) > 1:
        units = bytes.fromhex(re.sub(rb"\\+u", b"", escape).decode())
        return units.decode("utf-16-be", LOOSE).encode(errors=LOOSE)
    return OF_JSON.get(bare, bare)
