"""A project folder of its own for each test of a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty study's folder, which is not the current one."""
    return Shop(tmp_path)
