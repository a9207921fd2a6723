"""What README and CONTRIBUTING say is true: tables, files, commands, parameters."""

import re
import subprocess

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from sklearn.metrics import homogeneity_score

from customer_segments.base.params import FilesSource
from customer_segments.pages.report.chapters import CHAPTERS
from tests.support import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TRACKED = subprocess.run(["git", "ls-files"], cwd=PROJECT, text=True, capture_output=True, check=True).stdout.split()


def table_rows(text: str, first_heading: str) -> list[list[str]]:
    """The cells of the Markdown table with this heading, without heading and rule."""
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    rows = [[[cell.strip() for cell in line.strip("|").split("|")] for line in lines] for lines in tables]
    return next(table[2:] for table in rows if table[0][0] == first_heading)


def commands(text: str) -> list[str]:
    """Every command in a shell block, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_readmes_table_is_the_chapters():
    expected = [
        [f"{c.number} {c.title}", c.question, f"`{c.notebook}`", f"`reports/{c.page}`"] for c in CHAPTERS
    ]  # fmt: skip
    assert table_rows(README, "chapter") == expected


def test_the_first_screen_is_one_screen():
    before_details = README.split("\n## ")[0]
    assert len(before_details.splitlines()) <= 40


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_make_command_has_a_target(text):
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    named = [command.split()[1] for command in commands(text) if command.startswith("make ")]
    assert named
    assert set(named) <= set(targets)


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_file_that_is_named_exists_or_is_made(text):
    named = re.findall(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:md|yaml|lock|toml))`", text)
    made = ("reports/", "data/", "dvc.lock")
    missing = [
        name for name in named if not name.startswith(made) and not any(path.startswith(name) for path in TRACKED)
    ]
    assert named
    assert missing == []


def test_the_example_source_is_valid():
    example = re.search(r"```yaml\n(source:.*?)```", README, re.DOTALL).group(1)
    source = YAML(typ="safe").load(example)["source"]
    assert FilesSource.of(**source).columns.transactions["ordered_at"] == "InvoiceDate"


def test_help_lists_every_target_that_is_meant_for_people():
    printed = subprocess.run(["make"], cwd=PROJECT, text=True, capture_output=True, check=True).stdout
    for target in ("run", "test", "verify", "lab", "bench"):
        assert re.search(rf"^\s*make {target}\s+\w", printed, re.MULTILINE)


def test_the_main_figure_has_a_text_in_its_place():
    alt = re.search(r"!\[(.*?)\]\(docs/segments\.svg\)", README, re.DOTALL).group(1)
    assert len(alt) > 40


def test_the_python_example_runs(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    group = np.repeat([0, 5, 10], 20)
    customers = pd.DataFrame(
        {
            "customer_id": [f"c{number:02}" for number in range(60)],
            "age": rng.integers(18, 80, 60),
            "gender": "x",
            "orders": group + rng.normal(0, 0.5, 60),
            "income": 1000 * group + rng.normal(0, 200, 60),
        }
    )
    customers.to_csv(tmp_path / "customers.csv", index=False)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1), names)
    assert homogeneity_score(group, names["study"].segments["segment"]) == pytest.approx(1)
    assert names["placed"].segment[0] in set(names["study"].segments["segment"].iloc[40:])
    assert (tmp_path / "my_study" / "dvc.yaml").exists()
