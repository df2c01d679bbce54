"""What the database ended to resolve a deadlock is done again, from its beginning."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import OperationalError, transaction

from headwater.kernel import sql


def _deadlocks(times: int) -> tuple[list[int], Callable[[], str]]:
    tries: list[int] = []

    @sql.atomic_again
    def act() -> str:
        tries.append(len(tries))
        if len(tries) <= times:
            raise OperationalError("deadlock detected") from psycopg.errors.DeadlockDetected()
        return "done"

    return tries, act


@pytest.mark.django_db(transaction=True)
def test_an_act_begins_anew_after_a_deadlock_and_gives_up_in_the_end() -> None:
    tries, act = _deadlocks(2)
    assert act() == "done"
    assert len(tries) == 3
    tries, act = _deadlocks(99)
    with pytest.raises(OperationalError):
        act()
    assert len(tries) == 4


@pytest.mark.django_db(transaction=True)
def test_within_another_transaction_that_one_has_to_begin_anew() -> None:
    tries, act = _deadlocks(1)
    with pytest.raises(OperationalError), transaction.atomic():
        act()
    assert len(tries) == 1
