"""What is made to exhaust or to mislead the readers ends in exact rows or in one sentence, within bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.malformed.cases import Case
from tests.malformed.hostile.all import HOSTILE
from tests.malformed.judging import check_result, check_sentence, files_in, put
from tests.malformed.limits import MOST_MEMORY_MB, MOST_SECONDS, collected_apart


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
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


def test_no_two_cases_have_one_name():
    names = [case.name for case in HOSTILE]
    assert len(HOSTILE) >= 120
    assert sorted(set(names)) == sorted(names)
