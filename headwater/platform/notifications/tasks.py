"""The jobs of the notifications."""

from collections.abc import Callable
from datetime import datetime

from headwater.platform.jobs import is_stopping, periodic, task
from headwater.platform.notifications import deliveries, posting
from headwater.platform.notifications.deliveries import Carrier
from headwater.platform.notifications.escalations import step_up_due
from headwater.platform.notifications.inbox import remove_old
from headwater.platform.notifications.mailing import Mailer
from headwater.platform.notifications.types import Channel

_MESSAGES_A_RUN = 15  # to one group: the robots refuse more than 20 a minute


@task("notifications.carry", retries=3)
def carry(*, channel: str) -> None:
    """Carry what is due on a channel, lane by lane."""
    if channel == Channel.EMAIL:
        with Mailer() as mailer:
            _carry_all(Channel.EMAIL, mailer.carry, rounds=deliveries.TAKEN_AT_ONCE)
    else:
        _carry_all(Channel.BOT, posting.carry, rounds=_MESSAGES_A_RUN)


def _carry_all(channel: Channel, carrier: Carrier, *, rounds: int) -> None:
    for target_id in deliveries.due_lanes(channel):
        _while_some(lambda target_id=target_id: deliveries.carry_lane(channel, target_id, carrier), rounds)  # type: ignore[misc]


def _while_some(carry_once: Callable[[], bool], rounds: int) -> None:
    """Again after each success: what was planned meanwhile found the lane taken and went away."""
    for _round in range(rounds):
        if is_stopping() or not carry_once():
            return


@periodic("* * * * *", name="notifications.look")
def look_for_due(at: datetime) -> None:
    """Start what has become due: ends of quiet hours, digests, further tries, what a death left behind."""
    deliveries.start(deliveries.channels_due())


@periodic("* * * * *", name="notifications.escalate")
def step_up(at: datetime) -> None:
    """Take up what nobody acted on."""
    step_up_due()


@periodic("50 3 * * *", name="notifications.remove-old")
def remove_old_ones(at: datetime) -> None:
    """Forget what is old and read, or settled."""
    deliveries.remove_old_deliveries()
    remove_old()
