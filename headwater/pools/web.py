"""Settings: pools, their rules and who stands where in them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.organization.queries import role_sheets
from headwater.pools import services
from headwater.pools.models import PoolMember
from headwater.pools.queries import get_pool, members_of, people_of
from headwater.pools.types import MemberKind
from headwater.ui import records
from headwater.ui.pages import Action, Cell, EmptyState, FieldControl, FieldGroup, Option
from headwater.ui.responses import done, respond

COLUMNS = (
    "name",
    "business_line",
    "allows_claim",
    "private_cap",
    "daily_claim_limit",
    "cooldown_days",
    "is_default",
)
_KINDS = (MemberKind.USER, MemberKind.DEPARTMENT, MemberKind.ROLE)


@require_GET
def pool_settings(request: HttpRequest) -> HttpResponse:
    """All pools with their main rules."""
    access = permit(request, "pools.configure")
    page = records.list_page(
        request,
        access.also("pools.view"),
        record_type("pool"),
        url="/settings/pools",
        columns=COLUMNS,
        actions=[Action(_("New pool"), icon="plus", dialog="/settings/pools/new", kind="primary")],
        name=lambda row: Cell("name", row["name"], href=f"/settings/pools/{row['id']}"),
        empty=EmptyState(_("No pools yet"), icon="waves"),
    )
    return respond(request, "pools/settings.html", page)


@require_http_methods(["GET", "POST"])
def new_pool(request: HttpRequest) -> HttpResponse:
    """Make a pool."""
    access = permit(request, "pools.configure")
    kind = record_type("pool")
    if request.method == "POST":
        values = records.submitted(request, kind, access)
        pool_id = services.create_pool(access, values | {"members": _submitted_members(request)})
        return done(request, _("Pool saved"), go=f"/settings/pools/{pool_id}")
    page = records.form_page(
        kind,
        access,
        title=_("New pool"),
        action="/settings/pools/new",
        extra_groups=(_member_group(access, []),),
    )
    return respond(request, "pools/form.html", page)


@require_http_methods(["GET", "POST"])
def edit_pool(request: HttpRequest, pool_id: int) -> HttpResponse:
    """Change a pool's rules and members."""
    access = permit(request, "pools.configure")
    kind = record_type("pool")
    if request.method == "POST":
        version = request.POST.get("version", "")
        values = records.submitted(request, kind, access)
        services.update_pool(
            access,
            pool_id,
            values | {"members": _submitted_members(request)},
            version=int(version) if version.isdecimal() else None,
        )
        return done(request, _("Pool saved"), go="/settings/pools")
    view = access.also("pools.view")
    row = listing.get(view, kind, pool_id)
    members = members_of(get_pool(view, pool_id).pk)
    people = len(people_of(pool_id))
    page = records.form_page(
        kind,
        access,
        title=row["name"],
        action=f"/settings/pools/{pool_id}",
        row=row,
        hidden={"version": row["version"]},
        cancel_href="/settings/pools",
        extra_groups=(_member_group(access, members, people),),
    )
    return respond(request, "pools/form.html", page)


@require_POST
def close_pool(request: HttpRequest, pool_id: int) -> HttpResponse:
    """Close an empty pool."""
    access = permit(request, "pools.configure")
    services.archive_pools(access, [pool_id])
    return done(request, _("Pool closed"), go="/settings/pools")


def _submitted_members(request: HttpRequest) -> list[dict[str, Any]]:
    posted = request.POST
    members: list[dict[str, Any]] = []
    if posted.get("member_everyone") in ("1", "true", "on"):
        members.append({"kind": "everyone", "id": None})
    for kind in _KINDS:
        for prefix, is_admin in (("member", False), ("admin", True)):
            chosen = posted.getlist(f"{prefix}_{kind.value}")
            members += [
                {"kind": kind.value, "id": int(i), "is_admin": is_admin} for i in chosen if i.isdecimal()
            ]
    return members


def _member_group(access: Access, members: list[PoolMember], people: int | None = None) -> FieldGroup:
    everyone = not members or any(item.kind == MemberKind.EVERYONE for item in members)
    roles = tuple(Option(str(role.pk), role.label) for role in (sheet.role for sheet in role_sheets()))
    controls = [
        FieldControl("member_everyone", _("Everybody is a member"), kind="switch", value=everyone),
        _picker("member", MemberKind.USER, _("Members"), members),
        _picker("member", MemberKind.DEPARTMENT, _("Departments, with all below"), members),
        _picker("member", MemberKind.ROLE, _("Roles"), members, options=roles),
        _picker("admin", MemberKind.USER, _("Administrators"), members),
        _picker("admin", MemberKind.ROLE, _("Roles that administer"), members, options=roles),
    ]
    help_text = "" if people is None else _("%(count)s people see this pool now.") % {"count": people}
    return FieldGroup(tuple(controls), title=_("Members and administrators"), help=help_text)


def _picker(
    prefix: str,
    kind: MemberKind,
    label: str,
    members: list[PoolMember],
    *,
    options: tuple[Option, ...] = (),
) -> FieldControl:
    chosen = [item for item in members if item.kind == kind and item.is_admin == (prefix == "admin")]
    present = tuple(
        Option(str(getattr(item, f"{kind.value}_id")), str(getattr(item, kind.value).name)) for item in chosen
    )
    return FieldControl(
        f"{prefix}_{kind.value}",
        label,
        kind="users" if kind == MemberKind.USER else "links" if kind == MemberKind.DEPARTMENT else "multi",
        value=[option.value for option in present],
        options=options or present,
        options_url="" if options else f"/options/{kind.value}.json",
        span=6,
    )
