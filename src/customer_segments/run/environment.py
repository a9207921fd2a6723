"""The settings under which the same inputs give the same bytes on every machine."""

import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from customer_segments.run import edge

# Set before Python and its numeric libraries start; each line is something that was seen to change results.
FIXED = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "1704067200",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "",
    "IPYKERNEL_CELL_NAME": "<cell>",  # else tracebacks and warnings name a random file
    "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel, not one from the home folder
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no debugger's warning in the output
}
FIXED_ON_X86 = {
    "OPENBLAS_CORETYPE": "Haswell",  # the kernel decides the last digits of products
    "NPY_DISABLE_CPU_FEATURES": "X86_V4",  # AVX-512 changes exp and log, and so the order of ties
}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
UNSET = ("MPLBACKEND", "PYTHONSTARTUP", "PYTHONWARNINGS", "LC_NUMERIC")  # would change what notebooks show


def pinned(threads: int, variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """An environment, this process's own if none is given, with everything fixed that changes results."""
    fixed = FIXED | (FIXED_ON_X86 if platform.machine().lower() in ("x86_64", "amd64") else {})
    fixed |= dict.fromkeys(THREADS, str(threads))
    return {name: value for name, value in variables.items() if name not in UNSET} | fixed


def start_pinned(threads: int, command: Sequence[str], temporary: Path) -> None:
    """Start the command again under the fixed environment, unless this process already runs there."""
    wanted = pinned(threads)
    if wanted != dict(os.environ):
        sys.stdout.flush()
        edge.not_yet()
        os.execve(sys.executable, [sys.executable, *command], wanted)
    # Looked at only when it is first needed, so that nothing has to start again for it.
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
