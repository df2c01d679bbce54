"""Background work of the room."""

from django.db import transaction

from headwater.platform.jobs import defer, task


@task("leads.demo", queue="long", retries=0)
def load_demo() -> None:
    """Load the demo company; a job that fails leaves an empty system."""
    from headwater.leads.demo import load_demo_company

    load_demo_company()


def load_demo_soon(user_id: int) -> None:
    """What the first-run page asks for when its person wants to look around first."""
    with transaction.atomic():
        defer(load_demo)
