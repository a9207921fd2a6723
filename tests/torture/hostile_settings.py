"""params.yaml made to hurt: bombs of aliases, depths, odd kinds, and values that are no choice at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from samples import written

SOURCE = 'source: {kind: files, customers: "data/external/customers.csv"}'
USUAL = f"study: {{name: torture, title: Torture}}\nseed: 1\n{SOURCE}\n"
VALUES: dict[str, tuple[object, ...]] = {
    "seed": (-1, 2**63, 10**400, 1.5, "x", None, [], True),
    "threads": (0, -1, 10**9, 1.5, "many", None),
    "study": (
        {},
        [],
        "x",
        {"name": "a\nb", "title": "x"},
        {"name": "a", "title": "x" * 1_000_000},
        {"name": "../x", "title": "x"},
        {"name": "a", "title": "\0"},
        {"name": "a", "title": "x", "currency": "<b>" * 1000},
    ),
    "source": (
        {},
        [],
        "files",
        {"kind": "x"},
        {"kind": "files"},
        {"kind": "files", "customers": ""},
        {"kind": "files", "customers": "\0"},
        {"kind": "files", "customers": "x" * 100_000},
        {"kind": "files", "customers": "../../../../etc/passwd"},
        {"kind": "files", "customers": ["a"]},
        {"kind": "demo", "customers": 10**12},
        {"kind": "demo", "first_day": "9999-12-31"},
        {"kind": "demo", "first_day": "0001-01-01"},
        {"kind": "database", "url": "x", "customers": "t"},
        {"kind": "database", "url": "sqlite:///data/external/customers.csv", "customers": "t"},
        {"kind": "web", "customers": "ftp://x"},
        {"kind": "web", "customers": "file:///etc/passwd"},
        {"kind": "web", "customers": "http://127.0.0.1:1/"},
        {"kind": "web", "customers": "http://[::1"},
    ),
    "clustering": ({"k": 0}, {"k": 10**9}, {"k_min": 9, "k_max": 2}, {"nosuch": 1}, {"k": [1] * 100_000}),
    "preprocessing": (
        {"as_of": "infinity"},
        {"as_of": "9999-99-99"},
        {"features": {"use": ["x" * 100_000]}},
        {"as_of": 5},
    ),
}


def files() -> Iterator[tuple[str, Callable[[Path], object]]]:
    """Each by what it is."""
    for section, values in VALUES.items():
        for number, value in enumerate(values):
            kept = [line for line in USUAL.splitlines() if not line.startswith(f"{section}:")]
            try:
                told = json.dumps(value)
            except ValueError:  # an integer of so many digits
                told = "9" * 400
            yield f"{section}, value {number}", written("\n".join([*kept, f"{section}: {told}", ""]))
    for depth in range(4, 11):
        yield f"aliases {depth} deep", written(USUAL + _laughs(depth))
    for depth in (1_000, 10_000, 100_000):
        yield f"lists {depth} deep", written(f"{USUAL}x: {'[' * depth}{']' * depth}\n")
        yield f"keys {depth} deep", written(USUAL + "x: " + "{a: " * depth + "1" + "}" * depth + "\n")
    for name, text in {
        "empty": "",
        "a list": "- a\n- b\n",
        "a number": "5\n",
        "a text": "x\n",
        "zeros": b"\0" * 1000,
        "no UTF-8": b"study: \xff\xfe\n",
        "UTF-16": USUAL.encode("utf-16"),
        "a mark of bytes": b"\xef\xbb\xbf" + USUAL.encode(),
        "tabs": USUAL + "eda:\n\tx: 1\n",
        "a key twice": USUAL + "seed: 2\n",
        "an open quote": USUAL + 'eda: "x\n',
        "two documents": USUAL + "---\nseed: 2\n",
        "an object": USUAL + "eda: !!python/object/apply:os.system ['true']\n",
        "an odd tag": USUAL + "eda: !x {}\n",
        "a list of itself": USUAL + "eda: &a [*a]\n",
        "a table of itself": USUAL + "eda: &a {b: *a}\n",
        "no such alias": USUAL + "eda: *a\n",
        "a merge of itself": USUAL + "eda: &a {<<: *a}\n",
        "a key that is a list": USUAL + "? [1, 2]\n: 3\n",
        "a key that is null": USUAL + "~: 1\n",
        "a date": USUAL + "eda: 2024-01-05\n",
        "ten megabytes": USUAL + "eda: " + "x" * 10_000_000 + "\n",
        "binary": USUAL + "eda: !!binary x\n",
        "a million keys": USUAL + "".join(f"k{n}: 1\n" for n in range(200_000)),
        "cut": USUAL[:-8],
        "a directive": f"%YAML 9.9\n---\n{USUAL}",
        "sixty": USUAL + "threads: 1:30\n",
        "infinity": USUAL + "eda: {outlier_fence: .inf}\n",
        "no number": USUAL + "eda: {outlier_fence: .nan}\n",
        "old line ends": USUAL.replace("\n", "\r"),
        "a line separator": USUAL.replace("\n", "\u2028"),
        "merges": USUAL + _merges(20),
    }.items():
        yield name, written(text)


def _laughs(depth: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, depth)]
    return "\n".join([*lines, ""])


def _merges(depth: int) -> str:
    lines = ["m0: &m0 {x: 1}"] + [f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], y{n}: 1}}" for n in range(1, depth)]
    return "\n".join([*lines, ""])
