"""Background work of the room."""

from datetime import datetime

from headwater.platform.jobs import periodic, task
from headwater.quotes.services.mailing import OUTBOX
from headwater.quotes.services.settling import expire_due


@task("quotes.mail", retries=0)
def mail() -> None:
    """Send the mails that are due."""
    OUTBOX.send_due()


@periodic("* * * * *", name="quotes.mail_due")
def mail_due(_at: datetime) -> None:
    """What failed to connect before, and whatever a lost job left behind."""
    mail()


@periodic("*/10 * * * *", name="quotes.expire_due")
def expire(_at: datetime) -> None:
    """End what nobody answered in time."""
    while expire_due():
        pass
