"""`segments serve`: the web process and its worker, with everything that they store in one folder."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from customer_segments.base.errors import StudyError
from customer_segments.web.names import (
    DATABASE_VARIABLE,
    HOME_VARIABLE,
    METRICS_VARIABLE,
    ORIGIN_VARIABLE,
    SERVER_VARIABLE,
)

LOCAL = "localhost"
LOOPBACK = ("127.0.0.1", LOCAL, "::1")
NO_WORKER = "SEGMENTS_WEB_NO_WORKER"  # set where workers run elsewhere
SETTINGS = "customer_segments.web.settings"
EXTRA = (
    "allauth",
    "argon2",
    "cryptography",
    "django",
    "django_htmx",
    "ninja",
    "prometheus_client",
    "waitress",
    "whitenoise",
)
THREADS = 4
GLANCE, SHORTEST, LONGEST = 0.2, 0.5, 30.0  # seconds: between looks at the worker, before a new one is started
PATIENCE = 60.0  # seconds that a worker is given to end its work
AT_LEAST = 10.0  # seconds; a worker that is gone sooner most likely will be again


def serve(home: Path, port: int, host: str = "127.0.0.1", origin: str = "", metrics_port: int | None = None) -> str:
    """Prepare the folder, start the worker, and serve until stopped."""
    _refuse_without_the_extra()
    if host not in LOOPBACK and not origin.startswith("https://"):
        raise StudyError(
            f"{host} can be reached by others: name the HTTPS address that people use with `--origin https://…`, "
            "or listen on 127.0.0.1."
        )
    home = home.absolute()
    with _alone_in(home), _bound(host, port) as doors:
        address = origin or f"http://{_written(host)}:{doors[0].getsockname()[1]}"
        own = {HOME_VARIABLE: str(home), ORIGIN_VARIABLE: origin, "DJANGO_SETTINGS_MODULE": SETTINGS}
        os.environ |= own | ({METRICS_VARIABLE: "1"} if metrics_port is not None else {})
        prepared = subprocess.run([sys.executable, "-m", "customer_segments.web.preparing", address], check=False)
        if prepared.returncode:  # it has said why
            raise SystemExit(prepared.returncode)
        if metrics_port is not None:
            _tell_figures(metrics_port)
        with _worker_kept_alive():
            _listen(doors, host, address)
    return "The Explorer has ended."


def _refuse_without_the_extra() -> None:
    if missing := [name for name in EXTRA if importlib.util.find_spec(name) is None]:
        raise StudyError(
            f"The Explorer needs packages that are not installed ({', '.join(missing)}): "
            "add them with `pip install 'customer_segments[web]'`."
        )


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    """The folder, which no other server uses where the database is a file in it."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(home / ".serving", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StudyError(f"{home} cannot be written ({error.strerror}): name another folder with `--home`.") from None
    try:
        if not os.environ.get(DATABASE_VARIABLE):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise StudyError(f"Another Explorer uses {home}: end it first, or name another folder with `--home`.") from None
    finally:
        os.close(handle)


@contextmanager
def _bound(host: str, port: int) -> Iterator[list[socket.socket]]:
    """The port, taken before anything else is done: whoever comes early waits for a moment.

    “localhost” is two addresses, and nobody else shall answer at the other.
    """
    with ExitStack() as held:
        doors = [held.enter_context(_door(host, port))]
        if _written(host) == LOCAL and _knows("::1"):
            doors.append(held.enter_context(_door("::1", doors[0].getsockname()[1])))
        yield doors


def _knows(host: str) -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as door:
            door.bind((host, 0))
    except OSError:
        return False
    return True


def _door(host: str, port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(1024)
    except (OSError, OverflowError) as error:
        door.close()
        why = getattr(error, "strerror", None) or "there is no such port"
        raise StudyError(
            f"Port {port} of {host} cannot be used ({why}): name another with `--port`, or 0 for any that is free."
        ) from None
    return door


def _written(host: str) -> str:
    """As a browser asks for it: passkeys belong to a name, and no browser takes one for a number."""
    return LOCAL if host in {LOCAL, "127.0.0.1"} else f"[{host}]" if ":" in host else host


def _tell_figures(port: int) -> None:
    from prometheus_client import start_http_server

    try:
        server, _ = start_http_server(port, addr="127.0.0.1")
    except (OSError, OverflowError):
        raise StudyError(f"Port {port} cannot be used: name another with `--metrics-port`.") from None
    print(f"Figures for Prometheus are at http://127.0.0.1:{server.server_port}/metrics", flush=True)


@contextmanager
def _worker_kept_alive() -> Iterator[None]:
    if os.environ.get(NO_WORKER):
        yield
        return
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep, args=(stopping,))
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join()


def _keep(stopping: threading.Event) -> None:
    """A worker; one that dies is followed by another, later where it died young."""
    pause = SHORTEST
    while not stopping.is_set():
        began = time.monotonic()
        worker = subprocess.Popen(
            [sys.executable, "-m", "customer_segments.web", "worker"],
            env=os.environ | {SERVER_VARIABLE: str(os.getpid())}, start_new_session=True,
        )  # fmt: skip
        while worker.poll() is None and not stopping.wait(GLANCE):
            pass
        if stopping.is_set():
            _end(worker)
            _end_what_goes_on()
            return
        pause = SHORTEST if time.monotonic() - began > AT_LEAST else min(2 * pause, LONGEST)
        print(f"The worker has died (code {worker.returncode}); another is started.", file=sys.stderr, flush=True)
        stopping.wait(pause)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _end_what_goes_on() -> None:
    """A run whose worker was killed goes on without one, and would outlive this server."""
    from customer_segments.web import processes

    if not os.environ.get(DATABASE_VARIABLE):  # else another server may work in this folder, too
        processes.end_all_in(Path(os.environ[HOME_VARIABLE]))


def _listen(doors: list[socket.socket], host: str, address: str) -> None:
    import waitress

    from customer_segments.web import memory

    memory.sparing_threads()
    if not os.environ.get(METRICS_VARIABLE):  # whose library needs it
        sys.modules.setdefault("ssl", None)  # HTTPS is spoken before us, and asyncio does as well without: 1 MB
    from customer_segments.web.wsgi import application, warm

    warm()
    server = waitress.create_server(application, sockets=doors, threads=THREADS, ident=None, **_trusted(host, address))
    print(f"The Explorer is at {address}/ (Ctrl-C ends it).", flush=True)
    server.run()


def _trusted(host: str, address: str) -> dict[str, Any]:
    """A proxy that speaks HTTPS is believed how it was asked and, where nobody else gets here, by whom."""
    from django.conf import settings

    options: dict[str, Any] = {"max_request_body_size": settings.LARGEST_UPLOAD + (10 << 20)}
    if not address.startswith("https://"):
        return options
    alone = host in LOOPBACK
    heard = {"x-forwarded-proto", "x-forwarded-for"} if alone else {"x-forwarded-proto"}
    who = ("::1" if ":" in host else "127.0.0.1") if alone else "*"
    return options | {"trusted_proxy": who, "trusted_proxy_count": 1, "trusted_proxy_headers": heard}
