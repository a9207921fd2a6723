"""A stage that runs as a copy of a warm process does what one does that runs by itself, and ends as well."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from customer_segments.run import edge
from customer_segments.run.warm import NAME_VARIABLE, warmed
from tests.edge.ends import VARIABLES, cell, settings, stage, started, until
from tests.support import PROJECT

NOBODY = 65534
SHOW = "open({!r}, 'w').write(repr({}))"


@pytest.fixture
def mortal() -> Iterator[dict[str, str]]:
    """A warm process of its own, which a test may kill."""
    with warmed(PROJECT, 1) as variables:
        yield variables


def shown(study: Path, what: str, variables: dict[str, str]) -> str:
    """What an expression is in a chapter's notebook, which is made to fail behind it."""
    cell(study, f"import os, sys; {SHOW.format(str(study / 'shown'), what)}; 1 / 0")
    stage(study, "eda", variables=variables).communicate(timeout=60)
    return (study / "shown").read_text()


def youngest() -> psutil.Process:
    """The warm process that was started last."""
    ours = [each for each in psutil.Process().children() if "customer_segments.run.warm" in told(each)]
    return max(ours, key=psutil.Process.create_time)


def told(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def began(study: Path, variables: dict[str, str]) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """A stage that sleeps, and the processes that work for it: the copy and its kernel."""
    cell(study, f"open({str(study / 'began')!r}, 'w').close(); import time; time.sleep(60)")
    asking = stage(study, "eda", variables=variables)
    until((study / "began").exists)
    return asking, youngest().children(recursive=True)


def is_free(study: Path, variables: dict[str, str]) -> bool:
    """Whether a stage can run: the next one gets as far as its own mistake."""
    cell(study, "raise KeyError('mine')")
    return "KeyError" in stage(study, "eda", variables=variables).communicate(timeout=60)[1]


def test_what_takes_time_to_import_is_there_already(folder, warm):
    assert shown(folder, "'sklearn' in sys.modules and 'seaborn' in sys.modules", warm) == "True"
    assert shown(folder, "'sklearn' in sys.modules or 'seaborn' in sys.modules", {}) == "False"


def test_it_has_the_folder_the_variables_and_the_modules_of_who_asks(folder, warm):
    more = {"SHOP_PASSWORD": "secret", "TZ": "Asia/Tokyo"}
    what = "(os.getcwd(), os.environ['SHOP_PASSWORD'], os.environ['TZ'], [p for p in sys.path if p])"
    assert shown(folder, what, warm | more) == shown(folder, what, more)


def test_other_threads_than_the_warm_process_has_are_had_nevertheless(folder, warm):
    settings(folder, {"kind": "files", "customers": "mine.csv"})
    text = (folder / "params.yaml").read_text()
    (folder / "params.yaml").write_text(text.replace('"threads": 1', '"threads": 2'))
    assert shown(folder, "os.environ['OMP_NUM_THREADS']", warm) == "'2'"


def test_without_one_or_beside_one_of_another_version_a_stage_runs_by_itself(folder, warm):
    assert shown(folder, "'seaborn' in sys.modules", {NAME_VARIABLE: "nobody"}) == "False"
    shutil.copytree(PROJECT / "src", folder / "src")
    assert shown(folder, "'seaborn' in sys.modules", warm | {"PYTHONPATH": "src"}) == "False"


def test_a_stage_that_is_killed_takes_its_copy_and_its_kernel_along(folder, mortal, warm):
    asking, workers = began(folder, mortal)
    asking.kill()
    gone, left = psutil.wait_procs(workers, timeout=10)
    assert len(gone) >= 2
    assert not left
    assert is_free(folder, warm)
    assert shown(folder, "'seaborn' in sys.modules", mortal) == "True"  # the warm one goes on


def test_a_warm_process_that_is_killed_takes_all_along_and_the_stage_says_so(folder, mortal, warm):
    asking, workers = began(folder, mortal)
    youngest().kill()
    assert asking.communicate(timeout=20)[1] == "The process in which the stage ran was killed: run it again.\n"
    assert asking.returncode == 1
    assert not psutil.wait_procs(workers, timeout=10)[1]
    assert is_free(folder, warm)


def test_a_copy_that_is_killed_is_told_by_its_signal(folder, mortal, warm):
    asking, workers = began(folder, mortal)
    for each in workers:
        each.kill()
    asking.communicate(timeout=20)
    assert asking.returncode == 128 + signal.SIGKILL
    assert is_free(folder, warm)


def test_a_warm_process_that_is_interrupted_while_it_starts_goes_on():
    before = {each.pid for each in psutil.Process().children()}
    with warmed(PROJECT, 1):
        (server,) = [each for each in psutil.Process().children() if each.pid not in before]
        for _ in range(50):
            server.send_signal(signal.SIGINT)
            time.sleep(0.01)
        assert server.status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("module", ["warm", "reproduce"])
def test_what_is_stopped_while_it_starts_says_nothing_of_its_own(folder, module):
    (folder / ".dvc").mkdir()
    command = [sys.executable, "-m", f"customer_segments.run.{module}", "0"]
    with edge.held_back():
        process = subprocess.Popen(
            command, cwd=folder, env=VARIABLES, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    for _ in range(40):
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    process.stdin.close()
    told = process.stdout.read()
    process.wait()
    assert "KeyboardInterrupt" not in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_nobody_else_is_served(folder, warm):
    code = (
        f"import os; from customer_segments.run import warm; os.setresuid({NOBODY}, {NOBODY}, {NOBODY}); "
        "print(warm.asked(['collect']))"
    )
    out, _ = started(folder, "-c", code, variables=warm).communicate(timeout=20)
    assert out == "None\n"
    assert (folder / "data/raw/source.json").read_text() == "{}"


def test_nothing_of_it_is_left_where_a_run_is_killed(folder):
    cell(folder, f"open({str(folder / 'began')!r}, 'w').close(); import time; time.sleep(60)")
    code = (
        "import sys, time; from pathlib import Path; from customer_segments.run.warm import warmed\n"
        f"with warmed(Path({str(folder)!r}), 1):\n    print('up', flush=True); time.sleep(60)\n"
    )
    process = started(folder, "-c", code)
    process.stdout.readline()
    (server,) = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    assert not psutil.wait_procs([server], timeout=10)[1]


BEGINNING = """
import os, signal, socket, time
from customer_segments.run import warm
signal.signal(signal.SIGINT, signal.SIG_IGN)
warm.LIBRARIES = ()
def beginning(told, streams):
    time.sleep(0.3)
    return int(signal.SIGINT in signal.sigpending())
warm._as_stage = beginning
(child, _), = warm._copy({}, [], socket.socketpair()[0]).values()
os.kill(child.pid, signal.SIGINT)
assert child.wait() == 1
"""


def test_a_signal_that_comes_while_a_copy_begins_is_kept_for_it():
    ran = subprocess.run([sys.executable, "-c", BEGINNING], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
