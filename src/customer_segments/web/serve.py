"""`segments serve`: the web process and its worker, with everything that they store in one folder."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from customer_segments.base.errors import StudyError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_WORKER = "SEGMENTS_WEB_NO_WORKER"  # set where workers run elsewhere
SETTINGS = "customer_segments.web.settings"


def serve(home: Path, port: int, host: str = "127.0.0.1", origin: str = "") -> None:
    """Prepare the folder, start the worker, and serve until stopped."""
    from customer_segments.web.names import HOME_VARIABLE, ORIGIN_VARIABLE

    if host not in LOOPBACK and not origin.startswith("https://"):
        raise StudyError(
            f"{host} can be reached by others: name the HTTPS address that people use with `--origin https://…`, "
            "or listen on 127.0.0.1."
        )
    home = home.absolute()
    os.environ |= {HOME_VARIABLE: str(home), ORIGIN_VARIABLE: origin, "DJANGO_SETTINGS_MODULE": SETTINGS}
    prepared = subprocess.run([sys.executable, "-m", "customer_segments.web.serve"], check=False)
    if prepared.returncode:
        raise StudyError("The folder could not be prepared: the lines above say why.")
    alone = os.environ.get(NO_WORKER)
    worker = None if alone else subprocess.Popen([sys.executable, "-m", "customer_segments.web", "worker"])
    try:
        _listen(host, port)
    finally:
        if worker:
            with suppress(ProcessLookupError):
                worker.send_signal(signal.SIGTERM)
            worker.wait(60)


def _listen(host: str, port: int) -> None:
    import waitress
    from django.conf import settings

    from customer_segments.web.wsgi import application

    most = settings.LARGEST_UPLOAD + (1 << 20)
    try:
        server = waitress.create_server(
            application, host=host, port=port, threads=8, ident=None, max_request_body_size=most, **_proxy()
        )
    except OSError as error:
        raise StudyError(f"Port {port} cannot be used ({error.strerror}): name another with `--port`.") from None
    print(f"The Explorer is at http://{host}:{server.effective_port}/ (Ctrl-C ends it).", flush=True)
    server.run()


def _proxy() -> dict[str, object]:
    """With an HTTPS origin something before us speaks TLS: from there alone we take how we were asked, and by whom."""
    from customer_segments.web.names import ORIGIN_VARIABLE, PROXY_VARIABLE

    if not os.environ.get(ORIGIN_VARIABLE):
        return {}
    told = {"x-forwarded-proto", "x-forwarded-for"}
    return {"trusted_proxy": os.environ.get(PROXY_VARIABLE, "127.0.0.1"), "trusted_proxy_headers": told}


def prepare() -> None:
    """The folder, its secret, the tables, the files that browsers ask for, the demo, and the first administrator."""
    import django

    from customer_segments.web.names import HOME_VARIABLE

    home = Path(os.environ[HOME_VARIABLE])
    for folder in (home, home / "uploads", home / "studies", home / "outbox"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (home / "secret").exists():
        handle = os.open(home / "secret", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    _demo()
    _first_administrator()


def _demo() -> None:
    from customer_segments.web.models import Job, Study

    if not Study.objects.filter(made_up=True).exists():
        study = Study.objects.create(title="Demo shop", made_up=True)
        Job.objects.create(kind=Job.Kind.RUN, study=study, settings={"study": "demo"})


def _first_administrator() -> None:
    from customer_segments.web.models import Invitation, Person
    from customer_segments.web.names import ORIGIN_VARIABLE

    if not Person.objects.filter(is_superuser=True).exists():
        Invitation.objects.filter(administrator=True, by=None, used=None).delete()
        secret = Invitation.make(administrator=True)
        base = os.environ.get(ORIGIN_VARIABLE) or "the address below"
        print(f"The first administrator registers once, at {base} followed by /enter/{secret}", flush=True)


if __name__ == "__main__":
    from customer_segments.run import edge

    os.umask(0o077)
    sys.exit(edge.ended(prepare))
