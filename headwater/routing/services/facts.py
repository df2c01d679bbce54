"""What strategies need to know of leads, gathered for many at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from headwater.kernel import clock
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.sql import rows
from headwater.routing.content import Content
from headwater.routing.models import Territory
from headwater.routing.types import Strategy


@dataclass(slots=True)
class Facts:
    """One lead, as strategies see it."""

    id: int
    pool_id: int
    designated_rep: int | None = None
    customer_owners: tuple[int, ...] = ()
    former_owner: int | None = None
    is_woken: bool = False  # inquired again: who had it before goes first
    given_up: dict[int, datetime] = field(default_factory=dict)  # who returned or lost it, and when
    values: dict[str, Any] = field(default_factory=dict)  # of the fields of territories and grades


@dataclass(frozen=True, slots=True)
class Territories:
    """Who serves what."""

    by_user: Mapping[int, Mapping[str, frozenset[str]]]
    fields: Mapping[str, Field]

    def serves(self, user_id: int, values: Mapping[str, Any]) -> bool:
        """Whether the lead lies in all that the person's territory names; no territory serves nothing."""
        own = self.by_user.get(user_id) or {}
        return bool(own) and all(
            self._has(self.fields[key], wanted, values.get(key))
            for key, wanted in own.items()
            if key in self.fields
        )

    @staticmethod
    def _has(lead_field: Field, wanted: frozenset[str], value: Any) -> bool:
        if value in (None, "", []):
            return False
        if isinstance(value, list):
            return not wanted.isdisjoint(map(str, value))
        text = str(value)
        if lead_field.type == FieldType.CASCADE:
            parts = text.split("/")
            return any("/".join(parts[:length]) in wanted for length in range(1, len(parts) + 1))
        return text in wanted


def read_territories(user_ids: Collection[int] | None = None) -> Territories:
    """All territories, or those of some people; fields that have gone are left out."""
    found = Territory.objects.all() if user_ids is None else Territory.objects.filter(user_id__in=user_ids)
    known = record_type("lead").all_fields
    by_user: dict[int, dict[str, frozenset[str]]] = {}
    fields: dict[str, Field] = {}
    for row in found:
        if row.field in known and row.values:
            fields[row.field] = known[row.field]
            by_user.setdefault(row.user_id, {})[row.field] = frozenset(map(str, row.values))
    return Territories(by_user, fields)


def fields_needed(contents: Iterable[Content], territories: Territories) -> dict[str, Field]:
    """The fields whose values the strategies of these rules compare."""
    known = record_type("lead").all_fields
    wanted: dict[str, Field] = {}
    for content in contents:
        for step in content.steps:
            if step.strategy == Strategy.TERRITORY:
                wanted |= territories.fields
            elif step.strategy == Strategy.GRADE_MATCH and step.field in known:
                wanted[step.field] = known[step.field]
    return wanted


def gather(
    lead_ids: Sequence[int],
    fields: Mapping[str, Field],
    *,
    with_customers: bool = True,
    pooled: bool = True,
) -> dict[int, Facts]:
    """Facts of leads, by default of those that lie in a pool; three queries however many leads."""
    ids = list(lead_ids)
    keys = list(fields)
    columns = "".join(f", {fields[key].expression('t')} AS v{place}" for place, key in enumerate(keys))
    found = rows(
        f"SELECT t.id, COALESCE(t.home_pool_id, 0) AS pool_id, t.designated_rep_id{columns} FROM leads_lead t"
        " WHERE t.id = ANY(%s::bigint[]) AND (t.status = 'pooled' OR NOT %s) AND t.archived_at IS NULL",
        (ids, pooled),
    )
    facts = {
        row["id"]: Facts(
            row["id"],
            row["pool_id"],
            designated_rep=row["designated_rep_id"],
            values={key: row[f"v{place}"] for place, key in enumerate(keys)},
        )
        for row in found
    }
    _history(facts)
    if with_customers:
        _customers(facts)
    return facts


def _history(facts: dict[int, Facts]) -> None:
    found = rows(
        "SELECT lead_id, from_owner_id, why, max(at) AS at FROM leads_transfer"
        " WHERE lead_id = ANY(%s::bigint[]) AND from_owner_id IS NOT NULL"
        " GROUP BY lead_id, from_owner_id, why ORDER BY max(at)",
        (list(facts),),
    )
    for row in found:
        one = facts[row["lead_id"]]
        one.former_owner = row["from_owner_id"]
        if row["why"] in ("returned", "recycled"):
            one.given_up[row["from_owner_id"]] = row["at"]


# A switchboard and a mobile may stand in either field.
CUSTOMERS = """
SELECT l.id, c.owner_id, 0 AS rank, c.id AS record_id
  FROM leads_lead l JOIN sales_contact c ON c.mobile = l.mobile
  WHERE {leads} AND c.archived_at IS NULL AND c.owner_id IS NOT NULL
UNION ALL SELECT l.id, c.owner_id, 0, c.id FROM leads_lead l JOIN sales_contact c ON c.mobile = l.phone
  WHERE {leads} AND c.archived_at IS NULL AND c.owner_id IS NOT NULL
UNION ALL SELECT l.id, c.owner_id, 0, c.id FROM leads_lead l JOIN sales_contact c ON c.phone = l.mobile
  WHERE {leads} AND c.archived_at IS NULL AND c.owner_id IS NOT NULL
UNION ALL SELECT l.id, c.owner_id, 0, c.id FROM leads_lead l JOIN sales_contact c ON c.phone = l.phone
  WHERE {leads} AND c.archived_at IS NULL AND c.owner_id IS NOT NULL
UNION ALL SELECT l.id, c.owner_id, 0, c.id FROM leads_lead l JOIN sales_contact c ON c.email = l.email
  WHERE {leads} AND c.archived_at IS NULL AND c.owner_id IS NOT NULL
UNION ALL SELECT l.id, c.owner_id, 0, c.id FROM leads_lead l JOIN sales_contact c ON c.wechat = l.wechat
  WHERE {leads} AND c.archived_at IS NULL AND c.owner_id IS NOT NULL
UNION ALL SELECT l.id, a.owner_id, 1, a.id FROM leads_lead l JOIN sales_account a ON a.phone = l.phone
  WHERE {leads} AND a.archived_at IS NULL AND a.owner_id IS NOT NULL
UNION ALL SELECT l.id, a.owner_id, 1, a.id FROM leads_lead l JOIN sales_account a ON a.phone = l.mobile
  WHERE {leads} AND a.archived_at IS NULL AND a.owner_id IS NOT NULL
"""
_TIMES = CUSTOMERS.count("{leads}")


def _customers(facts: dict[int, Facts]) -> None:
    """Owners of contacts, then of accounts, that have one of the lead's contact methods."""
    text = CUSTOMERS.replace("{leads}", "l.id = ANY(%s::bigint[])")
    found = rows(
        f"SELECT id, owner_id, min(rank) AS rank, min(record_id) AS record_id FROM ({text}) x"
        " GROUP BY id, owner_id ORDER BY id, min(rank), min(record_id)",
        (list(facts),) * _TIMES,
    )
    for row in found:
        one = facts[row["id"]]
        one.customer_owners = (*one.customer_owners, row["owner_id"])


def cooling(one: Facts, user_id: int, days: int) -> bool:
    """Whether the person gave the lead up so recently that it may not come back to them."""
    since = one.given_up.get(user_id)
    return since is not None and since + timedelta(days=days) > clock.now()
