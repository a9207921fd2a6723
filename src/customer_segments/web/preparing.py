"""What a home of the Explorer needs before it is served, in a process of its own, which leaves nothing in memory."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from pathlib import Path

from customer_segments.base.errors import StudyError
from customer_segments.web.names import DATABASE_VARIABLE, HOME_VARIABLE

NOT_SERVED = ["widgetbundle.js", "datasets", "ht*-4*"]  # of libraries, large, and on no page


def prepare() -> None:
    """The folder, its secret, the tables, the files that browsers ask for, the demo, and the first administrator."""
    import django

    home = Path(os.environ[HOME_VARIABLE])
    _folders(home)
    django.setup()
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        _refuse_a_newer_home()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        raise _unusable(home, error) from None
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_SERVED)
    _demo()
    _first_administrator(sys.argv[1])


def _folders(home: Path) -> None:
    try:
        for folder in (home, home / "uploads", home / "studies", home / "outbox"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(home / "tmp", ignore_errors=True)  # what a server that was killed had put aside of customers
        if not (home / "secret").exists():
            handle = os.open(home / "secret", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
    except OSError as error:
        raise StudyError(f"{home} cannot be written ({error.strerror}): name another folder with `--home`.") from None


def _refuse_a_newer_home() -> None:
    """What a newer version has changed in the tables cannot be undone by this one."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    own = {app for app, _ in loader.disk_migrations}
    if any(each not in loader.disk_migrations for each in loader.applied_migrations if each[0] in own):
        raise StudyError(
            "This folder's database was last used by a newer version of customer_segments: install that version, or "
            "name another folder with `--home`."
        )


def _unusable(home: Path, error: Exception) -> StudyError:
    if os.environ.get(DATABASE_VARIABLE):
        return StudyError(
            f"The database that {DATABASE_VARIABLE} names cannot be used: see that it runs, and that its address, user "
            "and password are right."
        )
    return StudyError(f"The database in {home} cannot be used ({error}): restore it from a backup, or name another.")


def _demo() -> None:
    from customer_segments.web.models import Job, Study

    if not Study.objects.filter(made_up=True).exists():
        study = Study.objects.create(title="Demo shop", made_up=True)
        Job.objects.create(kind=Job.Kind.RUN, study=study, settings={"study": "demo"})


def _first_administrator(address: str) -> None:
    """A link that is told once, and is another one at each start until it was used."""
    from customer_segments.web.models import Invitation, Person

    if not Person.objects.filter(is_superuser=True).exists():
        Invitation.objects.filter(administrator=True, by=None, used=None).delete()
        secret = Invitation.make(administrator=True)
        print(f"The first administrator registers once, at {address}/enter/{secret}", flush=True)


if __name__ == "__main__":
    from customer_segments.run import edge

    os.umask(0o077)
    sys.exit(edge.ended(prepare))
