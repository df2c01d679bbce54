"""Who has to do with an account or opportunity: team, competitors, and what companies are to each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from headwater.currencies.queries import in_company
from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import Fragment, all_of
from headwater.sales.types import Against, Tie

SHOWN_BELOW = 30  # companies of a tree that are shown at once


@dataclass(frozen=True, slots=True)
class Rival:
    """A competitor in the race for an opportunity."""

    id: int
    name: str
    standing: Against
    took_it: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A colleague on a team; `is_active` is false for one who has left."""

    id: int
    name: str
    role: str | None
    may_edit: bool
    is_active: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Relation:
    """A company that an account is tied to, as seen from the account."""

    id: int
    other_id: int
    name: str
    tie: Tie
    note: str | None


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A company of a group; `name` is blank for one that the reader may not see."""

    id: int
    name: str
    depth: int
    is_self: bool = False


@dataclass(frozen=True, slots=True)
class CompanyTree:
    """The companies above an account, itself, and those below; `more` are left out of `nodes`."""

    nodes: list[TreeNode] = field(default_factory=list)
    more: int = 0

    @property
    def is_alone(self) -> bool:
        return len(self.nodes) < 2


@dataclass(frozen=True, slots=True)
class RaceRecord:
    """How often we met a competitor, as far as the reader sees; sums in the company's currency.

    `left_out` opportunities have an amount in a currency without a rate.
    """

    met: int
    running: int
    won: int
    lost_to: int
    lost_otherwise: int
    running_amount: Decimal | None
    won_amount: Decimal | None
    lost_amount: Decimal | None
    left_out: int


def rivals(opportunity_id: int) -> list[Rival]:
    """The competitors of an opportunity that the reader may see; who took it first."""
    found = sql.rows(
        "SELECT r.competitor_id AS id, c.name, r.standing, r.took_it, r.note"
        " FROM sales_opportunitycompetitor r JOIN sales_competitor c ON c.id = r.competitor_id"
        " WHERE r.opportunity_id = %s ORDER BY r.took_it DESC, r.id",
        (opportunity_id,),
    )
    return [Rival(**(row | {"standing": Against(row["standing"])})) for row in found]


def team(record: str, record_id: int) -> list[TeamMember]:
    """The team of an account or opportunity that the reader may see, in the order in which they joined."""
    found = sql.rows(
        f"SELECT m.user_id AS id, u.name, m.role, m.may_edit, u.is_active, m.created_at AS since"
        f" FROM sales_{record}member m JOIN organization_user u ON u.id = m.user_id"
        f" WHERE m.{record}_id = %s ORDER BY m.id",
        (record_id,),
    )
    return [TeamMember(**row) for row in found]


def relations(access: Access, account_id: int) -> list[Relation]:
    """What an account is tied to, of what the reader may see, by kind and name."""
    found = sql.rows(
        "SELECT r.id, r.other_id, a.name, r.tie, r.note, FALSE AS turned FROM sales_accountrelation r"
        " JOIN sales_account a ON a.id = r.other_id WHERE r.account_id = %s"
        " UNION ALL SELECT r.id, r.account_id, a.name, r.tie, r.note, TRUE FROM sales_accountrelation r"
        " JOIN sales_account a ON a.id = r.account_id WHERE r.other_id = %s",
        (account_id, account_id),
    )
    seen = _seen(access, [row["other_id"] for row in found])
    shown = [
        Relation(
            row["id"],
            row["other_id"],
            row["name"],
            Tie(row["tie"]).from_other_side if row["turned"] else Tie(row["tie"]),
            row["note"],
        )
        for row in found
        if row["other_id"] in seen
    ]
    return sorted(shown, key=lambda one: (list(Tie).index(one.tie), one.name))


_TREE = """
WITH RECURSIVE above AS (
    SELECT a.id, a.parent_id, 0 AS height FROM sales_account a WHERE a.id = %(id)s
    UNION ALL
    SELECT a.id, a.parent_id, above.height + 1 FROM above JOIN sales_account a ON a.id = above.parent_id
    WHERE above.height < 20
), below AS (
    SELECT a.id, 0 AS depth, ARRAY[]::text[] AS way FROM sales_account a WHERE a.id = %(id)s
    UNION ALL
    SELECT a.id, below.depth + 1, below.way || (a.name || ' ' || a.id) FROM below
    JOIN sales_account a ON a.parent_id = below.id AND a.archived_at IS NULL WHERE below.depth < 20
)
SELECT id, -height AS depth, NULL::text[] AS way FROM above WHERE height > 0
UNION ALL SELECT id, depth, way FROM below ORDER BY depth, way NULLS FIRST
"""


def company_tree(access: Access, account_id: int) -> CompanyTree:
    """The group that an account belongs to: the line above it, and every company below.

    Of a company out of reach only its place is told, and only above; below, it is left out with a count.
    """
    found = sql.rows(_TREE, {"id": account_id})  # type: ignore[arg-type]
    if len(found) < 2:
        return CompanyTree()
    ids = [row["id"] for row in found]
    seen = _seen(access, ids) | {account_id}
    names = {
        row["id"]: row["name"]
        for row in sql.rows("SELECT id, name FROM sales_account WHERE id = ANY(%s::bigint[])", (ids,))
    }
    above = sorted((row for row in found if row["depth"] < 0), key=lambda row: row["depth"])
    below = sorted((row for row in found if row["depth"] >= 0), key=lambda row: row["way"])
    nodes = [
        TreeNode(row["id"], names[row["id"]] if row["id"] in seen else "", place)
        for place, row in enumerate(above)
    ]
    visible = [row for row in below if row["id"] in seen]
    nodes += [
        TreeNode(row["id"], names[row["id"]], len(above) + row["depth"], row["id"] == account_id)
        for row in visible[: SHOWN_BELOW + 1]
    ]
    return CompanyTree(nodes, len(found) - len(nodes))


def _seen(access: Access, ids: Sequence[int]) -> set[int]:
    return set(listing.ids_within(access.also("accounts.view"), record_type("account"), list(ids)))


def race_record(access: Access, competitor_id: int) -> RaceRecord | None:
    """What became of the opportunities in which we met a competitor; None for who may see none."""
    if not access.may("opportunities.view"):
        return None
    scope = record_type("opportunity").scope(access.also("opportunities.view"), "t")
    within = all_of([scope, Fragment("r.competitor_id = %s AND t.archived_at IS NULL", (competitor_id,))])
    day = "coalesce((t.closed_at AT TIME ZONE %s)::date, %s::date)"
    amount = in_company("t.amount", "t.currency", day)
    (row,) = sql.rows(
        "SELECT count(*) AS met, count(*) FILTER (WHERE status = 'open') AS running,"
        " count(*) FILTER (WHERE status = 'won') AS won,"
        " count(*) FILTER (WHERE status = 'lost' AND took_it) AS lost_to,"
        " count(*) FILTER (WHERE status = 'lost' AND NOT took_it) AS lost_otherwise,"
        " sum(worth) FILTER (WHERE status = 'open') AS running_amount,"
        " sum(worth) FILTER (WHERE status = 'won') AS won_amount,"
        " sum(worth) FILTER (WHERE status = 'lost' AND took_it) AS lost_amount,"
        " count(*) FILTER (WHERE amount IS NOT NULL AND worth IS NULL) AS left_out"
        f" FROM (SELECT t.status, t.amount, r.took_it, {amount.text} AS worth"
        "  FROM sales_opportunitycompetitor r JOIN sales_opportunity t ON t.id = r.opportunity_id"
        f"  WHERE {within.text}) AS met",
        (*amount.params, settings.TIME_ZONE, clock.today(), *within.params),
    )
    return RaceRecord(**row)
