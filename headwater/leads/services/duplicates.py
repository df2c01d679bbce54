"""Exact duplicates on contact methods. The database refuses them; this says whom one ran into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, flatten, record_type
from headwater.kernel.errors import DomainError, Invalid
from headwater.kernel.sql import FALSE, rows, value
from headwater.leads.errors import Duplicate
from headwater.leads.queries import lead_scope
from headwater.leads.types import IDENTITIES
from headwater.sales.checking import check_new


@dataclass(frozen=True, slots=True)
class Match:
    """A lead with the same contact method. What lies out of sight is told without name or number."""

    field: str
    lead_id: int | None  # None when out of sight
    name: str
    owner: str
    pool: str
    status: str
    since: datetime
    visible: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "id": self.lead_id,
            "name": self.name,
            "owner": self.owner,
            "pool": self.pool,
            "status": self.status,
            "since": self.since,
            "visible": self.visible,
            "url": f"/leads/{self.lead_id}" if self.lead_id else "",
        }


# One probe of a unique index per method given; mobile and phone hold the same kind of number, so each
# number is looked for in both.
_PROBE = """
SELECT t.id, t.name, t.status, t.created_at, u.name AS owner, p.name AS pool, x.field,
       ({scope}) IS TRUE AS visible
FROM unnest(%s::text[], %s::text[]) AS x (field, value)
CROSS JOIN LATERAL (
  SELECT * FROM leads_lead l WHERE x.field IN ('mobile', 'phone') AND l.mobile = x.value
  UNION ALL
  SELECT * FROM leads_lead l WHERE x.field IN ('mobile', 'phone') AND l.phone = x.value
  UNION ALL
  SELECT * FROM leads_lead l WHERE x.field = 'email' AND l.email = x.value
  UNION ALL
  SELECT * FROM leads_lead l WHERE x.field = 'wechat' AND l.wechat = x.value
  UNION ALL
  SELECT * FROM leads_lead l WHERE x.field = 'qq' AND l.qq = x.value
  UNION ALL
  SELECT * FROM leads_lead l WHERE x.field = 'external_id' AND l.external_id = x.value
  UNION ALL
  SELECT l.* FROM leads_othercontact o JOIN leads_lead l ON l.id = o.lead_id
  WHERE o.value = x.value AND (o.field = x.field
    OR (o.field IN ('mobile', 'phone') AND x.field IN ('mobile', 'phone')))
) t
LEFT JOIN organization_user u ON u.id = t.owner_id
LEFT JOIN pools_pool p ON p.id = t.pool_id
WHERE t.archived_at IS NULL AND NOT t.may_duplicate AND t.id IS DISTINCT FROM %s::bigint
ORDER BY t.created_at, t.id
"""


def find_duplicates(
    access: Access, methods: Mapping[str, str | None], *, but_not: int | None = None
) -> list[Match]:
    """Leads that share a normalised contact method; each lead once, oldest first."""
    given = [(key, methods[key]) for key in IDENTITIES if methods.get(key)]
    if not given:
        return []
    # Who may only send leads in sees none.
    scope = lead_scope(access.also("leads.view"), "t") if access.may("leads.view") else FALSE
    found = rows(
        _PROBE.replace("{scope}", scope.text),
        (*scope.params, [key for key, _value in given], [value for _key, value in given], but_not),
    )
    matches: dict[int, Match] = {}
    for row in found:
        visible = row["visible"]
        matches.setdefault(
            row["id"],
            Match(
                field=row["field"],
                lead_id=row["id"] if visible else None,
                name=row["name"] if visible else "",
                owner=row["owner"] or "",
                pool=row["pool"] or "",
                status=row["status"],
                since=row["created_at"],
                visible=visible,
            ),
        )
    return list(matches.values())


def first_duplicate(methods: Mapping[str, str | None]) -> int | None:
    """The lead that has the first of these contact methods that any has, whoever may see it."""
    for key in IDENTITIES:
        given = methods.get(key)
        if not given:
            continue
        columns = ("mobile", "phone") if key in ("mobile", "phone") else (key,)
        found = value(
            " UNION ALL ".join(
                f"SELECT id FROM leads_lead WHERE {column} = %s AND NOT may_duplicate AND archived_at IS NULL"
                for column in columns
            )
            + " UNION ALL SELECT l.id FROM leads_othercontact o JOIN leads_lead l ON l.id = o.lead_id"
            " WHERE o.value = %s AND o.field = ANY(%s::text[]) AND l.archived_at IS NULL ORDER BY id LIMIT 1",
            (*(given,) * len(columns), given, list(columns)),
        )
        if found is not None:
            return int(found)
    return None


def look_up(access: Access, typed: Mapping[str, str]) -> list[Match]:
    """Duplicates of contact methods as typed, before saving; raises `Invalid` for malformed ones."""
    cleaned = clean(record_type("lead"), dict(typed), access, partial=True)
    return find_duplicates(access, cleaned.fields)


def similar_to(access: Access, typed: Mapping[str, Any], *, confirmed: bool) -> list[dict[str, Any]]:
    """What is to be said about a lead before it is made: records that look like it, by the rules.

    Refuses what a rule blocks, and unless `confirmed` what one warns of. What is malformed waits.
    """
    try:
        cleaned = clean(record_type("lead"), dict(flatten(typed)), access, partial=True)
    except Invalid:
        return []
    return check_new(access, "lead", cleaned.fields, confirmed=confirmed)


def duplicate(matches: list[Match]) -> Duplicate:
    """The refusal that names the first match and lists all."""
    field = record_type("lead").field(matches[0].field)
    return Duplicate(
        field=matches[0].field,
        label="" if field is None else field.label,
        matches=[match.as_json() for match in matches],
        visible=matches[0].visible,
    )


def duplicate_of_restored(lead_id: int) -> DomainError | None:
    """Why an archived lead cannot come back: its contact method belongs to another lead by now."""
    same = " OR ".join(f"other.{key} = l.{key}" for key in IDENTITIES)
    found = rows(
        f"SELECT other.id, other.name, other.created_at FROM leads_lead l JOIN leads_lead other ON ({same})"
        " WHERE l.id = %s AND other.id <> l.id AND other.archived_at IS NULL"
        " AND NOT l.may_duplicate AND NOT other.may_duplicate LIMIT 1",
        (lead_id,),
    )
    if not found:
        return None
    return Duplicate(field="", label="", matches=[], visible=False, id=found[0]["id"])
