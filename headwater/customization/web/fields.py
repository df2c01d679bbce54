"""Settings → Objects & fields: what a record holds, and the administrator's own fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization import services
from headwater.customization.models import CustomField
from headwater.customization.queries import FieldCard, field_cards, get_custom_field
from headwater.customization.queries.fields import views_that_use
from headwater.customization.types import IndexState
from headwater.customization.web.controls import field_form, field_values
from headwater.customization.web.types import TYPE_CARDS, TypeCard, type_icon
from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import (
    Field,
    FieldType,
    RecordType,
    find_record_type,
    record_type,
    record_types,
)
from headwater.kernel.errors import NotFound, Text
from headwater.ui import records
from headwater.ui.pages import Action, FieldGroup, Tab, Tag
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field in the settings."""

    id: int | None
    label: Text
    key: str
    type_label: Text
    icon: str
    note: str
    tags: tuple[Tag, ...]
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class FieldsPage:
    """The fields of one record type."""

    kind: RecordType
    tabs: tuple[Tab, ...]
    custom: tuple[FieldLine, ...]
    builtin: tuple[FieldLine, ...]
    retired: tuple[FieldLine, ...]
    may_change: bool
    order_url: str
    new_url: str
    preview_url: str


@dataclass(frozen=True, slots=True)
class TypesPage:
    """Choosing the type of a new field."""

    kind: RecordType
    cards: tuple[TypeCard, ...]
    url: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The record's form as it will look."""

    kind: RecordType
    groups: tuple[FieldGroup, ...]


@dataclass(frozen=True, slots=True)
class RetirePage:
    """What retiring a field means, before it is done."""

    row: CustomField
    views: tuple[str, ...]
    action: str


def _customizable() -> list[RecordType]:
    return [kind for kind in record_types() if kind.is_customizable]


def _kind(record: str) -> RecordType:
    kind = find_record_type(record)
    if not kind.is_customizable:
        raise NotFound(record=record, id=None)
    return kind


@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """The fields of the most important record type."""
    permit(request, "fields.configure")
    kinds = {kind.key: kind for kind in _customizable()}
    kind = kinds.get("lead") or next(iter(kinds.values()), None)
    if kind is None:
        raise NotFound(record="field", id=None)
    return HttpResponseRedirect(reverse("fields_of", args=[kind.key]))


@require_GET
def fields_of(request: HttpRequest, record: str) -> HttpResponse:
    """Custom fields in their order, built-in and retired ones below."""
    access = permit(request, "fields.configure")
    kind = _kind(record)
    cards = field_cards(access, kind)
    page = FieldsPage(
        kind=kind,
        tabs=tuple(
            Tab(item.label, reverse("fields_of", args=[item.key]), current=item.key == kind.key)
            for item in _customizable()
        ),
        custom=tuple(_line(card) for card in cards if card.row is not None),
        builtin=tuple(_line(card) for card in cards if card.row is None and card.field.in_form),
        retired=tuple(_line(card) for card in field_cards(access, kind, retired=True)),
        may_change=True,
        order_url=reverse("fields_order", args=[kind.key]),
        new_url=reverse("field_new", args=[kind.key]),
        preview_url=reverse("fields_preview", args=[kind.key]),
    )
    return respond(request, "customization/fields.html", page, fragments={"hw-fields": "fields"})


def _line(card: FieldCard) -> FieldLine:
    field, row = card.field, card.row
    return FieldLine(
        id=None if row is None else row.pk,
        label=field.label,
        key=field.key,
        type_label=card.type_label,
        icon=type_icon(field.type),
        note=" · ".join(str(part) for part in (field.group, field.help) if part),
        tags=_tags(field, row),
        tools=() if row is None else _tools(row),
    )


def _tags(field: Field, row: CustomField | None) -> tuple[Tag, ...]:
    tags = []
    if field.required:
        tags.append(Tag(_("Required"), "red"))
    if field.in_list:
        tags.append(Tag(_("In lists"), "blue"))
    if field.is_personal:
        tags.append(Tag(_("Personal data"), "violet"))
    if row is not None and row.index_state == IndexState.READY:
        tags.append(Tag(_("Fast filter"), "green"))
    elif row is not None and row.index_state == IndexState.WANTED:
        tags.append(Tag(_("Index is being built"), "amber"))
    elif row is not None and row.index_state == IndexState.FAILED:
        tags.append(Tag(_("Index failed"), "red"))
    return tuple(tags)


def _tools(row: CustomField) -> tuple[Action, ...]:
    if row.retired_at is not None:
        return (Action(_("Restore"), icon="undo-2", post=reverse("field_restore", args=[row.pk])),)
    return (
        Action(_("Edit"), icon="pencil", dialog=reverse("field_edit", args=[row.pk])),
        Action(_("Retire"), icon="archive", dialog=reverse("field_retire", args=[row.pk])),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, record: str) -> HttpResponse:
    """Choose a type, then describe the field."""
    access = permit(request, "fields.configure")
    kind = _kind(record)
    given: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    if given.get("type") not in FieldType.values:
        page = TypesPage(kind, TYPE_CARDS, reverse("field_new", args=[kind.key]))
        return respond(request, "customization/field_types.html", page)
    chosen = FieldType(given["type"])
    if request.method == "POST":
        row = services.create_field(
            access, record=kind.key, type=chosen.value, **field_values(request.POST, chosen, is_new=True)
        )
        return done(
            request, _("“%(label)s” is added to %(record)s.") % {"label": row.label, "record": kind.label}
        )
    form = field_form(kind, chosen, action=reverse("field_new", args=[kind.key]))
    return respond(request, "customization/field_form.html", form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, field_id: int) -> HttpResponse:
    """Other words, limits and places for a field."""
    access = permit(request, "fields.configure")
    row = get_custom_field(access, field_id)
    chosen = FieldType(row.type)
    if request.method == "POST":
        services.update_field(
            access,
            field_id,
            version=text.whole(request.POST.get("version", "")),
            **field_values(request.POST, chosen, is_new=False),
        )
        return done(request, _("Saved"))
    form = field_form(record_type(row.record), chosen, action=reverse("field_edit", args=[row.pk]), row=row)
    return respond(request, "customization/field_form.html", form)


@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, field_id: int) -> HttpResponse:
    """Say what it means, then take the field out of use."""
    access = permit(request, "fields.configure")
    row = get_custom_field(access, field_id)
    if request.method == "POST":
        services.retire_field(access, field_id)
        note = _("“%(label)s” is retired; what records hold is kept.") % {"label": row.label}
        return done(request, note, undo=reverse("field_restore", args=[field_id]))
    page = RetirePage(
        row, tuple(views_that_use(row.record, row.key)), reverse("field_retire", args=[field_id])
    )
    return respond(request, "customization/field_retire.html", page)


@require_POST
def restore(request: HttpRequest, field_id: int) -> HttpResponse:
    """Bring a field back with the values it had."""
    row = services.restore_field(permit(request, "fields.configure"), field_id)
    return done(request, _("“%(label)s” is back.") % {"label": row.label})


@require_POST
def order(request: HttpRequest, record: str) -> HttpResponse:
    """The order after a drag."""
    ids = [found for item in request.POST.getlist("ids") if (found := text.whole(item))]
    services.order_fields(permit(request, "fields.configure"), _kind(record).key, ids)
    return done(request, refresh=False)


@require_GET
def preview(request: HttpRequest, record: str) -> HttpResponse:
    """The form that people will fill in, as this administrator would see it."""
    access: Access = permit(request, "fields.configure")
    kind = _kind(record)
    form = records.form_page(kind, access, title=kind.label, action="")
    return respond(request, "customization/fields_preview.html", PreviewPage(kind, form.groups))
