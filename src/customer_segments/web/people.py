"""Accounts: who may register, and where a mail goes."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail.backends.filebased import EmailBackend
from django.http import HttpRequest

from customer_segments.web import events
from customer_segments.web.models import Invitation, Member

INVITATION = "invitation"  # in the session of someone who came by such a link: its hash


def join(person: Any, invitation: Invitation) -> None:
    """Make someone a member of the invitation's study; a role that is more already stays."""
    member, new = Member.objects.get_or_create(
        study_id=invitation.study_id, person=person, defaults={"role": invitation.role}
    )
    if not new and member.role < invitation.role:
        Member.objects.filter(id=member.id).update(role=invitation.role)


class Accounts(DefaultAccountAdapter):
    """Whoever comes by a link is let in; whoever registers without one waits for an administrator."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        person = super().save_user(request, user, form, commit=False)
        person.email = person.email.lower()
        invitation = Invitation.still_open(request.session.pop(INVITATION, ""))
        if invitation and not invitation.take():
            invitation = None
        person.approved = invitation is not None
        person.is_superuser = bool(invitation and invitation.administrator)
        person.save()
        if invitation and invitation.study_id:
            join(person, invitation)
        events.record(person, "registered", invited=invitation is not None)
        return person

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""


class Outbox(EmailBackend):
    """Mails as files, for an administrator to pass on, where no mail server is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, file_path=settings.HOME / "outbox", **kwargs)
