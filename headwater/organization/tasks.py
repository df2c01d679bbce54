"""Background work of the room."""

from django.core.mail import EmailMessage

from headwater.platform.jobs import task


@task("organization.mail", retries=5)
def deliver_mail(*, subject: str, body: str, to: str) -> None:
    """Send one mail; a server that is down is tried again later."""
    EmailMessage(subject=subject, body=body, to=[to]).send()
