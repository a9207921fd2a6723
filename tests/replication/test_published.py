from pathlib import Path

import pytest

from customer_segments.base.errors import StudyError
from customer_segments.replication import published
from customer_segments.replication.checks import CHECKS
from customer_segments.replication.measures import MEASURES
from customer_segments.studies import catalogue

FILE = "data/external/figures.yaml"
NOWHERE = Path("nowhere")


@pytest.fixture
def own(tmp_path):
    """Write a file of figures where people put theirs, and read it."""

    def write(text: str) -> published.Published:
        (tmp_path / FILE).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        return published.read(FILE, tmp_path)

    return write


@pytest.mark.parametrize("name", published.shipped())
def test_each_shipped_study_names_measures_checks_and_studies_that_there_are(name):
    study = published.read(name, NOWHERE)
    assert study.ours in catalogue.names()
    assert catalogue.overlay(name).params["study"]["published"] == name
    assert {leaf.measure for leaf in study.leaves()} <= set(MEASURES)
    assert {each.check for each in study.corrections} <= set(CHECKS)
    assert len(set(study.segments.values())) == len(study.segments) == catalogue.overlay(name).params["clustering"]["k"]


def test_no_check_and_no_measure_is_there_for_nobody():
    studies = [published.read(name, NOWHERE) for name in published.shipped()]
    assert {each.check for study in studies for each in study.corrections} == set(CHECKS)
    assert {leaf.measure for study in studies for leaf in study.leaves()} == set(MEASURES)


def test_where_nothing_is_named_nothing_was_published():
    assert published.read(None, NOWHERE).leaves() == []


def test_figures_keep_their_keys_their_text_and_what_was_found_instead(own):
    study = own(
        "segments: {a: 1}\n"
        "groups:\n"
        "  - title: Means\n"
        "    measure: summary\n"
        "    figures: {age: {mean: '4.20', max: {printed: '7', found: '9'}}}\n"
        "  - title: All\n"
        "    figures: {customers_segmented: '12', size: {a: '3'}}\n"
    )
    assert [leaf[1:] for leaf in study.leaves()] == [
        ("summary", ("age", "mean"), "4.20", None),
        ("summary", ("age", "max"), "7", "9"),
        ("customers_segmented", (), "12", None),
        ("size", ("a",), "3", None),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("groups:\n- {title: T, measure: size, figures: {a: 3}}", r"figure a is 3: write it in quotes"),
        ("groups:\n- {title: T, measure: size, figures: {a: {printed: '3'}}}", r"figure a: `found` is missing"),
        ("groups: [", r"figures\.yaml, line \d+ is not valid YAML"),
        ("- 1", r"figures\.yaml must hold `title:`"),
        ("", r"figures\.yaml must hold `title:`"),
        ("titel: x", r"`titel` is not a known key \(did you mean `title`\?\)"),
        ("groups:\n- {title: T, measure: size, figures: {}}", r"`groups\.0\.figures` is \{\}, allowed is"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_a_sentence(own, text, said):
    with pytest.raises(StudyError, match=said):
        own(text).leaves()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("jewelry", r"name one of jewellery_thesis or online_retail_explorer, or a file"),
        ("../jewellery_thesis", r"name one of"),
        ("figures.yaml", r"put the file into data/external/"),
        ("data/external/../../secret.yaml", r"put the file into data/external/"),
        ("data/external/none.yaml", r"names data/external/none\.yaml, which is not there"),
    ],
)
def test_a_name_without_a_file_is_refused_with_what_to_do(tmp_path, name, said):
    with pytest.raises(StudyError, match=said) as refused:
        published.read(name, tmp_path)
    assert refused.value.setting == "study.published"


def test_a_file_that_is_no_text_is_refused(own, tmp_path):
    own("title: x")
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudyError, match="no text in UTF-8"):
        published.read(FILE, tmp_path)
