"""What is stored about people, studies and work; the customers themselves stay in each study's folder."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import connection, models
from django.utils import timezone

# What every page asks for stands here as SQL: to have it made again takes longer than to have it answered.
LATEST = "SELECT * FROM web_job WHERE study_id = %s AND kind = %s AND state = %s ORDER BY created DESC LIMIT 1"
SEEN_BY = """
SELECT study.*, member.role AS role FROM web_study study
LEFT JOIN web_member member ON member.study_id = study.id AND member.person_id = %s
WHERE study.id = %s AND (member.role IS NOT NULL OR study.made_up)
"""


class People(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **more: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **more)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractUser):
    """Someone with an account, known by an e-mail address; an administrator is a `superuser`."""

    username = first_name = last_name = None
    email = models.EmailField(unique=True)
    approved = models.BooleanField(default=False)

    USERNAME_FIELD, REQUIRED_FIELDS = "email", []
    objects = People()


class Role(models.IntegerChoices):
    """What someone may do in a study; each may do what those before may."""

    READER = 1, "reader"
    MANAGER = 2, "manager"
    ANALYST = 3, "analyst"
    OWNER = 4, "owner"


class Scope(models.TextChoices):
    """What a key may do in its study."""

    PLACE = "place", "place customers in segments"
    READ = "read", "read what was found, and take it away"
    ADD = "add", "enter customers by hand, change and delete them"
    RUN = "run", "upload files, begin studies and start runs"
    FORGET = "forget", "forget customers"
    DELETE = "delete", "delete the study"

    @property
    def least(self) -> Role:
        """What whoever made the key must still be in the study."""
        return Role.OWNER if self in (Scope.FORGET, Scope.DELETE) else Role.ANALYST


class Study(models.Model):
    """A question about one set of customers; its latest finished run is what people see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=120)
    made_up = models.BooleanField(default=False)  # the demo, which everyone may read
    created = models.DateTimeField(default=timezone.now)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Member", related_name="studies")

    def runs(self) -> models.QuerySet[Job]:
        return self.jobs.filter(kind=Job.Kind.RUN).order_by("-created")

    @classmethod
    def seen_by(cls, person: Person, study: uuid.UUID) -> tuple[Study, Role] | None:
        """The study and this person's role in it; of the demo, which holds nobody's data, everyone is a manager."""
        found = next(iter(cls.objects.raw(SEEN_BY, [person.pk, cls._as_stored(study)])), None)
        return (found, Role(found.role or Role.MANAGER)) if found else None

    def latest(self) -> Job | None:
        """The newest finished run."""
        asked = [self._as_stored(self.id), Job.Kind.RUN, Job.State.FINISHED]
        return next(iter(Job.objects.raw(LATEST, asked)), None)

    @classmethod
    def _as_stored(cls, study: uuid.UUID) -> Any:
        return cls._meta.pk.get_db_prep_value(study, connection)


class Member(models.Model):
    study = models.ForeignKey(Study, models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    role = models.PositiveSmallIntegerField(choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "person"], name="one_role_a_study")]


class Upload(models.Model):
    """Files that someone gave, under names of our own; they go when they expire."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    names = models.JSONField()  # as they were called, by the names that we gave
    bytes = models.PositiveBigIntegerField()
    created = models.DateTimeField(default=timezone.now)
    found = models.JSONField(null=True)  # what the check says of them


class Job(models.Model):
    """Work that a worker does: on an upload, on a study, or on what is left of one that was deleted."""

    class Kind(models.TextChoices):
        CHECK = "check"
        RUN = "run"
        FORGET = "forget"
        DELETE = "delete"

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED, db_index=True)
    study = models.ForeignKey(Study, models.CASCADE, null=True, related_name="jobs")
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="jobs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    settings = models.JSONField(default=dict)  # sections of params.yaml, made by us from what a form allows
    created = models.DateTimeField(default=timezone.now, db_index=True)
    in_line = models.DateTimeField(default=timezone.now, db_index=True)  # since when it waits, the last time
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=64, default="")  # who holds the lease
    lease = models.DateTimeField(null=True)  # until when
    group = models.IntegerField(null=True)  # the process group that does it
    stage = models.CharField(max_length=40, default="")
    cancelled = models.BooleanField(default=False)  # asked for
    error = models.TextField(default="")
    said = models.JSONField(null=True)  # what came of it, where that is no folder


def hashed(secret: str) -> str:
    """What is stored of a key or a link; both are long and random, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Invitation(models.Model):
    """A link that lets someone register, once."""

    secret = models.CharField(max_length=64, unique=True)  # hashed
    administrator = models.BooleanField(default=False)
    study = models.ForeignKey(Study, models.CASCADE, null=True)
    role = models.PositiveSmallIntegerField(choices=Role, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    @classmethod
    def make(cls, **facts: Any) -> str:
        """Store a new one; returns the secret, which is told once."""
        secret = secrets.token_urlsafe(32)
        facts.setdefault("expires", timezone.now() + timezone.timedelta(days=7))
        cls.objects.create(secret=hashed(secret), **facts)
        return secret

    @classmethod
    def open(cls, secret: str) -> Invitation | None:
        return cls.still_open(hashed(secret))

    @classmethod
    def still_open(cls, seal: str) -> Invitation | None:
        """The one with this hash, which is all that is kept of a secret."""
        return cls.objects.filter(secret=seal, used=None, expires__gt=timezone.now()).first()

    def take(self) -> bool:
        """Use it up; of two who come at once, one has it."""
        return Invitation.objects.filter(id=self.id, used=None).update(used=timezone.now()) == 1


class ApiKey(models.Model):
    """A program's way into one study."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="keys")
    name = models.CharField(max_length=80)
    start = models.CharField(max_length=8)  # of the secret, to be recognised by
    secret = models.CharField(max_length=64, unique=True)  # hashed
    scopes = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)
    used = models.DateTimeField(null=True)

    @classmethod
    def make(cls, **facts: Any) -> str:
        """Store a new one; returns the secret, which is told once."""
        secret = f"cs_{secrets.token_urlsafe(32)}"
        cls.objects.create(secret=hashed(secret), start=secret[:8], **facts)
        return secret

    @classmethod
    def open(cls, secret: str) -> ApiKey | None:
        """The key, as long as whoever made it may still make one, with their `role` and the study's `latest_run`."""
        with connection.cursor() as cursor:
            cursor.execute(OPENED, [hashed(secret), Role.ANALYST])
            row = cursor.fetchone()
        if row is None:
            return None
        *own, role, latest_run = row
        found = cls.from_db(connection.alias, NEEDED_OF_A_KEY, _as_fields_have_them(cls, NEEDED_OF_A_KEY, own))
        found.role, found.latest_run = role, latest_run
        return found if found.expires is None or found.expires > timezone.now() else None


def _as_fields_have_them(model: type[models.Model], names: Sequence[str], cells: Sequence[Any]) -> list[Any]:
    """Cells as the database gives them, as the model's fields hold them."""
    told = []
    for name, cell in zip(names, cells, strict=True):
        column, converters = _converters(model, name)
        for convert in converters:
            cell = convert(cell, column, connection)
        told.append(cell)
    return told


@cache
def _converters(model: type[models.Model], name: str) -> tuple[Any, list[Callable[..., Any]]]:
    column = model._meta.get_field(name.removesuffix("_id")).get_col(model._meta.db_table)
    return column, [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]


# Asked at each call, so in SQL: Django takes ten times as long to word it, and to read it, as the database to answer.
NEEDED_OF_A_KEY = ("id", "study_id", "name", "scopes", "by_id", "expires", "used")  # in the order of the model
OPENED = """
SELECT {needed}, member.role, (
    SELECT job.id FROM web_job job WHERE job.study_id = key.study_id AND job.kind = 'run' AND job.state = 'finished'
    ORDER BY job.created DESC LIMIT 1
) AS latest_run
FROM web_apikey key
JOIN web_person person ON person.id = key.by_id AND person.is_active AND person.approved
JOIN web_member member ON member.person_id = person.id AND member.study_id = key.study_id
WHERE key.secret = %s AND key.revoked IS NULL AND member.role >= %s
""".format(needed=", ".join(f"key.{name}" for name in NEEDED_OF_A_KEY))


class Answered(models.Model):
    """What was answered to a request with an `Idempotency-Key`, so that the same one makes nothing twice."""

    key = models.ForeignKey(ApiKey, models.CASCADE)
    token = models.CharField(max_length=64)  # hashed
    asked = models.CharField(max_length=64)  # the hash of what was asked for
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    created = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "token"], name="one_answer_a_token")]


class Added(models.Model):
    """A customer whom someone entered by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, models.CASCADE, related_name="added")
    customer_id = models.CharField(max_length=120)
    values = models.JSONField()
    segment = models.PositiveSmallIntegerField()
    certainty = models.FloatField()
    outside = models.BooleanField()
    purpose = models.CharField(max_length=200)
    basis = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "customer_id"], name="one_entry_a_customer")]


class Event(models.Model):
    """Who did what; each entry holds the hash of the one before, so that none can be changed or left out unseen."""

    at = models.DateTimeField(default=timezone.now)
    who = models.CharField(max_length=120)  # a number of a person or a key, or the system
    what = models.CharField(max_length=60)
    study = models.UUIDField(null=True)
    about = models.JSONField(default=dict)
    before = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, unique=True)
