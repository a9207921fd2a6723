"""The older encodings of other scripts than the Latin one: Cyrillic, Greek, Japanese, Korean and Chinese."""

import codecs
import re

SPOKEN = 0.1  # of Japanese signs are of sounds, as no Chinese ones are
ENOUGH = 6  # letters, or words, below which nothing is said
MOSTLY = 0.8  # of the words that are no plain English ones, or of the signs that stand beside their like

CYRILLIC, GREEK = "А-Яа-яЁёІіЇїЄєҐґ", "Α-Ωα-ωΆ-Ώά-ώ"
ALPHABETS = {"cp1251": CYRILLIC, "koi8-r": CYRILLIC, "cp1253": GREEK}
KANA, HANGUL, HAN = "\u3040-\u30ff", "\uac00-\ud7a3", "\u4e00-\u9fff\u3005"
SIGNS = {"cp932": KANA + HAN, "euc-jp": KANA + HAN, "euc-kr": HANGUL, "gb2312": HAN, "gb18030": HAN, "big5": HAN}
BEYOND_ASCII = ("euc-jp", "euc-kr", "gb2312")  # with both bytes of a sign, as Western text hardly has two in a row
WIDER = {"gb2312": "gb18030"}  # the encoding that has all of its signs, and more
_BEYOND = re.compile(r"[^\0-\x7f]")
_WORD = re.compile(r"[^\W\d_]+")


def encoding_of(head: bytes) -> str | None:
    """The encoding in which a file's first bytes are words of such a script, if they are."""
    fits = {each: _of_signs(_decoded(head, each), signs, 2 - (each in BEYOND_ASCII)) for each, signs in SIGNS.items()}
    fits |= {each: _of_words(_decoded(head, each), letters) for each, letters in ALPHABETS.items()}
    best = max(fits, key=lambda each: fits[each])
    return WIDER.get(best, best) if fits[best] >= MOSTLY else None


def _decoded(head: bytes, encoding: str) -> str:
    """The text, without a sign that the end has cut; nothing where it cannot be read."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return ""


def _of_signs(text: str, signs: str, least: int) -> float:
    """Which share of the signs beyond ASCII are of this script, at `least` so many beside each other."""
    beyond = len(_BEYOND.findall(text))
    beside = sum(map(len, re.findall(f"[{signs}]{{{least},}}", text)))
    if signs == SIGNS["euc-jp"] and least == 1 and len(re.findall(f"[{KANA}]", text)) < SPOKEN * beyond:
        return 0.0
    return beside / beyond if beyond >= ENOUGH else 0.0


def _of_words(text: str, letters: str) -> float:
    """Which share of the words beyond ASCII are written in these letters alone, small ones behind the first."""
    beyond = [word for word in _WORD.findall(text) if not word.isascii()]
    pure = sum(bool(re.fullmatch(f"[{letters}]{{2,}}", word)) and _cased(word) for word in beyond)
    return pure / len(beyond) if len(beyond) >= ENOUGH else 0.0


def _cased(word: str) -> bool:
    return word[1:].islower() or word.isupper()
