"""The whole study in one plain process: the same computations and figures, no DVC, no kernels, no pages of chapters.

`python benchmarks/plain.py` runs in the current folder, which must be a clone of the project.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path

from customer_segments.run.environment import restart_pinned
from customer_segments.run.workspace import RAW, Workspace


def main() -> None:
    here = Workspace(Path.cwd())
    params = here.params()
    restart_pinned(params.threads)
    from customer_segments.run.publish import publish
    from customer_segments.sources import collect
    from customer_segments.sources.secrets import Reach

    reach, raw = Reach(here.root, os.environ), here.root / RAW
    content = collect(params.source, reach, raw, seed=params.seed, threads=params.threads)
    here.write_json(content, f"{RAW}/source.json")
    for notebook in sorted(Path("notebooks").glob("*.ipynb")):
        names: dict[str, object] = {}
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile("".join(cell["source"]), notebook.name, "exec"), names)
    publish(here, params)


if __name__ == "__main__":
    main()
