"""Registering: who comes by a link is let in; anyone else gets one answer, whether the address is known or new."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from allauth.account.internal.userkit import filter_users_by_email
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

ASKED = (
    "Thank you. If this address is new here, an administrator now looks at your request. If you have an account "
    "already, log in."
)


class RegistrationForm(SignupForm):
    """allauth's own, which would tell of an address that it is taken."""

    def validate_unique_email(self, value: str) -> str:
        self.account_already_exists = bool(filter_users_by_email(value))
        return value

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # takes as long as to store it
            return None, _asked(request)
        person = self.save(request)
        return person, None if person.approved else _asked(request)


def _asked(request: HttpRequest) -> HttpResponse:
    messages.info(request, ASKED)
    return redirect("account_login")
