"""Ready-made studies on the data that they are about, where somebody has it: nothing of it is in the repository."""

import os
import shutil
from pathlib import Path

import pytest

from customer_segments.base.params import Params, load_params
from customer_segments.commands.use import use
from customer_segments.studies import catalogue
from tests.sources.shop import collect_into
from tests.support import PROJECT

DATA = Path(os.environ.get("CUSTOMER_SEGMENTS_DATA", PROJECT.parent / "shared" / "data"))


def collected_study(name: str, root: Path) -> Params:
    """Use the study in an empty folder and collect its table; skip where nobody has the file."""
    file = catalogue.overlay(name).about.file
    found = DATA / Path(file).name
    if not found.exists():
        pytest.skip(f"{found.name} is not in {DATA}: see `segments use --list`")
    (root / file).parent.mkdir(parents=True)
    shutil.copy(found, root / file)
    shutil.copy(PROJECT / "params.yaml", root)
    assert use(name, root).next_step == "Next: `segments run`."
    params = load_params(root / "params.yaml")
    collect_into(root, params)
    return params
