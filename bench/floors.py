"""The floors: hand-written SQL on a bare psycopg connection, orjson, COPY, bare UPDATE."""

from collections.abc import Callable
from typing import Any

import orjson
import psycopg
from django.db import connection
from psycopg.rows import dict_row


def connect() -> psycopg.Connection[dict[str, Any]]:
    """A connection of its own with prepared statements, as fast as the driver goes."""
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        dbname=settings["NAME"],
        autocommit=True,
        prepare_threshold=2,
        row_factory=dict_row,
    )


LIST = """
SELECT l.id, l.version, l.name, l.company, l.title, l.mobile, l.stage, l.status, l.intent, l.created_at,
  l.next_follow_at, l.last_activity_at, l.owner_id, u.name AS owner_name, l.source_id, s.name AS source_name,
  l.pool_id, p.name AS pool_name
FROM leads_lead l LEFT JOIN organization_user u ON u.id = l.owner_id
LEFT JOIN acquisition_source s ON s.id = l.source_id LEFT JOIN pools_pool p ON p.id = l.pool_id
WHERE l.archived_at IS NULL AND l.status = 'pooled' AND l.stage = 'MQL'
ORDER BY l.created_at DESC, l.id DESC LIMIT 51
"""

PAGE = """
SELECT l.*, u.name AS owner_name, s.name AS source_name, p.name AS pool_name FROM leads_lead l
LEFT JOIN organization_user u ON u.id = l.owner_id LEFT JOIN acquisition_source s ON s.id = l.source_id
LEFT JOIN pools_pool p ON p.id = l.pool_id WHERE l.id = %s
"""

TIMELINE = """
SELECT a.id, a.kind, a.outcome, a.content, a.occurred_at, u.name AS author FROM engagement_activity a
LEFT JOIN organization_user u ON u.id = a.author_id
WHERE a.record_type = 'lead' AND a.record_id = %s ORDER BY a.occurred_at DESC, a.id DESC LIMIT 20
"""


def wsgi(answer: Callable[[], bytes]) -> Callable[[], bytes]:
    """`answer` behind the least WSGI application there can be."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        body = answer()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    return lambda: b"".join(application(environ, lambda *_args: None))


def listing(database: psycopg.Connection[Any]) -> Callable[[], bytes]:
    return wsgi(lambda: orjson.dumps(database.execute(LIST).fetchall()))


def page(database: psycopg.Connection[Any], lead_id: int) -> Callable[[], bytes]:
    def answer() -> bytes:
        row = database.execute(PAGE, (lead_id,)).fetchone()
        return orjson.dumps(
            {"lead": row, "timeline": database.execute(TIMELINE, (lead_id,)).fetchall()}, default=str
        )

    return wsgi(answer)


def writing(database: psycopg.Connection[Any], statement: str) -> Callable[[dict[str, Any]], bytes]:
    """One bare INSERT or UPDATE of what a JSON body names, answering the whole row, as the product does."""

    def once(values: dict[str, Any]) -> bytes:
        body = orjson.dumps(values)

        def answer() -> bytes:
            row = database.execute(statement, orjson.loads(body)).fetchone()
            return orjson.dumps(row, default=str)

        return wsgi(answer)()

    return once
