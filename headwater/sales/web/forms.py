"""Entering and editing accounts, contacts and opportunities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.currencies.queries import company_currency
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import FieldType, RecordType, find_record_type, record_type
from headwater.kernel.errors import NotFound
from headwater.sales.duplicates import Match, find_duplicates, normalised
from headwater.sales.queries import default_pipeline
from headwater.sales.types import METHODS
from headwater.ui import formats, records
from headwater.ui.pages import FieldGroup, FormPage
from headwater.ui.responses import done, respond

# What is asked when a record is made; everything else is on its page, one click away.
QUICK = {
    "account": ("name", "level", "owner", "industry", "company_size", "region", "phone", "address", "note"),
    "contact": (
        "name", "account", "title", "department", "mobile", "phone", "email", "wechat", "qq", "owner", "note",
    ),
    "opportunity": (
        "name", "account", "contact", "amount", "currency", "expected_close_on", "stage", "owner", "note",
    ),
}  # fmt: skip
_WHOLE_ROW = frozenset({"name", "address", "note"})
# Lost reasons belong to the act of losing; a pipeline is chosen by its stage.
LEFT_OUT = {"opportunity": {"lost_reason", "lost_note", "pipeline"}}


def titles(kind: RecordType, act: str) -> str:
    """The heading of a form."""
    return {
        ("account", "new"): _("New account"),
        ("contact", "new"): _("New contact"),
        ("opportunity", "new"): _("New opportunity"),
        ("account", "edit"): _("Edit account"),
        ("contact", "edit"): _("Edit contact"),
        ("opportunity", "edit"): _("Edit opportunity"),
    }[kind.key, act]


def _keys(kind: RecordType, access: Access, *, quick: bool) -> list[str]:
    custom = [key for key, field in kind.all_fields.items() if field.is_custom]
    known = [key for key, field in kind.all_fields.items() if field.in_form and not field.is_custom]
    chosen = list(QUICK[kind.key]) if quick else known
    left_out = LEFT_OUT.get(kind.key, set()) | (set() if access.may(kind.permission("assign")) else {"owner"})
    return [key for key in [*chosen, *custom] if key not in left_out]


@require_http_methods(["GET", "POST"])
def new_record(request: HttpRequest, plural: str) -> HttpResponse:
    """Make a record. Values of the address fill the form: /contacts/new?account=7."""
    kind = find_record_type(plural)
    access = permit(request, kind.permission("create"))
    keys = _keys(kind, access, quick=True)
    if request.method == "POST":
        create = kind.verbs.create
        assert create is not None
        record_id = create(access, records.submitted(request, kind, access, keys))
        return done(request, _("Saved"), go=kind.link(record_id))
    page = records.form_page(
        kind,
        access,
        title=titles(kind, "new"),
        action=f"/{kind.plural}/new",
        keys=keys,
        row=_prefilled(access, kind, request.GET) or None,
        submit=_("Save"),
        cancel_href=f"/{kind.plural}",
    )
    return respond(request, "sales/form.html", _in_one_group(page, keys))


def _in_one_group(page: FormPage, keys: Sequence[str]) -> FormPage:
    """A short form needs no headings: its fields in the order in which they are asked."""
    controls = {control.name: control for group in page.groups for control in group.controls}
    asked = [
        replace(controls[key], span=12) if key in _WHOLE_ROW else controls[key]
        for key in keys
        if key in controls
    ]
    return replace(page, groups=(FieldGroup(tuple(asked)),), width="")


@require_http_methods(["GET", "POST"])
def edit_record(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Change a record; somebody else's change in between is told, not overwritten."""
    kind = find_record_type(plural)
    access = permit(request, kind.permission("edit"))
    keys = _keys(kind, access, quick=False)
    if request.method == "POST":
        version = request.POST.get("version", "")
        update = kind.verbs.update
        assert update is not None
        update(
            access,
            record_id,
            records.submitted(request, kind, access, keys),
            version=int(version) if version.isdecimal() else None,
        )
        return done(request, _("Saved"), go=None)
    row = listing.get(access.also(kind.permission("view")), kind, record_id)
    page = records.form_page(
        kind,
        access,
        title=titles(kind, "edit"),
        action=f"/{kind.plural}/{record_id}/edit",
        row=row,
        keys=keys,
        submit=_("Save"),
        cancel_href=kind.link(record_id),
    )
    return respond(request, "sales/form.html", page)


@require_http_methods(["GET"])
def known_already(request: HttpRequest, plural: str) -> HttpResponse:
    """Advice below a form: who we know already by this name or these contact methods."""
    kind = find_record_type(plural)
    access = permit(request, kind.permission("create"))
    methods = normalised({method: request.GET.get(method) for method in METHODS})
    company = request.GET.get("name", "")[:200] if kind.key == "account" else None
    found: list[Match] = []
    if methods or (company and len(company.strip()) > 1):
        found = find_duplicates(access, company=company, methods=methods, limit=3)
    return respond(request, "sales/known.html", [_known(match) for match in found], block="known")


@dataclass(frozen=True, slots=True)
class Known:
    """A match as the form shows it; without an address when it lies outside the reader's reach."""

    title: str
    note: str
    why: str
    href: str
    icon: str


def _known(match: Match) -> Known:
    kind = record_type(match.record)
    method = record_type("contact").field(match.matched)
    if match.matched == "name" or method is None:
        why = _("%(similarity)s %% alike") % {"similarity": match.similarity}
    else:
        why = _("Same %(method)s") % {"method": method.label}
    seen = match.in_reach or match.record == "account"
    facts = {"name": match.owner_name, "day": formats.calendar_day(match.created_at)}
    owned = _("Owned by %(name)s since %(day)s") % facts if match.owner_name else _("Nobody owns it")
    parts = (match.account_name if match.record == "contact" and match.in_reach else "", owned)
    return Known(
        title=match.name if seen else str(kind.label),
        note=" · ".join(part for part in parts if part),
        why=why,
        href=kind.link(match.id) if match.in_reach else "",
        icon=kind.icon,
    )


def _prefilled(access: Access, kind: RecordType, given: Mapping[str, str]) -> dict[str, Any]:
    """The first values of a new record: defaults, then what the address says."""
    row: dict[str, Any] = {"custom": {}}
    for key, field in kind.all_fields.items():
        if field.default is not None and not field.is_custom:
            row[key] = field.default
    if kind.key == "opportunity":
        first = default_pipeline().first
        row["stage"] = {"id": first.id, "name": first.name}
        row["currency"] = company_currency()
    if access.user_id is not None:
        row["owner"] = {"id": access.user_id, "name": access.actor.name}
    known = kind.all_fields
    for key, raw in given.items():
        if key not in known:
            continue
        field = known[key]
        if field.relation and raw.isdecimal():
            linked = _linked(access, field.relation, int(raw))
            if linked:
                row[key] = linked
        elif field.type in (FieldType.TEXT, FieldType.PHONE, FieldType.EMAIL):
            row[key] = raw[:200]
    return row


def _linked(access: Access, relation: str, record_id: int) -> dict[str, Any] | None:
    target = record_type(relation)
    if not access.may(target.permission("view")):
        return None
    try:
        found = listing.get(access.also(target.permission("view")), target, record_id, fields=["name"])
    except NotFound:
        return None
    return {"id": found["id"], "name": found["name"]}
