"""Months of believable days, played through the real services with the clock set back."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from headwater.engagement.services import comment_on_activity, create_task, record_activities
from headwater.engagement.types import NewActivity
from headwater.kernel import clock
from headwater.kernel.access import Access, load_actor, permit, system_access
from headwater.kernel.sql import rows, values
from headwater.leads import services
from headwater.leads.demo import words
from headwater.leads.demo.arrivals import HOT_SOURCES, arrival
from headwater.leads.demo.capture import Arrival, capture
from headwater.leads.demo.company import SOURCES, Company
from headwater.sales.queries import default_pipeline
from headwater.sales.services import move_stage

REPS = ("north", "north1", "north2", "south", "south1", "south2")
MOST = 40  # below the cap of 50: who signs in finds room to claim
_OWNED = "owner_id = %s AND status IN ('assigned', 'following')"
# Minutes after midnight at which the company turns to what has come in, and at which its day ends.
SITTINGS = (9 * 60 + 30, 13 * 60 + 30, 16 * 60 + 20)
EVENING = 17 * 60 + 45
HOT_FIRST = 28  # days since which who asks urgently is called first

# Rooms above may act in the past when leads come in: the ids of people and pools, the leads, days ago.
Watcher = Callable[[Mapping[str, int], Mapping[str, int], Sequence[int], int], None]


class History:
    """One seeded run: the same company every time."""

    def __init__(
        self,
        company: Company,
        *,
        days: int,
        leads: int,
        watchers: Sequence[Watcher] = (),
        seed: int = 20261121,
    ) -> None:
        self.company = company
        self.days = days
        self.per_day = leads / days
        self.watchers = watchers
        self.pick = random.Random(seed)
        self.number = 0
        self.now = clock.now()
        self.coming: list[Arrival] = []
        self.called: dict[str, dict[int, datetime]] = {}  # today's calls by rep
        self.actors = {key: load_actor(user.pk) for key, user in company.people.items()}

    def play(self) -> None:
        """From `days` ago until now."""
        today = timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        for back in range(self.days, -1, -1):
            self._day(today - timedelta(days=back), back)
        self._arrive(self.now, back=0)
        self._undo_one()

    def _access(self, key: str, permission: str) -> Access:
        return permit(self.actors[key], permission)

    def _day(self, midnight: datetime, back: int) -> None:
        is_weekend = midnight.weekday() >= 5
        share = 0.35 if is_weekend else 1.25
        self._expect(midnight, max(1, round(self.per_day * share * self.pick.uniform(0.7, 1.3))))
        if is_weekend and back:
            return
        moments = [midnight + timedelta(minutes=minutes) for minutes in SITTINGS]
        passed = [at for at in moments if at < self.now] or [self.now - timedelta(hours=2)]
        self.called = {key: {} for key in REPS}
        for place, at in enumerate(passed):
            self._arrive(at, back)
            if place == 0:
                with clock.freeze(at):
                    self._assign()
            claiming = REPS if place < 2 else self.pick.sample(REPS, 3)
            with clock.freeze(min(at + timedelta(minutes=10), self.now)):
                for key in claiming:
                    self._claim(key, room=9 if key in ("north", "south") else 34, most=4 if place == 0 else 2)
            for key in REPS:
                self._call(key, at, sitting=place, back=back)
        for key in REPS:
            self._write_down(key)
        with clock.freeze(min(midnight + timedelta(minutes=EVENING), self.now)):
            for key in REPS:
                self._let_go(key)
                self._convert(key)
                self._sell(key)
            self._comment()

    def _expect(self, midnight: datetime, count: int) -> None:
        """Leads that come in on a day, in the order in which they do."""
        self.coming += (self._arrival(midnight) for _ in range(count))
        self.coming.sort(key=lambda one: one.at)

    def _arrive(self, until: datetime, back: int) -> None:
        """Capture what has come in by now."""
        due = [one for one in self.coming if one.at <= until]
        self.coming = self.coming[len(due) :]
        with clock.freeze(until):
            ids = capture(system_access("demo"), due) if due else []
            people = {key: user.pk for key, user in self.company.people.items()}
            for watch in self.watchers:
                watch(people, self.company.pools, ids, back)

    def _arrival(self, midnight: datetime) -> Arrival:
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
            "campaign_id": self._campaign((self.now - midnight).days),
            "stage": stage,
            "consent_basis": "form" if source in ("website", "search_ads") else "",
        }
        place = self.company.pools["finance" if industry == "finance" else pool]
        return Arrival(arrival(pick, midnight, source), place, draft)

    def _campaign(self, back: int) -> int | None:
        """The campaign that a lead of that day came under, if any."""
        chance = self.pick.random()
        for campaign_id, first, last, share in self.company.campaigns:
            if first >= back >= last:
                if chance < share:
                    return campaign_id
                chance -= share
        return None

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

    def _claim(self, key: str, *, room: int, most: int) -> None:
        held = values(f"SELECT count(*) FROM leads_lead WHERE {_OWNED}", (self.company.id(key),))[0]
        wanted = min(room - held, most)
        if wanted <= 0:
            return
        pool = self.company.pools["north" if key.startswith("north") else "south"]
        pools = [pool, self.company.pools["public"]]
        found = values(
            "SELECT id FROM leads_lead WHERE pool_id = ANY(%s::bigint[]) ORDER BY created_at DESC LIMIT %s",
            (pools, wanted * 8),
        )
        if found:
            some = self.pick.sample(found, min(wanted, len(found)))
            services.claim_leads(self._access(key, "leads.claim"), some)

    def _call(self, key: str, start: datetime, *, sitting: int, back: int) -> None:
        """A rep turns to those who wait.

        New ones come before those who are known, save in the last sitting; lately there too, and urgent ones
        before all others.
        """
        called = self.called[key]
        hot = [found for one in HOT_SOURCES if (found := self.company.sources.get(one)) is not None]
        is_lately = back <= HOT_FIRST
        waiting = values(
            f"SELECT id FROM leads_lead WHERE {_OWNED} AND id <> ALL(%s::bigint[]) AND created_at < %s"
            " ORDER BY (last_activity_at IS NULL AND %s) DESC,"
            " (%s AND (intent = 'high' OR source_id = ANY(%s::bigint[]))) DESC,"
            " last_activity_at, id LIMIT %s",
            (
                self.company.id(key), list(called), start, sitting < 2 or is_lately, is_lately, hot,
                self.pick.randint(2, 4) + (sitting == 0),
            ),
        )  # fmt: skip
        for place, lead_id in enumerate(waiting):
            at = start + timedelta(minutes=20 + 25 * place, seconds=self.pick.randint(0, 900))
            if at < self.now:
                called[lead_id] = at

    def _write_down(self, key: str) -> None:
        written = [self._activity(lead_id, at) for lead_id, at in self.called[key].items()]
        if written:
            with clock.freeze(max(self.called[key].values())):
                record_activities(self._access(key, "activities.create"), written)

    def _activity(self, lead_id: int, at: datetime) -> NewActivity:
        pick = self.pick
        kind = pick.choices(["call", "wechat", "visit"], weights=[7, 2, 1])[0]
        outcome, content = pick.choice(words.CALLS)
        if kind != "call":
            outcome, content = "connected", pick.choice(words.CHATS if kind == "wechat" else words.VISITS)
        reached = outcome in ("connected", "interested", "considering", "call_back")
        days, slot = pick.randint(1, 9), pick.randint(0, 14)
        ahead = at.replace(hour=10, minute=0) + timedelta(days=days, minutes=30 * slot)
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
        """Some are given back, some turn out to be nothing, some to be something."""
        cold = self._some(key, "last_activity_at IS NOT NULL AND stage IN ('UQL', 'MQL')", 8)
        chances = {lead_id: self.pick.random() for lead_id in cold}
        reason = self.pick.choice(["no_answer", "no_need", "no_budget", "not_my_field"])
        flaw = self.pick.choice(["wrong_number", "not_a_customer", "competitor"])
        if back := [one for one, chance in chances.items() if chance < 0.30]:
            services.return_leads(self._access(key, "leads.return"), back, reason=reason)
        if nothing := [one for one, chance in chances.items() if 0.30 <= chance < 0.42]:
            services.invalidate_leads(self._access(key, "leads.invalidate"), nothing, reason=flaw)
        if good := [one for one, chance in chances.items() if 0.42 <= chance < 0.62]:
            services.change_stages(self._access(key, "leads.edit"), good, "MQL")

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
