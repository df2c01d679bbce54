"""A copy of the data in which six leads of ten are owned: what rules meet in a company at work."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from headwater.kernel.sql import execute, value

NAME = "headwater_owned"

# Got within the last twenty days, half of them followed up since; by the id, so that each run draws the same.
_OWN = """
UPDATE leads_lead l SET
  status = CASE WHEN d.followed THEN 'following' ELSE 'assigned' END, owner_id = d.owner, pool_id = NULL,
  assigned_at = d.got_at, placed_at = d.got_at, got = 'assigned',
  last_activity_at = CASE WHEN d.followed THEN d.got_at + d.part * (now() - d.got_at) END,
  next_follow_at = NULL, rounds = 0, version = l.version + 1
FROM (
  SELECT l.id, mod(hashint8(l.id), 2) = 0 AS followed, abs(mod(hashint8(l.id * 7), 1000)) / 1000.0 AS part,
    now() - abs(mod(hashint8(l.id * 13), 1728000)) * interval '1 second' AS got_at,
    people.ids[1 + abs(mod(hashint8(l.id * 17), array_length(people.ids, 1)))] AS owner
  FROM leads_lead l,
    (SELECT array_agg(id ORDER BY id) AS ids FROM organization_user WHERE email LIKE 'rep%%') AS people
  WHERE mod(l.id, 10) < 6 AND l.archived_at IS NULL
) d WHERE d.id = l.id
"""


@contextmanager
def mostly_owned() -> Iterator[int]:
    """Work in the copy until the block ends; how many leads are owned. None has a deadline yet."""
    with _database():
        execute("ALTER TABLE leads_lead DISABLE TRIGGER lead_deadlines_move")
        execute(_OWN)
        execute("ALTER TABLE leads_lead ENABLE ALWAYS TRIGGER lead_deadlines_move")
        execute("VACUUM ANALYZE leads_lead")
        yield value("SELECT count(*) FROM leads_lead WHERE status IN ('assigned', 'following')")


@contextmanager
def _database() -> Iterator[None]:
    settings = connection.settings_dict
    origin = settings["NAME"]
    _leave()
    _server(f"DROP DATABASE IF EXISTS {NAME}")
    _server(f"CREATE DATABASE {NAME} TEMPLATE {origin} STRATEGY FILE_COPY")
    settings["NAME"] = NAME
    try:
        yield
    finally:
        _leave()
        settings["NAME"] = origin
        _server(f"DROP DATABASE {NAME}")


def _leave() -> None:
    """A database that somebody is connected to can be neither copied nor dropped."""
    connection.close()
    connection.close_pool()


def _server(statement: str) -> None:
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(statement)
