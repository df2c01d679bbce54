"""Background work of the room."""

from datetime import datetime

from django.db import transaction

from headwater.kernel.access import system_access
from headwater.leads.services.recycling import recycle_due
from headwater.leads.services.warning import warn_due
from headwater.leads.services.winning import settle_all
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


@periodic("23 3 * * *", name="leads.won")
def settle_wins(moment: datetime) -> None:
    """What came before leads became WON by themselves, and what no event told."""
    settle_all(system_access("leads.won"))
