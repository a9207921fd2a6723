"""Every malformed file ends in a table whose rows are all accounted for, or in a sentence; never in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_segments.base.errors import StudyError
from tests.malformed.cases import Case
from tests.malformed.corpus import CASES
from tests.malformed.judging import check_result, check_sentence, files_in, params, put
from tests.sources.shop import collect_into


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_ends_in_a_table_or_in_a_sentence(case: Case, tmp_path: Path):
    put(case, tmp_path)
    before = files_in(tmp_path)
    try:
        collect_into(tmp_path, params(case))
    except StudyError as error:
        assert files_in(tmp_path) == before, "a refusal leaves nothing behind"
        check_sentence(error.in_a_study_folder(), case, tmp_path)
        return
    new = {path.relative_to(tmp_path).as_posix() for path in set(files_in(tmp_path)) - set(before)}
    assert all(path.startswith("data/raw/") for path in new), f"written elsewhere: {sorted(new)}"
    check_result(case, tmp_path)


def test_no_two_cases_have_one_name():
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)
