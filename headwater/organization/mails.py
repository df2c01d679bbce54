"""Mails of the room. They go out by a job, so that no page waits for a mail server."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from headwater.organization.models import User
from headwater.organization.tasks import deliver_mail
from headwater.platform.jobs import defer


def send_invitation(user: User, link: str, *, by: str) -> None:
    """Mail the invitation link in the person's language."""
    with translation.override(user.language):
        words = {"name": user.name, "by": by, "link": link}
        subject = render_to_string("organization/mail/invitation_subject.txt", words).strip()
        body = render_to_string("organization/mail/invitation.txt", words)
    queue_mail(subject, body, user.email)


def queue_mail(subject: str, body: str, to: str) -> None:
    """Hand a mail to the worker."""
    with transaction.atomic():
        defer(deliver_mail, subject=subject, body=body, to=to)
