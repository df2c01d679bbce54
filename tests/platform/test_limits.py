"""Limits that all processes count together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from headwater.kernel import clock, sql
from headwater.platform.limits import Answer, allow, remove_rested

THREADS = 16


@pytest.mark.django_db
def test_what_is_used_fills_up_evenly() -> None:
    with clock.freeze(clock.now()):
        assert all(allow("door:me", limit=6, seconds=60) for _ in range(6))
        assert allow("door:me", limit=6, seconds=60) == Answer(is_allowed=False, retry_after=10)
        assert allow("door:other", limit=6, seconds=60)
        assert allow("door:me", limit=0, seconds=60)
        clock.advance(timedelta(seconds=9))
        assert allow("door:me", limit=6, seconds=60) == Answer(is_allowed=False, retry_after=1)
        clock.advance(timedelta(seconds=1))
        assert allow("door:me", limit=6, seconds=60)
        assert not allow("door:me", limit=6, seconds=60)
        clock.advance(timedelta(seconds=45))  # four and a half are back
        assert allow("door:me", limit=6, seconds=60, cost=4.5)
        assert not allow("door:me", limit=6, seconds=60, cost=0.1)
        assert not allow("door:me", limit=6, seconds=60, cost=7)
        clock.advance(timedelta(hours=1))  # never more than a whole bucket
        assert [bool(allow("door:me", limit=6, seconds=60, cost=3)) for _ in range(3)] == [True, True, False]


@pytest.mark.django_db
def test_what_has_rested_is_forgotten() -> None:
    with clock.freeze(clock.now()):
        assert allow("a", limit=1, seconds=60)
        assert allow("b" * 10_000, limit=1, seconds=600)
        clock.advance(timedelta(seconds=61))
        assert remove_rested() == 1
        assert sql.value("SELECT count(*) FROM platform_limit") == 1
        assert not allow("b" * 10_000, limit=1, seconds=600)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_exactly_what_there_is() -> None:
    moment = clock.now()

    def ask(number: int) -> list[bool]:
        try:
            with clock.freeze(moment):
                return [bool(allow(f"door:{turn % 3}", limit=40, seconds=60)) for turn in range(30)]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [answer for found in pool.map(ask, range(THREADS)) for answer in found]
    assert len(answers) == THREADS * 30
    assert sum(answers) == 3 * 40
    assert sql.value("SELECT relpersistence FROM pg_class WHERE relname = 'platform_limit'") == "u"
