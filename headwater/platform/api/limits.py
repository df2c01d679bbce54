"""Rate limits per door, counted for all processes together: to stop a runaway client, not to bill one."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import TooMany
from headwater.platform.limits import allow
from headwater.platform.settings import Setting, SettingType, register_setting

API_PER_MINUTE = register_setting(
    "api.requests_per_minute",
    1200,
    type=SettingType.NUMBER,
    label=_("API requests per minute and caller"),
    help=_("0 means no limit."),
    group=_("API"),
    minimum=0,
    maximum=1_000_000,
)
FAILED_TOKENS_PER_MINUTE = register_setting(
    "api.failed_tokens_per_minute",
    30,
    type=SettingType.NUMBER,
    label=_("Wrong API tokens per minute and address"),
    group=_("API"),
    minimum=1,
    maximum=100_000,
)


class RateLimited(TooMany):
    """Facts: `limit` per minute, `retry_after` seconds."""

    code = "rate.limited"
    message = _("Too many requests: at most %(limit)s a minute.")
    remedy = _("Try again in %(retry_after)s seconds.")


def limit_rate(door: str, caller: str, per_minute: int | Setting[int], *, cost: float = 1.0) -> None:
    """Take one of the caller's tokens at this door; refuses `RateLimited` when none is left.

    A full minute's worth may be used at once; it fills up again evenly. Call it before a transaction begins.
    """
    limit = per_minute if isinstance(per_minute, int) else per_minute.get()
    answer = allow(f"{door}:{caller}", limit=limit, seconds=60, cost=cost)
    if not answer:
        raise RateLimited(limit=limit, retry_after=answer.retry_after, used=limit, until=None)
