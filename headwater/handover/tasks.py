"""Work in the background."""

from datetime import datetime, timedelta

from headwater.handover.models import Handover
from headwater.handover.services import start_work
from headwater.handover.types import WORKING
from headwater.kernel import clock
from headwater.platform.jobs import periodic

FORGOTTEN_AFTER = timedelta(minutes=2)


@periodic("* * * * *", name="handover.take_up")
def take_up_forgotten(at: datetime) -> None:
    """A handover that should move and does not (its job was lost) is given to a worker again."""
    stuck = Handover.objects.filter(status__in=WORKING, worked_at__lt=clock.now() - FORGOTTEN_AFTER)
    for handover_id in stuck.order_by("id").values_list("id", flat=True)[:20]:
        start_work(handover_id)
