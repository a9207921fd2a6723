"""Execute one notebook with given parameters, show how far it is, and keep it if it fails."""

from __future__ import annotations

import ast
import builtins
import logging
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_path
from jupyter_core.utils import run_sync

from customer_segments.base.errors import StudyError, of_the_machine
from customer_segments.base.params import read_params
from customer_segments.run.kernel import Copied
from customer_segments.run.staging import CELL, sockets
from customer_segments.run.workspace import PARAMS_FILE, Workspace

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.exceptions import PapermillExecutionError

KERNEL = "python3"


def execute(workspace: Workspace, path: str, keep_failed_in: Path) -> NotebookNode:
    """Execute a notebook of the study with the sections that it declares, and return it with its outputs."""
    source = workspace.root / path
    notebook = _read(source)
    params = read_params(workspace.root / PARAMS_FILE)
    parameters = {name: params[name] for name in declared(notebook) if name in params}
    with sockets(workspace) as place, (place / "stderr").open("w+", errors="replace") as unheard:
        kernel = AsyncKernelManager(
            kernel_name=KERNEL,
            context=_Sockets(),
            transport="ipc",
            ip=f"{place}/kernel",
            connection_file=f"{place}/kernel.json",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=jupyter_path("kernels")),
        )
        # What a person keeps in ~/.ipython to be run at every start must not change a study.
        variables = os.environ | workspace.variables() | {"IPYTHONDIR": f"{place}/ipython"}
        options = ["--HistoryManager.enabled=False"]
        try:
            kernel.provisioner = Copied(parent=kernel, kernel_id=KERNEL, kernel_spec=kernel.kernel_spec)
            run_sync(kernel.start_kernel)(
                extra_arguments=options, cwd=str(workspace.root), env=variables, stderr=unheard
            )
            progress = _Progress(source, notebook, workspace.staging and workspace.staging / CELL)
            return _executed(kernel, notebook, parameters, source, keep_failed_in, progress)
        except NoSuchKernel:
            raise StudyError("Jupyter's kernel for Python is not there: add it with `pip install ipykernel`.") from None
        except _KernelDiedError as dead:
            unheard.seek(0)
            last_words = unheard.read().strip().rpartition("\n")[2][:200] or "most often for want of memory"
            raise StudyError(f"{source.name}: its kernel died{dead} ({last_words}): run it again.") from None
        finally:
            if kernel.has_kernel:
                run_sync(kernel.shutdown_kernel)(now=True)
            kernel.context.destroy(linger=100)


class _Sockets(zmq.asyncio.Context):
    """The sockets to a kernel. One that Ctrl-C left opened but not noted is not waited for, as it would be for ever."""

    def term(self) -> None:
        ending = threading.Thread(target=super().term, daemon=True)
        ending.start()
        ending.join(timeout=1)


class _KernelDiedError(Exception):
    """The kernel has ended by itself."""


def _executed(
    kernel: AsyncKernelManager, notebook: NotebookNode, parameters: dict[str, Any], path: Path, keep_failed_in: Path,
    progress: _Progress,
) -> NotebookNode:  # fmt: skip
    # Imported while the kernel is starting.
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    failed, kept = keep_failed_in / path.name, False
    failed.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("papermill").disabled = True  # it tells of a dead kernel in words of its own
    try:
        return papermill.execute_notebook(
            notebook, _as_written(failed), parameters, kernel_name=KERNEL, language="python", progress_bar=False,
            km=kernel, request_save_on_cell_execute=False, on_cell_start=progress,
        )  # fmt: skip
    except PapermillExecutionError as error:
        kept = True
        raise _in_words(error, failed) from None
    except DeadKernelError:
        kept = True
        raise _KernelDiedError from None
    except RuntimeError:
        if run_sync(kernel.is_alive)():
            raise
        raise _KernelDiedError(" while it started") from None
    finally:
        if not kept:
            failed.unlink(missing_ok=True)
            with suppress(OSError):  # others are kept there
                keep_failed_in.rmdir()


def _as_written(path: Path) -> str:
    """A path in which papermill finds no parameters of its own."""
    return str(path).replace("{", "{{").replace("}", "}}")


def declared(notebook: NotebookNode) -> dict[str, Any]:
    """The names and plain values in the notebook's cell tagged `parameters`."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    statements = ast.parse(cells[0].source).body if cells else []
    return {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in statements
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }


class _Progress:
    """Called before every cell: one line that moves on a terminal, only the last elsewhere; a file for who looks on."""

    def __init__(self, path: Path, notebook: NotebookNode, told: Path | None) -> None:
        self.told = told
        self.name = path.stem.split("_", 1)[1]
        self.cells = len(notebook.cells) + 1  # the injected parameters
        self.started = time.perf_counter()

    def __call__(self, cell: NotebookNode, cell_index: int) -> None:
        seconds = time.perf_counter() - self.started
        last = cell_index + 1 == self.cells
        if self.told:
            self.told.write_text(f"{cell_index + 1} {self.cells}", encoding="ascii")
        progress = f"{self.name}: cell {cell_index + 1} of {self.cells}, {seconds:.1f} s"
        if sys.stdout.isatty():
            print(f"\r{progress}", end="\n" if last else "", flush=True)
        elif last:
            print(progress, flush=True)


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except nbformat.reader.NotJSONError:
        raise StudyError(
            f"{path.name} is not a notebook any more: restore it with `git checkout -- notebooks/{path.name}`."
        ) from None


def _in_words(error: PapermillExecutionError, failed: Path) -> StudyError:
    """The failing cell and its cause in plain words; a person's own mistake needs no place in the code."""
    kept = f"The notebook as far as it came is kept in {failed}"
    if error.ename == "StudyError":
        told = error.traceback[-1].removeprefix("StudyError: ") if error.traceback else error.evalue
        return StudyError(f"{told}\n({kept}.)")
    if error.ename == "KeyboardInterrupt":
        return StudyError(f"{failed.name} was interrupted: run it again.\n({kept}.)")
    if error.ename == "CellExecutionError":  # papermill's own, where the kernel named no error
        why = "most often for want of memory"
        return StudyError(
            f"{failed.name}: cell {error.cell_index} failed, and its kernel could not say how ({why}).\n{kept}."
        )
    known = getattr(builtins, error.ename, None)
    kinds = {each.__name__ for each in known.__mro__} if isinstance(known, type) else {error.ename}
    if refused := of_the_machine(kinds, error.evalue, refused_only=True):
        return StudyError(f"{refused}\n({kept}.)")
    first_line = next((line for line in error.source.splitlines() if line.strip()), "")
    cause = f"{error.ename}: {error.evalue}".splitlines()[0][:300]
    return StudyError(f"cell {error.cell_index} (`{first_line[:80]}`) failed with {cause}.\n{kept}.")
