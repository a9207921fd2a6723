from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from customer_segments.base.errors import StudyError
from customer_segments.base.params import (
    ClusteringParams,
    Params,
    PreprocessingParams,
    load_params,
    read_params,
    validate,
)

COMMITTED = Path(__file__).parents[1] / "params.yaml"


def changed(**sections: Any) -> dict[str, Any]:
    """The committed parameters with some sections' keys replaced."""
    params = read_params(COMMITTED)
    return params | {name: params[name] | value for name, value in sections.items()}


def test_the_committed_file_is_valid_and_holds_the_defaults():
    params = load_params(COMMITTED)
    own_to_the_demo = {"study", "seed", "source", "profiling"}
    for name, field in Params.model_fields.items():
        if name not in own_to_the_demo:
            assert getattr(params, name) == field.default, name


def test_every_key_stands_in_the_committed_file():
    params = load_params(COMMITTED)
    written = read_params(COMMITTED)
    assert set(written) == set(Params.model_fields)
    for name in written:
        section = getattr(params, name)
        if hasattr(section, "model_fields_set"):
            assert section.model_fields_set == set(type(section).model_fields), name


def test_sections_cannot_be_changed_after_reading():
    with pytest.raises(ValidationError, match="frozen"):
        ClusteringParams().k = 3


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"clustering": {"kk": 3}}, "`clustering.kk` is not a known key (did you mean `k`?)"),
        ({"preprocessing": {"cleaning": {"returns": "eat"}}}, "`preprocessing.cleaning.returns` is 'eat', allowed is"),
        ({"clustering": {"k": "5"}}, "`clustering.k` is '5', allowed is a valid integer"),
        ({"clustering": {"k": 1}}, "`clustering.k` is 1, allowed is greater than or equal to 2"),
        ({"clustering": {"k_min": 9, "k_max": 3}}, "`clustering`: k_min must be below k_max"),
        ({"clustering": {"choose_by": "luck"}}, "`clustering.choose_by` is 'luck', allowed is 'silhouette', 'elbow'"),
        ({"source": {"kind": "oracle"}}, "`source.kind` is 'oracle', allowed is 'demo', 'files'"),
        ({"source": {"custmers": 3}}, "`source.custmers` is not a known key (did you mean `customers`?)"),
        ({"preprocessing": {"as_of": "31/02/2024"}}, "`preprocessing.as_of`"),
        ({"eda": {"outlier_fence": float("nan")}}, "`eda.outlier_fence` is nan, allowed is a finite number"),
    ],
)
def test_a_problem_is_named_with_its_key_its_value_and_what_is_allowed(sections, said):
    with pytest.raises(StudyError) as caught:
        validate(Params, changed(**sections))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_section_is_refused():
    with pytest.raises(StudyError, match="`clusterin` is not a known key \\(did you mean `clustering`"):
        validate(Params, read_params(COMMITTED) | {"clusterin": {}})


def test_true_is_not_a_number():
    with pytest.raises(StudyError, match="`seed` is True"):
        validate(Params, read_params(COMMITTED) | {"seed": True})


def test_the_place_is_the_callers_word_and_without_one_the_error_names_its_setting():
    with pytest.raises(StudyError, match=r"^`clustering\.k` is 0, allowed is ") as caught:
        validate(Params, changed(clustering={"k": 0}))
    assert caught.value.setting == "clustering.k"
    with pytest.raises(StudyError, match=r"^the form: `clustering\.k` is 0, allowed is ") as caught:
        validate(Params, changed(clustering={"k": 0}), where="the form")
    assert caught.value.setting is None


def test_all_problems_are_named_at_once():
    with pytest.raises(StudyError) as caught:
        validate(Params, changed(clustering={"k": 0}, pca={"points_2d": -1}))
    assert "clustering.k" in str(caught.value)
    assert "pca.points_2d" in str(caught.value)


def test_a_notebook_builds_its_section_from_plain_values_and_dates_may_be_text():
    section = PreprocessingParams.of(as_of="2025-12-31", cleaning={"returns": "drop"})
    assert str(section.as_of) == "2025-12-31"
    assert section.cleaning.returns == "drop"


def test_numbers_are_read_as_dvc_reads_them(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("small: 1e-3\nanswer: yes\n")
    assert read_params(path) == {"small": 0.001, "answer": "yes"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("study: [", "line"),
        ("", "must hold sections"),
        ("- a\n- b\n", "must hold sections"),
        ("a: 1\na: 2\n", "not valid YAML"),
    ],
)
def test_a_file_that_is_no_params_file_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "params.yaml"
    path.write_text(content)
    with pytest.raises(StudyError, match=said):
        read_params(path)


def test_a_missing_file_is_named():
    with pytest.raises(StudyError, match=r"params\.yaml is missing"):
        read_params(Path("nowhere/params.yaml"))
