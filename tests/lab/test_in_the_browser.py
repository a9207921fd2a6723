"""Every chapter opened, run and saved in JupyterLab: nothing fails, and git and DVC find nothing changed."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator

import pytest

from customer_segments.pages.report.chapters import CHAPTERS
from tests.support import ENVIRONMENT, Study

ALL_RUN = """() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent);
    return prompts.length > 0 && prompts.every(text => /\\[\\d+\\]/.test(text));
}"""
WORDS_STAND_LEFT = """[...document.querySelectorAll('figure td:not(.number)')].every(
    cell => getComputedStyle(cell).textAlign === 'left'
)"""


def commit(study: Study) -> None:
    study.run("git", "add", "--all")
    study.run("git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--message=Run")


@pytest.fixture(scope="module", params=["repository", "study folder"])
def study(request, tmp_path_factory) -> Study:
    """A finished small study, all of it committed: a copy of the repository, or what `segments new` lays."""
    folder = tmp_path_factory.mktemp("lab") / "a study [1]"
    if request.param == "repository":
        study = request.getfixturevalue("small_shop").copy(folder)
    else:
        study = Study(folder)
        Study(folder.parent).run("segments", "new", folder.name)
        study.change(source={"kind": "demo", "customers": 300, "months": 24})
        study.change(validation={"references": 19, "bootstraps": 10})
        study.run("segments", "run")
    commit(study)
    return study


@pytest.fixture(scope="module")
def address(study, tmp_path_factory) -> Iterator[str]:
    """A JupyterLab that `segments lab` has started, in the shell of a person with other settings."""
    pytest.importorskip("jupyterlab", reason="no JupyterLab in this environment: `make test-lab` adds it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=t"]
    shell = ENVIRONMENT | {"HOME": str(tmp_path_factory.mktemp("home")), "TZ": "Asia/Tokyo", "MPLBACKEND": "agg"}
    command = ["segments", "lab", "--", *options]
    server = subprocess.Popen(command, cwd=study.folder / "notebooks", env=shell)
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status?token=t").close()
            break
        except OSError:
            time.sleep(0.5)
    yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token=t&reset"
    server.terminate()
    server.wait(30)


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1250, "height": 1500})
    page.set_default_timeout(180_000)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()


def run_all(page, address: str) -> None:
    """Open a notebook, choose Run All from the menu, and save when every cell has run."""
    page.goto(address)
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()  # what is run earlier can get lost
    page.locator(".lm-MenuBar-item", has_text="Run").click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(ALL_RUN)
    page.keyboard.press("Control+s")
    page.wait_for_selector(".jp-mod-dirty", state="detached")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stage)
def test_a_chapter_runs_and_saves_without_a_change(study, address, page, chapter):
    run_all(page, address.format(chapter.notebook))
    for kind in ("error", "stderr"):
        assert page.locator(f'[data-mime-type="application/vnd.jupyter.{kind}"]').count() == 0
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert page.evaluate(WORDS_STAND_LEFT)
    assert [url for url in page.asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))] == []
    assert study.run("git", "status", "--porcelain").stdout == ""


def test_dvc_finds_everything_up_to_date_afterwards(study):
    assert "up to date" in study.dvc("status").stdout
    assert "Running stage" not in study.dvc("repro").stdout
