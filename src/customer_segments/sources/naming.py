"""What a column's name says, in many languages: split into the words that it is made of, each with its meaning."""

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from customer_segments.sources import spelling
from customer_segments.sources.phrases import ABBREVIATED, FILLERS, LINKS, PHRASES
from customer_segments.sources.phrases_further import FURTHER_PHRASES, ON_A_DAY
from customer_segments.sources.vocabulary import ALONE, MEANINGS
from customer_segments.sources.vocabulary_further import FURTHER
from customer_segments.sources.vocabulary_more import FURTHER_ALONE, MORE

NO_DECOMPOSITION = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
)
UNKNOWN = "?"
# Endings of compounds whose beginning is not known, and the words that they are.
ENDINGS = {"nummer": "nummer", "nr": "nr", "datum": "datum", "soort": "soort", "art": "soort"}
LEAST_BEFORE = 4  # letters of such a beginning
EASTERN = "\u1100"  # from this letter on scripts are those of Korea, Japan and China
MOST_LETTERS = 100  # of a compound; what is longer is no word


def _unmarked(name: str) -> str:
    """Without accents and the like; also the marks of voiced Japanese signs, which is the same on both sides."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))


_WORDS: dict[str, tuple[str, ...]] = {}
for _meaning, _words in (*MEANINGS.items(), *FURTHER.items(), *MORE.items()):
    for _word in _unmarked(_words).split():
        _WORDS[_word] = tuple(dict.fromkeys((*_WORDS.get(_word, ()), _meaning)))
_LONGEST = max(map(len, _WORDS))
_ALONE = frozenset((*ALONE, *FURTHER_ALONE))


@lru_cache(maxsize=4096)
def meanings(name: str) -> tuple[frozenset[str], ...]:
    """For each word of a name what it may mean, linking words left out; a word that is not known means `?`."""
    if (bare := re.sub(r"[\W_]", "", name).lower()) in ABBREVIATED:
        name = ABBREVIATED[bare]
    told = _without_asides(name).replace("#", " no ").replace("°", "o ").translate(NO_DECOMPOSITION)
    plain = _unmarked(told)
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain).lower()
    apart = " ".join(map(_token, re.findall(r"a/c|[a-z]+\.?|[^\W\d_a-z]+", apart)))
    for turn, meant in (*FURTHER_PHRASES, *PHRASES):
        apart = re.sub(turn, meant, apart)
    found = [each for token in _dated(apart.split()) for each in _apart(token)]
    kept = [word for word in found if word not in (*LINKS, *FILLERS) and (len(word) > 1 or not word.isascii())] or found
    return tuple(frozenset(_WORDS.get(word, (UNKNOWN,))) for word in kept)


def _dated(tokens: list[str]) -> list[str]:
    """With the day that a word at the end speaks of, as in `Erstellt am`, where what happened then is known."""
    told = len(tokens) > 1 and tokens[-1] in ON_A_DAY and all(each in _WORDS for each in _apart(tokens[-2]))
    return [*tokens[:-1], "date"] if told else tokens


def _without_asides(name: str) -> str:
    """Without what stands in brackets, unless it is the place of an address, as in `Adresse (ville)`."""
    return re.sub(r"\(.*?\)|\[.*?\]", lambda aside: f" {_place(aside[0])} ", name)


def _place(aside: str) -> str:
    """The words of an aside, where all of them are of places."""
    found = re.findall(r"[^\W\d_]+", _unmarked(aside).lower())
    return " ".join(found) if found and all({"place", "country"} & set(_WORDS.get(word, ())) for word in found) else ""


def _token(written: str) -> str:
    """A token as a known word, if it is one that was cut short or holds a slip."""
    token = written.rstrip(".")
    if token in ABBREVIATED:
        return ABBREVIATED[token]
    known = _apart(token)
    return (
        token
        if len(token) < 2 or known != [token] or token in _WORDS
        else spelling.meant(token, written.endswith("."), _WORDS)
    )


def _apart(token: str) -> list[str]:
    """A token as the words that it is written of, fewest first; itself where it is no compound of known words."""
    if len(token) > MOST_LETTERS:
        return [token]
    best: dict[int, list[str]] = {0: []}
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - _LONGEST), end):
            word = token[start:end]
            known = (word in _WORDS and (word not in _ALONE or word == token)) or (word in LINKS and start > 0)
            if known and start in best and (end not in best or len(best[start]) + 1 < len(best[end])):
                best[end] = [*best[start], word]
    if len(token) in best:
        return best[len(token)]
    eastern = token[:1] >= EASTERN  # whose last words say what it is, whatever stands before
    endings = sorted((word for word in _WORDS if len(word) > 1), key=len, reverse=True) if eastern else ENDINGS
    ending = next((each for each in endings if token.endswith(each)), "")
    enough = len(token) >= len(ending) + (1 if eastern else LEAST_BEFORE)
    if not (enough and ending):
        return [token]
    first = token.removesuffix(ending)
    return [first if first in _WORDS else first.removesuffix("s"), ENDINGS.get(ending, ending)]


@lru_cache(maxsize=4096)
def says(name: str) -> Mapping[str, float]:
    """Which of our columns a name speaks for, and how clearly (0 to 1)."""
    found = meanings(name)
    heard = {role: _score(found, rules) or _composed(found, role) for role, rules in RULES.items()}
    street = bool(found) and found[-1] == {"address"}  # of a place, and not its name
    told = {role: score for role, score in heard.items() if score and not (street and role == "location")}
    return MappingProxyType(told)


def _composed(found: tuple[frozenset[str], ...], role: str) -> float:
    """How far a name speaks for a role whose words stand in it beside others that leave it what it is."""
    cores, beside = COMPOSED.get(role, ({}, ()))
    return max((score * _left(found, core, beside) for core, score in cores.items()), default=0.0)


def _left(found: tuple[frozenset[str], ...], core: tuple[str, ...], beside: tuple[str, ...]) -> float:
    """What the further words leave of a role: nothing where one of them makes it something else."""
    if not all(any(meaning in word for word in found) for meaning in core):
        return 0.0
    others = [word for word in found if not word & {*core, "only"}]
    return math.prod(BESIDE if word & set(beside) else STRANGE if UNKNOWN in word else 0.0 for word in others)


def _score(found: tuple[frozenset[str], ...], rules: dict[tuple[str, ...], float]) -> float:
    return max((score for meant, score in rules.items() if _is(found, meant)), default=0.0)


def _is(found: tuple[frozenset[str], ...], meant: tuple[str, ...]) -> bool:
    """Whether every word has one of these meanings, and each of them occurs."""
    return (
        bool(found)
        and all(word & {*meant, "only"} for word in found)
        and all(any(meaning in word for word in found) for meaning in meant)
    )


# What all words of a name together must mean.
RULES: dict[str, dict[tuple[str, ...], float]] = {
    "customer_id": {
        ("who", "id"): 0.85, ("who",): 0.75, ("card", "id"): 0.7, ("card",): 0.4,
        ("card", "who", "id"): 0.75, ("who", "card"): 0.7,
        ("id",): 0.55, ("only",): 0.3, ("who", "email"): 0.55, ("email",): 0.5, ("who", "name"): 0.47,
        ("other time", "who", "id"): 0.75, ("created", "who"): 0.7, ("contract", "id"): 0.5, ("device", "id"): 0.5,
        ("who", "contract", "id"): 0.6, ("name",): 0.3, (UNKNOWN, "id"): 0.3, ("order", "who"): 0.5,
        ("order", "who", "id"): 0.5, (UNKNOWN, "who", "id"): 0.6, (UNKNOWN, "who"): 0.4,
        ("other time", "who"): 0.4, ("aspect", "who", "id"): 0.5, ("phone",): 0.45, ("phone", "id"): 0.45,
        ("who", "phone"): 0.5, ("who", "phone", "id"): 0.5, ("who", "reference"): 0.75,
        ("who", "email", "id"): 0.6, ("email", "id"): 0.5, ("who", "product", "id"): 0.7,
        ("card", "product", "id"): 0.6,
        ("who", "name", "id"): 0.8, ("contract", "who"): 0.6, ("order", "email"): 0.5, ("other time", "email"): 0.5,
        ("order", "phone"): 0.45, ("name", "id"): 0.45, ("address", "id"): 0.5,
    },
    "invoice_id": {
        ("order", "id"): 0.85, ("order",): 0.75, ("order", "who", "id"): 0.6, ("order", "name"): 0.4,
        (UNKNOWN, "order", "id"): 0.6, ("created", "id"): 0.7, ("order", "created", "id"): 0.8, ("id",): 0.5,
        ("name",): 0.3, ("reference",): 0.55, ("reference", "id"): 0.55,
        ("reference", "order"): 0.8, ("contract", "id"): 0.5, ("contract",): 0.4, ("signup", "id"): 0.6,
        ("amount", "id"): 0.5, ("aspect", "order", "id"): 0.45, ("order", "contract", "id"): 0.6,
    },
    "ordered_at": {
        ("order", "time"): 0.85, ("created", "time"): 0.8, ("order", "created", "time"): 0.85, ("time",): 0.7,
        ("created",): 0.65, ("order", "created"): 0.7, (UNKNOWN, "time"): 0.4, ("amount", "time"): 0.6,
        ("order", "time", "id"): 0.7, ("order", "other time"): 0.5, ("order", "other time", "time"): 0.2,
        ("other time", "time"): 0.2, ("other time",): 0.15, ("begin", "time"): 0.45, ("order", "begin", "time"): 0.7,
        ("order", "begin"): 0.7, ("order", "end", "time"): 0.3, ("contract", "begin"): 0.4, ("contract", "time"): 0.4,
        ("contract", "begin", "time"): 0.4, ("paid", "time"): 0.55,
    },
    "quantity": {
        ("quantity",): 0.85, ("product", "quantity"): 0.85, ("order", "quantity"): 0.8, ("line", "quantity"): 0.8,
        ("quantity", "created"): 0.8, (UNKNOWN, "quantity"): 0.6, ("line", "product", "quantity"): 0.9,
        ("quantity", "time"): 0.6, ("card", "quantity"): 0.7, ("other time", "quantity"): 0.5,
    },
    "unit_price": {
        ("unit", "price"): 0.9, ("product", "price"): 0.8, ("price",): 0.75, ("order", "price"): 0.7,
        ("line", "product", "price"): 0.9, ("unit", "amount"): 0.7, ("amount", "unit", "price"): 0.75,
        ("created", "price"): 0.65, ("level", "price"): 0.7, ("unit", "level", "price"): 0.9,
        ("product", "cost"): 0.35, ("unit", "order", "price"): 0.8, ("line", "unit", "price"): 0.9,
        ("line", "price"): 0.7, ("before", "price"): 0.5, ("product", "before", "price"): 0.5,
        ("line", "product", "unit", "amount"): 0.7, ("price", "quantity"): 0.65, ("price", "time"): 0.6,
        ("who", "price"): 0.65, ("card", "price"): 0.6,
    },
    "amount": {
        ("amount",): 0.78, ("line", "amount"): 0.9, ("product", "amount"): 0.8, ("order", "amount"): 0.8,
        ("amount", "price"): 0.8, ("order", "amount", "price"): 0.8, ("line", "amount", "price"): 0.9, ("level",): 0.6,
        ("order", "level"): 0.7, ("amount", "level"): 0.75, ("created", "amount"): 0.6,
        ("order", "amount", "level"): 0.75, ("order",): 0.3, ("created",): 0.3, ("order", "created", "amount"): 0.7,
        ("fee",): 0.45, ("fee", "amount"): 0.6, ("order", "fee"): 0.45, ("product", "fee"): 0.45,
        ("line", "amount", "level"): 0.9, ("line", "level"): 0.75, ("level", "price", "amount"): 0.8,
        ("before", "amount"): 0.5, ("line", "product", "amount"): 0.9, ("line", "product", "level"): 0.75,
        ("amount", "cost"): 0.3, ("order", "amount", "cost"): 0.3, ("paid", "amount"): 0.7, ("contract", "amount"): 0.6,
        ("who", "fee"): 0.5, ("contract", "fee"): 0.5, ("dues", "yearly"): 0.65,
    },
    "product": {
        (UNKNOWN, "product", "id"): 0.5, ("title",): 0.5, ("product", "title"): 0.6, ("product", "id"): 0.85,
        ("product",): 0.8, ("product", "name"): 0.6, ("line", "product", "id"): 0.7,
        ("product", "id", "description"): 0.3, ("line", "product"): 0.75, ("line", "product", "name"): 0.6,
        ("line",): 0.5, ("product", "reference"): 0.85, ("product", "reference", "id"): 0.85,
        ("order", "line", "product", "id"): 0.7, ("order", "line", "product", "reference"): 0.7,
        ("order", "line", "product"): 0.7,
    },
    "description": {
        ("product", "name"): 0.7, ("product", "description"): 0.85, ("description",): 0.6, ("product",): 0.3,
        ("title",): 0.6, ("product", "title"): 0.8, ("line", "product", "name"): 0.7, ("order", "description"): 0.5,
        ("order", "line", "description"): 0.7, ("order", "line", "product", "description"): 0.75,
        ("line", "description"): 0.75, ("line", "name"): 0.65, ("line", "product", "description"): 0.8,
        ("order", "line", "product", "name"): 0.7,
    },
    "category": {
        ("category",): 0.7, ("product", "category"): 0.85, ("product", "kind"): 0.85, ("product", "line"): 0.4,
        ("product", "category", "id"): 0.7, ("product", "category", "name"): 0.8, ("category", "name"): 0.65,
    },
    "country": {
        ("country",): 0.8, ("who", "country"): 0.75, ("other time", "country"): 0.5, ("order", "country"): 0.6,
        ("country", "id"): 0.6, ("country", "name"): 0.75, ("country", "place"): 0.75, ("created", "country"): 0.6,
        ("other time", "country", "id"): 0.4, (UNKNOWN, "country", "id"): 0.4, (UNKNOWN, "country"): 0.5,
    },
    "line_number": {("line",): 0.6, ("line", "id"): 0.8, ("line", "product", "id"): 0.5, ("order", "line", "id"): 0.8,
                    ("order", "line"): 0.6},
    "age": {("age",): 0.85, ("who", "age"): 0.85},
    "gender": {("gender",): 0.85, ("who", "gender"): 0.85},
    "location": {
        ("address", "place"): 0.8, ("post", "place"): 0.6,
        ("place",): 0.8, ("who", "place"): 0.8, ("other time", "place"): 0.5, ("order", "place"): 0.6,
        ("country",): 0.6, ("who", "country"): 0.6, (UNKNOWN, "place"): 0.55, ("country", "place"): 0.7,
        ("address", "country"): 0.55, ("other time", "country"): 0.5, (UNKNOWN, "country"): 0.5,
    },
    "income": {
        ("income",): 0.85, ("yearly", "income"): 0.85, ("who", "income"): 0.85, ("income", "amount"): 0.6,
        ("who", "yearly", "income"): 0.8,
    },
    "preferred_channel": {
        ("favourite", "channel"): 0.9, ("who", "favourite", "channel"): 0.9, ("channel",): 0.6,
        ("who", "favourite"): 0.7,
        ("favourite", "aspect", "who"): 0.8, ("order", "channel"): 0.6, ("who", "channel"): 0.6,
        ("channel", "description"): 0.6, ("favourite", "description"): 0.6,
        ("favourite", "channel", "description"): 0.9,
    },
    "engagement_score": {
        ("engagement", "rating"): 0.9, ("engagement",): 0.7, ("who", "engagement", "rating"): 0.85,
        ("email", "engagement"): 0.6,
    },
    "signed_up_on": {
        ("signup", "time"): 0.85, ("who", "signup"): 0.85, ("who", "signup", "time"): 0.85, ("signup",): 0.6,
        ("who", "time"): 0.4, (UNKNOWN, "time"): 0.35, ("created", "time"): 0.65, ("who", "created", "time"): 0.75,
        ("created",): 0.5, (UNKNOWN, "signup", "time"): 0.7, (UNKNOWN, "signup"): 0.5,
        ("who", "created"): 0.7, ("contract", "begin"): 0.7, ("contract", "begin", "time"): 0.7, ("begin", "time"): 0.4,
        ("who", "begin"): 0.6, ("who", "begin", "time"): 0.65, ("contract", "time"): 0.6, ("active", "time"): 0.65,
        ("signup", "begin"): 0.7, ("signup", "begin", "time"): 0.75,
    },
    "active": {
        ("active",): 0.85, ("active", "who"): 0.8, ("active", "status"): 0.7, ("status",): 0.5, ("who", "status"): 0.5,
        ("contract", "status"): 0.5, ("signup", "status"): 0.45, ("contract", "active"): 0.7, ("signup", "active"): 0.6,
    },
    "left_on": {
        ("left", "time"): 0.85, ("left",): 0.6, ("who", "left", "time"): 0.85, ("signup", "left", "time"): 0.7,
        ("contract", "end"): 0.7, ("contract", "end", "time"): 0.7, ("who", "end", "time"): 0.5, ("who", "end"): 0.45,
        ("end",): 0.4, ("end", "time"): 0.4, ("signup", "end"): 0.65, ("signup", "end", "time"): 0.65,
    },
}  # fmt: skip


# How much is left of what a name says for each word that may stand beside, and for each that is not known.
BESIDE, STRANGE = 0.9, 0.6
_PARTS = ("order", "line", "product", "created", "level")
# The words that make a name one of ours, and those of whom or of what it is told.
COMPOSED: dict[str, tuple[dict[tuple[str, ...], float], tuple[str, ...]]] = {
    "customer_id": (
        {("who", "id"): 0.8, ("card", "id"): 0.65, ("who", "email"): 0.55, ("card",): 0.4, ("email",): 0.45,
         ("who", "name"): 0.47},
        ("order", "created", "contract", "address", "reference", "device", "card", "before"),
    ),
    "invoice_id": ({("order", "id"): 0.8, ("order", "reference"): 0.75}, ("created", "line", "reference", "address")),
    "ordered_at": (
        {("order", "time"): 0.8, ("created", "time"): 0.75, ("order", "created"): 0.65, ("time",): 0.62},
        ("product", "line", "amount", "id", "begin"),
    ),
    "quantity": ({("quantity",): 0.8}, ("line", "product", "created", "unit")),
    "unit_price": (
        {("unit", "price"): 0.85, ("unit", "amount"): 0.7, ("product", "price"): 0.75, ("price",): 0.7}, _PARTS,
    ),
    "amount": ({("amount",): 0.75, ("line", "price"): 0.6}, (*_PARTS, "price")),
    "product": ({("product", "id"): 0.8, ("product",): 0.75}, ("order", "line", "reference")),
    "description": (
        {("product", "description"): 0.8, ("product", "title"): 0.75, ("product", "name"): 0.65, ("title",): 0.85},
        ("order", "line", "name", "id", "created"),
    ),
    "category": (
        {("product", "category"): 0.8, ("category",): 0.65, ("product", "kind"): 0.8},
        ("order", "line", "name", "id", "description"),
    ),
    "country": (
        {("country",): 0.85},
        ("who", "order", "address", "other time", "created", "id", "name", "place", "description"),
    ),
    "gender": ({("gender",): 0.85}, ("who", "id", "name")),
    "income": ({("income",): 0.85}, ("who", "yearly", "level", "reference", "category", "rating", "kind")),
    "location": ({("place",): 0.85}, ("who", "order", "address", "other time", "created", "id", "name", "country")),
    "signed_up_on": (
        {("signup", "time"): 0.8, ("who", "signup"): 0.75, ("signup",): 0.6}, ("contract", "begin", "card"),
    ),
    "left_on": (
        {("left", "time"): 0.8, ("who", "left"): 0.75, ("contract", "end"): 0.7}, ("contract", "signup", "begin"),
    ),
}  # fmt: skip


def only_says(name: str, meant: str) -> bool:
    """Whether all of a name's words mean this, or nothing much."""
    return all(word & {meant, "only"} for word in meanings(name)) and speaks_of(name, meant)


def is_unknown(name: str) -> bool:
    """Whether none of a name's words is known."""
    return all(word == {UNKNOWN} for word in meanings(name))


def speaks_of(name: str, *meant: str) -> bool:
    """Whether one of a name's words has one of these meanings."""
    return any(word & set(meant) for word in meanings(name))
