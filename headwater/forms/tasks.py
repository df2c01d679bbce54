"""Background work of the room."""

from datetime import datetime

from headwater.forms.services.confirming import OUTBOX
from headwater.platform.jobs import periodic, task


@task("forms.confirm", retries=0)
def confirm() -> None:
    """Send the confirmations that are due."""
    OUTBOX.send_due()


@periodic("* * * * *", name="forms.confirm_due")
def confirm_due(_at: datetime) -> None:
    """What failed to connect before, and whatever a lost job left behind."""
    confirm()
