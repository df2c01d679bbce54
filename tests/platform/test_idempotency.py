"""One key, one effect."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from headwater.kernel import clock
from headwater.kernel.errors import Invalid
from headwater.platform.idempotency import (
    IdempotencyInProgress,
    IdempotencyMismatch,
    StoredResponse,
    once,
    remove_expired,
)


class Counter:
    def __init__(self, status: int = 201) -> None:
        self.count = 0
        self.status = status

    def __call__(self) -> StoredResponse:
        self.count += 1
        return StoredResponse(self.status, f"answer {self.count}".encode(), {"ETag": '"1"'})


@pytest.mark.django_db
def test_a_replay_gets_the_first_answer() -> None:
    run = Counter()
    first = once(7, "k", b"f", run)
    again = once(7, "k", b"f", run)
    assert (again.body, again.status, again.headers) == (first.body, 201, {"ETag": '"1"'})
    assert again.replayed
    assert run.count == 1
    assert once(8, "k", b"f", run).body == b"answer 2"


@pytest.mark.django_db
def test_a_key_belongs_to_one_request() -> None:
    once(7, "k", b"f", Counter())
    with pytest.raises(IdempotencyMismatch):
        once(7, "k", b"other", Counter())


@pytest.mark.django_db
def test_a_key_lasts_a_day() -> None:
    run = Counter()
    once(7, "k", b"f", run)
    with clock.freeze(clock.now() + timedelta(hours=24, seconds=1)):
        once(7, "k", b"other", run)
        assert run.count == 2
        assert remove_expired() == 0
        clock.advance(timedelta(days=2))
        assert remove_expired() == 1


@pytest.mark.django_db
def test_a_refusal_is_not_kept() -> None:
    run = Counter(409)
    once(7, "k", b"f", run)
    once(7, "k", b"f", run)
    assert run.count == 2


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "键", "a\x00"])
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(Invalid):
        once(7, key, b"f", Counter())


@pytest.mark.django_db(transaction=True)
def test_a_concurrent_replay_waits_outside() -> None:
    inside, may_leave = threading.Event(), threading.Event()

    def slow() -> StoredResponse:
        inside.set()
        may_leave.wait(20)
        return StoredResponse(201, b"done")

    def first() -> None:
        once(7, "k", b"f", slow)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(20)
    with pytest.raises(IdempotencyInProgress):
        once(7, "k", b"f", Counter())
    may_leave.set()
    thread.join()
    assert once(7, "k", b"f", Counter()).body == b"done"
