"""Whatever stands in the place of params.yaml, it is read or refused in one sentence, within a second."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import load_params, read_params

BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
MAPS = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{{', '.join(f'k{m}: *a{n - 1}' for m in range(9))}}}\n" for n in range(1, 30)
)
HOSTILE = {
    "references to references": BOMB,
    "references of mappings": MAPS,
    "references below a known key": f"study: {{name: x, title: *a9}}\n{BOMB}".replace("*a9", "[*a9]", 1),
    "a bomb as a section": BOMB + "seed: *a9\nsource: *a9\n",
    "merged references": "a: &a {x: 1}\n" + "b: {<<: [" + ", ".join(["*a"] * 1000) + "]}\n",
    "a list that holds itself": "seed: &a [*a]\n",
    "a mapping that holds itself": "study: &a {name: *a}\n",
    "brackets, 100,000 deep": "[" * 100_000,
    "brackets, 5,000 deep and closed": "seed: " + "[" * 5_000 + "]" * 5_000,
    "braces, 100,000 deep": "{a: " * 100_000,
    "lists, 100,000 deep": "- " * 100_000 + "x",
    "keys, 1,000 deep": "".join(" " * n + "a:\n" for n in range(1_000)),
    "10 MB of comments": "# comment\n" * 1_000_000,
    "10 MB of blanks": " " * 10_000_000,
    "1 MB of one text": "study: {name: " + "x" * 1_000_000 + "}",
    "a million anchors": "".join(f"- &a{n} 1\n" for n in range(90_000)),
    "a key twice": "seed: 1\nseed: 2\n",
    "a key twice within": "clustering: {k: 1, k: 2}",
    "tabs": "study:\n\tname: x\n",
    "latin-1": "study: {name: x, title: Z\u00fcrich}".encode("latin-1"),
    "utf-16": "seed: 1".encode("utf-16"),
    "zeros": bytes(1000),
    "control signs": "seed: \x01\x02",
    "half a sign": b"seed: \xed\xa0\x80",
    "Python objects": "seed: !!python/object/apply:os.system [echo]",
    "Python names": "seed: !!python/name:os.system",
    "an unknown tag": "seed: !x 1",
    "bytes": "seed: !!binary 4pyT",
    "a set": "seed: !!set {a, b}",
    "an ordered map": "seed: !!omap [a: 1]",
    "a list for a key": "[1, 2]: 3",
    "a mapping for a key": "? {a: 1}\n: 3",
    "a number for a key": "1: 3",
    "nothing for a key": "~: 3",
    "an impossible day": "seed: 2024-02-31",
    "an impossible time": "seed: 2024-01-01T99:99:99Z",
    "a number of 10,000 digits": "seed: " + "9" * 10_000,
    "a number of 10,000 hexadecimal digits": "seed: 0x" + "f" * 10_000,
    "a number of base 60": "seed: 1:" + "59:" * 1000 + "59",
    "two documents": "seed: 1\n---\nseed: 2\n",
    "an undefined reference": "seed: *nowhere",
    "a directive of YAML 3": "%YAML 3.0\n---\nseed: 1",
    "a scalar": "42",
    "nothing": "",
    "only a mark": b"\xef\xbb\xbf",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_study_is_refused_in_a_sentence(content, tmp_path: Path):
    path = tmp_path / "params.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    started = time.process_time()
    with pytest.raises(StudyError) as caught:
        load_params(path)
    assert time.process_time() - started < 1
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 3000
    assert "aram" in said


def test_a_folder_in_its_place_is_refused(tmp_path: Path):
    with pytest.raises(StudyError, match="is a folder"):
        read_params(tmp_path)


def test_a_mark_and_line_ends_of_windows_do_no_harm(tmp_path: Path):
    path = tmp_path / "params.yaml"
    path.write_bytes("\ufeffseed: 1\r\nstudy: {name: &n x, title: *n}\r\n".encode())
    assert read_params(path) == {"seed": 1, "study": {"name": "x", "title": "x"}}
