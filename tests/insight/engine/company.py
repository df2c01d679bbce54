"""A small invented company in tables of its own: leads with touches, shared opportunities, orders.

Its records are real record types with scopes, archived flags and custom fields, so that the engine meets all
it meets in the house, while a test fills them at random with one statement each.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import orjson
from django.db import connection

from headwater.currencies.services import create_rate
from headwater.insight.engine import Dataset, Node, datasets
from headwater.kernel import access as access_module
from headwater.kernel.access import Access, Actor, ActorKind, Permission, Scope, permit, system_access
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, RecordType, records
from headwater.kernel.sql import TRUE, Fragment

T = FieldType
TABLES = """
CREATE TABLE co_campaign (id bigint PRIMARY KEY, name text);
CREATE TABLE co_lead (id bigint PRIMARY KEY, name text, status text, owner_id bigint, tags jsonb, score int,
    budget numeric(16,2), is_big boolean, created_at timestamptz, custom jsonb, archived_at timestamptz);
CREATE TABLE co_touch (id bigint PRIMARY KEY, lead_id bigint, at timestamptz, campaign_id bigint,
    is_first boolean, cost numeric(16,2));
CREATE TABLE co_link (id bigint PRIMARY KEY, lead_id bigint, opportunity_id bigint);
CREATE TABLE co_opportunity (id bigint PRIMARY KEY, name text, stage text, amount numeric(16,2),
    currency text, closed_on date, owner_id bigint, archived_at timestamptz);
CREATE TABLE co_order (id bigint PRIMARY KEY, name text, opportunity_id bigint, amount numeric(16,2),
    currency text, ordered_on date, archived_at timestamptz);
"""


def _owned(access: Access, alias: str) -> Fragment:
    if access.reach.everyone:
        return TRUE
    return Fragment(f"{alias}.owner_id = ANY(%s::bigint[])", (sorted(access.reach.people),))


STATUSES = Choices([Choice("new", "New"), Choice("open", "Open"), Choice("won", "Won")])
TAGS = Choices([Choice("a", "A"), Choice("b", "B"), Choice("c", "C")])


def _kind(key: str, fields: tuple[Field, ...], **more: Any) -> RecordType:
    return RecordType(
        key=f"co_{key}",
        plural=f"co_{key}s",
        label=key,
        label_plural=f"{key}s",
        table=f"co_{key}",
        fields=fields,
        default_sort="id",
        **more,
    )


KINDS = [
    _kind("campaign", (Field("id", "Id", T.NUMBER), Field("name", "Name", T.TEXT)), is_archivable=False),
    _kind(
        "lead",
        (
            Field("id", "Id", T.NUMBER),
            Field("name", "Name", T.TEXT),
            Field("status", "Status", T.PICKLIST, choices=lambda: STATUSES),
            Field("owner", "Owner", T.USER, relation="user"),
            Field("tags", "Tags", T.MULTI_PICK, choices=lambda: TAGS),
            Field("score", "Score", T.NUMBER),
            Field("budget", "Budget", T.MONEY),
            Field("is_big", "Big", T.BOOLEAN),
            Field("created_at", "Created", T.DATETIME),
            Field("custom.birthday", "Birthday", T.DATE),
            Field("custom.visited", "Visited", T.DATETIME),
            Field("custom.weight", "Weight", T.NUMBER),
        ),
        scope=_owned,
    ),
    _kind(
        "opportunity",
        (
            Field("name", "Name", T.TEXT),
            Field("stage", "Stage", T.TEXT),
            Field("amount", "Amount", T.MONEY),
            Field("closed_on", "Closed", T.DATE),
            Field("owner", "Owner", T.USER, relation="user"),
        ),
        scope=_owned,
    ),
    _kind(
        "order",
        (
            Field("name", "Name", T.TEXT),
            Field("amount", "Amount", T.MONEY),
            Field("ordered_on", "Ordered", T.DATE),
        ),
    ),
]

JOURNEY = Dataset(
    "co_journey",
    "Journey",
    "From touch to order",
    (
        Node("lead", "co_lead", "Leads"),
        Node(
            "touch",
            "",
            "Touches",
            parent="lead",
            on="{t}.lead_id = {p}.id",
            many=True,
            attribution=True,
            table="co_touch",
            units={"wait": "duration"},
            fields=(
                Field("at", "At", T.DATETIME, sql="{t}.at"),
                Field("campaign", "Campaign", T.LINK, relation="co_campaign", sql="{t}.campaign_id"),
                Field("cost", "Cost", T.MONEY, sql="{t}.cost"),
                Field("wait", "Wait", T.NUMBER, sql="extract(epoch FROM {t}.at - n_lead.created_at)"),
            ),
        ),
        Node(
            "campaign",
            "co_campaign",
            "Campaigns",
            parent="touch",
            on="{t}.id = {p}.campaign_id",
            shared=True,
        ),
        Node(
            "link",
            "",
            "Links",
            parent="lead",
            on="{t}.lead_id = {p}.id",
            many=True,
            table="co_link",
            fields=(),
        ),
        Node(
            "opportunity",
            "co_opportunity",
            "Opportunities",
            parent="link",
            on="{t}.id = {p}.opportunity_id",
            shared=True,
            currency="{t}.currency",
            money_on="{t}.closed_on",
            fields=(
                Field(
                    "days",
                    "Days",
                    T.NUMBER,
                    sql="({t}.closed_on - (n_lead.created_at AT TIME ZONE 'Asia/Shanghai')::date)",
                ),
            ),
            without=("name",),
        ),
        Node(
            "order",
            "co_order",
            "Orders",
            parent="opportunity",
            on="{t}.opportunity_id = {p}.id",
            many=True,
            currency="{t}.currency",
            money_on="{t}.ordered_on",
        ),
    ),
    period="lead.created_at",
)


@contextmanager
def known(*more: Dataset) -> Iterator[None]:
    """The company's record types, permissions and datasets are registered meanwhile."""
    codes = [kind.permission("view") for kind in KINDS]
    with (
        patch.dict(records._types, {kind.key: kind for kind in KINDS}),
        patch.dict(access_module._permissions, {code: Permission(code, code) for code in codes}),
        patch.dict(datasets._datasets, {one.key: one for one in (JOURNEY, *more)}),
    ):
        yield


def reader(
    scope: Scope = Scope.ALL,
    *,
    people: frozenset[int] = frozenset(),
    without: tuple[str, ...] = (),
    rules: dict[tuple[str, str], Any] | None = None,
) -> Access:
    """Somebody who may read reports and, but for some kinds, the company's records."""
    grants = {kind.permission("view"): scope for kind in KINDS if kind.key not in without}
    actor = Actor(
        id=1,
        kind=ActorKind.PERSON,
        name="reader",
        permissions=grants | {"reports.view": Scope.ALL},
        people={scope: people},
        field_rules=rules or {},
    )
    return permit(actor, "reports.view")


Data = dict[str, list[dict[str, Any]]]


def invent(seed: int, leads: int = 24) -> Data:
    """Rows by table: nulls, empty and archived ones, days before 1970, year ends, currencies without rate."""
    dice = random.Random(seed)
    moments = [
        datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2025, 12, 31, 16, 0, tzinfo=UTC),
        datetime(1969, 7, 20, 20, 17, tzinfo=UTC),
        datetime(2026, 2, 28, 23, 30, tzinfo=UTC),
    ]

    def moment() -> datetime:
        if dice.random() < 0.3:
            return dice.choice(moments)
        return datetime(2025, 10, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(200 * 86400))

    def day() -> date:
        return date(2025, 11, 1) + timedelta(days=dice.randrange(120))

    def money() -> Decimal | None:
        return None if dice.random() < 0.15 else Decimal(dice.randrange(0, 500_000)).scaleb(-2)

    def archived() -> datetime | None:
        return moment() if dice.random() < 0.1 else None

    def maybe(value: Any) -> Any:
        return None if dice.random() < 0.2 else value

    data: Data = {name: [] for name in ("campaign", "lead", "touch", "link", "opportunity", "order")}
    data["campaign"] = [{"id": n, "name": f"Campaign {n}"} for n in range(1, 5)]
    for n in range(1, leads + 1):
        custom = {"weight": dice.randrange(9), "birthday": day().isoformat()} if dice.random() < 0.7 else {}
        if dice.random() < 0.5:
            custom["visited"] = moment().strftime("%Y-%m-%dT%H:%M:%SZ")
        data["lead"].append(
            {
                "id": n,
                "name": f"Lead {n}",
                "status": dice.choice(["new", "open", "won", ""]),
                "owner_id": maybe(dice.randrange(1, 4)),
                "tags": dice.choice([None, [], ["a"], ["a", "b"], ["b", "c"]]),
                "score": maybe(dice.randrange(-3, 8)),
                "budget": money(),
                "is_big": maybe(dice.random() < 0.5),
                "created_at": moment(),
                "custom": custom,
                "archived_at": archived(),
            }
        )
        for number in range(dice.choice([0, 1, 1, 2, 3])):
            data["touch"].append(
                {
                    "id": len(data["touch"]) + 1,
                    "lead_id": n,
                    "at": moment(),
                    "campaign_id": maybe(dice.randrange(1, 5)),
                    "is_first": number == 0,
                    "cost": money(),
                }
            )
    for n in range(1, leads // 2):
        data["opportunity"].append(
            {
                "id": n,
                "name": f"Opportunity {n}",
                "stage": maybe(dice.choice(["first", "second", "won"])),
                "amount": money(),
                "currency": dice.choice(["CNY", "CNY", "USD", "JPY"]),
                "closed_on": day(),
                "owner_id": maybe(dice.randrange(1, 4)),
                "archived_at": archived(),
            }
        )
        for lead in dice.sample(range(1, leads + 1), dice.choice([0, 1, 2, 3])):
            data["link"].append({"id": len(data["link"]) + 1, "lead_id": lead, "opportunity_id": n})
        for _number in range(dice.choice([0, 0, 1, 2])):
            data["order"].append(
                {
                    "id": len(data["order"]) + 1,
                    "name": "Order",
                    "opportunity_id": n,
                    "amount": money(),
                    "currency": dice.choice(["CNY", "USD"]),
                    "ordered_on": day(),
                    "archived_at": archived(),
                }
            )
    return data


def store(data: Data) -> None:
    """Make the tables and fill them; the test's transaction takes them away again."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for table, rows in data.items():
            text = orjson.dumps(rows, default=str).decode()
            cursor.execute(
                f"INSERT INTO co_{table} SELECT * FROM jsonb_populate_recordset(NULL::co_{table}, %s::jsonb)",
                (text,),
            )
    rates = [("USD", date(2025, 11, 20), "7.1234"), ("USD", date(2026, 1, 10), "6.9")]
    for currency, day, rate in rates:
        create_rate(system_access("tests"), {"currency": currency, "on_date": day, "rate": rate})
