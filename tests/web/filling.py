"""Fill a running home: people, studies in every state, uploads, keys, entries, and a long book. Run beside the server.

With empty, one, many and far too many of each, and with names as long as they may be.
"""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows import login
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from customer_segments.web import events
from customer_segments.web.models import Added, ApiKey, Invitation, Job, Member, Person, Role, Scope, Study, Upload
from customer_segments.web.results import folder_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LONG = "of a shop whose name takes up a good deal of the line"
PLACES = [
    {"run": "x", "deleted": False, "done": ["data/raw/orders.parquet: 3 rows taken out"] * 9, "proof": "21 searched."},
    {"upload": "y", "deleted": True, "done": [], "proof": "Nothing is left."},
]
SAID = {"places": PLACES, "rows": 1, "count": 2}
REFUSED = "A run of this study is on its way: wait until it has ended, or stop it; then try again."


def fill(*, finished: str, customer: str, password: str, many: int) -> None:
    """Prints the numbers of what was made, and the cookies of those who are logged in."""
    people = _people(password, many)
    boss = people["boss"]
    studies = _studies(boss, finished)
    full = studies["study"]
    told = {name: str(study.id) for name, study in studies.items()} | _of(full, people, many)
    told |= {"first": str(full.runs()[0].id), "second": str(full.runs()[1].id), "customer": customer}
    told |= _uploads(boss)
    told["device"] = Authenticator.objects.get(type="webauthn").id
    told["administrator"] = Invitation.make(administrator=True, by=boss)
    _forgetting(studies)
    for number in range(many):
        events.record(boss if number % 2 else None, "changed a role", full, person=boss.id, role="manager")
    cookies = {name: _logged_in(each) for name, each in people.items() if name != "half"}
    boss.refresh_from_db()  # a log-in ends older links
    told["reset"] = f"{user_pk_to_url_str(boss)}-{default_token_generator.make_token(boss)}"
    cookies["half"] = _half_way(people["half"], password)
    print(json.dumps({"told": told, "cookies": cookies}))


def _people(password: str, many: int) -> dict[str, Person]:
    def person(name: str, **facts: Any) -> Person:
        return Person.objects.create_user(f"{name}@example.org", password, **({"approved": True} | facts))

    people = {name: person(name) for name in ("alone", "reader", "half", "secured")}
    people |= {"boss": person("boss", is_superuser=True), "waiting": person("waiting", approved=False)}
    Person.objects.bulk_create(
        Person(email=f"somebody.with.a.long.name.{number}.of.the.branch.in.the.north@example.org", approved=number > 3,
               is_active=number != 5)
        for number in range(many)
    )  # fmt: skip
    for name in ("half", "secured"):
        TOTP.activate(people[name], generate_totp_secret())
        RecoveryCodes.activate(people[name])
    data = {"name": "Telephone", "credential": {"rawId": "AA"}}
    Authenticator.objects.create(user=people["secured"], type="webauthn", data=data)
    return people


def _studies(boss: Person, finished: str) -> dict[str, Study]:
    Study.objects.update(made_up=False)  # so that there is somebody who sees none
    studies = {"study": Study.objects.create(title="Corner shop"), "quiet": Study.objects.create(title="A")}
    for name, runs in (("study", 2), ("quiet", 1)):
        for _ in range(runs):
            _run(studies[name], finished)
    for state in ("queued", "running", "failed", "cancelled"):
        studies[state] = Study.objects.create(title=f"A {state} study {LONG}")
        error = "The column “age” holds no numbers: choose another." if state == "failed" else ""
        _run(studies[state], finished, state=state, stage="" if state == "queued" else "profiling", error=error)
    Member.objects.bulk_create(Member(study=each, person=boss, role=Role.OWNER) for each in studies.values())
    return studies


def _run(study: Study, finished: str, **facts: Any) -> None:
    began = timezone.now() - timedelta(minutes=2)
    facts = {"state": "finished", "settings": {"study": "demo"}, "started": began} | facts
    job = Job.objects.create(kind=Job.Kind.RUN, study=study, **facts)
    folder_of(job).parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(finished, folder_of(job), symlinks=True)


def _of(study: Study, people: dict[str, Person], many: int) -> dict[str, str]:
    """Members, keys, entries and links of a study."""
    boss, others = people["boss"], Person.objects.exclude(email__in=[each.email for each in people.values()])
    Member.objects.bulk_create(Member(study=study, person=each, role=1 + each.id % 4) for each in others)
    Member.objects.bulk_create(
        Member(study=each, person=people["reader"], role=Role.READER)
        for each in (study, Study.objects.get(jobs__state="running"))
    )
    for number in range(20):
        ApiKey.make(
            study=study, name=f"The till of branch number {number} in the main street", by=boss,
            scopes=list(Scope)[: 1 + number % 3], expires=timezone.now() + timedelta(days=30 * number - 50),
        )  # fmt: skip
    for number in range(many):
        entry = Added.objects.create(
            study=study, customer_id=f"By hand {number}", values={"recency_days": 10.0, "frequency": 4.0}, by=boss,
            segment=1, certainty=0.5, outside=False, purpose="To be asked about the branch", basis="consent",
        )  # fmt: skip
    return {"added": str(entry.id), "invited": Invitation.make(study=study, role=Role.MANAGER, by=boss)}


def _uploads(boss: Person) -> dict[str, str]:
    def upload(name: str, state: str = "finished", found: Any = None, error: str = "") -> str:
        stored = Upload.objects.create(person=boss, names={"file1.csv": name}, bytes=1, found=found)
        Job.objects.create(kind=Job.Kind.CHECK, upload=stored, state=state, error=error)
        return str(stored.id)

    long = [f"a_column_with_a_long_name_{number}" for number in range(40)]
    return {
        "found": upload("customers.csv", found=_found(["customer_id", "age"], ["gender"])),
        "unnamed": upload("list.csv", found=_found([], [])),
        "crowded": upload(f"{'a_long_name_' * 6}.csv", found=_found(long, ["gender", "location"])),
        "sheets": upload("customers.xlsx", found=_sheets([f"Sheet of branch {number}" for number in range(12)])),
        "reading": upload("customers.csv", state="queued"),
        "refused": upload("customers.csv", state="failed", error="customers.csv holds no table: choose another."),
    }


def _sheets(names: list[str]) -> dict[str, Any]:
    question = {"told": f"customers.xlsx has several sheets ({', '.join(names)})", "choices": names}
    return {"tables": {}, "questions": [question], "problems": ["customers.xlsx has several sheets."], "source": {}}


def _found(columns: list[str], spare: list[str]) -> dict[str, Any]:
    """As `segments check --json` says it."""

    def role(name: str, column: str | None) -> dict[str, Any]:
        facts = {"sureness": "sure", "why": "by its name", "examples": ["41", "17"]}
        return {"role": name, "column": column} | (facts if column else {"sureness": "", "why": "", "examples": []})

    others = ["remarks", "_".join(["nowhere_to_break"] * 4)]
    rule = {"rule": "No number", "why": "A row without a number belongs to nobody.", "dropped": 12, "mended": 0}
    table = {
        "rows": 3000, "usable": 2988, "others": others, "all_columns": [*columns, *others], "rules": [rule],
        "roles": [role(name, name) for name in columns] + [role(name, None) for name in spare],
    }  # fmt: skip
    asked = "file1.csv: `age` may be 'age', which it is taken for, or 'remarks'"
    problems = [f"{asked}: say which.", "12 of 3,000 rows have no number."]
    return {"tables": {"customers": table}, "questions": [{"told": asked}], "problems": problems, "source": {}}


def _forgetting(studies: dict[str, Study]) -> None:
    for name, dry, facts in (
        ("quiet", True, {"state": "finished", "said": SAID | {"dry_run": True}}),
        ("queued", True, {"state": "queued"}),
        ("failed", False, {"state": "finished", "said": SAID | {"dry_run": False}}),
        ("cancelled", True, {"state": "failed", "error": REFUSED}),
    ):
        asked = {"count": 2, "dry_run": dry} | ({"ids": ["a", "b"]} if dry else {})
        Job.objects.create(kind=Job.Kind.FORGET, study=studies[name], settings=asked, ended=timezone.now(), **facts)


def _logged_in(person: Person) -> str:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend=BACKEND)
    session = client.session
    late = (timezone.now() + timedelta(hours=1)).timestamp()  # so that no page asks for the password once more
    given = {"method": "password", "at": late, "email": person.email, "reauthenticated": True}
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [given]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    return client.cookies["session"].value


def _half_way(person: Person, password: str) -> str:
    """Someone who has given a password, and not yet the code."""
    client = Client(headers={"host": "localhost"})
    client.post("/account/login", {"login": person.email, "password": password})
    return client.cookies["session"].value
