"""Reading: lists, deep pages, search, a lead's page, and the screen over its JSON twin."""

from collections.abc import Callable, Iterator

import orjson

from bench import floors
from bench.client import Caller
from bench.timing import Result, cpu, median, pair, wall
from headwater.kernel import criteria, listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import value
from headwater.organization.queries import actor_for

FILTER = {
    "all": [
        {"field": "status", "op": "eq", "value": "pooled"},
        {"field": "stage", "op": "eq", "value": "MQL"},
    ]
}
FIELDS = "name,company,title,mobile,stage,status,intent,created_at,next_follow_at,last_activity_at,owner,source,pool"
QUERY = f"filter={orjson.dumps(FILTER).decode()}&sort=-created_at&limit=50&total=false&fields={FIELDS}"


def lists() -> Iterator[Result]:
    boss, database = Caller("admin@example.com"), floors.connect()
    product, floor = pair(cpu, boss.request("GET", "/api/v1/leads", QUERY), floors.listing(database))
    yield Result(
        "list, filtered + scoped + sorted, 50 rows", product, floor, "ms CPU", "≤ 2×", product <= 2 * floor
    )


def deep_page() -> Iterator[Result]:
    """The database's time for page 1 and page 1000 of the same list."""
    kind = record_type("lead")
    access = permit(actor_for(Caller("admin@example.com").user), "leads.view")
    wanted = criteria.parse({"field": "status", "op": "eq", "value": "pooled"}, kind, access)
    cursor = None
    for _ in range(999):
        found = listing.fetch(access, kind, criteria=wanted, fields=["name"], limit=50, cursor=cursor)
        if found.next is None:
            break
        cursor = found.next

    def at(place: str | None) -> Callable[[], object]:
        return lambda: listing.fetch(access, kind, criteria=wanted, fields=["name"], limit=50, cursor=place)

    deep, first = pair(wall, at(cursor), at(None), pick=median)
    yield Result("page 1000 by cursor over page 1", deep, first, "ms", "≤ 1.2×", deep <= 1.2 * first)


def search() -> Iterator[Result]:
    """Ids of the newest fifty matches, in the database alone."""
    kind = record_type("lead")
    access = permit(actor_for(Caller("admin@example.com").user), "leads.view")
    # Somebody in the middle: the newest of a round number of leads has a number full of zeros.
    someone = "FROM leads_lead WHERE id >= (SELECT max(id) * 618 / 1000 FROM leads_lead) ORDER BY id LIMIT 1"
    name, number = value(f"SELECT name {someone}"), value(f"SELECT mobile {someone}")
    for label, q in (
        ("phone fragment", number[-6:-1]),
        ("2 Chinese characters", name[:2]),
        ("pinyin initials", "zmx"),
    ):
        run_it = lambda q=q: listing.fetch(access, kind, q=q, fields=["name"], limit=50)
        taken, ping = pair(wall, run_it, lambda: value("SELECT 1"), pick=median, times=3)
        yield Result(
            f"search by {label}", taken, ping, "ms", "≤ 10 ms", taken <= 10, note=f"“{q}”, floor is SELECT 1"
        )


def page() -> Iterator[Result]:
    lead_id = value("SELECT id FROM leads_lead WHERE status = 'following' ORDER BY id LIMIT 1")
    boss, database = Caller("admin@example.com"), floors.connect()
    record = boss.request("GET", f"/api/v1/leads/{lead_id}")
    line = boss.request("GET", f"/api/v1/leads/{lead_id}/timeline")
    product, floor = pair(cpu, lambda: (record(), line()), floors.page(database, lead_id))
    met = product <= floor + 1.5
    yield Result("lead page: record + first timeline page", product, floor, "ms CPU", "raw + 1.5 ms", met)


def screen() -> Iterator[Result]:
    boss = Caller("admin@example.com")
    boss.sign_in()
    html = boss.request(
        "GET", "/leads", f"filter={orjson.dumps(FILTER).decode()}&sort=-created_at", screen=True
    )
    json = boss.request("GET", "/api/v1/leads", QUERY.replace("&total=false", "&total=true"))
    product, floor = pair(cpu, html, json, batches=15, times=4)
    yield Result(
        "lead list screen over its JSON twin", product, floor, "ms CPU", "≤ 2×", product <= 2 * floor
    )
