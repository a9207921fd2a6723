"""Whatever a file holds, it is collected cell for cell or refused in a sentence; a refusal leaves nothing behind."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_segments.base.errors import StudyError
from customer_segments.sources.cells import MISSING_TEXT
from customer_segments.sources.part import BLANKS
from tests.malformed.packed import gzipped, parquet, workbook, zipped
from tests.sources.shop import Shop

USUAL = [["customer_id", "age", "note"], ["a", 20, 'x, "y"'], ["b", 30, "Zürich"], ["c", 40, None]]
CSV = b'customer_id,age,note\na,20,"x, ""y"""\nb,30,"Z\xc3\xbcrich"\nc,40,\n'
RECORDS = [dict(zip(USUAL[0], row, strict=True)) for row in USUAL[1:]]
VALID = {
    "csv": CSV,
    "csv.gz": gzipped(CSV),
    "zip": zipped({"shop.csv": CSV}),
    "xlsx": workbook({"Customers": USUAL}),
    "json": json.dumps(RECORDS, ensure_ascii=False).encode(),
    "jsonl": "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS).encode(),
    "parquet": parquet(**{name: [record[name] for record in RECORDS] for name in USUAL[0]}),
}
MODEST = {"derandomize": True, "suppress_health_check": [HealthCheck.too_slow]}


@contextmanager
def an_empty_shop() -> Iterator[Shop]:
    """As the fixture of that name, but new for every example."""
    with tempfile.TemporaryDirectory() as folder:
        yield Shop(Path(folder))


text = st.text(st.one_of(st.sampled_from("\",;\t|\n\r '\\"), st.characters(exclude_categories=["Cs"], min_codepoint=1)))
# Python leaves a lone carriage return without quotes, and then nobody could tell it from a line's end.
cell = text.map(lambda written: written[:40].replace("\r", "\r\n"))


@settings(max_examples=100, **MODEST)
@given(
    rows=st.lists(st.tuples(cell, cell), max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_comes_back_cell_for_cell(rows, delimiter, quoting, line_end, encoding):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    # The first row makes both attributes text, whatever the others hold.
    rows = [("word", "word"), *rows]
    writer.writerows([("customer_id", "one", "two"), *((f"c{place}", *row) for place, row in enumerate(rows))])
    with an_empty_shop() as shop:
        found = shop.customers(file.getvalue().encode(encoding), delimiter=delimiter)
        assert shop.broken() == []
    assert found["customer_id"].tolist() == [f"c{place}" for place in range(len(rows))]
    assert found[["one", "two"]].fillna("").values.tolist() == [[_kept(one), _kept(two)] for one, two in rows]


def _kept(written: str) -> str:
    bare = written.strip(BLANKS)
    return "" if bare in MISSING_TEXT else bare


@pytest.mark.parametrize("suffix", VALID)
@settings(max_examples=40, **MODEST)
@given(content=st.binary(max_size=400), begins=st.integers(0, 40))
def test_random_bytes_end_in_a_table_or_in_a_sentence(suffix, content, begins):
    _collected_or_refused(suffix, VALID[suffix][:begins] + content)


mutations = st.lists(
    st.tuples(st.sampled_from(["flip", "cut", "insert"]), st.floats(0, 1), st.binary(min_size=1, max_size=8)),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("suffix", VALID)
@settings(max_examples=80, **MODEST)
@given(mutations=mutations)
def test_a_damaged_file_ends_in_a_table_or_in_a_sentence(suffix, mutations):
    content = VALID[suffix]
    for how, share, signs in mutations:
        place = int(share * len(content))
        after = place if how == "insert" else place + len(signs)
        content = content[:place] + (b"" if how == "cut" else signs) + content[after:]
    _collected_or_refused(suffix, content)


def _collected_or_refused(suffix: str, content: bytes) -> None:
    with an_empty_shop() as shop:
        said = ""
        try:
            found = shop.customers(content, f"shop.{suffix}")
        except StudyError as error:
            said = str(error)
        if said:
            assert list(shop.files()) == [f"data/external/shop.{suffix}"]
            assert f"shop.{suffix.removesuffix('.gz')}" in said
            assert "\n" not in said
        else:
            rows = sorted([*found["row"], *(row for _, row, *_ in shop.broken())])
            assert rows == list(range(1, len(rows) + 1))
            assert shop.source()["tables"]["customers"]["rows"] == len(rows)
