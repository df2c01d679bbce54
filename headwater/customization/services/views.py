"""Saved views, private or shared, and each person's choice of columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.customization.errors import NotYourView
from headwater.customization.models import ColumnChoice, SavedView
from headwater.customization.queries.views import find_view
from headwater.customization.types import Density, Sharing
from headwater.kernel import clock, criteria, listing, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType, find_record_type, record_type
from headwater.kernel.errors import Forbidden, Invalid, NotFound, NotSignedIn, Stale
from headwater.platform import audit

MAX_COLUMNS = 40
SHARE = "views.share"


@transaction.atomic
def save_view(access: Access, *, record: str, name: str, **settings: Any) -> SavedView:
    """Keep a filter under a name, for oneself unless shared.

    Settings: criteria, sort, columns, density, sharing, department_ids, role_ids. Sharing needs the
    permission `views.share`.
    """
    if access.user_id is None:
        raise NotSignedIn
    kind = find_record_type(record)
    values = _checked(access, kind, {"name": name} | settings)
    moment = clock.now()
    own = SavedView.objects.filter(record=kind.key, owner_id=access.user_id)
    last = own.aggregate(last=Max("position"))["last"] or 0
    row = SavedView(
        record=kind.key,
        owner_id=access.user_id,
        position=last + 10,
        created_at=moment,
        updated_at=moment,
        **values,
    )
    _write(row)
    audit.record(access, "view", row.pk, "create", {key: [None, value] for key, value in values.items()})
    return row


@transaction.atomic
def update_view(access: Access, view_id: int, *, version: int | None = None, **changes: Any) -> SavedView:
    """Change a view of one's own (or any shared one, with `views.share`); refuses with `Stale`."""
    row = _locked(access, view_id)
    if version is not None and version != row.version:
        raise Stale(version=row.version)
    values = _checked(access, record_type(row.record), changes, row)
    before = {key: getattr(row, key) for key in values}
    for key, value in values.items():
        setattr(row, key, value)
    row.version += 1
    row.updated_at = clock.now()
    _write(row)
    changed = {key: [before[key], value] for key, value in values.items() if before[key] != value}
    audit.record(access, "view", row.pk, "update", changed)
    return row


@transaction.atomic
def delete_view(access: Access, view_id: int) -> None:
    """Forget a view; the records it showed are untouched."""
    row = _locked(access, view_id)
    ColumnChoice.objects.filter(record=row.record, view=f"v{row.pk}").delete()
    ColumnChoice.objects.filter(record=row.record, first_view=f"v{row.pk}").update(first_view="")
    audit.record(access, "view", row.pk, "delete", {"name": [row.name, None]})
    row.delete()


@transaction.atomic
def order_views(access: Access, record: str, ids: Sequence[int]) -> None:
    """Bring one's own views into this order."""
    rows = list(SavedView.objects.filter(record=record, owner_id=access.user_id).order_by("position", "id"))
    place = {view_id: index for index, view_id in enumerate(ids)}
    rows.sort(key=lambda row: place.get(row.pk, len(place)))
    for index, row in enumerate(rows):
        row.position = index * 10
    SavedView.objects.bulk_update(rows, ["position"])


@transaction.atomic
def choose_columns(
    access: Access,
    kind: RecordType,
    *,
    view: str = "",
    columns: Sequence[str] | None = None,
    density: str | None = None,
) -> None:
    """Keep how this person wants a list (under a view, or everywhere with ""); no columns: as it was."""
    row = _choice(access, kind, view)
    if columns is not None:
        row.columns = _columns(access, kind, columns)
    if density is not None:
        row.density = _density(density)
    row.updated_at = clock.now()
    row.save()


@transaction.atomic
def choose_first_view(access: Access, kind: RecordType, view: str) -> None:
    """Which view opens when the list is entered; "" for the usual one."""
    if view:
        find_view(access, kind, view)
    row = _choice(access, kind, "")
    row.first_view = view
    row.updated_at = clock.now()
    row.save()


def _choice(access: Access, kind: RecordType, view: str) -> ColumnChoice:
    if access.user_id is None:
        raise NotSignedIn
    if view:
        find_view(access, kind, view)
    row, _made = ColumnChoice.objects.select_for_update().get_or_create(
        user_id=access.user_id, record=kind.key, view=view, defaults={"updated_at": clock.now()}
    )
    return row


def _locked(access: Access, view_id: int) -> SavedView:
    row = SavedView.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=view_id).first()
    if row is None:
        raise NotFound(record="view", id=view_id)
    if row.owner_id != access.user_id:
        kind = record_type(row.record)
        find_view(access, kind, f"v{view_id}")  # somebody else's private view does not exist
        if not access.may(SHARE):
            raise NotYourView(name=row.name, owner=row.owner.name)
    return row


def _write(row: SavedView) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid.one("name", "view.name_taken", _("You already have a view of this name.")) from None


def _checked(
    access: Access, kind: RecordType, given: Mapping[str, Any], row: SavedView | None = None
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    unknown = set(given) - _SETTINGS
    if unknown:
        key = sorted(unknown)[0]
        raise Invalid.one(key, "field.unknown", _("There is no such setting."))
    if "name" in given:
        values["name"] = text.tidy(str(given["name"] or ""))
        if not 1 <= len(values["name"]) <= 60:
            raise Invalid.one(
                "name", "value.required", _("Between 1 and %(limit)s characters.") % {"limit": 60}
            )
    if "criteria" in given:
        raw = given["criteria"] or {}
        criteria.parse(raw, kind, access)
        values["criteria"] = raw
    if "sort" in given:
        values["sort"] = str(given["sort"] or "")
        listing.parse_sort(values["sort"] or None, kind, access)
    if "columns" in given:
        values["columns"] = _columns(access, kind, given["columns"] or ())
    if "density" in given:
        values["density"] = _density(given["density"])
    values |= _sharing(access, given, row)
    return values


def _sharing(access: Access, given: Mapping[str, Any], row: SavedView | None) -> dict[str, Any]:
    wanted = {key: given[key] for key in ("sharing", "department_ids", "role_ids") if key in given}
    if not wanted:
        return {}
    sharing = wanted.get("sharing", row.sharing if row else Sharing.PRIVATE) or Sharing.PRIVATE
    if sharing not in Sharing.values:
        raise Invalid.one("sharing", "value.choice", _("This is not one of the choices."))
    before = row.sharing if row else Sharing.PRIVATE
    if sharing != Sharing.PRIVATE and sharing != before and not access.may(SHARE):
        raise Forbidden(permission=SHARE)
    values: dict[str, Any] = {"sharing": sharing}
    for key in ("department_ids", "role_ids"):
        ids = wanted.get(key, getattr(row, key) if row else [])
        if not isinstance(ids, list | tuple) or not all(_is_id(item) for item in ids):
            raise Invalid.one(key, "value.type", _("This must be a list of ids."))
        values[key] = sorted(set(ids)) if sharing == Sharing.SELECTED else []
    if sharing == Sharing.SELECTED and not (values["department_ids"] or values["role_ids"]):
        raise Invalid.one("sharing", "view.nobody", _("Choose at least one department or role."))
    return values


def _is_id(item: Any) -> bool:
    return isinstance(item, int) and not isinstance(item, bool) and 0 < item < 2**63


def _columns(access: Access, kind: RecordType, columns: Sequence[str]) -> list[str]:
    if not isinstance(columns, list | tuple) or not all(isinstance(key, str) for key in columns):
        raise Invalid.one("columns", "value.type", _("This must be a list of fields."))
    chosen = [field.key for field in listing.choose_fields(columns, kind, access)] if columns else []
    if len(chosen) > MAX_COLUMNS:
        raise Invalid.one("columns", "view.columns", _("At most %(limit)s columns.") % {"limit": MAX_COLUMNS})
    return chosen


def _density(raw: Any) -> str:
    if raw not in ("", None, *Density.values):
        raise Invalid.one("density", "value.choice", _("This is not one of the choices."))
    return str(raw or "")


_SETTINGS = {"name", "criteria", "sort", "columns", "density", "sharing", "department_ids", "role_ids"}
