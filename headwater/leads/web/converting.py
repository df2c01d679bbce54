"""Making a customer of a lead, and taking that back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.kernel.text import whole
from headwater.leads import services
from headwater.leads.other_lines import LineOffer, line_offers
from headwater.leads.services.offering import SURE, CustomerOffer
from headwater.leads.services.unconverting import Growth, Piece, Undoing, told_place
from headwater.leads.settings import UNDO_CONVERSION_DAYS
from headwater.sales.queries.pipelines import pipelines
from headwater.ui import formats
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond

_ON = ("1", "true", "on")


@dataclass(frozen=True, slots=True)
class LinePart:
    """The fields of one more opportunity; open where a rule suggests it."""

    title: str
    note: str
    is_suggested: bool
    controls: tuple[FieldControl, ...]


@dataclass(frozen=True, slots=True)
class ConvertPage(FormPage):
    """All of `leads/convert.html`."""

    lines: tuple[LinePart, ...] = ()


@require_http_methods(["GET", "POST"])
def convert(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Make a customer of the lead; known customers that it may be are offered first, with the reasons."""
    access = permit(request, "leads.convert")
    if request.method == "POST":
        return _convert(request, lead_id)
    row = listing.get(access.also("leads.view"), record_type("lead"), lead_id)
    offers = services.customer_offers(access, row)
    page = ConvertPage(
        title=_("Convert to customer"),
        action=f"/leads/{lead_id}/convert",
        groups=(_account_group(row, offers), _contact_group(row, offers), _opportunity_group(row)),
        submit=_("Convert"),
        intro=_("The lead becomes read-only history; its follow-ups stay reachable from the customer."),
        lines=_line_parts(row, line_offers(access, lead_id)),
    )
    return respond(request, "leads/convert.html", page)


def _convert(request: HttpRequest, lead_id: int) -> HttpResponse:
    access = permit(request, "leads.convert")
    posted = request.POST
    account_id, contact_id = _chosen(posted.get("customer", ""))
    opportunities: list[dict[str, Any]] = []
    if posted.get("with_opportunity") in _ON:
        given = {
            key: posted[f"opportunity_{key}"]
            for key in ("name", "amount", "expected_close_on")
            if posted.get(f"opportunity_{key}")
        }
        opportunities.append(given)
    elif any(posted.get(f"{name}.on") in _ON for name in _lines(posted)):
        row = listing.get(access.also("leads.view"), record_type("lead"), lead_id, fields=["business_line"])
        if not row["business_line"]:
            detail = _("Start the lead's own opportunity too, or give the lead a business line first.")
            raise Invalid.one("with_opportunity", "value.required", detail)
    for name in _lines(posted):
        if posted.get(f"{name}.on") in _ON:
            named = {key: posted.get(f"{name}.{key}", "") for key in ("name", "amount", "owner", "pipeline")}
            filled = {key: value for key, value in named.items() if value}
            opportunities.append({"business_line": name.removeprefix("line."), **filled})
    made = services.convert_lead(
        access,
        lead_id,
        account={"name": posted["account_name"]} if posted.get("account_name") and not account_id else None,
        account_id=account_id,
        contact=posted.get("with_contact") in _ON,
        contact_id=contact_id,
        opportunities=opportunities,
    )
    if made.left_out:
        fields = "、".join(dict.fromkeys(one.label for one in made.left_out))
        messages.warning(request, _("Not taken over, it stays on the lead: %(fields)s") % {"fields": fields})
    return done(request, _("Converted"), go=f"/accounts/{made.account_id}")


def _chosen(given: str) -> tuple[int | None, int | None]:
    account, _dot, contact = given.partition(".")
    return whole(account), whole(contact)


def _lines(posted: Any) -> list[str]:
    return [key.removesuffix(".on") for key in posted if key.startswith("line.") and key.endswith(".on")]


def _account_group(row: dict[str, Any], offers: Sequence[CustomerOffer]) -> FieldGroup:
    controls = []
    if offers:
        options = [Option("", _("A new account"), icon="plus")]
        options += [_option(offer) for offer in offers]
        first = offers[0]
        controls.append(
            FieldControl(
                "customer",
                _("Known customers it may be"),
                kind="radio",
                options=tuple(options),
                value=first.key if first.visible and first.percent >= SURE else "",
            )
        )
    controls.append(
        FieldControl(
            "account_name", _("Name of the new account"), value=row["company"] or row["name"], max_length=200
        )
    )
    return FieldGroup(tuple(controls), title=_("Account"))


def _option(offer: CustomerOffer) -> Option:
    why = " · ".join([_("%(percent)s %% likely") % {"percent": offer.percent}, *offer.reasons])
    if not offer.visible:
        label = _("There is one with %(owner)s since %(day)s") % {
            "owner": offer.owner or "—",
            "day": formats.calendar_day(offer.since),
        }
        return Option("-", label, note=why, icon="lock", disabled=True)
    name = " · ".join(part for part in (offer.account, offer.contact) if part)
    note = " · ".join(part for part in (why, offer.owner) if part)
    return Option(offer.key, name, note=note, icon="contact" if offer.contact_id else "building-2")


def _contact_group(row: dict[str, Any], offers: Sequence[CustomerOffer]) -> FieldGroup:
    is_person_offered = any(one.contact_id and one.visible for one in offers)
    joined = _("A person chosen above is joined; consent and opt-outs go along.")
    control = FieldControl(
        "with_contact",
        _("Make “%(name)s” a contact of it") % {"name": row["name"]},
        kind="switch",
        value=True,
        help=joined if is_person_offered else _("Consent and opt-outs go along."),
    )
    return FieldGroup((control,), title=str(record_type("contact").label))


def _opportunity_group(row: dict[str, Any]) -> FieldGroup:
    return FieldGroup(
        (
            FieldControl("with_opportunity", _("Start an opportunity"), kind="switch", value=True),
            FieldControl("opportunity_name", _("Name"), value=row["company"] or row["name"], span=12),
            FieldControl(
                "opportunity_amount", _("Expected amount"), kind="money", value=row["budget"] or "", span=6
            ),
            FieldControl("opportunity_expected_close_on", _("Expected close"), kind="date", span=6),
        ),
        title=_("Opportunity"),
    )


def _line_parts(row: dict[str, Any], offers: Sequence[LineOffer]) -> tuple[LinePart, ...]:
    ways = tuple(Option(str(one.id), one.name) for one in pipelines())
    called = row["company"] or row["name"]
    return tuple(
        LinePart(
            title=offer.label,
            note=_("Suggested by the rule “%(rule)s”") % {"rule": offer.rule} if offer.rule else "",
            is_suggested=bool(offer.rule),
            controls=(
                FieldControl(
                    f"line.{offer.line}.on",
                    _("Start an opportunity for %(line)s too") % {"line": offer.label},
                    kind="switch",
                    value=bool(offer.rule),
                ),
                FieldControl(
                    f"line.{offer.line}.name",
                    _("Name"),
                    placeholder=f"{called} · {offer.label}",
                    max_length=200,
                ),
                FieldControl(f"line.{offer.line}.amount", _("Expected amount"), kind="money", span=6),
                FieldControl(
                    f"line.{offer.line}.pipeline",
                    _("Pipeline"),
                    kind="select",
                    options=ways,
                    placeholder=_("That of the line"),
                    span=6,
                ),
                FieldControl(
                    f"line.{offer.line}.owner",
                    _("Owner"),
                    kind="user",
                    options_url="/options/user.json",
                    help=_("Left open: by the rules of that line, else you."),
                ),
            ),
        )
        for offer in offers
    )


@dataclass(frozen=True, slots=True)
class UndoLine:
    """A record, or what has come to one."""

    title: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class UndoPage:
    """All of `leads/unconvert.html`."""

    title: str
    action: str
    place: str
    away: tuple[UndoLine, ...]
    stays: tuple[UndoLine, ...]
    grown: tuple[UndoLine, ...]
    days: int
    is_late: bool
    hidden: dict[str, str]
    note: FieldControl


@require_http_methods(["GET", "POST"])
def unconvert(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Take a conversion back; the dialog shows beforehand what becomes of each record."""
    access = permit(request, "leads.unconvert")
    if request.method == "POST":
        seen = {
            key.removeprefix("version."): version
            for key, raw in request.POST.items()
            if key.startswith("version.") and (version := whole(str(raw))) is not None
        }
        services.undo_conversion(access, lead_id, note=request.POST.get("note", "")[:2000], versions=seen)
        return done(request, _("Conversion undone"), go=f"/leads/{lead_id}")
    page = _undo_page(services.preview_undo(access, lead_id))
    return respond(request, "leads/unconvert.html", page)


def _undo_page(undoing: Undoing) -> UndoPage:
    return UndoPage(
        title=_("Undo the conversion"),
        action=f"/leads/{undoing.lead_id}/unconvert",
        place=told_place(undoing),
        away=tuple(_line(piece) for piece in undoing.pieces if piece.goes),
        stays=tuple(_line(piece) for piece in undoing.pieces if not piece.is_made),
        grown=tuple(_grown(one) for one in undoing.grown),
        days=UNDO_CONVERSION_DAYS.get(),
        is_late=not undoing.is_possible and not undoing.grown,
        hidden={
            f"version.{piece.ref.record_type}:{piece.ref.record_id}": str(piece.version)
            for piece in undoing.pieces
        },
        note=FieldControl("note", _("Note"), "long_text", max_length=2000, rows=2),
    )


def _line(piece: Piece) -> UndoLine:
    kind = record_type(piece.ref.record_type)
    edited = _("edited since, and archived with that") if piece.is_changed else ""
    note = " · ".join(part for part in (str(kind.label), edited) if part)
    return UndoLine(piece.name, note, kind.link(piece.ref.record_id))


def _grown(one: Growth) -> UndoLine:
    kind = record_type(one.ref.record_type)
    what = f"{one.what} × {one.count}" if one.count else one.what
    return UndoLine(what, f"{kind.label}: {one.name}", kind.link(one.ref.record_id))
