"""Correcting and withdrawing a follow-up. What it said before is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from headwater.engagement.errors import ActivityLocked, NotYours
from headwater.engagement.events import ActivitiesArchived, ActivitiesRestored, ActivityEdited
from headwater.engagement.models import Activity, ActivityVersion
from headwater.engagement.queries.activities import get_activity
from headwater.engagement.queries.rights import edit_ends_at, may_edit
from headwater.engagement.services.recording import check_moments, checked_people
from headwater.engagement.settings import EDIT_HOURS
from headwater.kernel import catalogue, clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit

_EDITABLE = ("kind", "outcome", "content", "occurred_at", "duration_seconds", "next_at")


def _check_editable(access: Access, activity: Activity) -> None:
    if may_edit(access, activity.author_id, activity.created_at):
        return
    if activity.author_id != access.user_id:
        raise NotYours(record="activity", id=activity.pk)
    until = edit_ends_at(activity.created_at)
    raise ActivityLocked(hours=EDIT_HOURS.get(), until=until and until.isoformat())


@transaction.atomic
def edit_activity(
    access: Access, activity_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> Activity:
    """Change what a follow-up says, under `activities.edit`; the former text stays readable.

    The author may within the set hours, a manager whose reach covers the author at any time. Refuses with
    `NotFound`, `NotYours`, `ActivityLocked`, `Stale` or `Invalid`. What changes nothing keeps the version.
    """
    activity = get_activity(access, activity_id, lock=True)
    _check_editable(access, activity)
    if version is not None and version != activity.version:
        raise Stale(version=activity.version)
    given = dict(values)
    people = given.pop("participants", None)
    fields = catalogue.clean(catalogue.record_type("activity"), given, access, partial=True).fields
    changed = {key: value for key, value in fields.items() if key in _EDITABLE}
    if "content" in changed:
        changed["content"] = changed["content"] or ""
    if changed.get("duration_seconds") is not None:
        changed["duration_seconds"] = int(changed["duration_seconds"])
    if people is not None:
        changed["participants"] = list(checked_people(people))
    changed = {key: value for key, value in changed.items() if value != getattr(activity, key)}
    if not changed:
        return activity
    check_moments({key: value for key, value in changed.items() if key != "next_at"})
    _keep(activity, access)
    before = {key: getattr(activity, key) for key in changed}
    for key, value in changed.items():
        setattr(activity, key, value)
    if not (activity.content or activity.outcome or activity.messages):
        raise Invalid.one("content", "activity.empty", _("Write what happened, or choose an outcome."))
    activity.version += 1
    activity.edited_at = clock.now()
    activity.save(update_fields=[*changed, "version", "edited_at"])
    audit.record(
        access, "activity", activity.pk, "update", {key: [before[key], changed[key]] for key in changed}
    )
    emit(
        ActivityEdited(
            activity_id=activity.pk, record_type=activity.record_type, record_id=activity.record_id
        ),
        access,
    )
    return activity


def _keep(activity: Activity, access: Access) -> None:
    ActivityVersion.objects.create(
        activity=activity,
        version=activity.version,
        kind=activity.kind,
        outcome=activity.outcome,
        content=activity.content,
        occurred_at=activity.occurred_at,
        duration_seconds=activity.duration_seconds,
        next_at=activity.next_at,
        participants=activity.participants,
        replaced_at=clock.now(),
        replaced_by_id=access.user_id,
    )


@transaction.atomic
def archive_activities(access: Access, ids: Sequence[int]) -> int:
    """Withdraw follow-ups from timelines and feeds, under `activities.delete`; nothing is erased."""
    found = Activity.objects.select_for_update(no_key=True).filter(pk__in=set(ids), archived_at__isnull=True)
    reachable = [activity.pk for activity in found if access.reach.covers(activity.author_id)]
    if not reachable:
        if set(ids):
            raise NotFound(record="activity", id=next(iter(ids)))
        return 0
    Activity.objects.filter(pk__in=reachable).update(archived_at=clock.now(), version=F("version") + 1)
    audit.record_many(
        access, "activity", "archive", audit.same_changes(reachable, {"archived": [False, True]})
    )
    emit(ActivitiesArchived(activity_ids=reachable), access)
    return len(reachable)


@transaction.atomic
def restore_activities(access: Access, ids: Sequence[int]) -> int:
    """Bring withdrawn follow-ups back, under `activities.delete`."""
    found = Activity.objects.select_for_update(no_key=True).filter(pk__in=set(ids), archived_at__isnull=False)
    reachable = [activity.pk for activity in found if access.reach.covers(activity.author_id)]
    Activity.objects.filter(pk__in=reachable).update(archived_at=None, version=F("version") + 1)
    audit.record_many(
        access, "activity", "restore", audit.same_changes(reachable, {"archived": [True, False]})
    )
    if reachable:
        emit(ActivitiesRestored(activity_ids=reachable), access)
    return len(reachable)
