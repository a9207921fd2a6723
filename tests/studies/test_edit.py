import pytest

from customer_segments.base.errors import StudyError
from customer_segments.commands.use import Value, values, with_values

TEXT = """\
# top
study:
  name: demo          # short
  title: "The shop"   # long
source:               # where from
  kind: demo
  # kind: files

# ── next
rest: [1, 2]
"""


def test_only_the_value_changes_and_the_comment_keeps_its_column():
    after = with_values(TEXT, {("study", "name"): Value("mall")})
    assert after == TEXT.replace("demo          # short", "mall          # short")


def test_a_value_that_needs_the_room_moves_the_comment():
    after = with_values(TEXT, {("study", "name"): Value("a_much_longer_name")})
    assert "  name: a_much_longer_name  # short\n" in after


def test_a_section_is_replaced_with_the_comments_that_are_indented_like_it():
    after = with_values(TEXT, {("source",): Value("", ("kind: files", "customers: a.csv"))})
    said = "source:               # where from\n  kind: files\n  customers: a.csv\n\n# ── next\n"
    assert said in after
    assert "# kind: files" not in after


def test_a_single_value_becomes_a_list_and_a_list_a_single_value():
    text = "use: null   # which\nlast: 1\n"
    listed = with_values(text, {("use",): Value("", ("- a", "- b"))})
    assert listed == "use:        # which\n- a\n- b\nlast: 1\n"
    assert with_values(listed, {("use",): Value("null")}) == text


@pytest.mark.parametrize(
    "written",
    ["use: [a,\n  b]  # which\n", "use:\n- a\n- b\n", "use: >\n  a\n  b\n", "use:\n", "use: 'it''s # one'\n"],
)
def test_a_value_is_found_however_it_is_written(written):
    after = with_values(f"first: 1\n{written}last: 2\n", {("use",): Value("null")})
    comment = "  # which" if "# which" in written else ""
    assert after.replace(" ", "") == f"first: 1\nuse: null{comment}\nlast: 2\n".replace(" ", "")


def test_values_are_listed_by_their_keys_and_freed_of_their_indent():
    text = "about: x\nparams:\n  study: {name: a}\n  source:\n    kind: files  # why\n    more:\n      deep: 1\n"
    with pytest.raises(StudyError, match="one key a line"):
        values(text, "params", ["source"])
    found = values(text.replace("{name: a}", "\n    name: a"), "params", ["source"])
    assert found == {
        ("study", "name"): Value("a"),
        ("source",): Value("", ("kind: files  # why", "more:", "  deep: 1")),
    }


def test_a_key_that_is_not_there_is_named():
    with pytest.raises(StudyError, match="A key is missing: add it") as caught:
        with_values(TEXT, {("study", "currency"): Value("£")})
    assert caught.value.setting == "study.currency"
