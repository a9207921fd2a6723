"""A home with a page for every state: what is put into it, and where each page is, for tests that look at all."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from customer_segments.web.access import TABLE
from tests.support import PROJECT
from tests.web.conftest import PASSWORD, Explorer

# What is answered with no page: for machines, or to be taken away.
NO_PAGE = {
    "healthz", "readyz", "openapi", "asset", "file", "listed", "numbers", "made_numbers", "segments_map",
    "mfa_download_recovery_codes", "mfa_login_webauthn",
}  # fmt: skip
STUDY_PAGES = ("study", "segments", "customers", "predict", "add", "retention", "value", "model", "runs", "keys")
ACCOUNT = {
    "account_change_password": "/account/password",
    "account_logout": "/account/logout",
    "account_reauthenticate": "/account/reauthenticate",
    "mfa_index": "/account/mfa/",
    "mfa_add_webauthn": "/account/mfa/webauthn/add/",
    "mfa_reauthenticate": "/account/mfa/reauthenticate/",
    "mfa_reauthenticate_webauthn": "/account/mfa/webauthn/reauthenticate/",
    "mfa_list_webauthn": "/account/mfa/webauthn/",
    "usersessions_list": "/account/sessions/",
}
SECURED = ("mfa_index", "mfa_reauthenticate", "mfa_list_webauthn")
# By label, whose first word is the view's name: who looks, and where; `{…}` is filled in when the home is.
PLACES: dict[str, tuple[str, str]] = {
    "account_login": ("nobody", "/account/login"),
    "account_signup": ("nobody", "/account/register"),
    "account_reset_password": ("nobody", "/account/reset"),
    "account_reset_password_done": ("nobody", "/account/reset/done"),
    "account_reset_password_from_key": ("nobody", "/account/reset/{reset}"),
    "account_reset_password_from_key gone": ("nobody", "/account/reset/1-x"),
    "account_reset_password_from_key_done": ("nobody", "/account/reset/changed"),
    "account_inactive": ("nobody", "/account/inactive"),
    "mfa_authenticate": ("half", "/account/mfa/authenticate/"),
    "enter first": ("nobody", "/enter/{administrator}"),
    "enter study": ("nobody", "/enter/{invited}"),
    "enter member": ("alone", "/enter/{invited}"),
    "enter gone": ("nobody", "/enter/none"),
    "docs": ("nobody", "/api/v1/docs"),
    **{name: ("boss", path) for name, path in ACCOUNT.items()},
    **{f"{name} secured": ("secured", path) for name, path in ACCOUNT.items() if name in SECURED},
    "mfa_activate_totp": ("boss", "/account/mfa/totp/activate/"),
    "mfa_deactivate_totp": ("secured", "/account/mfa/totp/deactivate/"),
    "mfa_view_recovery_codes": ("secured", "/account/mfa/recovery-codes/"),
    "mfa_generate_recovery_codes": ("secured", "/account/mfa/recovery-codes/generate/"),
    "mfa_remove_webauthn": ("secured", "/account/mfa/webauthn/keys/{device}/remove/"),
    "mfa_edit_webauthn": ("secured", "/account/mfa/webauthn/keys/{device}/edit/"),
    "home": ("boss", "/"),
    "home empty": ("alone", "/"),
    "home waiting": ("waiting", "/"),
    "upload": ("boss", "/new"),
    "checked": ("boss", "/new/{found}"),
    "checked unnamed": ("boss", "/new/{unnamed}"),
    "checked many": ("boss", "/new/{crowded}"),
    "checked sheets": ("boss", "/new/{sheets}"),
    "checked reading": ("boss", "/new/{reading}"),
    "checked refused": ("boss", "/new/{refused}"),
    **{name: ("boss", f"/studies/{{study}}/{name}".removesuffix("/study")) for name in STUDY_PAGES},
    **{f"{name} reader": ("reader", f"/studies/{{study}}/{name}") for name in ("value", "runs")},
    "segments wrong": ("reader", "/studies/{study}/segments?by=nothing"),
    "customers asked": ("boss", "/studies/{study}/customers?column=orders&is=least&value=2&sort=-orders"),
    "customers wrong": ("boss", "/studies/{study}/customers?column=orders&is=least&value=many"),
    "customers none": ("boss", "/studies/{study}/customers?q=nobody"),
    "customer": ("boss", "/studies/{study}/customers/{customer}"),
    "added": ("boss", "/studies/{study}/added/{added}"),
    "add empty": ("boss", "/studies/{quiet}/add"),
    "keys empty": ("boss", "/studies/{quiet}/keys"),
    "retention wrong": ("boss", "/studies/{study}/retention?show=nothing"),
    "value wrong": ("boss", "/studies/{study}/value?page=99"),
    "runs compared": ("boss", "/studies/{study}/runs?old={first}&new={second}"),
    "runs one": ("boss", "/studies/{quiet}/runs"),
    "new_run": ("boss", "/studies/{study}/runs/new"),
    "delete": ("boss", "/studies/{study}/delete"),
    "chapter": ("boss", "/studies/{study}/chapters/05_pca.html"),
    **{f"progress {state}": ("boss", f"/studies/{{{state}}}/progress") for state in ("queued", "running", "failed")},
    "progress cancelled": ("boss", "/studies/{cancelled}/progress"),
    "progress reader": ("reader", "/studies/{running}/progress"),
    "made": ("boss", "/studies/{running}/progress/05_pca.html"),
    "sharing": ("boss", "/studies/{study}/sharing"),
    "sharing one": ("boss", "/studies/{quiet}/sharing"),
    "forget": ("boss", "/studies/{study}/forget"),
    "forget asked": ("boss", "/studies/{quiet}/forget"),
    "forget searching": ("boss", "/studies/{queued}/forget"),
    "forget done": ("boss", "/studies/{failed}/forget"),
    "forget failed": ("boss", "/studies/{cancelled}/forget"),
    "people": ("boss", "/people"),
    "people none": ("boss", "/people?q=nothing"),
    "audit": ("boss", "/audit"),
    "audit end": ("boss", "/audit?before=1"),
    "problem 403": ("reader", "/studies/{study}/customers"),
    "problem 404": ("boss", "/nowhere"),
}
# What is no answer to what was asked.
REFUSED = {
    "problem 403": 403, "problem 404": 404, "enter gone": 404, "home waiting": 403,
    **{f"{name} wrong": 422 for name in ("segments", "customers", "retention", "value")},
}  # fmt: skip
PAGES = sorted(name for name, methods in TABLE.items() if "GET" in methods and ":" not in name and name not in NO_PAGE)


class Filled:
    """The addresses of a home that was filled, and the cookies of those who are logged in."""

    def __init__(self, explorer: Explorer, finished: Path, many: int = 55) -> None:
        with (finished / "reports/segmented_customers.csv").open(encoding="utf-8", newline="") as file:
            first = next(csv.DictReader(file))
        asked = {"finished": str(finished), "customer": first["customer_id"], "password": PASSWORD, "many": many}
        code = f"import sys; sys.path.append({str(PROJECT)!r}); from tests.web.filling import fill; fill(**{asked!r})"
        told = json.loads(explorer.manage(code).splitlines()[-1])
        self.told, self.cookies, self.base = told["told"], told["cookies"], explorer.base

    def address(self, label: str) -> str:
        return self.base + PLACES[label][1].format(**self.told)

    def context(self, browser: Any, who: str, **options: Any) -> Any:
        """A browser window of someone who is logged in, or of nobody."""
        made = browser.new_context(**options)
        if who in self.cookies:
            made.add_cookies([{"name": "session", "value": self.cookies[who], "url": self.base}])
        return made
