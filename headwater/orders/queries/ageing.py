"""What customers owe, by how long it has been due: in the company's currency, missing rates named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import TRUE, Fragment, all_of
from headwater.orders.queries.parts import parts_sql
from headwater.orders.types import BUCKETS, Bucket

By = Literal["account", "owner"]
# An order owes while it is active, or was completed before all was in.
OWES = Fragment(
    "o.archived_at IS NULL AND o.state IN ('active', 'completed') AND o.total > o.paid - o.refunded"
)


@dataclass(slots=True)
class AgeingRow:
    """What one account, or one person's accounts, owe; `left_out` are amounts without a rate, by currency."""

    id: int | None
    name: str
    amounts: dict[Bucket, Decimal] = field(default_factory=lambda: dict.fromkeys(Bucket, Decimal(0)))
    left_out: dict[str, Decimal] = field(default_factory=dict)
    parts: int = 0

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), Decimal(0))

    @property
    def overdue(self) -> Decimal:
        return self.total - self.amounts[Bucket.NOT_DUE]


@dataclass(frozen=True, slots=True)
class Ageing:
    """Rows, those that owe most first, and their sum."""

    rows: list[AgeingRow]
    total: AgeingRow


def _reach(access: Access, owner_id: int | None, account_id: int | None) -> Fragment:
    within = record_type("order").scope(access.also("orders.view"), "o")
    parts = [OWES, within]
    if owner_id is not None:
        parts.append(Fragment("o.owner_id = %s", (owner_id,)))
    if account_id is not None:
        parts.append(Fragment("o.account_id = %s", (account_id,)))
    return all_of(parts)


def _bucket_sql(today: date) -> Fragment:
    """The bucket of a part `x`."""
    whens = " ".join(
        f"WHEN %s::date - x.due_on <= {last:d} THEN '{key.value}'"
        for key, (_first, last) in BUCKETS.items()
        if last is not None
    )
    count = sum(last is not None for _first, last in BUCKETS.values())
    return Fragment(f"CASE {whens} ELSE '{Bucket.MORE.value}' END", (today,) * count)


def ageing(
    access: Access, *, by: By = "account", owner_id: int | None = None, account_id: int | None = None
) -> Ageing:
    """What is owed within reach, by account or by owner; other currencies at today's rate."""
    today = clock.today()
    parts, bucket = parts_sql(_reach(access, owner_id, account_id)), _bucket_sql(today)
    column, table = (
        ("o.account_id", "sales_account") if by == "account" else ("o.owner_id", "organization_user")
    )
    found = sql.rows(
        "SELECT g.key, n.name, g.bucket, g.currency, g.amount, g.parts,"
        " in_company_currency(g.amount, g.currency, %s::date) AS worth FROM ("
        f" SELECT {column} AS key, {bucket.text} AS bucket, o.currency, sum(x.amount - x.settled) AS amount,"
        f" count(*) AS parts FROM ({parts.text}) x JOIN orders_order o ON o.id = x.order_id"
        " WHERE x.amount > x.settled GROUP BY 1, 2, 3) g"
        f" LEFT JOIN {table} n ON n.id = g.key",
        (today, *bucket.params, *parts.params),
    )
    return _gathered(found)


def _gathered(found: Iterable[Mapping[str, Any]]) -> Ageing:
    rows: dict[int | None, AgeingRow] = {}
    total = AgeingRow(None, "")
    for one in found:
        row = rows.setdefault(one["key"], AgeingRow(one["key"], one["name"] or ""))
        for target in (row, total):
            target.parts += one["parts"]
            if one["worth"] is None:
                left = target.left_out
                left[one["currency"]] = left.get(one["currency"], Decimal(0)) + one["amount"]
            else:
                target.amounts[Bucket(one["bucket"])] += one["worth"]
    ordered = sorted(rows.values(), key=lambda row: (-row.overdue, -row.total, row.name))
    return Ageing(ordered, total)


def owed_parts(
    access: Access,
    *,
    bucket: Bucket | None = None,
    owner_id: int | None = None,
    account_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The parts behind a figure of the ageing, the oldest first: order, account, owner, day, days, open."""
    today = clock.today()
    parts = parts_sql(_reach(access, owner_id, account_id))
    within = TRUE
    if bucket is not None:
        first, last = BUCKETS[bucket]
        bounds = []
        if first is not None:
            bounds.append(Fragment("%s::date - x.due_on >= %s", (today, first)))
        if last is not None:
            bounds.append(Fragment("%s::date - x.due_on <= %s", (today, last)))
        within = all_of(bounds)
    return sql.rows(
        "SELECT x.order_id, x.instalment_id, x.due_on, x.amount, x.amount - x.settled AS open, o.number,"
        " o.currency, o.account_id, a.name AS account, o.owner_id, u.name AS owner,"
        " greatest(%s::date - x.due_on, 0) AS days,"
        " in_company_currency(x.amount - x.settled, o.currency, %s::date) AS worth"
        f" FROM ({parts.text}) x JOIN orders_order o ON o.id = x.order_id"
        " JOIN sales_account a ON a.id = o.account_id LEFT JOIN organization_user u ON u.id = o.owner_id"
        f" WHERE x.amount > x.settled AND ({within.text})"
        " ORDER BY x.due_on, x.order_id, x.instalment_id NULLS LAST LIMIT %s OFFSET %s",
        (today, today, *parts.params, *within.params, limit, offset),
    )
