"""Settings → Mailboxes: what is read, how it goes, trying it out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.text import whole
from headwater.mailbox import queries, services
from headwater.mailbox.errors import MailboxTrouble
from headwater.mailbox.models import Mailbox
from headwater.mailbox.record_type import EDITED
from headwater.mailbox.types import State, Trouble, Why
from headwater.ui import records
from headwater.ui.formats import number
from headwater.ui.pages import Action, Cell, Column, EmptyState, FactGroup, FormPage, Row, Tag, Tile
from headwater.ui.responses import done, respond, toast

_HIDDEN = frozenset({"password", "trouble", "checked_at", "created_at", "updated_at", "name"})


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """A mailbox as the list shows it."""

    name: str
    address: str
    href: str
    tag: Tag
    words: str
    mails: str


@dataclass(frozen=True, slots=True)
class MailboxesPage:
    lines: tuple[MailboxLine, ...]
    new: Action | None
    empty: EmptyState


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """One mailbox: how it goes, what came in, how it is set."""

    name: str
    address: str
    url: str
    actions: tuple[Action, ...]
    tag: Tag
    trouble: str
    trouble_detail: str
    checked_at: Any
    next_at: Any
    tiles: tuple[Tile, ...]
    groups: tuple[FactGroup, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    is_archived: bool


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """What trying it came to."""

    is_good: bool
    words: str
    detail: str
    folders: tuple[str, ...]


@require_GET
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """All mailboxes."""
    access = permit(request, "mailboxes.view")
    new = Action(_("New mailbox"), icon="plus", dialog=reverse("mailbox_new"), kind="primary")
    may_make = access.may("mailboxes.create")
    page = MailboxesPage(
        lines=tuple(
            _line(access, mailbox)
            for mailbox in Mailbox.objects.filter(archived_at=None).order_by("name", "pk")[:200]
        ),
        new=new if may_make else None,
        empty=EmptyState(
            _("No mailbox yet"),
            _("Mail to your shared address makes leads, and what customers answer stands on their timeline."),
            icon="inbox",
            actions=(new,) if may_make else (),
        ),
    )
    return respond(request, "mailbox/mailboxes.html", page, fragments={"hw-mailboxes": "mailboxes"})


def _line(access: Access, mailbox: Mailbox) -> MailboxLine:
    standing = queries.standing_of(access, mailbox)
    return MailboxLine(
        name=mailbox.name,
        address=mailbox.address,
        href=reverse("mailbox_page", args=[mailbox.pk]),
        tag=_tag(standing),
        words=str(Trouble(standing.trouble).label) if standing.trouble else "",
        mails=ngettext("%(num)s mail in 30 days", "%(num)s mails in 30 days", standing.mails)
        % {"num": standing.mails},
    )


def _tag(standing: queries.Standing) -> Tag:
    if not standing.is_on:
        return Tag(pgettext("mailbox", "Off"), "gray")
    if standing.trouble:
        return Tag(pgettext("mailbox", "Cannot be read"), "red")
    if standing.checked_at is None:
        return Tag(pgettext("mailbox", "Not read yet"), "amber")
    return Tag(pgettext("mailbox", "Is read"), "green")


@require_http_methods(["GET", "POST"])
def new_mailbox(request: HttpRequest) -> HttpResponse:
    """Add one; then it is tried out."""
    access = permit(request, "mailboxes.create")
    kind = record_type("mailbox")
    if request.method == "POST":
        made = services.create_mailbox(access, records.submitted(request, kind, access, EDITED))
        return done(request, _("Saved. Try the connection now."), go=reverse("mailbox_page", args=[made]))
    page = _form(access, _("New mailbox"), reverse("mailbox_new"))
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit_mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Change one."""
    access = permit(request, "mailboxes.edit")
    kind = record_type("mailbox")
    if request.method == "POST":
        version = whole(request.POST.get("version", ""))
        values = records.submitted(request, kind, access, EDITED)
        services.update_mailbox(access, mailbox_id, values, version=version)
        return done(request, _("Saved"))
    row = listing.get(access.also("mailboxes.view"), kind, mailbox_id)
    page = _form(access, _("Change mailbox"), reverse("mailbox_edit", args=[mailbox_id]), row)
    return respond(request, "ui/records/form.html", page)


def _form(access: Access, title: str, action: str, row: Mapping[str, Any] | None = None) -> FormPage:
    page = records.form_page(
        record_type("mailbox"),
        access,
        title=title,
        action=action,
        row=row,
        keys=EDITED,
        cancel_href=reverse("mailboxes"),
        width="wide",
    )
    groups = tuple(
        replace(
            group,
            controls=tuple(
                replace(one, kind="password", autocomplete="new-password") if one.name == "password" else one
                for one in group.controls
            ),
        )
        for group in page.groups
    )
    return replace(page, groups=groups)


@require_GET
def mailbox_page(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """How it goes, and how it is set."""
    access = permit(request, "mailboxes.view")
    mailbox = queries.mailbox_by_id(access, mailbox_id)
    standing = queries.standing_of(access, mailbox)
    row = listing.get(access, record_type("mailbox"), mailbox_id, archived=True)
    latest = queries.latest_mails(access, mailbox_id)
    names = {
        kind: records.record_names(
            access, kind, (one["record_id"] for one in latest if one["record_type"] == kind)
        )
        for kind in {one["record_type"] for one in latest if one["record_id"]}
    }
    page = MailboxPage(
        name=mailbox.name,
        address=mailbox.address,
        url=reverse("mailbox_page", args=[mailbox_id]),
        actions=_actions(access, mailbox),
        tag=_tag(standing),
        trouble=str(Trouble(standing.trouble).label) if standing.trouble else "",
        trouble_detail=standing.trouble_detail,
        checked_at=standing.checked_at,
        next_at=standing.next_at,
        tiles=(
            Tile(pgettext("mailbox", "Mails"), number(standing.mails), note=_("last 30 days"), icon="mail"),
            Tile(_("New leads"), number(standing.new_leads), icon="user-plus"),
            Tile(_("On timelines"), number(standing.attached), icon="messages-square"),
            Tile(pgettext("mail", "Put aside"), number(standing.aside), icon="mail-open"),
        ),
        groups=tuple(records.fact_groups(record_type("mailbox"), access, row, skip=tuple(_HIDDEN))),
        columns=(
            Column("at", _("When")),
            Column("outcome", pgettext("mail", "What became of it")),
            Column("record", pgettext("mail", "Where")),
        ),
        rows=tuple(_row(one, names.get(one["record_type"], {}).get(one["record_id"], "")) for one in latest),
        is_archived=mailbox.archived_at is not None,
    )
    return respond(request, "mailbox/mailbox.html", page, fragments={"hw-mailbox": "mailbox"})


def _actions(access: Access, mailbox: Mailbox) -> tuple[Action, ...]:
    if mailbox.archived_at is not None:
        again = Action(
            pgettext("mailbox", "Use it again"),
            icon="undo-2",
            post=reverse("mailbox_restore", args=[mailbox.pk]),
        )
        return (again,) if access.may("mailboxes.delete") else ()
    acts: list[Action] = []
    if access.may("mailboxes.edit"):
        acts += [
            Action(_("Try the connection"), icon="plug", dialog=reverse("mailbox_test", args=[mailbox.pk])),
            Action(_("Read now"), icon="refresh-cw", post=reverse("mailbox_poll", args=[mailbox.pk])),
            Action(
                _("Edit"), icon="pencil", dialog=reverse("mailbox_edit", args=[mailbox.pk]), kind="primary"
            ),
        ]
    if access.may("mailboxes.delete"):
        acts.append(
            Action(
                _("Take out of use"),
                icon="archive",
                post=f"{reverse('mailboxes_archive')}?ids={mailbox.pk}",
                confirm=_("Read this mailbox no longer? What came in stays."),
            )
        )
    return tuple(acts)


def _row(one: Mapping[str, Any], name: str) -> Row:
    if one["made_lead"]:
        tag = Cell("tag", text=_("New lead"), hue="green")
    elif one["state"] == State.KEPT:
        tag = Cell("tag", text=str(State.KEPT.label), hue="blue")
    else:
        words = Why(one["why"]).label if one["why"] else State(one["state"]).label
        tag = Cell("tag", text=str(words), hue="amber" if one["state"] == State.ASIDE else "gray")
    where = (
        Cell("link", text=name or f"#{one['record_id']}", href=f"/{one['record_type']}s/{one['record_id']}")
        if one["record_id"]
        else Cell("link", text=_("Read the mail"), href=reverse("mail_page", args=[one["id"]]))
    )
    return Row(id=int(one["id"]), cells=(Cell("when", one["created_at"]), tag, where))


@require_GET
def try_out(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Connect and say in plain words what came of it."""
    checked = services.check_connection(permit(request, "mailboxes.edit"), mailbox_id)
    if checked.is_good:
        words = ngettext(
            "All is well. There is %(num)s mail in the folder.",
            "All is well. There are %(num)s mails in the folder.",
            checked.count,
        ) % {"num": checked.count}
    else:
        words = str(checked.trouble.label)
    page = CheckedPage(checked.is_good, words, checked.detail, checked.folders)
    return respond(request, "mailbox/checked.html", page)


@require_POST
def poll(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Read it at once."""
    access = permit(request, "mailboxes.edit")
    try:
        taken = services.poll_now(access, mailbox_id)
    except MailboxTrouble as trouble:
        return toast(done(request), trouble.trouble.label, kind="error")
    return done(request, ngettext("%(num)s new mail", "%(num)s new mails", taken) % {"num": taken})


@require_POST
def archive_many(request: HttpRequest) -> HttpResponse:
    """Take mailboxes out of use."""
    access = permit(request, "mailboxes.delete")
    given = [*request.GET.getlist("ids"), *request.POST.getlist("ids")]
    services.archive_mailboxes(access, [one for one in map(whole, given) if one is not None])
    return done(request, _("Out of use. What came in stays."), go=reverse("mailboxes"))


@require_POST
def restore(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Use an archived mailbox again."""
    access = permit(request, "mailboxes.delete")
    queries.mailbox_by_id(access, mailbox_id)
    services.restore_mailboxes(access, [mailbox_id])
    return done(request, _("The mailbox is read again."))
