"""Claiming: many people at one pool."""

import threading
import time
from collections.abc import Callable, Iterator

from django.db import connection

from bench.timing import Result
from headwater.kernel.access import permit
from headwater.kernel.sql import execute, rows, value
from headwater.leads.services import claim_leads
from headwater.organization.models import User
from headwater.organization.queries import actor_for

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
