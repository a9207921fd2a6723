"""However a command ends, it says so in one sentence and an exit code, and what was there before is still there."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import customer_segments
from customer_segments.base.errors import of_the_machine
from customer_segments.run import environment
from tests.edge.ends import STOPPABLE, VARIABLES, cell, limited, refused, settings, stage, started, until
from tests.support import PROJECT

NOBODY = 65534
MB = 1 << 20


@pytest.mark.parametrize("most", [0, 50, 700])
def test_a_full_disk(folder, most):
    told = refused(stage(folder, "collect", preexec_fn=limited(resource.RLIMIT_FSIZE, most)), folder)
    assert "could not be read or written (File too large): make room or give access" in told


AS_NOBODY = """
import os, sys
import customer_segments.base.params, customer_segments.sources.files, customer_segments.stage
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
sys.argv[1:] = ["collect"]
sys.exit(customer_segments.stage.main())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_folder_that_may_not_be_written(folder):
    for place in (folder, *folder.parents[:-2]):
        place.chmod(0o755)
    (folder / "dvc.yaml").chmod(0o644)
    pinned = environment.pinned(1) | VARIABLES | {"TMPDIR": f"{folder}/.staging/collect/tmp"}  # so it need not restart
    told = refused(started(folder, "-c", AS_NOBODY, variables=pinned), folder)
    assert (
        told
        == f"collect: {folder}/.staging could not be read or written (Permission denied): make room or give access."
    )


def test_a_home_that_is_not_there_does_not_matter(folder):
    cell(folder, "raise OSError(30, 'Read-only file system', '/x/y')")
    told = refused(stage(folder, "eda", variables={"HOME": "/nonexistent"}), folder)
    assert told == "eda: /x/y could not be read or written (Read-only file system): make room or give access."


@pytest.mark.parametrize("megabytes", [150, 300, 499])
def test_too_little_memory(folder, megabytes):
    process = stage(folder, "collect", preexec_fn=limited(resource.RLIMIT_AS, megabytes * MB))
    told = refused(process, folder)
    assert f"this process may take {megabytes} MB (`ulimit -v`), and at least 500 MB are needed" in told
    assert (folder / "data/raw/source.json").read_text() == "{}"


def test_a_kernel_without_the_memory_to_say_so(folder, warm):
    cell(folder, "get_ipython().showtraceback = lambda *a, **k: None; raise MemoryError")
    told = stage(folder, "eda", variables=warm).communicate(timeout=60)[1]
    assert (
        "eda: 01_eda.ipynb: cell 2 failed, and its kernel could not say how (most often for want of memory).\n" in told
    )


IN_A_CELL = {
    "memory": ("import numpy as np; np.ones(10**13)", "There is not enough memory"),
    "DuckDB's memory": (
        "import duckdb; c = duckdb.connect(); c.execute(\"set memory_limit='20MB'; set temp_directory=''\")\n"
        "c.execute('create table t as select range a from range(100000000)')",
        "There is not enough memory",
    ),
    "DuckDB's disk": (
        "import duckdb; duckdb.sql(\"copy (select range from range(100000)) to '/dev/full' (format csv)\")",
        'eda: A file could not be read or written (Could not write file "/dev/full": No space left on device)',
    ),
    "the disk": ("open('/dev/full', 'w').write('x' * 100000)", "(No space left on device)"),
    "Arrow's disk": (
        "import pyarrow as pa; pa.OSFile('/dev/full', 'wb').write(b'x' * 100000)", "(No space left on device)",
    ),
    "its end": ("import os; os._exit(9)", "01_eda.ipynb: its kernel died (most often for want of memory)"),
    "an abort": ("import os; os.write(2, b'x'); os.abort()", "01_eda.ipynb: its kernel died ("),
    "a signal": ("import os, time; os.kill(os.getpid(), 2); time.sleep(5)", "01_eda.ipynb was interrupted"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "said"), IN_A_CELL.values(), ids=IN_A_CELL)
def test_what_happens_in_a_notebook_is_told_as_shortly(folder, source, said, warm):
    cell(folder, source)
    assert said in refused(stage(folder, "eda", variables=warm), folder)


@pytest.mark.parametrize(
    "source", ["open('nowhere.csv')", "import sys; sys.setrecursionlimit(200)\ndef f(n): return f(n)\nf(1)"]
)
def test_a_slip_in_a_cell_is_still_told_with_the_cell(folder, source, warm):
    cell(folder, source)
    _, told = stage(folder, "eda", variables=warm).communicate(timeout=60)
    assert f"cell 2 (`{source.splitlines()[0]}`) failed with" in told


def test_a_kernel_that_dies_while_it_starts(folder):
    cell(folder, "1")
    (folder / "broken").mkdir()
    (folder / "broken/ipykernel_launcher.py").write_text("raise ImportError('no such library')")
    told = refused(stage(folder, "eda", variables={"PYTHONPATH": f"{PROJECT / 'src'}:{folder / 'broken'}"}), folder)
    assert told == ("eda: 01_eda.ipynb: its kernel died while it started (ImportError: no such library): run it again.")


STOPS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM", signal.SIGHUP: "SIGHUP"}


@pytest.mark.parametrize("number", STOPS)
@pytest.mark.parametrize("times", [1, 2000])  # many: until it has ended
def test_a_running_chapter_can_be_stopped(folder, number, times, way):
    cell(folder, f"open({str(folder / 'began')!r}, 'w').close(); import time; time.sleep(60)")
    process = stage(folder, "eda", variables=way)
    until((folder / "began").exists)
    sockets = next(folder.glob(".staging/*/sockets")).readlink()
    for _ in range(times):
        os.killpg(process.pid, number)
        time.sleep(0.02 if times < 10 else 0.0005)
    told = refused(process, folder, 128 + number)
    assert told == f"eda: Stopped by {STOPS[number]} before the end: what was there before is kept; run it again."
    assert not sockets.exists()
    assert not (folder / "reports/failed").exists()


def is_starting(process: int, folder: Path) -> bool:
    """Whether Python itself may still be answering signals, and the stage neither holds them back nor has begun."""
    held_back = int(re.search(r"SigBlk:\s*(\w+)", Path(f"/proc/{process}/status").read_text())[1], 16)
    return not held_back >> (signal.SIGINT - 1) & 1 and not list((folder / ".staging").glob("*"))


@pytest.mark.parametrize("wait", [0.15, 0.3, 0.5, 0.8, 1.2, 2.0])
def test_it_can_be_stopped_at_any_time(folder, wait, way):
    cell(folder, "import time; time.sleep(60)")
    process = stage(folder, "eda", variables=way)
    time.sleep(wait)
    starting = is_starting(process.pid, folder)
    os.killpg(process.pid, signal.SIGINT)
    try:
        out, told = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:  # Python drops it where it falls into a callback of its own start
        os.killpg(process.pid, signal.SIGINT if starting else signal.SIGKILL)
        assert starting
        out, told = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "Traceback" not in out
    # Until Python itself is up, it answers with a traceback of its own.
    assert "Traceback" not in told or not re.search(r"customer_segments/(run|base|sources)", told)


def test_a_socket_that_was_opened_but_not_noted_is_not_waited_for(folder):
    """As Ctrl-C may leave one while a kernel starts."""
    code = (
        "import zmq; from customer_segments.run.execution import _Sockets\n"
        "sockets = _Sockets(); kept = sockets.socket(zmq.DEALER); sockets._sockets.clear(); sockets.destroy()\n"
    )
    assert started(folder, "-c", code).communicate(timeout=30) == ("", "")


def test_a_signal_that_python_drops_comes_once_more(folder):
    """What is raised while a callback runs, such as when an object is given up, reaches no one."""
    code = (
        f"{STOPPABLE}import os, time; from customer_segments.run import edge\n"
        "class Given:\n"
        "    def __del__(self): os.kill(os.getpid(), signal.SIGTERM); time.sleep(0.1)\n"
        "def work():\n"
        "    Given()\n"
        "    time.sleep(20)\n"
        "raise SystemExit(edge.ended(work))\n"
    )
    process = started(folder, "-c", code)
    _, told = process.communicate(timeout=15)
    assert process.returncode == 143
    assert told == "Stopped by SIGTERM before the end: what was there before is kept; run it again.\n"


def test_a_stop_within_what_is_executed_as_text_has_its_code_too(folder):
    """Python notes such a one, as imports have many, and would end by the signal whatever was made of it."""
    (folder / "interrupted.py").write_text(
        "import os, signal; from customer_segments.run import edge\n"
        "raise SystemExit(edge.ended(lambda: exec('os.kill(os.getpid(), signal.SIGINT); [0 for _ in range(10**6)]')))\n"
    )
    process = started(folder, "-m", "interrupted")
    assert process.communicate(timeout=15)[1].startswith("Stopped by Ctrl-C")
    assert process.returncode == 130


def test_what_is_to_be_ignored_is_ignored(folder, way):
    cell(folder, f"open({str(folder / 'began')!r}, 'w').close(); import time; time.sleep(2); raise ValueError('late')")
    code = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.executable, sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, sys.executable, "-m", "customer_segments.stage", "eda"]
    process = subprocess.Popen(command, cwd=folder, env=VARIABLES | way, stderr=subprocess.PIPE, text=True)
    until((folder / "began").exists)
    process.send_signal(signal.SIGHUP)
    assert "ValueError: late" in process.communicate(timeout=60)[1]


def test_a_second_stage_waits_for_no_one_and_says_who_is_first(folder, way):
    cell(folder, f"open({str(folder / 'began')!r}, 'w').close(); import time; time.sleep(60)")
    first = stage(folder, "eda", variables=way)
    until((folder / "began").exists)
    for name in ("eda", "collect"):
        second = stage(folder, name, variables=way)
        _, told = second.communicate(timeout=60)
        assert second.returncode == 1
        who = first.pid if not way else r"\d+"
        assert re.fullmatch(
            rf"\n{name}: A stage of this study is running \(eda, process {who}\): wait until it has ended, then "
            r"try again\.\n",
            told,
        )
    os.killpg(first.pid, signal.SIGKILL)  # a lock that nobody holds any more locks nothing
    first.communicate()
    cell(folder, "raise ValueError('second')")
    assert "ValueError: second" in stage(folder, "eda", variables=way).communicate(timeout=60)[1]


KILLED = """
import os, signal, sys
from pathlib import Path
from customer_segments.run import staging
left = int(sys.argv[1])
def counted(real):
    def call(*given, **how):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **how)
    return call
Path.rename, Path.replace = counted(Path.rename), counted(Path.replace)
from customer_segments.run.workspace import Workspace
study = Workspace(Path.cwd())
with staging.staged(study, "collect") as staged:
    staged.write_text("new", "data/raw/source.json")
    staged.write_text("new", "data/raw/customers.parquet")
    staging.move_into_place(staged, ("data/raw",))
"""


@pytest.mark.parametrize("moment", range(1, 7))
def test_a_folder_that_is_replaced_is_there_whole_whenever_the_process_is_killed(folder, moment, warm):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(moment)], cwd=folder, env=VARIABLES, check=False)
    assert killed.returncode in (-signal.SIGKILL, 0)
    cell(folder, "raise ValueError('x')")
    stage(folder, "eda", variables=warm).communicate(timeout=60)  # the next start, of whatever stage, puts it right
    found = {path.name: path.read_text() for path in (folder / "data/raw").iterdir()}
    assert found in ({"source.json": text, "customers.parquet": text} for text in ("{}", "new"))
    assert (found["source.json"] == "new") == (killed.returncode == 0)
    assert not list((folder / ".staging").iterdir())
    assert {path.name for path in (folder / "data").iterdir()} == {"raw"}


def test_a_killed_stage_leaves_nothing_that_the_next_does_not_clear(folder, warm):
    began = folder / "began"
    cell(folder, f"import tempfile; open({str(began)!r}, 'w').write(tempfile.mkdtemp()); import time; time.sleep(60)")
    process = stage(folder, "eda")
    until(lambda: began.exists() and began.read_text())
    sockets = next(folder.glob(".staging/*/sockets")).readlink()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert Path(began.read_text()).is_relative_to(folder / ".staging")
    cell(folder, "raise ValueError('x')")
    refused_later = stage(folder, "eda", variables=warm).communicate(timeout=60)[1]
    assert "ValueError: x" in refused_later
    assert not sockets.exists()
    assert not list((folder / ".staging").iterdir())


def test_nothing_outside_is_cleared_by_what_a_stranger_put_into_staging(folder, tmp_path_factory, warm):
    precious = tmp_path_factory.mktemp("segments_") / "precious"
    precious.mkdir()
    (folder / ".staging/eda").mkdir(parents=True)
    (folder / ".staging/eda/sockets").symlink_to(precious)
    (folder / ".staging/aside").symlink_to(precious)
    cell(folder, "raise ValueError('x')")
    stage(folder, "eda", variables=warm).communicate(timeout=60)
    assert precious.exists()


@pytest.mark.parametrize("umask", [0o077, 0o002])
def test_what_is_made_follows_the_umask(folder, umask):
    settings(folder, {"kind": "demo", "customers": 100, "months": 12})
    shutil.rmtree(folder / "data")
    process = stage(folder, "collect", umask=umask)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    made = list((folder / "data").rglob("*"))
    assert len(made) > 3
    for path in made:
        assert path.stat().st_mode & 0o777 == (0o777 if path.is_dir() else 0o666) & ~umask, path


@pytest.fixture
def repository(tmp_path) -> Path:
    """A study under DVC whose pipeline is one quick stage."""
    (tmp_path / "dvc.yaml").write_text("stages: {one: {cmd: echo made > made.csv, outs: [made.csv]}}\n")
    for each in (["git", "init", "--quiet"], ["dvc", "init", "--quiet"]):
        subprocess.run(each, cwd=tmp_path, env=VARIABLES, check=True)
    return tmp_path


def reproduced(repository: Path, **how: Any) -> str:
    process = started(repository, "-m", "customer_segments.run.reproduce", **how)
    out, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    return out


def test_dvc_push_is_spoken_of_only_where_there_is_a_remote(repository):
    out = reproduced(repository)
    assert "Running stage 'one'" in out
    assert "dvc push" not in out
    assert "up to date" in reproduced(repository)
    subprocess.run(["dvc", "remote", "add", "-d", "far", "/tmp/far"], cwd=repository, env=VARIABLES, check=True)
    (repository / "dvc.yaml").write_text("stages: {one: {cmd: echo more > made.csv, outs: [made.csv]}}\n")
    assert "Use `dvc push`" in reproduced(repository)


@pytest.mark.parametrize("left", ["", '{"made.csv": {"wri'])
def test_locks_that_a_killed_run_left_half_written_stop_no_other(repository, left):
    locks = repository / ".dvc/tmp/rwlock"
    locks.parent.mkdir(exist_ok=True)
    locks.write_text(left)
    os.utime(locks, (time.time() - 60,) * 2)
    reproduced(repository)
    assert (repository / "made.csv").exists()


def held(repository: Path, holder: int, ago: float = 0) -> None:
    locks = repository / ".dvc/tmp/rwlock"
    locks.parent.mkdir(exist_ok=True)
    info = {"pid": holder, "cmd": "/some where/reproduce.py"}
    locks.write_text(json.dumps({"write": {str(repository / "made.csv"): info}, "read": {}}))
    os.utime(locks, (time.time() - ago,) * 2)


def test_a_lock_of_one_who_is_dead_though_not_cleared_away_stops_no_other(repository):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
    held(repository, dead.pid)
    reproduced(repository)
    dead.wait()


def test_a_lock_of_one_whose_number_another_has_by_now_stops_no_other(repository):
    held(repository, os.getpid(), ago=10 * 24 * 3600)
    reproduced(repository)


def test_a_lock_of_one_who_works_is_kept(repository):
    held(repository, os.getpid())
    process = started(repository, "-m", "customer_segments.run.reproduce")
    assert "is busy" in "".join(process.communicate(timeout=60))
    assert process.returncode != 0
    assert (repository / ".dvc/tmp/rwlock").exists()


def test_what_dvc_keeps_follows_the_umask_too(repository):
    reproduced(repository, umask=0o077)
    assert (repository / "made.csv").stat().st_mode & 0o077 == 0
    assert (repository / ".dvc/cache").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("stop", "number", "word"),
    [
        (os.killpg, signal.SIGINT, "Ctrl-C"),
        (os.kill, signal.SIGTERM, "SIGTERM"),
        (os.killpg, signal.SIGTERM, "SIGTERM"),
    ],
)
def test_stopping_a_run_stops_its_stage_and_waits_for_it(repository, stop, number, word):
    (repository / "params.yaml").write_bytes((PROJECT / "params.yaml").read_bytes())
    (repository / "src/customer_segments").mkdir(parents=True)  # as in the repository itself
    late = "trap 'sleep 1; touch ended; exit 130' INT TERM; touch began; sleep 30 > /dev/null 2>&1 & wait"
    (repository / "dvc.yaml").write_text(json.dumps({"stages": {"one": {"cmd": late}}}))
    process = started(repository, "-m", "customer_segments", "run")
    until((repository / "began").exists)
    stop(process.pid, number)
    out, told = process.communicate(timeout=60)
    assert (repository / "ended").exists()
    assert process.returncode == 128 + number
    assert "Traceback" not in out + told
    assert told.splitlines()[-1] == f"Stopped by {word} before the end: what was there before is kept; run it again."


def command(folder: Path, *arguments: str, **how: Any) -> tuple[int, str, str]:
    process = started(folder, "-m", "customer_segments", *arguments, **how)
    out, told = process.communicate(timeout=60)
    assert "Traceback" not in out + told
    return process.returncode, out, told


def test_the_version_is_told(tmp_path):
    assert command(tmp_path, "--version") == (0, f"segments {customer_segments.__version__}\n", "")


def test_a_reader_who_has_left_is_no_trouble(tmp_path):
    line = f"{sys.executable} -m customer_segments use --list | true; exit ${{PIPESTATUS[0]}}"
    finished = subprocess.run(["bash", "-c", line], env=VARIABLES, cwd=tmp_path, capture_output=True, text=True)
    assert finished.returncode == 128 + signal.SIGPIPE
    assert finished.stderr == "What reads the output has ended before it was all written.\n"


def test_output_to_a_full_disk_is_told(tmp_path):
    with Path("/dev/full").open("w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "customer_segments", "use", "--list"], env=VARIABLES, cwd=tmp_path, text=True,
            stdout=full, stderr=subprocess.PIPE,
        )  # fmt: skip
    assert finished.returncode == 1
    assert finished.stderr.startswith("A file could not be read or written (No space left on device)")
    assert finished.stderr.count("\n") == 1


def test_names_that_are_not_utf_8(tmp_path):
    name = os.fsdecode(b"caf\xe9.csv")
    assert command(tmp_path, "check", name)[0] == 1
    (tmp_path / name).write_text("customer_id,age\n1,2\n3,4\n")
    code, _, told = command(tmp_path, "check", name, "--table", "customers")
    assert code in (0, 1)
    assert told.count("\n") <= 1


@pytest.fixture(scope="module")
def long(tmp_path_factory) -> Path:
    """A folder with a file that takes seconds to read."""
    folder = tmp_path_factory.mktemp("long")
    rows = "".join(f"c{number},{number % 90},{number * 7}\n" for number in range(2_000_000))
    (folder / "long.csv").write_text(f"customer_id,age,spent\n{rows}")
    return folder


@pytest.mark.parametrize("after", [0.5, 0.9, 1.3, 1.7])  # seconds; in most of them DuckDB is at work
def test_a_command_is_stopped_in_a_sentence(long, after):
    process = started(long, "-m", "customer_segments", "check", "long.csv", "--table", "customers")
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)
    out, told = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, ""), told
    assert told == "Stopped by Ctrl-C before the end: what was there before is kept; run it again.\n"


def test_what_is_not_foreseen_is_one_sentence_too_and_its_traceback_is_there_for_who_asks(tmp_path):
    code = "from customer_segments.run import edge; import sys; sys.exit(edge.ended(lambda: {}['x']))"
    for asked, there in (({}, False), ({"SEGMENTS_TRACEBACK": "1"}, True)):
        process = started(tmp_path, "-c", code, variables=asked)
        told = process.communicate(timeout=60)[1]
        assert told.startswith("Something that is not foreseen went wrong (KeyError: 'x', in <string>, line 1)")
        assert ("Traceback" in told) == there
        assert process.returncode == 1


@pytest.mark.parametrize(
    ("kinds", "told", "said"),
    [
        ({"OSError"}, "[Errno 28] No space left on device: 'a' -> '/x/it'", "/x/it could not be read or written \\(No"),
        ({"OSError"}, "[Errno 13] Permission denied: \"/x/it's\"", "/x/it's could not be read or written \\(Perm"),
        ({"OSError"}, "[Errno 28] Writing. Detail: [errno 28] No space left", "A file could not be .*No space"),
        ({"OSError"}, "", "no reason told"),
        ({"OSError"}, "[Errno 12] Cannot allocate memory", "not enough memory"),
        ({"_ArrayMemoryError"}, "Unable to allocate", "not enough memory"),
        ({"ImportError"}, "x.so: failed to map segment from shared object", "not enough memory"),
        ({"RuntimeError"}, "can't start new thread", "not enough memory"),
        ({"RecursionError"}, "maximum recursion depth exceeded", "nested too deeply"),
    ],
)  # fmt: skip
def test_what_the_machine_refuses_is_put_into_words(kinds, told, said):
    assert re.search(said, str(of_the_machine(kinds, told)))


def test_a_name_that_is_far_too_long_is_not_shown_in_full():
    told = str(of_the_machine({"OSError"}, f"[Errno 36] File name too long: '/{'x' * 90_000}'"))
    assert len(told) < 400
    assert told.endswith("x… could not be read or written (File name too long): shorten it.")


def test_other_errors_are_no_matter_of_the_machine():
    assert of_the_machine({"ValueError", "Exception"}, "no memory of it") is None
    assert of_the_machine({"OSError", "FileNotFoundError"}, "[Errno 2] No such file: 'a'", refused_only=True) is None
