"""A notebook's kernel as a copy of this process, so that what is imported here need not be imported again."""

from __future__ import annotations

import asyncio
import os
import runpy
import signal
import sys
from typing import IO, TYPE_CHECKING, Any, NoReturn

from jupyter_client.provisioning import LocalProvisioner

from customer_segments.run.child import Child

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_client.connect import KernelConnectionInfo

LAUNCHER = "ipykernel_launcher"


class Copied(LocalProvisioner):
    """Starts kernels of this very Python by a fork, and any other as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        if sys.platform != "linux" or cmd[0] != sys.executable or LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        options = [*cmd[cmd.index(LAUNCHER) + 1 :], f"--IPKernelApp.parent_handle={os.getpid()}"]
        self.process = Child(lambda: _become(options, kwargs["env"], kwargs["cwd"], kwargs["stderr"]))
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


def _become(options: list[str], variables: Mapping[str, str], folder: str, unheard: IO[str]) -> NoReturn:
    """End as a kernel: with nothing of this process but its modules."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(unheard.fileno(), 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # a lock that is held here must end with this process alone
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    asyncio.set_event_loop(asyncio.new_event_loop())
    sys.argv = [LAUNCHER, *options]
    runpy.run_module(LAUNCHER, run_name="__main__", alter_sys=True)
