"""One registry knows every column, and nobody else does."""

import ast
import re

import pytest

from customer_segments.base import registry
from customer_segments.base.contract import TABLES
from customer_segments.steps.lifetime_value.forecast import LIFETIME
from customer_segments.steps.preprocessing.features import FEATURES
from tests.support import PROJECT

SOURCES = sorted((PROJECT / "src/customer_segments").rglob("*.py"))
APART = ("base/registry.py", "sources/")  # how columns are recognised is a matter of its own


def known_elsewhere(source: str) -> list[str]:
    """The dicts of a module that say in words what two or more known columns are."""
    dicts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Dict)]
    return [ast.unparse(node) for node in dicts if sum(map(_tells, node.keys, node.values)) > 1]


def _tells(key: ast.expr | None, value: ast.expr) -> bool:
    parts = list(ast.walk(value))
    told = any(isinstance(part, ast.Constant) and _is_told(part.value) for part in parts)
    computed = any(isinstance(part, ast.Subscript | ast.BinOp | ast.Lambda) for part in parts)
    return told and not computed and isinstance(key, ast.Constant) and key.value in registry.COLUMNS


def _is_told(text: object) -> bool:
    """Whether a constant is a text for readers or a unit, rather than another name."""
    return isinstance(text, str) and (text in ("count", "money", "share") or not re.fullmatch("[a-z_]+", text))


def parsed(source: str) -> list[str]:
    """Where a module takes `name=category` apart itself."""
    parts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call | ast.Compare)]
    return [ast.unparse(node) for node in parts if _looks_for_the_sign(node)]


def _looks_for_the_sign(node: ast.Call | ast.Compare) -> bool:
    if isinstance(node, ast.Compare):
        return isinstance(node.ops[0], ast.In) and ast.unparse(node.left) == "'='"
    return isinstance(node.func, ast.Attribute) and [ast.unparse(part) for part in node.args][:1] == ["'='"]


def test_every_column_of_the_contract_has_a_label_and_every_name_stands_once():
    columns = [column for table in TABLES.values() for column in table]
    assert {column.name: column for column in columns}.items() <= registry.COLUMNS.items()
    assert len(registry.KNOWN) == len(registry.COLUMNS) + 1  # `customer_id` is in both tables
    assert [name for name in registry.COLUMNS if {"_", "="} & set(registry.label(name))] == []


@pytest.mark.parametrize("name", [*FEATURES, *LIFETIME[1:]])
def test_every_feature_and_every_expectation_has_a_complete_entry(name):
    known = registry.COLUMNS[name]
    assert known.kind == "number"
    assert "{}" in known.wording.value
    assert known.wording.above != known.wording.below
    assert known.meaning.endswith(".") == (name in (*FEATURES, "alive_probability"))
    assert (known.unit == "share") == name.endswith(("_share", "_probability"))


def test_no_other_module_tells_what_columns_are():
    found = {path: known_elsewhere(path.read_text(encoding="utf-8")) for path in SOURCES if not _is_apart(path)}
    assert {path.name: dicts for path, dicts in found.items() if dicts} == {}
    assert known_elsewhere('{"age": "Age", "orders": Wording("many", "few", "{}")}')
    assert known_elsewhere('{"income": "money", "net_revenue": "money"}')
    assert not known_elsewhere('{"age": frame["age"], "orders": frame["orders"], "quantity": "exact_quantity"}')


def _is_apart(path):
    return path.as_posix().split("customer_segments/")[-1].startswith(APART)


def test_the_name_of_a_category_is_taken_apart_in_one_place():
    found = {path: parsed(path.read_text(encoding="utf-8")) for path in SOURCES if path.name != "registry.py"}
    assert {path.name: calls for path, calls in found.items() if calls} == {}
    assert len(parsed('name.partition("=")\n"=" in name\nname.split("=", 1)\nname.split("-")')) == 3


def test_a_category_is_put_together_and_taken_apart():
    assert registry.joined("preferred_channel", "web") == "preferred_channel=web"
    assert registry.split("preferred_channel=web") == ("preferred_channel", "web")
    assert registry.split("a=b=c") == ("a", "b=c")
    assert (registry.split("a="), registry.split("a")) == (("a", ""), ("a", None))


def test_columns_are_called_as_a_reader_says_them():
    called = {
        "recency_days": "Days since last order",
        "preferred_channel=web": "Preferred channel: web",
        "loyalty_points": "Loyalty points",
        "average_rfm": "Average RFM",
        "roi": "ROI",
    }
    assert {name: registry.label(name) for name in called} == called
    assert [registry.inline("recency_days"), registry.inline("rfm_score")] == ["days since last order", "RFM score"]


def test_values_are_written_in_the_unit_of_their_column():
    values = {"net_revenue": 1234.5, "weekend_share": 0.25, "orders": 4, "loyalty_points": 12.34, "income=high": 1}
    assert [registry.in_unit(name, value, "€") for name, value in values.items()] == ["€1,234", "25%", "4", "12.3", "1"]


def test_columns_of_the_businesss_own_and_categories_are_spoken_of_by_their_label():
    assert registry.wording("orders") == ("have placed more orders", "have placed fewer orders", "{} orders")
    assert registry.wording("loyalty_points") == ("have higher loyalty points", "have lower loyalty points", "{}")
    assert registry.wording("city=Bonn") == ("more often have city Bonn", "less often have city Bonn", "{} of them")
