"""What is measured. Each function gives lines of the table; goals are those of the product's quality page."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import orjson
from django.db import connection, transaction

from bench import floors
from bench.client import Caller
from bench.timing import Result, cpu, median, pair, wall
from headwater.kernel import criteria, listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import execute, rows, value
from headwater.leads.services import assign_leads, claim_leads
from headwater.organization.queries import actor_for

FILTER = {
    "all": [
        {"field": "status", "op": "eq", "value": "pooled"},
        {"field": "stage", "op": "eq", "value": "MQL"},
    ]
}
FIELDS = "name,company,title,mobile,stage,status,intent,created_at,next_follow_at,last_activity_at,owner,source,pool"
QUERY = f"filter={orjson.dumps(FILTER).decode()}&sort=-created_at&limit=50&total=false&fields={FIELDS}"


def run(only: list[str]) -> list[Result]:
    """All measurements, or those named."""
    found: list[Result] = []
    for measure in (lists, deep_page, search, page, writes, screen, claims, batch_assign):
        if only and measure.__name__ not in only:
            continue
        for result in measure():
            print(f"{result.work}: {result.product:.2f} {result.unit}, floor {result.floor:.2f}", flush=True)
            found.append(result)
    return found


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
    name = value("SELECT name FROM leads_lead ORDER BY id DESC LIMIT 1")
    number = value("SELECT mobile FROM leads_lead ORDER BY id DESC LIMIT 1")
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


def writes() -> Iterator[Result]:
    boss, database = Caller("admin@example.com"), floors.connect()
    pool = value("SELECT id FROM pools_pool WHERE is_default")
    number = count(int(time.time()) % 10**6 * 100)

    def create() -> None:
        body = {"name": "测试", "mobile": f"141{next(number):08d}", "pool": pool}
        boss.request("POST", "/api/v1/leads", body=body)()

    columns = [row["column_name"] for row in rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'leads_lead' AND column_name <> 'id'"
    )]  # fmt: skip
    copied = ", ".join("%s" if name == "mobile" else name for name in columns)
    insert = (
        f"INSERT INTO leads_lead ({', '.join(columns)}) SELECT {copied} FROM leads_lead"
        " WHERE id = %s RETURNING id"
    )
    sample = value("SELECT id FROM leads_lead WHERE email IS NULL AND wechat IS NULL ORDER BY id LIMIT 1")

    def bare_insert() -> None:
        database.execute(insert, (f"+86140{next(number):08d}", sample))

    product, floor = pair(cpu, create, bare_insert, batches=15, times=5)
    yield Result("create one lead over the API", product, floor, "ms CPU", "≤ 5×", product <= 5 * floor)

    ids = [
        row["id"] for row in rows("SELECT id FROM leads_lead WHERE status = 'pooled' ORDER BY id LIMIT 200")
    ]
    turn = count()

    def update() -> None:
        step = next(turn)
        boss.request("PATCH", f"/api/v1/leads/{ids[step % 200]}", body={"title": f"职位{step}"})()

    def bare_update() -> None:
        step = next(turn)
        database.execute(
            "UPDATE leads_lead SET title = %s, version = version + 1 WHERE id = %s",
            (f"t{step}", ids[step % 200]),
        )

    product, floor = pair(cpu, update, bare_update, batches=15, times=5)
    yield Result("update one lead over the API", product, floor, "ms CPU", "≤ 5×", product <= 5 * floor)
    execute("DELETE FROM leads_lead WHERE mobile LIKE '+86140%%'")


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


_BARE_CLAIM = """
CREATE OR REPLACE FUNCTION pg_temp_claim(u bigint, p bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE n int; l bigint; BEGIN
 PERFORM 1 FROM organization_user WHERE id = u FOR NO KEY UPDATE;
 SELECT count(*) INTO n FROM leads_lead WHERE owner_id = u AND status IN ('assigned', 'following');
 IF n >= 100000 THEN RETURN 'cap'; END IF;
 SELECT id INTO l FROM leads_lead WHERE pool_id = p ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED;
 IF l IS NULL THEN RETURN 'none'; END IF;
 UPDATE leads_lead SET owner_id = u, pool_id = NULL, status = 'assigned', assigned_at = now(),
   version = version + 1 WHERE id = l;
 RETURN 'ok'; END $$
"""


def claims() -> Iterator[Result]:
    """64 people claiming different leads at once, threads of one process; floor: a bare function."""
    people = [
        row["id"]
        for row in rows("SELECT id FROM organization_user WHERE email LIKE 'rep%%' ORDER BY id LIMIT 64")
    ]
    execute("UPDATE organization_user SET private_cap = 100000 WHERE id = ANY(%s::bigint[])", (people,))
    execute("UPDATE pools_pool SET daily_claim_limit = NULL, private_cap = NULL")
    pool = value(
        "SELECT pool_id FROM leads_lead WHERE pool_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    each = 6
    free = [
        row["id"] for row in rows("SELECT id FROM leads_lead WHERE pool_id = %s LIMIT %s", (pool, 64 * each))
    ]
    from headwater.organization.models import User

    accesses = [permit(actor_for(user), "leads.claim") for user in User.objects.filter(id__in=people)]

    def product(index: int) -> None:
        for place in range(each):
            claim_leads(accesses[index], [free[index * each + place]])

    mine = 64 * each / _together(64, product)
    execute(_BARE_CLAIM)

    def bare(index: int) -> None:
        for _ in range(each):
            value("SELECT pg_temp_claim(%s, %s)", (people[index], pool))

    floor = 64 * each / _together(64, bare)
    execute("DROP FUNCTION pg_temp_claim(bigint, bigint)")
    broken = value(
        "SELECT count(*) FROM leads_lead WHERE (pool_id IS NOT NULL) <> (status = 'pooled')"
        " OR (status IN ('assigned', 'following') AND owner_id IS NULL)"
    )
    note = f"{broken} violations; one process of Python threads"
    yield Result(
        "claim: 64 claimers at once",
        mine,
        floor,
        "claims/s",
        "≥ 0.5×",
        mine >= floor / 2 and not broken,
        note,
    )


def _together(number: int, work: Callable[[int], None]) -> float:
    """Seconds until all threads are done, each with its own connection."""
    barrier = threading.Barrier(number + 1)

    def one(index: int) -> None:
        value("SELECT 1")
        barrier.wait()
        try:
            work(index)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


class _Undo(Exception):
    """Takes a measured change back."""


def batch_assign() -> Iterator[Result]:
    number = min(10_000, value("SELECT count(*) FROM leads_lead WHERE pool_id IS NOT NULL"))
    people = [
        row["id"] for row in rows("SELECT id FROM organization_user WHERE email LIKE 'rep%%' ORDER BY id")
    ]
    execute("UPDATE organization_user SET private_cap = 1000000 WHERE id = ANY(%s::bigint[])", (people,))
    ids = [
        row["id"] for row in rows("SELECT id FROM leads_lead WHERE pool_id IS NOT NULL LIMIT %s", (number,))
    ]
    access = permit(actor_for(Caller("admin@example.com").user), "leads.assign")

    def product() -> None:
        try:
            with transaction.atomic():
                assign_leads(access, ids, people)
                raise _Undo
        except _Undo:
            pass

    def bare() -> None:
        try:
            with transaction.atomic():
                execute(
                    "UPDATE leads_lead SET owner_id = %s, pool_id = NULL, status = 'assigned'"
                    " WHERE id = ANY(%s::bigint[])",
                    (people[0], ids),
                )
                raise _Undo
        except _Undo:
            pass

    mine, floor = pair(wall, product, bare, batches=5, times=1)
    yield Result(
        f"batch assign {number:,}", mine, floor, "ms", "≤ 5×", mine <= 5 * floor, "rolled back each time"
    )
