"""Who may change a follow-up, and until when."""

from datetime import datetime, timedelta

from headwater.engagement.settings import EDIT_HOURS
from headwater.kernel import clock
from headwater.kernel.access import Access, Scope


def reaches_others(access: Access) -> bool:
    """Whether the permission covers more than one's own: a manager's or administrator's hand."""
    return access.reach.everyone or access.actor.permissions.get(access.permission) not in (None, Scope.OWN)


def has_hand_over(access: Access, author_id: int) -> bool:
    """Whether the person may correct the author's entries whenever they were made."""
    return reaches_others(access) and access.reach.covers(author_id)


def edit_ends_at(created_at: datetime) -> datetime | None:
    """When the author's own time to edit ends; None: never."""
    hours = EDIT_HOURS.get()
    return created_at + timedelta(hours=hours) if hours else None


def may_edit(access: Access, author_id: int, created_at: datetime) -> bool:
    """Whether this access (`activities.edit`) may edit the follow-up now."""
    if has_hand_over(access, author_id):
        return True
    until = edit_ends_at(created_at)
    return author_id == access.user_id and (until is None or clock.now() <= until)
