"""The deliveries of a hook, and one of them: what came, what became of it, what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.hooks import mapping, paths, queries, services
from headwater.hooks.bodies import shown
from headwater.hooks.types import State
from headwater.hooks.web.frame import HUES, Frame, frame_of
from headwater.kernel import text
from headwater.kernel.access import permit
from headwater.ui import records
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    FieldControl,
    FieldGroup,
    FormPage,
    Row,
    Tab,
)
from headwater.ui.responses import done, respond

_PAGE = 50


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """A page of deliveries in one state or all."""

    frame: Frame
    states: tuple[Tab, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: str
    actions: tuple[Action, ...]
    is_failed: bool


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One delivery."""

    frame: Frame
    back: str
    at: datetime
    state: str
    hue: str
    detail: str
    code: str
    number: str
    lead_url: str
    lead_words: str
    tree: tuple[paths.Leaf, ...]
    is_forgotten: bool
    tried: services.Tried | None
    actions: tuple[Action, ...]


@require_GET
def delivery_list(request: HttpRequest, hook_id: int) -> HttpResponse:
    """The newest first."""
    access = permit(request, "hooks.view")
    hook = queries.hook_by_id(access, hook_id)
    frame = frame_of(access, hook, "deliveries")
    asked = request.GET.get("state", "")
    state = asked if asked in State.values else ""
    before = text.whole(request.GET.get("before", ""))
    found = queries.deliveries(access, hook_id, state=state, before=before, limit=_PAGE)
    names = records.record_names(access, "lead", (one["lead_id"] for one in found))
    url = reverse("hook_deliveries", args=[hook_id])
    more = urlencode({"state": state, "before": found[-1]["id"]}) if len(found) == _PAGE else ""
    retry = Action(
        _("Try all dead letters again"),
        icon="refresh-cw",
        post=reverse("hook_retry_all", args=[hook_id]),
        confirm=_(
            "All dead letters of this hook are read again with the present mapping, in the background."
        ),
    )
    page = DeliveriesPage(
        frame=frame,
        states=(
            Tab(_("All"), url, current=not state),
            *(Tab(str(one.label), f"{url}?state={one.value}", current=state == one.value) for one in State),
        ),
        columns=(
            Column("at", _("When")),
            Column("state", _("State")),
            Column("lead", _("Lead")),
            Column("why", pgettext("hook", "Why")),
        ),
        rows=tuple(_row(one, url, names) for one in found),
        more=f"{url}?{more}" if more else "",
        actions=(retry,) if frame.may_edit and queries.failed_count(hook_id) else (),
        is_failed=state == State.FAILED,
    )
    return respond(request, "hooks/deliveries.html", page)


@require_GET
def delivery(request: HttpRequest, hook_id: int, delivery_id: int) -> HttpResponse:
    """One delivery; numbers and addresses in it are hidden."""
    access = permit(request, "hooks.view")
    hook = queries.hook_by_id(access, hook_id)
    found = queries.delivery_of(access, hook_id, delivery_id)
    frame = frame_of(access, hook, "deliveries")
    state = State(found.state)
    is_open = state == State.FAILED and found.body is not None
    tried = (
        services.try_body(access, hook, found.body, mapping.read(hook.mapping), is_masked=True)
        if is_open
        else None
    )
    actions = (
        Action(_("Discard"), icon="trash-2", dialog=reverse("hook_discard", args=[hook_id, delivery_id])),
        Action(
            _("Try again"),
            icon="refresh-cw",
            post=reverse("hook_retry", args=[hook_id, delivery_id]),
            kind="primary",
        ),
    )
    page = DeliveryPage(
        frame=frame,
        back=reverse("hook_deliveries", args=[hook_id]),
        at=found.at,
        state=str(state.label),
        hue=HUES[state],
        detail=found.detail,
        code=found.code,
        number=found.number.partition(":")[2][:24],
        lead_url=f"/leads/{found.lead_id}" if found.lead_id else "",
        lead_words=_("New lead") if found.is_new else _("Inquired again"),
        tree=tuple(paths.tree(shown(found.body))) if found.body is not None else (),
        is_forgotten=found.body is None,
        tried=tried,
        actions=actions if frame.may_edit and is_open else (),
    )
    return respond(request, "hooks/delivery.html", page)


@require_POST
def retry(request: HttpRequest, hook_id: int, delivery_id: int) -> HttpResponse:
    """Try one again with the present mapping."""
    access = permit(request, "hooks.edit")
    state = services.retry(access, hook_id, delivery_id)
    words = _("It is a lead now.") if state == State.CAPTURED else _("It failed again; see why.")
    return done(request, words, go=reverse("hook_delivery_page", args=[hook_id, delivery_id]))


@require_POST
def retry_all(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Try all dead letters again, in the background."""
    count = services.retry_all(permit(request, "hooks.edit"), hook_id)
    words = ngettext(
        "%(count)d dead letter is tried again.", "%(count)d dead letters are tried again.", count
    ) % {"count": count}
    return done(request, words, go=reverse("hook_deliveries", args=[hook_id]))


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, hook_id: int, delivery_id: int) -> HttpResponse:
    """Put a dead letter aside, with a reason."""
    access = permit(request, "hooks.edit")
    if request.method == "POST":
        services.discard(access, hook_id, delivery_id, request.POST.get("reason", ""))
        here = reverse("hook_delivery_page", args=[hook_id, delivery_id])
        return done(request, _("Discarded. What came and the reason stay."), go=here)
    queries.delivery_of(access, hook_id, delivery_id)
    reason = FieldControl("reason", _("Why nothing is made of it"), required=True, max_length=500)
    page = FormPage(
        title=_("Discard the dead letter"),
        action=reverse("hook_discard", args=[hook_id, delivery_id]),
        groups=(FieldGroup((reason,)),),
        submit=_("Discard"),
        danger=True,
        cancel_href=reverse("hook_delivery_page", args=[hook_id, delivery_id]),
    )
    return respond(request, "ui/records/form.html", page)


def _row(one: dict[str, Any], url: str, names: Mapping[int, str]) -> Row:
    state = State(str(one["state"]))
    href = f"{url}/{one['id']}"
    lead = one["lead_id"]
    became = (
        Cell("link", text=names.get(lead) or f"#{lead}", href=f"/leads/{lead}") if lead else Cell("text", "—")
    )
    return Row(
        id=int(str(one["id"])),
        href=href,
        cells=(
            Cell("when", one["at"]),
            Cell("tag", text=state.label, hue=HUES[state]),
            became,
            Cell("link", text=str(one["detail"])[:120] or _("See what came"), href=href),
        ),
    )
