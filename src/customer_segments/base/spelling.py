"""The names of columns in whole words: what is short for something, and how what they hold is spoken of."""

import re

# What a word in a column's name is short for.
SHORT_FOR = {
    "mnt": "amount spent on", "num": "number of", "cnt": "number of", "avg": "average", "qty": "quantity",
    "pct": "per cent", "perc": "per cent", "tot": "total", "yr": "year", "yrs": "years", "mths": "months",
    "cust": "customer", "acct": "account", "acc": "account", "trx": "transactions", "txn": "transactions",
    "txns": "transactions", "freq": "frequency", "bal": "balance", "cmp": "campaign", "chg": "charges",
    "rev": "revenue", "intl": "international", "mins": "minutes", "amt": "amount", "vmail": "voice mail",
    "kidhome": "children at home", "teenhome": "teenagers at home", "prod": "product", "prods": "products",
    "catalog": "catalogue", "svc": "service", "pymt": "payment", "max": "highest", "min": "lowest", "nr": "number",
}  # fmt: skip
SCALE = re.compile(r"_\d+_\d+$")  # "(1-100)" behind a score
UNIT = re.compile(r"_(k|usd|eur|gbp|in_usd|in_eur)$")


def words_of(name: str) -> list[str]:
    """The words of a column's name as they stand, its scale and unit aside, numbers apart."""
    bare = UNIT.sub("", SCALE.sub("", name))
    return [word for part in bare.split("_") for word in re.findall(r"\d+|[^\W\d_]+", part)]


def spelled_out(name: str) -> str:
    """A column's name as one would say it."""
    bare = UNIT.sub("", SCALE.sub("", name))
    said = [SHORT_FOR.get(word, word) for part in bare.split("_") for word in re.findall(r"[^\W\d_]+|\d+|\S", part)]
    return " ".join(said) if any(part in SHORT_FOR for part in words_of(name)) else bare.replace("_", " ").strip()
