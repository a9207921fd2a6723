"""A project folder of its own for each test of a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.shop import Shop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An empty project folder that stages write to."""
    monkeypatch.setenv("CUSTOMER_SEGMENTS_ROOT", str(tmp_path))
    monkeypatch.delenv("CUSTOMER_SEGMENTS_STAGING", raising=False)
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path)
