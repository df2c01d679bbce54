"""Which leads an actor may see or change, and reading them for a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import FALSE, TRUE, Fragment, any_of, execute, rows
from headwater.leads.errors import NotYours
from headwater.leads.types import Status
from headwater.pools.queries import standing
from headwater.sales.queries import merges

# Looking into a pool and taking from it is for members; changing what lies there for administrators.
_MEMBER_ACTS = frozenset({"leads.view", "leads.claim", "leads.reveal", "leads.export"})

Snapshot = dict[str, Any]


def lead_scope(access: Access, alias: str) -> Fragment:
    """Leads of people within reach, and those lying in (or dropped from) pools where the actor stands."""
    if access.reach.everyone:
        return TRUE
    where = standing(access.actor)
    pools = sorted(where.member if access.permission in _MEMBER_ACTS else where.admin)
    return any_of(
        [
            Fragment(f"{alias}.owner_id = ANY(%s::bigint[])", (sorted(access.reach.people),)),
            Fragment(f"{alias}.pool_id = ANY(%s::bigint[])", (pools,)),
            Fragment(
                f"{alias}.status = 'invalid' AND {alias}.owner_id IS NULL"
                f" AND {alias}.home_pool_id = ANY(%s::bigint[])",
                (pools,),
            ),
        ]
    )


_COLUMNS = (
    "t.id, t.name, t.status, t.stage, t.owner_id, t.pool_id, t.home_pool_id, t.assigned_at, t.claimable_at,"
    " t.version, t.archived_at, u.name AS owner_name"
)


def taken_from_my_pools(access: Access, alias: str) -> Fragment:
    """Leads that lay in a pool of the actor's: who comes too late to claim one may know who was first."""
    return Fragment(f"{alias}.home_pool_id = ANY(%s::bigint[])", (sorted(standing(access.actor).member),))


def lock_leads(
    access: Access, ids: Sequence[int], *, archived: bool = False, known: Fragment = FALSE
) -> dict[int, Snapshot]:
    """Leads by id, locked in the order of their ids, with `mine` saying whether this access may change them.

    What the actor may not even see, nor is `known` to them, is left out. Take the people's books before the
    leads, everywhere.
    """
    view = access.also("leads.view") if access.permission != "leads.view" else access
    seen, changed = lead_scope(view, "t") | known, lead_scope(access, "t")
    shelf = "IS NOT NULL" if archived else "IS NULL"
    # Two statements: a row that was waited for is locked in its new form, but what is joined to it would
    # still be that of the moment before.
    execute("SELECT id FROM leads_lead WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", (list(ids),))
    found = rows(
        f"SELECT {_COLUMNS}, ({changed.text}) IS TRUE AS mine FROM leads_lead t"
        f" LEFT JOIN organization_user u ON u.id = t.owner_id"
        f" WHERE t.id = ANY(%s::bigint[]) AND t.archived_at {shelf} AND ({seen.text})",
        (*changed.params, list(ids), *seen.params),
    )
    return {row["id"]: row for row in found}


def lock_lead(access: Access, lead_id: int) -> Snapshot:
    """One lead to change: `NotFound` out of sight, `NotYours` when seen but not the actor's to change."""
    lead = lock_leads(access, [lead_id]).get(lead_id)
    if lead is None:
        raise NotFound(record="lead", id=lead_id)
    if not lead["mine"]:
        raise not_yours(lead)
    return lead


def not_yours(lead: Snapshot) -> NotYours:
    return NotYours(id=lead["id"], owner=lead["owner_name"], status=lead["status"], permission="")


def claims_since(user_id: int, since: datetime) -> dict[int, int]:
    """Claims by pool in the ledger since a moment: returning a lead does not refund one."""
    found = rows(
        "SELECT from_pool_id, count(*) AS claims FROM leads_transfer"
        " WHERE to_owner_id = %s AND why = 'claimed' AND at >= %s GROUP BY from_pool_id",
        (user_id, since),
    )
    return {row["from_pool_id"]: row["claims"] for row in found}


def given_up_at(user_id: int, lead_ids: Sequence[int], since: datetime) -> dict[int, datetime]:
    """When the person last returned or lost each lead, looking back to `since`."""
    found = rows(
        "SELECT lead_id, max(at) AS at FROM leads_transfer WHERE lead_id = ANY(%s::bigint[])"
        " AND from_owner_id = %s AND why IN ('returned', 'recycled') AND at >= %s GROUP BY lead_id",
        (list(lead_ids), user_id, since),
    )
    return {row["lead_id"]: row["at"] for row in found}


def is_open(lead: Snapshot) -> bool:
    return Status(lead["status"]) not in (Status.CONVERTED, Status.INVALID)


def pool_stock(pool_ids: Sequence[int]) -> dict[int, int]:
    """How many leads lie in each pool."""
    found = rows(
        "SELECT pool_id, count(*) AS stock FROM leads_lead"
        " WHERE pool_id = ANY(%s::bigint[]) AND archived_at IS NULL GROUP BY pool_id",
        (list(pool_ids),),
    )
    return {row["pool_id"]: row["stock"] for row in found}


@dataclass(frozen=True, slots=True)
class PoolFlow:
    """What a pool holds and what passed through it."""

    stock: int
    came: int  # in the last seven days
    went: int
    claimable: int  # now, for somebody who is not its administrator


def pool_flows(pool_ids: Sequence[int]) -> dict[int, PoolFlow]:
    """Stock and a week's flow of pools, from the leads and the ledger; two queries."""
    moment = clock.now()
    lying = rows(
        "SELECT pool_id, count(*) AS stock,"
        " count(*) FILTER (WHERE claimable_at IS NULL OR claimable_at <= %s) AS claimable"
        " FROM leads_lead WHERE pool_id = ANY(%s::bigint[]) AND archived_at IS NULL GROUP BY pool_id",
        (moment, list(pool_ids)),
    )
    moved = rows(
        "SELECT pool_id, sum(came) AS came, sum(went) AS went FROM ("
        " SELECT to_pool_id AS pool_id, 1 AS came, 0 AS went FROM leads_transfer"
        "  WHERE at >= %s AND to_pool_id = ANY(%s::bigint[])"
        " UNION ALL SELECT from_pool_id, 0, 1 FROM leads_transfer"
        "  WHERE at >= %s AND from_pool_id = ANY(%s::bigint[])) t GROUP BY pool_id",
        (moment - timedelta(days=7), list(pool_ids)) * 2,
    )
    stocks = {row["pool_id"]: row for row in lying}
    flows = {row["pool_id"]: row for row in moved}
    return {
        pool_id: PoolFlow(
            stock=stocks[pool_id]["stock"] if pool_id in stocks else 0,
            came=int(flows[pool_id]["came"]) if pool_id in flows else 0,
            went=int(flows[pool_id]["went"]) if pool_id in flows else 0,
            claimable=stocks[pool_id]["claimable"] if pool_id in stocks else 0,
        )
        for pool_id in pool_ids
    }


def merged_into(lead_id: int) -> int | None:
    """The lead that a merged one is now, however often it was merged; None for any other."""
    return merges.merged_into("lead", lead_id)
