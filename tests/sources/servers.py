"""Real servers for the tests: PostgreSQL in a temporary folder, and an HTTP server that misbehaves on request."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER, PASSWORD = "analyst", "p@ss/w%20rd:1'\"?#"
CLUSTER_OPTIONS = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=owner")


@dataclass(frozen=True)
class Postgres:
    """A running server: its owner may do everything, the analyst only read what is granted."""

    port: int
    user: str = USER
    password: str = PASSWORD
    owner_password: str = "owner's own"
    stop: Callable[[], None] = lambda: None  # at once, as where the power fails
    start: Callable[[], None] = lambda: None

    def url(self, database: str = "shop") -> str:
        """The address as it stands in params.yaml."""
        return f"postgresql://{self.user}:${{SHOP_PASSWORD}}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str, database: str = "shop") -> None:
        """Change something as the owner."""
        import psycopg

        reached = {"host": "127.0.0.1", "port": self.port, "user": "owner", "password": self.owner_password}
        with psycopg.connect(**reached, dbname=database, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def postgres_programs() -> Path | None:
    """The folder that holds this machine's PostgreSQL server, newest version first."""
    on_path = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = [Path(on_path).resolve()] if on_path else []
    return next((path.parent for path in [*installed[::-1], *found]), None)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server that asks for passwords, and stop it at the end."""
    programs = postgres_programs()
    account = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="shop_postgres_", dir="/tmp"))  # a socket's path must be short
    port = _free_port()
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            user=account, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def start() -> None:
        run("pg_ctl", "start", "--wait", "-o", settings, "-l", str(folder / "log"))

    def stop() -> None:
        run("pg_ctl", "stop", "--wait", "-m", "immediate")

    server = Postgres(port=port, stop=stop, start=start)
    try:
        passwords = folder / "password"
        passwords.write_text(server.owner_password + "\n")
        if account:
            for path in (folder, passwords):
                shutil.chown(path, account, account)
        run("initdb", *CLUSTER_OPTIONS, f"--pwfile={passwords}")
        start()
        try:
            server.run("CREATE DATABASE shop", database="postgres")
            secret = server.password.replace("'", "''")
            server.run(f"CREATE ROLE {server.user} LOGIN PASSWORD '{secret}'")
            yield server
        finally:
            stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Api:
    """A local HTTP server; each path has a function that answers, and every request is written down."""

    routes: dict[str, Callable[[BaseHTTPRequestHandler, int], None]] = field(default_factory=dict)
    requests: list[tuple[str, str | None]] = field(default_factory=list)  # path with query, authorization
    base: str = ""
    released: threading.Event = field(default_factory=threading.Event)  # ends every stall

    def called(self, path: str) -> int:
        return sum(asked.partition("?")[0] == path for asked, _ in self.requests)


@contextmanager
def running_api() -> Iterator[Api]:
    """Start an HTTP server on a free port, and stop it at the end."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            api.requests.append((self.path, self.headers.get("Authorization")))
            path = self.path.partition("?")[0]
            if path in api.routes:
                api.routes[path](self, api.called(path))
            else:
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a reader that hangs up is part of the test

    with Server(("127.0.0.1", 0), Handler) as server:
        api.base = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield api
        finally:
            api.released.set()
            server.shutdown()
