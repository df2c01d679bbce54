"""Giving leads up: return to the pool, move between pools, mark invalid, reopen, archive, restore."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import DomainError, Invalid, NotFound
from headwater.kernel.sql import rows, values
from headwater.leads.errors import Closed, NotAllowed, NotInPool, NotOwned, RestoreTooLate
from headwater.leads.events import LeadsArchived, LeadsRestored
from headwater.leads.queries import Snapshot, lock_leads, merged_into, not_yours
from headwater.leads.services.escalating import acted_on
from headwater.leads.services.moving import move
from headwater.leads.services.outcomes import Outcome
from headwater.leads.services.reasons import check_reason
from headwater.leads.settings import RESTORE_DAYS
from headwater.leads.types import Place, Status, Why
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.models import Pool
from headwater.pools.queries import default_pool, get_pool, pools_by_id, pools_taking
from headwater.sales.errors import MergedAway

MAX_BATCH = 10_000
Rule = Callable[[Snapshot], DomainError | None]


@transaction.atomic
def return_leads(
    access: Access, ids: Sequence[int], *, reason: str, note: str = "", pool_id: int | None = None
) -> list[Outcome]:
    """Give owned leads back, with a reason of the picklist, to their own pool or the one named."""
    check_reason("return_reason", reason)
    pool = _target(access, pool_id)

    def rule(lead: Snapshot) -> DomainError | None:
        status = Status(lead["status"])
        if status.is_closed:
            return Closed(id=lead["id"], status=status.value, label=status.label)
        return None if status.is_owned else NotOwned(id=lead["id"], status=status.value)

    leads, outcomes = _sift(access, ids, rule)
    homes = homes_of(leads, pool)
    move(
        {lead["id"]: Place.in_pool(homes[lead["id"]]) for lead in leads},
        access,
        why=Why.RETURNED,
        reason=reason,
        note=note,
    )
    return outcomes


@transaction.atomic
def move_leads(access: Access, ids: Sequence[int], *, pool_id: int, note: str = "") -> list[Outcome]:
    """Bring pooled leads into another pool; what lies there already stays."""
    pool = get_pool(access.also("pools.view"), pool_id)

    def rule(lead: Snapshot) -> DomainError | None:
        if lead["status"] != Status.POOLED:
            return NotInPool(id=lead["id"], status=lead["status"])
        return None

    leads, outcomes = _sift(access, ids, rule)
    move(
        {lead["id"]: Place.in_pool(pool.pk) for lead in leads if lead["pool_id"] != pool.pk},
        access,
        why=Why.MOVED,
        note=note,
    )
    return outcomes


@transaction.atomic
def invalidate_leads(access: Access, ids: Sequence[int], *, reason: str, note: str = "") -> list[Outcome]:
    """Mark open leads invalid, with a reason of the picklist."""
    check_reason("invalid_reason", reason)

    def rule(lead: Snapshot) -> DomainError | None:
        status = Status(lead["status"])
        if status.is_closed:
            return Closed(id=lead["id"], status=status.value, label=status.label)
        return None

    leads, outcomes = _sift(access, ids, rule)
    move(
        {lead["id"]: Place.closed(Status.INVALID) for lead in leads},
        access,
        why=Why.INVALIDATED,
        reason=reason,
        note=note,
    )
    return outcomes


@transaction.atomic
def reopen_leads(
    access: Access, ids: Sequence[int], *, note: str = "", pool_id: int | None = None
) -> list[Outcome]:
    """Bring invalid leads back into their pool, or the one named; from there they are claimed as any."""
    pool = _target(access, pool_id)

    def rule(lead: Snapshot) -> DomainError | None:
        if lead["status"] == Status.INVALID:
            return None
        return NotAllowed(
            id=lead["id"],
            **{"from": lead["status"], "to": Status.POOLED.value},
            from_label=Status(lead["status"]).label,
            to_label=Status.POOLED.label,
        )

    leads, outcomes = _sift(access, ids, rule)
    homes = homes_of(leads, pool)
    move(
        {lead["id"]: Place.in_pool(homes[lead["id"]]) for lead in leads},
        access,
        why=Why.REOPENED,
        note=note,
    )
    return outcomes


@transaction.atomic
def archive_leads(access: Access, ids: Sequence[int]) -> list[Outcome]:
    """Put leads away; for 30 days they can be restored as they were. Nothing of their history is lost."""

    def rule(lead: Snapshot) -> DomainError | None:
        status = Status(lead["status"])
        if status == Status.CONVERTED:
            return Closed(id=lead["id"], status=status.value, label=status.label)
        return None

    leads, outcomes = _sift(access, ids, rule)
    shelve([lead["id"] for lead in leads], access, archive=True)
    return outcomes


@transaction.atomic
def restore_leads(access: Access, ids: Sequence[int]) -> list[Outcome]:
    """Take archived leads out again. Refused per lead after 30 days, or when its contact is taken since.

    An owned lead comes back into its pool: its owner's book may have filled in the meantime.
    """
    earliest = clock.now() - timedelta(days=RESTORE_DAYS)

    def rule(lead: Snapshot) -> DomainError | None:
        into = merged_into(lead["id"])
        if into is not None:
            return MergedAway(id=lead["id"], into=into)
        if lead["archived_at"] < earliest:
            return RestoreTooLate(days=RESTORE_DAYS)
        return _taken_since(lead["id"])

    leads, outcomes = _sift(access, ids, rule, archived=True)
    shelve([lead["id"] for lead in leads], access, archive=False)
    return outcomes


_SHELVE = """
WITH before AS (
  SELECT id, owner_id, pool_id, home_pool_id, status FROM leads_lead WHERE id = ANY(%s::bigint[])
), changed AS (
  UPDATE leads_lead l SET
    archived_at = %s, updated_at = %s, version = l.version + 1,
    status = CASE WHEN %s::boolean OR l.owner_id IS NULL OR l.status = 'invalid' THEN l.status
             ELSE 'pooled' END,
    pool_id = CASE WHEN %s::boolean OR l.status = 'invalid' THEN l.pool_id
              ELSE COALESCE(closed.taking, l.home_pool_id) END,
    home_pool_id = COALESCE(closed.taking, l.home_pool_id),
    owner_id = CASE WHEN %s::boolean OR l.status = 'invalid' THEN l.owner_id END
  FROM before LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS closed (id, taking)
    ON closed.id = before.home_pool_id
  WHERE l.id = before.id
  RETURNING l.id, l.owner_id, l.pool_id, l.status
)
INSERT INTO leads_transfer (lead_id, at, why, spot, from_owner_id, from_pool_id, to_owner_id, to_pool_id,
  from_status, to_status, reason, note, rule, over_cap, actor_id)
SELECT changed.id, %s, %s,
  CASE WHEN %s::boolean THEN 'archive' WHEN changed.pool_id IS NOT NULL THEN 'pool' ELSE 'closed' END,
  before.owner_id, before.pool_id,
  NULL, CASE WHEN NOT %s::boolean THEN changed.pool_id END,
  before.status, changed.status, '', '', '', FALSE, %s
FROM changed JOIN before USING (id)
"""


def shelve(ids: list[int], access: Access, *, archive: bool, why: Why | None = None) -> None:
    """Put locked leads away or take them out; `why` when it is for another reason than being archived.

    What comes back from a pool that closed meanwhile belongs to the default pool.
    """
    if not ids:
        return
    moment = clock.now()
    closed = {} if archive else _closed_homes(ids)
    why = why or (Why.ARCHIVED if archive else Why.RESTORED)
    rows(
        _SHELVE,
        (
            ids,
            moment if archive else None,
            moment,
            archive,
            archive,
            archive,
            list(closed),
            list(closed.values()),
            moment,
            why.value,
            archive,
            archive,
            access.user_id,
        ),
    )
    if archive:
        acted_on(access, ids)
    pair = [False, True] if archive else [True, False]
    audit.record_many(access, "lead", why.value, audit.same_changes(ids, {"archived": pair}))
    emit(LeadsArchived(lead_ids=ids) if archive else LeadsRestored(lead_ids=ids), access)


def _closed_homes(ids: list[int]) -> dict[int, int]:
    """The closed pools that these leads belong to, each with the pool that takes its leads."""
    homes = values(
        "SELECT DISTINCT home_pool_id FROM leads_lead WHERE id = ANY(%s::bigint[])"
        " AND home_pool_id IS NOT NULL",
        (ids,),
    )
    return {home: pool.pk for home, pool in pools_taking(homes).items() if pool.pk != home}


def _taken_since(lead_id: int) -> DomainError | None:
    from headwater.leads.services.duplicates import duplicate_of_restored

    return duplicate_of_restored(lead_id)


def _sift(
    access: Access, ids: Sequence[int], rule: Rule, *, archived: bool = False
) -> tuple[list[Snapshot], list[Outcome]]:
    """Lock the leads and part them into those that the act applies to and refusals."""
    ids = list(dict.fromkeys(ids))
    if len(ids) > MAX_BATCH:
        raise Invalid.one(
            "ids", "batch.too_large", _("At most %(limit)s leads at a time.") % {"limit": MAX_BATCH}
        )
    found = lock_leads(access, ids, archived=archived)
    taken: list[Snapshot] = []
    outcomes: list[Outcome] = []
    for lead_id in ids:
        lead = found.get(lead_id)
        refusal: DomainError | None
        if lead is None:
            refusal = NotFound(record="lead", id=lead_id)
        elif not lead["mine"]:
            refusal = not_yours(lead)
        else:
            refusal = rule(lead)
            if refusal is None:
                taken.append(lead)
        outcomes.append(Outcome(lead_id, refusal))
    return taken, outcomes


def _target(access: Access, pool_id: int | None) -> Pool | None:
    return None if pool_id is None else get_pool(access.also("pools.view"), pool_id)


def homes_of(leads: Sequence[Snapshot], pool: Pool | None) -> dict[int, int]:
    """Where each lead goes: the pool named, else its own, else (its own being closed) the default one."""
    if pool is not None:
        return {lead["id"]: pool.pk for lead in leads}
    known = pools_by_id(lead["home_pool_id"] for lead in leads if lead["home_pool_id"])
    standing = {pool_id for pool_id, item in known.items() if item.archived_at is None}
    fallback = None
    homes: dict[int, int] = {}
    for lead in leads:
        home = lead["home_pool_id"]
        if home not in standing:
            fallback = fallback or default_pool().pk
            home = fallback
        homes[lead["id"]] = home
    return homes
