"""The acts behind the cards of people and companies: roles, competitors, teams, ties."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel import listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import Choice, find_record_type, record_type
from headwater.kernel.errors import Invalid
from headwater.sales import picklists, services
from headwater.sales.queries.board import contact_roles
from headwater.sales.queries.parties import relations, rivals, team
from headwater.sales.types import Against, Standing, Tie
from headwater.sales.web.acts import dialog
from headwater.ui.pages import FieldControl, Option
from headwater.ui.pages.forms import ControlKind
from headwater.ui.responses import done

Who = tuple[FieldControl, dict[str, str]]


def _options(choices: Sequence[Choice]) -> tuple[Option, ...]:
    return tuple(Option(one.value, one.label) for one in choices if not one.retired)


def _chosen(request: HttpRequest, name: str) -> int:
    found = text.whole(request.POST.get(name, ""))
    if found is None:
        raise Invalid.one(name, "value.required", _("This is required."))
    return found


def _who(
    name: str, label: str, url: str, known: tuple[int, str] | None, *, kind: ControlKind = "link"
) -> Who:
    """A picker and what goes along unseen: who is named already stays as they are."""
    if known is not None:
        return FieldControl(f"{name}_name", label, kind="static", value=known[1]), {name: str(known[0])}
    return FieldControl(name, label, kind=kind, options_url=url, required=True, autofocus=True), {}


@require_http_methods(["GET", "POST"])
def set_role(request: HttpRequest, record_id: int) -> HttpResponse:
    """Name a contact as taking part in an opportunity, or change the role: ?contact=7."""
    access = permit(request, "opportunities.edit")
    if request.method == "POST":
        services.set_contact_role(
            access, record_id, _chosen(request, "contact"), role=request.POST.get("role") or None
        )
        return done(request, _("Saved"))
    kind = record_type("opportunity")
    row = listing.get(access.also("opportunities.view"), kind, record_id, fields=["name", "contact"])
    asked = text.whole(request.GET.get("contact", ""))
    known = next((one for one in contact_roles(record_id) if one["contact_id"] == asked), None)
    primary = row["contact"] if row["contact"] and row["contact"]["id"] == asked else None
    at = (known["contact_id"], known["name"]) if known else None
    if at is None and primary:
        at = (primary["id"], primary["name"])
    who, hidden = _who("contact", pgettext("record", "Contact"), "/options/contact.json", at)
    return dialog(
        request,
        record_type("opportunity"),
        [record_id],
        who,
        FieldControl(
            "role",
            _("Role in the purchase"),
            kind="chips",
            options=_options(picklists.contact_roles()),
            value=(known["role"] or "") if known else "",
        ),
        title=_("Change the role") if at else _("Add contact"),
        action=f"/opportunities/{record_id}/contacts",
        submit=_("Save"),
        hidden=hidden,
    )


@require_POST
def remove_role(request: HttpRequest, record_id: int, contact_id: int) -> HttpResponse:
    """A contact takes no part any more."""
    services.remove_contact_role(permit(request, "opportunities.edit"), record_id, contact_id)
    return done(request, _("Removed"))


@require_http_methods(["GET", "POST"])
def set_rival(request: HttpRequest, record_id: int) -> HttpResponse:
    """Say who else is in the race and how it stands: ?competitor=7 changes one."""
    access = permit(request, "opportunities.edit")
    if request.method == "POST":
        services.set_rival(
            access,
            record_id,
            _chosen(request, "competitor"),
            standing=request.POST.get("standing") or Against.UNKNOWN,
            took_it="took_it" in request.POST,
            note=request.POST.get("note"),
        )
        return done(request, _("Saved"))
    row = listing.get(
        access.also("opportunities.view"), record_type("opportunity"), record_id, fields=["name", "status"]
    )
    asked = text.whole(request.GET.get("competitor", ""))
    known = next((one for one in rivals(record_id) if one.id == asked), None)
    at = (known.id, known.name) if known else None
    who, hidden = _who("competitor", _("Competitor"), "/options/competitor.json", at)
    controls = [
        who,
        FieldControl(
            "standing",
            _("How it stands"),
            kind="chips",
            options=tuple(Option(one.value, one.label) for one in Against),
            value=known.standing.value if known else Against.UNKNOWN.value,
        ),
        FieldControl(
            "note",
            _("Note"),
            kind="long_text",
            rows=2,
            max_length=500,
            value=(known.note or "") if known else "",
        ),
    ]
    if row["status"] == Standing.LOST:
        controls.append(
            FieldControl("took_it", _("Lost to them"), kind="switch", value=known.took_it if known else False)
        )
    return dialog(
        request,
        record_type("opportunity"),
        [record_id],
        *controls,
        title=_("Change the competitor") if known else _("Add competitor"),
        action=f"/opportunities/{record_id}/competitors",
        submit=_("Save"),
        hidden=hidden,
    )


@require_POST
def remove_rival(request: HttpRequest, record_id: int, competitor_id: int) -> HttpResponse:
    """A competitor was not in the race after all."""
    services.remove_rival(permit(request, "opportunities.edit"), record_id, competitor_id)
    return done(request, _("Removed"))


def _team_access(request: HttpRequest, plural: str) -> tuple[Access, str]:
    kind = find_record_type(plural)
    return permit(request, kind.permission("edit")), kind.key


@require_http_methods(["GET", "POST"])
def set_member(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Put a colleague on the team, or change what they are there: ?user=7."""
    access, record = _team_access(request, plural)
    kind = record_type(record)
    if request.method == "POST":
        services.set_member(
            access,
            record,
            record_id,
            _chosen(request, "user"),
            role=request.POST.get("role") or None,
            may_edit=request.POST.get("rights") == "edit",
        )
        return done(request, _("Saved"))
    listing.get(access.also(kind.permission("view")), kind, record_id, fields=["name"])
    asked = text.whole(request.GET.get("user", ""))
    known = next((one for one in team(record, record_id) if one.id == asked), None)
    at = (known.id, known.name) if known else None
    who, hidden = _who("user", _("Person"), "/options/user.json", at, kind="user")
    return dialog(
        request,
        kind,
        [record_id],
        who,
        FieldControl(
            "role",
            _("Role in the team"),
            kind="chips",
            options=_options(picklists.team_roles()),
            value=(known.role or "") if known else "",
        ),
        FieldControl(
            "rights",
            pgettext("team", "May"),
            kind="segments",
            options=(Option("read", _("Read")), Option("edit", _("Read and edit"))),
            value="edit" if known and known.may_edit else "read",
        ),
        title=_("Change the team") if known else _("Add to the team"),
        action=f"/{plural}/{record_id}/team",
        submit=_("Save"),
        hidden=hidden,
    )


@require_POST
def remove_member(request: HttpRequest, plural: str, record_id: int, user_id: int) -> HttpResponse:
    """Take a colleague off the team."""
    access, record = _team_access(request, plural)
    services.remove_member(access, record, record_id, user_id)
    return done(request, _("Taken off the team"))


@require_http_methods(["GET", "POST"])
def set_tie(request: HttpRequest, record_id: int) -> HttpResponse:
    """Say what another company is to an account; a parent makes the account its subsidiary."""
    access = permit(request, "accounts.edit")
    if request.method == "POST":
        other, tie = _chosen(request, "other"), request.POST.get("tie", "")
        if tie == "parent":
            services.update_account(access, record_id, {"parent": other})
        elif tie == "subsidiary":
            services.update_account(access, other, {"parent": record_id})
        else:
            services.tie(access, record_id, other, as_=tie, note=request.POST.get("note"))
        return done(request, _("Saved"))
    row = listing.get(access.also("accounts.view"), record_type("account"), record_id, fields=["name"])
    asked, as_ = text.whole(request.GET.get("other", "")), request.GET.get("tie", "")
    known = next(
        (one for one in relations(access, record_id) if (one.other_id, one.tie) == (asked, as_)), None
    )
    kinds = [Option(one.value, one.label) for one in Tie]
    if known is None:
        kinds = [
            Option("parent", _("Parent company")),
            Option("subsidiary", pgettext("tie of companies", "Subsidiary")),
            *kinds,
        ]
    else:
        kinds = [Option(known.tie.value, known.tie.label)]
    at = (known.other_id, known.name) if known else None
    who, hidden = _who("other", _("Company"), "/options/account.json", at)
    return dialog(
        request,
        record_type("account"),
        [record_id],
        who,
        FieldControl(
            "tie",
            _("It is its …"),
            kind="chips",
            options=tuple(kinds),
            value=known.tie.value if known else "",
            required=True,
        ),
        FieldControl(
            "note", _("Note"), kind="text", max_length=500, value=(known.note or "") if known else ""
        ),
        title=_("Change related company") if known else _("Add related company"),
        action=f"/accounts/{record_id}/relations",
        submit=_("Save"),
        hidden=hidden,
        intro=_("What another company is to “%(name)s”.") % {"name": row["name"]},
    )


@require_POST
def remove_tie(request: HttpRequest, record_id: int, relation_id: int) -> HttpResponse:
    """Two companies are not that to each other any more."""
    services.untie(permit(request, "accounts.edit"), record_id, relation_id)
    return done(request, _("Removed"))
