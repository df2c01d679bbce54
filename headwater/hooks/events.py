"""What happened in this room."""

from headwater.platform.events import Event


class HooksChanged(Event):
    """Hooks were made, changed, archived or restored."""

    name = "hook.changed"
    ids: list[int]


class HookDelivered(Event):
    """A delivery became a lead, or another inquiry of a known one."""

    name = "hook.delivered"
    hook_id: int
    delivery_id: int
    lead_id: int
    touch_id: int
    is_new: bool


class HookFailed(Event):
    """A delivery lies among the dead letters; `failure` says why."""

    name = "hook.failed"
    hook_id: int
    delivery_id: int
    failure: str


class HookRetryAsked(Event):
    """Somebody wants all dead letters of a hook tried again; they wait."""

    name = "hook.retry_asked"
    hook_id: int
    count: int
