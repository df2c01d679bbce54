"""Thirteen weeks hour by hour: arrivals, people at work, and the jobs of the minute, with the clock set."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from headwater.engagement.services import record_activities
from headwater.engagement.types import NewActivity
from headwater.handover.services import start_handover, work_on
from headwater.kernel import clock
from headwater.kernel.access import permit
from headwater.kernel.errors import DomainError
from headwater.kernel.sql import rows, value, values
from headwater.leads import services
from headwater.leads.services.protecting import protect_lead
from headwater.leads.services.recycling import recycle_due
from headwater.leads.services.warning import warn_due
from headwater.organization.queries import actor_for, working_time
from headwater.organization.services import create_absence, set_duty
from headwater.platform.events import drain
from headwater.routing.services import run_waiting
from tests.simulation.arrivals import Arrivals
from tests.simulation.company import SYSTEM, Company, Rep, at_home, found, leaving

# Monday 00:00 in China; on the second Saturday people work to make up, then nine days off follow.
START = datetime(2026, 2, 1, 16, tzinfo=UTC)
STEP = timedelta(hours=1)
_OPEN = "status IN ('assigned', 'following') AND archived_at IS NULL"

Sweep = Callable[[], object]


class Quarter:
    """One seeded run. `sweep` takes back what is due; other ways of doing it must come to the same."""

    def __init__(
        self,
        *,
        seed: int,
        leads: int,
        days: int,
        start: datetime = START,
        zone: str = "Asia/Shanghai",
        sweep: Sweep = recycle_due,
    ) -> None:
        self.pick = random.Random(seed)
        self.sweep = sweep
        self.start, self.hours = start, days * 24
        self.end = start + self.hours * STEP
        self.refusals: Counter[str] = Counter()
        self.acts: Counter[str] = Counter()
        self.latest = timedelta(0)  # the longest that anything due had waited when its job came
        self.told = 0  # follow-ups recorded
        self.left_over = 0  # what was still due after the jobs had run
        with clock.freeze(start - timedelta(days=3)):
            self.company: Company = found(self.pick, zone)
            drain()
        self.arrivals = Arrivals(self.company, leads=leads, hours=self.hours, pick=self.pick)
        self._drained = self._newest_event()

    def play(self) -> None:
        """From the first hour to the last."""
        for hour in range(self.hours):
            if hour and hour % (7 * 24) == 0:
                print(f"week {hour // (7 * 24)} is over, {self.arrivals.number} leads came")
            with clock.freeze(self.start + hour * STEP):
                self._step(clock.now())
        with clock.freeze(self.end):
            self._jobs(self.end)

    def _step(self, moment: datetime) -> None:
        self.arrivals.arrive(moment)
        self._jobs(moment)
        if working_time(None).is_open(moment):
            if at_home(moment).hour == 9:
                self._staff(moment)
            for rep in self.company.reps:
                if not rep.is_gone and self.pick.random() < 0.15:
                    self._work(rep, moment)

    def _jobs(self, moment: datetime) -> None:
        """What the worker does every minute, and what it does with events."""
        late = value(
            "SELECT max(%s - due) FROM ("
            "SELECT recycle_due_at AS due FROM leads_lead WHERE recycle_due_at <= %s"
            " UNION ALL SELECT due_at FROM routing_waitinglead WHERE due_at <= %s) x",
            (moment, moment, moment),
        )
        if late is not None:
            self.latest = max(self.latest, late)
        warn_due()
        self.sweep()
        self._settle()
        self.left_over += value(
            "SELECT (SELECT count(*) FROM leads_lead WHERE recycle_due_at <= %s OR warn_at <= %s)"
            " + (SELECT count(*) FROM routing_waitinglead WHERE due_at <= %s)",
            (moment, moment, moment),
        )

    def _settle(self) -> None:
        """Events and the queue of the rules until both are quiet."""
        looked_at = 1
        while looked_at or self._newest_event() != self._drained:
            if self._newest_event() != self._drained:
                drain()
                self._drained = self._newest_event()
            looked_at = run_waiting()

    @staticmethod
    def _newest_event() -> int:
        return int(value("SELECT COALESCE(max(id), 0) FROM platform_event"))

    def _try(self, name: str, act: Callable[[], Any]) -> None:
        """One act of a person; a refusal is part of the game and is counted."""
        try:
            done = act()
        except DomainError as refused:
            self.refusals[refused.code] += 1
            return
        for one in done if isinstance(done, list) else [None]:
            refusal = getattr(one, "refusal", None)
            if refusal is None:
                self.acts[name] += 1
            else:
                self.refusals[refusal.code] += 1

    def _staff(self, moment: datetime) -> None:
        """People fall ill, go off duty and come back, and now and then one leaves for good."""
        here = [rep for rep in self.company.reps if not rep.is_gone]
        if self.pick.random() < 0.5:
            rep = self.pick.choice(here)
            days = timedelta(days=self.pick.randint(1, 5))
            self._try(
                "leave", lambda: create_absence(SYSTEM, rep.id, starts_at=moment, ends_at=moment + days)
            )
        off = self.pick.choice(here)
        duty = self.pick.random() < 0.7
        self._try("duty", lambda: set_duty(SYSTEM, [off.id], is_on_duty=duty))
        if self.pick.random() < 0.1 and len(here) > 45:
            self._quit(self.pick.choice(here))

    def _quit(self, rep: Rep) -> None:
        others = [one for one in self.company.reps if not one.is_gone and one.department == rep.department]
        receivers = [one for one in others if one is not rep]
        access = permit(actor_for(self.company.admin), "handover.run")
        self._try("handover", lambda: work_on(start_handover(access, leaving(rep, receivers))))
        rep.is_gone = True

    def _work(self, rep: Rep, moment: datetime) -> None:
        """An hour of a rep: claim, follow up, then let go, protect or convert some."""
        if self.pick.random() > rep.diligence:
            return
        if self.pick.random() < 0.5:
            free = values(
                "SELECT id FROM leads_lead WHERE pool_id = ANY(%s::bigint[])"
                " ORDER BY placed_at DESC, id LIMIT 5",
                (list(rep.pools),),
            )
            if free:
                self._try("claim", lambda: services.claim_leads(self._as(rep, "leads.claim"), free))
        mine = rows(
            f"SELECT id, status, stage FROM leads_lead WHERE owner_id = %s AND {_OPEN}"
            " ORDER BY last_activity_at NULLS FIRST, id LIMIT 12",
            (rep.id,),
        )
        chosen = [lead["id"] for lead in mine if self.pick.random() < rep.diligence]
        if chosen:
            told = [
                NewActivity("lead", lead_id, content="聊了需求", occurred_at=moment) for lead_id in chosen
            ]
            self._try("follow up", lambda: self._tell(rep, told))
        for lead in mine:
            self._decide(rep, lead, moment)

    def _tell(self, rep: Rep, told: list[NewActivity]) -> None:
        with transaction.atomic():
            record_activities(self._as(rep, "activities.create"), told)
        self.told += len(told)

    def _decide(self, rep: Rep, lead: dict[str, Any], moment: datetime) -> None:
        chance, lead_id = self.pick.random(), lead["id"]
        if lead["status"] != "following" or chance > 0.28:
            return
        if chance < 0.06:
            access = self._as(rep, "leads.return")
            self._try("return", lambda: services.return_leads(access, [lead_id], reason="no_need"))
        elif chance < 0.10:
            access = self._as(rep, "leads.invalidate")
            self._try(
                "invalidate", lambda: services.invalidate_leads(access, [lead_id], reason="wrong_number")
            )
        elif chance < 0.18:
            stage = "MQL" if lead["stage"] == "UQL" else "SQL"
            access = self._as(rep, "leads.edit")
            self._try("stage", lambda: services.change_stages(access, [lead_id], stage))
        elif chance < 0.20:
            access, until = self._as(rep, "leads.protect"), moment + timedelta(days=20)
            self._try("protect", lambda: protect_lead(access, lead_id, until, reason="出国三周"))
        else:
            access = self._as(rep, "leads.convert")
            self._try("convert", lambda: services.convert_lead(access, lead_id))

    def _as(self, rep: Rep, permission: str) -> Any:
        return self.company.access(rep.id, permission)
