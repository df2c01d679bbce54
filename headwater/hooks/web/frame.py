"""What all screens of a hook have in common."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.hooks.models import Hook
from headwater.hooks.queries import failed_count
from headwater.hooks.types import State
from headwater.kernel.access import Access
from headwater.ui.pages import Tab

HUES = {
    State.KEPT: "blue",
    State.CAPTURED: "green",
    State.FAILED: "red",
    State.DISCARDED: "gray",
    State.PING: "gray",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The head of a hook's pages."""

    name: str
    tabs: tuple[Tab, ...]
    may_edit: bool
    is_archived: bool


def frame_of(access: Access, hook: Hook, current: str) -> Frame:
    def tab(key: str, label: str, name: str, count: int | None = None) -> Tab:
        return Tab(label, reverse(name, args=[hook.pk]), current=key == current, count=count)

    is_archived = hook.archived_at is not None
    return Frame(
        hook.name,
        (
            tab("overview", pgettext("hook", "Overview"), "hook"),
            tab("mapping", _("Field mapping"), "hook_mapping"),
            tab("test", _("Test console"), "hook_test"),
            tab("deliveries", _("Deliveries"), "hook_deliveries", failed_count(hook.pk) or None),
        ),
        may_edit=access.may("hooks.edit") and not is_archived,
        is_archived=is_archived,
    )


def address_of(hook: Hook) -> str:
    """The public address."""
    return f"{settings.PUBLIC_URL}{reverse('hook_delivery', args=[hook.key])}"
