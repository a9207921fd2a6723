"""Every address; `access` says who may use it."""

from allauth.account import views as account
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from customer_segments.web.api import guide, patterns, placing
from customer_segments.web.views import (
    added,
    audit,
    customers,
    deleting,
    doors,
    forgetting,
    home,
    keys,
    model,
    people,
    predict,
    retention,
    running,
    runs,
    segments,
    sharing,
    study,
    uploads,
    value,
)

handler400, handler403 = "customer_segments.web.pages.bad_request", "customer_segments.web.pages.forbidden"
handler404, handler500 = "customer_segments.web.pages.not_found", "customer_segments.web.pages.failed"


class Number(StringConverter):
    """A customer's number, which may hold anything, also slashes and ends of lines."""

    regex = "(?s:.+)"


class Code(StringConverter):
    """Letters and digits: a person's number in the link of a mail, up to the first hyphen."""

    regex = "[0-9A-Za-z]+"


register_converter(Number, "number")
register_converter(Code, "code")
STUDY = "studies/<uuid:study>"
urlpatterns = [
    # Programs call far more often than people do, and the first that fits is taken.
    path("segment", placing.published, name="published"),
    path("api/v1/openapi.json", guide.openapi, name="openapi"),
    path("api/v1/docs", guide.docs, name="docs"),
    path("api/v1/", include((patterns, "api"))),
    path("", home.home, name="home"),
    path("healthz", doors.healthz, name="healthz"),
    path("readyz", doors.readyz, name="readyz"),
    path("enter/<str:secret>", doors.enter, name="enter"),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/login", account.login, name="account_login"),
    path("account/register", account.signup, name="account_signup"),
    path("account/logout", account.logout, name="account_logout"),
    path("account/inactive", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate", account.reauthenticate, name="account_reauthenticate"),
    path("account/password", account.password_change, name="account_change_password"),
    path("account/password/set", account.password_set, name="account_set_password"),
    path("account/reset", account.password_reset, name="account_reset_password"),
    path("account/reset/done", account.password_reset_done, name="account_reset_password_done"),
    path("account/reset/<code:uidb36>-<key>", account.password_reset_from_key, name="account_reset_password_from_key"),
    path("account/reset/changed", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("account/email", account.email, name="account_email"),
    path("new", uploads.upload, name="upload"),
    path("new/<uuid:upload>", uploads.checked, name="checked"),
    path(STUDY, study.study, name="study"),
    path(f"{STUDY}/segments", segments.segments, name="segments"),
    path(f"{STUDY}/segments/map", segments.segments_map, name="segments_map"),
    path(f"{STUDY}/customers", customers.customers, name="customers"),
    path(f"{STUDY}/customers/<number:customer>", customers.customer, name="customer"),
    path(f"{STUDY}/predict", predict.predict, name="predict"),
    path(f"{STUDY}/add", added.add, name="add"),
    path(f"{STUDY}/added/<uuid:added>", added.added, name="added"),
    path(f"{STUDY}/retention", retention.retention, name="retention"),
    path(f"{STUDY}/value", value.value, name="value"),
    path(f"{STUDY}/model", model.model, name="model"),
    path(f"{STUDY}/progress", running.progress, name="progress"),
    path(f"{STUDY}/progress/assets/plotly.min.js", study.asset, name="asset"),
    path(f"{STUDY}/progress/figures/<str:stage>/<str:name>.csv", running.made_numbers, name="made_numbers"),
    path(f"{STUDY}/progress/<str:name>", running.made, name="made"),
    path(f"{STUDY}/runs", runs.runs, name="runs"),
    path(f"{STUDY}/runs/new", runs.new_run, name="new_run"),
    path(f"{STUDY}/forget", forgetting.forget, name="forget"),
    path(f"{STUDY}/delete", deleting.delete, name="delete"),
    path(f"{STUDY}/cancel", running.cancel, name="cancel"),
    path(f"{STUDY}/again", running.again, name="again"),
    path(f"{STUDY}/chapters/assets/plotly.min.js", study.asset, name="asset"),
    path(f"{STUDY}/chapters/figures/<str:stage>/<str:name>.csv", study.numbers, name="numbers"),
    path(f"{STUDY}/chapters/lists/<str:name>", study.file, name="listed"),
    path(f"{STUDY}/chapters/<str:name>", study.chapter, name="chapter"),
    path(f"{STUDY}/files/<str:name>", study.file, name="file"),
    path(f"{STUDY}/keys", keys.keys, name="keys"),
    path(f"{STUDY}/sharing", sharing.sharing, name="sharing"),
    path("people", people.people, name="people"),
    path("audit", audit.audit, name="audit"),
]
