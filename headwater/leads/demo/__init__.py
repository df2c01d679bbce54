"""The demo company: twelve people, four pools, months of days. Loaded by `headwater demo`."""

from collections.abc import Callable, Mapping

from django.db import transaction

from headwater.kernel.access import system_access
from headwater.kernel.sql import execute
from headwater.leads.demo import parties, products, recycling, waking
from headwater.leads.demo.company import DOMAIN, PASSWORD, PEOPLE, found
from headwater.leads.demo.history import History, Watcher
from headwater.platform.events import drain
from headwater.platform.notifications import mark_read

DAYS = 60
LEADS = 2600

# What rooms above add to the company: they get the ids of its people and pools, and set up what they keep.
_parts: list[Callable[[Mapping[str, int], Mapping[str, int]], None]] = []


def register_demo_part(part: Callable[[Mapping[str, int], Mapping[str, int]], None]) -> None:
    """Have `part(people, pools)` add to the demo company; call it from `registrations.py`."""
    _parts.append(part)


_watchers: list[Watcher] = []


def register_demo_watcher(watch: Watcher) -> None:
    """Have `watch(people, pools, lead_ids, days_ago)` act in the company's past.

    It is called whenever leads have come in, with the clock set to that moment, and at the end of the past
    once more (0 days ago, perhaps without leads). Call it from `registrations.py`.
    """
    _watchers.append(watch)


def load_demo_company(*, days: int = DAYS, leads: int = LEADS) -> list[str]:
    """Load it into an empty installation; the months all or nothing. Lines that tell how to sign in."""
    with transaction.atomic():
        company = found(system_access("demo"))
        recycling.rules(system_access("demo"), company.pools)
        history = History(company, days=days, leads=leads, watchers=_watchers)
        history.play()
    execute("ANALYZE")  # months in a minute: nothing else has told the planner yet
    drain()  # who was told what in those months has been read long ago
    for user in company.people.values():
        mark_read(user.pk)
    with transaction.atomic():
        history.leave_open_ends()
        recycling.protection(company.people)
        waking.play(company.people, company.pools, company.sources)
        products.play()
        parties.play(company.people)
    drain()
    with transaction.atomic():
        for part in _parts:
            part({key: user.pk for key, user in company.people.items()}, company.pools)
    drain()
    return sign_ins()


def sign_ins() -> list[str]:
    """Name, role and address of everybody, and the common password."""
    lines = [f"{name}（{title}）  {key}@{DOMAIN}" for key, (name, _, _, title, _) in PEOPLE.items()]
    return [*lines, f"密码 password: {PASSWORD}"]
