"""The house stands: imports go down only, never in circles, and the lower floors know no caller."""

import ast
from collections.abc import Callable
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from tests.imports import imported
from tests.support import PROJECT

PACKAGE = PROJECT / "src" / "customer_segments"
FLOORS = (
    "base", "sources", "steps", "studies", "replication", "pages", "run", "commands", "library", "stage",
    "web", "__main__",
)  # fmt: skip
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
BELOW_PAGES = [path for path in MODULES if path.parts[0] in ("base", "sources", "steps")]
PAGES = [path for path in MODULES if path.parts[0] == "pages"]
EDGES = ("IPython", "dvc", "papermill", "nbformat", "nbclient", "nbconvert", "jupyter_client")
READING = ("read_text", "read_bytes", "read_parquet", "read_csv", "read_json", "open")
COMPUTING = ("merge", "quantile", "corr", "std", "var", "fit", "predict", "crosstab")


@cache
def tree_of(path: Path) -> ast.AST:
    return ast.parse((PACKAGE / path).read_text(encoding="utf-8"))


def ours(path: Path) -> set[tuple[str, ...]]:
    """The modules of the package that a module imports, as their parts."""
    names = (name.split(".")[1:] for name in imported((PACKAGE / path).read_text(encoding="utf-8")))
    return {tuple(name) for name in names if name}


def attributes(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}


def wrong(paths: list[Path], found: Callable[[Path], object]) -> dict[str, object]:
    """The modules in which something is found that must not be there."""
    return {str(path): there for path in paths if (there := found(path))}


def upwards(path: Path) -> list[tuple[str, ...]]:
    own = FLOORS.index(path.parts[0].removesuffix(".py"))
    return [name for name in ours(path) if name[0] in FLOORS and FLOORS.index(name[0]) > own]


def test_imports_go_down_only():
    assert wrong(MODULES, upwards) == {}


def of_an_edge(path: Path) -> set[str]:
    roots = {
        name.partition(".")[0]
        for node in ast.walk(tree_of(path))
        for name in ([alias.name for alias in getattr(node, "names", [])] + [getattr(node, "module", None) or ""])
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return roots & set(EDGES) | attributes(path) & {"environ", "getenv", "cwd", "getcwd", "chdir"}


def test_the_lower_floors_know_neither_notebooks_nor_dvc_nor_where_they_run():
    assert wrong(BELOW_PAGES, of_an_edge) == {}


def told_of_a_file(path: Path) -> list[str]:
    """What a sentence for a person says of the file that a study folder has its settings in."""
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    sentences = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "StudyError"]
    texts = [ast.unparse(call) for call in sentences]
    return [text for text in texts if "params.yaml" in text]


def test_errors_of_the_lower_floors_name_settings_and_not_where_these_stand():
    assert wrong(BELOW_PAGES, told_of_a_file) == {}


def read_or_computed(path: Path) -> list[str]:
    own = ("TEMPLATES",)  # what the pages are made of comes with the package
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    calls = [call for call in calls if isinstance(call, ast.Attribute)]
    read = [ast.unparse(call) for call in calls if call.attr in READING]
    return [call for call in read if not any(name in call for name in own)] + [
        call.attr for call in calls if call.attr in COMPUTING
    ]


def test_pages_read_no_file_and_compute_nothing():
    assert wrong(PAGES, read_or_computed) == {}


def test_there_are_no_circles():
    known = {path.with_suffix("").parts: path for path in MODULES}
    TopologicalSorter({path: {known[name] for name in ours(path) if name in known} for path in MODULES}).prepare()
