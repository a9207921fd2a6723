import itertools
from functools import cache
from pathlib import Path

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.base.params import FilesSource, Params, load_params, validate
from customer_segments.commands.use import merged, use
from customer_segments.studies import catalogue
from tests.support import PROJECT

COMMITTED = (PROJECT / "params.yaml").read_text(encoding="utf-8")
STUDIES = catalogue.names()


@pytest.fixture
def params(tmp_path) -> Path:
    """The committed params.yaml in a project folder of its own."""
    path = tmp_path / "params.yaml"
    path.write_text(COMMITTED, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", STUDIES)
def test_each_study_gives_valid_parameters(name, params):
    use(name, params.parent)
    found = load_params(params)
    assert found.study.name == name
    overlay = catalogue.overlay(name).params
    assert validate(Params, {"seed": 1} | overlay).source == found.source
    assert list(found.preprocessing.features.use or []) == (overlay["preprocessing"]["features"]["use"] or [])


@cache
def used(name: str) -> str:
    return merged(COMMITTED, name)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(STUDIES, STUDIES)))
def test_what_was_used_before_leaves_no_trace(first, second):
    assert merged(used(first), second) == used(second)


def test_the_demo_is_the_committed_file(params):
    use("online_retail", params.parent)
    use("demo", params.parent)
    assert params.read_text(encoding="utf-8") == COMMITTED


def test_every_line_that_no_study_is_about_stays_as_it_is(params):
    own = COMMITTED.replace("  k_max: 10 ", "  k_max: 12 ").replace("# ── 1. eda", "# my own remark\n# ── 1. eda")
    params.write_text(own, encoding="utf-8")
    change = use("mall", params.parent)
    assert {line for line in own.splitlines() if "k_max: 12" in line or "my own" in line} <= set(
        params.read_text(encoding="utf-8").splitlines()
    )
    assert not any("k_max: 12" in line for line in change.diff if line.startswith(("+", "-")))
    use("demo", params.parent)
    assert params.read_text(encoding="utf-8") == own


def test_the_diff_is_what_changed_and_a_second_time_nothing_does(params):
    change = use("mall", params.parent)
    assert "-  name: demo                            # short name, in small letters" in change.diff
    assert "+  name: mall                            # short name, in small letters" in change.diff
    written = params.stat().st_mtime_ns
    assert use("mall", params.parent).diff == []
    assert params.stat().st_mtime_ns == written


def test_a_missing_file_is_named_with_where_to_get_it(params):
    assert use("mall", params.parent).next_step.startswith("data/external/mall_customers.csv is not there yet. Kaggle")
    external = params.parent / "data" / "external"
    external.mkdir(parents=True)
    (external / "mall_customers.csv").touch()
    assert use("mall", params.parent).next_step == "Next: `segments run`."
    assert use("demo", params.parent).next_step == "Next: `segments run`."


def test_the_line_ends_of_windows_stay(params):
    params.write_bytes(COMMITTED.replace("\n", "\r\n").encode())
    use("mall", params.parent)
    lines = params.read_bytes().split(b"\n")
    assert all(line.endswith(b"\r") for line in lines[:-1])
    use("demo", params.parent)
    assert params.read_bytes() == COMMITTED.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text + "more: [1\n", "is not valid YAML"),
        (lambda text: text.replace("seed:", "sead:"), "`sead` is not a known key"),
        (lambda text: text.replace("  k:  ", "  k: many  "), "`clustering.k` is 'many'"),
        (
            lambda text: text.replace("    use:\n", "    # use:\n"),
            "is `preprocessing.features.use` in params.yaml",
        ),
        (lambda text: "", "must hold sections"),
    ],
)
def test_a_file_that_is_wrong_is_refused_and_left_as_it_is(params, damage, said):
    damaged = damage(COMMITTED)
    params.write_text(damaged, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        use("mall", params.parent)
    assert said in caught.value.in_a_study_folder()
    assert params.read_text(encoding="utf-8") == damaged
    assert [path.name for path in params.parent.iterdir()] == ["params.yaml"]


def test_several_keys_on_one_line_are_refused_rather_than_rewritten(params):
    study = COMMITTED[COMMITTED.index("study:") : COMMITTED.index("seed:")]
    params.write_text(COMMITTED.replace(study, 'study: {name: a, title: b, currency: "€"}\n'), encoding="utf-8")
    with pytest.raises(StudyError, match="Write `study` with one key a line"):
        use("mall", params.parent)


@pytest.mark.parametrize("name", [name for name in STUDIES if name != catalogue.DEFAULT])
def test_the_files_of_the_studies_are_read_where_people_put_them(name):
    source = FilesSource.of(**catalogue.overlay(name).params["source"])
    assert all(path.startswith("data/external/") for path in (source.customers, source.transactions) if path)
