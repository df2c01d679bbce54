"""Writing: one lead over the API, ten thousand in a batch."""

import time
from collections.abc import Iterator
from itertools import count

from bench import floors
from bench.client import Caller
from bench.timing import Result, cpu, pair, wall
from bench.undoing import undone
from headwater.kernel.access import permit
from headwater.kernel.sql import execute, rows, value
from headwater.leads.services import assign_leads
from headwater.organization.queries import actor_for


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
    copied = ", ".join("%(mobile)s" if name == "mobile" else name for name in columns)
    insert = floors.writing(
        database,
        f"INSERT INTO leads_lead ({', '.join(columns)}) SELECT {copied} FROM leads_lead"
        " WHERE id = %(sample)s RETURNING *",
    )
    sample = value("SELECT id FROM leads_lead WHERE email IS NULL AND wechat IS NULL ORDER BY id LIMIT 1")

    def bare_insert() -> None:
        insert({"mobile": f"+86140{next(number):08d}", "sample": sample})

    product, floor = pair(cpu, create, bare_insert, batches=15, times=5)
    yield Result("create one lead over the API", product, floor, "ms CPU", "≤ 5×", product <= 5 * floor)

    ids = [
        row["id"] for row in rows("SELECT id FROM leads_lead WHERE status = 'pooled' ORDER BY id LIMIT 200")
    ]
    turn = count()

    def update() -> None:
        step = next(turn)
        boss.request("PATCH", f"/api/v1/leads/{ids[step % 200]}", body={"title": f"职位{step}"})()

    change = floors.writing(
        database,
        "UPDATE leads_lead SET title = %(title)s, version = version + 1 WHERE id = %(id)s RETURNING *",
    )

    def bare_update() -> None:
        step = next(turn)
        change({"title": f"t{step}", "id": ids[step % 200]})

    product, floor = pair(cpu, update, bare_update, batches=15, times=5)
    yield Result("update one lead over the API", product, floor, "ms CPU", "≤ 5×", product <= 5 * floor)
    execute("DELETE FROM leads_lead WHERE mobile LIKE '+86140%%'")


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

    bare = "UPDATE leads_lead SET owner_id = %s, pool_id = NULL, status = 'assigned' WHERE id = ANY(%s::bigint[])"
    product = undone(lambda: assign_leads(access, ids, people))
    floor_ = undone(lambda: execute(bare, (people[0], ids)))
    mine, floor = pair(wall, product, floor_, batches=5, times=1)
    yield Result(
        f"batch assign {number:,}", mine, floor, "ms", "≤ 5×", mine <= 5 * floor, "rolled back each time"
    )
