"""Keeping reports: under a name, for oneself or for others, at hand or put away."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.insight.engine import Definition
from headwater.insight.errors import NotYourReport
from headwater.insight.events import ReportsChanged
from headwater.insight.models import Report, ReportPin
from headwater.insight.queries.reports import ReportView, get_report
from headwater.insight.services.sharing import checked_sharing
from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound, NotSignedIn, Stale
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.shelving import name_once, shelve

MOST_NAME = 120
MOST_DESCRIPTION = 1000
_NAME_ONCE = "report_name_once"
_SHARING = ("sharing", "department_ids", "role_ids", "person_ids")
_KNOWN = {"name", "description", "definition", "preset_key", *_SHARING}


@transaction.atomic
def save_report(
    access: Access, values: Mapping[str, Any], report_id: int | None = None, version: int | None = None
) -> int:
    """Keep a report under a name, or change one; its id.

    Values: name, description, definition, preset_key, sharing, department_ids, role_ids, person_ids. Refuses
    with `Invalid` or `ReportUnreadable`; when changing, with `NotFound`, `NotYourReport` or `Stale`.
    """
    if access.user_id is None:
        raise NotSignedIn
    _refuse_unknown(values)
    report = Report(owner_id=access.user_id) if report_id is None else lock_report(access, report_id, version)
    cleaned = _checked(access, values, report, is_new=report_id is None)
    return _write(access, report, cleaned)


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = sorted(set(values) - _KNOWN)
    if unknown:
        raise Invalid.one(str(unknown[0])[:80], "field.unknown", _("There is no such setting."))


def lock_report(access: Access, report_id: int, version: int | None = None) -> Report:
    """A living report that the actor may change, locked; what they may not see does not exist."""
    view = get_report(access, report_id)
    if view.id is None:
        raise NotFound(record="report", id=report_id)
    if not view.may_edit:
        raise NotYourReport(name=view.name, owner=view.owner_name)
    report = Report.objects.select_for_update(no_key=True).get(pk=view.id)
    if version is not None and version != report.version:
        raise Stale(version=report.version)
    return report


def _checked(access: Access, values: Mapping[str, Any], report: Report, *, is_new: bool) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    if is_new or "name" in values:
        cleaned["name"] = _text(values.get("name"), "name", MOST_NAME, required=True)
    if "description" in values:
        cleaned["description"] = _text(values["description"], "description", MOST_DESCRIPTION)
    if is_new and values.get("preset_key"):
        cleaned["preset_key"] = _text(values["preset_key"], "preset_key", 60)
    if is_new or "definition" in values:
        raw = values.get("definition")
        if not isinstance(raw, Mapping):
            raise Invalid.one("definition", "value.type", _("A report needs a definition."))
        cleaned["definition"] = Definition.parse(raw, access).as_json()
    if any(key in values for key in _SHARING):
        cleaned |= checked_sharing(access, values, report)
    return cleaned


def _text(raw: Any, field: str, most: int, *, required: bool = False) -> str:
    if raw is not None and not isinstance(raw, str):
        raise Invalid.one(field, "value.type", _("This must be a text."))
    found = (text.tidy(raw or "") if required else (raw or "").strip()).replace("\x00", "")
    if required and not found:
        raise Invalid.one(field, "value.required", _("This is required."))
    if len(found) > most:
        raise Invalid.one(field, "value.too_long", _("At most %(limit)s characters.") % {"limit": most})
    return found


def _write(access: Access, report: Report, cleaned: Mapping[str, Any]) -> int:
    is_new = report.pk is None
    changes = {
        key: [None if is_new else getattr(report, key), value]
        for key, value in cleaned.items()
        if is_new or getattr(report, key) != value
    }
    if not changes:
        return int(report.pk)
    for key, value in cleaned.items():
        setattr(report, key, value)
    report.updated_at = clock.now()
    if is_new:
        report.created_at, report.created_by_id = report.updated_at, access.user_id
    else:
        report.version += 1
    with name_once(_NAME_ONCE):
        report.save()
    told = {key: pair for key, pair in _by_part(changes).items() if pair[0] != pair[1]}
    audit.record(access, "report", report.pk, "create" if is_new else "update", told)
    emit(ReportsChanged(ids=[report.pk]), access)
    return int(report.pk)


def _by_part(changes: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Changes of the definition part by part: what was filtered, grouped, measured before and after."""
    told = {key: pair for key, pair in changes.items() if key != "definition"}
    if "definition" in changes:
        before, after = ({} if one is None else one for one in changes["definition"])
        for part in dict.fromkeys((*before, *after)):
            told[f"definition.{part}"] = [before.get(part), after.get(part)]
    return told


@transaction.atomic
def share_report(
    access: Access,
    report_id: int,
    *,
    sharing: str,
    department_ids: Sequence[int] = (),
    role_ids: Sequence[int] = (),
    person_ids: Sequence[int] = (),
    version: int | None = None,
) -> None:
    """Say who may open a report; each sees in it what they may see anyway.

    Wider than oneself needs `reports.share`. Refuses with `Invalid` people and roles that may see no reports.
    """
    given = {"department_ids": department_ids, "role_ids": role_ids, "person_ids": person_ids}
    save_report(
        access, {"sharing": sharing} | {key: list(ids) for key, ids in given.items()}, report_id, version
    )


@transaction.atomic
def copy_report(access: Access, key: int | str, name: str = "") -> int:
    """A private copy of a report or a preset, the actor's own; its id.

    One that cannot be read just now is copied too: the copy can be mended by whoever made it.
    """
    if access.user_id is None:
        raise NotSignedIn
    view = get_report(access, key)
    wanted = _text(name, "name", MOST_NAME) or _copy_name(access, view)
    report = Report(owner_id=access.user_id)
    cleaned = {
        "name": wanted,
        "description": view.description[:MOST_DESCRIPTION],
        "definition": dict(view.definition),
        "preset_key": view.preset_key,
    }
    return _write(access, report, cleaned)


def _copy_name(access: Access, view: ReportView) -> str:
    assert access.user_id is not None
    base = view.name if view.is_preset else _("%(name)s (copy)") % {"name": view.name[:100]}
    return free_name(access.user_id, base)


def free_name(owner_id: int, base: str) -> str:
    """`base`, or with a number behind where the owner has a report of that name."""
    own = Report.objects.filter(owner_id=owner_id, archived_at=None)
    taken = {name.lower() for name in own.values_list("name", flat=True)}
    base = base[: MOST_NAME - 6]
    candidates = (base if number == 1 else f"{base} {number}" for number in range(1, len(taken) + 2))
    return next(name for name in candidates if name.lower() not in taken)


@transaction.atomic
def archive_reports(access: Access, ids: Sequence[int]) -> int:
    """Put reports away that the actor may change; how many. Their schedules rest; nothing is lost."""
    return _shelve(access, ids, archived=True)


@transaction.atomic
def restore_reports(access: Access, ids: Sequence[int]) -> int:
    """Bring reports back; how many. Refuses with `Invalid` when the name was given away meanwhile."""
    return _shelve(access, ids, archived=False)


def _shelve(access: Access, ids: Sequence[int], *, archived: bool) -> int:
    changeable = []
    for one in dict.fromkeys(ids):
        try:
            view = get_report(access, one, archived=True)
        except NotFound:
            continue
        if view.id is not None and not view.may_edit:
            raise NotYourReport(name=view.name, owner=view.owner_name)
        changeable.append(one)
    done = shelve(access, Report, "report", changeable, archived=archived, constraint=_NAME_ONCE)
    if done:
        emit(ReportsChanged(ids=done), access)
    return len(done)


def pin_report(access: Access, key: int | str) -> None:
    """Keep a report or a preset at hand, for oneself."""
    ReportPin.objects.get_or_create(**_pin(access, key), defaults={"created_at": clock.now()})


def unpin_report(access: Access, key: int | str) -> None:
    """No longer keep it at hand; twice does no harm."""
    ReportPin.objects.filter(**_pin(access, key)).delete()


def _pin(access: Access, key: int | str) -> dict[str, Any]:
    if access.user_id is None:
        raise NotSignedIn
    view = get_report(access, key)
    preset_key = view.preset_key if view.is_preset else ""
    return {"user_id": access.user_id, "report_id": view.id, "preset_key": preset_key}
