"""A preview that nobody waits for is given up; nobody else's report is, nor any other of one's own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections

from headwater.insight.engine import Definition, Result, guarding, run
from headwater.insight.engine.overtaking import leave, newest_only
from headwater.insight.errors import ReportOvertaken
from headwater.kernel import sql
from headwater.kernel.access import Access, permit
from tests.insight.engine.company import known, reader
from tests.insight.engine.test_running import WORDS, _Always

pytestmark = pytest.mark.usefixtures("own_database")

(WORD,) = WORDS.nodes
SLOW = replace(
    WORDS, key="co_slow", nodes=(replace(WORD, table="(SELECT 1 AS id, 'w' || pg_sleep(1.5) AS word)"),)
)
QUICK = replace(WORDS, key="co_quick", nodes=(replace(WORD, table="(SELECT 1 AS id, 'w' AS word)"),))


def person(number: int) -> Access:
    return permit(replace(reader().actor, id=number), "reports.view")


def ask(access: Access, place: str, key: str = "co_slow") -> Result:
    """A preview, as a thread of the web process computes it."""
    raw = {"dataset": key, "measures": [{"agg": "distinct", "of": "word.word"}]}
    try:
        with newest_only(access, place):
            return run(access, Definition.parse(raw, access))
    finally:
        connection.close()


def wait_for(those: str, count: int) -> None:
    text = f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {those}"
    until = time.monotonic() + 10
    while sql.value(text) != count:
        assert time.monotonic() < until, those
        time.sleep(0.02)


NAMED = "starts_with(application_name, 'headwater ')"
READING = "state = 'active' AND query LIKE '%%pg_sleep(1.5)%%' AND pid <> pg_backend_pid()"


@contextmanager
def asking() -> Iterator[Callable[[Access, str], Future[Result]]]:
    with known(SLOW, QUICK), ThreadPoolExecutor(8) as pool:
        yield lambda access, place: pool.submit(ask, access, place)


def test_a_newer_preview_ends_the_older_and_nothing_else() -> None:
    anna, ben = person(1), person(2)
    with patch.object(guarding, "AT_ONCE", _Always(8)), asking() as begin:
        older = begin(anna, "tab 1")
        others = [begin(anna, "tab 2"), begin(ben, "tab 1"), begin(anna, "")]
        wait_for(READING, 4)
        assert ask(anna, "tab 1", "co_quick").total == (1,)
        with pytest.raises(ReportOvertaken):
            older.result(1)
        assert not any(one.done() for one in others)
        assert [one.result(10).total for one in others] == [(1,)] * 3
    wait_for(NAMED, 0)
    assert not hasattr(connections._connections, "reports_of_one")  # type: ignore[attr-defined]


def test_who_leaves_is_not_read_for() -> None:
    """Neither what is being read nor what only waits for its turn goes on; others are not touched."""
    anna, ben = person(1), person(2)
    with asking() as begin:
        mine, theirs = begin(anna, "tab 1"), begin(ben, "tab 1")
        wait_for(READING, 2)
        assert leave(anna, "tab 2", guarding.alias()) == 0
        assert leave(anna, "tab 1", guarding.alias()) == 1
        with pytest.raises(ReportOvertaken):
            mine.result(1)
        assert theirs.result(10).total == (1,)
        for place in range(3):
            sql.value("SELECT pg_advisory_lock(%s, %s)", (guarding._LOCKS, place))
        waiting = begin(anna, "tab 1")
        wait_for(NAMED, 1)
        assert leave(anna, "tab 1", guarding.alias()) == 1
        with pytest.raises(ReportOvertaken):
            waiting.result(2)
        sql.value("SELECT pg_advisory_unlock_all()")

    kind = type(connections["default"])
    usual = kind.copy

    def lost(self: Any, alias: Any = None) -> Any:
        made = usual(self, alias)
        made.settings_dict |= {"HOST": "localhost", "PORT": "1"}
        return made

    with known(QUICK), patch.object(kind, "copy", lost):  # the server takes no more: the usual one serves
        assert ask(anna, "tab 1", "co_quick").total == (1,)
