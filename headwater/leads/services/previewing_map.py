"""What a lead would hand on under settings that are not saved yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.leads.models import Lead
from headwater.leads.services.handing_on import Baggage, in_words
from headwater.leads.services.mapping import RECORDS, field_map


@dataclass(frozen=True, slots=True)
class Shown:
    """One mapped field: where the value comes from, what would stand there, or why it cannot."""

    field: str
    label: str
    source: str
    value: str
    complaint: str


@dataclass(frozen=True, slots=True)
class MapPreview:
    lead_id: int | None
    name: str
    lines: dict[str, tuple[Shown, ...]]


def preview_map(access: Access, settings: Mapping[str, Any], lead_id: int | None = None) -> MapPreview:
    """With the lead named, else the latest that the actor sees; without any only the fields are told."""
    wanted = field_map(settings)
    lead = _sample(access, lead_id)
    lines = {record: _lines(access, lead, record, wanted[record]) for record in RECORDS}
    return MapPreview(None if lead is None else lead.pk, "" if lead is None else lead.name, lines)


def _sample(access: Access, lead_id: int | None) -> Lead | None:
    view = access.also("leads.view")
    kind = record_type("lead")
    if lead_id is not None:
        listing.get(view, kind, lead_id, fields=["name"])
        return Lead.objects.get(pk=lead_id)
    recent = list(
        Lead.objects.filter(archived_at=None)
        .exclude(company="")
        .order_by("-id")
        .values_list("id", flat=True)[:50]
    )
    seen = listing.ids_within(view, kind, recent)
    return Lead.objects.get(pk=max(seen)) if seen else None


def _lines(access: Access, lead: Lead | None, record: str, wanted: Mapping[str, str]) -> tuple[Shown, ...]:
    kind, sources = record_type(record), record_type("lead").all_fields
    found: dict[str, Any] = {}
    complaints: dict[str, str] = {}
    if lead is not None:
        baggage = Baggage(access, lead, {record: dict(wanted)})
        found = baggage.mapped(record)
        complaints = {one.field: one.detail for one in baggage.left_out}
    return tuple(
        Shown(
            target,
            str(kind.all_fields[target].label),
            str(sources[source].label),
            in_words(found.get(target), kind.all_fields[target]),
            complaints.get(target, ""),
        )
        for target, source in wanted.items()
    )
