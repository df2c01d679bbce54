"""Add members, set their status, change one, take them out: a dialog each."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.customization.queries import list_setup
from headwater.kernel import criteria, listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, record_type
from headwater.kernel.errors import Invalid
from headwater.memberships import services
from headwater.memberships.picklists import first_status, statuses
from headwater.memberships.services import Added
from headwater.memberships.types import OF
from headwater.sales.selecting import matching_ids
from headwater.sales.web.acts import chosen_ids
from headwater.ui import records
from headwater.ui.formats import number
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.records.cells import KNOWN_HUES
from headwater.ui.responses import done, respond, toast

UNDO_UP_TO = 200


def _status(value: str = "") -> FieldControl:
    options = tuple(
        Option(choice.value, choice.label, hue=choice.color if choice.color in KNOWN_HUES else "")
        for choice in statuses()
        if not choice.retired
    )
    return FieldControl(
        "status", _("Status"), kind="select", options=options, value=value or first_status(), required=True
    )


def _ask(
    request: HttpRequest,
    title: str,
    action: str,
    submit: str,
    *controls: FieldControl,
    ids: Sequence[int] = (),
    intro: str = "",
) -> HttpResponse:
    count = ngettext("%(count)s record", "%(count)s records", len(ids)) % {"count": len(ids)}
    page = FormPage(
        title=f"{title} · {count}" if len(ids) > 1 else title,
        action=action,
        groups=(FieldGroup(tuple(controls)),),
        submit=submit,
        hidden={"ids": [str(one) for one in ids]} if ids else {},
        width="small",
        intro=intro,
    )
    return respond(request, "ui/records/form.html", page)


def _told(request: HttpRequest, added: Added) -> HttpResponse:
    """How many came in, and why the others did not."""
    words = _("%(count)s members added") % {"count": number(len(added.ids))}
    response = done(request, words if added.ids else _("Nobody was added"))
    if added.known:
        note = _("%(count)s were members already") % {"count": number(added.known)}
        toast(response, note, kind="info")
    if added.unseen:
        note = _("%(count)s are not within your sight") % {"count": number(added.unseen)}
        toast(response, note, kind="warning")
    return response


# --- adding


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Take in the leads or contacts of a saved view, or the leads that came under the campaign."""
    access = permit(request, "campaign_members.create")
    services.check_campaign(access, campaign_id)
    if request.method == "POST":
        of, ids = _of_view(access, campaign_id, request.POST.get("who", ""))
        return _told(
            request, services.add_members(access, campaign_id, of, ids, status=request.POST.get("status", ""))
        )
    who = FieldControl(
        "who",
        pgettext("campaign member", "Who"),
        kind="select",
        options=_who(access),
        required=True,
        autofocus=True,
    )
    return _ask(
        request,
        _("Add members"),
        reverse("campaign_members_add", args=[campaign_id]),
        _("Add"),
        who,
        _status(),
        intro=_("Others: tick them in the list of leads or contacts, and choose “To campaign”."),
    )


def _who(access: Access) -> tuple[Option, ...]:
    options = []
    for of in OF:
        kind = record_type(of)
        if not access.may(kind.permission("view")):
            continue
        if of == "lead":
            options.append(Option("lead:", _("Leads that came under this campaign"), icon="megaphone"))
        for view in list_setup(access.also(kind.permission("view")), kind).views:
            label = _("%(records)s: %(view)s") % {"records": kind.label_plural, "view": view.label}
            options.append(Option(f"{of}:{view.key}", label))
    return tuple(options)


def _of_view(access: Access, campaign_id: int, who: str) -> tuple[str, list[int]]:
    of, _colon, key = who.partition(":")
    if of not in OF:
        raise Invalid.one("who", "value.required", _("Choose who."))
    kind = record_type(of)
    view = access.also(kind.permission("view"))
    if key:
        found = {one.key: one for one in list_setup(view, kind).views}.get(key)
        if found is None:
            raise Invalid.one("who", "value.choice", _("This is not one of the choices."))
        wanted = criteria.parse(found.criteria or None, kind, view)
    else:
        wanted = criteria.parse({"field": "campaign", "op": "eq", "value": campaign_id}, kind, view)
    return of, matching_ids(view, kind, wanted)


@require_http_methods(["GET", "POST"])
def add_chosen(request: HttpRequest, of: str) -> HttpResponse:
    """Bring leads or contacts that were chosen in their list into a campaign."""
    access = permit(request, "campaign_members.create")
    kind = record_type(of)
    permit(request, kind.permission("view"))
    ids = chosen_ids(request, access, kind)
    if request.method == "POST":
        campaign_id = text.whole(request.POST.get("campaign", ""))
        if not campaign_id:
            raise Invalid.one("campaign", "value.required", _("Choose a campaign."))
        return _told(
            request,
            services.add_members(access, campaign_id, of, ids, status=request.POST.get("status", "")),
        )
    campaign = FieldControl(
        "campaign",
        _("Campaign"),
        kind="link",
        options_url="/options/campaign.json",
        required=True,
        autofocus=True,
    )
    return _ask(
        request, _("Add to a campaign"), f"/{kind.plural}/campaign", _("Add"), campaign, _status(), ids=ids
    )


# --- changing


def _ids(request: HttpRequest, access: Access) -> list[int]:
    """The members meant: ticked ones, or all that the list shows under its filters."""
    return chosen_ids(request, access, record_type("campaign_member"))


@require_http_methods(["GET", "POST"])
def set_status(request: HttpRequest) -> HttpResponse:
    """Set the status of the chosen members."""
    access = permit(request, "campaign_members.edit")
    ids = _ids(request, access)
    if request.method == "POST":
        count = services.change_statuses(access, ids, request.POST.get("status", ""))
        return done(request, _("Status set for %(count)s") % {"count": number(count)})
    return _ask(
        request, _("Set the status"), reverse("campaign_members_status"), _("Save"), _status(), ids=ids
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, member_id: int) -> HttpResponse:
    """Status, moments and note of one."""
    access = permit(request, "campaign_members.edit")
    kind: RecordType = record_type("campaign_member")
    row = listing.get(access, kind, member_id)
    if request.method == "POST":
        values = records.submitted(request, kind, access)
        services.update_member(access, member_id, values, version=text.whole(request.POST.get("version", "")))
        return done(request, _("Saved"))
    form = records.form_page(
        kind,
        access,
        title=row["name"],
        action=reverse("campaign_member_edit", args=[member_id]),
        row=row,
        cancel_href=reverse("campaign_members", args=[row["campaign"]["id"]]),
    )
    return respond(request, "ui/records/form.html", form)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take the chosen members out; the toast takes them in again."""
    access = permit(request, "campaign_members.delete")
    ids = _ids(request, access)
    count = services.remove_members(access, ids)
    query = "&".join(f"ids={one}" for one in ids)
    undo = f"{reverse('campaign_members_restore')}?{query}" if len(ids) <= UNDO_UP_TO else None
    return done(request, _("%(count)s taken out") % {"count": number(count)}, undo=undo)


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Take removed members in again."""
    access = permit(request, "campaign_members.delete")
    count = services.restore_members(access, _ids(request, access))
    return done(request, _("%(count)s are members again") % {"count": number(count)})
