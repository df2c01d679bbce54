"""Background work of the room."""

from datetime import datetime

from django.core.mail import EmailMessage

from headwater.organization.services.duty import tell_ends
from headwater.organization.services.openings import refresh_openings
from headwater.platform.jobs import periodic, task


@task("organization.mail", retries=5)
def deliver_mail(*, subject: str, body: str, to: str) -> None:
    """Send one mail; a server that is down is tried again later."""
    EmailMessage(subject=subject, body=body, to=[to]).send()


@periodic("* * * * *", name="organization.back_on_duty")
def say_who_is_back(_at: datetime) -> None:
    """Absences end by the clock; what waits for somebody goes on then."""
    tell_ends()


@periodic("20 0 * * *", name="organization.openings")
def extend_openings(at: datetime) -> None:
    """Openings of a new year, and of holidays that an update of the product brought."""
    refresh_openings()
