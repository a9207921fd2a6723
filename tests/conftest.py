"""What several tests share: a 300-customer shop, run once through the whole pipeline in a temporary folder."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest
from filelock import FileLock

from customer_segments.run import edge, environment

edge.seldom_swept()
hypothesis.settings.register_profile("laws", deadline=None)  # a law holds as well on a machine that is busy
hypothesis.settings.load_profile("laws")
# Before anything numeric is loaded: on small tables several threads spend their time waiting for one another.
for name in environment.THREADS:
    os.environ.setdefault(name, "1")

from customer_segments.run.warm import warmed  # noqa: E402
from tests.support import ENVIRONMENT, PROJECT, Study, make_study  # noqa: E402

# The Explorer's settings are made from the folder that it lives in: here one that goes with this process.
EXPLORER = Path(tempfile.mkdtemp(prefix="explorer_"))
atexit.register(shutil.rmtree, EXPLORER, ignore_errors=True)
for name in ("uploads", "studies", "outbox", "static"):
    (EXPLORER / name).mkdir()
(EXPLORER / "secret").write_text("of the tests", encoding="ascii")
os.environ |= {"SEGMENTS_WEB_HOME": str(EXPLORER), "DJANGO_SETTINGS_MODULE": "customer_segments.web.settings"}
django.setup()
django.conf.settings.READ_BELOW.append(tempfile.gettempdir())  # where tests lay runs, to which links lead


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: one that begins last is waited for by all."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_configure(config: pytest.Config) -> None:
    """One process that has imported everything, for the stages of all studies of all workers."""
    if (given := getattr(config, "workerinput", None)) is None:
        started = ExitStack()
        config.add_cleanup(started.close)
        config.warm = started.enter_context(warmed(PROJECT, 1))
    else:
        config.warm = given["warm"]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["warm"] = node.config.warm


@pytest.fixture(scope="session", autouse=True)
def warm(pytestconfig: pytest.Config) -> dict[str, str]:
    ENVIRONMENT.update(pytestconfig.warm)
    return pytestconfig.warm


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser; the tests that need one are skipped where there is none."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    options = [
        "--no-sandbox",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--disable-gpu-compositing",  # where the processor draws, it draws pages twice as fast without
        "--disable-background-networking",
    ]
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=options)


def once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first of all workers makes, and that the others wait for."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        if not (done := folder.with_suffix(".done")).exists():
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The finished pipeline of a small shop; read it, never change it."""
    return Study(once(tmp_path_factory, "small_shop", lambda folder: make_study(folder, customers=300).repro()))


@pytest.fixture
def copied_shop(small_shop: Study, tmp_path: Path) -> Study:
    """A copy of the finished small shop, to be changed or broken."""
    return small_shop.copy(tmp_path / "copy")
