"""What a follow-up does to a lead, whatever door it came through; and the stages of a lead."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.types import Recorded
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import execute, rows
from headwater.leads.errors import Closed, NotAllowed, NotOwned
from headwater.leads.events import LeadsFollowedUp, LeadStageChanged
from headwater.leads.queries import Snapshot, lock_leads, not_yours
from headwater.leads.services.escalating import acted_on
from headwater.leads.services.outcomes import Outcome, the_one
from headwater.leads.services.reasons import check_reason
from headwater.leads.types import Stage, Status
from headwater.platform import audit
from headwater.platform.events import emit

_RECORDED = """
WITH done AS (
  SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::boolean[])
    AS x (id, at, next_at, is_contact)
), before AS (
  SELECT l.id, l.status, l.first_response_due_at FROM leads_lead l JOIN done USING (id)
), changed AS (
  UPDATE leads_lead l SET
    last_activity_at = CASE WHEN done.is_contact THEN GREATEST(l.last_activity_at, done.at)
                       ELSE l.last_activity_at END,
    next_follow_at = CASE WHEN done.is_contact THEN done.next_at
                     ELSE COALESCE(done.next_at, l.next_follow_at) END,
    status = CASE WHEN done.is_contact AND l.status = 'assigned' THEN 'following' ELSE l.status END,
    updated_at = %s, version = l.version + 1
  FROM done WHERE l.id = done.id
  RETURNING l.id, l.status
)
INSERT INTO leads_stagechange (lead_id, at, kind, before, after, reason, actor_id, due_at)
SELECT changed.id, %s, 'status', before.status, changed.status, '', %s, before.first_response_due_at
FROM changed JOIN before USING (id) WHERE before.status <> changed.status
"""


def check_subject(access: Access, record_id: int, write: bool) -> None:
    """May this lead's history be read, or a follow-up be written on it? Locks the lead to write.

    A lead must be owned to be followed up; whoever sees a pooled or closed one may still comment.
    """
    view = access if access.permission == "leads.view" else access.also("leads.view")
    lead = lock_leads(view, [record_id]).get(record_id) if write else _seen(view, record_id)
    if lead is None:
        raise NotFound(record="lead", id=record_id)
    if not write:
        return
    status = Status(lead["status"])
    if status.is_closed:
        raise Closed(id=record_id, status=status.value, label=status.label)
    if not status.is_owned:
        raise NotOwned(id=record_id, status=status.value)
    if not access.also("leads.edit").reach.covers(lead["owner_id"]):
        raise not_yours(lead)


def _seen(view: Access, record_id: int) -> Snapshot | None:
    from headwater.leads.queries import lead_scope

    scope = lead_scope(view, "t")
    found = rows(
        f"SELECT t.id FROM leads_lead t WHERE t.id = %s AND ({scope.text})", (record_id, *scope.params)
    )
    return found[0] if found else None


def follow_ups_recorded(access: Access, activities: Sequence[Recorded]) -> None:
    """The first real contact makes a lead `following`; each moves its last contact and next step.

    A note to oneself contacts nobody: it may set the next step but moves nothing else.
    """
    latest: dict[int, Recorded] = {}
    for activity in activities:
        known = latest.get(activity.record_id)
        if known is None or (activity.is_contact, activity.occurred_at) >= (
            known.is_contact,
            known.occurred_at,
        ):
            latest[activity.record_id] = activity
    ids = sorted(latest)
    moment = clock.now()
    execute(
        _RECORDED,
        (
            ids,
            [latest[i].occurred_at for i in ids],
            [latest[i].next_at for i in ids],
            [latest[i].is_contact for i in ids],
            moment,
            moment,
            access.user_id,
        ),
    )
    acted_on(access, [i for i in ids if latest[i].is_contact])
    emit(
        LeadsFollowedUp(lead_ids=ids, activity_ids=[latest[i].id for i in ids], author_id=access.user_id),
        access,
    )


def change_stage(access: Access, lead_id: int, stage: str, *, reason: str = "") -> None:
    """Set how good a lead is; the same stage again does nothing. See `change_stages`."""
    the_one(change_stages(access, [lead_id], stage, reason=reason))


@transaction.atomic
def change_stages(access: Access, ids: Sequence[int], stage: str, *, reason: str = "") -> list[Outcome]:
    """Set the stage of leads. `disqualified` wants a reason; `WON` comes by a won opportunity alone
    (`winning.settle_won`)."""
    if stage not in Stage.values:
        raise Invalid.one("stage", "value.choice", _("This is not one of the choices."))
    if stage == Stage.DISQUALIFIED:
        check_reason("disqualify_reason", reason)
    ids = list(dict.fromkeys(ids))
    leads = lock_leads(access, ids)
    outcomes: list[Outcome] = []
    changed: list[Snapshot] = []
    for lead_id in ids:
        lead = leads.get(lead_id)
        refusal: Any = None
        if lead is None:
            refusal = NotFound(record="lead", id=lead_id)
        elif not lead["mine"]:
            refusal = not_yours(lead)
        elif Status(lead["status"]).is_closed:
            status = Status(lead["status"])
            refusal = Closed(id=lead_id, status=status.value, label=status.label)
        elif stage == Stage.WON:
            refusal = NotAllowed(
                id=lead_id,
                **{"from": lead["stage"], "to": stage},
                from_label=Stage(lead["stage"]).label,
                to_label=Stage.WON.label,
            )
        elif lead["stage"] != stage:
            changed.append(lead)
        outcomes.append(Outcome(lead_id, refusal))
    write_stage(access, changed, Stage(stage), reason=reason)
    return outcomes


def write_stage(
    access: Access,
    leads: Sequence[Snapshot],
    stage: Stage,
    *,
    reason: str = "",
    at: Mapping[int, datetime] | None = None,
) -> None:
    """Set the stage of locked leads with history, audit and event; rules are the caller's.

    `at` dates the step of leads that took it before now.
    """
    if not leads:
        return
    moment = clock.now()
    ids = [lead["id"] for lead in leads]
    before = [lead["stage"] for lead in leads]
    moments = [(at or {}).get(one, moment) for one in ids]
    execute(
        "UPDATE leads_lead l SET stage = %s, stage_at = x.at, disqualify_reason = %s, updated_at = %s,"
        " version = version + 1 FROM unnest(%s::bigint[], %s::timestamptz[]) AS x (id, at) WHERE l.id = x.id",
        (stage.value, reason if stage == Stage.DISQUALIFIED else "", moment, ids, moments),
    )
    execute(
        "INSERT INTO leads_stagechange (lead_id, at, kind, before, after, reason, actor_id)"
        " SELECT x.id, x.at, 'stage', x.before, %s, %s, %s"
        " FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS x (id, before, at)",
        (stage.value, reason, access.user_id, ids, before, moments),
    )
    audit.record_many(
        access,
        "lead",
        "stage",
        [(lead["id"], {"stage": [lead["stage"], stage.value]}) for lead in leads],
    )
    emit(LeadStageChanged(lead_ids=ids, before=before, after=stage.value), access)
