"""Notifications: the list behind the bell, and the count that it shows."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.organization.web.security import signed_in
from headwater.platform.notifications import (
    find_own,
    is_quiet_now,
    latest,
    mark_read,
    newest_unread,
    state_tag,
    unread_count,
)
from headwater.platform.notifications.inbox import Shown
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class InboxPage:
    """All of `organization/inbox.html`."""

    items: tuple[Shown, ...]
    unread: int
    more_url: str


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """My notifications, newest first, in the drawer or as a page."""
    user_id = signed_in(request).pk
    before = request.GET.get("before", "")
    found = latest(user_id, before_id=int(before) if before.isdigit() else None, limit=30)
    more = "" if found.next is None else f"/notifications?before={found.next}"
    page = InboxPage(tuple(found.items), unread_count(user_id), more)
    return respond(request, "organization/inbox.html", page, fragments={"hw-inbox-more": "items"})


@require_GET
def unread(request: HttpRequest) -> HttpResponse:
    """The count and the newest unread, with an ETag so that nothing travels while nothing changes.

    In quiet hours the newest is left out: the count grows in silence.
    """
    user_id = signed_in(request).pk
    tag = f'"{state_tag(user_id)}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    newest = None if is_quiet_now(user_id) else newest_unread(user_id)
    shown = None if newest is None else {"id": newest.id, "text": newest.text}
    response = JsonResponse({"unread": unread_count(user_id), "newest": shown})
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return response


@require_GET
def follow(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Open what a notification is about, and mark it read."""
    user_id = signed_in(request).pk
    found = find_own(user_id, notification_id)
    if found is None:
        return done(request, _("This notification is gone"), go="/notifications")
    mark_read(user_id, [notification_id])
    response = HttpResponse(status=303)
    response["Location"] = found.url or "/notifications"
    return response


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    mark_read(signed_in(request).pk)
    return done(request, _("All read"))
