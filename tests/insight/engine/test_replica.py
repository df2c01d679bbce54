"""Reports may have a database of their own: a replica, or the same one under another role."""

from unittest.mock import patch

from django.db import connection, connections

from headwater.insight.engine.guarding import reading
from headwater.kernel.sql import Fragment
from tests.conftest import OwnDatabase


def test_a_database_for_reports(own_database: OwnDatabase) -> None:
    """Where one is configured reports are read from it, over a connection of their own."""
    with patch.dict(connections.settings, {"reports": connections.settings["default"]}):
        try:
            with reading() as read:
                mine = read.rows(Fragment("SELECT pg_backend_pid() AS pid"))[0]["pid"]
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                assert cursor.fetchone()[0] != mine
        finally:
            connections["reports"].close()
            del connections["reports"]
