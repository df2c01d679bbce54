"""What follows when somebody has sent a form."""

from headwater.forms.events import FormSubmitted
from headwater.forms.services.confirming import OUTBOX
from headwater.forms.tasks import confirm
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.jobs import defer


@subscriber("forms.confirm", FormSubmitted)
def submitted(events: list[StoredEvent[FormSubmitted]]) -> None:
    """The confirmation goes out soon."""
    if OUTBOX.has_due():
        defer(confirm, queueing_lock="forms.confirm")
