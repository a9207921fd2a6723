"""The settings under which the same inputs give the same bytes on every machine."""

import os
import platform
import sys

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


def pinned(threads: int) -> dict[str, str]:
    """This process's environment with everything fixed that changes results."""
    fixed = FIXED | (FIXED_ON_X86 if platform.machine().lower() in ("x86_64", "amd64") else {})
    fixed |= dict.fromkeys(THREADS, str(threads))
    return {name: value for name, value in os.environ.items() if name not in UNSET} | fixed


def restart_pinned(threads: int, **more: str) -> None:
    """Start this very command again under the fixed environment, unless it already runs there."""
    wanted = pinned(threads) | more
    if wanted != dict(os.environ):
        sys.stdout.flush()
        edge.not_yet()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted)
