"""Leads arriving day and night, through the import engine's own session and the form's own service."""

import random
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from headwater.kernel.access import permit
from headwater.leads.importing.importer import LeadImporter
from headwater.leads.services import capture_lead
from headwater.organization.queries import actor_for
from headwater.platform.imports.types import Column, ColumnPlan, SourceRow, Work
from tests.simulation.company import POOLS, SYSTEM, TRADES, Company, at_home

FIELDS = ("name", "mobile", "company", "industry", "intent", "requirement", "pool")
BY_FORM = 0.15
AGAIN = 0.08
NIGHT, DAY = 0.3, 1.0


class Arrivals:
    """So many leads in so many hours; some are of people who were here before."""

    def __init__(self, company: Company, *, leads: int, hours: int, pick: random.Random) -> None:
        self.company, self.pick = company, pick
        self.per_hour = leads / hours * 24 / (10 * DAY + 14 * NIGHT)
        self.number = self.again = self.jobs = 0
        self.owed = 0.0

    def arrive(self, moment: datetime) -> None:
        """What this hour brings."""
        share = DAY if 9 <= at_home(moment).hour < 19 else NIGHT
        self.owed += self.per_hour * share * self.pick.uniform(0.5, 1.5)
        count = int(self.owed)
        self.owed -= count
        rows: list[list[str]] = []
        seen: set[str] = set()
        for _ in range(count):
            before, draft = self.number, self._draft()
            if draft["mobile"] in seen:
                continue
            self.again += self.number == before
            seen.add(draft["mobile"])
            if self.pick.random() < BY_FORM:
                given = {key: value for key, value in draft.items() if key != "pool" and value}
                capture_lead(SYSTEM, given | {"pool": self.company.pools[draft["pool"]]}, door="form")
            else:
                names = draft | {"pool": "" if draft["pool"] == "公海" else f"{draft['pool']}线索池"}
                rows.append([names[field] for field in FIELDS])
        self._import(rows)

    def _draft(self) -> dict[str, str]:
        pick = self.pick
        if self.number > 50 and pick.random() < AGAIN:
            number = pick.randint(1, self.number)
        else:
            self.number += 1
            number = self.number
        return {
            "name": f"客户{number}",
            "mobile": f"+86142{number:08d}",  # 142 is assigned to nobody
            "company": f"示例{number}有限公司" if pick.random() < 0.9 else "",
            "industry": pick.choice(TRADES),
            "intent": pick.choice(["high", "medium", "low"]),
            "requirement": "想了解报价",
            "pool": pick.choice(["公海", "公海", *POOLS]),
        }

    def _import(self, rows: list[list[str]]) -> None:
        if not rows:
            return
        self.jobs += 1
        access = permit(actor_for(self.company.admin), "leads.import")
        work = Work(
            self.jobs,
            [Column(place, name) for place, name in enumerate(FIELDS)],
            [ColumnPlan(place, name) for place, name in enumerate(FIELDS)],
            {"policy": "reinquire"},
            {},
        )
        importer = LeadImporter()
        work = replace(work, options=importer.complete(access, work))
        session = importer.session(access, work, writes=True)
        found = [SourceRow(number, number + 1, cells) for number, cells in enumerate(rows, 1)]
        with transaction.atomic():
            results = session.write(session.prepare(found))
        bad = [result for result in results if result.record_id is None]
        assert not bad, bad
