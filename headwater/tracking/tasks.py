"""Work in the background."""

from datetime import datetime

from headwater.platform.jobs import periodic, task
from headwater.tracking import services


@task("tracking.put_in_order")
def put_in_order() -> None:
    """What has arrived becomes visitors and visits, until nothing waits."""
    while services.take_arrived():
        pass


@periodic("*/5 * * * *", name="tracking.left_over")
def take_left_over(_at: datetime) -> None:
    """The same for what a lost job left behind."""
    put_in_order()


@periodic("20 3 * * *", name="tracking.let_go")
def let_go(_at: datetime) -> None:
    """What has been kept long enough goes."""
    services.let_go()
