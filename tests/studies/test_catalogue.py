import pytest

from customer_segments.base.errors import StudyError
from customer_segments.commands.use import WHOLE, values
from customer_segments.studies import catalogue


def test_the_studies_are_known_the_default_first():
    assert catalogue.names()[0] == "demo"
    assert set(catalogue.names()) >= {"demo", "online_retail", "jewellery", "mall"}


def test_an_unknown_study_is_refused_with_the_one_that_it_resembles_and_all_there_are():
    with pytest.raises(StudyError) as caught:
        catalogue.overlay("online_retial")
    assert "did you mean `online_retail`?" in str(caught.value)
    assert all(name in str(caught.value) for name in catalogue.names())


def test_a_name_that_resembles_none_gets_no_guess():
    with pytest.raises(StudyError, match=r"^There is no study called 'xyz': there are demo, "):
        catalogue.overlay("xyz")


@pytest.mark.parametrize("path", ["../params", "demo.yaml", ""])
def test_only_studies_can_be_read(path):
    with pytest.raises(StudyError, match="There is no study called"):
        catalogue.text_of(path)


@pytest.mark.parametrize("name", catalogue.names())
def test_each_study_is_listed_with_its_file_and_where_to_get_it(name):
    about, listing = catalogue.overlay(name).about, catalogue.listing()
    entry = next(part for part in listing.split("\n\n") if part.startswith(f"{name}: "))
    assert (about.file or "makes its own data") in entry
    assert " ".join(about.get.split()) in " ".join(entry.split())
    assert max(map(len, entry.splitlines())) <= catalogue.WIDTH


@pytest.mark.parametrize("name", catalogue.names())
def test_the_file_that_is_wanted_is_the_file_that_is_read(name):
    study = catalogue.overlay(name)
    source = study.params["source"]
    assert {source.get("customers"), source.get("transactions")} >= {study.about.file} or source["kind"] == "demo"
    assert study.about.file is None or study.about.file.startswith("data/external/")


@pytest.mark.parametrize("name", catalogue.names())
def test_the_default_study_names_every_key_that_another_sets(name):
    default = values(catalogue.text_of(catalogue.DEFAULT), "params", WHOLE)
    assert set(values(catalogue.text_of(name), "params", WHOLE)) <= set(default)


@pytest.mark.parametrize("name", catalogue.names())
def test_a_study_is_called_what_its_file_is_called(name):
    assert catalogue.overlay(name).params["study"]["name"] == name
