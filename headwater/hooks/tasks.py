"""The jobs of hooks: what a request could not finish, dead letters that are tried again, old contents."""

from datetime import datetime, timedelta

from headwater.hooks.services import dead_letters
from headwater.hooks.settings import KEEP_DAYS
from headwater.platform.jobs import periodic, task

_IN_HANDS = timedelta(seconds=30)  # the request that kept it may still be at work


@periodic("* * * * *", name="hooks.capture-waiting")
def capture_waiting(at: datetime) -> None:
    dead_letters.capture_waiting(_IN_HANDS)


@task("hooks.capture-of-hook")
def capture_of_hook(hook_id: int) -> None:
    """What somebody asked to be tried again."""
    dead_letters.capture_waiting(timedelta(0), hook_id=hook_id)


@periodic("20 3 * * *", name="hooks.forget-bodies")
def forget_bodies(at: datetime) -> None:
    dead_letters.forget_bodies(timedelta(days=int(KEEP_DAYS.get())))
