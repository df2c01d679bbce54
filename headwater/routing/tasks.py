"""Background work of the room."""

from datetime import datetime

from headwater.platform.jobs import defer, periodic, task
from headwater.routing.services.mailing import OUTBOX
from headwater.routing.services.running import run_waiting

MOST = 20_000  # leads one job looks at before it lets others work


@task("routing.run")
def run_rules() -> None:
    """Run the rules over what is due; a long queue goes on in the next job."""
    if run_waiting(most=MOST) >= MOST:
        from django.db import transaction

        with transaction.atomic():
            defer(run_rules, queueing_lock="routing.run")


@periodic("* * * * *", name="routing.run_due")
def run_due(_at: datetime) -> None:
    """Leads whose opening has come, and whatever a lost job left behind."""
    run_rules()


@task("routing.mail_customers", retries=0)
def mail_customers() -> None:
    """Send the mails to customers that are due."""
    OUTBOX.send_due()


@periodic("* * * * *", name="routing.mail_due")
def mail_due(_at: datetime) -> None:
    """What failed to connect before, and whatever a lost job left behind."""
    mail_customers()
