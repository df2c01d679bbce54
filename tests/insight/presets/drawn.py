"""A company drawn at random, straight into the tables: shapes that services would take long to bring about.

Shared opportunities, several conversions into one account, orders without opportunity, refunds and voids,
currencies without a rate, archived records, leads of 1969, owners who have none.
"""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from headwater.acquisition.models import Campaign, Channel, ChannelCost, Source
from headwater.currencies.services import create_rate
from headwater.engagement.models import Activity, Task
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.leads.models import Conversion, Lead, StageChange, Touch, Transfer
from headwater.orders.models import Order, Payment
from headwater.organization.models import User
from headwater.pools.services import ensure_default_pool
from headwater.routing.models import Decision
from headwater.sales.models import Account, Opportunity, StageMove
from headwater.sales.queries import default_pipeline, find_pipeline
from headwater.sales.services import create_pipeline
from headwater.targets.models import Target
from tests.organization.factories import make_department, make_user

STAGES = ("UQL", "MQL", "SQL", "WON", "disqualified")
WHYS = ("claimed", "assigned", "returned", "recycled", "transferred", "dispatched", "handed_back")


class Drawn:
    """The company of one seed; `people` are a manager and two of their reps, and one of another team."""

    def __init__(self, seed: int, *, leads: int = 110) -> None:
        self.pick = random.Random(seed)
        self.now = clock.now()
        self._numbers = iter(range(1, 10**6))
        self._people()
        self._origins()
        self._leads(leads)
        self._sales()
        self._work()

    def _at(self, days: int = 70) -> datetime:
        return self.now - timedelta(seconds=self.pick.randint(60, days * 86_400))

    def _money(self) -> Decimal:
        return Decimal(self.pick.randint(1, 9_999_999)) / 100

    def _some(self, some: list[Any], nothing: float = 0.15) -> Any:
        return None if self.pick.random() < nothing else self.pick.choice(some)

    def _people(self) -> None:
        above = make_department()
        one, other = make_department(parent=above), make_department(parent=above)
        self.manager = make_user("经理", role="manager", department=one)
        self.reps = [make_user(name, department=one, manager=self.manager) for name in ("甲", "乙")]
        self.people: list[User] = [self.manager, *self.reps, make_user("丙", department=other)]
        self.admin = make_user("管理员", role="admin", department=above)

    def _origins(self) -> None:
        stamp = {"created_at": self.now, "updated_at": self.now}
        self.sources = [Source.objects.create(name=f"来源{n}", key=f"drawn{n}", **stamp) for n in range(3)]
        self.channels = [Channel.objects.create(name=f"渠道{n}", path="", **stamp) for n in range(2)]
        self.campaigns = [
            Campaign.objects.create(
                name=f"活动{number}",
                type=self.pick.choice(["exhibition", ""]),
                cost=self._some([self._money()]),
                channel=self._some(self.channels),
                owner=self._some(self.people),
                starts_on=self._some([date(2026, 9, 1)]),
                **stamp,
            )
            for number in range(5)
        ]

        for channel in self.channels:
            for first in (date(2026, 1, 31), date(2026, 10, 1)):
                ChannelCost.objects.create(
                    channel=channel, first_day=first,
                    last_day=first + timedelta(days=self.pick.randint(0, 60)),
                    amount=self._money(), currency=self.pick.choice(["CNY", "USD"]), **stamp,
                )  # fmt: skip

    def _leads(self, count: int) -> None:
        pool = ensure_default_pool()
        made, pick = [], self.pick
        for number in range(count):
            status = pick.choice(["pooled", "assigned", "following", "converted", "converted", "invalid"])
            at = datetime(1969, 12, 31, 20, tzinfo=UTC) if number == 0 else self._at()
            owner = pick.choice(self.people) if status not in ("pooled", "invalid") else None
            made.append(
                Lead(
                    name=f"客户{number}", mobile=f"+86199{number:08d}", status=status, owner=owner,
                    pool=pool if status == "pooled" else None, home_pool=pool, stage=pick.choice(STAGES),
                    source=self._some(self.sources), channel=self._some(self.channels),
                    campaign=self._some(self.campaigns), intent=pick.choice(["high", "low", ""]),
                    industry=pick.choice(["finance", "retail", ""]), placed_at=at, stage_at=at,
                    assigned_at=at if owner else None, invalid_reason="test" if status == "invalid" else "",
                    last_activity_at=self._some([at]), created_at=at, updated_at=at,
                    archived_at=self.now if pick.random() < 0.05 else None,
                )
            )  # fmt: skip
        self.leads = Lead.objects.bulk_create(made)
        Touch.objects.bulk_create(
            Touch(lead=lead, at=lead.created_at, door="form", source=lead.source, is_first=True)
            for lead in self.leads
        )
        changes, transfers = [], []
        for lead in self.leads:
            at, before = lead.created_at, pick.choice(STAGES)
            for after in [*pick.choices(STAGES, k=pick.randint(0, 2)), lead.stage]:
                at += timedelta(seconds=pick.randint(1, 200_000))
                if after != before and at < self.now:
                    changes.append(StageChange(lead=lead, at=at, kind="stage", before=before, after=after))
                    before = after
            transfers += self._transfers(lead, pool.pk)
        StageChange.objects.bulk_create(changes)
        Transfer.objects.bulk_create(transfers)

    def _transfers(self, lead: Lead, pool_id: int) -> list[Transfer]:
        found, at, owner = [], lead.created_at, None
        for _number in range(self.pick.randint(1, 5)):
            to = self._some([one.pk for one in self.people], 0.3)
            to = lead.owner_id if self.pick.random() < 0.4 else to
            why = self.pick.choice(WHYS)
            found.append(
                Transfer(
                    lead=lead, at=at, why=why, spot="owner" if to else "pool", from_owner_id=owner,
                    to_owner_id=to, to_pool_id=None if to else pool_id,
                    to_status="assigned" if to else "pooled",
                    reason="no_need" if why == "returned" and self.pick.random() < 0.7 else "",
                )
            )  # fmt: skip
            owner, at = to, min(at + timedelta(seconds=self.pick.randint(0, 900_000)), self.now)
        return found

    def _sales(self) -> None:
        pick, main = self.pick, default_pipeline()
        other = find_pipeline(create_pipeline(system_access("tests"), name="渠道商机"))
        for number in range(40):
            create_day = date.today() - timedelta(days=7 * number)
            if number < 12:
                create_rate(
                    system_access("tests"),
                    {"currency": "USD", "on_date": create_day, "rate": Decimal(pick.randint(65, 75)) / 10},
                )
        stamp = {"created_at": self.now, "updated_at": self.now}
        accounts = [
            Account.objects.create(name=f"公司{n}", owner=self._some(self.people), **stamp) for n in range(25)
        ]
        made = []
        for number in range(70):
            line = other if number % 5 == 0 else main
            stage, at = pick.choice(line.stages), self._at()
            is_open = stage.kind == "open"
            made.append(
                Opportunity(
                    name=f"商机{number}", account=pick.choice(accounts), pipeline_id=line.id,
                    stage_id=stage.id, status=stage.kind, amount=self._some([self._money()]),
                    currency=pick.choice(["CNY", "CNY", "USD", "EUR"]), probability=stage.probability,
                    owner=self._some(self.people), closed_at=None if is_open else self._at(60),
                    lost_reason=pick.choice(["price", "competitor"]) if stage.kind == "lost" else None,
                    stage_entered_at=at, created_at=at, updated_at=at,
                    archived_at=self.now if pick.random() < 0.08 else None,
                )
            )  # fmt: skip
        self.opportunities = Opportunity.objects.bulk_create(made)
        converted = [lead for lead in self.leads if lead.status == "converted"]
        Conversion.objects.bulk_create(
            Conversion(
                lead=lead,
                account=pick.choice(accounts),
                opportunity=deal,
                opportunity_ids=[deal.pk] if deal else [],
                at=max(self._at(), lead.created_at),
                actor_id=pick.choice(self.people).pk,
            )
            for lead in converted
            for deal in [self._some(self.opportunities, 0.4)]
        )
        self._moves({main.id: main, other.id: other})
        self._orders(accounts)

    def _moves(self, lines: dict[int, Any]) -> None:
        found = []
        for one in self.opportunities:
            at, before, line = one.created_at, None, lines[one.pipeline_id]
            for stage in [*self.pick.sample(list(line.stages), 2), line.by_id[one.stage_id]]:
                if stage.id != before:
                    found.append(
                        StageMove(
                            opportunity=one, from_stage_id=before, to_stage_id=stage.id, at=at, currency="CNY"
                        )
                    )
                before, at = stage.id, at + timedelta(seconds=self.pick.randint(1, 500_000))
        StageMove.objects.bulk_create(found)

    def _orders(self, accounts: list[Account]) -> None:
        pick = self.pick
        for number in range(60):
            deal = self._some(self.opportunities, 0.4)
            day = (self._at(60)).date()
            order = Order.objects.create(
                number=f"D{number}", opportunity=deal,
                account=deal.account if deal else pick.choice(accounts),
                owner=self._some(self.people), state=pick.choice(["draft", "active", "active", "completed"]),
                currency=pick.choice(["CNY", "CNY", "USD", "EUR"]), ordered_on=day, due_on=day,
                total=self._money(), created_at=self.now, updated_at=self.now,
                archived_at=self.now if pick.random() < 0.05 else None,
            )  # fmt: skip
            if order.state == "draft":
                continue
            for _number in range(pick.randint(0, 3)):
                self._payment(order)

    def _payment(self, order: Order) -> None:
        given: dict[str, Any] = {
            "order": order, "currency": order.currency, "paid_on": self._at(40).date(),
            "owner": self._some(self.people), "created_at": self.now,
        }  # fmt: skip
        paid = Payment.objects.create(kind="payment", amount=self._money(), **given)
        chance = self.pick.random()
        if chance < 0.2:
            Payment.objects.create(kind="void", amount=-paid.amount, corrects=paid, **given)
        elif chance < 0.4:
            Payment.objects.create(kind="refund", amount=-round(paid.amount / 3, 2), **given)

    def _work(self) -> None:
        pick = self.pick
        about = [("lead", lead.pk) for lead in self.leads] + [
            ("opportunity", o.pk) for o in self.opportunities
        ]
        found = []
        for _number in range(500):
            record, key = pick.choice(about)
            found.append(
                Activity(
                    record_type=record, record_id=key, kind=pick.choice(["call", "visit", "note", "wechat"]),
                    outcome=self._some(["connected", "refused"], 0.3), occurred_at=self._at(50),
                    author=pick.choice(self.people), created_at=self.now,
                    archived_at=self.now if pick.random() < 0.05 else None,
                )
            )  # fmt: skip
        Activity.objects.bulk_create(found)
        Task.objects.bulk_create(
            Task(
                title="电话", owner=pick.choice(self.people),
                due_at=self._some([self._at(9), self.now + timedelta(1)]),
                done_at=self._some([self.now], 0.6), created_at=self.now, updated_at=self.now,
            )
            for _number in range(40)
        )  # fmt: skip
        Decision.objects.bulk_create(
            Decision(
                lead=lead, event_id=number, at=self._at(60), trigger="captured",
                outcome=pick.choice(["dispatched", "unmatched"]), rule_name=pick.choice(["北区", "南区", ""]),
                rule_version=pick.randint(1, 2), owner_id=pick.choice(self.people).pk,
            )
            for number, lead in enumerate(self.leads)
        )  # fmt: skip
        first = clock.today().replace(day=1)
        Target.objects.bulk_create(
            Target(
                user=person, measure=measure, grain=grain,
                starts_on=first.replace(month=1) if grain == "year" else first,
                amount=Decimal(pick.randint(1, 900_000)), currency=pick.choice(["CNY", "USD"]),
                created_at=self.now, updated_at=self.now,
            )
            for person in self.people
            for measure, grain in (("won_amount", "month"), ("won_amount", "year"), ("won_count", "month"))
        )  # fmt: skip
