"""A study in which all that can have a name has one that means harm, and studies, people and keys of such names."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from customer_segments.run.workspace import Workspace
from customer_segments.web.shelving import note_usual
from tests.web.payloads import PAYLOADS

STORED = [each.replace("\x00", "\u2400") for each in PAYLOADS]  # no column and no field of a database holds a zero
SHORT = list(dict.fromkeys(each[:80] for each in STORED))
COLUMNS = [f"c {each[:60]}" for each in STORED[:120]]


def run_of(finished: Path, place: Path) -> Path:
    """A finished run whose customers, columns, answers and segments are called so."""
    shutil.copytree(finished, place, symlinks=True, ignore=shutil.ignore_patterns(".git", "*.html", "raw"))
    names = pd.DataFrame({"place": range(1, len(PAYLOADS) + 1), "name": PAYLOADS})
    columns = ", ".join(f"""{n} AS "{each.replace('"', '""')}" """ for n, each in enumerate(COLUMNS))
    changed = {
        ".explorer/customers.parquet": f"""* REPLACE (
            coalesce(name, customer_id) AS customer_id, name AS location, name AS gender), {columns}""",
        "data/processed/profiles.parquet": "* REPLACE (name.name AS name, name.name AS action)",
        "data/processed/map.parquet": "* REPLACE (coalesce(name, customer_id) AS customer_id)",
    }
    with duckdb.connect() as connection:
        connection.register("names", names)
        for path, selected in changed.items():
            table = f"(SELECT row_number() OVER () AS place, * FROM '{place / path}') own"
            query = f"SELECT {selected.replace('name.name', 'names.name')} FROM {table} LEFT JOIN names USING (place)"
            connection.execute(f"COPY ({query} ORDER BY 2) TO '{place / path}.new' (FORMAT parquet)")
            Path(f"{place / path}.new").replace(place / path)
    note_usual(place)
    customers = names[["name"]].rename(columns={"name": "customer_id"})
    Workspace(place).write_table(customers, "reports/segmented_customers.csv")
    return place


def crowd(shop: Any, boss: Any) -> None:
    """Studies, runs that failed, keys, entries, people and members called so."""
    from customer_segments.web.models import Added, ApiKey, Job, Member, Person, Role, Study

    studies = Study.objects.bulk_create(Study(title=each) for each in SHORT)
    Member.objects.bulk_create(Member(study=each, person=boss, role=Role.OWNER) for each in studies)
    Job.objects.bulk_create(
        Job(kind="run", study=each, state="failed", error=text) for each, text in zip(studies, STORED, strict=False)
    )
    people = Person.objects.bulk_create(Person(email=f"{each}@x.org", approved=True) for each in SHORT)
    Member.objects.bulk_create(Member(study=shop, person=each, role=Role.READER) for each in people)
    for each in SHORT:
        ApiKey.make(study=shop, name=each, scopes=["place"], by=boss)
    facts = {"study": shop, "values": {}, "segment": 1, "certainty": 1, "outside": False, "basis": "consent"}
    Added.objects.bulk_create(Added(customer_id=each, purpose=each, **facts) for each in SHORT)


def serve(place: str) -> None:
    """The same beside a running server; prints the study's number and the session of who owns it."""
    from django.test import Client

    from customer_segments.web.models import Job, Member, Person, Role, Study
    from customer_segments.web.results import folder_of

    shop = Study.objects.create(title=SHORT[0])
    job = Job.objects.create(kind="run", study=shop, state="finished")
    folder_of(job).parent.mkdir(parents=True)
    shutil.copytree(place, folder_of(job), symlinks=True)
    boss = Person.objects.create_user("owner@example.org", approved=True, is_superuser=True)
    Member.objects.create(study=shop, person=boss, role=Role.OWNER)
    crowd(shop, boss)
    client = Client(headers={"host": "localhost"})
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    print(shop.id, client.cookies["session"].value)
