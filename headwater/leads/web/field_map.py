"""Settings → Conversion: which field of a lead becomes which of account, contact and opportunity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.kernel.text import whole
from headwater.leads.services import mapping
from headwater.leads.services.previewing_map import Shown, preview_map
from headwater.ui.pages import FieldControl, Option
from headwater.ui.responses import done, respond

HOME = "/settings/conversion"


@dataclass(frozen=True, slots=True)
class Part:
    """The fields of one record."""

    record: str
    title: str
    icon: str
    controls: tuple[FieldControl, ...]


@dataclass(frozen=True, slots=True)
class PreviewPart:
    title: str
    lines: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class MapPage:
    """All of `leads/field_map.html`."""

    parts: tuple[Part, ...]
    version: int
    sample: FieldControl
    lead: str  # the name of the lead shown; empty where there is none
    preview: tuple[PreviewPart, ...]
    refusals: tuple[str, ...] = ()


@require_http_methods(["GET", "POST"])
def fields(request: HttpRequest) -> HttpResponse:
    """Choose, per field, what of the lead fills it."""
    access = permit(request, "leads.configure")
    if request.method == "POST":
        version = whole(request.POST.get("version", ""))
        mapping.save_field_map(access, _submitted(request), version=version)
        return done(request, _("Saved"), go=HOME)
    settings, version = mapping.stored()
    return respond(request, "leads/field_map.html", _page(access, settings, version, None))


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What a lead would hand on by the form as it stands; saves nothing."""
    access = permit(request, "leads.configure")
    lead_id = whole(request.POST.get("lead", ""))
    refusals: tuple[str, ...] = ()
    try:
        settings = mapping.checked_map(_submitted(request))
    except Invalid as refused:
        settings = {}
        refusals = tuple(complaint["detail"] for complaint in refused.fields.values())
    page = _page(access, settings, 0, lead_id, refusals)
    return respond(request, "leads/field_map.html", page, block="preview")


def _submitted(request: HttpRequest) -> dict[str, dict[str, str]]:
    given: dict[str, dict[str, str]] = {}
    for key, raw in request.POST.items():
        record, dot, target = key.partition(":")
        if dot and record in mapping.RECORDS:
            given.setdefault(record, {})[target] = str(raw)
    return given


def _page(
    access: Access,
    settings: Mapping[str, Any],
    version: int,
    lead_id: int | None,
    refusals: tuple[str, ...] = (),
) -> MapPage:
    shown = preview_map(access, settings, lead_id)
    chosen = (Option(str(shown.lead_id), shown.name),) if shown.lead_id else ()
    applied = mapping.field_map(settings)
    return MapPage(
        parts=tuple(_part(record, applied[record]) for record in mapping.RECORDS),
        version=version,
        sample=FieldControl(
            "lead",
            _("Shown with the lead"),
            kind="link",
            value=str(shown.lead_id or ""),
            options=chosen,
            options_url="/options/lead.json",
        ),
        lead=shown.name,
        preview=tuple(
            PreviewPart(str(record_type(record).label), shown.lines[record]) for record in mapping.RECORDS
        ),
        refusals=refusals,
    )


def _part(record: str, applied: Mapping[str, str]) -> Part:
    kind = record_type(record)
    sources = mapping.lead_fields()
    controls = []
    for target in mapping.fields_to_fill(record):
        offered = mapping.fitting(sources, target)
        if not offered:
            continue
        controls.append(
            FieldControl(
                f"{record}:{target.key}",
                target.label,
                kind="select",
                value=applied.get(target.key, ""),
                options=tuple(Option(field.key, field.label, note=field.type.label) for field in offered),
                placeholder=_("Stays empty"),
                span=6,
            )
        )
    return Part(record, str(kind.label), kind.icon, tuple(controls))
