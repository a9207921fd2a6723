"""Words that are written short or with a slip: which of the known words is meant, if one is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

SHORTEST, LEAST_TYPED = 2, 6  # letters of what is cut short, and of what may hold a slip
AGREED = 0.6  # of the words that could be meant, how many must mean the same
VOWELS = frozenset("aeiou")


def meant(token: str, dotted: bool, known: Mapping[str, tuple[str, ...]]) -> str:
    """The known word that a token stands for (`geschl.`, `ordr`, `custmer`); itself where there is none."""
    bare = skeleton(token)
    if dotted and len(token) >= SHORTEST:
        found = _agreed((word for word in known if word.startswith(token)), known)
        return found or _agreed((word for word in known if skeleton(word).startswith(bare)), known) or token
    if bare == token and len(token) > SHORTEST:  # no vowel but perhaps the first letter
        return _agreed((word for word in known if word != token and skeleton(word) == token), known) or token
    if len(token) >= LEAST_TYPED:
        return _agreed((word for word in known if len(word) >= LEAST_TYPED and one_off(token, word)), known) or token
    return token


def skeleton(word: str) -> str:
    """The first letter and the consonants behind it."""
    return word[:1] + "".join(letter for letter in word[1:] if letter not in VOWELS)


def one_off(one: str, other: str) -> bool:
    """Whether one letter more, less or exchanged behind the first, or two that changed places, make them the same."""
    if abs(len(one) - len(other)) > 1 or one == other or one[0] != other[0]:
        return False
    shared = _alike(one, other)
    one, other = one[shared:], other[shared:]
    if len(one) != len(other):
        longer, shorter = sorted((one, other), key=len, reverse=True)
        return longer[1:] == shorter
    return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])


def _alike(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _agreed(words: Iterable[str], known: Mapping[str, tuple[str, ...]]) -> str | None:
    """The shortest of the words, where most of them mean what it means."""
    found = sorted(words, key=lambda word: (len(word), word))
    if not found:
        return None
    meanings = Counter(known[word] for word in found)
    most, often = max(meanings.items(), key=lambda pair: pair[1])
    return next(word for word in found if known[word] == most) if often >= AGREED * len(found) else None
