"""Duty and absence: one's own, and that of the people in reach."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kernel import clock, text
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.kernel.sql import values as sql_values
from headwater.organization.errors import AbsenceNotRunning, AbsenceOverlaps, BeyondYourPeople
from headwater.organization.events import DutyChanged
from headwater.organization.models import Absence, User
from headwater.organization.queries import get_user
from headwater.organization.types import AbsenceKind
from headwater.platform import audit
from headwater.platform.events import emit

LONGEST = timedelta(days=731)


class AbsenceValues(TypedDict, total=False):
    """What an absence holds; moments are aware."""

    starts_at: datetime
    ends_at: datetime
    kind: str
    note: str


@transaction.atomic
def set_duty(access: Access, user_ids: Sequence[int], *, is_on_duty: bool) -> list[int]:
    """Switch people on or off duty; the ids of those it changed. Refuses with `BeyondYourPeople`."""
    people = list(User.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk"))
    if len(people) < len(set(user_ids)):
        raise NotFound(record="user", id=min(set(user_ids) - {user.pk for user in people}))
    for user in people:
        _require_reach(access, user)
    changed = [user for user in people if user.is_on_duty != is_on_duty]
    for user in changed:
        user.is_on_duty = is_on_duty
        user.version += 1
        user.updated_at = clock.now()
        user.save(update_fields=["is_on_duty", "version", "updated_at"])
    ids = [user.pk for user in changed]
    changes = {"is_on_duty": [not is_on_duty, is_on_duty]}
    audit.record_many(access, "user", "update", audit.same_changes(ids, changes))
    _told(access, ids)
    return ids


@transaction.atomic
def create_absence(access: Access, user_id: int, **values: Unpack[AbsenceValues]) -> Absence:
    """Say that somebody is away. Refuses with `Invalid`, `BeyondYourPeople` or `AbsenceOverlaps`."""
    user = get_user(access, user_id, lock=True)  # the lock holds two absences at once apart
    _require_reach(access, user)
    now = clock.now()
    absence = Absence(user=user, created_at=now, updated_at=now, created_by_id=access.user_id)
    changes = _apply(absence, values)
    absence.save()
    audit.record(access, "absence", absence.pk, "create", {"user": [None, user.pk], **changes})
    _told(access, [user.pk])
    return absence


@transaction.atomic
def update_absence(
    access: Access, absence_id: int, *, version: int | None = None, **values: Unpack[AbsenceValues]
) -> Absence:
    """Change times, kind or note; saving what is already so does nothing.

    Refuses with `NotFound`, `Stale`, `Invalid` or `AbsenceOverlaps`.
    """
    absence = _locked(access, absence_id)
    if version is not None and version != absence.version:
        raise Stale(version=absence.version)
    _keep(access, absence, _apply(absence, values))
    return absence


@transaction.atomic
def end_absence(access: Access, absence_id: int) -> Absence:
    """Somebody who is away is back now. Refuses with `AbsenceNotRunning`."""
    absence = _locked(access, absence_id)
    if not absence.starts_at < clock.now() < absence.ends_at:
        raise AbsenceNotRunning(name=absence.user.name)
    _keep(access, absence, _apply(absence, {"ends_at": clock.now()}))
    return absence


@transaction.atomic
def delete_absence(access: Access, absence_id: int) -> None:
    """Take an absence back, as if it had never been entered; the audit keeps what it was."""
    absence = _locked(access, absence_id)
    facts = {key: [getattr(absence, key), None] for key in ("starts_at", "ends_at", "kind", "note")}
    absence.delete()
    audit.record(access, "absence", absence_id, "delete", {"user": [absence.user_id, None], **facts})
    _told(access, [absence.user_id])


@transaction.atomic
def tell_ends() -> list[int]:
    """People whose absence has ended since this was asked last: the event says that they are back."""
    people = sql_values(
        "UPDATE organization_absence SET is_end_told = TRUE WHERE NOT is_end_told AND ends_at <= %s"
        " RETURNING user_id",
        (clock.now(),),
    )
    back = sorted(set(people))
    _told(system_access("organization"), back)
    return back


def _locked(access: Access, absence_id: int) -> Absence:
    user_id = Absence.objects.filter(pk=absence_id).values_list("user_id", flat=True).first()
    if user_id is None or not access.reach.covers(user_id):
        raise NotFound(record="absence", id=absence_id)
    get_user(access, user_id, lock=True)
    found = Absence.objects.select_related("user").filter(pk=absence_id).first()
    if found is None:
        raise NotFound(record="absence", id=absence_id)
    return found


def _apply(absence: Absence, values: AbsenceValues) -> dict[str, list[Any]]:
    is_new = absence._state.adding
    if is_new:
        missing = [key for key in ("starts_at", "ends_at") if values.get(key) is None]
        if missing:
            needed = {"code": "value.required", "detail": _("This is required.")}
            raise Invalid(fields=dict.fromkeys(missing, needed))
    if values.get("kind", AbsenceKind.LEAVE) not in AbsenceKind.values:
        raise Invalid.one("kind", "value.choice", _("This is not one of the choices."))
    checked: dict[str, Any] = {key: value for key, value in values.items() if value is not None}
    if "note" in checked:
        checked["note"] = text.tidy(checked["note"])
        if len(checked["note"]) > 200:
            raise Invalid.one("note", "value.too_long", _("At most %(limit)s characters.") % {"limit": 200})
    changes = {
        key: [None if is_new else getattr(absence, key), value]
        for key, value in checked.items()
        if is_new or getattr(absence, key) != value
    }
    for key, value in checked.items():
        setattr(absence, key, value)
    if absence.starts_at >= absence.ends_at:
        raise Invalid.one("ends_at", "absence.backwards", _("The end must lie after the beginning."))
    if absence.ends_at - absence.starts_at > LONGEST:
        raise Invalid.one("ends_at", "absence.too_long", _("An absence lasts at most two years."))
    others = Absence.objects.filter(user_id=absence.user_id).exclude(pk=absence.pk)
    other = others.filter(starts_at__lt=absence.ends_at, ends_at__gt=absence.starts_at).first()
    if other is not None:
        raise AbsenceOverlaps(
            name=absence.user.name, since=_shown(other.starts_at), until=_shown(other.ends_at)
        )
    return changes


def _shown(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _keep(access: Access, absence: Absence, changes: dict[str, list[Any]]) -> None:
    if not changes:
        return
    absence.version += 1
    absence.updated_at = clock.now()
    absence.is_end_told = False
    absence.save()
    audit.record(access, "absence", absence.pk, "update", changes)
    _told(access, [absence.user_id])


def _require_reach(access: Access, user: User) -> None:
    if not access.reach.covers(user.pk):
        raise BeyondYourPeople(name=user.name)


def _told(access: Access, user_ids: list[int]) -> None:
    if user_ids:
        emit(DutyChanged(user_ids=user_ids), access)
