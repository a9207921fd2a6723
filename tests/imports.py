"""Which of the project's modules a file imports, also inside functions and through other modules."""

from __future__ import annotations

import ast
import json
from pathlib import Path

PACKAGE = "customer_segments"


def imported(source: str) -> set[str]:
    """Dotted names below the package that this source imports for use, not only for type checking."""
    names: set[str] = set()
    for node in _nodes(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.startswith(f"{PACKAGE}.")}


def closure(source: str, root: Path, leaving: frozenset[str] = frozenset()) -> set[str]:
    """Paths of all modules that the source needs, relative to the repository; not through the modules in `leaving`."""
    found: set[str] = set()
    waiting = [source]
    while waiting:
        for name in imported(waiting.pop()):
            path = _path_of(name, root)
            if path and path not in found:
                found.add(path)
                if path not in leaving:
                    waiting.append((root / path).read_text(encoding="utf-8"))
    return found


def code_of(notebook: Path) -> str:
    """A notebook's code cells as one source."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _nodes(tree: ast.AST) -> list[ast.AST]:
    """All nodes but those under `if TYPE_CHECKING:`."""
    nodes, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        nodes.append(node)
        waiting.extend(ast.iter_child_nodes(node))
    return nodes


def _path_of(name: str, root: Path) -> str | None:
    """`customer_segments.base.words` as src/customer_segments/base/words.py; None for what is not a module."""
    base = root / "src" / Path(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.exists():
            return candidate.relative_to(root).as_posix()
    return None
