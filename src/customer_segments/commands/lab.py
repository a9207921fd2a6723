"""JupyterLab on a study: under the pipeline's fixed environment, and with chapters saved as they were committed."""

import json
import os
import re
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from customer_segments.base.errors import StudyError
from customer_segments.run.environment import pinned
from customer_segments.run.pipeline import PIPELINE
from customer_segments.run.workspace import Workspace

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CONFIGURATION = Path(__file__).with_name("jupyter")  # asks no network for news, and shows tables as the reports do


def lab(workspace: Workspace, options: Sequence[str]) -> None:
    """Become this environment's own JupyterLab, with the study as its folder."""
    if find_spec("jupyterlab") is None:
        raise StudyError(
            "JupyterLab is not installed in this environment: add the package `jupyterlab`, as `make lab` does."
        )
    variables = pinned(threads=1)
    for name, folder in (("PATH", Path(sys.executable).parent), ("JUPYTER_CONFIG_PATH", CONFIGURATION)):
        variables[name] = os.pathsep.join(filter(None, (str(folder), variables.get(name))))
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={workspace.root}",
        f"--ServerApp.jpserver_extensions={__name__}=True",
        "--LabApp.custom_css=True",
        "--LabApp.default_url=/lab/tree/notebooks",
        *options,
    ]
    sys.stdout.flush()
    os.execve(sys.executable, command, variables)


def as_committed(path: str, model: dict[str, Any], contents_manager: Any, **_: Any) -> None:
    """Take out of a chapter about to be saved what a run leaves in it: to git and DVC, only its text has changed.

    Which cells stand closed is as it was, whatever a reader opened. Other notebooks, a chapter's copies among them,
    keep their outputs.
    """
    root = Path(contents_manager.root_dir)
    chapters = re.findall(r"[\w./-]+\.ipynb", (root / PIPELINE).read_text(encoding="utf-8"))
    if model["type"] != "notebook" or os.path.normpath(path) not in chapters:
        return
    closed = _closed(root / path)
    model["content"]["metadata"] = METADATA
    for cell in model["content"]["cells"]:
        tags = {name: value for name, value in cell["metadata"].items() if name == "tags"}
        cell["metadata"] = closed.get(cell.get("id"), {}) | tags
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}


def _closed(chapter: Path) -> dict[str, dict[str, Any]]:
    """What says of a cell, by its id, that it stands closed; nothing where the file is gone or damaged meanwhile."""
    try:
        cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
        return {cell["id"]: {"jupyter": cell["metadata"]["jupyter"]} for cell in cells if "jupyter" in cell["metadata"]}
    except (OSError, ValueError, KeyError, TypeError):  # what a person has open is saved all the same
        return {}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    server.contents_manager.register_pre_save_hook(as_committed)
    server.web_app.settings["static_custom_path"].insert(0, str(CONFIGURATION / "custom"))
