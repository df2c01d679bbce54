"""Background work of the room."""

from datetime import datetime, timedelta

from django.db import transaction

from headwater.kernel import clock
from headwater.leads.services.recalculating import run_recalculation
from headwater.leads.services.recycling import recycle_due
from headwater.leads.services.warning import warn_due
from headwater.platform.jobs import defer, periodic, task


@task("leads.demo", queue="long", retries=0)
def load_demo() -> None:
    """Load the demo company; a job that fails leaves an empty system."""
    from headwater.leads.demo import load_demo_company

    load_demo_company()


def load_demo_soon(user_id: int) -> None:
    """What the first-run page asks for when its person wants to look around first."""
    with transaction.atomic():
        defer(load_demo)


@periodic("* * * * *", name="leads.recycle")
def keep_leads_moving(moment: datetime) -> None:
    """Warn of what is about to go, then take back what nobody worked on in time."""
    warn_due()
    recycle_due()


@task("leads.recalculate_deadlines", queue="long")
def recalculate_deadlines(recalculation_id: int) -> None:
    """Bring the leads under changed rules; what a stopped worker leaves, a new job takes up."""
    if not run_recalculation(recalculation_id):
        with transaction.atomic():
            defer(
                recalculate_deadlines,
                at=clock.now() + timedelta(seconds=5),
                recalculation_id=recalculation_id,
            )
