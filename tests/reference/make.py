"""Make the reference notebooks anew: the project's notebooks, executed on a small shop, with their numbers as text."""

import tempfile
from pathlib import Path

import nbclient
import nbformat

from customer_segments.pages.report.chapters import scrubbed
from tests.reference.conftest import small_study
from tests.support import PROJECT


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        small_study(Path(folder) / "study")
        for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            nbclient.NotebookClient(notebook, resources={"metadata": {"path": folder}}).execute()
            ids = [cell["id"] for cell in nbformat.read(path, as_version=4).cells]
            for cell, cell_id in zip(scrubbed(notebook).cells, ids, strict=True):
                cell["id"] = cell_id
            nbformat.write(notebook, Path(__file__).parent / path.name)
            print(f"{path.name}: made anew")


if __name__ == "__main__":
    main()
