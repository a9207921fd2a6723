"""What is made to exhaust or to mislead the readers ends in exact rows or in one sentence, within bounds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.malformed.cases import Case
from tests.malformed.hostile.all import HOSTILE
from tests.malformed.judging import check_result, check_sentence, files_in, put
from tests.malformed.limits import MOST_MEMORY_MB, MOST_SECONDS, collected_apart

# These take seconds each; EVERY_HOSTILE_FILE=1 has them tried, too.
HEAVY = (
    *("0,000 signs", "32,767 signs", "10,000 rows", "2^31", "a million", "100 MB", "50 MB", "60 MB", "in one letter"),
    *("30,000 names", "eight million", "950 columns", "30 million", "2,000", "opens a tag", "gz bomb"),
    *("Asia/Tokyo, note", "+14:00, note", "UTC, note", "of +14:00, left_on"),
)
EVERY = bool(os.environ.get("EVERY_HOSTILE_FILE"))
TRIED = [case for case in HOSTILE.values() if EVERY or not any(part in case.name for part in HEAVY)]


@pytest.mark.parametrize("case", TRIED, ids=lambda case: case.name)
def test_each_ends_in_exact_rows_or_in_a_sentence_within_bounds(case: Case, tmp_path: Path):
    put(case, tmp_path)
    before = files_in(tmp_path)
    ended = collected_apart(case, tmp_path)
    assert not ended.trouble
    assert ended.memory_mb < MOST_MEMORY_MB
    assert ended.seconds < MOST_SECONDS
    if ended.refused:
        assert files_in(tmp_path) == before, "a refusal leaves nothing behind"
        check_sentence(ended.refused, case, tmp_path)
    else:
        check_result(case, tmp_path)


def test_there_are_many():
    assert len(HOSTILE) >= 180
