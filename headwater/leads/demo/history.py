"""Months of believable days, played through the real services with the clock set back."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from headwater.engagement.services import comment_on_activity, create_task, record_activities
from headwater.engagement.types import NewActivity
from headwater.kernel import clock
from headwater.kernel.access import Access, load_actor, permit, system_access
from headwater.kernel.sql import rows, values
from headwater.leads import services
from headwater.leads.demo import words
from headwater.leads.demo.capture import capture
from headwater.leads.demo.company import SOURCES, Company
from headwater.sales.queries import default_pipeline
from headwater.sales.services import move_stage

REPS = ("north", "north1", "north2", "south", "south1", "south2")
MOST = 40  # below the cap of 50: who signs in finds room to claim
_OWNED = "owner_id = %s AND status IN ('assigned', 'following')"


class History:
    """One seeded run: the same company every time."""

    def __init__(self, company: Company, *, days: int, leads: int, seed: int = 20261121) -> None:
        self.company = company
        self.days = days
        self.per_day = leads / days
        self.pick = random.Random(seed)
        self.number = 0
        self.actors = {key: load_actor(user.pk) for key, user in company.people.items()}

    def play(self) -> None:
        """From `days` ago until now."""
        today = clock.now()
        for back in range(self.days, -1, -1):
            morning = (today - timedelta(days=back)).replace(hour=1, minute=30, second=0, microsecond=0)
            if morning >= today:
                morning = today - timedelta(hours=2)
            self._day(morning, last=back == 0)
        self._undo_one()

    def _access(self, key: str, permission: str) -> Access:
        return permit(self.actors[key], permission)

    def _day(self, morning: datetime, *, last: bool) -> None:
        is_weekend = morning.weekday() >= 5
        share = 0.35 if is_weekend else 1.25
        with clock.freeze(morning):
            self._capture(max(1, round(self.per_day * share * self.pick.uniform(0.7, 1.3))))
            if is_weekend and not last:
                return
            self._assign()
        with clock.freeze(morning + timedelta(minutes=45)):
            for key in REPS:
                self._claim(key, room=9 if key in ("north", "south") else 34)
        for key in REPS:
            self._follow_up(key, morning)
        evening = morning if last else morning + timedelta(hours=8)
        with clock.freeze(evening):
            for key in REPS:
                self._let_go(key)
                self._convert(key)
                self._sell(key)
            self._comment()

    def _capture(self, count: int) -> None:
        drafts: dict[str, list[dict[str, Any]]] = {}
        for _ in range(count):
            draft, pool = self._draft()
            drafts.setdefault(pool, []).append(draft)
        for pool, some in drafts.items():
            capture(system_access("demo"), some, pool_id=self.company.pools[pool])

    def _draft(self) -> tuple[dict[str, Any], str]:
        pick = self.pick
        self.number += 1
        region, city, pool = pick.choice(words.CITIES)
        industry, trade = pick.choice(words.TRADES)
        source = pick.choices(list(SOURCES), weights=list(SOURCES.values()))[0]
        stage = pick.choices(["UQL", "MQL", "SQL"], weights=[6, 3, 1])[0]
        draft: dict[str, Any] = {
            "name": pick.choice(words.SURNAMES) + pick.choice(words.GIVEN),
            "company": f"{city}{pick.choice(words.NAMES)}{trade}有限公司",
            "title": pick.choice(words.TITLES),
            "mobile": f"+86142{self.number:08d}",  # 142 is assigned to nobody
            "email": f"lead{self.number}@example.com" if pick.random() < 0.4 else None,
            "wechat": f"wx_{self.number:05d}" if pick.random() < 0.3 else None,
            "region": region,
            "industry": industry,
            "company_size": pick.choice(words.SIZES),
            "intent": pick.choices(["high", "medium", "low", ""], weights=[2, 4, 3, 1])[0],
            "requirement": pick.choice(words.NEEDS),
            "budget": pick.choice([None, 20_000, 50_000, 68_000, 120_000, 260_000]),
            "source_id": self.company.sources.get(source),
            "channel_id": self.company.channels.get(source),
            "campaign_id": pick.choice(self.company.campaigns) if pick.random() < 0.3 else None,
            "stage": stage,
            "consent_basis": "form" if source in ("website", "search_ads") else "",
        }
        return draft, "finance" if industry == "finance" else pool

    def _assign(self) -> None:
        """The pool administrator deals what lies in the pool for finance."""
        waiting = values(
            "SELECT id FROM leads_lead WHERE pool_id = %s ORDER BY created_at LIMIT 6",
            (self.company.pools["finance"],),
        )
        people = [self.company.id(key) for key in ("north1", "south1")]
        books = services.read_books(people)
        people = [person for person in people if books[person].held < MOST]
        if waiting and people:
            services.assign_leads(self._access("pools", "leads.assign"), waiting, people)

    def _claim(self, key: str, *, room: int) -> None:
        held = values(f"SELECT count(*) FROM leads_lead WHERE {_OWNED}", (self.company.id(key),))[0]
        wanted = min(room - held, 7)
        if wanted <= 0:
            return
        pool = self.company.pools["north" if key.startswith("north") else "south"]
        pools = [pool, self.company.pools["public"]]
        found = values(
            "SELECT id FROM leads_lead WHERE pool_id = ANY(%s::bigint[]) ORDER BY created_at DESC LIMIT %s",
            (pools, wanted * 3),
        )
        if found:
            some = self.pick.sample(found, min(wanted, len(found)))
            services.claim_leads(self._access(key, "leads.claim"), some)

    def _follow_up(self, key: str, morning: datetime) -> None:
        """A rep calls those who wait longest."""
        number = self.pick.randint(6, 12)
        waiting = values(
            f"SELECT id FROM leads_lead WHERE {_OWNED}"
            " ORDER BY (last_activity_at IS NULL) DESC, last_activity_at, id LIMIT %s",
            (self.company.id(key), number),
        )
        written = []
        for place, lead_id in enumerate(waiting):
            at = morning + timedelta(minutes=60 + 25 * place + self.pick.randint(0, 15))
            if at > clock.now():
                break
            written.append(self._activity(lead_id, at))
        if written:
            with clock.freeze(max(item.occurred_at for item in written if item.occurred_at)):
                record_activities(self._access(key, "activities.create"), written)

    def _activity(self, lead_id: int, at: datetime) -> NewActivity:
        pick = self.pick
        kind = pick.choices(["call", "wechat", "visit"], weights=[7, 2, 1])[0]
        outcome, content = pick.choice(words.CALLS)
        if kind != "call":
            outcome, content = "connected", pick.choice(words.CHATS if kind == "wechat" else words.VISITS)
        reached = outcome in ("connected", "interested", "considering", "call_back")
        days, slot = pick.randint(1, 9), pick.randint(0, 14)
        ahead = at.replace(hour=2, minute=0) + timedelta(days=days, minutes=30 * slot)
        return NewActivity(
            "lead",
            lead_id,
            kind=kind,
            outcome=outcome,
            content=content,
            occurred_at=at,
            duration_seconds=pick.randint(40, 900) if kind == "call" and reached else None,
            next_at=ahead if pick.random() < 0.8 else None,
        )

    def _some(self, key: str, condition: str, limit: int) -> list[int]:
        return values(
            f"SELECT id FROM leads_lead WHERE {_OWNED} AND {condition} ORDER BY last_activity_at LIMIT %s",
            (self.company.id(key), limit),
        )

    def _let_go(self, key: str) -> None:
        """Some are given back, some turn out to be nothing."""
        cold = self._some(key, "last_activity_at IS NOT NULL AND stage = 'UQL'", 5)
        for lead_id in cold:
            chance = self.pick.random()
            if chance < 0.30:
                reason = self.pick.choice(["no_answer", "no_need", "no_budget", "not_my_field"])
                services.return_leads(self._access(key, "leads.return"), [lead_id], reason=reason)
            elif chance < 0.45:
                reason = self.pick.choice(["wrong_number", "not_a_customer", "competitor"])
                services.invalidate_leads(self._access(key, "leads.invalidate"), [lead_id], reason=reason)
            elif chance < 0.70:
                services.change_stages(self._access(key, "leads.edit"), [lead_id], "MQL")

    def _convert(self, key: str) -> None:
        if self.pick.random() > 0.45:
            return
        for lead_id in self._some(key, "stage IN ('MQL', 'SQL') AND last_activity_at IS NOT NULL", 1):
            amount = self.pick.choice([18_000, 36_000, 68_000, 98_000, 150_000, 280_000])
            closes = clock.today() + timedelta(days=self.pick.randint(20, 90))
            services.convert_lead(
                self._access(key, "leads.convert"),
                lead_id,
                opportunity={"amount": amount, "expected_close_on": closes},
            )

    def _undo_one(self) -> None:
        """One lead was converted too early, and is being followed again."""
        recent = values("SELECT lead_id FROM leads_conversion ORDER BY at DESC LIMIT 10")
        access = system_access("demo")
        for lead_id in recent:
            if services.preview_undo(access, lead_id).is_possible:
                services.undo_conversion(access, lead_id, note=words.TOO_EARLY)
                return

    def _sell(self, key: str) -> None:
        """Opportunities move on, one stage at a time; some are won, some lost."""
        if self.pick.random() > 0.6:
            return
        stages = default_pipeline().stages
        waiting = rows(
            "SELECT id, stage_id FROM sales_opportunity WHERE owner_id = %s AND status = 'open'"
            " AND stage_entered_at < %s ORDER BY stage_entered_at LIMIT 2",
            (self.company.id(key), clock.now() - timedelta(days=3)),
        )
        for row in waiting:
            place = next(index for index, stage in enumerate(stages) if stage.id == row["stage_id"])
            lost = self.pick.random() < 0.15
            target = stages[-1] if lost else stages[place + 1]
            move_stage(
                self._access(key, "opportunities.edit"),
                row["id"],
                stage_id=target.id,
                lost_reason=self.pick.choice(["price", "competitor", "no_response"]) if lost else None,
            )

    def _comment(self) -> None:
        latest = rows("SELECT id, author_id FROM engagement_activity ORDER BY occurred_at DESC LIMIT 12")
        if latest and self.pick.random() < 0.5:
            chosen = self.pick.choice(latest)
            comment_on_activity(
                self._access("director", "comments.create"),
                chosen["id"],
                content=self.pick.choice(words.COMMENTS),
            )

    def leave_open_ends(self) -> None:
        """What is waiting this morning: tasks due today and yesterday, and a few leads just dealt."""
        now = clock.now()
        waiting = values("SELECT id FROM leads_lead WHERE pool_id IS NOT NULL ORDER BY id DESC LIMIT 18")
        services.assign_leads(
            self._access("pools", "leads.assign"), waiting, [self.company.id(key) for key in REPS]
        )
        for key in REPS:
            access = self._access(key, "tasks.create")
            mine: Sequence[int] = self._some(key, "TRUE", 4)
            for place, lead_id in enumerate(mine):
                create_task(
                    access,
                    {
                        "title": self.pick.choice(words.TASKS),
                        "record_type": "lead",
                        "record_id": lead_id,
                        "due_at": now + timedelta(hours=2 * place - 3),
                    },
                )
