"""Marketing → Hooks: the list, and a hook with its address, secret, settings and figures."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization.lists import view_options
from headwater.hooks import queries, services
from headwater.hooks.models import Hook
from headwater.hooks.record_type import EDITED
from headwater.hooks.types import Signing
from headwater.hooks.web.frame import Frame, address_of, frame_of
from headwater.kernel import clock, listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.ui import records
from headwater.ui.formats import number
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    EmptyState,
    FieldControl,
    FieldGroup,
    FormPage,
    Option,
    Row,
    Tile,
)
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class SecretPage:
    """The secret, once somebody asked for it."""

    secret: str
    url: str
    rotate_url: str
    overlap: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """A hook's own page."""

    frame: Frame
    url: str
    address: str
    how: str
    secret: SecretPage
    warning: str
    tiles: tuple[Tile, ...]
    groups: tuple[FieldGroup, ...]
    version: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    actions: tuple[Action, ...]


@require_GET
def hook_list(request: HttpRequest) -> HttpResponse:
    """All hooks."""
    access = permit(request, "hooks.view")
    kind = record_type("hook")
    new = Action(_("New hook"), icon="plus", dialog=reverse("hook_new"), kind="primary")
    may_make, may_close = access.may("hooks.create"), access.may("hooks.delete")
    page = records.list_page(
        request,
        access,
        kind,
        url=reverse("hooks"),
        card=("preset", "campaign"),
        actions=(new,) if may_make else (),
        batch=(Action(_("Close hooks"), icon="archive", post=reverse("hooks_archive"), key="archive"),)
        if may_close
        else (),
        search_placeholder=_("Search by name"),
        empty=EmptyState(
            pgettext("hook", "No hooks yet"),
            _("Ad platforms and partners send leads to an address of yours, signed and at once."),
            icon="webhook",
            actions=(new,) if may_make else (),
        ),
        **view_options(request, access, kind),
    )
    return respond(request, "ui/records/list.html", page)


@require_http_methods(["GET", "POST"])
def new_hook(request: HttpRequest) -> HttpResponse:
    """Begin a hook; the preset brings the rest."""
    access = permit(request, "hooks.create")
    kind, keys = record_type("hook"), ("name", "preset", "source", "campaign")
    if request.method == "POST":
        made = services.create_hook(access, records.submitted(request, kind, access, keys))
        return done(request, go=reverse("hook", args=[made]))
    page = records.form_page(
        kind,
        access,
        title=_("New hook"),
        action=reverse("hook_new"),
        keys=keys,
        submit=_("Create"),
        cancel_href=reverse("hooks"),
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest, hook_id: int) -> HttpResponse:
    """A hook's own page; POST saves its settings."""
    access = permit(request, "hooks.edit" if request.method == "POST" else "hooks.view")
    hook = queries.hook_by_id(access, hook_id)
    kind = record_type("hook")
    if request.method == "POST":
        values = records.submitted(request, kind, access, EDITED)
        services.update_hook(access, hook_id, values, version=text.whole(request.POST.get("version", "")))
        return done(request, _("Saved"), go=reverse("hook", args=[hook_id]))
    row = listing.get(access, kind, hook_id, archived=True)
    groups: dict[str, list[FieldControl]] = {}
    for key in EDITED:
        known = kind.all_fields[key]
        made = records.control(known, kind, access, records.value_of(known, row), span=12)
        if made is not None:
            groups.setdefault(str(known.group), []).append(made)
    days = queries.figures(access, hook_id)
    frame = frame_of(access, hook, "overview")
    reopen = Action(
        pgettext("form", "Open again"), icon="undo-2", post=reverse("hook_restore", args=[hook.pk])
    )
    page = OverviewPage(
        frame=frame,
        url=reverse("hook", args=[hook_id]),
        address=address_of(hook),
        how=_how(Signing(hook.signing)),
        secret=_secret_page(access, hook, ""),
        warning=_warning(access, hook, days),
        tiles=_tiles(hook, days),
        groups=tuple(FieldGroup(tuple(items), title=title) for title, items in groups.items()),
        version=hook.version,
        columns=(
            Column("day", _("Day")),
            Column("delivered", _("Deliveries"), align="right"),
            Column("new", _("New leads"), align="right"),
            Column("failed", pgettext("hook", "Dead letters"), align="right"),
            Column("refused", _("Turned away"), align="right"),
        ),
        rows=tuple(_day(one, place) for place, one in enumerate(days) if one.delivered or one.refused),
        actions=(reopen,) if frame.is_archived and access.may("hooks.delete") else (),
    )
    return respond(request, "hooks/overview.html", page)


@never_cache
@require_POST
def secret(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Show the secret; that somebody looked is recorded."""
    access = permit(request, "hooks.edit")
    hook = queries.hook_by_id(access, hook_id)
    page = _secret_page(access, hook, services.reveal_secret(access, hook_id))
    return respond(request, "hooks/secret.html", page, block="secret")


@require_http_methods(["GET", "POST"])
def rotate(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Another secret, with a time in which both are good."""
    access = permit(request, "hooks.edit")
    hook = queries.hook_by_id(access, hook_id)
    if request.method == "POST":
        hours = text.whole(request.POST.get("overlap_hours", ""))
        services.set_secret(
            access,
            hook_id,
            secret=request.POST.get("secret", "").strip() or None,
            overlap_hours=services.OVERLAP_HOURS if hours is None else hours,
        )
        return done(request, _("The secret is another one now."), go=reverse("hook", args=[hook_id]))
    choices = ((24, _("For one day")), (168, _("For a week")), (0, _("No longer, at once")))
    page = FormPage(
        title=_("Another secret"),
        action=reverse("hook_rotate", args=[hook_id]),
        groups=(
            FieldGroup(
                (
                    FieldControl(
                        "secret",
                        _("The new secret"),
                        help=_("Paste what the sender gave you. Empty: one is made here."),
                        max_length=200,
                        autocomplete="off",
                    ),
                    FieldControl(
                        "overlap_hours",
                        _("The old one is good"),
                        "select",
                        "24",
                        tuple(Option(str(hours), label) for hours, label in choices),
                    ),
                )
            ),
        ),
        submit=pgettext("hook", "Change secret"),
        cancel_href=reverse("hook", args=[hook.pk]),
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def archive_many(request: HttpRequest) -> HttpResponse:
    """Close the chosen hooks."""
    access = permit(request, "hooks.delete")
    ids = [int(item) for item in request.POST.getlist("ids")[:500] if item.isascii() and item.isdigit()]
    services.archive_hooks(access, ids)
    return done(request, _("Closed. Their addresses take nothing more; what came stays."))


@require_POST
def restore(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Open a closed hook again."""
    access = permit(request, "hooks.delete")
    queries.hook_by_id(access, hook_id)
    services.restore_hooks(access, [hook_id])
    return done(request, _("The hook is open again."), go=reverse("hook", args=[hook_id]))


def _how(signing: Signing) -> str:
    return {
        Signing.STANDARD: _(
            "The sender signs as Standard Webhooks say: headers webhook-id, webhook-timestamp and"
            " webhook-signature."
        ),
        Signing.TENCENT: _(
            "Enter address and secret in Tencent's console; it adds signature, timestamp and nonce to the"
            " address."
        ),
        Signing.OCEANENGINE: _(
            "The sender adds the headers Signature and Timestamp as Feiyu's open interface does; the secret"
            " is its key."
        ),
        Signing.TOKEN: _(
            "Add ?token= and the secret to the address, or send it in the header X-Token. Both rest on https."
        ),
    }[signing]


def _secret_page(access: Access, hook: Hook, shown: str) -> SecretPage:
    until = hook.previous_until
    is_double = until is not None and until > clock.now()
    return SecretPage(
        secret=shown,
        url=reverse("hook_secret", args=[hook.pk]),
        rotate_url=reverse("hook_rotate", args=[hook.pk]),
        overlap=_("The one before is good until %(until)s.")
        % {"until": timezone.localtime(until).strftime("%Y-%m-%d %H:%M")}
        if is_double and until
        else "",
        may_edit=access.may("hooks.edit") and hook.archived_at is None,
    )


def _warning(access: Access, hook: Hook, days: list[queries.DayFigures]) -> str:
    refusal = queries.last_refusal(access, hook.pk)
    if refusal is None:
        return ""
    words = {
        "hook.unsigned": _("the signature or token was missing or wrong"),
        "hook.expired": _("its time was too far from ours"),
        "hook.unreadable": _("the body could not be read"),
        "hook.too_large": _("it was too large"),
        "hook.tangled": _("it had too many values or was nested too deep"),
    }
    at = timezone.localtime(refusal.at).strftime("%Y-%m-%d %H:%M")
    why = words.get(refusal.code, refusal.code)
    return _("The last delivery that was turned away came %(at)s: %(why)s.") % {"at": at, "why": why}


def _tiles(hook: Hook, days: list[queries.DayFigures]) -> tuple[Tile, ...]:
    failed = queries.failed_count(hook.pk)
    letters = f"{reverse('hook_deliveries', args=[hook.pk])}?state=failed"
    month = _("last 30 days")
    return (
        Tile(_("Deliveries"), number(sum(one.delivered for one in days)), note=month, icon="inbox"),
        Tile(_("New leads"), number(sum(one.new_leads for one in days)), note=month, icon="user-plus"),
        Tile(pgettext("hook", "Dead letters"), number(failed), icon="mail-x", href=letters),
        Tile(_("Turned away"), number(sum(one.refused for one in days)), note=month, icon="shield-alert"),
    )


def _day(one: queries.DayFigures, place: int) -> Row:
    cells = (
        Cell("date", one.day),
        Cell("number", one.delivered),
        Cell("number", one.new_leads),
        Cell("number", one.failed),
        Cell("number", one.refused),
    )
    return Row(id=place + 1, cells=cells)
