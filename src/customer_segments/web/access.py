"""Who may do what: one table of every address and method, and the gate that holds every request against it."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from customer_segments.web.models import Job, Role, Scope, Study


class Least(IntEnum):
    """What someone must at least be, where no study is concerned."""

    ANYONE = 0
    PERSON = 10  # with an account that is approved
    ADMINISTRATOR = 11


Needed = Role | Least | Scope  # a scope is a key's, and lets in no person
READER, MANAGER, ANALYST, OWNER = Role.READER, Role.MANAGER, Role.ANALYST, Role.OWNER
ANYONE, PERSON, ADMINISTRATOR = Least.ANYONE, Least.PERSON, Least.ADMINISTRATOR
FORM = ("GET", "POST")


def _each(least: Needed, *names: str, methods: tuple[str, ...] = ("GET",)) -> dict[str, dict[str, Needed]]:
    return {name: dict.fromkeys(methods, least) for name in names}


# What is not here is not reachable; a test walks it with every role.
TABLE: dict[str, dict[str, Needed]] = {
    **_each(ANYONE, "healthz", "readyz", "asset"),
    **_each(ANYONE, "enter", methods=FORM),
    **_each(ANYONE, "account_login", "account_signup", "account_logout", "account_reset_password", methods=FORM),
    **_each(ANYONE, "account_reset_password_from_key", "mfa_authenticate", "mfa_login_webauthn", methods=FORM),
    **_each(ANYONE, "account_reset_password_done", "account_reset_password_from_key_done", "account_inactive"),
    **_each(PERSON, "account_change_password", "account_reauthenticate", "mfa_reauthenticate", methods=FORM),
    **_each(PERSON, "mfa_index", "mfa_view_recovery_codes", "mfa_list_webauthn", "mfa_download_recovery_codes"),
    **_each(PERSON, "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes", methods=FORM),
    **_each(PERSON, "mfa_add_webauthn", "mfa_reauthenticate_webauthn", methods=FORM),
    **_each(PERSON, "mfa_remove_webauthn", "mfa_edit_webauthn", "usersessions_list", methods=FORM),
    **_each(PERSON, "home"),
    **_each(PERSON, "upload", methods=FORM),
    **_each(PERSON, "checked", methods=FORM),
    **_each(READER, "study", "segments", "segments_map", "retention", "value", "model", "chapter", "file"),
    **_each(READER, "listed", "numbers", "progress", "made", "made_numbers", "runs"),
    **_each(MANAGER, "customers", "customer"),
    **_each(MANAGER, "predict", "add", "added", methods=FORM),
    **_each(ANALYST, "cancel", "again", methods=("POST",)),
    **_each(ANALYST, "new_run", methods=FORM),
    **_each(ANALYST, "keys", methods=FORM),
    **_each(OWNER, "sharing", "forget", "delete", methods=FORM),
    **_each(ADMINISTRATOR, "people", methods=FORM),
    **_each(ADMINISTRATOR, "audit"),
    **_each(ANYONE, "openapi", "docs"),
    **_each(Scope.PLACE, "published", "api:segment", "api:whatif", methods=("POST",)),
    **_each(Scope.READ, "api:study", "api:run", "api:verdict", "api:segments", "api:customers"),
    **_each(Scope.READ, "api:ledger", "api:report", "api:project"),
    "api:studies": {"GET": Scope.READ, "POST": Scope.RUN},
    "api:added": {"GET": Scope.READ, "POST": Scope.ADD},
    "api:entry": {"GET": Scope.READ, "PUT": Scope.ADD, "DELETE": Scope.ADD},
    **_each(Scope.FORGET, "api:forget", methods=("POST",)),
    **_each(Scope.FORGET, "api:forgetting"),
    **_each(Scope.DELETE, "api:delete", methods=("POST",)),
    "api:runs": {"GET": Scope.READ, "POST": Scope.RUN},
    **_each(Scope.RUN, "api:uploads", "api:check", "api:cancel", methods=("POST",)),
    **_each(Scope.RUN, "api:upload"),
}


# Chapters of the report that show what single customers have: raw cells, lowest and highest values, points of a map.
OF_SINGLE_CUSTOMERS = {"eda", "pca"}


def may_read(role: Role, stage: str) -> bool:
    """Whether a chapter may be read: by those who may see customers, each; by readers, where it shows no single one."""
    return role >= MANAGER or stage not in OF_SINGLE_CUSTOMERS


# The pages of a study, in the order in which they are read; each is shown to those who may open it.
OF_STUDY = {
    "study": "Summary",
    "segments": "Segments",
    "customers": "Customers",
    "predict": "Predict",
    "add": "Add a customer",
    "retention": "Retention",
    "value": "Value",
    "model": "Model",
    "runs": "Runs",
    "keys": "Keys",
    "sharing": "Sharing",
    "forget": "Forget",
}


WITHOUT_MONEY = {"value": "Outlook"}  # what they are called where the lines tell none
# Those of them that hold something before a run has come to its end.
BEFORE_A_RUN = {"study", "runs", "keys", "sharing", "forget"}


class Gate:
    """Lets through what the table allows; who may not know of a study finds nothing there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        from customer_segments.web.api import entrance
        from customer_segments.web.pages import problem

        name = request.resolver_match.view_name
        allowed = TABLE.get(name)
        if allowed is None:
            return problem(request, 404)
        method = "GET" if request.method == "HEAD" and not name.startswith("api:") else request.method
        if method not in allowed:
            answer = problem(request, 405)
            answer.headers["Allow"] = ", ".join(allowed)
            return answer
        least = allowed[method]
        if isinstance(least, Scope):
            return entrance.admit(request, least, kwargs)
        if least == Least.ANYONE:
            return None
        person = request.user
        if not person.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not person.approved:
            return problem(request, 403, "Your account waits to be approved by an administrator.")
        if least == Least.ADMINISTRATOR:
            return None if person.is_superuser else problem(request, 404)
        if isinstance(least, Role):
            return _in_study(request, kwargs, least)
        return None


def _in_study(request: HttpRequest, kwargs: dict[str, Any], least: Role) -> HttpResponse | None:
    from customer_segments.web.pages import problem

    found = Study.seen_by(request.user, kwargs["study"])
    if found is None:
        return problem(request, 404)
    study, role = found
    if role < least:
        return problem(request, 403, f"For this, you have to be {_a(least)} of the study; you are {_a(role)}.")
    request.study, request.role, request.latest = study, role, study.latest()
    request.navigation = _navigation(role, request.latest)
    return None


def _a(role: Role) -> str:
    return f"{'an' if role.label[0] in 'aeiou' else 'a'} {role.label}"


def _navigation(role: Role, latest: Job | None) -> list[tuple[str, str]]:
    """The pages that someone of this role may open, and that hold something."""
    from customer_segments.web import results

    there = OF_STUDY if latest else BEFORE_A_RUN
    called = OF_STUDY | (WITHOUT_MONEY if latest and results.of(latest).without_money else {})
    return [(name, label) for name, label in called.items() if name in there and TABLE[name]["GET"] <= role]
